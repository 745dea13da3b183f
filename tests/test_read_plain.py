from pathlib import Path

import pytest

from reading_rules import blocks, check_spans, outline
from strategy_qa.corpus.readers import read_document
from strategy_qa.errors import UnsupportedFileError
from strategy_qa.types import Document

SPANISH = "La investigación pública en el país crecerá según el año próximo."


def read(folder: Path, data: bytes) -> Document:
    path = folder / "note.txt"
    path.write_bytes(data)
    return check_spans(read_document(path))


def test_paragraphs_lists_and_headings(tmp_path: Path) -> None:
    long = "The report predicts that automation will touch many jobs\nin the years that come,\n"
    text = (
        f"Summary\n\n{long}and more.\n\n1.\tGovernance, and\n   services\n2. Research\n\n• a\n• b"
    )
    assert outline(read(tmp_path, text.encode())) == [
        ("heading", 2, "Summary"),
        ("paragraph", 0, long.replace("\n", " ") + "and more."),
        ("list_item", 1, "1. Governance, and services"),
        ("list_item", 1, "2. Research"),
        ("list_item", 1, "• a"),
        ("list_item", 1, "• b"),
    ]


def test_a_line_with_a_figure_is_no_heading(tmp_path: Path) -> None:
    text = "Construction 1,750,676\n\n" + "A long paragraph follows here. " * 4
    assert outline(read(tmp_path, text.encode()))[0][0] == "paragraph"


def test_form_feeds_are_page_breaks(tmp_path: Path) -> None:
    document = read(tmp_path, b"First page.\n\fSecond page.\n\f\fFourth page.")
    assert [page.span.of(document.text).strip() for page in document.pages] == [
        "First page.",
        "Second page.",
        "",
        "Fourth page.",
    ]


def test_broken_words_are_mended_by_the_documents_own_words(tmp_path: Path) -> None:
    text = "El gobier-\nno digital es un gobierno a largo-\nplazo; largo-plazo quiere decir años."
    assert read(tmp_path, text.encode()).text == (
        "El gobierno digital es un gobierno a largo-plazo; largo-plazo quiere decir años."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    document = read(tmp_path, mark + SPANISH.encode(encoding))
    assert blocks(document) == [SPANISH]
    assert document.source.language == "es"
    assert bool(document.warnings) is (encoding == "cp1252")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFileError, match="not a text file"):
        read(tmp_path, b"abc\0\1\2\0def")
