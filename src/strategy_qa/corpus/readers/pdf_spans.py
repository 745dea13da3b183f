"""Finds the columns over which words above a table stand, where the page leaves no doubt.

What tells: a rule under them or a box around them, a place of their own over one column, the
middle of a group of columns.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from strategy_qa.corpus.readers.pdf_page import Cell, Shape

Join = Callable[[Sequence[str]], str]

TIGHT = 1.35  # heights between two lines that may be one name
# Those between two lines that are one whatever else speaks, and where nothing speaks against it.
_SOLID, _LOOSE = 1.05, 1.7
_FLUSH = 1.8  # and between two that start, or end, at one place: names in the rows of a sheet
_MAX_NAMES = 6  # on a line of names for groups of columns
# Shares of the distance of two columns; one column more or less moves a middle by half of it.
_EVEN, _ODD = 0.2, 0.15


@dataclass(slots=True, eq=False)
class Column:
    """Where the cells of a column stand, and its name from the bottom up."""

    left: float
    right: float
    parts: list[list[Cell]] = field(default_factory=list)  # parts of a name, lines of a part

    @property
    def centre(self) -> float:
        """Half-way between its ends."""
        return (self.left + self.right) / 2

    def overlaps(self, cell: Cell) -> bool:
        """Whether some of a cell stands in it or over it."""
        return cell.left < self.right and cell.right > self.left

    def add(self, name: Cell) -> None:
        """Put a name of its own over those it has, and reckon its place by both."""
        if self.drop(name) < (_FLUSH if self.parts and self.is_flush(name) else _LOOSE):
            self.parts[-1].append(name)
        else:
            self.parts.append([name])
        self.left, self.right = min(self.left, name.left), max(self.right, name.right)

    def drop(self, name: Cell) -> float:
        """Heights from a name to the one below it; infinite where there is none."""
        last = self.parts[-1][-1] if self.parts else None
        return (name.bottom - last.bottom) / name.height if last else math.inf

    def is_flush(self, name: Cell) -> bool:
        """Whether a name and the one below it start at one place, or end there, but not both."""
        last = self.parts[-1][-1]
        return (abs(last.left - name.left) < 1) != (abs(last.right - name.right) < 1)

    def named(self, join: Join) -> tuple[str, ...]:
        """The parts of its name, from the top down."""
        return tuple(join([n.text for n in reversed(part)]) for part in reversed(self.parts))


def spans_of(
    level: Sequence[Cell], columns: Sequence[Column], shapes: Sequence[Shape]
) -> list[list[Column]]:
    """The columns under each name of one line; [] where that is in doubt."""
    pitch = _pitch(columns)
    spans = [_drawn(name, level, columns, shapes) for name in level]
    for place in (_each, _grouped, _stacked, _alone):
        taken = {id(column) for over in spans for column in over}
        free = [column for column in columns if id(column) not in taken]
        rest = [at for at, over in enumerate(spans) if not over]
        if rest and free:
            found = place([level[at] for at in rest], free, pitch)
            for at, over in zip(rest, found, strict=True):
                spans[at] = over
    _like_the_others(level, columns, spans, pitch)
    claims = [id(column) for over in spans for column in over]
    return [[] if any(claims.count(id(c)) > 1 for c in over) else over for over in spans]


def _like_the_others(
    level: Sequence[Cell], columns: Sequence[Column], spans: list[list[Column]], pitch: float
) -> None:
    """A name left over stands over the columns that are named as those of another one are."""
    patterns = [[column.named(" ".join) for column in over] for over in spans if over]
    for at, name in enumerate(level):
        taken = {id(column) for over in spans for column in over}
        if spans[at]:
            continue
        found = [
            group
            for group in _centred(name, columns, pitch)
            if not any(id(column) in taken for column in group)
            and [column.named(" ".join) for column in group] in patterns
        ]
        if len(found) == 1:
            spans[at] = found[0]


def _pitch(columns: Sequence[Column]) -> float:
    steps = [two.centre - one.centre for one, two in itertools.pairwise(columns)]
    return statistics.median(steps) if steps else math.inf


def _is_under(shape: Shape, name: Cell) -> bool:
    return shape.level and -0.3 * name.height < name.bottom - shape.top < 0.9 * name.height


def cut_at_rules(name: Cell, shapes: Sequence[Shape]) -> list[Cell]:
    """Names as near each other as words, where each has a rule of its own below it."""
    rules = sorted((s for s in shapes if _is_under(s, name)), key=lambda rule: rule.left)
    gaps = [
        (one.right + two.left) / 2
        for one, two in itertools.pairwise(rules)
        if name.left < one.right < two.left < name.right
    ]
    width = (name.right - name.left) / max(1, len(name.text))
    for gap in gaps:
        blanks = [at for at, char in enumerate(name.text) if char == " "]
        at = min(blanks, key=lambda at: abs(name.left + (at + 0.5) * width - gap), default=None)
        if at is not None and abs(name.left + (at + 0.5) * width - gap) < name.height:
            first = replace(name, text=name.text[:at], right=gap - 1)
            rest = replace(name, text=name.text[at + 1 :], left=gap + 1)
            return [first, *cut_at_rules(rest, shapes)]
    return [name]


def _drawn(
    name: Cell, level: Sequence[Cell], columns: Sequence[Column], shapes: Sequence[Shape]
) -> list[Column]:
    """The columns in the widest box around a name, or on a rule under it; [] where none tells."""
    middle, best = (name.bottom + name.top) / 2, list[Column]()
    for shape in shapes:
        around = shape.filled and shape.bottom < middle < shape.top
        if not _is_under(shape, name) and not (
            around and shape.top - shape.bottom < 6 * name.height
        ):
            continue
        # One as long as the words underlines them; one with two names tells of neither.
        holds = [n for n in level if shape.left < n.centre < shape.right]
        wide = shape.right - shape.left > 1.1 * (name.right - name.left)
        if holds == [name] and wide and _is_set_on(name, shape):
            over = [c for c in columns if shape.left < c.centre < shape.right]
            best = max(best, over, key=len)
    return best


def _is_set_on(name: Cell, shape: Shape) -> bool:
    """Whether a name stands in the middle of a shape, or at one of its ends."""
    off = abs(name.centre - (shape.left + shape.right) / 2)
    ends = min(abs(name.left - shape.left), abs(shape.right - name.right))
    return off < 0.1 * (shape.right - shape.left) or ends < name.height


def _each(names: Sequence[Cell], columns: Sequence[Column], pitch: float) -> list[list[Column]]:
    """As many names as columns: one each."""
    if len(names) == len(columns):
        pairs = list(zip(names, columns, strict=True))
        alone = all(sum(c.overlaps(n) for c in columns) < 2 for n in names)
        if alone and all(c.overlaps(n) or abs(c.centre - n.centre) < pitch / 2 for n, c in pairs):
            return [[column] for column in columns]
    return [[] for _ in names]


def _grouped(names: Sequence[Cell], columns: Sequence[Column], pitch: float) -> list[list[Column]]:
    """Names for groups of columns in which the same names come back: 2022, 2021 | 2022, 2021.

    Without that only where each stands between two columns: what stands over one may be its own.
    """
    nothing: list[list[Column]] = [[] for _ in names]
    if not 0 < len(names) < len(columns) or len(names) > _MAX_NAMES or not math.isfinite(pitch):
        return nothing
    found = [
        groups
        for cuts in itertools.combinations(range(1, len(columns)), len(names) - 1)
        for groups in [[list(columns[a:b]) for a, b in itertools.pairwise((0, *cuts, None))]]
        if all(_is_centred(n, group, pitch) for group, n in zip(groups, names, strict=True))
    ]
    if len(found) != 1:
        return nothing
    below = [[column.named(" ".join) for column in group] for group in found[0]]
    repeats = all(len(b) > 1 and all(b) and b == below[0] for b in below)
    if repeats and len({name.text for name in names}) == len(names) > 1:
        return found[0]
    even = all(len(group) % 2 == 0 for group in found[0])
    own = any(_goes_on(name, columns) for name in names)
    return found[0] if even and not own else nothing


def _stacked(names: Sequence[Cell], columns: Sequence[Column], pitch: float) -> list[list[Column]]:
    """Names over one column alone that are its first, or one more line of the name it has."""
    found: list[list[Column]] = []
    for name in names:
        over = [column for column in columns if column.overlaps(name)]
        drop = over[0].drop(name) if len(over) == 1 else -1.0
        near = _SOLID if _centred(name, columns, pitch) else _LOOSE
        if drop < math.inf and len(over) == 1 and over[0].is_flush(name):
            near = _FLUSH
        found.append(over if drop == math.inf or 0 < drop < near else [])
    return found


def _goes_on(name: Cell, columns: Sequence[Column]) -> bool:
    """Whether a name may be one more line of the name of one column."""
    over = [column for column in columns if column.overlaps(name)]
    return len(over) == 1 and over[0].drop(name) < TIGHT


def _alone(names: Sequence[Cell], columns: Sequence[Column], pitch: float) -> list[list[Column]]:
    """Names in the middle of one group of neighbours and of no other."""
    found: list[list[Column]] = []
    for name in names:
        over = [column for column in columns if column.overlaps(name)]
        groups = _centred(name, columns, pitch) if len(over) > 1 else []
        fits = len(groups) == 1 and all(column in groups[0] for column in over)
        found.append(groups[0] if fits else [])
    return found


def _centred(name: Cell, columns: Sequence[Column], pitch: float) -> list[list[Column]]:
    """The groups of two and more neighbours in whose middle a name stands."""
    if not math.isfinite(pitch):
        return []
    pairs = itertools.combinations(range(len(columns)), 2)
    groups = [list(columns[a : b + 1]) for a, b in pairs]
    return [group for group in groups if _is_centred(name, group, pitch)]


def _is_centred(name: Cell, group: Sequence[Column], pitch: float) -> bool:
    off = abs((group[0].left + group[-1].right) / 2 - name.centre)
    if len(group) == 1:
        (own,) = group
        inside = own.left <= name.left and name.right <= own.right
        around = name.left <= own.left and own.right <= name.right
        return inside or around or off < _ODD * pitch
    return off < (_ODD if len(group) % 2 else _EVEN) * pitch
