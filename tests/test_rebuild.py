"""Rebuilds: they cost what changed, go on where they were cut off, and fail in one line."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from question_vectors import question_vectors
from strategy_qa.encode import Passage, PassageVectors
from strategy_qa.errors import IndexCorruptError, StrategyQAError
from strategy_qa.index import Index, live_build
from strategy_qa.index.build import BuildReport, build_index, plan_build
from strategy_qa.index.inputs import FileState, look
from strategy_qa.index.plan import Plan
from strategy_qa.index.rows import Progress
from strategy_qa.testing import HashEncoder

Build = Callable[..., BuildReport]


class Counting(HashEncoder):
    """Counts the passages it encodes, and breaks down after some of them."""

    def __init__(self, *, breaks_after: int | None = None) -> None:
        super().__init__()
        self.encoded = 0
        self.breaks_after = breaks_after

    def encode_passages(
        self, passages: Iterable[Passage], *, batch_size: int = 8
    ) -> Iterator[PassageVectors]:
        for vectors in super().encode_passages(passages, batch_size=batch_size):
            if self.encoded == self.breaks_after:
                raise RuntimeError("the power went")
            self.encoded += 1
            yield vectors


def many(corpus: Path, count: int) -> None:
    for number in range(count):
        text = f"# Report {number}\n\nReport number {number} speaks of {number * 7} regions."
        (corpus / "documents" / f"r{number:03}.md").write_text(text)


def test_a_build_that_was_cut_off_goes_on_where_it_was(build: Build, corpus: Path) -> None:
    many(corpus, 200)
    first = Counting(breaks_after=150)
    with pytest.raises(RuntimeError, match="power"):
        build(encoder=first)
    second = Counting()
    report = build(encoder=second)
    assert first.encoded == 150
    assert second.encoded == report.encoded == report.manifest.chunks - 128  # two whole parts
    whole = build(encoder=Counting(), full=True).manifest.files
    assert whole == report.manifest.files  # the same as if it had not been cut off


def test_a_build_without_vectors_of_words_keeps_none_meanwhile(
    build: Build, corpus: Path, tmp_path: Path
) -> None:
    many(corpus, 200)
    sizes = {}
    for words in ("stored", "asked"):
        with pytest.raises(RuntimeError, match="power"):
            build(words=words, encoder=Counting(breaks_after=150))
        parts = list((tmp_path / "index" / ".encoded").iterdir())
        sizes[words] = sum(path.stat().st_size for path in parts)
        if words == "stored":
            shutil.rmtree(tmp_path / "index" / ".encoded")
    assert sizes["asked"] < 0.7 * sizes["stored"]
    report = build(words="auto")  # goes on, and so has no words either
    assert report.encoded == report.manifest.chunks - 128
    assert report.manifest.words == 0
    with pytest.raises(RuntimeError, match="power"):
        build(words="asked", full=True, encoder=Counting(breaks_after=150))
    report = build(words="stored")
    assert report.encoded == report.manifest.chunks
    assert report.manifest.words > 0


def test_an_altered_part_is_encoded_again(build: Build, corpus: Path, tmp_path: Path) -> None:
    many(corpus, 100)
    with pytest.raises(RuntimeError):
        build(encoder=Counting(breaks_after=70))
    (part,) = (tmp_path / "index" / ".encoded").iterdir()
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    again = Counting()
    assert build(encoder=again).manifest.chunks == again.encoded
    assert not (tmp_path / "index" / ".encoded").exists()


def test_nothing_is_read_or_loaded_when_nothing_changed(
    build: Build, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build()
    monkeypatch.setattr("strategy_qa.corpus.process._MODULE", "no.such.module")
    encoder = Counting()
    assert not build(encoder=encoder).published
    assert encoder.encoded == 0
    path = corpus / "documents" / "plan.md"
    path.touch()  # the same bytes at another time: hashed, not read
    assert not build(encoder=encoder).published


def test_an_index_inside_the_corpus_is_not_taken_for_a_part_of_it(
    corpus: Path, encoder: HashEncoder
) -> None:
    first = build_index(corpus, corpus / "index", encoder=encoder, chunk_tokens=200)
    again = build_index(corpus, corpus / "index", encoder=encoder, chunk_tokens=200)
    assert again.seconds.keys() == {"look"}  # nothing was read
    assert again.manifest.build == first.manifest.build


def test_a_new_line_in_the_ledger_publishes_nothing(build: Build, corpus: Path) -> None:
    live = build().manifest.build
    (corpus / "fetched").mkdir()
    (corpus / "fetched" / "fetched.jsonl").write_text("")
    again = build()
    assert (again.published, again.manifest.build) == (False, live)


def test_a_file_with_its_old_size_and_times_is_still_seen_to_change(corpus: Path) -> None:
    path = corpus / "documents" / "plan.md"
    before = look(corpus, {})
    info = path.stat()
    path.write_text(path.read_text().replace("1,500", "1,600"))
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
    after = look(corpus, before)
    assert after["documents/plan.md"].sha256 != before["documents/plan.md"].sha256
    assert after["documents/jobs.md"].sha256 == before["documents/jobs.md"].sha256


def test_a_link_out_of_the_corpus_is_not_looked_into(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret")
    (corpus / "documents" / "link.md").symlink_to(tmp_path / "secret.md")
    assert look(corpus, {})["documents/link.md"] == FileState("", None)


def test_a_plan_names_what_changes_and_writes_nothing(
    build: Build, corpus: Path, tmp_path: Path
) -> None:
    assert plan_build(corpus, tmp_path / "index").added == ("jobs", "plan")
    assert not (tmp_path / "index").exists()
    build()
    assert plan_build(corpus, tmp_path / "index").is_empty
    documents = corpus / "documents"
    (documents / "plan.md").unlink()
    (documents / "jobs.txt").write_text("The original report speaks of jobs.")
    (documents / "new.md").write_text("# New\n\nA new document.")
    told: list[Plan] = []
    planned = plan_build(corpus, tmp_path / "index")
    report = build(planned=told.append)
    assert (planned.added, planned.changed, planned.removed) == (("new",), ("jobs",), ("plan",))
    assert ["superseded" in each.reason for each in planned.left_out] == [True]
    assert report.plan == told[0] == planned


def test_a_removed_document_leaves_no_byte_and_no_hit(
    build: Build, corpus: Path, tmp_path: Path, encoder: HashEncoder
) -> None:
    build()
    (corpus / "documents" / "plan.md").unlink()
    live = tmp_path / "index" / build(keep=1).manifest.build
    for path in (tmp_path / "index").rglob("*"):
        if path.is_file():
            assert b"subcomisi" not in path.read_bytes()
            assert b"gobernanza" not in path.read_bytes()
    index = Index.open_build(live)
    question = question_vectors(encoder, ["subcomisión de gobernanza"])[0]
    rows, _ = index.vectors.search(question, 100)
    assert {index.store.row(int(row)).chunk.document_id for row in rows} == {"jobs"}
    assert not index.lexical.scores("subcomisión gobernanza ciudadanía", "es").any()
    assert len([p for p in (tmp_path / "index").glob("[!.]*/")]) == 1


def test_a_folder_that_may_not_be_written_is_one_line(build: Build, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    live = build().manifest.build
    folder = tmp_path / "index"
    folder.chmod(0o500)
    try:
        with pytest.raises(StrategyQAError, match="cannot be written"):
            build(full=True)
    finally:
        folder.chmod(0o700)
    assert live_build(folder) == live


@pytest.mark.parametrize("limit", [20_000, 60_000, 90_000, 150_000, 250_000])
def test_a_full_disk_is_one_line_and_costs_nothing(
    build: Build, corpus: Path, tmp_path: Path, limit: int
) -> None:
    """A limit on the size of files fails writes as a full disk does, each file at its turn."""
    import resource

    live = build().manifest.build
    many(corpus, 150)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def full(progress: Progress) -> None:
        if progress.stage == "encode":  # the reading process has begun, and is not limited
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))

    try:
        with pytest.raises(StrategyQAError, match="cannot be written"):
            build(progress=full)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert live_build(tmp_path / "index") == live
    Index.open(tmp_path / "index")
    assert not list((tmp_path / "index").glob(".building-*"))
    assert build().published


def test_a_reader_keeps_an_old_build_that_is_pruned(
    build: Build, corpus: Path, tmp_path: Path, encoder: HashEncoder
) -> None:
    build()
    old = Index.open(tmp_path / "index")
    many(corpus, 3)
    build(keep=1)
    assert not (tmp_path / "index" / old.manifest.build).exists()
    vector = question_vectors(encoder, ["jobs in manufacturing"])[0]
    rows, _ = old.vectors.search(vector, 3)
    stored = old.store.row(int(rows[0]))
    assert old.store.document(stored.chunk.document_id).text
    assert old.vectors.word_vectors(*stored.words).any()
    assert old.lexical.scores("manufacturing", "en").any()


def test_a_build_pruned_while_it_is_opened_is_passed_over(
    build: Build, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build()
    opened = Index.open_build

    def slow(path: Path) -> Index:
        monkeypatch.undo()
        many(corpus, 2)
        build(keep=1)  # prunes what was about to be opened
        return opened(path)

    monkeypatch.setattr(Index, "open_build", slow)
    index = Index.open(tmp_path / "index")
    assert index.manifest.build == live_build(tmp_path / "index")


def test_a_damaged_build_is_built_anew_from_its_vectors(
    build: Build, corpus: Path, tmp_path: Path
) -> None:
    many(corpus, 10)
    live = tmp_path / "index" / build().manifest.build
    for path in (live / "lexical").iterdir():
        path.write_bytes(b"")
    with pytest.raises(IndexCorruptError):
        Index.open(tmp_path / "index")
    encoder = Counting()
    report = build(encoder=encoder)
    assert report.published
    assert encoder.encoded == 0  # store and vectors were whole
    Index.open(tmp_path / "index")


KILLED = """
import sys, time
from pathlib import Path
from strategy_qa.index.build import build_index
from strategy_qa.testing import HashEncoder

build_index(Path(sys.argv[1]), Path(sys.argv[2]), encoder=HashEncoder(), chunk_tokens=200,
            full=True, keep=2)
"""


def test_killed_at_any_moment_the_folder_answers(
    build: Build, corpus: Path, tmp_path: Path
) -> None:
    """Four moments, counted from the start of the process."""
    build()
    folder = tmp_path / "index"
    for moment in (0.3, 0.5, 0.7, 0.9):
        child = subprocess.Popen([sys.executable, "-c", KILLED, corpus, folder])
        try:
            child.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
            child.wait(timeout=10)
        index = Index.open(folder)
        assert index.store.document_ids() == ("jobs", "plan")
    assert build(full=True).published
