"""Pages that are pictures of text: told apart, and read by OCR where it is installed."""

import io
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image

from pdf_maker import Put, column, make_pdf
from reading_rules import check_spans
from strategy_qa.corpus.isolation import IsolatedReader
from strategy_qa.corpus.readers import read_document
from strategy_qa.corpus.readers.ocr import ocr_available
from strategy_qa.corpus.readers.pdf import read_pdf
from strategy_qa.errors import ReadError
from strategy_qa.types import Document

needs_ocr = pytest.mark.skipif(
    not ocr_available(), reason="NOT TESTED: needs strategy-qa[ocr] and tesseract with eng and spa"
)
SCAN = [
    "La estrategia nacional de inteligencia artificial",
    "propone una subcomisión y más investigación pública",
    "para el año 2020, con 1,500 personas.",
]


def picture(lines: list[str]) -> Image.Image:
    """A page of text as a picture, 150 dots an inch."""
    with pypdfium2.PdfDocument(make_pdf([[Put(20, 40 + 12 * n, text, 16) for n, text in
                                          enumerate(lines)]])) as document:  # fmt: skip
        return document[0].render(scale=150 / 72).to_pil().convert("L")


def scan(*, stamp: str = "", before: int = 0, after: int = 0, share: float = 1) -> bytes:
    """A PDF with a scanned page between pages of text."""
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    for number in range(before + 1 + after):
        pdf.add_page()
        if number != before:
            pdf.text(20, 30, f"Text of page {number + 1}")
            continue
        pdf.image(picture(SCAN), 0, 0, 210 * share, 297 * share)
        if stamp:
            pdf.text(20, 280, stamp)
    return bytes(pdf.output())


def read(folder: Path, data: bytes) -> Document:
    path = folder / "scan.pdf"
    path.write_bytes(data)
    return check_spans(read_document(path))


def test_a_scanned_page_is_named_with_what_to_install(tmp_path: Path) -> None:
    document = read(tmp_path, scan(before=1, after=1))
    assert [(page.scanned, page.ocr) for page in document.pages] == [
        (False, False), (True, False), (False, False)
    ]  # fmt: skip
    (warning,) = document.warnings
    assert warning.startswith("page 2 looks scanned")
    assert "pip install 'strategy-qa[ocr]'" in warning


def test_a_stamp_does_not_hide_a_scan(tmp_path: Path) -> None:
    document = read(tmp_path, scan(stamp="Downloaded on 3 May 2019"))
    assert document.text == "Downloaded on 3 May 2019"
    assert document.pages[0].scanned


def test_a_picture_beside_text_or_a_small_one_alone_is_no_scan(tmp_path: Path) -> None:
    assert not read(tmp_path, scan(stamp="A caption", share=0.5)).pages[0].scanned
    assert not read(tmp_path, scan(before=1, share=0.3)).pages[1].scanned


def test_many_scanned_pages_are_one_warning() -> None:
    pdf = FPDF()
    page = picture(SCAN)
    for number in range(1, 10):
        pdf.add_page()
        if number in (1, 5):
            pdf.set_font("Helvetica", size=11)
            pdf.text(20, 30, "Some text")
        else:
            pdf.image(page, 0, 0, 210, 297)
    reading = read_pdf(bytes(pdf.output()), subject="x.pdf")
    assert [w[:24] for w in reading.warnings] == ["pages 2-4, 6-9 look scan"]


def recognised(data: bytes, pages: object) -> bytes:
    """What OCR gives: the page with its words as text."""
    return make_pdf([column(["Text of page 1"]), column(SCAN)])


def test_what_ocr_gives_replaces_scanned_pages_only() -> None:
    reading = read_pdf(scan(before=1), subject="x.pdf", ocr=recognised)
    assert [(sheet.scanned, sheet.ocr) for sheet in reading.sheets] == [
        (False, False), (True, True)
    ]  # fmt: skip
    assert reading.warnings == ("page 2 was read by OCR: check quotes on the page",)
    assert " ".join(p.text for p in reading.sheets[1].pieces) == " ".join(SCAN)


def test_a_failing_ocr_is_a_warning_and_costs_no_text() -> None:
    def failing(data: bytes, pages: object) -> bytes:
        raise ReadError("", "OCR failed (no language)")

    reading = read_pdf(scan(before=1), subject="x.pdf", ocr=failing)
    assert "page 2 looks scanned" in reading.warnings[0]
    assert "OCR failed (no language)" in reading.warnings[0]
    with pytest.raises(ReadError, match="OCR failed"):
        read_pdf(scan(), subject="x.pdf", ocr=failing)


def test_an_ocr_that_gives_no_pdf_is_a_warning() -> None:
    reading = read_pdf(scan(before=1), subject="x.pdf", ocr=lambda data, pages: b"junk")
    assert reading.warnings[0].endswith("OCR gave no PDF")


@needs_ocr
def test_scans_are_read_in_spanish_and_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan(before=1, after=1))
    with IsolatedReader() as reader:
        document = check_spans(reader.read(path))
        again = reader.read(path)
    assert "propone una subcomisión y más investigación pública" in document.text
    assert "para el año 2020, con 1,500 personas." in document.text
    assert [page.ocr for page in document.pages] == [False, True, False]
    assert document.page_at(document.text.index("subcomisión")).number == 2
    assert document.warnings == ("page 2 was read by OCR: check quotes on the page",)
    assert again == document
    assert len(list((tmp_path / "cache").rglob("*.pdf"))) == 1


@needs_ocr
def test_signed_encrypted_and_stamped_scans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdf

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(scan()))
    writer.encrypt("", "owner")
    locked = tmp_path / "locked.pdf"
    writer.write(locked)
    stamped = tmp_path / "stamped.pdf"
    stamped.write_bytes(scan(stamp="Downloaded on 3 May 2019"))
    with IsolatedReader() as reader:
        assert "subcomisión" in reader.read(stamped).text
        assert "subcomisión" in reader.read(locked).text
