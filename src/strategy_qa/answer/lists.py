"""Lists and tables as answers: does a question ask for one, and what is the whole of it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from strategy_qa.chunk import block_sentences
from strategy_qa.text import fold, words
from strategy_qa.types import Block, BlockKind, Document, Span

_ITEMS = (BlockKind.LIST_ITEM, BlockKind.TABLE)
_LONGEST = 40  # items; a longer list is a register, not an answer
_NUMERALS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9, "diez": 10,
}  # fmt: skip
# On folded text. A plural after the question word is what tells a list from a single fact.
_ASKS = re.compile(
    rf"\b(?:what|which) (?:are|were)\b|\bwhat (?:\w+ ){{0,2}}\w+s (?:are|were|does|do|did)\b"
    rf"|\bwhich (?:\w+ ){{0,2}}\w+s\b|\b(?:list|enumerate|name) (?:the|all|every)\b"
    rf"|\bcuales\b|\bque (?:\w+ ){{0,1}}\w+[aeo]s (?:son|fueron|tiene|incluye|propone|hay|se)\b"
    rf"|\b(?:enumera|enumere|lista|menciona|mencione|nombra)\b"
    rf"|\b(?:the|los|las) (?:{'|'.join(_NUMERALS)}|[2-9]|1[0-9]) \w+"
)


def number_asked_for(question: str) -> int | None:
    """The number of things a question names ("the six groups", "cinco acciones"), if any."""
    for word in words(question):
        if word in _NUMERALS or (word.isdecimal() and int(word) <= _LONGEST):
            return _NUMERALS.get(word) or int(word)
    return None


def asks_for_list(question: str) -> bool:
    """Whether the wording asks for several things: "which five…", "cuáles son las…"."""
    return bool(_ASKS.search(fold(question)))


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A list or a table of a document."""

    lead_in: Span | None  # the sentence right before it
    items: tuple[Span, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The lead-in, then every item."""
        return (self.lead_in, *self.items) if self.lead_in else self.items


def list_around(document: Document, span: Span) -> Enumeration | None:
    """The list or table that `span` belongs to or leads into.

    None where there is none, where it has one item only, or where it is longer than an answer.
    """
    blocks = [b for b in document.blocks if b.kind is not BlockKind.BOILERPLATE]
    at = bisect_right([b.span.start for b in blocks], span.start) - 1
    if at < 0:
        return None
    if blocks[at].kind not in _ITEMS:
        last = block_sentences(document.text, blocks[at])[-1]
        if span.end < last.end or at + 1 >= len(blocks):
            return None
        at += 1
    kind = blocks[at].kind
    if kind not in _ITEMS:
        return None
    first = last_ = at
    while first > 0 and blocks[first - 1].kind is kind:
        first -= 1
    while last_ + 1 < len(blocks) and blocks[last_ + 1].kind is kind:
        last_ += 1
    items = _items(document.text, blocks[first : last_ + 1])
    if not 2 <= len(items) <= _LONGEST:
        return None
    return Enumeration(_lead_in(document.text, blocks, first), tuple(items))


def _items(text: str, blocks: list[Block]) -> list[Span]:
    return [
        span
        for block in blocks
        for span in (
            block_sentences(text, block) if block.kind is BlockKind.TABLE else (block.span,)
        )
    ]


def _lead_in(text: str, blocks: list[Block], first: int) -> Span | None:
    """The last sentence of the paragraph or caption right before a list."""
    if first == 0 or blocks[first - 1].kind not in (BlockKind.PARAGRAPH, BlockKind.CAPTION):
        return None
    return block_sentences(text, blocks[first - 1])[-1]
