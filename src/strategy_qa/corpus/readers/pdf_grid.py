"""Sets the cells of a table into columns by their places, and writes row after row.

1. parts, each under names of its own, 2. rows, a label of two lines as one, 3. columns from the
figures, 4. names above them, or those of the part before that has the same columns.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from strategy_qa.corpus.readers.pdf_cells import is_amount, is_year
from strategy_qa.corpus.readers.pdf_names import FORMULA, column_names, stacks_of
from strategy_qa.corpus.readers.pdf_page import Cell, Shape
from strategy_qa.corpus.readers.pdf_row import Row
from strategy_qa.corpus.readers.pdf_row_text import TOUCH, column_of, fits, plain, written_rows
from strategy_qa.corpus.readers.pdf_rows import on_lines, whole_rows, with_first, words_start
from strategy_qa.corpus.readers.pdf_spans import Column, Join

_MAX_LABEL = 3  # lines of the name of the rows' names; more are rows of text
_SAME_EDGE = 4.0  # points between the edges of a column and of the one it goes on
_WORD = re.compile(r"[^\W\d_]{3}")
_UNIT = re.compile(r"\(.+\)")  # of all figures, where no name of labels says it
_IRREGULAR = 0.2  # share of the rows whose cells fit no column: the columns are wrong


Names = tuple[tuple[str, ...], ...]  # each from the outer one inwards


@dataclass(frozen=True, slots=True)
class Heads:
    """The names of a table, and where its columns stand: what a later part may go on under."""

    places: tuple[tuple[float, float], ...]  # left and right of each column, that of labels first
    names: Names


def table_rows(
    rows: Sequence[Row], shapes: Sequence[Shape], join: Join, *, before: Heads | None = None
) -> tuple[list[str], Heads | None]:
    """The rows as lines of text, each with the names of its columns where they are sure.

    `before` are the names of a table that may go on here. Also what may go on after the last row.
    """
    lines: list[str] = []
    for names, body in _parts(rows):
        found, before = _written(names, body, shapes, join, before) if body else (None, None)
        lines += found or [row.text for row in (*names, *body)]
    return lines, before


def _parts(rows: Sequence[Row]) -> Iterator[tuple[list[Row], list[Row]]]:
    """Rows of names and the rows under them; new names in the middle start a new part."""
    names: list[Row] = []
    body: list[Row] = []
    starts: list[tuple[bool, float]] = []  # of figures, whether a label stands beside them
    listed = {row.line.row for row in rows if row.line.row and row.is_body}
    for at, row in enumerate(rows):
        anew = bool(body) and row.line.row not in listed
        if anew and _names_anew(row, starts) and any(later.is_body for later in rows[at:]):
            yield names, body
            names, body, starts = [row], [], []
        elif body or row.is_body:
            starts += [(row.label is not None, c.left) for c in row.values if is_amount(c.text)]
            body.append(row)
        else:
            names.append(row)
    yield names, body


def _names_anew(row: Row, starts: Sequence[tuple[bool, float]]) -> bool:
    if row.has_places:
        return False
    # Figures that stand for labels, as rates do, tell nothing of where the others begin.
    labelled = any(label for label, _start in starts)
    left = min(start for label, start in starts if label or not labelled)
    if row.cells[0].left > left - 1:
        return True
    if len(row.cells) > 2 and sum(is_year(cell.text) for cell in row.cells[1:]) > 1:
        return True
    return len(row.cells) > 2 and all(cell.left > left - 1 for cell in row.cells[1:])


def _written(
    names: Sequence[Row],
    body: Sequence[Row],
    shapes: Sequence[Shape],
    join: Join,
    before: Heads | None,
) -> tuple[list[str], Heads | None]:
    # 2. rows
    words = words_start(on_lines([*names, *body]))
    names, first = with_first(names, on_lines(body, words=words), shapes)
    rows = whole_rows(on_lines([*first, *body], words=words), shapes, join)
    # 3. columns
    figures = [row for row in rows if row.is_body]
    columns = _columns(figures)
    if not columns or sum(not fits(row, columns) for row in figures) > _IRREGULAR * len(figures):
        return [
            *(row.text for row in names),
            *written_rows(rows, (), (), join, grouped=False),
        ], None
    # 4. names
    labels = [row.label.left for row in figures if row.label]
    # Where the first column is one of figures, as of rates, its name is no name of labels.
    edge = min(labels) if min(labels, default=math.inf) < columns[0].left else -math.inf
    titles, label, over = _split_names(names, columns, edge)
    # What stands at the left below the names, or has none above it, is a row already.
    lowest = min((cell.bottom for cell in over), default=math.inf)
    groups = [row for row in titles if row.line.bottom < lowest - 1]
    columns = _under_names(columns, figures, over)
    places = tuple((column.left, column.right) for column in columns)
    above = [row.text for row in titles if row not in groups]
    named: Names = ()
    if not over:
        named = _lined_up(places, before) if before else ()
    elif _is_table(figures) and len(label) <= _MAX_LABEL and not _is_row(over, figures, places):
        found = column_names(
            columns, over, shapes, labels=edge, join=lambda lines: plain(join(lines))
        )
        if found:
            named = ((plain(join(label)),), *found[0])
            above += [plain(cell.text) for cell in found[1]]
    if over and not named:
        above = [row.text for row in names if row not in groups]
    columns = [Column(*place) for place in places]
    formula = any(FORMULA.search(row.cells[0].text) for row in (*groups, *rows))
    sure = bool(named) or (_is_table(figures) and not formula)
    lines = written_rows([*groups, *rows], columns, named, join, grouped=sure)
    heads = before if named else None
    if named and over:
        heads = Heads(((edge, places[0][0]), *places), named)
    return [*above, *lines], heads


def _is_table(rows: Sequence[Row]) -> bool:
    """Whether rows of figures are surely no formula: more than one, or one with words."""
    if len(rows) > 1:
        return True
    label = rows[0].label
    worded = label is not None and len(_WORD.findall(label.text)) > 1
    return worded and len(rows[0].values) > 1 and not FORMULA.search(rows[0].text)


def _lined_up(places: Sequence[tuple[float, float]], before: Heads) -> Names:
    """The names of the table before, one for each column that stands where one of its did."""
    found: list[int] = []
    edges = 0
    for left, right in places:
        over = [at for at, (a, b) in enumerate(before.places) if at and left < b and a < right]
        if len(over) != 1 or over[0] in found:
            return ()
        a, b = before.places[over[0]]
        edges += abs(left - a) < _SAME_EDGE or abs(right - b) < _SAME_EDGE
        found += over
    if not found or 2 * edges < len(found):
        return ()
    return (before.names[0], *(before.names[at] for at in found))


def _is_row(
    names: Sequence[Cell], rows: Sequence[Row], columns: Sequence[tuple[float, float]]
) -> bool:
    """Whether the lowest names stand over columns of words alone: a row that goes on below."""
    amounts = [cell for row in rows for cell in row.values if is_amount(cell.text)]
    worded = [c for c in columns if not any(a.left < c[1] and c[0] < a.right for a in amounts)]
    low = min(name.bottom for name in names)
    lowest = [name for name in names if name.bottom - low < 0.35 * name.height]
    return all(any(n.left < c[1] and c[0] < n.right for c in worded) for n in lowest)


def _columns(rows: Sequence[Row]) -> list[Column]:
    """Where figures stand under each other, and where other cells do beside them."""
    cells = [cell for row in rows for cell in row.values]
    columns = _clusters([cell for cell in cells if is_amount(cell.text)])
    others = [
        cell
        for cell in cells
        if not any(column.left < cell.right and cell.left < column.right for column in columns)
    ]
    return sorted([*columns, *_clusters(others)], key=lambda column: column.left)


def _under_names(
    columns: Sequence[Column], rows: Sequence[Row], names: Sequence[Cell]
) -> list[Column]:
    """The columns, two under one name as one where no row has cells in both: "n.d." and figures."""
    kept = list(columns)
    for stack in stacks_of(names):
        left, right = min(name.left for name in stack), max(name.right for name in stack)
        under = [c for c in kept if left < c.right - TOUCH and c.left < right - TOUCH]
        places = [[column_of(cell, under) for cell in row.values] for row in rows]
        alone = all(len(row) - row.count(None) < 2 for row in places)
        if len(under) > 1 and alone and _neighbours(under, kept):
            at = kept.index(under[0])
            kept[at : at + len(under)] = [Column(under[0].left, under[-1].right)]
    return kept


def _neighbours(some: Sequence[Column], columns: Sequence[Column]) -> bool:
    at = columns.index(some[0])
    return list(columns[at : at + len(some)]) == list(some)


def _clusters(cells: Sequence[Cell]) -> list[Column]:
    found: list[Column] = []
    for cell in sorted(cells, key=lambda cell: cell.left):
        if found and cell.left < found[-1].right - TOUCH:
            found[-1].right = max(found[-1].right, cell.right)
        else:
            found.append(Column(cell.left, cell.right))
    return found


def _split_names(
    rows: Sequence[Row], columns: Sequence[Column], edge: float
) -> tuple[list[Row], list[str], list[Cell]]:
    """Lines above the names, the name of the labels' column, the names over the others."""
    titles: list[Row] = []
    label: list[tuple[Row, Cell]] = []
    over: list[Cell] = []
    start = columns[0].left
    for row in rows:
        for cell in row.cells:
            if len(row.cells) == 1 and cell.left < edge + 2 and cell.right > columns[0].left:
                titles.append(row)
            elif edge == -math.inf and _UNIT.fullmatch(cell.text):
                titles.append(replace(row, cells=(cell,)))
            elif cell.left < edge + 2 or (cell.right < start and cell.centre < (edge + start) / 2):
                label.append((row, cell))
            else:
                over.append(cell)
    beside = [
        (row, cell)
        for row, cell in label
        if any(abs(name.bottom - cell.bottom) < 0.6 * cell.height for name in over)
    ]
    # What stands at the left with no name beside it is a line over the table, or its own.
    titles += [row for row, cell in label if (row, cell) not in beside]
    titles.sort(key=lambda row: -row.line.bottom)
    beside.sort(key=lambda found: -found[0].line.bottom)
    return titles, [cell.text for _row, cell in beside], over
