"""Finds tables whose cells are told by rules under each column, some of them several rows tall.

    Product | Region | Revenue        a rule under "Alpha" stands two rows below its top: it is
            | North  |   12           the product of both rows
    Alpha   | South  |   17
    ----------------------

Rules that only set off sums are no such table: each of its labels stands beside its figures.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from strategy_qa.corpus.readers.pdf_cells import is_amount, is_blank, line_cells
from strategy_qa.corpus.readers.pdf_page import Cell, Line, Shape
from strategy_qa.corpus.readers.pdf_ruled import Grid

_TOUCH = 3.0  # points between the ends of rules under one column
_OFTEN = 4  # rules under a column
_LEVEL = 0.12  # heights between the feet of two cells on one line
_TALL = 0.6  # share of a column's lines that stand beside figures; fewer, and cells are tall
_MIN_ROWS = 4
_NAMES = 60.0  # points that names may take
_MAX_RULES = 2_000

Place = tuple[float, float]


def stepped_grids(shapes: Sequence[Shape], lines: Sequence[Line]) -> list[Grid]:
    """The tables of a page that are drawn so, with virtual rules where their rows part."""
    level = [shape for shape in shapes if shape.level]
    columns = _columns(level) if len(level) <= _MAX_RULES else []
    if len(columns) < 3:
        return []
    heights = _heights(level)
    whole = [y for y in heights if all(_rule_over(level, y, _middle(c)) for c in columns)]
    found: list[Grid] = []
    for rows in _sections(_figure_rows(lines, columns), whole):
        heads = [y for y in whole if y > rows[0]]
        if len(rows) >= _MIN_ROWS and heads:
            grid = _grid(rows, min(heads), level, columns, lines)
            found += [grid] if grid else []
    return found


def _sections(rows: Sequence[float], whole: Sequence[float]) -> list[list[float]]:
    """The rows of each table: two rules through all columns with no row between end one."""
    sections: list[list[float]] = []
    for row in rows:
        last = sections[-1][-1] if sections else None
        if last is None or sum(row < y < last for y in whole) > 1:
            sections.append([])
        sections[-1].append(row)
    return sections


def _grid(
    rows: Sequence[float],
    head: float,
    level: Sequence[Shape],
    frequent: Sequence[Place],
    lines: Sequence[Line],
) -> Grid | None:
    heights = _heights(level)
    foot = max((y for y in heights if y < rows[-1]), default=rows[-1] - 1)
    others = [(s.left, s.right) for s in level if abs(s.bottom - head) <= _TOUCH]
    apart = [o for o in others if not any(o[0] < c[1] and c[0] < o[1] for c in frequent)]
    columns = sorted({*frequent, *apart})
    inside = [line for line in lines if foot < line.bottom < head]
    beside = [_share_beside(place, inside, rows) for place in columns]
    tall = [place for place, share in zip(columns, beside, strict=True) if share < _TALL]
    # What is ruled as the tall column before it is as tall, unless each row has words of its own.
    rules = [[y for y in heights if foot < y < head and _rule_over(level, y, _middle(c))]
             for c in columns]  # fmt: skip
    for at in range(1, len(columns)):
        alike = columns[at - 1] in tall and rules[at] == rules[at - 1] and beside[at] < 1
        if alike and columns[at] not in tall:
            tall.append(columns[at])
    groups = [cell for line in inside for cell in line.cells if _stands_in(cell, columns[0])]
    if not tall or tall[0] != columns[0] or 2 * len(groups) > len(rows):
        return None
    names = _names(heights, head, level, columns)
    if not names:
        return None
    ys, steps = [*names, head], list[Shape]()
    for above, below in itertools.pairwise(rows):
        drawn = [y for y in heights if below < y < above]
        ys.append(drawn[0] if drawn else (above + below) / 2)
        steps += [Shape(*place, ys[-1], ys[-1]) for place in columns if place not in tall]
    ys.append(foot)
    xs = [columns[0][0], *((a[1] + b[0]) / 2 for a, b in itertools.pairwise(columns))]
    xs.append(columns[-1][1])
    upright = [Shape(x, x, foot, head) for x in xs]
    for high, low in itertools.pairwise([*names, head]):
        upright += [Shape(x, x, low, high) for x in xs if not _rule_over(level, low, x)]
    return Grid(tuple(xs), tuple(ys), (*level, *steps), tuple(upright), names=len(names))


def _names(
    heights: Sequence[float], head: float, level: Sequence[Shape], columns: Sequence[Place]
) -> list[float]:
    """The rules over the names of columns, from the top down: one runs above all of them."""
    names: list[float] = []
    for y in reversed([y for y in heights if head < y < head + _NAMES]):
        names.insert(0, y)
        over = [shape for shape in level if abs(shape.bottom - y) <= _TOUCH]
        if any(s.left < _middle(columns[0]) and _middle(columns[-1]) < s.right for s in over):
            return names
    return []


def _columns(level: Sequence[Shape]) -> list[Place]:
    """Where rules start and end again and again, each beside the one before it."""
    found: list[list[Shape]] = []
    for rule in sorted(level, key=lambda rule: (rule.left, rule.right)):
        for group in found[-8:]:
            first = group[0]
            if max(abs(first.left - rule.left), abs(first.right - rule.right)) < _TOUCH:
                group.append(rule)
                break
        else:
            found.append([rule])
    places = sorted((g[0].left, g[0].right) for g in found if len(g) >= _OFTEN)
    return [
        place
        for place in places
        if not any(other != place and _within(other, place) for other in places)
    ]


def _within(one: Place, other: Place) -> bool:
    return other[0] - _TOUCH < one[0] and one[1] < other[1] + _TOUCH


def _heights(level: Sequence[Shape]) -> list[float]:
    found: list[float] = []
    for y in sorted((shape.bottom for shape in level), reverse=True):
        if not found or found[-1] - y > _TOUCH:
            found.append(y)
    return found


def _middle(place: Place) -> float:
    return (place[0] + place[1]) / 2


def _rule_over(level: Sequence[Shape], y: float, x: float) -> bool:
    return any(abs(s.bottom - y) <= _TOUCH and s.left < x < s.right for s in level)


def _figure_rows(lines: Sequence[Line], columns: Sequence[Place]) -> list[float]:
    """The feet of lines with figures under two columns or more, from the top down."""
    found: list[float] = []
    for line in lines:
        figures = [c for c in line_cells(line) if is_amount(c.text) or is_blank(c.text)]
        under = {place for c in figures for place in columns if _stands_in(c, place)}
        if len(under) > 1:
            found.append(line.bottom)
    return sorted(found, reverse=True)


def _stands_in(cell: Cell, place: Place) -> bool:
    return place[0] - _TOUCH < cell.centre < place[1] + _TOUCH


def _share_beside(place: Place, lines: Sequence[Line], rows: Sequence[float]) -> float:
    """The share of a column's words that stand beside figures; 0 where they are too few for it."""
    cells = [cell for line in lines for cell in line.cells if _stands_in(cell, place)]
    beside = [c for c in cells if any(abs(c.bottom - row) < _LEVEL * c.height for row in rows)]
    if 2 * len(cells) <= len(rows) and len(beside) < len(cells):
        return 0.0
    return len(beside) / len(cells) if cells else 1.0
