"""Finds tables drawn with rules on a page, and which text stands in which of their cells."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from strategy_qa.corpus.readers.pdf_cells import is_amount
from strategy_qa.corpus.readers.pdf_page import Cell, Line, Shape

_TOUCH = 3.0  # points between rules that meet
_MAX_ROWS, _MAX_COLUMNS = 300, 40
_MAX_LINES = 15  # of a cell
_FILLED = 0.4  # share of the cells that hold text; the lines of a chart enclose next to none


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: the rows and columns it takes, its lines, whether it is bold or shaded."""

    rows: range
    columns: range
    lines: tuple[str, ...]
    bold: bool
    shaded: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the rules of a table stand: `xs` from the left, `ys` from the top."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    level: tuple[Shape, ...]
    upright: tuple[Shape, ...]
    names: int = 0  # rows that surely name the columns; 0 where nothing is known of them

    def holds(self, line: Line) -> bool:
        """Whether a whole line stands inside."""
        middle = (line.bottom + line.top) / 2
        inside = self.xs[0] - _TOUCH < line.left and line.right < self.xs[-1] + _TOUCH
        return inside and self.ys[-1] < middle < self.ys[0]

    def crosses(self, x: float) -> bool:
        """Whether it stands on both sides of a place."""
        return self.xs[0] < x < self.xs[-1]


def grids(shapes: Sequence[Shape], lines: Sequence[Line]) -> list[Grid]:
    """The tables of a page that have two rows and columns or more and text in their cells."""
    level = [shape for shape in shapes if shape.level]
    upright = [shape for shape in shapes if shape.upright]
    found = (_grid(across, down) for across, down in _connected(level, upright))
    return [grid for grid in found if grid and _is_table(grid, lines)]


def ruled_runs(lines: Sequence[Line], tables: Sequence[Grid]) -> Iterator[tuple[range, Grid]]:
    """The runs of lines that stand in one table each; one with other lines between is left out."""
    runs: list[tuple[range, Grid]] = []
    for table in tables:
        inside = [at for at, line in enumerate(lines) if table.holds(line)]
        if inside and len(inside) == inside[-1] - inside[0] + 1:
            runs.append((range(inside[0], inside[-1] + 1), table))
    end = 0
    for run, table in sorted(runs, key=lambda found: found[0].start):
        if run.start >= end:
            yield run, table
            end = run.stop


def boxes(grid: Grid, lines: Sequence[Line], shapes: Sequence[Shape]) -> list[Box]:
    """The cells of a table, those without a rule between them as one, row by row."""
    held = _held(grid, lines)
    shades = [shape for shape in shapes if shape.filled]
    taken: set[tuple[int, int]] = set()
    found: list[Box] = []
    for row, column in itertools.product(range(len(grid.ys) - 1), range(len(grid.xs) - 1)):
        if (row, column) in taken:
            continue
        rows, columns = _extent(grid, row, column)
        cells = set(itertools.product(rows, columns)) - taken
        taken |= cells
        inside = sorted(
            (part for cell in cells for part in held.get(cell, ())),
            key=lambda part: (-round(part[1].bottom), part[1].left),
        )
        texts = tuple(part.text for _line, part in inside)
        bold = bool(inside) and all(line.bold for line, _part in inside)
        found.append(Box(rows, columns, texts, bold, _is_shaded(grid, rows, columns, shades)))
    return found


def _connected(
    level: Sequence[Shape], upright: Sequence[Shape]
) -> Iterator[tuple[list[Shape], list[Shape]]]:
    """Rules that hang together, over those they cross or meet."""
    if len(level) * len(upright) > _MAX_ROWS * _MAX_COLUMNS * 20:
        return
    left = set(range(len(upright)))
    open_ = set(range(len(level)))
    while open_:
        across, down, new = set[int](), set[int](), {open_.pop()}
        while new:
            across |= new
            more = {u for u in left if any(_meet(level[a], upright[u]) for a in new)}
            left -= more
            down |= more
            new = {a for a in open_ if any(_meet(level[a], upright[u]) for u in more)}
            open_ -= new
        yield [level[a] for a in across], [upright[u] for u in down]


def _meet(level: Shape, upright: Shape) -> bool:
    across = level.left - _TOUCH < upright.left < level.right + _TOUCH
    return across and upright.bottom - _TOUCH < level.bottom < upright.top + _TOUCH


