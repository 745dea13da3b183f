"""Turns the cells of a table into lines of text that can be understood, and quoted, alone."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

_MAX_FIGURE = 40
_FIGURE = re.compile(r"[(<>~≈+–−-]?\s*(?:[$€£%]|US\$|MXN?)?\s*\d[\d.,\s]*\s*[%)]*")


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row surely names the columns: words over at least one column of figures.

    Where this is in doubt the answer is no: a figure beside a wrong name is worse than alone.
    """
    if len(rows) < 2:
        return False
    first, body = rows[0], rows[1:]
    if not all(cell.strip() for cell in first[1:]) or any(map(_is_figure, first)):
        return False
    columns = ([row[at].strip() for row in body if at < len(row)] for at in range(len(first)))
    return any(any(column) and all(map(_is_figure, column)) for column in columns)


def _is_figure(cell: str) -> bool:
    return len(cell) <= _MAX_FIGURE and bool(_FIGURE.fullmatch(cell.strip()))


def table_text(rows: Sequence[Sequence[str]], *, header: bool) -> str:
    """One line a row; with a header every cell stands behind the name of its column.

    `Sub-sector: Manufacturing; Jobs: 2,809,944` with a header, `Manufacturing | 2,809,944`
    without. The header has a line of its own only where a name would be lost otherwise.
    """
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    if not header or len(cells) < 2:
        return "\n".join(" | ".join(filter(None, row)) for row in cells)
    names, *body = cells
    lines = [named_row(names, row) for row in body]
    used = {at for row in body for at, cell in enumerate(row) if cell}
    if any(name and at not in used for at, name in enumerate(names)):
        lines.insert(0, " | ".join(filter(None, names)))
    return "\n".join(lines)


def named_row(names: Sequence[str], row: Sequence[str]) -> str:
    """One row, each cell behind the name of its column; empty cells are left out."""
    padded = [*names, *[""] * len(row)]
    cells = (
        f"{name.rstrip(':')}: {cell}" if name and cell else cell
        for name, cell in zip(padded, row, strict=False)
    )
    return "; ".join(filter(None, cells))


def spanned_row(names: Sequence[tuple[str, ...]], row: Sequence[str]) -> str:
    """One row under names in several lines, the outer name first.

    A name of several columns stands once, before what it spans:
    `Q4 [2022: 5; 2021: 3]; Full year, 2022: 9`.
    """
    cells = [(name, cell) for name, cell in zip(names, row, strict=True) if cell]
    return "; ".join(_spanned(cells))


def _spanned(cells: Sequence[tuple[tuple[str, ...], str]]) -> Iterator[str]:
    for outer, group in itertools.groupby(cells, key=lambda cell: cell[0][:-1][:1]):
        inside = list(group)
        if outer and len(inside) > 1:
            inner = "; ".join(_spanned([(name[1:], cell) for name, cell in inside]))
            yield f"{outer[0].rstrip(',:')} [{inner}]"
            continue
        for name, cell in inside:
            whole = ", ".join(part.rstrip(",:") for part in name if part)
            yield f"{whole}: {cell}" if whole else cell
