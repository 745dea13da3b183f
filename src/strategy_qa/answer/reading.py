"""Read the question together with the best sentences, and put those first that answer it.

A score says how near a sentence comes to the question, a reader whether it answers it. Readers know
one encoder only; with another one nothing is read and the order stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strategy_qa.answer.evidence import MARKS, Words, all_forms, read_words, words_of
from strategy_qa.answer.extractive import Sentence
from strategy_qa.answer.joint import JointReader, laid_out
from strategy_qa.answer.reader import Asked, Readers
from strategy_qa.encode import Encoder
from strategy_qa.index import Index
from strategy_qa.index.lexical import LexicalIndex
from strategy_qa.index.words import Said
from strategy_qa.types import Span

_WITHIN = 16  # sentences that are read within their passages: 7 ms
_ALONE = 4  # of these, that are encoded and read by themselves as well: 65 ms
_CHARACTERS = 800  # of the latter in all: about 200 tokens
_JOINTLY = 600  # characters of the latter that are read in one pass with the question, too
# What a unit of log-odds counts on the scale of scores. Tuned on the gold set's dev rows (0.3 to
# 1.5 tried): of 160 that no reader has seen, the right sentence is first, and among the first
# three, in two and in four more than at 0.6, and no list loses an item.
_WEIGHT = 0.9


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence read together with the question."""

    sentence: Sentence
    asked: Asked  # the question as it was put to the sentence
    logit: float  # how far the sentence answers it, see `Reader.logits`


def reread(
    readers: Readers,
    index: Index,
    encoder: Encoder,
    question: Said,
    pool: Sequence[Sentence],
    *,
    language: str,
) -> tuple[tuple[Sentence, ...], tuple[Judged, ...]]:
    """A pool, best first, in the order that reading it gives; and what was read twice, best first.

    1 read the best sentences within their passages, by the word vectors that the index holds, 2
    encode the best of these by themselves and take the mean of both readings, 3 order them. What
    was not read is taken for no better than the worst that was. `language` is the question's.
    """
    legible = [(s, words) for s in pool[:_WITHIN] if len(words := words_within(s))]
    if not legible or encoder.fingerprint != readers.fingerprint:
        return tuple(pool), ()
    said = words_of(question.text, language, question.spans, question.vectors)
    weights = word_weights(index.lexical, said)
    put = [Asked(said, weights, held_in(said, forms_around(s))) for s, _ in legible]
    logits = readers.within.logits(put, [words for _, words in legible])  # 1
    within = [
        Judged(sentence, asked, logit)
        for (sentence, _), asked, logit in zip(legible, put, logits, strict=True)
    ]
    within.sort(key=lambda each: -_score(each))
    best = _fitting(within, _CHARACTERS)
    texts = [(each.sentence.text, each.sentence.match.row.chunk.language) for each in best]
    logits = readers.alone.logits([each.asked for each in best], read_words(encoder, texts))  # 2
    both = [
        replace(each, logit=(each.logit + alone) / 2)
        for each, alone in zip(best, logits, strict=True)
    ]
    return _ordered(pool, both, within[len(both) :])  # 3


def _ordered(
    pool: Sequence[Sentence], both: Sequence[Judged], within: Sequence[Judged]
) -> tuple[tuple[Sentence, ...], tuple[Judged, ...]]:
    logits = [each.logit for each in (*both, *within)]
    best, worst = max(logits), min(logits)
    judged = [
        replace(each, sentence=replace(each.sentence, score=_score(each, best))) for each in both
    ]
    read = {id(each.sentence) for each in (*both, *within)}
    rest = [s for s in pool if id(s) not in read]
    sentences = [
        *(each.sentence for each in judged),
        *(replace(each.sentence, score=_score(each, best)) for each in within),
        *(replace(s, score=s.score + _WEIGHT * (worst - best)) for s in rest),
    ]
    judged.sort(key=lambda each: -each.sentence.score)
    return tuple(sorted(sentences, key=lambda s: -s.score)), tuple(judged)


def read_jointly(
    reader: JointReader, encoder: Encoder, question: str, judged: Sequence[Judged]
) -> tuple[Judged, ...]:
    """What was read twice, best first, the best in one pass with the question as well.

    This tells better whether the question is answered at all, and counts as much as the other two
    readings together; it has no say in the order.
    """
    if not judged:
        return ()
    best = _fitting(judged, _JOINTLY)
    passage, places = laid_out([each.sentence for each in best])
    logits = reader.logits(encoder, question, passage, places)
    read = [
        each if logit is None else replace(each, logit=(each.logit + logit) / 2)
        for each, logit in zip(best, logits, strict=True)
    ]
    return (*read, *judged[len(best) :])


def _score(judged: Judged, best: float = 0.0) -> float:
    """A score less what the sentence answers worse than the `best` of a pool, in log-odds."""
    return judged.sentence.score + _WEIGHT * (judged.logit - best)


def words_within(sentence: Sentence) -> Words:
    """The telling words of a sentence, their vectors out of the pass over its passage."""
    place = sentence.match.in_passage(sentence.span)
    spans, vectors = sentence.match.words.inside(place)
    own = [Span(span.start - place.start, span.end - place.start) for span in spans]
    return words_of(sentence.text, sentence.match.row.chunk.language, own, vectors)


def _fitting(judged: Sequence[Judged], characters: int) -> Sequence[Judged]:
    """The first few whose sentences are so long in all; the first one always."""
    lengths = np.cumsum([len(each.sentence.text) for each in judged[:_ALONE]])
    return judged[: max(1, int((lengths <= characters).sum()))]


def word_weights(lexical: LexicalIndex, asked: Words) -> NDArray[np.float32]:
    """How much each word tells, 0 for stop words to 1 for words the index does not hold."""
    unknown = lexical.weight(())
    weights = [min(lexical.weight(sorted(forms)) / unknown, 1.0) for forms in asked.forms]
    return np.array(weights, np.float32) * (1 - asked.marks[:, MARKS.index("function")])


def held_in(asked: Words, forms: frozenset[str]) -> NDArray[np.float32]:
    """1 for each word that stands among some stems, else 0."""
    return np.array([not forms.isdisjoint(each) for each in asked.forms], np.float32)


def forms_around(sentence: Sentence) -> frozenset[str]:
    """The stems of a sentence's passage with its headings and its document's byline."""
    hit = sentence.match.hit
    return all_forms((hit.text, *hit.chunk.headings, hit.source.byline))
