"""A question and a passage as one text: every word of the one is encoded in sight of the other.

The encoder was not made for that; an adapter changes its upper layers so that it can be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from strategy_qa.types import Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PairVectors:
    """What the network makes of the tokens of a pair."""

    question: Matrix  # (tokens, dimension)
    passage: Matrix  # (tokens, dimension)
    places: tuple[Span, ...]  # where each token of the passage stands in it


@dataclass(frozen=True, slots=True)
class PairTokens:
    """The tokens of a pair as the network takes them: `<s> question </s></s> passage </s>`."""

    ids: list[int]
    question: Span  # its tokens among them, those of the prompt included
    passage: Span
    asked: tuple[Span, ...]  # where each token of the question stands in it; below 0: the prompt
    places: tuple[Span, ...]  # where each token of the passage stands in it

    def vectors(self, tokens: Matrix) -> PairVectors:
        """The vectors of the first tokens, (tokens, dimension), by the halves that they are of."""
        asked, read = (tokens[half.start : half.end] for half in (self.question, self.passage))
        return PairVectors(asked, read, self.places[: len(read)])


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """Changes of low rank to matrices of a network.

    LoRA (Hu et al. 2021, https://arxiv.org/abs/2106.09685): to a matrix (out, in) comes the
    product of an (out, rank) and a (rank, in).
    """

    changes: Mapping[str, tuple[Matrix, Matrix]]  # (rank, in), (out, rank) by name of the matrix


def pair_tokens(
    tokenizer: Tokenizer, question: str, passage: str, *, prompts: tuple[str, str]
) -> PairTokens:
    """A pair, each half behind its prompt."""
    encoding = tokenizer.encode(prompts[0] + question, prompts[1] + passage)
    halves = [_stretch([half == n for half in encoding.sequence_ids]) for n in (0, 1)]
    asked, read = (
        tuple(Span(a - len(prompt), b - len(prompt)) for a, b in encoding.offsets[h.start : h.end])
        for h, prompt in zip(halves, prompts, strict=True)
    )
    return PairTokens(encoding.ids, halves[0], halves[1], asked, read)


def sentence_of(places: Sequence[Span], sentences: Sequence[Span]) -> NDArray[np.int64]:
    """For each token of a passage the number of its sentence, -1 where it is in none."""
    found = np.full(len(places), -1)
    starts, ends = (np.array([getattr(p, end) for p in places]) for end in ("start", "end"))
    for number, sentence in enumerate(sentences):
        found[(starts < sentence.end) & (ends > sentence.start)] = number
    return found


def _stretch(inside: Sequence[bool]) -> Span:
    return Span(inside.index(True), len(inside) - list(reversed(inside)).index(True))
