"""A reader that sees a question and the best sentences in one pass of the encoder.

An adapter changes the encoder's upper layers, a head above them judges every sentence: does it
answer the question? `scripts/train_joint.py` trains both; they are of no use with another encoder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strategy_qa.answer.extractive import Sentence
from strategy_qa.encode import Encoder
from strategy_qa.pairs import Adapter, PairVectors, sentence_of
from strategy_qa.types import Span

Array = NDArray[np.float32]

_GAP = " "
_LONGEST = 400  # characters read of a question, a title or a sentence


class JointReader:
    """A trained adapter and head."""

    def __init__(self, adapter: Adapter, head: Mapping[str, Array]) -> None:
        self.adapter = adapter
        self.head = head

    def logits(
        self, encoder: Encoder, question: str, passage: str, sentences: Sequence[Span]
    ) -> list[float | None]:
        """How far each sentence of a passage answers the question: above 0 rather yes, below no.

        None for a sentence that lies beyond the tokens the encoder reads.
        """
        read = encoder.encode_pair(_cut(question), passage, self.adapter)
        which = sentence_of(read.places, sentences)
        return [self.judged(read, which == number) for number in range(len(sentences))]

    def judged(self, read: PairVectors, inside: NDArray[np.bool_]) -> float | None:
        """The logit of the sentence that some tokens of the passage are `inside`.

        1 look for the answer among them, 2 judge what is found there, the mean of them all and
        the question together.
        """
        if not inside.any():
            return None
        tokens = read.passage[inside]
        answer = self._linear("answer", tokens)[:, 0]  # 1
        focus = np.exp(answer - answer.max())
        found = focus @ tokens / focus.sum()
        evidence = np.concatenate([found, tokens.mean(0), read.question.mean(0)])  # 2
        units = np.maximum(self._linear("weigh", evidence[None]), 0)
        return float(self._linear("judge", units)[0, 0])

    def _linear(self, layer: str, values: Array) -> Array:
        weight, bias = self.head[f"{layer}.weight"], self.head[f"{layer}.bias"]
        return np.asarray(values @ weight.T + bias, np.float32)


def joint_reader_from(arrays: Mapping[str, NDArray[Any]]) -> JointReader:
    """A reader from arrays named `adapter/LAYER.a`, `adapter/LAYER.b` and `head/…`."""
    parts: dict[str, dict[str, Array]] = {"adapter": {}, "head": {}}
    for name, array in arrays.items():
        part, _, rest = name.partition("/")
        parts[part][rest] = np.asarray(array, np.float32)
    layers = dict.fromkeys(name.rpartition(".")[0] for name in parts["adapter"])
    changes = {n: (parts["adapter"][f"{n}.a"], parts["adapter"][f"{n}.b"]) for n in layers}
    return JointReader(Adapter(changes), parts["head"])


def laid_out(sentences: Sequence[Sentence]) -> tuple[str, tuple[Span, ...]]:
    """Some sentences, best first, as one text behind the title of the best; and their places.

    Those of one passage stand together, in its order.
    """
    passages: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        passages.setdefault(id(sentence.match), []).append(sentence)
    text = f"{_cut(sentences[0].match.hit.source.title)}."
    places: dict[int, Span] = {}
    for each in passages.values():
        for sentence in sorted(each, key=lambda s: s.span.start):
            start = len(text) + len(_GAP)
            text += _GAP + _cut(sentence.text)
            places[id(sentence)] = Span(start, len(text))
    return text, tuple(places[id(sentence)] for sentence in sentences)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(maxsplit=1)[0]
