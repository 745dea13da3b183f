"""Confidence that the documents answer a question at all; below the threshold: silence.

1 measure what every encoder can tell, 2 read the question together with the best sentences,
3 weigh it all (logistic regression). The weights come from `scripts/fit_abstention.py`, the readers
from `scripts/train_reader.py`, both for one encoder: with another, only the first stage counts.

Measured at 0.5 on questions the fit never saw (gold set, test rows: 40 answerable, 20 near misses,
10 off topic): 2 of the answerable refused, 15 of the near misses, all that is off topic.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from strategy_qa.answer.evidence import MARKS, Words, all_forms, read_words
from strategy_qa.answer.extractive import Sentence
from strategy_qa.answer.insists import lacking
from strategy_qa.answer.reader import Asked, Readers, load_readers
from strategy_qa.encode import Encoder
from strategy_qa.index import Index
from strategy_qa.index.lexical import LexicalIndex
from strategy_qa.search import Match
from strategy_qa.text import words

_SENTENCES = 4  # read together with the question: eight were no better (gold set, dev rows)
_CHARACTERS = 800  # of these sentences in all: one pass of about 200 tokens
_WEIGHTS = "abstain.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over named features."""

    weights: Mapping[str, float]
    bias: float

    def probability(self, features: Mapping[str, float]) -> float:
        """From 0 to 1."""
        logit = self.bias + sum(w * features[name] for name, w in self.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def confidence(
    index: Index,
    encoder: Encoder,
    question: str,
    vector: NDArray[np.float32],
    pool: Sequence[Sentence],
    matches: Sequence[Match],
    *,
    language: str,
) -> float:
    """How likely it is, from 0 to 1, that the best sentences answer a question in `language`.

    `vector` is the encoded question; `pool` and `matches` are what was found for it, best first.
    """
    if not pool or not matches:
        return 0.0
    with_any, with_own = load_weights()
    features = comparable(question, matches, language=language) | lacking(question, pool)  # 1
    readers = load_readers()
    if encoder.fingerprint != readers.fingerprint:
        return with_any.probability(features)
    features |= read_together(  # 2
        readers, index, encoder, question, vector, pool, language=language
    )
    return with_own.probability(features)  # 3


def comparable(question: str, matches: Sequence[Match], *, language: str) -> dict[str, float]:
    """The features that mean the same with every encoder."""
    return {
        "score": max(match.fused for match in matches),  # 0: an unrelated one, see `search.search`
        "foreign": float(matches[0].hit.chunk.language != language),  # words cannot match
        "length": math.log1p(len(words(question))),  # a long question leaves more unmet
    }


def read_together(
    readers: Readers,
    index: Index,
    encoder: Encoder,
    question: str,
    vector: NDArray[np.float32],
    pool: Sequence[Sentence],
    *,
    language: str,
) -> dict[str, float]:
    """What the readers make of the best sentences, and what of the question is left unmet."""
    sentences = _within_budget(pool)
    texts = [(s.text, s.match.row.chunk.language) for s in sentences]
    asked, *read = read_words(encoder, [(question, language), *texts])
    weights = word_weights(index.lexical, asked)
    around = [forms_around(s) for s in sentences]
    put = [Asked(asked, weights, held_in(asked, forms)) for forms in around]
    logits = [readers.logit(each, found) for each, found in zip(put, read, strict=True)]
    best = int(np.argmax(logits))
    absent = 1 - held_in(asked, frozenset().union(*around))
    figures = asked.marks[:, MARKS.index("figure")]
    names = asked.marks[:, MARKS.index("name")] * (1 - figures)
    names *= 1 - asked.marks[:, MARKS.index("function")]  # "I", or a word that begins a sentence
    return {
        "reader": float(np.logaddexp.reduce(logits)),  # any of them answers
        "cosine": _best_cosine(index, vector, pool[0]),  # tells in a corpus on one subject, too
        "covered": readers.covered(put[best], read[best]),  # of the question by the best sentence
        "figures_missing": float((figures * absent).sum()),  # a year or number not found at all
        "names_missing": float((names * absent).sum()),  # a name not found at all
    }


def word_weights(lexical: LexicalIndex, asked: Words) -> NDArray[np.float32]:
    """How much each word tells, 0 for stop words to 1 for words the index does not hold."""
    unknown = lexical.weight(())
    weights = [min(lexical.weight(sorted(forms)) / unknown, 1.0) for forms in asked.forms]
    return np.array(weights, np.float32) * (1 - asked.marks[:, MARKS.index("function")])


def held_in(asked: Words, forms: frozenset[str]) -> NDArray[np.float32]:
    """1 for each word that stands among some stems, else 0."""
    return np.array([not forms.isdisjoint(each) for each in asked.forms], np.float32)


def _within_budget(pool: Sequence[Sentence]) -> Sequence[Sentence]:
    lengths = np.cumsum([len(s.text) for s in pool[:_SENTENCES]])
    return pool[: max(1, int((lengths <= _CHARACTERS).sum()))]


def forms_around(sentence: Sentence) -> frozenset[str]:
    """The stems of a sentence's passage with its headings, its title and its year."""
    hit = sentence.match.hit
    return all_forms((hit.text, *hit.chunk.headings, hit.source.title, str(hit.source.year or "")))


def _best_cosine(index: Index, vector: NDArray[np.float32], sentence: Sentence) -> float:
    """The nearest sentence of the passage that the best sentence stands in."""
    row = sentence.match.row
    first = row.first_sentence
    vectors = index.vectors.sentence_vectors(first, first + len(row.sentences))
    return float((vectors @ vector).max())


@lru_cache(maxsize=1)
def load_weights() -> tuple[Weights, Weights]:
    """The weights that come with the package: for any encoder, and for the readers' own."""
    stored = json.loads(files(__package__).joinpath(_WEIGHTS).read_text(encoding="utf-8"))
    with_any, with_own = (Weights(stored[k]["weights"], stored[k]["bias"]) for k in ("any", "own"))
    return with_any, with_own
