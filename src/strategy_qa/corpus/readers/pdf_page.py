"""What a page of a PDF holds before it is understood: lines with their places, and rules."""

from __future__ import annotations

from dataclasses import dataclass

THIN = 3.0  # points; a rule is no thicker


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of a line without a wide gap in it; running text is one cell."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        """Font size, about."""
        return self.top - self.bottom

    @property
    def centre(self) -> float:
        """Half-way between its ends."""
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """What stands on one line of a page; lengths in points, y grows upwards."""

    cells: tuple[Cell, ...]
    bottom: float
    top: float
    bold: bool = False
    row: int = 0  # of a table, where the file lists all its cells one after the other

    @property
    def text(self) -> str:
        """The line as running text."""
        return " ".join(cell.text for cell in self.cells)

    @property
    def left(self) -> float:
        """Where the line starts."""
        return self.cells[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.cells[-1].right

    @property
    def height(self) -> float:
        """Font size, about: ascent and descent of the font."""
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Shape:
    """A rule or a filled box drawn on the page."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def level(self) -> bool:
        """Whether it is a rule from left to right."""
        return self.top - self.bottom <= THIN < self.right - self.left

    @property
    def upright(self) -> bool:
        """Whether it is a rule from top to bottom."""
        return self.right - self.left <= THIN < self.top - self.bottom

    @property
    def filled(self) -> bool:
        """Whether it is a box: what shades a cell."""
        return self.right - self.left > THIN < self.top - self.bottom


@dataclass(frozen=True, slots=True)
class PdfPageText:
    """What PDFium sees of one page."""

    lines: tuple[Line, ...]
    scanned: bool = False  # a picture, and next to no text
    damaged: bool = False  # PDFium refuses this page
    ocr: bool = False  # the lines were read by OCR
    shapes: tuple[Shape, ...] = ()
