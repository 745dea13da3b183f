import contextlib
import hashlib
import time
from pathlib import Path

import pytest

from pdf_maker import column, make_pdf
from reading_rules import check_spans
from strategy_qa.chunk import chunk_document
from strategy_qa.corpus.readers import READERS, SUFFIXES, read_document
from strategy_qa.errors import EncryptedFileError, ReadError, UnsupportedFileError
from strategy_qa.types import Source


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_every_suffix_has_a_reader() -> None:
    assert set(SUFFIXES.values()) == set(READERS)


def test_the_digest_is_of_the_files_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"\xef\xbb\xbfSome text here.\r\n")
    assert read_document(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_given_source_is_kept_as_it_is(tmp_path: Path) -> None:
    source = Source(id="plan-2018", title="El plan", language="es", year=2018)
    document = read_document(
        write(tmp_path, "x.pdf", make_pdf([column(["English text"])], title="Meta")), source=source
    )
    assert document.source == source
    assert document.id == "plan-2018"


@pytest.mark.parametrize("name", ["report.txt", "report", "report.html", "report.docx"])
def test_the_bytes_outrank_the_suffix(tmp_path: Path, name: str) -> None:
    document = check_spans(read_document(write(tmp_path, name, make_pdf([column(["Hello"])]))))
    assert document.text == "Hello"


def test_suffixes_in_capitals(tmp_path: Path) -> None:
    assert read_document(write(tmp_path, "NOTE.MD", b"# Title")).source.title == "Title"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "is empty"),
        ("a.md", b" \n\t", "is empty"),
        ("a.md", b"<!-- nothing -->", "holds no text"),
        ("a.pdf", b"plain words, no PDF", "damaged or not a PDF"),
        ("a.pdf", b"%PDF-1.7\ngarbage", "damaged or not a PDF"),
        ("a.html", b"<p></p>", "no main text"),
    ],
)
def test_files_without_content_are_one_clear_line(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    with pytest.raises(ReadError, match=reason) as caught:
        read_document(write(tmp_path, name, data))
    assert caught.value.subject == name
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xyz", b"words"), ("a", b"words"), ("a.docx", b"{\\rtf1 x}"), ("a.pdf", b"\x89PNG\r\n")],
)
def test_formats_without_a_reader(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(UnsupportedFileError):
        read_document(write(tmp_path, name, data))


def test_folders_missing_and_large_files(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="is a folder"):
        read_document(tmp_path)
    with pytest.raises(ReadError, match="No such file"):
        read_document(tmp_path / "none.txt")
    with pytest.raises(ReadError, match="more than the 3 allowed"):
        read_document(write(tmp_path, "a.txt", b"four"), max_bytes=3)
    with pytest.raises(ReadError, match="cannot be opened"):
        read_document(tmp_path / ("x" * 400))


def test_a_password_is_asked_for(tmp_path: Path) -> None:
    data = make_pdf([column(["Secret"])], password="pw")
    with pytest.raises(EncryptedFileError, match="password"):
        read_document(write(tmp_path, "a.pdf", data))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<!---->" * 500 + b"<p>x</p>"),
        ("a.html", b"<html " * 50_000),
        ("a.txt", b"ab-\n" * 100_000),
        ("a.txt", b"a" * 2_000_000 + b"-\nb"),
        ("a.txt", b"1. " * 300_000),
        ("a.md", b"[" * 20_000 + b"a"),
        ("a.md", b"> " * 5_000 + b"a"),
        ("a.md", b"<div " * 50_000),
        ("a.html", b"<table><tr><td>" + b"1" + b" " * 200_000 + b"x</td></tr><tr><td>2</table>"),
    ],
)
def test_hostile_repetition_takes_no_time(tmp_path: Path, name: str, data: bytes) -> None:
    start = time.process_time()
    with contextlib.suppress(ReadError):
        read_document(write(tmp_path, name, data))
    assert time.process_time() - start < 10


def test_a_german_document_is_shown_as_german_and_never_as_english(tmp_path: Path) -> None:
    german = (
        "Die Strategie stärkt Forschung und Ausbildung. Sie öffnet die Daten der Verwaltung für "
        "alle Unternehmen des Landes und schützt dabei die Rechte der Menschen.\n"
    )
    found = read_document(write(tmp_path, "a.txt", german.encode()))
    assert found.source.language == "de"
    assert {chunk.language for chunk in chunk_document(found, tokens=200)} == {"de"}
    short = read_document(write(tmp_path, "b.txt", "Weiß nicht".encode()))
    assert short.source.language == "und"
    # What a page says of its own language is believed only where the text is silent.
    page = f"<html lang=en><title>t</title><body><p>{german * 3}</p>"
    assert read_document(write(tmp_path, "c.html", page.encode())).source.language == "de"
    source = Source(id="plan", title="Plan", language="en")
    doubted = read_document(write(tmp_path, "d.txt", german.encode()), source=source)
    assert doubted.warnings == ("its text looks like 'de', its language is given as 'en'",)
