"""The list, or the sentence that enumerates, which a question asks for as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from strategy_qa.answer.expects import Kind, kind_asked_for
from strategy_qa.answer.leaning import leans
from strategy_qa.answer.lists import (
    Enumeration,
    announced,
    asks_for_list,
    items_in,
    list_around,
    number_asked_for,
    opposite,
)
from strategy_qa.answer.naming import names_asked_for
from strategy_qa.answer.rows import table_of
from strategy_qa.chunk import block_sentences
from strategy_qa.index import Index
from strategy_qa.index.lexical import Terms
from strategy_qa.types import BlockKind, Span

if TYPE_CHECKING:
    from strategy_qa.answer.extractive import Sentence

_MATCHED_WEIGHT = 8.0  # as in `extractive`: what headings and lead-in hold, the items hold
_ABOUT_WEIGHT = 8.0  # a list whose headings and lead-in hold the whole question gains this much
_HEADED_WEIGHT = 14.0  # and one that has headings alone this much
_COUNT_WEIGHT = 3.0  # one with as many items as the question names gains this much
_NAMES_WEIGHT = 4.0  # a sentence that gives the names asked for gains this much
_OPPOSITE = 8.0  # one of the lowest where the highest are asked for loses this much
_BESIDE = 8.0  # how far behind the best sentence a list is given beside it
_SHORT = 1_000  # characters of a list that is given beside other sentences
_SENTENCES = 24  # that may enumerate what is asked for
_BEHIND = 12.0  # how far behind the best sentence one that enumerates may be


def list_asked_for(
    index: Index, question: str, pool: Sequence[Sentence], language: str
) -> tuple[tuple[Sentence, ...], bool]:
    """The list that a question asks for or that the evidence points at as a whole, if any.

    And whether it is the answer by itself. A list competes with its best sentence, and gains by
    what its headings and its lead-in share with the question and by having as many items as the
    question names. A sentence that enumerates what is asked for better, or answers better, is not
    left out; a list that is far behind it is.
    """
    terms = index.lexical.terms(question, language)
    best: tuple[float, Sentence, Enumeration] | None = None
    for sentence, found in _lists(index, pool):
        score = _score_of_list(index, question, sentence, found, terms)
        if best is None or score > best[0]:
            best = (score, sentence, found)
    if best is None:
        return (), False
    score, sentence, found = best
    found = _with_others(index, question, pool, sentence, found)
    told, _ = _best_told(index, question, pool, terms)
    behind = max(pool[0].score, told) - score if asks_for_list(question) else float("inf")
    alone = behind <= 0 or _points_at(found, sentence, pool)
    size = sum(map(len, found.spans))
    if not alone and (behind > _BESIDE or size > _SHORT):
        return (), False
    text = index.store.document(sentence.match.row.chunk.document_id).text
    items = tuple(replace(sentence, span=span, text=span.of(text)) for span in found.spans)
    return items, alone


def enumerated(
    index: Index, question: str, pool: Sequence[Sentence], language: str
) -> tuple[Sentence, ...]:
    """The sentence that enumerates what a question asks for, if it asks for several things.

    Where it only says how many they are ("Two laboratories appear…"), the next ones that name them.
    """
    if not asks_for_list(question) or kind_asked_for(question) not in (Kind.ANY, Kind.NAME):
        return ()
    _, found = _best_told(index, question, pool, index.lexical.terms(question, language))
    return (found, *_named_after(index, found)) if found else ()


def _with_others(
    index: Index, question: str, pool: Sequence[Sentence], member: Sentence, found: Enumeration
) -> Enumeration:
    """A list with the others under its heading, where only together they are as many as asked."""
    heading = (member.match.row.chunk.document_id, member.match.row.chunk.headings)
    every = sorted(
        (other for sentence, other in _lists(index, pool)
         if (sentence.match.row.chunk.document_id, sentence.match.row.chunk.headings) == heading),
        key=lambda other: other.items[0],
    )  # fmt: skip
    if sum(len(other.items) for other in every) != number_asked_for(question) or len(every) < 2:
        return found
    spans = [span for other in every for span in other.spans]
    return Enumeration(None, tuple(spans))


def _lists(index: Index, pool: Sequence[Sentence]) -> Iterator[tuple[Sentence, Enumeration]]:
    """Every list of the passages, each with its best sentence."""
    seen: set[tuple[str, Span]] = set()
    for sentence in pool:
        document = index.store.document(sentence.match.row.chunk.document_id)
        found = list_around(document, sentence.span)
        if found and (document.id, found.items[0]) not in seen:
            seen.add((document.id, found.items[0]))
            yield sentence, found


def _score_of_list(
    index: Index, question: str, sentence: Sentence, found: Enumeration, terms: Terms
) -> float:
    match = sentence.match
    chunk = match.row.chunk
    text = index.store.document(chunk.document_id).text
    lead_in = found.lead_in.of(text) if found.lead_in else ""
    held = terms.held(" ".join((*chunk.headings, lead_in)), chunk.language)
    above = match.share(terms.share(held), found.lead_in or Span(0, 0), headed=True)
    whole = Span(found.spans[0].start, found.items[-1].end)
    share = match.share(terms.share(held | sentence.held), whole, headed=True)
    # No sentence resembles a question for a list less than its items, and a heading is none.
    about = _ABOUT_WEIGHT if lead_in else _HEADED_WEIGHT
    score = sentence.score + about * above
    score += _MATCHED_WEIGHT * max(share - sentence.matched, 0.0)
    score += _COUNT_WEIGHT * (len(found.items) == number_asked_for(question))
    nearest = lead_in or " ".join(chunk.headings[-1:])
    return score - _OPPOSITE * opposite(question, nearest)


def _best_told(
    index: Index, question: str, pool: Sequence[Sentence], terms: Terms
) -> tuple[float, Sentence | None]:
    """The sentence that enumerates what is asked for best, on the scale of lists."""
    wanted = number_asked_for(question)
    best: tuple[float, Sentence | None] = (0.0, None)
    for sentence in pool[:_SENTENCES]:
        items = _told(index, sentence)
        row = isinstance(table_of(index, sentence), tuple)
        if not items or row or sentence.score < pool[0].score - _BEHIND:
            continue
        chunk = sentence.match.row.chunk
        held = sentence.held | terms.held(" ".join(chunk.headings), chunk.language)
        share = sentence.match.share(terms.share(held), sentence.span, headed=True)
        score = sentence.score + _ABOUT_WEIGHT * share
        score += _MATCHED_WEIGHT * max(share - sentence.matched, 0.0)
        score += _COUNT_WEIGHT * (items == wanted)
        score += _NAMES_WEIGHT * names_asked_for(question, sentence.text)
        if best[1] is None or score > best[0]:
            best = (score, sentence)
    return best


def listed(index: Index, sentence: Sentence) -> int:
    """How many things a sentence enumerates, or the list or table that it belongs to."""
    document = index.store.document(sentence.match.row.chunk.document_id)
    found = list_around(document, sentence.span)
    return max(_told(index, sentence), len(found.items) if found else 0)


def _told(index: Index, sentence: Sentence) -> int:
    """How many things a sentence enumerates, or says there are where the next ones name them."""
    return items_in(sentence.text) or (
        announced(sentence.text) if _named_after(index, sentence) else 0
    )


def goes_on_to_enumerate(index: Index, sentence: Sentence) -> Sentence | None:
    """The next sentence of a paragraph, where it leans on this one and enumerates."""
    later = _later(index, sentence)
    return later[0] if later and leans(later[0].text) and items_in(later[0].text) else None


def _later(index: Index, sentence: Sentence) -> tuple[Sentence, ...]:
    """The sentences of a paragraph after one of it."""
    document = index.store.document(sentence.match.row.chunk.document_id)
    block = document.block_at(sentence.span.start)
    if block.kind is not BlockKind.PARAGRAPH:
        return ()
    spans = [s for s in block_sentences(document.text, block) if s.start >= sentence.span.end]
    return tuple(replace(sentence, span=s, text=s.of(document.text)) for s in spans)


def _named_after(index: Index, sentence: Sentence) -> tuple[Sentence, ...]:
    """The next sentences, where one says how many things there are and they name them.

    "Two laboratories appear in the sources. The first…. The second…."
    """
    count = 0 if items_in(sentence.text) else announced(sentence.text)
    later = _later(index, sentence)[:count] if count else ()
    return later if len(later) == count else ()


def _points_at(found: Enumeration, member: Sentence, pool: Sequence[Sentence]) -> bool:
    """Whether the best sentence leads into a list, or is an item of it as most of the next are."""
    document_id = member.match.row.chunk.document_id
    top = [s.span for s in pool[:4] if s.match.row.chunk.document_id == document_id]
    inside = [span for span in top if any(item.contains(span) for item in found.items)]
    leads = member is pool[0] and member.text.endswith(":")
    return leads or (member is pool[0] and len(inside) >= 3)
