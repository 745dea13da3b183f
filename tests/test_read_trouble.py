"""Files that mean harm or are merely odd: each ends in a document or in one clear error."""

import codecs
import io
import os
import struct
import time
import zipfile
import zlib
from pathlib import Path

import docx
import pypdf
import pytest

from hostile_pdf import bomb, simple, stream
from pdf_maker import column, make_pdf
from reading_rules import blocks, check_spans
from strategy_qa.corpus.isolation import IsolatedReader, Limits
from strategy_qa.corpus.readers import read_document
from strategy_qa.errors import ReadError, UnsupportedFileError
from strategy_qa.types import BlockKind, Document

WORDS = "Some words stand here"


def save(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def read(folder: Path, data: bytes | str, name: str = "odd.pdf") -> Document:
    return check_spans(read_document(save(folder, name, data)))


def outcome(folder: Path, data: bytes | str, name: str = "odd.pdf") -> tuple[str, str]:
    """The reason of the error, or the text."""
    with IsolatedReader() as reader:
        try:
            return "", check_spans(reader.read(save(folder, name, data))).text
        except ReadError as error:
            return error.reason, ""


# Size


def test_a_pdf_bomb_is_bounded(tmp_path: Path) -> None:
    path = save(tmp_path, "bomb.pdf", simple(bomb(100), filters=b"/FlateDecode"))
    assert path.stat().st_size < 200_000
    start = time.monotonic()
    with (
        IsolatedReader(limits=Limits(memory=2**30)) as reader,
        pytest.raises(ReadError, match="holds no text"),
    ):
        reader.read(path)
    assert time.monotonic() - start < 30


def test_a_bomb_of_words_is_read_once_where_they_lie_on_each_other(tmp_path: Path) -> None:
    content = b"BT /F 12 Tf 20 700 Td " + b"(Some words stand here) Tj 0 0 Td " * 20_000 + b"ET"
    document = read(tmp_path, simple(zlib.compress(content), filters=b"/FlateDecode"))
    assert WORDS in document.text


def test_many_pages_are_read_and_too_many_refused_at_once(tmp_path: Path) -> None:
    document = read(tmp_path, simple(pages=5000))
    assert len(document.pages) == 5000
    assert document.text.count(WORDS) == 5000
    start = time.process_time()
    with pytest.raises(ReadError, match="12,000 pages, more than the 10,000 allowed"):
        read(tmp_path, simple(pages=12_000))
    assert time.process_time() - start < 5


def test_a_file_of_200_mb_is_read_within_bounds(tmp_path: Path) -> None:
    path = save(tmp_path, "large.pdf", simple(more=[stream(bytes(200_000_000))]))
    with IsolatedReader() as reader:
        assert reader.read(path).text == WORDS
    os.truncate(path, 301_000_000)
    with pytest.raises(ReadError, match="more than the 300,000,000 allowed"):
        read_document(path)


# Damage


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_truncated_pdf_is_read_or_named_as_damaged(tmp_path: Path, share: float) -> None:
    data = make_pdf([column([WORDS])])
    reason, text = outcome(tmp_path, data[: int(len(data) * share)])
    assert reason in ("is damaged or not a PDF file", "holds no text") or text == WORDS


def test_a_damaged_page_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    data = simple(pages=3)
    at = data.index(b"6 0 obj\n") + 8
    document = read(tmp_path, data[:at] + b"[" + data[at + 1 :])
    assert document.text.count(WORDS) == 2
    assert document.warnings == ("page 2 is damaged: not read",)
    assert [len(page.span) > 0 for page in document.pages] == [True, False, True]


def test_a_page_count_that_lies_is_named(tmp_path: Path) -> None:
    document = read(tmp_path, simple().replace(b"/Count 1/", b"/Count 900/"))
    assert document.text == WORDS
    assert document.warnings == ("pages 2-900 are damaged: not read",)
    assert read(tmp_path, simple().replace(b"/Count 1/", b"/Count 2147483647/")).text == WORDS


@pytest.mark.parametrize(
    "data",
    [
        simple().replace(b"/Kids[5 0 R]", b"/Kids[2 0 R]"),
        simple().replace(b"/Kids[5 0 R]", b"/Kids[     ]").replace(b"/Count 1/", b"/Count 0/"),
        simple(b"BT ET"),
        simple(b"BT " + b"[" * 300_000 + b" ET"),
    ],
    ids=["pages in a loop", "no pages", "an empty page", "arrays in arrays"],
)
def test_a_pdf_without_pages_or_text_is_an_error(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ReadError, match=r"damaged|holds no text"):
        read(tmp_path, data)


@pytest.mark.parametrize(
    "data",
    [
        simple(catalogue=b"/X " + b"[" * 100_000 + b"]" * 100_000),
        simple(catalogue=b"/X " + b"<</A " * 30_000 + b">>" * 30_000),
        simple(b"q " * 300_000 + b"BT /F 12 Tf 20 700 Td (Some words stand here) Tj ET"),
        simple(
            catalogue=b"/Outlines 6 0 R",
            more=[
                b"<</First 7 0 R/Last 7 0 R/Count 1>>",
                b"<</Title(a)/Next 7 0 R/Parent 6 0 R/First 7 0 R>>",
            ],
        ),
        simple().replace(b"[0 0 600 800]", b"[0 0 1e30 1e30]"),
        simple(b"BT /F 1e38 Tf 1e38 0 0 1e38 0 0 Tm (far) Tj ET BT /F 12 Tf 20 700 Td "
               b"(Some words stand here) Tj ET"),
    ],
    ids=["arrays", "dictionaries", "states", "outline in a loop", "a huge page", "far letters"],
)  # fmt: skip
def test_nesting_and_loops_do_not_hinder_reading(tmp_path: Path, data: bytes) -> None:
    with IsolatedReader() as reader:
        assert WORDS in check_spans(reader.read(save(tmp_path, "deep.pdf", data))).text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", "<html><body>" + "<div>" * 100_000 + f"<p>{WORDS}</p>"),
        ("a.html", "<html><body>" + "<ul><li>" * 20_000 + WORDS),
        ("a.html", "<html><body>" + "<table><tr><td>" * 5_000 + WORDS),
        ("a.md", "> " * 20_000 + WORDS),
        ("a.md", "".join(f"{'  ' * n}- {WORDS}\n" for n in range(300))),
        ("a.md", "*" * 40_000 + WORDS + "*" * 40_000),
        ("a.md", "[" * 50_000 + WORDS + "](" * 50_000),
        ("a.txt", "(" * 1_000_000),
    ],
)
def test_deep_nesting_ends_within_bounds(tmp_path: Path, name: str, data: str) -> None:
    start = time.monotonic()
    reason, _text = outcome(tmp_path, data, name)
    assert not reason.startswith("the reader")
    assert time.monotonic() - start < 30


