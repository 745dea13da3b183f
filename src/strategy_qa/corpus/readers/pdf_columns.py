"""Puts the lines of a page into reading order where it is set in two columns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from strategy_qa.corpus.readers.pdf_bands import in_rows
from strategy_qa.corpus.readers.pdf_page import Cell, Line
from strategy_qa.corpus.readers.pdf_ruled import Grid

# A gutter must part at least this many lines, and at most a quarter of the page may cross it;
# its cells are prose: shorter ones, or figures, are a table. No false alarm on 131 pages of
# company reports full of tables and 117 of a book.
_MIN_LINES = 8
_MAX_CROSSING = 0.25
_MIN_CHARS = 22
_NAME_CHARS = 40
_TALL = 12  # heights over the first of them
_NEAR = 48  # lines, more names among them, and then the rows of its table
_FIGURE = re.compile(r"[\d.,%$€()\s–—-]+")


def in_reading_order(lines: Sequence[Line], tables: Sequence[Grid] = ()) -> list[Line]:
    """The lines as they are, or each column whole between the lines that cross the gutter."""
    gutter = _gutter([line for line in lines if not any(table.holds(line) for table in tables)])
    if gutter is None:
        held = [line for line in lines if any(table.holds(line) for table in tables)]
        return _names_in_place(lines if held else in_rows(lines))
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


def _names_in_place(lines: Sequence[Line]) -> list[Line]:
    """Names of columns that the file lists after the rows they stand over, put above them."""
    placed: list[Line] = []
    end = 0  # of what runs down the page
    at: int | None = None
    for line in lines:
        jumps = end > 0 and line.bottom > placed[end - 1].top
        if at is not None and jumps and _goes_on(placed[at], line):
            at += 1  # one more line of a name: both stay together
        else:
            after = 0 if at is None else at + 1
            at = _above_rows(line, placed[:end], after) if jumps and _is_short(line) else None
        placed.insert(len(placed) if at is None else at, line)
        if at is not None:
            end += 1
        elif not jumps:
            end = len(placed)
    return placed


def _above_rows(name: Line, lines: Sequence[Line], after: int) -> int | None:
    """Where a short line goes: above rows of figures over which it stands; None for nowhere.

    Names of one table that are listed together stay so, each `after` the one before it.
    """
    level = name.bottom - 0.3 * name.height
    highest = -1.0  # of the lines from one on
    at = len(lines)
    while at and (highest := max(highest, lines[at - 1].bottom)) < level:
        at -= 1
    if not any(_figures(line) > 1 for line in lines[at:after]):
        at = max(at, after)
    rows = [i for i in range(at, min(at + _NEAR, len(lines))) if _figures(lines[i]) > 1]
    over = (lines[i].cells[0].right < name.left < name.right < _end(lines[i]) for i in rows)
    near = bool(rows) and name.bottom - lines[rows[0]].top < _TALL * name.height
    return at if near and any(over) else None


def _goes_on(one: Line, two: Line) -> bool:
    """Whether a line stands right under the middle of another."""
    off = abs(one.left + one.right - two.left - two.right) / 2
    return 0.5 * one.height < one.bottom - two.bottom < 1.5 * one.height and off < one.height


def _end(line: Line) -> float:
    return line.right + line.height


def _is_short(line: Line) -> bool:
    return all(len(cell.text) <= _NAME_CHARS for cell in line.cells)


def _figures(line: Line) -> int:
    return sum(bool(_FIGURE.fullmatch(cell.text)) for cell in line.cells)


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
