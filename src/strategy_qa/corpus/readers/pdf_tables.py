"""Finds the rows of tables among the lines of a PDF page, and writes them as text.

Each row names its columns where the page leaves no doubt which name stands over which; where it
does, cells are only set side by side: a figure beside a wrong name would be worse than alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from strategy_qa.corpus.readers.pdf_cells import is_amount, is_blank, line_cells
from strategy_qa.corpus.readers.pdf_grid import Heads, table_rows
from strategy_qa.corpus.readers.pdf_page import Line, Shape
from strategy_qa.corpus.readers.pdf_row import Row
from strategy_qa.corpus.readers.pdf_spans import Join
from strategy_qa.corpus.readers.pdf_style import CAPTION

_MAX_LABELS = 2  # lines of one cell between two rows: a group's name, a name in two lines
_MAX_LABEL_LINES = 8  # of one or two in the column of labels
_MAX_NAMES = 48  # lines of column names above the first row: eight columns of six lines
_NAMES_HEIGHT = 9  # heights that the names may take
_MAX_DROP = 3.5  # heights between two lines of one table
_LABEL_CHARS = 60  # of the name of a group of rows
_NARROW = 0.25  # and this: "Comp." and "attributable to Example Inc." end no sentence
_PROSE = 0.8  # and this: a line of running text that goes on below
_WIDE = 0.6  # of the page's text: running text, not a name
_SENTENCE_END = re.compile(r"(?:[.;]|.{40}:)$")


def table_runs(lines: Sequence[Line], *, headings: set[int]) -> list[range]:
    """Runs of lines that are tables: two rows or more, with the names above and between them."""
    runs: list[range] = []
    rows = {line.row for line in lines if line.row and _has_amount(line)}
    for at, line in enumerate(lines):
        if len(line_cells(line)) < 2 and line.row not in rows:
            continue
        if runs and _goes_on(lines[runs[-1].stop - 1 : at + 1]):
            runs[-1] = range(runs[-1].start, at + 1)
        else:
            runs.append(range(at, at + 1))
    feet = _feet(lines)
    tables: list[range] = []
    free = 0
    for run in runs:
        if len(run) == 1:
            continue
        start = _first_name(lines, run.start, free, headings, feet)
        # What was taken for a table of its own is the first lines of this one's names.
        while tables and start < tables[-1].stop:
            start = min(start, tables.pop().start)
        if tables and start == tables[-1].stop and _is_beside(lines, tables[-1], start):
            start = tables.pop().start
        tables.append(range(start, run.stop))
        if any(_has_amount(lines[i]) for i in run):
            free = run.stop
    return tables


def _is_beside(lines: Sequence[Line], table: range, at: int) -> bool:
    """Whether a line stands beside the last line of a table, or higher: more of its names."""
    last = lines[table.stop - 1]
    return last.bottom - 0.5 * last.height < lines[at].bottom < lines[table.start].top


def table_of(
    lines: Sequence[Line], shapes: Sequence[Shape], *, join: Join, before: Heads | None = None
) -> tuple[str, Heads | None]:
    """The lines as rows of text, and the names under which the table may go on.

    `before` are those of a table that may go on in these lines.
    """
    rows = [Row(tuple(line_cells(line)), line) for line in lines]
    text, heads = table_rows(rows, shapes, join, before=before)
    return "\n".join(text), heads


def _has_amount(line: Line) -> bool:
    return any(is_amount(cell.text) for cell in line_cells(line))


def _goes_on(lines: Sequence[Line]) -> bool:
    """Whether the last of these lines belongs to the table in which the first is a row."""
    first, *between, last = lines
    aligned = _aligned(first, last)
    # Lines that end before the figures are a label, however long; others may be text between.
    start = min((cell.left for row in (first, last) for cell in line_cells(row)[1:]), default=0)
    label = all(line.right < start for line in between)
    if len(between) > (_MAX_LABEL_LINES if label else _MAX_LABELS + aligned):
        return False
    ends = (":", ",") if aligned else ()
    if any(_SENTENCE_END.search(b.text) and not b.text.endswith(ends) for b in between):
        return False
    if any(CAPTION.match(b.text) for b in between):
        return False
    if aligned:  # the file may list the words of a row in another order than they stand
        between.sort(key=lambda line: -line.bottom)
    steps = itertools.pairwise([first, *between, last])
    return all(-0.5 * b.height < a.bottom - b.bottom < _MAX_DROP * b.height for a, b in steps)


def _aligned(one: Line, two: Line) -> bool:
    """Whether two rows have figures, the last of which end at one place."""
    last = [line_cells(line)[-1] for line in (one, two)]
    return (
        all(is_amount(c.text) or is_blank(c.text) for c in last)
        and abs(last[0].right - last[1].right) < 4
    )


def _feet(lines: Sequence[Line]) -> dict[int, float]:
    """Where the rows end that the file lists cell by cell."""
    feet: dict[int, float] = {}
    for line in lines:
        if line.row:
            feet[line.row] = min(feet.get(line.row, line.bottom), line.bottom)
    return feet


def _first_name(
    lines: Sequence[Line], first: int, free: int, headings: set[int], feet: Mapping[int, float]
) -> int:
    """The line from which on short lines above the first row name its columns."""
    left = min(line.left for line in lines)
    width = max(line.right for line in lines) - left
    top, floor = lines[first].top, feet.get(lines[first].row, lines[first].bottom)
    highest = top + _NAMES_HEIGHT * lines[first].height
    at = first
    while at > max(free, first - _MAX_NAMES):
        above, below = lines[at - 1], lines[at]
        one = len(line_cells(above)) == 1
        # Lines of names are listed column by column as often as from the top down; those of names
        # that are listed cell by cell stand as near as the lowest of them.
        gap = min(above.bottom, feet.get(above.row, above.bottom)) - top
        near = above.bottom > floor - 0.5 * above.height and gap < (1.6 + (not one)) * above.height
        share = (above.right - above.left) / width
        ended = share > _NARROW and _SENTENCE_END.search(above.text)
        prose = one and (share > _WIDE or ended)
        # A heading stands at the left or is large; a name in bold type stands over its column.
        large = above.height > 1.1 * below.height
        alone = one and not above.row
        heading = alone and at - 1 in headings and (large or above.left < left + 0.15 * width)
        caption = one and CAPTION.match(above.text)
        prose = prose or (one and at > 1 and _ends_prose(lines[at - 2], above, width))
        prose = prose and alone
        stops = heading or caption or prose or not near or above.top > highest
        if stops and not (one and _names_over(lines[max(free, at - 4) : at], lines[first])):
            break
        top = max(top, above.top)
        at -= 1
    return at


def _ends_prose(before: Line, line: Line, width: float) -> bool:
    """Whether a line is the last of a paragraph: under the start of a line of running text."""
    wide = len(before.cells) == 1 and before.right - before.left > _PROSE * width
    under = abs(before.left - line.left) < 2 and abs(before.height - line.height) < 1
    near = 0 < before.bottom - line.bottom < 1.6 * line.height
    return wide and under and near and not _SENTENCE_END.search(before.text)


def _names_over(above: Sequence[Line], row: Line) -> bool:
    """Whether lines of names stand over a row's figures, with the name of a group between."""
    figures = [cell for cell in line_cells(row) if is_amount(cell.text)]
    for line in reversed(above):
        cells = line_cells(line)
        if len(cells) > 1:
            over = [any(c.left < f.right and f.left < c.right for c in cells) for f in figures]
            tall = line.bottom - row.top < _NAMES_HEIGHT * row.height
            return tall and not _has_amount(line) and sum(over) > max(1, 0.6 * len(figures))
        if len(line.text) > _LABEL_CHARS:
            return False
    return False
