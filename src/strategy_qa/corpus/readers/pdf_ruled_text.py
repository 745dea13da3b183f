"""Writes a table whose cells are drawn: each row names its columns where a header is sure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdf_cells import is_amount, is_blank
from strategy_qa.corpus.readers.pdf_grid import Heads
from strategy_qa.corpus.readers.pdf_ruled import Box, Grid
from strategy_qa.corpus.readers.pdf_spans import Join
from strategy_qa.corpus.readers.tables import has_header, spanned_row

_MAX_HEADER = 4  # rows
_LONG = 150  # characters
_TOUCH = 4.0  # points between the edges of a column and of the one it goes on


def ruled_text(
    grid: Grid, found: Sequence[Box], join: Join, *, before: Heads | None = None
) -> tuple[str, Heads | None]:
    """One line a row; a row of one cell is a line of its own.

    `before` are the names of a table that may go on here, over the end of a page. Also what may
    go on after the last row.
    """
    places, found = _filled(grid, found)
    rows = [list(group) for _row, group in itertools.groupby(found, lambda box: box.rows.start)]
    width = len(places)
    titles: list[str] = []
    while rows and (title := _alone(rows[0], width, join)) is not None:
        titles += [title] * bool(title)
        rows = rows[1:]
    header = grid.names or _header_rows(rows, width, join)
    names = _names(rows[:header], width, join) if header else None
    if not header and not titles and before and _same_places(before.places, places):
        names = list(before.names)
    body = list(_body(rows, width, join) if names is None else _body(rows[header:], width, join))
    fits = [len(row) == width for row in body]
    used = [any(row[at] for row, fit in zip(body, fits, strict=True) if fit) for at in range(width)]
    if header and names and any(any(n) and not use for n, use in zip(names, used, strict=True)):
        titles.append(_side([", ".join(name) for name in names]))
    lines = [
        spanned_row(names, row) if names and fit else _side(row)
        for row, fit in zip(body, fits, strict=True)
    ]
    heads = Heads(tuple(places), tuple(names)) if names else None
    return "\n".join(filter(None, [*titles, *lines])), heads


def _filled(grid: Grid, found: Sequence[Box]) -> tuple[list[tuple[float, float]], list[Box]]:
    """Where the columns stand, and the cells, without columns of nothing: a gap between two."""
    count = len(grid.xs) - 1
    own = [[box for box in found if box.columns == range(at, at + 1)] for at in range(count)]
    empty = {at for at in range(count) if own[at] and not any(box.lines for box in own[at])}
    held = [box.columns for box in found if box.lines]
    empty -= {at for columns in held if empty.issuperset(columns) for at in columns}
    kept = [at for at in range(count) if at not in empty]
    places = [(grid.xs[at], grid.xs[at + 1]) for at in kept]
    moved = [sum(k < at for k in kept) for at in range(count + 1)]
    boxes = (
        replace(box, columns=range(moved[box.columns.start], moved[box.columns.stop]))
        for box in found
    )
    return places, [box for box in boxes if box.columns]


def _same_places(
    before: Sequence[tuple[float, float]], places: Sequence[tuple[float, float]]
) -> bool:
    pairs = zip(before, places, strict=False)
    return len(before) == len(places) and all(
        abs(one[0] - two[0]) < _TOUCH and abs(one[1] - two[1]) < _TOUCH for one, two in pairs
    )


def _text(box: Box, join: Join) -> str:
    return join(box.lines).replace(BREAK, "-")


def _side(row: Sequence[str]) -> str:
    return " | ".join(filter(None, row))


def _alone(row: Sequence[Box], width: int, join: Join) -> str | None:
    """The text of a row that is one cell from end to end."""
    return _text(row[0], join) if len(row) == 1 and len(row[0].columns) == width else None


def _header_rows(rows: Sequence[Sequence[Box]], width: int, join: Join) -> int:
    """How many rows at the top surely name the columns; 0 where that is in doubt."""
    marked = 0
    for row in rows[:_MAX_HEADER]:
        told = [box for box in row if box.lines]
        if not told or not all(box.bold for box in told) or any(_is_figure(b, join) for b in told):
            break
        marked += 1
    if not marked:
        for row in rows[:_MAX_HEADER]:
            if not row or not all(box.shaded for box in row) or _has_figure(row, join):
                break
            marked += 1
    plain = rows[marked : marked + 1]
    if marked and plain and len(rows) > marked:
        return marked
    texts = list(_body(rows, width, join))
    return int(all(len(row) == width for row in texts) and has_header(texts))


def _is_figure(box: Box, join: Join) -> bool:
    text = _text(box, join)
    return is_amount(text) or is_blank(text)


def _has_figure(row: Sequence[Box], join: Join) -> bool:
    return any(_is_figure(box, join) for box in row)


def _names(rows: Sequence[Sequence[Box]], width: int, join: Join) -> list[tuple[str, ...]] | None:
    """The words over each column, from the top down; None where two columns share all of them."""
    names = []
    for column in range(width):
        over = (box for row in rows for box in row if column in box.columns and box.lines)
        names.append(tuple(_text(box, join) for box in over) or ("",))
    return names if len(set(names)) == width and all(map(any, names[1:])) else None


def _body(rows: Sequence[Sequence[Box]], width: int, join: Join) -> Iterator[list[str]]:
    """The texts of each row: one a column, or as they come where cells are wider than columns."""
    first = min((row[0].rows.start for row in rows if row), default=0)
    tall: list[Box] = []  # cells that reach down into later rows
    for at, row in enumerate(rows):
        number = row[0].rows.start if row else first + at
        tall = [box for box in tall if number in box.rows]
        whole = sorted([*row, *tall], key=lambda box: box.columns.start)
        tall += [box for box in row if len(box.rows) > 1]
        texts = [(box, _text(box, join)) for box in whole]
        # What is long stands once, in the first of its rows.
        yield [t if b.rows.start == number or len(t) <= _LONG else "" for b, t in texts]
