"""Select the sentences that answer a question: whole quotes, not repeating each other, in order.

Stages: 1 pool the sentences of the best passages, 2 score them, 3 take the whole list where a
list was asked for, 4 else take the best few that add something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strategy_qa.answer.lists import (
    Enumeration,
    asks_for_fact,
    asks_for_list,
    list_around,
    number_asked_for,
)
from strategy_qa.index import Index
from strategy_qa.search import Match
from strategy_qa.text import words
from strategy_qa.types import Span

_PASSAGES = 6  # whose sentences compete
_REPEATS = 0.6  # share of common words from which two sentences say the same
_MIN_WORDS = 3  # a heading or a stump shorter than this answers nothing
# A sentence that holds every word of the question by weight gains as much as a standing of 8; its
# own standing and its passage's score count once. Tuned on the XQuAD dev half (words 2 to 12,
# passage 0.25 to 1): sentence hit@1 is 0.85 in English and 0.84 in Spanish, flat around here.
_MATCHED_WEIGHT = 8.0
_LISTS = 12  # sentences whose lists compete where a list is asked for
_ABOUT_WEIGHT = 8.0  # a list whose headings and lead-in hold the whole question gains this much
_COUNT_WEIGHT = 3.0  # a list with as many items as the question names gains this much
_MARGIN = 4.0  # in the same units: how far behind the best a sentence of the answer may be


@dataclass(frozen=True, slots=True)
class Sentence:
    """A quotable unit with its evidence."""

    match: Match  # the passage it stands in
    span: Span  # in the document
    text: str
    score: float  # comparable within one question
    matched: float  # share of the question's weight found in it, 0 to 1


def pool_sentences(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    matches: Sequence[Match],
    *,
    language: str,
) -> tuple[Sentence, ...]:
    """The sentences of the best passages, best first (stages 1 and 2)."""
    terms = index.lexical.terms(question, language)
    found: list[Sentence] = []
    for match in matches[:_PASSAGES]:
        row = match.row
        text = index.store.document(row.chunk.document_id).text
        vectors = index.vectors.sentence_vectors(
            row.first_sentence, row.first_sentence + len(row.sentences)
        )
        for span, cosine in zip(row.sentences, vectors @ vector, strict=True):
            quote = span.of(text)
            if len(words(quote)) >= _MIN_WORDS:
                matched = terms.share(quote, row.chunk.language)
                standing = match.background.standing(float(cosine), row.chunk.language)
                score = standing + _MATCHED_WEIGHT * matched + match.hit.score
                found.append(Sentence(match, span, quote, score, matched))
    return tuple(sorted(found, key=lambda sentence: -sentence.score))


def select(
    index: Index, question: str, pool: Sequence[Sentence], *, language: str, limit: int
) -> tuple[Sentence, ...]:
    """The sentences of the answer, most important document first (stages 3 and 4)."""
    if not pool:
        return ()
    if not asks_for_fact(question) and (items := _list_asked_for(index, question, pool, language)):
        return items
    chosen: list[Sentence] = []
    for sentence in pool:
        if len(chosen) == limit or sentence.score < pool[0].score - _MARGIN:
            break
        leads = sentence.text.endswith(":")  # to a list that is not being given
        if not leads and not any(_repeats(sentence.text, other.text) for other in chosen):
            chosen.append(sentence)
    return _in_order(chosen)


def _list_asked_for(
    index: Index, question: str, pool: Sequence[Sentence], language: str
) -> tuple[Sentence, ...]:
    """The list that a question asks for or that the evidence points at as a whole, if any.

    A list competes with its best sentence, and gains by what its headings and its lead-in share
    with the question and by having as many items as the question names.
    """
    terms = index.lexical.terms(question, language)
    wanted = number_asked_for(question)
    best: tuple[float, Sentence, Enumeration] | None = None
    for sentence in pool[:_LISTS]:
        chunk = sentence.match.row.chunk
        document = index.store.document(chunk.document_id)
        found = list_around(document, sentence.span)
        if found is None:
            continue
        lead_in = found.lead_in.of(document.text) if found.lead_in else ""
        about = terms.share(" ".join((*chunk.headings, lead_in)), chunk.language)
        score = (
            sentence.score + _ABOUT_WEIGHT * about + _COUNT_WEIGHT * (len(found.items) == wanted)
        )
        if best is None or score > best[0]:
            best = (score, sentence, found)
    if best is None:
        return ()
    score, sentence, found = best
    if not (
        (asks_for_list(question) and score >= pool[0].score) or _points_at(found, best[1], pool)
    ):
        return ()
    text = index.store.document(sentence.match.row.chunk.document_id).text
    return tuple(replace(sentence, span=span, text=span.of(text)) for span in found.spans)


def _points_at(found: Enumeration, member: Sentence, pool: Sequence[Sentence]) -> bool:
    """Whether the best sentence leads into a list, or most of the best ones are items of it."""
    document_id = member.match.row.chunk.document_id
    top = [s.span for s in pool[:4] if s.match.row.chunk.document_id == document_id]
    inside = [span for span in top if any(item.contains(span) for item in found.items)]
    leads = member is pool[0] and member.text.endswith(":")
    return leads or len(inside) >= 3


def _repeats(text: str, other: str) -> bool:
    a, b = set(words(text)), set(words(other))
    return len(a & b) >= _REPEATS * min(len(a), len(b))


def _in_order(chosen: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Documents by their best sentence; within a document as they stand in it."""
    documents = list(dict.fromkeys(s.match.row.chunk.document_id for s in chosen))
    return tuple(
        sorted(chosen, key=lambda s: (documents.index(s.match.row.chunk.document_id), s.span))
    )
