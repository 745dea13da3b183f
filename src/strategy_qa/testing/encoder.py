"""A deterministic encoder without a model, for tests of everything that stands on vectors.

Similar words give similar vectors; meaning plays no part, so measure quality with a real encoder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b, sha256

import numpy as np

from strategy_qa.encode import Passage, PassageVectors, Vectors, check_length, unit
from strategy_qa.pairs import Adapter, PairVectors
from strategy_qa.text import WORD, words
from strategy_qa.types import Span

_NGRAMS = (3, 4, 5)
_NGRAM_WEIGHT = 0.3  # a word counts more than any of its pieces


class HashEncoder:
    """Signed feature hashing (Weinberger et al. 2009, https://arxiv.org/abs/0902.2206).

    The features of a text are its folded words and their runs of three to five characters; each
    adds or takes away at one place of the vector. Tokens are words, and two for the ends.
    """

    def __init__(self, *, dimension: int = 256, max_tokens: int = 512) -> None:
        self.name = "hash"
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.fingerprint = sha256(f"hash 1 {dimension}".encode()).hexdigest()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words of each text, and two."""
        return [len(words(text)) + 2 for text in texts]

    def encode_passages(
        self, passages: Iterable[Passage], *, batch_size: int = 8
    ) -> Iterator[PassageVectors]:
        """Unit vectors of texts and of their sentences; sentences without words get the whole's.

        Raises:
            ValueError: a passage is longer than `max_tokens`.
            QuestionError: a question is.
        """
        for passage in passages:
            check_length(passage, self.count_tokens([passage.text])[0], self.max_tokens)
            (vector,) = self._vectors([passage.text])
            sentences = self._vectors([span.of(passage.text) for span in passage.sentences])
            yield PassageVectors(
                vector, np.where(sentences.any(1, keepdims=True), sentences, vector)
            )

    def encode_pair(self, question: str, passage: str, adapter: Adapter) -> PairVectors:
        """The vectors of the words of both; an adapter changes nothing here."""
        asked, read = (list(WORD.finditer(text)) for text in (question, passage))
        places = tuple(Span(*word.span()) for word in read)
        vectors = [self._vectors([word.group() for word in each]) for each in (asked, read)]
        return PairVectors(vectors[0], vectors[1], places)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """Float32 of shape (n, dimension); zero for a text without words."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word, count in Counter(words(text)).items():
                for place, weight in _features(word):
                    row[place % self.dimension] += count * weight
        return unit(vectors)


@lru_cache(maxsize=20_000)
def _features(word: str) -> tuple[tuple[int, float], ...]:
    marked = f"<{word}>"
    pieces = [marked[i : i + n] for n in _NGRAMS for i in range(len(marked) - n + 1)]
    return ((_signed(word, 1.0)), *(_signed(piece, _NGRAM_WEIGHT) for piece in pieces))


def _signed(feature: str, weight: float) -> tuple[int, float]:
    number = int.from_bytes(blake2b(feature.encode(), digest_size=8).digest(), "little")
    return number >> 1, weight if number & 1 else -weight
