"""Reads the lines of a PDF, with their places, through PDFium.

PDFium is not thread-safe: two threads in it end the process. Whoever calls pypdfium2 holds
`PDFIUM`, and closes what was opened before letting go.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdf_page import Cell, Line, PdfPageText, Shape
from strategy_qa.corpus.readers.pdf_scans import looks_scanned
from strategy_qa.corpus.readers.pdf_shapes import page_shapes

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

    from strategy_qa.corpus.readers.pdf_shapes import Turn

PDFIUM = threading.RLock()

# In heights of a line; chosen by eye on 131 pages of company reports and a book set in LaTeX.
_CELL_GAP = 1.2
_WORD_GAP = 0.15
_BACK = 8
_FAR = 1e6  # points; a damaged file puts letters at infinity


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def solid(self) -> bool:
        return -_FAR < self.bottom < self.top < _FAR and not self.text.isspace()


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters that PDFium lists as one line."""

    chars: tuple[_Char, ...]
    bold: bool


def page_count(data: bytes) -> int:
    """How many pages the file says it has. Raises PdfiumError where PDFium refuses it."""
    import pypdfium2

    with PDFIUM, pypdfium2.PdfDocument(data) as document:
        return len(document)


def read_pages(data: bytes) -> list[PdfPageText]:
    """All pages. Raises PdfiumError where PDFium refuses the file.

    The lock is let go between pages, so that a long document does not keep others waiting.
    """
    import pypdfium2

    with PDFIUM:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    try:
        return [_page(document, at) for at in range(count)]
    finally:
        with PDFIUM:
            document.close()


def _page(document: PdfDocument, at: int) -> PdfPageText:
    import pypdfium2

    with PDFIUM:
        try:
            page = document[at]
        except pypdfium2.PdfiumError:
            return PdfPageText((), damaged=True)
        # Closing the page closes its text.
        with contextlib.closing(page):
            try:
                textpage = page.get_textpage()
                turn = _turned(page)
                shapes = page_shapes(page, turn)
                upright = [shape for shape in shapes if shape.upright]
                runs = _merged(_runs(textpage, turn))
                lines = tuple(_line(run, upright) for run in runs)
                return PdfPageText(lines, scanned=looks_scanned(page, lines), shapes=shapes)
            except pypdfium2.PdfiumError:
                return PdfPageText((), damaged=True)


def _runs(textpage: PdfTextPage, turn: Turn) -> Iterator[_Run]:
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    chars: list[_Char] = []
    last: _Char | None = None  # that is no blank
    ends: list[int] = []  # indices of the first and last letter or figure
    count = textpage.count_chars()
    for at in range(count):
        char = chr(raw.FPDFText_GetUnicode(textpage, at))
        if char not in "\0\r\n":
            raw.FPDFText_GetLooseCharBox(textpage, at, box)
            read = _Char(char, *turn(box))
            if last and read.right < last.left and _is_below(read, last):
                yield _Run(tuple(chars), _bold(textpage, ends))
                chars, ends = [], []
            chars.append(read)
            if not char.isspace():
                last = read
            if char.isalnum():  # a bullet is seldom bold, whatever follows it
                ends = [*ends[:1], at]
        if char in ("\n", BREAK) or at == count - 1:
            if any(char.solid for char in chars):
                yield _Run(tuple(chars), _bold(textpage, ends))
            chars, ends, last = [], [], None


def _is_below(char: _Char, last: _Char) -> bool:
    """Whether a character starts a line that PDFium lists as more of the line above it."""
    if not char.solid or not last.solid:
        return False
    under = char.top - last.bottom < 0.3 * min(char.height, last.height)
    return under and abs(char.height - last.height) < 0.1 * last.height


