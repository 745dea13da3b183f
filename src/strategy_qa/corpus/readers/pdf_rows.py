"""Puts the lines of a table together into its rows: a label and words that take several lines.

The figures of a row stand on the first of its lines, on the last or between; the row is theirs.
What tells to which figures a line of words belongs: a rule between them, the figures that would
have no label without it, words that go on, the distance.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdf_cells import is_amount, is_blank
from strategy_qa.corpus.readers.pdf_page import Cell, Line, Shape
from strategy_qa.corpus.readers.pdf_spans import Join

_SAME = 0.35  # heights between the feet of two cells on one line
_NEAR = 1.6  # heights between two lines of one row
_ALIKE = 2.0  # points between the starts of two cells of one column
_GOES_ON = ("and", "of", "the", "for", "to", "in", "y", "de", "del", "la", "el", "los", "las", "o")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table and its cells."""

    cells: tuple[Cell, ...]
    line: Line
    words: float = float("inf")  # where the first column of words beside the labels starts

    @property
    def is_body(self) -> bool:
        """Whether there is a figure in it that is no year."""
        return any(is_amount(cell.text) for cell in self.cells)

    @property
    def has_places(self) -> bool:
        """Whether figures stand in it, or signs that there are none."""
        return any(is_amount(cell.text) or is_blank(cell.text) for cell in self.cells)

    @property
    def label(self) -> Cell | None:
        """The cell that names the row; None for one that starts with a figure."""
        first = self.cells[0]
        if is_amount(first.text) or is_blank(first.text) or first.left > self.words - _ALIKE:
            return None
        return first

    @property
    def values(self) -> tuple[Cell, ...]:
        """The cells that do not name the row."""
        return self.cells[1:] if self.label else self.cells

    @property
    def is_label(self) -> bool:
        """Whether it is a label alone."""
        return len(self.cells) == 1 and self.label is not None

    @property
    def text(self) -> str:
        """The cells side by side."""
        return " | ".join(cell.text.replace(BREAK, "-") for cell in self.cells)


def on_lines(rows: Sequence[Row]) -> list[Row]:
    """From the top down, what stands on one line as one row, wherever the file lists it."""
    found: list[Row] = []
    for row in sorted(rows, key=lambda row: -row.line.bottom):
        last = found[-1] if found else None
        level = last and last.line.bottom - row.line.bottom < _SAME * row.line.height
        if last and level and not _collide(last.cells, row.cells):
            cells = sorted((*last.cells, *row.cells), key=lambda cell: cell.left)
            found[-1] = replace(last, cells=tuple(cells))
        else:
            found.append(row)
    starts = Counter(
        round(cell.left)
        for row in found
        for cell in row.cells[1:]
        if not is_amount(cell.text) and not is_blank(cell.text)
    )
    words = min((start for start, often in starts.items() if often > 1), default=float("inf"))
    return [replace(row, words=words) for row in found]


def with_first(
    names: Sequence[Row], body: Sequence[Row], shapes: Sequence[Shape]
) -> tuple[list[Row], list[Row]]:
    """Lines above the first figures as names, and those that are the first lines of their row."""
    figures = [cell for row in body for cell in row.cells if is_amount(cell.text)]
    left = min((cell.left for cell in figures), default=0.0)
    lines: list[Row] = []
    for row in reversed(on_lines(names)):
        if any(cell.right > left for cell in row.cells):
            break
        lines.insert(0, replace(row, words=body[0].words))
    taken = {
        at for at, _own in _owners([*lines, body[0]], None, range(len(lines)), len(lines), shapes)
    }
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
        for at, own in _owners(rows, above, between, below, shapes):
            owner[at] = own
    found: list[Row] = []
    for own, group in itertools.groupby(range(len(rows)), key=lambda at: owner[at]):
        lines = [rows[at] for at in group]
        found += _merged(rows[own], lines, join) if len(lines) > 1 else lines
    return found


