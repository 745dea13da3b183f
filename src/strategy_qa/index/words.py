"""Word by word: how much of a question some text meets, by the vectors of both their words.

Late interaction (MaxSim, Khattab and Zaharia 2020, https://arxiv.org/abs/2004.12832) over the
words that tell something. A word's vector comes out of the pass over its whole text, so it meets
its synonyms and its translation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strategy_qa.encode import Encoder, Passage
from strategy_qa.index.dense import Matrix
from strategy_qa.index.lexical import LexicalIndex, is_stop_word, question_terms
from strategy_qa.text import WORD
from strategy_qa.types import Span


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """The words of a question that tell something."""

    vectors: Matrix  # (words, d), L2-normalised
    weights: NDArray[np.float32]  # (words,), inverse document frequency; they sum to 1

    def compare(self, spans: tuple[Span, ...], vectors: Matrix, *, start: int) -> WordMatches:
        """Set them against the words of a passage whose chunk begins at its character `start`."""
        places = np.array([(span.start, span.end) for span in spans], np.int64).reshape(-1, 2)
        cosines = self.vectors @ vectors.T
        return WordMatches(spans, start, cosines, self.weights, vectors, places[:, 0], places[:, 1])


@dataclass(frozen=True, slots=True)
class WordMatches:
    """Every word of a question against every word of a passage: title, headings and chunk."""

    spans: tuple[Span, ...]  # of the passage's words, in order
    start: int  # of the chunk in the passage
    cosines: Matrix  # (question words, passage words)
    weights: NDArray[np.float32]  # of the question's words
    vectors: Matrix  # of the passage's words, (words, d)
    starts: NDArray[np.int64]  # of `spans`
    ends: NDArray[np.int64]  # of `spans`

    def met(
        self,
        within: Span | None = None,
        asked: Sequence[int] | None = None,
        *,
        alone: bool = False,
    ) -> float:
        """The weighted mean of each question word's best cosine with the words of the passage.

        `within`, a span of the chunk, leaves out those of the chunk that stand outside it; what
        title and headings meet, every sentence below them meets. `asked` names, by place, the
        words of the question that count; all of them where it is None. `alone` leaves out title and
        headings.
        """
        parts = [self.cosines]
        if within is not None:
            above = int(np.searchsorted(self.ends, self.start, side="right"))
            parts = [self.cosines[:, : 0 if alone else above], self._inside(within)]
        best = [part.max(axis=1) for part in parts if part.shape[1]]
        if not best:
            return 0.0
        weights = self.weights if asked is None else np.zeros_like(self.weights)
        if asked is not None:
            weights[list(asked)] = self.weights[list(asked)] / self.weights[list(asked)].sum()
        return float(weights @ (best[0] if len(best) == 1 else np.maximum(*best)))

    def nearest(self, within: Span) -> float:
        """The highest cosine of a word of the question with one that stands in `within`."""
        return float(self._inside(within).max(initial=-1.0))

    def _inside(self, within: Span) -> Matrix:
        first = int(np.searchsorted(self.starts, within.start))
        last = int(np.searchsorted(self.ends, within.end, side="right"))
        return self.cosines[:, first : max(first, last)]


def word_spans(text: str, language: str) -> tuple[Span, ...]:
    """The words of a text but its stop words; all of them where there are no others."""
    found = [Span(*match.span()) for match in WORD.finditer(text)]
    telling = [span for span in found if not is_stop_word(span.of(text), language)]
    return tuple(telling or found)


def question_words(
    encoder: Encoder, lexical: LexicalIndex, question: str, language: str
) -> QuestionWords:
    """Encode the words of a question in one pass over it."""
    spans = word_spans(question, language)
    (encoded,) = encoder.encode_passages([Passage(question, spans)])
    weights = np.array(
        [
            max((lexical.weight(f) for f in question_terms(span.of(question), language)), default=1)
            for span in spans
        ],
        dtype=np.float32,
    )
    return QuestionWords(encoded.sentences, weights / weights.sum())
