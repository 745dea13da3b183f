"""Word by word: how much of a question some text meets, by the vectors of both their words.

Late interaction (MaxSim, Khattab and Zaharia 2020, https://arxiv.org/abs/2004.12832) over the
words that tell something. A word's vector comes out of the pass over its whole text, so it meets
its synonyms and its translation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from strategy_qa.encode import Encoder, Passage
from strategy_qa.index.dense import Matrix
from strategy_qa.index.lexical import (
    LexicalIndex,
    is_request,
    is_stop_word,
    question_terms,
    stems,
)
from strategy_qa.languages import LANGUAGES
from strategy_qa.text import WORD, words
from strategy_qa.types import Span

# A cosine this far above the usual one is that of a word or of its translation. Tuned on the gold
# set's dev rows and every fourth question of the XQuAD dev half (0.12 to 0.18: flat).
_STANDS_OUT = 0.15
# What is typed to see whether anybody is there; a passage may mean some of it.
_GREETINGS = {
    "hello", "hi", "hey", "help", "test", "testing", "thanks", "thank", "ok", "good", "morning",
    "hola", "ayuda", "ayudame", "prueba", "gracias", "buenos", "buenas", "dias", "tardes", "noches",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """Every word of a question and its vector, out of one pass over the question."""

    text: str
    spans: tuple[Span, ...]
    vectors: Matrix  # (words, d), L2-normalised


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """The words of a question that tell something."""

    vectors: Matrix  # (words, d), L2-normalised
    weights: NDArray[np.float32]  # (words,), inverse document frequency; they sum to 1
    forms: tuple[frozenset[str], ...]  # the stems of each word in every language

    def compare(
        self, spans: tuple[Span, ...], vectors: Matrix, *, start: int, byline: str = ""
    ) -> WordMatches:
        """Set them against the words of a passage whose chunk begins at its character `start`.

        A word that stands in the `byline` of its document is met by every passage of it.
        """
        places = np.array([(span.start, span.end) for span in spans], np.int64).reshape(-1, 2)
        cosines = self.vectors @ vectors.T
        said = _stems_of(byline)
        named = np.array([not said.isdisjoint(form) for form in self.forms], np.float32)
        return WordMatches(
            spans, start, cosines, self.weights, vectors, places[:, 0], places[:, 1], named
        )


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
    named: NDArray[np.float32]  # (question words,), 1 where the byline holds the word, else 0

    def met(
        self,
        within: Span | None = None,
        asked: Sequence[int] | None = None,
        *,
        alone: bool = False,
    ) -> float:
        """The weighted mean of each question word's best cosine with the words of the passage.

        `within`, a span of the chunk, leaves out those of the chunk that stand outside it; what
        byline, title and headings meet, every sentence below them meets. `asked` names, by place,
        the words of the question that count; all of them where it is None. `alone` leaves out
        byline, title and headings.
        """
        best = self.best() if within is None else self._inside(within).max(axis=1, initial=0.0)
        if within is not None and not alone:
            best = np.maximum(best, self._above().max(axis=1))
        return float(self._weights_of(asked) @ best)

    def best(self) -> NDArray[np.float32]:
        """The best cosine, from 0, of each word of the question with the passage or its byline."""
        best = np.maximum(self.cosines.max(axis=1, initial=0.0), self.named)
        return np.asarray(best, np.float32)

    def meant(
        self,
        usual: NDArray[np.float32],
        within: Span | None = None,
        asked: Sequence[int] | None = None,
        *,
        headed: bool = False,
        beyond: bool = False,
    ) -> float:
        """The share of the question, 0 to 1, whose words stand out in the passage by their vectors.

        `usual` is what an unrelated passage meets of each word; one that rises `_STANDS_OUT` above
        it counts whole. `within`, a span of the chunk, leaves out all that stands outside it, title
        byline, title and headings too unless `headed`; `beyond` counts what is met there and not by
        these. `asked` as in `met`.
        """
        best = self.best() if within is None else self._inside(within).max(axis=1, initial=0.0)
        shares = _standing_out(best, usual)
        if headed or beyond:
            above = _standing_out(self._above().max(axis=1), usual)
            shares = np.maximum(shares, above) if headed else np.maximum(shares - above, 0)
        return float(self._weights_of(asked) @ shares)

    def _weights_of(self, asked: Sequence[int] | None) -> NDArray[np.float32]:
        if asked is None:
            return self.weights
        weights = np.zeros_like(self.weights)
        weights[list(asked)] = self.weights[list(asked)] / self.weights[list(asked)].sum()
        return weights

    def _above(self) -> Matrix:
        """Byline, title and headings."""
        over = int(np.searchsorted(self.ends, self.start, side="right"))
        return np.column_stack([self.named, self.cosines[:, :over]])

    def inside(self, within: Span) -> tuple[tuple[Span, ...], Matrix]:
        """The words of one part of the passage and their vectors, (words, d)."""
        part = self._part(within)
        return self.spans[part], self.vectors[part]

    def _inside(self, within: Span) -> Matrix:
        return self.cosines[:, self._part(within)]

    def _part(self, within: Span) -> slice:
        first = int(np.searchsorted(self.starts, within.start))
        last = int(np.searchsorted(self.ends, within.end, side="right"))
        return slice(first, max(first, last))


def _standing_out(best: NDArray[np.float32], usual: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.clip((best - usual) / _STANDS_OUT, 0, 1), np.float32)


def word_spans(text: str, language: str) -> tuple[Span, ...]:
    """The words of a text but its stop words; all of them where there are no others."""
    found = [Span(*match.span()) for match in WORD.finditer(text)]
    telling = [span for span in found if not is_stop_word(span.of(text), language)]
    return tuple(telling or found)


@lru_cache(maxsize=1_000)
def _stems_of(byline: str) -> frozenset[str]:
    return frozenset().union(*(stems(byline, language) for language in LANGUAGES))


def question_spans(question: str, language: str) -> tuple[Span, ...]:
    """The words of a question, see `word_spans`, without those that only ask to be answered."""
    found = word_spans(question, language)
    return tuple(span for span in found if not is_request(span.of(question))) or found


def names_nothing(question: str) -> bool:
    """Whether a question has no word that tells what it is about: "when was it?", "help"."""
    said = [w for w in words(question) if not is_request(w) and w not in _GREETINGS]
    return any(all(is_stop_word(word, language) for word in said) for language in LANGUAGES)


def encode_question(encoder: Encoder, question: str) -> tuple[NDArray[np.float32], Said]:
    """The vector of a question and its words, in one pass over both readings of it.

    Raises:
        QuestionError: it is longer than the encoder reads.
    """
    first = WORD.search(question)
    text = question[first.start() :] if first else question  # "¿" begins no passage
    spans = tuple(Span(*match.span()) for match in WORD.finditer(text))
    asked, said = encoder.encode_passages([Passage(question, asks=True), Passage(text, spans)])
    return asked.vector, Said(text, spans, said.sentences)


def question_words(said: Said, lexical: LexicalIndex, language: str) -> QuestionWords:
    """The words of a question that tell something."""
    spans = question_spans(said.text, language)
    vectors = said.vectors[[said.spans.index(span) for span in spans]]
    terms = [question_terms(span.of(said.text), language) for span in spans]
    weights = np.array(
        [max(map(lexical.weight, each), default=1) for each in terms], dtype=np.float32
    )
    forms = tuple(frozenset().union(*each) for each in terms)
    return QuestionWords(vectors, weights / weights.sum(), forms)