def _grid(level: Sequence[Shape], upright: Sequence[Shape]) -> Grid | None:
    if len(level) < 3 or not upright:
        return None
    ends = (min(shape.left for shape in level), max(shape.right for shape in level))
    xs = _distinct([*(shape.left for shape in upright), *ends])
    ys = _distinct([*(shape.bottom for shape in level), *_ends(upright)])
    if not (2 < len(xs) <= _MAX_COLUMNS and 2 < len(ys) <= _MAX_ROWS):
        return None
    return Grid(tuple(xs), tuple(reversed(ys)), tuple(level), tuple(upright))


def _ends(upright: Sequence[Shape]) -> Iterator[float]:
    """Where a table drawn without its frame ends: where two and more upright rules all do."""
    places = _distinct([shape.left for shape in upright])
    whole = [[s for s in upright if abs(s.left - place) <= _TOUCH] for place in places]
    lows = [min(s.bottom for s in pieces) for pieces in whole]
    tops = [max(s.top for s in pieces) for pieces in whole]
    yield from (
        ends[0] for ends in (lows, tops) if len(ends) > 1 and max(ends) - min(ends) < _TOUCH
    )


def _distinct(places: Sequence[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _TOUCH:
            found.append(place)
    return found


def _is_table(grid: Grid, lines: Sequence[Line]) -> bool:
    """Whether rules part all its cells: figures beside or under each other share none."""
    held: dict[tuple[int, int], list[tuple[Line, Cell]]] = {}
    for (row, column), parts in sorted(_held(grid, lines).items()):
        # A cell without a rule at its left is one with the cell there.
        while column and not _is_parted(grid.upright, grid.xs[column], grid, row):
            column -= 1
        held.setdefault((row, column), []).extend(parts)
    rows = {row for row, _column in held}
    wide = [row for row in rows if sum(cell[0] == row for cell in held) > 1]
    filled = len(held) >= _FILLED * (len(grid.xs) - 1) * len(rows)
    return len(wide) > 1 and filled and all(map(_is_one_cell, held.values()))


def _is_one_cell(parts: Sequence[tuple[Line, Cell]]) -> bool:
    beside = len({id(line) for line, _part in parts}) < len(parts)
    figures = sum(is_amount(part.text) for _line, part in parts)
    return not beside and figures < 2 and len(parts) <= _MAX_LINES


def _held(grid: Grid, lines: Sequence[Line]) -> dict[tuple[int, int], list[tuple[Line, Cell]]]:
    """The cells of lines by the row and column in which their middle stands."""
    held: dict[tuple[int, int], list[tuple[Line, Cell]]] = {}
    for line in lines:
        if not grid.holds(line):
            continue
        for cell in line.cells:
            middle = (cell.bottom + cell.top) / 2
            row = sum(middle < y for y in grid.ys[1:-1])
            column = sum(cell.centre > x for x in grid.xs[1:-1])
            held.setdefault((row, column), []).append((line, cell))
    return held


def _extent(grid: Grid, row: int, column: int) -> tuple[range, range]:
    """How far a cell goes to the right and down before a rule ends it."""
    right, down = column + 1, row + 1
    while right < len(grid.xs) - 1 and not _is_parted(grid.upright, grid.xs[right], grid, row):
        right += 1
    middle = (grid.xs[column] + grid.xs[column + 1]) / 2
    while down < len(grid.ys) - 1 and not any(
        abs(shape.bottom - grid.ys[down]) < _TOUCH and shape.left < middle < shape.right
        for shape in grid.level
    ):
        down += 1
    return range(row, down), range(column, right)


def _is_parted(upright: Sequence[Shape], x: float, grid: Grid, row: int) -> bool:
    middle = (grid.ys[row] + grid.ys[row + 1]) / 2
    return any(abs(s.left - x) < _TOUCH and s.bottom < middle < s.top for s in upright)


def _is_shaded(grid: Grid, rows: range, columns: range, shades: Sequence[Shape]) -> bool:
    left, right = grid.xs[columns.start], grid.xs[columns.stop]
    top, bottom = grid.ys[rows.start], grid.ys[rows.stop]
    x, y = (left + right) / 2, (top + bottom) / 2
    return any(
        s.left < x < s.right and s.bottom < y < s.top and s.top - s.bottom > 0.6 * (top - bottom)
        for s in shades
    )
