"""Makes blocks of the running text of a PDF page: headings, paragraphs, list items, notes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from strategy_qa.corpus.readers.assemble import Piece
from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdf_cells import line_cells
from strategy_qa.corpus.readers.pdf_page import Line
from strategy_qa.corpus.readers.pdf_style import (
    CAPTION,
    HEADING_CHARS,
    NUMBERED,
    PROSE_CHARS,
    Style,
)
from strategy_qa.corpus.readers.plain import BULLET
from strategy_qa.types import BlockKind

_NOTE = re.compile(r"\(?(?:\d{1,3}|[a-z]|[*†‡]{1,3})\)?\s*\S")
_NOTE_START = re.compile(r"\(?\d{1,2}\)?\s?[^\W\d_]{2}")
# The second form is a full stop with the mark of a note behind it, but no "$2.35".
_SENTENCE_END = re.compile(r"[.!?:;][\"”’»)\]]*$|[^\W\d][.!?][\"”’»]?(?:\d{1,2}|\(\d{1,2}\))$")

_LONG_CHARS = 30
_WIDER = 1.3  # times the usual distance of lines: a new paragraph


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line, its text, and its level if it is a heading."""

    line: Line
    text: str
    level: int

    @property
    def is_item(self) -> bool:
        """Whether it opens an item of a list."""
        return not self.level and bool(BULLET.match(self.text))


@dataclass(frozen=True, slots=True)
class _Place:
    """What the lines around a line tell."""

    margin: float  # where the lines of its column end
    leading: float  # their distance, in heights


def text_lines(lines: Sequence[Line], style: Style) -> list[TextLine]:
    """The lines with their text, and their level where they are headings."""
    long = [line for line in lines if len(line.text) >= _LONG_CHARS]
    return [_text_line(line, long, style) for line in lines]


def _text_line(line: Line, long: Sequence[Line], style: Style) -> TextLine:
    text = " ".join(cell.text for cell in line_cells(line))
    level = style.level(line, text)
    # Bold names of columns stand anywhere; headings stand over their text or in the middle.
    if level and style.by_weight(line, text) and not _is_placed(line, long):
        level = 0
    return TextLine(line, text, level)


def _is_placed(line: Line, long: Sequence[Line]) -> bool:
    others = [other for other in long if other is not line]
    if not others or any(abs(other.left - line.left) < 4 for other in others):
        return True
    left, right = min(other.left for other in others), max(other.right for other in others)
    return abs(line.left + line.right - left - right) < 0.08 * (right - left)


def prose_pieces(rows: Sequence[TextLine], style: Style) -> Iterator[Piece]:
    """The blocks of lines of running text, in their order."""
    group: list[TextLine] = []
    indents: list[float] = []  # of the list items that are open
    for at, row in enumerate(rows):
        if group:
            place = _Place(_margin(rows, at), _leading(rows, at, style))
            if _starts_anew(group, row, place, style):
                yield _piece(group, indents, style)
                group = []
        group.append(row)
    if group:
        yield _piece(group, indents, style)


def _leading(rows: Sequence[TextLine], at: int, style: Style) -> float:
    """The distance of lines hereabouts: the document's, or a wider one where the page has it."""
    line = rows[at].line
    near = rows[max(0, at - 5) : at + 5]
    steps = [
        (above.line.bottom - below.line.bottom) / line.height
        for above, below in itertools.pairwise(near)
        if len(above.text) >= PROSE_CHARS
        and _same_type(above.line, line)
        and _same_type(below.line, line)
    ]
    return max(style.leading, min((step for step in steps if step > 0.8), default=0.0))


def _margin(rows: Sequence[TextLine], at: int) -> float:
    """Where the lines of the column end: the furthest end among the neighbours."""
    before = rows[at - 1].line
    near = (row.line for row in rows[max(0, at - 8) : at + 8])
    return max(n.right for n in near if n.left < before.right and n.right > before.left)


def _starts_anew(group: Sequence[TextLine], row: TextLine, place: _Place, style: Style) -> bool:
    """Whether a block ends before `row`; the surest signs come first."""
    before, line = group[-1].line, row.line
    if group[-1].text.endswith(BREAK):
        return False
    if row.is_item or (style.is_small(line) and _NOTE_START.match(row.text)):
        return True
    height = max(before.height, line.height)
    drop = before.bottom - line.bottom
    alike = _same_type(before, line)
    ended = bool(_SENTENCE_END.search(group[-1].text))
    goes_on = not ended and row.text[:1].islower()
    apart = drop > _WIDER * (_WIDER if goes_on else 1) * place.leading * height
    if row.level or group[-1].level:
        return not alike or apart or ended or _numbered(row) or not _one_heading(group, row)
    if not alike and (all(g.line.bold for g in group) or not before.bold):
        return True
    if drop < -0.5 * height:  # up: the next column
        return ended
    return apart or _is_new_paragraph(group, row, place.margin, ended=ended)


def _one_heading(group: Sequence[TextLine], row: TextLine) -> bool:
    """Whether a line of a heading's type goes on what came before it, in the same type."""
    if group[0].is_item or row.text[:1].islower():
        return True
    before, line = group[-1].line, row.line
    aligned = min(
        abs(before.left - line.left), abs(before.left + before.right - line.left - line.right) / 2
    )
    return (
        bool(row.level and group[-1].level)
        and len(group) < 3
        and aligned < line.height
        and group[-1].text.isupper() == row.text.isupper()
    )


def _is_new_paragraph(
    group: Sequence[TextLine], row: TextLine, margin: float, *, ended: bool
) -> bool:
    """Whether a line at the usual distance opens a paragraph, by indents and short lines."""
    before, line = group[-1].line, row.line
    height = max(before.height, line.height)
    width = max(1.0, margin - before.left)
    start = min(g.line.left for g in group)
    if ended and (before.right < margin - 0.15 * width or line.left > start + 0.8 * height):
        return True
    outdented = group[0].is_item and line.left < group[0].line.left + 0.3 * height
    if ended and outdented and row.text[:1].isupper():
        return True
    stub = before.right - before.left < 0.5 * width
    return stub and not row.text[:1].islower() and before.bottom - line.bottom > 0.3 * height


def _same_type(one: Line, two: Line) -> bool:
    # A line of capitals or figures keeps the font's height, so 12 % is another size.
    alike = abs(one.height - two.height) <= 0.12 * max(one.height, two.height)
    return alike and one.bold == two.bold


def _numbered(row: TextLine) -> bool:
    return bool(NUMBERED.match(row.text))


def _piece(group: Sequence[TextLine], indents: list[float], style: Style) -> Piece:
    first = group[0]
    text = style.joiner.join([row.text for row in group])
    if not first.is_item:
        indents.clear()
    if first.level and len(text) <= HEADING_CHARS:
        return Piece(BlockKind.HEADING, text, style.listed(text) or first.level)
    if CAPTION.match(text) and len(text) <= HEADING_CHARS:
        return Piece(BlockKind.CAPTION, text)
    if style.is_small(first.line) and _NOTE.match(text):
        return Piece(BlockKind.FOOTNOTE, text)
    if first.is_item:
        return Piece(BlockKind.LIST_ITEM, text, _depth(first.line.left, indents))
    return Piece(BlockKind.PARAGRAPH, text)


def _depth(left: float, indents: list[float]) -> int:
    """The level of a list item by its indent, among those of the items it may stand under."""
    while indents and indents[-1] > left + 3:
        indents.pop()
    if not indents or left > indents[-1] + 3:
        indents.append(left)
    return len(indents)
