"""Tells to which row of figures a line of words belongs, above it or below it.

What tells: the file's listing both as one row, a rule between them, figures that would have no
label without it, words that go on, the distance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdf_page import Cell, Shape
from strategy_qa.corpus.readers.pdf_row import Row

_NEAR = 1.6  # heights between two lines of one row
_GOES_ON = ("and", "of", "the", "for", "to", "in", "y", "de", "del", "la", "el", "los", "las", "o")


def listed_owners(rows: Sequence[Row], ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The row of figures of each line that the file lists among the cells of one row."""
    for row in {row.line.row for row in rows if row.line.row}:
        lines = [at for at, line in enumerate(rows) if line.line.row == row]
        figures = [at for at in lines if at in ends]
        if len(figures) == 1 and len(lines) == lines[-1] - lines[0] + 1:
            yield from ((at, figures[0]) for at in lines)


def owners(
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
    return not collide(line.cells, cells) or _leads_on(line.cells[-1].text, first.cells[-1].text)


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


def collide(one: Sequence[Cell], two: Sequence[Cell]) -> bool:
    """Whether cells of one line stand over or under cells of another."""
    return any(a.left < b.right and b.left < a.right for a in one for b in two)