def _turned(page: PdfPage) -> Turn:
    """From a box on the sheet to left, right, bottom, top as read, for pages shown turned."""
    x0, y0, x1, y1 = page.get_mediabox()
    turns: dict[int, Turn] = {
        0: lambda box: (box.left, box.right, box.bottom, box.top),
        90: lambda box: (box.bottom - y0, box.top - y0, x1 - box.right, x1 - box.left),
        180: lambda box: (x1 - box.right, x1 - box.left, y1 - box.top, y1 - box.bottom),
        270: lambda box: (y1 - box.top, y1 - box.bottom, box.left - x0, box.right - x0),
    }
    return turns[page.get_rotation()]


def _merged(runs: Iterator[_Run]) -> Iterator[_Run]:
    """Puts together what stands on one line: a raised figure, the cells of a row."""
    before: _Run | None = None
    for run in runs:
        joined = before and _beside(before, run)
        if before and not joined:
            yield before
        before = joined or run
    if before:
        yield before


def _beside(one: _Run, two: _Run) -> _Run | None:
    """Both as one where `two` goes on to the right of `one`; else None."""
    last = next(char for char in reversed(one.chars) if char.solid)
    first = next(char for char in two.chars if char.solid)
    overlap = min(last.top, first.top) - max(last.bottom, first.bottom)
    low, high = sorted((last.height, first.height))
    gap = first.left - last.right
    if overlap < 0.5 * low or gap < -0.3 * high:
        return None
    if last.text == BREAK and gap <= _CELL_GAP * high:
        return None
    blank = (_Char(" ", 0, 0, 0, 0),) if gap > _WORD_GAP * high else ()
    return _Run(one.chars + blank + two.chars, one.bold and two.bold)


def _line(run: _Run, upright: Sequence[Shape]) -> Line:
    """A run of characters, cut into cells at wide gaps and where an upright rule passes."""
    solid = [char for char in run.chars if char.solid]
    # The middle one: mathematical signs stand in boxes three times as high as their line.
    middle = sorted(solid, key=lambda char: char.height)[len(solid) // 2]
    level = (middle.bottom + middle.top) / 2
    bars = [rule.left for rule in upright if rule.bottom < level < rule.top]
    cells: list[Cell] = []
    text, inside = "", list[_Char]()
    for char in run.chars:
        if not char.solid:
            text += char.text
            continue
        before = inside[-1] if inside else char
        wide = char.left - before.right > _CELL_GAP * middle.height
        back = before.left - char.right > _BACK * middle.height
        if back and char.height < 0.9 * middle.height:
            text += char.text  # the mark of a note, listed after its line
            continue
        if wide or back or any(before.right - 1 < bar < char.left + 1 for bar in bars if inside):
            cells.append(_cell(text, inside))
            text, inside = "", []
        elif text[-1:].isdigit() and char.text.isdigit() and _is_raised(before, char):
            text += " "
        text += char.text
        inside.append(char)
    cells.append(_cell(text, inside))
    return Line(tuple(cells), middle.bottom, middle.top, run.bold)


def _cell(text: str, solid: Sequence[_Char]) -> Cell:
    middle = sorted(solid, key=lambda char: char.height)[len(solid) // 2]
    return Cell(text.strip(), solid[0].left, solid[-1].right, middle.bottom, middle.top)


def _is_raised(one: _Char, two: _Char) -> bool:
    """Whether one of two neighbours is a raised mark: 750 with note 1 must not become 7501."""
    high = max(one.height, two.height)
    return abs(one.height - two.height) > 0.15 * high or abs(one.bottom - two.bottom) > 0.2 * high


def _bold(textpage: PdfTextPage, ends: list[int]) -> bool:
    import ctypes

    from pypdfium2 import raw

    def bold(at: int) -> bool:
        name = ctypes.create_string_buffer(128)
        raw.FPDFText_GetFontInfo(textpage, at, name, len(name), ctypes.c_int())
        weight = raw.FPDFText_GetFontWeight(textpage, at)
        return weight >= 600 or b"bold" in name.value.lower() or b"black" in name.value.lower()

    return bool(ends) and all(bold(at) for at in ends)
