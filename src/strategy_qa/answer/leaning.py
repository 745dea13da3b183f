"""Sentences that lean on the one before ("It also…", "Este…") take it along into the quote."""

from __future__ import annotations

import re

from strategy_qa.chunk import block_sentences
from strategy_qa.text import fold
from strategy_qa.types import BlockKind, Document, Span

# On folded text: a pronoun or a connective that opens a sentence points back.
_LEANS = re.compile(
    r"\W*(?:it|they|he|she|this|these|those|such|its|their|his|her|both|also|the (?:latter|former)"
    r"|este|esta|esto|estos|estas|ese|esa|eso|esos|esas|aquel|aquella|ello|ellos|ellas|el mismo"
    r"|la misma|dicho|dicha|dichos|dichas|tambien|ademas|asimismo|ambos|ambas|su|sus|lo hizo"
    r"|among (?:them|these)|entre (?:ellos|ellas|estos|estas))\b"
)
_REACH = 2  # sentences that may be taken along
_LONGEST = 700  # characters of a quote with what it leans on


def leans(sentence: str) -> bool:
    """Whether a sentence points back to the one before."""
    opening = fold(sentence[:40])
    return bool(_LEANS.match(opening)) or opening.startswith("(")


def with_antecedent(document: Document, span: Span) -> Span:
    """`span` stretched back over the sentences of its paragraph that it leans on."""
    block = document.block_at(span.start)
    if block.kind is not BlockKind.PARAGRAPH:
        return span
    before = [s for s in block_sentences(document.text, block) if s.end <= span.start]
    stretched = span
    for sentence in reversed(before[-_REACH:]):
        if not leans(stretched.of(document.text)):
            break
        if span.end - sentence.start > _LONGEST:
            break
        stretched = Span(sentence.start, span.end)
    return stretched
