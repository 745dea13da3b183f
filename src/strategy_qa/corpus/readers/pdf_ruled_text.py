"""Writes a table whose cells are drawn: each row names its columns where a header is sure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdf_cells import is_amount, is_blank
from strategy_qa.corpus.readers.pdf_ruled import Box
from strategy_qa.corpus.readers.pdf_spans import Join
from strategy_qa.corpus.readers.tables import has_header, spanned_row

_MAX_HEADER = 4  # rows


def ruled_text(found: Sequence[Box], join: Join) -> str:
    """One line a row; a row of one cell is a line of its own."""
    rows = [list(group) for _row, group in itertools.groupby(found, lambda box: box.rows.start)]
    width = max(box.columns.stop for box in found)
    titles: list[str] = []
    while rows and (title := _alone(rows[0], width, join)) is not None:
        titles += [title] * bool(title)
        rows = rows[1:]
    header = _header_rows(rows, width, join)
    names = _names(rows[:header], width, join) if header else None
    body = list(_body(rows, width, join) if names is None else _body(rows[header:], width, join))
    fits = [len(row) == width for row in body]
    used = [any(row[at] for row, fit in zip(body, fits, strict=True) if fit) for at in range(width)]
    if names and any(any(name) and not use for name, use in zip(names, used, strict=True)):
        titles.append(_side([", ".join(name) for name in names]))
    lines = [
        spanned_row(names, row) if names and fit else _side(row)
        for row, fit in zip(body, fits, strict=True)
    ]
    return "\n".join(filter(None, [*titles, *lines]))


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
        yield [_text(box, join) for box in whole]