def _owners(
    rows: Sequence[Row],
    above: int | None,
    between: Sequence[int],
    below: int | None,
    shapes: Sequence[Shape],
) -> Iterator[tuple[int, int]]:
    """The row of figures to which each line of words between two such rows belongs, if to any."""
    rest = list(between)
    # 1. what goes on from above
    last = above
    while rest and last is not None and above is not None:
        line = rows[rest[0]]
        if not _goes_on(rows[above], rows[last], line, shapes):
            break
        nearer = below is not None and _drop(line, rows[below]) < _drop(rows[last], line)
        free = below is not None and not _is_ruled_off(line, rows[below], shapes)
        if nearer and free and not _is_continued(rows[above], line):
            break
        last = rest.pop(0)
        yield last, above
    # 2. what leads to the figures below
    low = below
    while rest and low is not None and below is not None:
        line, taken = rows[rest[-1]], rows[low : below + 1]
        parted = _is_ruled_off(line, rows[low], shapes) or _drop(line, rows[low]) > _NEAR
        if parted or not _leads_to(line, taken):
            break
        low = rest.pop()
        yield low, below


def _leads_to(line: Row, taken: Sequence[Row]) -> bool:
    """Whether a line of words above the lines of a row is one more of them."""
    first = taken[0]
    if line.label:
        if not any(row.label for row in taken):
            return True
        return line.is_label and first.label is not None and runs_on(line, first)
    if all(row.label is None for row in taken):
        return True
    # Words above a label: those of a cell that is taller than it.
    cells = [cell for row in taken for cell in row.values]
    return not _collide(line.cells, cells) or _leads_on(line.cells[-1].text, first.cells[-1].text)


def _goes_on(first: Row, last: Row, line: Row, shapes: Sequence[Shape]) -> bool:
    """Whether a line of words may belong to the row of figures above it."""
    if _is_ruled_off(last, line, shapes) or _drop(last, line) > _NEAR:
        return False
    if line.label is None:
        return True
    return line.is_label and first.label is not None and _is_continued(last, line)


def _is_continued(above: Row, line: Row) -> bool:
    """Whether words go on, by the first letter of the line, or the last word of the one above."""
    before = above.label if line.label else above.cells[-1]
    return _leads_on(before.text if before else "", line.cells[0].text)


def _leads_on(text: str, after: str) -> bool:
    words = text.casefold().split() or [" "]
    return after[:1].islower() or words[-1] in _GOES_ON or words[-1][-1] in ",-–(" + BREAK


def runs_on(row: Row, after: Row) -> bool:
    """Whether a label goes on in the next line."""
    return _drop(row, after) < _NEAR and _leads_on(row.cells[0].text, after.cells[0].text)


def _drop(above: Row, below: Row) -> float:
    """Heights from one line to the next."""
    height = max(above.line.height, below.line.height)
    return (above.line.bottom - below.line.bottom) / height


def _is_ruled_off(above: Row, below: Row, shapes: Sequence[Shape]) -> bool:
    """Whether a rule runs between two lines, under the words of the lower one."""
    high = above.line.bottom + 0.3 * above.line.height
    low = below.line.bottom + 0.3 * below.line.height
    return any(
        shape.level and low < shape.bottom < high and any(
            shape.left < cell.centre < shape.right for cell in (above.cells[0], below.cells[0])
        )
        for shape in shapes
    )  # fmt: skip


def _collide(one: Sequence[Cell], two: Sequence[Cell]) -> bool:
    return any(a.left < b.right and b.left < a.right for a in one for b in two)


def _merged(row: Row, lines: Sequence[Row], join: Join) -> list[Row]:
    """The lines as one row, words under each other as one cell; as they are where figures mix."""
    cells = [cell for line in lines for cell in line.cells]
    figures = [cell for cell in row.cells if is_amount(cell.text) or is_blank(cell.text)]
    labels = [line.label for line in lines if line.label]
    stacks = [labels] if labels else []
    for cell in sorted((c for c in cells if c not in labels), key=lambda c: c.left):
        if cell in figures:
            continue
        if stacks and stacks[-1] is not labels and cell.left < max(c.right for c in stacks[-1]):
            stacks[-1].append(cell)
        else:
            stacks.append([cell])
    words = [_stacked(stack, join) for stack in stacks]
    if any(_collide([word], figures) for word in words if word is not words[0] or not labels):
        return list(lines)
    whole = sorted([*words, *figures], key=lambda cell: cell.left)
    return [replace(row, cells=tuple(whole))]


def _stacked(cells: Sequence[Cell], join: Join) -> Cell:
    cells = sorted(cells, key=lambda cell: -cell.bottom)
    left, right = min(cell.left for cell in cells), max(cell.right for cell in cells)
    return replace(cells[0], text=join([cell.text for cell in cells]), left=left, right=right)
