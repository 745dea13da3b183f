"""Finds rows of tables that a file lists cell by cell, and sets their lines under each other.

A cell of three lines is listed whole before the figures beside it; read in that order the figures
lose their label. What is listed to the right of the lines before it, and no lower, is the next
cell of the same row.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from strategy_qa.corpus.readers.pdf_cells import is_amount
from strategy_qa.corpus.readers.pdf_page import Cell, Line

_LEADING = 1.6  # heights between two lines of one cell
_WIDER = 1.25  # times the distance of lines in the other cells: another row
_TALL = 12  # heights by which a cell may rise over the one before it
_MAX_LINES = 15  # of a cell; more are a column of text
_MAX_ROW = 200  # lines of a row
_SHORT = 22  # characters; two cells beside each other may be prose, unless one is shorter
_WIDE = 0.6  # of the page's text: running text
_FORMULA = re.compile("[=⇒⇔∈∀∂∪∩◦{}|]")
_WORD = re.compile(r"[^\W\d_]{3}")
_SAME = 0.35  # heights between the feet of two cells on one line


@dataclass(slots=True)
class _Band:
    """Lines listed one after the other, as stacks of cells from the left to the right."""

    lines: list[Line] = field(default_factory=list)
    stacks: list[list[Cell]] = field(default_factory=list)
    jumps: bool = False

    def open(self, line: Line) -> None:
        self.lines = [line]
        self.stacks = [[cell] for cell in line.cells]
        self.jumps = False

    def takes(self, line: Line) -> bool:
        """Put a line into the row, as more of its last cell or as the next one; or refuse it."""
        if len(self.lines) == _MAX_ROW:
            return False
        last, first = self.stacks[-1], line.cells[0]
        drop = (last[-1].bottom - first.bottom) / first.height
        beside = first.left > max(cell.right for cell in last) - 1
        if not beside and 0.5 < drop < _LEADING and _overlap(first, last[-1]):
            last.append(first)
        elif beside and self._is_near(first):
            self.stacks.append([first])
            self.jumps |= drop < -_SAME
        else:
            return False
        self.stacks += [[cell] for cell in line.cells[1:]]
        self.lines.append(line)
        return True

    def _is_near(self, cell: Cell) -> bool:
        low = min(line.bottom for line in self.lines) - _LEADING * cell.height
        high = max(line.bottom for line in self.lines) + _TALL * cell.height
        return low < cell.bottom < high


def in_rows(lines: Sequence[Line]) -> list[Line]:
    """The lines with those of each row from the top down, what stands on one line as one.

    The lines of one row bear its number as `Line.row`; all others bear 0. A row without figures
    keeps its order.
    """
    width = max((line.right for line in lines), default=0) - min(
        (line.left for line in lines), default=0
    )
    found: list[Line] = []
    band = _Band()
    row = 0
    for line in [*lines, None]:
        prose = line and len(line.cells) == 1 and line.right - line.left > _WIDE * width
        if line and band.lines and not prose and band.takes(line):
            continue
        before, members = _closed(band, line)
        row += bool(members)
        # Names of columns tell by the order in which they are listed what belongs together.
        if _has_figures(members):
            members = _on_lines(members)
        found += [*before, *(replace(member, row=row) for member in members)]
        band = _Band()
        if prose and line:
            found.append(line)
        elif line:
            band.open(line)
    return found


def _has_figures(lines: Sequence[Line]) -> bool:
    """Whether a row has a label and figures; one without a word is a formula as often."""
    cells = [cell for line in lines for cell in line.cells]
    worded = any(_WORD.search(line.cells[0].text) for line in lines)
    return worded and any(is_amount(cell.text) for cell in cells)


def _closed(band: _Band, after: Line | None) -> tuple[list[Line], list[Line]]:
    """Lines that stand before a row, and the lines of the row; none where it is no row.

    `after` is the line listed next: one beside the row says that its cells are those of several.
    """
    if not band.jumps:
        return band.lines, []
    if any(_FORMULA.search(line.text) for line in band.lines):
        return band.lines, []
    feet = [line.bottom for line in band.lines]
    if after and min(feet) + _SAME * after.height < after.bottom < max(feet):
        return band.lines, []
    first, *others = band.stacks
    steps = [step for stack in band.stacks for step in _steps(stack)]
    # What stands above the first cell at a wider distance, or in other type, is no part of it.
    start = 0
    for at in range(1, len(first)):
        wider = first[at - 1].bottom - first[at].bottom > _WIDER * min(steps)
        if wider or abs(first[at - 1].height - first[at].height) > 0.12 * first[at].height:
            start = at
    kept = first[start:]
    top = max(cell.top for stack in [kept, *others] for cell in stack)
    short = any(len(stack) == 1 and len(stack[0].text) <= _SHORT for stack in [kept, *others])
    tall = max(len(stack) for stack in [kept, *others]) > _MAX_LINES
    if tall or not (short or len(band.stacks) > 2) or any(c.bottom > top for c in first[:start]):
        return band.lines, []
    feet = [c.bottom for stack in [kept, *others] for c in stack if is_amount(c.text)]
    if feet and max(feet) - min(feet) > _SAME * kept[0].height:
        return band.lines, []  # several rows
    dropped = first[:start]
    before = [line for line in band.lines if line.cells[0] in dropped]
    return before, [line for line in band.lines if line not in before]


def _steps(stack: Sequence[Cell]) -> Iterator[float]:
    for one, two in itertools.pairwise(stack):
        yield one.bottom - two.bottom


def _on_lines(lines: Sequence[Line]) -> list[Line]:
    found: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.bottom):
        last = found[-1] if found else None
        if last and last.bottom - line.bottom < _SAME * line.height:
            cells = sorted((*last.cells, *line.cells), key=lambda cell: cell.left)
            found[-1] = replace(last, cells=tuple(cells), bold=last.bold and line.bold)
        else:
            found.append(line)
    return found


def _overlap(one: Cell, two: Cell) -> bool:
    return one.left < two.right and two.left < one.right
