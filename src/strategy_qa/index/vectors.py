"""Vectors of chunks in FAISS, of sentences and of words in memory-mapped arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strategy_qa.encode import unit

Matrix = NDArray[np.float32]


class Vectors:
    """Exact inner-product search over L2-normalised chunk vectors: the score is the cosine."""

    def __init__(
        self, chunks: Any, sentences: NDArray[np.float16], words: NDArray[np.int8]
    ) -> None:
        self._chunks = chunks
        self._sentences = sentences
        self._words = words

    @classmethod
    def build(cls, chunks: Matrix, sentences: Matrix, words: NDArray[np.int8]) -> Vectors:
        """Take chunk (n, d) and sentence vectors (m, d), normalised, and words as `packed`."""
        import faiss

        index = faiss.IndexFlatIP(chunks.shape[1])
        index.add(np.ascontiguousarray(chunks, dtype=np.float32))
        return cls(index, sentences.astype(np.float16), words)

    @classmethod
    def load(cls, folder: Path) -> Vectors:
        """Read what `save` wrote."""
        import faiss

        index = faiss.read_index(str(folder / "vectors.faiss"))
        sentences = np.load(folder / "sentences.npy", mmap_mode="r", allow_pickle=False)
        words = np.load(folder / "words.npy", mmap_mode="r", allow_pickle=False)
        return cls(index, sentences, words)

    def save(self, folder: Path) -> None:
        """Write `vectors.faiss`, `sentences.npy` and `words.npy`."""
        import faiss

        faiss.write_index(self._chunks, str(folder / "vectors.faiss"))
        np.save(folder / "sentences.npy", np.asarray(self._sentences), allow_pickle=False)
        np.save(folder / "words.npy", np.asarray(self._words), allow_pickle=False)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Chunks, sentences, words, dimensions."""
        sizes = len(self._sentences), len(self._words), int(self._chunks.d)
        return int(self._chunks.ntotal), *sizes

    def search(
        self, question: Matrix, k: int, *, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], Matrix]:
        """Rows and cosines of the `k` best chunks, best first; only among `allowed` rows if given.

        The filter is applied inside the search, so `min(k, len(allowed))` rows always come back.
        """
        import faiss

        parameters = None
        if allowed is not None:
            k = min(k, len(allowed))
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
        k = min(k, int(self._chunks.ntotal))
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores, rows = self._chunks.search(question.reshape(1, -1), k, params=parameters)
        return rows[0], scores[0]

    def chunk_vectors(self, rows: NDArray[np.int64]) -> Matrix:
        """The vectors of some chunks, shape (len(rows), d)."""
        return np.asarray(self._chunks.reconstruct_batch(rows), dtype=np.float32)

    def sentence_vectors(self, start: int, end: int) -> Matrix:
        """The vectors of the sentences from row `start` up to `end`, shape (end - start, d)."""
        return np.asarray(self._sentences[start:end], dtype=np.float32)

    def packed_words(self, start: int, end: int) -> NDArray[np.int8]:
        """The words from row `start` up to `end` as they are stored."""
        return np.asarray(self._words[start:end])

    def word_vectors(self, start: int, end: int) -> Matrix:
        """The vectors of the words from row `start` up to `end`, shape (end - start, d)."""
        return unit(np.asarray(self._words[start:end], dtype=np.float32))


def packed(vectors: Matrix) -> NDArray[np.int8]:
    """Directions in a byte a dimension: each row scaled to its largest value, then rounded.

    The length is lost and need not be kept, because all have length 1.
    """
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    return np.asarray(np.rint(vectors * (127 / largest)), dtype=np.int8)
