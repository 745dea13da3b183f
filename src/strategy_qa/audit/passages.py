"""Finds the passage of a source that comes nearest to a claim, and says how near it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from strategy_qa.audit.facts import missing_facts
from strategy_qa.encode import Encoder
from strategy_qa.index.store import Row
from strategy_qa.index.words import WordMatches
from strategy_qa.late import unrelated
from strategy_qa.qa import StrategyQA
from strategy_qa.question import Asked, understand
from strategy_qa.search import Match, search
from strategy_qa.types import Document, Edition, Filters, Span

_CHUNKS = 20  # of the source, whose sentences are looked at
_SENTENCES = 3  # of a passage, at most
_USUAL = 2  # of an unrelated one
_FACT = 0.1  # of the score: how far a passage that lacks a figure, year or name falls behind
_FACTS = 3  # that make a difference
# What a digest says of the brief or of itself is no evidence from the source.
_OF_THE_BRIEF = re.compile(
    r"\bpolicy brief\b|\bthe brief\b|\binforme de pol[ií]ticas\b|\b(?:el|del) informe\b(?! anual)",
    re.I,
)
_OF_ITSELF = re.compile(r"\bsummari[sz]ed here\b|\bresumid[ao]s aqu[ií]\b", re.I)


@dataclass(frozen=True, slots=True)
class Passage:
    """One to three sentences of a source, and how much of a claim they meet."""

    document: Document
    span: Span
    headings: tuple[str, ...]
    score: float  # see `nearest`
    of_the_brief: bool  # a digest tells here what the brief says

    @property
    def text(self) -> str:
        """The sentences."""
        return self.span.of(self.document.text)

    @property
    def place(self) -> str:
        """Page and section."""
        page = self.document.page_at(self.span.start)
        number = f"p. {page.label or page.number}" if len(self.document.pages) > 1 else ""
        return " · ".join(part for part in (number, " › ".join(self.headings)) if part)

    @property
    def under(self) -> str:
        """The sentences under their headings."""
        return "\n".join((*self.headings, self.text))

    @property
    def around(self) -> str:
        """The same with its document's title and publisher: what may hold a claim's names."""
        source = self.document.source
        return "\n".join((source.title, source.publisher, self.under))


def nearest(qa: StrategyQA, source: str, claim: str) -> tuple[Passage | None, Passage | None]:
    """The nearest passage of a source, and the nearest in which a digest repeats the brief.

    The score is how much of the claim the passage meets, word by word (see `index.words`; the
    mean of what the sentences meet with their headings and alone), set against what
    unrelated passages of the index in its language meet: 0 for no more than they do, 1 where
    every telling word of the claim stands there. Below 0 counts as 0.
    """
    index, only = qa.index, Filters(documents=frozenset({source}))
    asked = understand(index, qa.encoder, claim, only)
    matches = search(
        index, asked.text, asked.vector, asked.words,
        encoder=qa.encoder, language=asked.language, filters=only, k=_CHUNKS,
    )  # fmt: skip
    levels = _levels(asked, qa.encoder, source)
    found = [each for match in matches for each in _passages(asked, match, levels)]
    free = [each for each in found if not each.of_the_brief]
    repeated = [each for each in found if each.of_the_brief]
    return _best(free, claim), _best(repeated, claim)


def _best(passages: Sequence[Passage], claim: str) -> Passage | None:
    """The passage that meets most of a claim; each fact it lacks puts it behind another.

    Of two that meet as much it is the shorter one.
    """
    best = max((passage.score for passage in passages), default=0.0)
    placed = [
        (round(each.score - _FACT * len(missing_facts(claim, each.under)), 2), -len(each.span), i)
        for i, each in enumerate(passages)
        if each.score >= best - _FACT * _FACTS
    ]
    return passages[max(placed)[2]] if placed else None


def _levels(asked: Asked, encoder: Encoder, source: str) -> dict[str, float]:
    """What unrelated sentences meet of a claim, by their language; "" for all of them."""
    met: dict[str, list[float]] = {"": []}
    for row, words in unrelated(asked.index, encoder, asked.words):
        if row.chunk.document_id != source:
            values = [_met(row, words, span) for span in _runs(row.sentences, most=_USUAL)]
            met[""] += values
            met.setdefault(row.chunk.language, []).extend(values)
    return {language: float(np.mean(values)) for language, values in met.items() if values}


def _passages(asked: Asked, match: Match, levels: dict[str, float]) -> Iterator[Passage]:
    document = asked.index.store.document(match.row.chunk.document_id)
    digest = document.source.edition is not Edition.ORIGINAL
    level = levels.get(match.row.chunk.language, levels.get("", 0.0))
    for span in _runs(match.row.sentences, most=_SENTENCES):
        text = span.of(document.text)
        if digest and _OF_ITSELF.search(text):
            continue
        score = max(0.0, (_met(match.row, match.words, span) - level) / max(1.0 - level, 1e-6))
        of_the_brief = digest and _OF_THE_BRIEF.search(_paragraph_up_to(document, span)) is not None
        yield Passage(document, span, match.row.chunk.headings, score, of_the_brief)


def _paragraph_up_to(document: Document, span: Span) -> str:
    """A passage with what stands before it in its paragraph: what follows the brief leans on it."""
    block = document.block_at(span.start)
    return document.text[block.span.start : span.end]


def _runs(sentences: Sequence[Span], *, most: int) -> Iterator[Span]:
    for first in range(len(sentences)):
        for last in sentences[first : first + most]:
            yield Span(sentences[first].start, last.end)


def _met(row: Row, words: WordMatches, span: Span) -> float:
    """How much of the claim some sentences meet: the mean with their headings and alone."""
    shift = words.start - row.chunk.span.start
    within = Span(span.start + shift, span.end + shift)
    return (words.met(within) + words.met(within, alone=True)) / 2
