"""Confidence that the documents answer a question at all; below the threshold: silence.

1 measure what every encoder can tell, 2 read the question together with the best sentences,
3 weigh it all (logistic regression). The weights come from `scripts/fit_abstention.py`, the readers
from `train_reader.py` and `train_joint.py` there, all for one encoder: with another, only the
first stage counts.

Measured at 0.5 on questions the fit never saw (gold set, test rows: 120 answerable, 60 near
misses, 30 off topic): 6 of the answerable refused, 44 of the near misses, all that is off topic.
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

from strategy_qa.answer.evidence import MARKS
from strategy_qa.answer.extractive import Sentence
from strategy_qa.answer.insists import lacking
from strategy_qa.answer.reading import Judged
from strategy_qa.index import Index
from strategy_qa.index.words import names_nothing
from strategy_qa.search import Match
from strategy_qa.text import words

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
    question: str,
    vector: NDArray[np.float32],
    pool: Sequence[Sentence],
    judged: Sequence[Judged],
    matches: Sequence[Match],
    *,
    language: str,
) -> float:
    """How likely it is, from 0 to 1, that the best sentences answer a question in `language`.

    `vector` is the encoded question; `pool` and `matches` are what was found for it, best first,
    `judged` what was read of the pool, see `reading.reread`. A question that names nothing ("when
    was it?") has no answer: whatever is found for it, it did not ask for.
    """
    if not pool or not matches or names_nothing(question):
        return 0.0
    with_any, with_own = load_weights()
    features = comparable(question, matches)  # 1
    features |= lacking(index, question, pool, language=language)
    if not judged:
        return with_any.probability(features)
    features |= read_together(judged, index, vector)  # 2
    return with_own.probability(features)  # 3


def comparable(question: str, matches: Sequence[Match]) -> dict[str, float]:
    """The features that mean the same with every encoder."""
    return {
        "score": max(match.fused for match in matches),  # 0: an unrelated one, see `search.search`
        "length": math.log1p(len(words(question))),  # a long question leaves more unmet
    }


def read_together(
    judged: Sequence[Judged], index: Index, vector: NDArray[np.float32]
) -> dict[str, float]:
    """What the readers make of the best sentences, and what of the question is left unmet."""
    asked = judged[0].asked.words
    held = np.max([each.asked.nearby for each in judged], axis=0)
    figures = asked.marks[:, MARKS.index("figure")]
    names = asked.marks[:, MARKS.index("name")] * (1 - figures)
    names *= 1 - asked.marks[:, MARKS.index("function")]  # "I", or a word that begins a sentence
    return {
        "reader": float(np.logaddexp.reduce([each.logit for each in judged])),
        "first": judged[0].logit,  # what the answer would begin with
        "cosine": _best_cosine(index, vector, judged[0].sentence),  # tells in one subject, too
        "figures_missing": float((figures * (1 - held)).sum()),  # a year not found at all
        "names_missing": float((names * (1 - held)).sum()),  # a name not found at all
    }


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
