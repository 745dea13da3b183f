"""Finds which words above a table name which of its columns."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence

from strategy_qa.corpus.readers.pdf_page import Cell, Shape
from strategy_qa.corpus.readers.pdf_spans import TIGHT, Column, Join, cut_at_rules, spans_of

_MAX_CHARS = 120  # longer, it is text
_SIDE = 2.0  # points by which a name may reach over the figures of the next column
_LONG = 30  # characters; a name of all columns that stands well over them once
_LEADING = 1.65  # heights between two lines of one name that the file lists whole
_NEXT_LINE = 1.15  # and between those that are one even where it may name the whole table
_NEXT = 1.5  # heights between two lines of one name that the file lists together
FORMULA = re.compile("[=⇒⇔≠≤≥∈∀]")
_MAX_COLUMNS = 24
_INSET = 5.0  # points; a rule that starts where the labels do runs below the whole table


def column_names(
    columns: Sequence[Column],
    names: Sequence[Cell],
    shapes: Sequence[Shape],
    *,
    labels: float,
    join: Join,
) -> tuple[list[tuple[str, ...]], list[Cell]] | None:
    """A name for every column, each another one, and words that stay above the table.

    `labels` is where the labels of the rows start. None where a column has no name, or where
    words in doubt may be a part of one.
    """
    formula = any(FORMULA.search(name.text) for name in names)
    if not names or formula or len(columns) > _MAX_COLUMNS:
        return None
    if stacks := _one_each(names, columns):
        return [(join([cell.text for cell in stack]),) for stack in stacks], []
    drawn = [shape for shape in shapes if shape.left > labels + _INSET]
    above = _by_levels(columns, names, drawn)
    found = [column.named(join) for column in columns]
    sound = all(0 < len(", ".join(name)) <= _MAX_CHARS for name in found)
    return (found, above) if above is not None and sound and len(set(found)) == len(found) else None


def _by_levels(
    columns: Sequence[Column], names: Sequence[Cell], shapes: Sequence[Shape]
) -> list[Cell] | None:
    """Give each column its names, line by line from below; the words that are none of any.

    None where words in doubt may be a part of one.
    """
    above: list[Cell] = []
    below = _below(names)
    named: dict[Cell, list[Column]] = {}
    for level in _levels([part for name in names for part in cut_at_rules(name, shapes)]):
        spans = spans_of(level, columns, shapes)
        for name, told in zip(level, spans, strict=True):
            lower = below.get(name) or _under(name, named)
            under = named.get(lower, []) if lower else []
            if lower and 1 < len(under) < len(columns) and _is_over_all(name, lower, columns):
                under = []
            over = named[name] = told or under
            if len(over) == 1:
                over[0].add(name)
            elif over and over == under:  # one more line of the name of several columns
                for column in over:
                    column.parts[-1].append(name)
            elif over and (len(over) < len(columns) or len(name.text) <= _LONG):
                for column in over:
                    column.parts.append([name])
            elif not over and any(c.overlaps(name) and c.drop(name) < TIGHT for c in columns):
                return None
            else:
                above.insert(0, name)
    return above


def stacks_of(names: Sequence[Cell]) -> list[list[Cell]]:
    """Lines that are listed together and stand under each other, from the left."""
    stacks: list[list[Cell]] = []
    for name in names:
        last = stacks[-1][-1] if stacks else None
        drop = (last.bottom - name.bottom) / name.height if last else 0.0
        if last and 0.5 < drop < _LEADING and _overlap(last, name):
            stacks[-1].append(name)
        else:
            stacks.append([name])
    return sorted(stacks, key=lambda stack: stack[0].left)


def _one_each(names: Sequence[Cell], columns: Sequence[Column]) -> list[list[Cell]]:
    """Names listed whole, as many as there are columns and each over its own; else nothing.

    A name may stand beside the figures it names, but not over those of another column.
    """
    stacks = stacks_of(names)
    if len(stacks) != len(columns) or len(stacks) < 2:
        return []
    lows = [stack[-1].bottom for stack in stacks]
    row = min(stack[0].top for stack in stacks) > max(lows)
    gaps = [-math.inf, *(column.right for column in columns[:-1])]
    ends = [*(column.left for column in columns[1:]), math.inf]
    fits = all(
        max(cell.right for cell in stack) < end + _SIDE
        and min(cell.left for cell in stack) > gap - _SIDE
        for stack, gap, end in zip(stacks, gaps, ends, strict=True)
    )
    apart = all(
        max(cell.right for cell in one) < min(cell.left for cell in two)
        for one, two in itertools.pairwise(stacks)
    )
    texts = {" ".join(cell.text for cell in stack) for stack in stacks}
    return stacks if row and fits and apart and len(texts) == len(stacks) else []


def _overlap(one: Cell, two: Cell) -> bool:
    return one.left < two.right and two.left < one.right


def _below(names: Sequence[Cell]) -> dict[Cell, Cell]:
    """For a line of a name the next one, where the file lists both one after the other.

    Names are listed column by column as often as line by line: what then stands right under a
    line is more of the same name, whatever columns it stands in the middle of.
    """
    return {
        one: two
        for one, two in itertools.pairwise(names)
        if 0.5 * one.height < one.bottom - two.bottom < _NEXT * one.height and _is_aligned(one, two)
    }


def _under(name: Cell, named: Mapping[Cell, Sequence[Column]]) -> Cell | None:
    """The one name of several columns that a line of words goes on in right below it."""
    found = [
        lower
        for lower in named
        if 0.5 * name.height < name.bottom - lower.bottom < TIGHT * name.height
        and lower.left < name.right
        and name.left < lower.right
    ]
    return found[0] if len(found) == 1 and _is_aligned(name, found[0]) else None


def _is_over_all(name: Cell, lower: Cell, columns: Sequence[Column]) -> bool:
    """Whether a line in the middle of a table may be its name, not more of the one below it."""
    middle = (columns[0].left + columns[-1].right) / 2
    apart = name.bottom - lower.bottom > _NEXT_LINE * name.height
    return apart and abs(name.centre - middle) < 1.5 * name.height


def _is_aligned(one: Cell, two: Cell) -> bool:
    return min(abs(one.centre - two.centre), abs(one.right - two.right)) < one.height


def _levels(names: Sequence[Cell]) -> Iterator[list[Cell]]:
    """The names by the line they stand on, from the bottom up, each line from the left."""
    level: list[Cell] = []
    for name in sorted(names, key=lambda name: name.bottom):
        if level and name.bottom - level[0].bottom > 0.35 * level[0].height:
            yield sorted(level, key=lambda n: n.left)
            level = []
        level.append(name)
    yield sorted(level, key=lambda n: n.left)
