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
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strategy_qa.answer.evidence import Words, same_words
from strategy_qa.answer.joint import JointReader, joint_reader_from
from strategy_qa.encode import Vectors, unit

Array = NDArray[np.float32]

_FILES = ("reader.npz", "joint.npz")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the reader takes it."""

    words: Words
    weights: Array  # (words,) inverse document frequency, 0 (stop words) to 1 (unknown words)
    nearby: Array  # (words,) 1 where the word stands in the sentence's passage, headings or title


class Reader:
    """Some trained networks; their arrays are named as in the training script.

    Trained alike from different starts, they err less together than any of them. All arrays have
    the networks as their first axis.
    """

    def __init__(self, networks: Sequence[Mapping[str, NDArray[Any]]]) -> None:
        self.arrays = {
            name: np.stack([np.asarray(network[name], np.float32) for network in networks])
            for name in networks[0]
        }

    def logits(self, asked: Sequence[Asked], sentences: Sequence[Words]) -> list[float]:
        """How far each sentence answers the question: above 0 rather yes, below rather no.

        `asked` is the same question, as it is put to each of the sentences. For each of these: 1
        compare every pair of words, 2 let each question word find its counterpart, 3 look for the
        answer among the words of the sentence, 4 judge both together; at last the mean of the
        networks.
        """
        question = self._centred(asked[0].words.vectors)
        aligned = unit(question @ _turned(self.arrays["align.weight"]))
        asks = self._linear("asks", question)
        focus = _softmax(self._linear("asks_weight", np.tanh(asks)), axis=1)
        wanted = (focus * asks).sum(1, keepdims=True)
        return [
            self._logit(each, sentence, question, aligned, wanted)
            for each, sentence in zip(asked, sentences, strict=True)
        ]

    def _logit(
        self, asked: Asked, sentence: Words, question: Array, q: Array, wanted: Array
    ) -> float:
        other = self._centred(sentence.vectors)
        # 1
        near = question @ _turned(other)
        s = unit(other @ _turned(self.arrays["align.weight"]))
        meant = q @ _turned(s)
        same = same_words(asked.words, sentence)
        # 2
        by_meaning, by_vector, by_form = self.arrays["attention"].T[..., None, None]
        found = _softmax(by_meaning * meant + by_vector * near + by_form * same, axis=2) @ s
        met_by_form = same.max(1)
        known = np.hstack([asked.words.marks, _columns(asked.weights, asked.nearby)])
        best = _columns(near.max(2), meant.max(2), met_by_form, met_by_form * asked.weights)
        met = _relu(self._linear("met", _beside(6 * q * found, 6 * abs(q - found), best, known)))
        attention = _softmax(self._linear("met_weight", met), axis=1)
        # 3
        best = _columns(near.max(1), meant.max(1), same.max(0))
        offers = _beside(wanted * self._linear("offers", other), best, sentence.marks)
        offered = _relu(self._linear("offered", offers))
        answer = self._linear("answer", offered)
        # 4
        evidence = _beside(
            (attention * met).sum(1, keepdims=True),
            met.max(1, keepdims=True),
            (_softmax(answer, axis=1) * offered).sum(1, keepdims=True),
            answer.max(1, keepdims=True).clip(-20, 20) / 5,
        )
        return float(self._linear("judge", _relu(self._linear("weigh", evidence))).mean())

    def _centred(self, vectors: Vectors) -> Array:
        """Word vectors without what all words have in common, of length 1 again."""
        return unit(vectors - self.arrays["centre"][:, None])

    def _linear(self, layer: str, values: Array) -> Array:
        weight, bias = self.arrays[f"{layer}.weight"], self.arrays[f"{layer}.bias"]
        return np.asarray(values @ _turned(weight) + bias[:, None])


@dataclass(frozen=True, slots=True)
class Readers:
    """Readers of three kinds, which see the words of a sentence in three surroundings.

    The one `alone` knows sentences encoded by themselves, the one `within` the words of a sentence
    out of the pass over its passage, the `joint` one reads question and sentences in one pass: each
    word in the light of all others. All err, and not in the same way.
    """

    alone: Reader
    within: Reader
    joint: JointReader
    fingerprint: str  # of the encoder they were trained on


def kinds_from(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Reader]:
    """Readers by kind, from arrays named `alone/0/align.weight`, `within/0/…`, …."""
    networks: dict[str, dict[str, dict[str, NDArray[Any]]]] = {}
    for name, array in arrays.items():
        if "/" in name:
            kind, network, layer = name.split("/")
            networks.setdefault(kind, {}).setdefault(network, {})[layer] = array
    return {kind: Reader(list(members.values())) for kind, members in networks.items()}


def read_readers(networks: Traversable, joint: Traversable) -> Readers:
    """The readers in the file of the networks, named as above, and in that of the joint one."""
    arrays = _arrays(networks)
    kinds = kinds_from(arrays)
    together = joint_reader_from(_arrays(joint))
    return Readers(**kinds, joint=together, fingerprint=str(arrays["fingerprint"]))


@lru_cache(maxsize=1)
def load_readers() -> Readers:
    """The readers that come with the package."""
    package = files(__package__)
    return read_readers(*(package.joinpath(name) for name in _FILES))


def _arrays(file: Traversable) -> dict[str, NDArray[Any]]:
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
        return dict(arrays)


def _turned(matrices: Array) -> Array:
    return np.swapaxes(matrices, 1, 2)


def _columns(*values: Array) -> Array:
    return np.stack(np.broadcast_arrays(*values), axis=-1)


def _beside(*blocks: Array) -> Array:
    """Blocks of columns in one matrix a network; a block without networks is that of all."""
    networks = max(len(block) for block in blocks if block.ndim == 3)
    whole = [np.broadcast_to(block, (networks, *block.shape[-2:])) for block in blocks]
    return np.concatenate(whole, axis=-1)


def _relu(values: Array) -> Array:
    return np.maximum(values, 0)


def _softmax(values: Array, *, axis: int) -> Array:
    powers = np.exp(values - values.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True), np.float32)
