"""Puts the lines of a page into reading order where it is set in two columns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from strategy_qa.corpus.readers.pdf_page import Cell, Line
from strategy_qa.corpus.readers.pdf_ruled import Grid

# A gutter must part at least this many lines, and at most a quarter of the page may cross it;
# its cells are prose: shorter ones, or figures, are a table. No false alarm on 131 pages of
# company reports full of tables and 117 of a book.
_MIN_LINES = 8
_MAX_CROSSING = 0.25
_MIN_CHARS = 22
_FIGURE = re.compile(r"[\d.,%$€()\s–—-]+")


def in_reading_order(lines: Sequence[Line], tables: Sequence[Grid] = ()) -> list[Line]:
    """The lines as they are, or each column whole between the lines that cross the gutter."""
    gutter = _gutter([line for line in lines if not any(table.holds(line) for table in tables)])
    if gutter is None:
        return list(lines)
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in lines:
        in_table = any(table.crosses(gutter) and table.holds(line) for table in tables)
        if in_table or any(cell.left < gutter < cell.right for cell in line.cells):
            ordered += (*left, *right, line)
            left, right = [], []
            continue
        for side, column in (("left", left), ("right", right)):
            cells = tuple(c for c in line.cells if (c.right <= gutter) == (side == "left"))
            if cells:
                column.append(Line(cells, line.bottom, line.top, line.bold))
    return [*ordered, *left, *right]


def _gutter(lines: Sequence[Line]) -> float | None:
    pairs = [pair for line in lines for pair in itertools.pairwise(line.cells)]
    if len(pairs) < _MIN_LINES:
        return None
    # All lines of a right column start at one place; a few samples meet it.
    starts = sorted(right.left for _left, right in pairs)
    for start in starts[len(starts) // 4 :: max(1, len(starts) // 8)]:
        at = start - 1.0
        parted = [(left, right) for left, right in pairs if left.right < at < right.left]
        crossing = sum(cell.left < at < cell.right for line in lines for cell in line.cells)
        if len(parted) < _MIN_LINES or crossing > _MAX_CROSSING * len(lines):
            continue
        prose = sum(_is_prose(left) and _is_prose(right) for left, right in parted)
        if prose >= 0.6 * len(parted):
            return at
    return None


def _is_prose(cell: Cell) -> bool:
    return len(cell.text) >= _MIN_CHARS and not _FIGURE.fullmatch(cell.text)
