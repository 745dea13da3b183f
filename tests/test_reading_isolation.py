"""The process in which files are read: what it takes, what it gives back, how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostile_pdf import bomb, simple
from pdf_maker import column, make_pdf
from reading_rules import check_spans
from strategy_qa.corpus.isolation import IsolatedReader, Limits
from strategy_qa.corpus.readers import read_document
from strategy_qa.corpus.wire import document_fields, document_from, line_of
from strategy_qa.errors import EncryptedFileError, ReadError, UnsupportedFileError
from strategy_qa.types import Source

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a memory limit")


def save(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_documents_are_the_same_as_without_the_process(tmp_path: Path) -> None:
    pages = [column(["Página uno del plan.", "Sus dos metas."]), column(["Two"])]
    paths = [
        save(tmp_path, "a.pdf", make_pdf(pages, roman=1, title="Plan")),
        save(tmp_path, "b.md", "---\nid: b\ntitle: B\nyear: 2019\n---\n# B\n\nAño 2019, 𝛼.\n"),
        save(tmp_path, "c.txt", "año".encode("cp1252")),
    ]
    with IsolatedReader() as reader:
        assert [reader.read(path) for path in paths] == [read_document(path) for path in paths]


def test_the_catalogue_is_known_to_the_process(tmp_path: Path) -> None:
    source = Source(id="plan", title="El plan", year=2018, alternates=("https://a.example",))
    with IsolatedReader(catalogue={"plan": source}) as reader:
        assert reader.read(save(tmp_path, "plan.txt", "Some words.")).source == source
        document = reader.read(save(tmp_path, "other.md", "---\nid: plan\n---\nSome words."))
        assert document.source == source


def test_errors_keep_their_kind_and_the_process_goes_on(tmp_path: Path) -> None:
    with IsolatedReader() as reader:
        with pytest.raises(EncryptedFileError, match=r"^a\.pdf: asks for a password\. Save"):
            reader.read(save(tmp_path, "a.pdf", make_pdf([column(["x"])], password="pw")))
        pid = reader.pid
        with pytest.raises(UnsupportedFileError):
            reader.read(save(tmp_path, "a.xyz", "words"))
        with pytest.raises(ReadError, match="No such file"):
            reader.read(tmp_path / "none.txt")
        assert reader.read(save(tmp_path, "b.txt", "words")).text == "words"
        assert reader.pid == pid


def test_one_process_reads_all_and_ends_with_the_reader(tmp_path: Path) -> None:
    path = save(tmp_path, "a.txt", "words")
    with IsolatedReader() as reader:
        assert reader.pid is None
        reader.read(path)
        pid = reader.pid
        reader.read(path)
        assert pid is not None
        assert reader.pid == pid
        assert not is_gone(pid)
    assert is_gone(pid)


def test_a_hang_costs_one_file(tmp_path: Path) -> None:
    path = save(tmp_path, "slow.txt", "words")
    with IsolatedReader(limits=Limits(seconds=20)) as warm:
        warm.read(path)
    with IsolatedReader(limits=Limits(seconds=2, seconds_per_megabyte=0)) as reader:
        reader.read(path)
        hung = reader.pid
        assert hung is not None
        os.kill(hung, signal.SIGSTOP)
        start = time.monotonic()
        with pytest.raises(ReadError, match=r"slow\.txt: was given up") as caught:
            reader.read(path)
        assert time.monotonic() - start < 10
        assert caught.value.remedy
        assert is_gone(hung)
        assert reader.read(path).text == "words"


def test_a_process_that_died_between_files_is_nobodys_fault(tmp_path: Path) -> None:
    path = save(tmp_path, "a.txt", "words")
    with IsolatedReader() as reader:
        reader.read(path)
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGSEGV)
        assert reader.read(path).text == "words"


@linux
def test_a_crash_costs_one_file(tmp_path: Path) -> None:
    limits = Limits(memory=400 * 2**20)
    hostile = save(tmp_path, "bomb.pdf", simple(bomb(600), filters=b"/FlateDecode"))
    with IsolatedReader(limits=limits) as reader:
        with pytest.raises(ReadError, match=r"bomb\.pdf: the reader crashed on it, or ran out"):
            reader.read(hostile)
        assert reader.read(save(tmp_path, "a.txt", "words")).text == "words"


@linux
def test_memory_is_bounded(tmp_path: Path) -> None:
    large = save(tmp_path, "large.txt", b"some words and a line end\n" * 4_000_000)
    with (
        IsolatedReader(limits=Limits(memory=400 * 2**20)) as reader,
        pytest.raises(ReadError, match="needs more memory than a file is given"),
    ):
        reader.read(large)


def test_a_text_of_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    with IsolatedReader(limits=Limits(reply=100_000)) as reader:
        with pytest.raises(ReadError, match="holds more than"):
            reader.read(save(tmp_path, "a.txt", "words " * 40_000))
        assert reader.read(save(tmp_path, "b.txt", "words")).text == "words"


def test_interrupting_us_ends_the_process_too(tmp_path: Path) -> None:
    path = save(tmp_path, "a.txt", "words")
    code = (
        "import pathlib, signal, sys\n"
        "from strategy_qa.corpus.isolation import IsolatedReader\n"
        # Whoever was started in the background was told to ignore it.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "with IsolatedReader() as reader:\n"
        "    reader.read(pathlib.Path(sys.argv[1])); print(reader.pid, flush=True); input()\n"
        "    reader.read(pathlib.Path(sys.argv[1]))"
    )
    ours = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with ours:
        assert ours.stdin
        assert ours.stdout
        pid = int(ours.stdout.readline())
        os.kill(pid, signal.SIGSTOP)
        ours.stdin.write(b"\n")
        ours.stdin.flush()
        time.sleep(0.3)
        ours.send_signal(signal.SIGINT)
        try:
            assert ours.wait(timeout=10) != 0
        finally:
            ours.kill()
    assert is_gone(pid)


TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=4).filter(lambda pages: "".join(pages).strip()))
def test_any_document_survives_the_way(tmp_path_factory: pytest.TempPathFactory, pages: list[str]):
    path = tmp_path_factory.mktemp("wire") / "a.txt"
    path.write_bytes("\f".join(pages).encode())
    try:
        document = check_spans(read_document(path))
    except ReadError:
        return
    assert document_from(json.loads(line_of(document_fields(document)))) == document


FIELDS = ("id", "source", "sha256", "text", "pages", "blocks", "warnings")
JUNK = st.sampled_from([None, -1, 10**9, "x", [], {}, [[]], [["x", 0, 5, 1, 0]], True, "\ud800"])


@settings(max_examples=150, deadline=None)
@given(field=st.sampled_from(FIELDS), junk=JUNK, place=st.integers(0, 4), deep=st.booleans())
def test_a_process_taken_over_cannot_send_a_document_that_does_not_fit(
    field: str, junk: object, place: int, deep: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("wire") / "a.txt"
    path.write_text("Heading\n\nSome words.\fPage two.")
    honest = read_document(path)
    fields = json.loads(line_of(document_fields(honest)))
    if deep and field in ("pages", "blocks"):
        fields[field][0][place] = junk
    else:
        fields[field] = junk
    try:
        document = document_from(fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        return
    check_spans(document)
    assert document.text == honest.text
