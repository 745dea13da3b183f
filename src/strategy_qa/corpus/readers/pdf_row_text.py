"""Writes the rows of a table as lines of text: label, then each figure behind its column's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdf_page import Cell
from strategy_qa.corpus.readers.pdf_row import Row
from strategy_qa.corpus.readers.pdf_spans import Column, Join
from strategy_qa.corpus.readers.pdf_wraps import runs_on
from strategy_qa.corpus.readers.tables import spanned_row

TOUCH = 0.8  # points by which the cells of two columns may overlap
_INDENT = 3.0  # points by which the rows of a group stand further in than its name


def written_rows(
    rows: Sequence[Row],
    columns: Sequence[Column],
    names: Sequence[tuple[str, ...]],
    join: Join,
    *,
    grouped: bool,
) -> Iterator[str]:
    """Every row under its names, the first of them over the labels; side by side without names.

    The lines of a label that goes on are put together, and where rows are `grouped` a label that
    stands further in than the line of a group's name above it begins with that name.
    """
    held: list[str] = []  # the first lines of a label
    groups: list[tuple[float, str]] = []  # where the open groups' names start
    for at, row in enumerate(rows):
        label = row.label.text if row.label else ""
        if label and not held:
            left = row.cells[0].left
            groups = [group for group in groups if group[0] < left - _INDENT]
        if not row.has_places and row.is_label:
            after = rows[at + 1] if at + 1 < len(rows) else None
            if after and after.label and runs_on(row, after):
                held.append(label)
                continue
            label = plain(join([*held, label]))
            yield label
            if grouped:
                groups.append((row.cells[0].left, label.rstrip(":")))
            held = []
            continue
        label = join([*held, label]) if label else " ".join(held)
        if label:
            label = ", ".join([*(name for _left, name in groups), label])
        if not names or not fits(row, columns):
            cells = [label, *(cell.text for cell in row.values)]
            yield " | ".join(plain(cell) for cell in cells if cell)
        else:
            values = [""] * len(columns)
            for cell in row.values:
                values[column_of(cell, columns) or 0] = cell.text
            yield spanned_row(names, [plain(text) for text in (label, *values)])
        held = []


def fits(row: Row, columns: Sequence[Column]) -> bool:
    """Whether each cell of a row stands in a column of its own, and the label before them."""
    places = [column_of(cell, columns) for cell in row.values]
    label = row.label
    apart = label is None or not row.values or label.right <= row.values[0].left
    return None not in places and len(set(places)) == len(places) and apart


def column_of(cell: Cell, columns: Sequence[Column]) -> int | None:
    """The one column in which a cell stands."""
    over = [
        at
        for at, column in enumerate(columns)
        if cell.left < column.right - TOUCH and cell.right > column.left + TOUCH
    ]
    return over[0] if len(over) == 1 else None


def plain(text: str) -> str:
    """Text that is joined with nothing more: a hyphen at its end is one."""
    return text.replace(BREAK, "-")
