"""Puts the lines of a table together into its rows: a label and words that take several lines.

The figures of a row stand on the first of its lines, on the last or between; the row is theirs.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

from strategy_qa.corpus.readers.pdf_cells import is_amount, is_blank
from strategy_qa.corpus.readers.pdf_page import Cell, Shape
from strategy_qa.corpus.readers.pdf_row import ALIKE, Row
from strategy_qa.corpus.readers.pdf_spans import Join
from strategy_qa.corpus.readers.pdf_wraps import collide, listed_owners, owners

_SAME = 0.35  # heights between the feet of two cells on one line


def on_lines(rows: Sequence[Row], *, words: float = math.inf) -> list[Row]:
    """From the top down, what stands on one line as one row, wherever the file lists it.

    `words` is where the first column of words beside the labels starts.
    """
    found: list[Row] = []
    for row in sorted(rows, key=lambda row: -row.line.bottom):
        last = found[-1] if found else None
        level = last and last.line.bottom - row.line.bottom < _SAME * row.line.height
        if last and level and not collide(last.cells, row.cells):
            cells = sorted((*last.cells, *row.cells), key=lambda cell: cell.left)
            found[-1] = replace(last, cells=tuple(cells))
        else:
            found.append(row)
    return [replace(row, words=words) for row in found]


def words_start(rows: Sequence[Row]) -> float:
    """Where two rows have words beside their labels; infinite where there are none."""
    starts = sorted(
        cell.left
        for row in rows
        for cell in row.cells[1:]
        if not is_amount(cell.text) and not is_blank(cell.text)
    )
    pairs = itertools.pairwise(starts)
    return next((one for one, two in pairs if two - one < ALIKE), math.inf)


def with_first(
    names: Sequence[Row], body: Sequence[Row], shapes: Sequence[Shape]
) -> tuple[list[Row], list[Row]]:
    """Lines above the first figures as names, and those that are the first lines of their row."""
    figures = [cell for row in body for cell in row.cells if is_amount(cell.text)]
    left = min((cell.left for cell in figures), default=0.0)
    lines: list[Row] = []
    for row in reversed(on_lines(names)):
        listed = 0 < row.line.row == body[0].line.row
        if not listed and any(cell.right > left for cell in row.cells):
            break
        lines.insert(0, replace(row, words=body[0].words))
    whole, last = [*lines, body[0]], len(lines)
    taken = {at for at, _own in owners(whole, None, range(last), last, shapes)}
    taken |= {at for at, _own in listed_owners(whole, [last])} - {last}
    first = [line for at, line in enumerate(lines) if at in taken]
    cells = [cell for line in first for cell in line.cells]
    rest = [replace(row, cells=tuple(c for c in row.cells if c not in cells)) for row in names]
    return [row for row in rest if row.cells], first


def whole_rows(rows: Sequence[Row], shapes: Sequence[Shape], join: Join) -> list[Row]:
    """Lines as rows: each with figures takes to itself the lines of words that belong to it."""
    ends = [at for at, row in enumerate(rows) if row.has_places]
    owner = list(range(len(rows)))
    for above, below in itertools.pairwise([None, *ends, None]):
        between = range(0 if above is None else above + 1, len(rows) if below is None else below)
        for at, own in owners(rows, above, between, below, shapes):
            owner[at] = own
    for at, own in listed_owners(rows, ends):
        owner[at] = own
    found: list[Row] = []
    for own, group in itertools.groupby(range(len(rows)), key=lambda at: owner[at]):
        lines = [rows[at] for at in group]
        found += _merged(rows[own], lines, join) if len(lines) > 1 else lines
    return found


def _merged(row: Row, lines: Sequence[Row], join: Join) -> list[Row]:
    """The lines as one row, words under each other as one cell; as they are where figures mix."""
    cells = [cell for line in lines for cell in line.cells]
    figures = [cell for cell in row.cells if is_amount(cell.text) or is_blank(cell.text)]
    first = row.label or min(cells, key=lambda cell: cell.left)
    labels = [line.label for line in lines if line.label and _is_over(line.label, first)]
    stacks = [labels] if labels else []
    for cell in sorted((c for c in cells if c not in labels), key=lambda c: c.left):
        if cell in figures:
            continue
        if stacks and stacks[-1] is not labels and cell.left < max(c.right for c in stacks[-1]):
            stacks[-1].append(cell)
        else:
            stacks.append([cell])
    words = [_stacked(stack, join) for stack in stacks]
    if any(collide([word], figures) for word in words if word is not words[0] or not labels):
        return list(lines)
    whole = sorted([*words, *figures], key=lambda cell: cell.left)
    return [replace(row, cells=tuple(whole))]


def _is_over(one: Cell, two: Cell) -> bool:
    return collide([one], [two]) or abs(one.left - two.left) < one.height


def _stacked(cells: Sequence[Cell], join: Join) -> Cell:
    cells = sorted(cells, key=lambda cell: -cell.bottom)
    left, right = min(cell.left for cell in cells), max(cell.right for cell in cells)
    return replace(cells[0], text=join([cell.text for cell in cells]), left=left, right=right)
