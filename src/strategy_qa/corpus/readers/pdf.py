"""Reads PDF files: PDFium reads the text, pypdf what the file says of itself."""

from __future__ import annotations

from strategy_qa.corpus.readers.assemble import Reading, Sheet
from strategy_qa.corpus.readers.pdf_columns import in_reading_order
from strategy_qa.corpus.readers.pdf_layout import page_pieces
from strategy_qa.corpus.readers.pdf_margins import marginal_lines
from strategy_qa.corpus.readers.pdf_pypdf import pdf_facts, pdf_plain_pages
from strategy_qa.corpus.readers.pdf_style import style_of
from strategy_qa.corpus.readers.pdfium import PdfPageText, read_pages
from strategy_qa.corpus.readers.plain import text_pages
from strategy_qa.errors import EncryptedFileError, ReadError

MAX_PAGES = 10_000

_PASSWORD = 4  # FPDF_ERR_PASSWORD
_DAMAGED = "Fetch or copy the file again, or print it to PDF anew."
_SCANNED = "Run it through OCR (for example ocrmypdf) and put the result in its place."


def read_pdf(data: bytes, *, subject: str) -> Reading:
    """One sheet a physical page, under its printed label.

    1. lines with their places, 2. columns, 3. margins, 4. blocks.
    Raises ReadError for a file that both readers refuse or that holds no text,
    EncryptedFileError where it asks for a password.
    """
    import pypdfium2

    try:
        pages = read_pages(data, limit=MAX_PAGES + 1)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise EncryptedFileError(
                subject, "asks for a password", remedy="Save a copy without the password."
            ) from error
        return _plain(data, subject=subject)
    if len(pages) > MAX_PAGES:
        raise ReadError(subject, f"has more than {MAX_PAGES:,} pages", remedy="Split it.")
    facts = pdf_facts(data, pages=len(pages))
    warnings = [*facts.warnings, *_scanned(pages)]
    lines = [in_reading_order(page.lines) for page in pages]
    if not any(lines):
        what = "looks scanned: no text" if any(p.pictured for p in pages) else "holds no text"
        raise ReadError(subject, what, remedy=_SCANNED)
    style = style_of(lines, facts.outline)
    margins = marginal_lines(lines, facts.labels)
    sheets = tuple(
        Sheet(tuple(page_pieces(page, marginal, style)), label)
        for page, marginal, label in zip(lines, margins, facts.labels, strict=True)
    )
    return Reading(sheets, about=facts.about, warnings=tuple(warnings))


def _scanned(pages: list[PdfPageText]) -> list[str]:
    return [
        f"page {number} looks scanned: no text"
        for number, page in enumerate(pages, 1)
        if page.pictured
    ]


def _plain(data: bytes, *, subject: str) -> Reading:
    """The second reader, for a file that PDFium refuses: text without layout."""
    texts = pdf_plain_pages(data, limit=MAX_PAGES)
    if texts is None:
        raise ReadError(subject, "is damaged or not a PDF file", remedy=_DAMAGED)
    if not any(text.strip() for text in texts):
        raise ReadError(subject, "holds no text", remedy=_SCANNED)
    facts = pdf_facts(data, pages=len(texts))
    sheets = tuple(
        Sheet(pieces, label) for pieces, label in zip(text_pages(texts), facts.labels, strict=True)
    )
    warning = "read by the second reader: the layout of its pages may be off"
    return Reading(sheets, about=facts.about, warnings=(*facts.warnings, warning))
