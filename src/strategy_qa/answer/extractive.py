"""Select the sentences that answer a question: whole quotes, not repeating each other, in order.

1 pool the best passages' sentences, 2 score them, 3 take a list asked for, 4 else the best few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strategy_qa.answer.enumerating import enumerated, goes_on_to_enumerate, list_asked_for
from strategy_qa.answer.expects import Kind, kind_asked_for, offers
from strategy_qa.answer.leaning import with_antecedent
from strategy_qa.answer.lists import asks_for_each, asks_for_list
from strategy_qa.answer.naming import names_asked_for
from strategy_qa.answer.parts import best_by_part
from strategy_qa.answer.rows import asked_of_table, rows_alike, table_of, whole_tables
from strategy_qa.answer.wanted import Wanted
from strategy_qa.index import Index
from strategy_qa.search import WORDS_WEIGHT, Match
from strategy_qa.text import words
from strategy_qa.types import Span

_PASSAGES = 6  # whose sentences compete
_REPEATS = 0.75  # share of common words from which two sentences say the same
_MIN_WORDS = 3  # a stump shorter than this, web addresses aside, answers nothing
_ADDRESS = re.compile(r"https?://\S+")
_CREDIT = re.compile(r"(?:sources?|fuentes?)\s*:", re.IGNORECASE)  # below a table or a figure
# A sentence that holds every word of the question by weight gains as much as a standing of 8; its
# own standing and its passage's score count once. Tuned on the XQuAD dev half (words 2 to 12,
# passage 0.25 to 1): sentence hit@1 is 0.85 in English and 0.84 in Spanish, flat around here.
_MATCHED_WEIGHT = 8.0
_OFFERS_WEIGHT = 1.5  # the figure, date, sum or name that is asked for: +0.6 points of hit@1
_NAMES_WEIGHT = 6.0  # the names that are asked for, one after the other
_CANDIDATES = 24  # sentences that may enter an answer
_MORE = 3.0  # and how much further, where it offers the figure, date or name that is asked for
_SECOND = 4.0  # further still for a second quote: one alone often only repeats the question
_EVEN = 1.0  # sentences closer than this are as good as each other
_BESIDE = 4  # sentences of an answer that holds a list as well
_MARGIN = 10.0  # how far behind the best a sentence of the answer may be, on the scale of scores
_ARBITRARY = 8.0  # and how far further a row of a table that is one of many alike


@dataclass(frozen=True, slots=True)
class Sentence:
    """A quotable unit with its evidence."""

    match: Match  # the passage it stands in
    span: Span  # in the document
    text: str
    score: float  # comparable within one question
    matched: float  # share of the question's weight that it holds or means, 0 to 1
    held: frozenset[int]  # the words of the question found in it, by place


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
    wanted = Wanted(question)
    of_credits = any(word.startswith(("source", "fuente")) for word in words(question))
    found: list[Sentence] = []
    for match in matches[:_PASSAGES]:
        row = match.row
        text = index.store.document(row.chunk.document_id).text
        vectors = index.vectors.sentence_vectors(
            row.first_sentence, row.first_sentence + len(row.sentences)
        )
        for span, cosine in zip(row.sentences, vectors @ vector, strict=True):
            quote = span.of(text)
            told = len(words(_ADDRESS.sub(" ", quote))) >= _MIN_WORDS
            if told and (of_credits or not _CREDIT.match(quote)):
                held = terms.held(quote, row.chunk.language)
                matched = match.share(terms.share(held), span)
                standing = match.background.standing(float(cosine), row.chunk.language)
                score = standing + _MATCHED_WEIGHT * matched + match.hit.score
                score += WORDS_WEIGHT * (match.met_by(span) - match.met_by())
                if wanted.anything and wanted.offered_by(quote):
                    score += _OFFERS_WEIGHT
                score += _NAMES_WEIGHT * names_asked_for(question, quote)
                found.append(Sentence(match, span, quote, score, matched, held))
    return tuple(sorted(found, key=lambda sentence: -sentence.score))


def select(
    index: Index, question: str, pool: Sequence[Sentence], *, language: str, limit: int
) -> tuple[Sentence, ...]:
    """The sentences of the answer, most important document first (stages 3 and 4)."""
    if not pool:
        return ()
    kind = kind_asked_for(question)
    terms = index.lexical.terms(question, language)
    rows = asked_of_table(index, question, pool, terms)
    items: tuple[Sentence, ...] = ()
    if not rows and kind in (Kind.ANY, Kind.NAME):
        items, alone = list_asked_for(index, question, pool, language)
        if alone:
            return items
        limit = min(limit, _BESIDE) if items else limit
    chosen = [*enumerated(index, question, pool, language), *rows]
    alike = rows_alike(index, pool, terms)
    worth = {id(s): s.score - _ARBITRARY * (id(s) in alike) for s in pool}
    near = [s for s in pool[:_CANDIDATES] if not (rows and id(s) in alike)]
    rest = [s for s in near if not any(s is other for other in chosen)]
    best = max(worth[id(s)] for s in pool)
    covered = frozenset().union(*(s.held for s in chosen))
    while rest and len(chosen) < limit:
        # What a sentence says again of the question counts no second time (maximal marginal
        # relevance, Carbonell and Goldstein 1998, doi:10.1145/290941.291025).
        gain, sentence = max(
            ((worth[id(s)] - _MATCHED_WEIGHT * terms.share(s.held & covered), s) for s in rest),
            key=lambda pair: pair[0],
        )
        offering = kind is not Kind.ANY and offers(sentence.text, kind, question)
        margin = _MARGIN + _MORE * offering + _SECOND * (_quotes(index, chosen) == 1)
        if chosen and gain < best - margin:
            break
        rest.remove(sentence)
        leads = sentence.text.endswith(":")  # to a list that is not being given
        if not leads and not any(_repeats(index, sentence, other) for other in chosen):
            chosen.append(sentence)
            covered |= sentence.held
    chosen += _still_asked_for(question, pool, chosen)
    if asks_for_list(question):
        chosen += [later for s in chosen if (later := goes_on_to_enumerate(index, s))]
    for sentence in best_by_part(index, question, near, language=language):
        if not any(sentence is other for other in chosen):
            chosen.append(sentence)
    whole = whole_tables(index, chosen, each=asks_for_each(question))
    return in_order(index, [*(stretched(index, s) for s in whole), *items], language=language)


def _still_asked_for(
    question: str, pool: Sequence[Sentence], chosen: Sequence[Sentence]
) -> Sequence[Sentence]:
    """The best sentence with a figure, a date or a name, where one is asked for and none chosen."""
    kind = kind_asked_for(question)
    if kind is Kind.ANY or any(offers(s.text, kind, question) for s in chosen):
        return ()
    near = [s for s in pool[:_CANDIDATES] if s.score >= pool[0].score - 2 * _MARGIN]
    return [s for s in near if s not in chosen and offers(s.text, kind, question)][:1]


def _repeats(index: Index, sentence: Sentence, other: Sentence) -> bool:
    """Whether a sentence says what another does, or is one more row of its table for no reason."""
    if table_of(index, sentence) == table_of(index, other):
        return sentence.held <= other.held
    a, b = set(words(sentence.text)), set(words(other.text))
    return len(a & b) >= _REPEATS * min(len(a), len(b))


def _quotes(index: Index, chosen: Sequence[Sentence]) -> int:
    """How many quotes some sentences make, those that lean on each other together."""
    return len(in_order(index, (stretched(index, s) for s in chosen)))


def stretched(index: Index, sentence: Sentence) -> Sentence:
    """A sentence with what it leans on."""
    document = index.store.document(sentence.match.row.chunk.document_id)
    span = with_antecedent(document, sentence.span)
    return replace(sentence, span=span, text=span.of(document.text))


def in_order(
    index: Index, chosen: Iterable[Sentence], *, language: str = ""
) -> tuple[Sentence, ...]:
    """Documents by their best sentence, within a document as they stand in it; overlaps once.

    Of two documents that are as good, the one in `language` comes first.
    """
    found = list(chosen)
    best: dict[str, Sentence] = {}
    for sentence in found:
        best.setdefault(sentence.match.row.chunk.document_id, sentence)
    names = list(best)
    for at in range(len(names) - 1):
        first, second = best[names[at]], best[names[at + 1]]
        own = [s.match.row.chunk.language == language for s in (first, second)]
        if own == [False, True] and first.score - second.score < _EVEN:
            names[at], names[at + 1] = names[at + 1], names[at]
    ordered: list[Sentence] = []
    for sentence in sorted(
        found, key=lambda s: (names.index(s.match.row.chunk.document_id), s.span)
    ):
        last = ordered[-1] if ordered else None
        document_id = sentence.match.row.chunk.document_id
        same = last and last.match.row.chunk.document_id == document_id
        if last and same and sentence.span.start < last.span.end:
            # One was stretched back over the other: together they are one quote.
            whole = Span(last.span.start, max(last.span.end, sentence.span.end))
            text = index.store.document(document_id).text
            ordered[-1] = replace(last, span=whole, text=whole.of(text))
            continue
        ordered.append(sentence)
    return tuple(ordered)
