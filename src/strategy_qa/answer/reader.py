"""A small network that reads a question and a sentence together: does the one answer the other?

Each question word attends to the sentence and is judged met or unmet by what it finds there
(decomposable attention: Parikh et al. 2016, https://arxiv.org/abs/1606.01933); each word of the
sentence is judged as a possible answer. It stands on the word vectors of one encoder and is of no
use with another. `scripts/train_reader.py` trains it; here it is plain arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strategy_qa.answer.evidence import Words, same_words
from strategy_qa.encode import Vectors, unit

Array = NDArray[np.float32]

_FILE = "reader.npz"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the reader takes it."""

    words: Words
    weights: Array  # (words,) inverse document frequency, 0 (stop words) to 1 (unknown words)
    nearby: Array  # (words,) 1 where the word stands in the sentence's passage, headings or title


class Reader:
    """The trained network; its arrays are named as in the training script."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.arrays = {name: np.asarray(array, np.float32) for name, array in arrays.items()}

    def logit(self, asked: Asked, sentence: Words, same: Array) -> float:
        """How far the sentence answers the question: above 0 rather yes, below rather no.

        `same` is `same_words` of both. 1 compare every pair of words, 2 let each question word
        find its counterpart, 3 look for the answer among the words of the sentence, 4 judge both
        together.
        """
        a = self.arrays
        question, other = self._centred(asked.words.vectors), self._centred(sentence.vectors)
        # 1
        near = question @ other.T
        q, s = unit(question @ a["align.weight"].T), unit(other @ a["align.weight"].T)
        meant = q @ s.T
        # 2
        by_meaning, by_vector, by_form = a["attention"]
        found = _softmax(by_meaning * meant + by_vector * near + by_form * same, axis=1) @ s
        best = _columns(near.max(1), meant.max(1), same.max(1), same.max(1) * asked.weights)
        known = np.hstack([asked.words.marks, _columns(asked.weights, asked.nearby)])
        alike = np.hstack([6 * q * found, 6 * abs(q - found)])
        met = _relu(self._linear("met", np.hstack([alike, best, known])))
        attention = _softmax(self._linear("met_weight", met), axis=0)
        # 3
        asks = self._linear("asks", question)
        focus = _softmax(self._linear("asks_weight", np.tanh(asks)), axis=0)
        wanted = (focus * asks).sum(0)
        best = _columns(near.max(0), meant.max(0), same.max(0))
        offers = np.hstack([wanted * self._linear("offers", other), best, sentence.marks])
        offered = _relu(self._linear("offered", offers))
        answer = self._linear("answer", offered)
        # 4
        evidence = np.concatenate(
            [
                (attention * met).sum(0),
                met.max(0),
                (_softmax(answer, axis=0) * offered).sum(0),
                answer.max(0).clip(-20, 20) / 5,
            ]
        )
        return float(self._linear("judge", _relu(self._linear("weigh", evidence)))[0])

    def _centred(self, vectors: Vectors) -> Vectors:
        """Word vectors without what all words have in common, of length 1 again."""
        return unit(vectors - self.arrays["centre"])

    def _linear(self, layer: str, values: Array) -> Array:
        return np.asarray(values @ self.arrays[f"{layer}.weight"].T + self.arrays[f"{layer}.bias"])


@dataclass(frozen=True, slots=True)
class Readers:
    """Readers of two kinds, for words that were encoded in two ways.

    Those `alone` know sentences encoded by themselves, those `within` the words of a sentence out
    of the pass over its passage. What such a word means, the whole passage says; but the passage
    speaks in it, too. So both kinds err, and not in the same way.
    """

    alone: tuple[Reader, ...]
    within: tuple[Reader, ...]
    fingerprint: str  # of the encoder they were trained on


def mean_logit(readers: Sequence[Reader], asked: Asked, sentence: Words) -> float:
    """What readers of one kind, trained alike from different starts, say: they err less together.

    See `Reader.logit`.
    """
    same = same_words(asked.words, sentence)
    return float(np.mean([reader.logit(asked, sentence, same) for reader in readers]))


def readers_from(arrays: Mapping[str, NDArray[Any]]) -> Readers:
    """Readers from arrays named `alone/0/align.weight`, `within/0/…`, …, and `fingerprint`."""
    members: dict[str, dict[str, dict[str, NDArray[Any]]]] = {"alone": {}, "within": {}}
    for name, array in arrays.items():
        if "/" in name:
            kind, member, layer = name.split("/")
            members[kind].setdefault(member, {})[layer] = array
    alone, within = (tuple(map(Reader, members[kind].values())) for kind in ("alone", "within"))
    return Readers(alone, within, str(arrays["fingerprint"]))


@lru_cache(maxsize=1)
def load_readers() -> Readers:
    """The readers that come with the package."""
    with (
        files(__package__).joinpath(_FILE).open("rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        return readers_from(arrays)


def _columns(*values: Array) -> Array:
    return np.stack(values, axis=1)


def _relu(values: Array) -> Array:
    return np.maximum(values, 0)


def _softmax(values: Array, *, axis: int) -> Array:
    powers = np.exp(values - values.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True), np.float32)