# Names and kinds


@pytest.mark.parametrize("name", ["report.docx", "report.html", "report.md", "report"])
def test_a_wrong_extension_does_not_matter_where_the_bytes_speak(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, simple(), name).text == WORDS


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"\x7fELF\0\0", bytes(range(256))])
def test_what_is_no_text_is_not_read_as_one(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnsupportedFileError):
        read(tmp_path, data, "a.txt")


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ReadError, match="no regular file"):
        read_document(tmp_path / "pipe.txt")


# What the file says of itself


@pytest.mark.parametrize(
    "labels",
    [
        b"<</Nums[0 <</S/Q/St -5/P 7>> (x) null 3 9]>>",
        b"<</Nums[0 <</S/D/P(" + b"x" * 100_000 + b")>>]>>",
        b"<</Nums[0 <</S/a/St 999999999>>]>>",
        b"<</Nums[0 <</S/r/St 999999999>>]>>",
        b"[1 2 3]",
        b"<</Kids[1 0 R]>>",
    ],
)
def test_broken_page_labels_never_hinder_reading(tmp_path: Path, labels: bytes) -> None:
    document = read(tmp_path, simple(catalogue=b"/PageLabels" + labels, pages=2))
    assert document.text.count(WORDS) == 2
    assert all(len(page.label) <= 24 for page in document.pages)


