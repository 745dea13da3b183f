"""Read the question together with the best sentences, and put those first that answer it.

A score says how near a sentence comes to the question, a reader whether it answers it. Readers know
the word vectors of one encoder only; with another one nothing is read and the order stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strategy_qa.answer.evidence import MARKS, Words, all_forms, read_words
from strategy_qa.answer.extractive import Sentence
from strategy_qa.answer.reader import Asked, Readers
from strategy_qa.encode import Encoder
from strategy_qa.index import Index
from strategy_qa.index.lexical import LexicalIndex

_SENTENCES = 8  # that are read; with six more is missed, sixteen take 140 ms more for nothing
_CHARACTERS = 1_200  # of these sentences in all: about 300 tokens
# What a unit of log-odds counts on the scale of scores. Tuned on the gold set's dev rows, read by
# readers blind to them (0.3 to 1.5 tried; above 0.6 answers lose items of lists).
_WEIGHT = 0.6


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence read together with the question."""

    sentence: Sentence
    asked: Asked  # the question as it was put to the sentence
    logit: float  # how far the sentence answers it, see `Reader.logit`


def reread(
    readers: Readers,
    index: Index,
    encoder: Encoder,
    question: str,
    pool: Sequence[Sentence],
    *,
    language: str,
) -> tuple[tuple[Sentence, ...], tuple[Judged, ...]]:
    """A pool, best first, in the order that reading it gives, and what was read, best first.

    What was not read for want of room is taken for no better than the worst that was.
    """
    if not pool or encoder.fingerprint != readers.fingerprint:
        return tuple(pool), ()
    first = pool[: fitting(pool, most=_SENTENCES, characters=_CHARACTERS)]
    read = _read(readers, index, encoder, question, first, language=language)
    best, worst = max(each.logit for each in read), min(each.logit for each in read)
    found = [
        replace(each, sentence=_moved(each.sentence, _WEIGHT * (each.logit - best)))
        for each in read
    ]
    found.sort(key=lambda each: -each.sentence.score)
    rest = [_moved(sentence, _WEIGHT * (worst - best)) for sentence in pool[len(read) :]]
    sentences = [*(each.sentence for each in found), *rest]
    return tuple(sorted(sentences, key=lambda sentence: -sentence.score)), tuple(found)


def _read(
    readers: Readers,
    index: Index,
    encoder: Encoder,
    question: str,
    sentences: Sequence[Sentence],
    *,
    language: str,
) -> list[Judged]:
    texts = [(s.text, s.match.row.chunk.language) for s in sentences]
    asked, *read = read_words(encoder, [(question, language), *texts])
    weights = word_weights(index.lexical, asked)
    found: list[Judged] = []
    for sentence, words in zip(sentences, read, strict=True):
        put = Asked(asked, weights, held_in(asked, forms_around(sentence)))
        found.append(Judged(sentence, put, readers.logit(put, words)))
    return found


def _moved(sentence: Sentence, by: float) -> Sentence:
    return replace(sentence, score=sentence.score + by)


def fitting(sentences: Sequence[Sentence], *, most: int, characters: int) -> int:
    """How many of the first sentences stay within a number and a length; the first one always."""
    lengths = np.cumsum([len(sentence.text) for sentence in sentences[:most]])
    return max(1, int((lengths <= characters).sum()))


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
