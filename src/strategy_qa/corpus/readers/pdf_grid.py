"""Sets the cells of a table into columns by their places, and writes row after row.

1. parts, each under names of its own, 2. columns from the figures, 3. names above them,
4. rows, a label of two lines as one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdf_cells import is_amount, is_blank, is_year
from strategy_qa.corpus.readers.pdf_names import column_names
from strategy_qa.corpus.readers.pdf_page import Cell, Line, Shape
from strategy_qa.corpus.readers.pdf_spans import Column, Join
from strategy_qa.corpus.readers.tables import spanned_row

_MAX_LABEL = 3  # lines of the name of the rows' names; more are rows of text
_INDENT = 3.0  # points by which the rows of a group stand further in than its name
_IRREGULAR = 0.2  # share of the rows whose cells fit no column: the columns are wrong
_GOES_ON = ("and", "of", "the", "for", "to", "in", "y", "de", "del", "la", "el", "los", "las", "o")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table and its cells."""

    cells: tuple[Cell, ...]
    line: Line

    @property
    def is_body(self) -> bool:
        """Whether there is a figure in it that is no year."""
        return any(is_amount(cell.text) for cell in self.cells)

    @property
    def label(self) -> Cell | None:
        """The cell that names the row; None for one that starts with a figure."""
        first = self.cells[0]
        return None if is_amount(first.text) or is_blank(first.text) else first

    @property
    def values(self) -> tuple[Cell, ...]:
        """The cells that do not name the row."""
        return self.cells[1:] if self.label else self.cells

    @property
    def text(self) -> str:
        """The cells side by side."""
        return " | ".join(_plain(cell.text) for cell in self.cells)


def rows_text(rows: Sequence[Row], shapes: Sequence[Shape], join: Join) -> Iterator[str]:
    """The rows as lines of text, each with the names of its columns where they are sure."""
    for names, body in _parts(rows):
        named = _named(names, body, shapes, join) if body else None
        yield from named or [row.text for row in (*names, *body)]


def _parts(rows: Sequence[Row]) -> Iterator[tuple[list[Row], list[Row]]]:
    """Rows of names and the rows under them; new names in the middle start a new part."""
    names: list[Row] = []
    body: list[Row] = []
    left = 0.0  # of the figures
    for at, row in enumerate(rows):
        if body and _names_anew(row, left) and any(later.is_body for later in rows[at:]):
            yield names, body
            names, body = [row], []
        elif body or row.is_body:
            if row.is_body:
                start = min(cell.left for cell in row.cells if is_amount(cell.text))
                left = min(left, start) if body else start
            body.append(row)
        else:
            names.append(row)
    yield names, body


def _names_anew(row: Row, left: float) -> bool:
    if row.is_body or any(is_blank(cell.text) for cell in row.cells):
        return False
    if row.cells[0].left > left - 1:
        return True
    if len(row.cells) > 2 and sum(is_year(cell.text) for cell in row.cells[1:]) > 1:
        return True
    return len(row.cells) > 2 and all(cell.left > left - 1 for cell in row.cells[1:])


def _named(
    names: Sequence[Row], body: Sequence[Row], shapes: Sequence[Shape], join: Join
) -> list[str] | None:
    # 2. columns
    figures = [row for row in body if row.is_body]
    columns = _columns(figures)
    if not columns or len(figures) < 2:  # one row is a formula as often as a table
        return None
    fits = [_fits(row, columns) for row in figures]
    if fits.count(False) > _IRREGULAR * len(fits):
        return None
    # 3. names
    edge = min([row.label.left for row in figures if row.label], default=-math.inf)
    titles, label, over = _split_names(names, columns, edge)
    bodies = [(column.left, column.right) for column in columns]
    names_of = column_names(
        columns, over, shapes, labels=edge, join=lambda lines: _plain(join(lines))
    )
    if names_of is None or len(label) > _MAX_LABEL or _is_row(over, figures, bodies):
        return None
    found, above = names_of
    # 4. rows
    lowest = min(cell.bottom for cell in over)
    groups = [row for row in titles if row.line.bottom < lowest - 1]  # already rows
    titles = titles[: len(titles) - len(groups)]
    places = [Column(left, right) for left, right in bodies]
    lines = [row.text for row in titles] + [_plain(cell.text) for cell in above]
    lines += _rows([*groups, *body], places, [(_plain(join(label)),), *found], join)
    return lines


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


def _clusters(cells: Sequence[Cell]) -> list[Column]:
    found: list[Column] = []
    for cell in sorted(cells, key=lambda cell: cell.left):
        if found and cell.left < found[-1].right:
            found[-1].right = max(found[-1].right, cell.right)
        else:
            found.append(Column(cell.left, cell.right))
    return found


def _column_of(cell: Cell, columns: Sequence[Column]) -> int | None:
    """The one column in which a cell stands."""
    over = [at for at, c in enumerate(columns) if cell.left < c.right and cell.right > c.left]
    return over[0] if len(over) == 1 else None


def _fits(row: Row, columns: Sequence[Column]) -> bool:
    places = [_column_of(cell, columns) for cell in row.values]
    label = row.label
    apart = label is None or not row.values or label.right <= row.values[0].left
    return None not in places and len(set(places)) == len(places) and apart


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


def _rows(
    rows: Sequence[Row], columns: Sequence[Column], names: Sequence[tuple[str, ...]], join: Join
) -> Iterator[str]:
    """Every row under its names.

    The lines of a label that goes on are put together, and a label that stands further in than
    the line of a group's name above it begins with that name.
    """
    held: list[str] = []  # the first lines of a label
    groups: list[tuple[float, str]] = []  # where the open groups' names start
    for at, row in enumerate(rows):
        label = row.label.text if row.label else ""
        if label and not held:
            left = row.cells[0].left
            groups = [group for group in groups if group[0] < left - _INDENT]
        if not row.is_body and len(row.cells) == 1 and label:
            after = rows[at + 1] if at + 1 < len(rows) else None
            if after and after.label and _runs_on(row, after):
                held.append(label)
                continue
            label = _plain(join([*held, label]))
            yield label
            groups.append((row.cells[0].left, label.rstrip(":")))
            held = []
            continue
        label = join([*held, label]) if label else " ".join(held)
        if label:
            label = ", ".join([*(name for _left, name in groups), label])
        if not _fits(row, columns):
            cells = [label, *(cell.text for cell in row.values)]
            yield " | ".join(_plain(cell) for cell in cells if cell)
        else:
            values = [""] * len(columns)
            for cell in row.values:
                values[_column_of(cell, columns) or 0] = cell.text
            yield spanned_row(names, [_plain(text) for text in (label, *values)])
        held = []


def _runs_on(row: Row, after: Row) -> bool:
    """Whether a label goes on in the next line: by its first letter, or its last word."""
    near = row.line.bottom - after.line.bottom < 1.6 * max(row.line.height, after.line.height)
    first = after.cells[0].text[:1]
    words = row.cells[0].text.casefold().split()
    return near and (first.islower() or words[-1] in _GOES_ON or words[-1][-1] in ",-–(" + BREAK)


def _plain(text: str) -> str:
    return text.replace(BREAK, "-")