@pytest.mark.parametrize(
    "info",
    [
        b"<</CreationDate(D:99999999999999Z)/Title<FEFFD800>>>",
        b"<</CreationDate 5/Title(\x80\x81\xff\x1b[31m)>>",
        b"<</CreationDate[1]/Title[1 2]>>",
        b"<</Title(" + b"x" * 10_000 + b")>>",
        b"(no dictionary)",
    ],
)
def test_broken_dates_and_titles_never_hinder_reading(tmp_path: Path, info: bytes) -> None:
    document = read(tmp_path, simple(trailer=b"/Info 6 0 R", more=[info]))
    assert document.text == WORDS
    assert document.source.year is None
    assert document.source.title.isprintable()
    assert len(document.source.title) <= 4000
    document.source.title.encode()


def test_attachments_and_forms_are_named(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(simple()))
    writer.add_attachment("annex\n1.xlsx", b"cells")
    buffer = io.BytesIO()
    writer.write(buffer)
    document = read(tmp_path, buffer.getvalue())
    assert document.warnings == (r"attached files are not read: annex\n1.xlsx",)

    field = b"<</FT/Tx/T(name)/V(x)/Type/Annot/Subtype/Widget/Rect[10 10 200 30]>>"
    form = simple(catalogue=b"/AcroForm<</Fields[6 0 R]>>", page=b"/Annots[6 0 R]", more=[field])
    document = read(tmp_path, form)
    assert document.text == f"{WORDS}\n\nname: x"
    assert document.warnings == ("a form: what is filled in stands at the end of each page's text",)
    xfa = simple(catalogue=b"/AcroForm<</XFA 6 0 R/Fields[]>>", more=[stream(b"<xdp/>")])
    assert "XFA" in read(tmp_path, xfa).warnings[0]


def test_comments_are_counted_and_secrets_of_a_form_left_alone(tmp_path: Path) -> None:
    note = b"<</Type/Annot/Subtype/Text/Contents(Check this)/Rect[10 10 30 30]>>"
    secret = b"<</FT/Tx/Ff 8192/T(code)/V(1234)/Type/Annot/Subtype/Widget/Rect[0 0 9 9]>>"
    off = b"<</FT/Btn/T(agree)/V/Off/Type/Annot/Subtype/Widget/Rect[0 0 9 9]>>"
    loop = b"<</T(a)/Parent 9 0 R/Type/Annot/Subtype/Widget/Rect[0 0 9 9]>>"
    data = simple(page=b"/Annots[6 0 R 7 0 R 8 0 R 9 0 R]", more=[note, secret, off, loop])
    document = read(tmp_path, data)
    assert document.text == WORDS
    assert document.warnings == ("comments on its pages are not read: 1",)


def test_scripts_and_actions_do_nothing(tmp_path: Path) -> None:
    action = b"/OpenAction<</S/JavaScript/JS(app.launchURL('http://evil.example'))>>"
    document = read(tmp_path, simple(catalogue=action))
    assert document.text == WORDS


# Right to left


def test_right_to_left_text_keeps_its_order_and_loses_its_marks(tmp_path: Path) -> None:
    arabic = "الاستراتيجية الوطنية للذكاء الاصطناعي 2030"
    for name, data in (
        ("a.txt", arabic),
        ("a.md", f"# {arabic}"),
        ("b.txt", f"\u202b{arabic}\u202c"),
    ):
        assert read(tmp_path, data, name).text == arabic


def test_text_that_shows_another_order_is_read_as_it_is_written(tmp_path: Path) -> None:
    assert read(tmp_path, "pay \u202e0001\u202c pesos", "a.txt").text == "pay 0001 pesos"


# Encodings

SPANISH = "La investigación pública del país crecerá según el año próximo, dijo la señora Nuñez."


