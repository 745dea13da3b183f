"""Joins what a reader found into one text, with pages and blocks as spans of it.

Every reader hands over sheets of pieces; this is the only place where text is normalised and
where offsets come into being.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from strategy_qa.text import normalise
from strategy_qa.types import Block, BlockKind, Page, Span

# Readers put it where raised or lowered type begins or ends. "9.8" with the mark of note 1 must
# not become "9.81", nor ten to the sixth "106": between two digits it turns into a blank.
RAISED = "\x03"
_BETWEEN_DIGITS = re.compile(rf"(?<=\d){RAISED}+(?=\d)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block before it has a place: raw text, and what it is."""

    kind: BlockKind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """The pieces of one page in reading order, and the label printed on it."""

    pieces: tuple[Piece, ...]
    label: str = ""
    scanned: bool = False
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in a file."""

    sheets: tuple[Sheet, ...]
    about: Mapping[str, object] = field(default_factory=dict)  # the file's metadata, a hint
    front_matter: Mapping[str, object] = field(default_factory=dict)  # written by the maintainer
    warnings: tuple[str, ...] = ()


def assemble(sheets: Iterable[Sheet]) -> tuple[str, tuple[Page, ...], tuple[Block, ...]]:
    r"""The text of all sheets, the pages that tile it, and the blocks inside it.

    Blocks are separated by an empty line, neighbouring list items by a line end. A blank
    between two pages belongs to the earlier one; a page without text has an empty span.
    """
    parts: list[str] = []
    blocks: list[Block] = []
    sheets = tuple(sheets)
    starts: list[int | None] = []  # of each page's first block
    length = 0
    for number, sheet in enumerate(sheets, 1):
        starts.append(None)
        for piece in sheet.pieces:
            text = normalise(_BETWEEN_DIGITS.sub(" ", piece.text))
            if not text:
                continue
            gap = _gap(blocks[-1].kind, piece.kind) if blocks else ""
            start = length + len(gap)
            length = start + len(text)
            parts += (gap, text)
            blocks.append(Block(piece.kind, Span(start, length), number, piece.level))
            if starts[-1] is None:
                starts[-1] = start
    return "".join(parts), _tile(sheets, starts, length), tuple(blocks)


def _gap(before: BlockKind, after: BlockKind) -> str:
    return "\n" if before is after is BlockKind.LIST_ITEM else "\n\n"


def _tile(sheets: Sequence[Sheet], starts: list[int | None], length: int) -> tuple[Page, ...]:
    """Pages from the starts of their first blocks; an empty page starts where the next does."""
    pages: list[Page] = []
    end = length
    for number in range(len(sheets), 0, -1):
        found, sheet = starts[number - 1], sheets[number - 1]
        start = 0 if number == 1 else end if found is None else found
        label = " ".join(normalise(sheet.label).split())
        pages.append(Page(number, label, Span(start, end), sheet.scanned, sheet.ocr))
        end = start
    return tuple(reversed(pages))
