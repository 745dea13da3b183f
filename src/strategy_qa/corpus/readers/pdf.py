"""Reads PDF files: PDFium reads the text, pypdf what the file says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from strategy_qa.corpus.readers.assemble import Piece, Reading, Sheet
from strategy_qa.corpus.readers.ocr import INSTALL
from strategy_qa.corpus.readers.ocr import MAX_PAGES as MAX_OCR_PAGES
from strategy_qa.corpus.readers.pdf_columns import in_reading_order
from strategy_qa.corpus.readers.pdf_grid import Heads
from strategy_qa.corpus.readers.pdf_layout import page_pieces
from strategy_qa.corpus.readers.pdf_margins import marginal_lines
from strategy_qa.corpus.readers.pdf_page import PdfPageText
from strategy_qa.corpus.readers.pdf_pypdf import pdf_facts, pdf_plain_pages
from strategy_qa.corpus.readers.pdf_ruled import Grid, grids
from strategy_qa.corpus.readers.pdf_stepped import stepped_grids
from strategy_qa.corpus.readers.pdf_style import style_of
from strategy_qa.corpus.readers.pdfium import page_count, read_pages
from strategy_qa.corpus.readers.plain import text_pages
from strategy_qa.errors import EncryptedFileError, ReadError
from strategy_qa.types import BlockKind

MAX_PAGES = 10_000

_PASSWORD = 4  # FPDF_ERR_PASSWORD
_DAMAGED = "Fetch or copy the file again, or print it to PDF anew."
_EMPTY = "Remove it, or put a full copy there."
_SCANNED = "Run it through OCR and put the result in its place."

Ocr = Callable[[bytes, Sequence[int]], bytes]


def read_pdf(data: bytes, *, subject: str, ocr: Ocr | None = None) -> Reading:
    """One sheet a physical page, under its printed label.

    1. lines with their places, 2. OCR where pages are pictures, 3. columns, 4. margins,
    5. blocks.
    Raises ReadError for a file that both readers refuse or that holds no text,
    EncryptedFileError where it asks for a password.
    """
    import pypdfium2

    # 1. lines
    try:
        count = page_count(data)
        if count > MAX_PAGES:
            reason = f"has {count:,} pages, more than the {MAX_PAGES:,} allowed"
            raise ReadError(subject, reason, remedy="Split it.")
        pages = read_pages(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise EncryptedFileError(
                subject, "asks for a password", remedy="Save a copy without the password."
            ) from error
        return _plain(data, subject=subject)
    if not pages or all(page.damaged for page in pages):
        return _plain(data, subject=subject)
    facts = pdf_facts(data, pages=len(pages), whole=not any(page.damaged for page in pages))
    # 2. OCR
    pages, doubts = _with_ocr(data, pages, ocr)
    doubts = [*_damaged(pages), *doubts]
    # 3. columns
    tables = [_grids(page) for page in pages]
    lines = [in_reading_order(page.lines, ruled) for page, ruled in zip(pages, tables, strict=True)]
    if not any(lines) and not facts.filled:
        if any(page.scanned for page in pages):
            raise ReadError(subject, doubts[-1], remedy=_EMPTY if ocr else _SCANNED)
        raise ReadError(subject, "holds no text", remedy=_EMPTY)
    # 4. margins
    style = style_of(lines, facts.outline)
    margins = marginal_lines(lines, facts.labels)
    # 5. blocks
    sheets: list[Sheet] = []
    heads: Heads | None = None  # of a table that may go on over the page's end
    for number, page in enumerate(pages, 1):
        found, marginal, ruled = lines[number - 1], margins[number - 1], tables[number - 1]
        pieces, heads = page_pieces(
            found, marginal, style, shapes=page.shapes, tables=ruled, before=heads
        )
        pieces += [Piece(BlockKind.PARAGRAPH, text) for text in facts.filled.get(number, ())]
        sheets.append(Sheet(tuple(pieces), facts.labels[number - 1], page.scanned, page.ocr))
    return Reading(tuple(sheets), about=facts.about, warnings=(*facts.warnings, *doubts))


def _grids(page: PdfPageText) -> list[Grid]:
    return grids(page.shapes, page.lines) or stepped_grids(page.shapes, page.lines)


def _with_ocr(
    data: bytes, pages: list[PdfPageText], ocr: Ocr | None
) -> tuple[list[PdfPageText], list[str]]:
    """The pages, those that are pictures read by OCR where it is there, and what to know of it."""
    import pypdfium2

    scanned = [number for number, page in enumerate(pages, 1) if page.scanned]
    if not scanned:
        return pages, []
    looks = f"{_those(scanned, 'looks', 'look')} scanned: no text, or next to none"
    if ocr is None:
        return pages, [f"{looks} ({INSTALL})"]
    wanted = scanned[:MAX_OCR_PAGES]
    try:
        again = read_pages(ocr(data, wanted))
    except (ReadError, pypdfium2.PdfiumError) as error:
        what = error.reason if isinstance(error, ReadError) else "OCR gave no PDF"
        return pages, [f"{looks}; {what}"]
    read = [number for number in wanted if number <= len(again) and again[number - 1].lines]
    for number in read:
        pages[number - 1] = replace(again[number - 1], scanned=True, ocr=True)
    empty = sorted(set(wanted) - set(read))
    left = scanned[MAX_OCR_PAGES:]
    doubts = [f"{_those(read, 'was', 'were')} read by OCR: check quotes on the page"] * bool(read)
    doubts += [f"{_those(empty, 'looks', 'look')} scanned: OCR finds no text"] * bool(empty)
    doubts += [f"{_those(left, 'looks', 'look')} scanned: not read by OCR"] * bool(left)
    return pages, doubts


def _damaged(pages: Iterable[PdfPageText]) -> list[str]:
    damaged = [number for number, page in enumerate(pages, 1) if page.damaged]
    return [f"{_those(damaged, 'is', 'are')} damaged: not read"] * bool(damaged)


def _those(numbers: Sequence[int], one: str, more: str) -> str:
    """Pages by their numbers, as the subject of a sentence: "pages 3-5, 8 look"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    listed = ", ".join("-".join(map(str, run)) for run in runs)
    return f"page {listed} {one}" if len(numbers) == 1 else f"pages {listed} {more}"


def _plain(data: bytes, *, subject: str) -> Reading:
    """The second reader, for a file that PDFium refuses: text without layout."""
    texts = pdf_plain_pages(data, limit=MAX_PAGES)
    if texts is None:
        raise ReadError(subject, "is damaged or not a PDF file", remedy=_DAMAGED)
    if not any(text.strip() for text in texts):
        raise ReadError(subject, "holds no text", remedy=_EMPTY)
    facts = pdf_facts(data, pages=len(texts))
    sheets = tuple(
        Sheet(pieces, label) for pieces, label in zip(text_pages(texts), facts.labels, strict=True)
    )
    warning = "read by the second reader: the layout of its pages may be off"
    return Reading(sheets, about=facts.about, warnings=(*facts.warnings, warning))
