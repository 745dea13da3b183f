"""A line of a table, and which of its cells is the label."""

from __future__ import annotations

from dataclasses import dataclass

from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdf_cells import is_amount, is_blank
from strategy_qa.corpus.readers.pdf_page import Cell, Line

ALIKE = 2.0  # points between the starts of two cells of one column


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table and its cells."""

    cells: tuple[Cell, ...]
    line: Line
    words: float = float("inf")  # where the first column of words beside the labels starts

    @property
    def is_body(self) -> bool:
        """Whether there is a figure in it that is no year."""
        return any(is_amount(cell.text) for cell in self.cells)

    @property
    def has_places(self) -> bool:
        """Whether figures stand in it, or signs that there are none."""
        return any(is_amount(cell.text) or is_blank(cell.text) for cell in self.cells)

    @property
    def label(self) -> Cell | None:
        """The cell that names the row; None for one that starts with a figure."""
        first = self.cells[0]
        if is_amount(first.text) or is_blank(first.text) or first.left > self.words - ALIKE:
            return None
        return first

    @property
    def values(self) -> tuple[Cell, ...]:
        """The cells that do not name the row."""
        return self.cells[1:] if self.label else self.cells

    @property
    def is_label(self) -> bool:
        """Whether it is a label alone."""
        return len(self.cells) == 1 and self.label is not None

    @property
    def text(self) -> str:
        """The cells side by side."""
        return " | ".join(cell.text.replace(BREAK, "-") for cell in self.cells)