def page(meta: str = "") -> str:
    return (
        f'<!doctype html><html lang="es"><head>{meta}<title>Educación</title></head><body>'
        f"<article><h1>Educación</h1><p>{SPANISH}</p><p>{SPANISH}</p></article></body></html>"
    )


@pytest.mark.parametrize(
    ("meta", "encoding", "bom", "sure"),
    [
        ("", "utf-8", b"", True),
        ("", "utf-8", codecs.BOM_UTF8, True),
        ("", "cp1252", b"", False),
        ('<meta charset="windows-1252">', "cp1252", b"", True),
        ('<meta charset="iso-8859-1">', "cp1252", b"", True),
        ('<meta charset="utf-8">', "cp1252", b"", False),
        ('<meta charset="iso-8859-1">', "utf-8", b"", True),
        ('<meta charset="klingon">', "cp1252", b"", False),
        ('<meta charset="unicode_escape">', "cp1252", b"", False),
        ('<meta charset="macintosh">', "mac_roman", b"", True),
        ('<meta charset="iso-8859-15">', "iso-8859-15", b"", True),
        ('<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">', "cp1252",
         b"", True),
        ("", "utf-16-be", codecs.BOM_UTF16_BE, True),
        ('<meta charset="utf-16">', "utf-16-le", b"", True),
    ],
)  # fmt: skip
def test_pages_in_any_encoding(
    tmp_path: Path, meta: str, encoding: str, bom: bytes, sure: bool
) -> None:
    document = read(tmp_path, bom + page(meta).encode(encoding), "page.html")
    assert SPANISH in document.text
    assert (document.source.title, document.source.language) == ("Educación", "es")
    assert (document.warnings == ()) is sure


def test_a_few_broken_characters_do_not_change_the_encoding(tmp_path: Path) -> None:
    data = (SPANISH * 5).encode()[:-1] + b"\xf1."
    document = read(tmp_path, data, "a.txt")
    assert document.text.startswith(SPANISH)
    assert "1 characters are broken" in document.warnings[0]


# Word


def test_headers_and_footers_of_word_are_left_out(tmp_path: Path) -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Running header"
    word.sections[0].footer.paragraphs[0].text = "Page 1"
    word.add_paragraph("Body text.")
    buffer = io.BytesIO()
    word.save(buffer)
    assert read(tmp_path, buffer.getvalue(), "a.docx").text == "Body text."


def test_notes_of_word_are_read_without_unfolding_entities(tmp_path: Path) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    secret = save(tmp_path, "secret", "top secret")
    notes = (
        f'<!DOCTYPE n [<!ENTITY x SYSTEM "{secret.as_uri()}">]><w:footnotes xmlns:w="{space}">'
        '<!-- c --><w:footnote w:type="separator"><w:p/></w:footnote>'
        "<w:footnote><w:p><w:r><w:t>See annex &x;2.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    word = docx.Document()
    word.add_paragraph("Body text.")
    buffer = io.BytesIO()
    word.save(buffer)
    relation = (
        '<Relationship Id="rIdN" Target="footnotes.xml" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/footnotes"/></Relationships>'
    )
    result = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(result, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "word/_rels/document.xml.rels":
                data = data.replace(b"</Relationships>", relation.encode())
            new.writestr(item.filename, data)
        new.writestr("word/footnotes.xml", notes)
    document = read(tmp_path, result.getvalue(), "a.docx")
    assert blocks(document, BlockKind.FOOTNOTE) == ["See annex 2."]


def test_a_word_file_with_wrong_sizes_is_damaged(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Body text.")
    buffer = io.BytesIO()
    word.save(buffer)
    data = bytearray(buffer.getvalue())
    at = data.index(b"word/document.xml") - 30  # its local header
    data[at + 30 + 17 + 5] ^= 0xFF  # a byte of the packed text
    data[at + 14 : at + 18] = struct.pack("<I", 7)  # its checksum
    with pytest.raises(ReadError, match="damaged or not a Word document"):
        read(tmp_path, bytes(data), "a.docx")
