"""Vectors of chunks in FAISS and of sentences in a memory-mapped array."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


class Vectors:
    """Exact inner-product search over L2-normalised chunk vectors: the score is the cosine."""

    def __init__(self, chunks: Any, sentences: NDArray[np.float16]) -> None:
        self._chunks = chunks
        self._sentences = sentences

    @classmethod
    def build(cls, chunks: Matrix, sentences: Matrix) -> Vectors:
        """Take chunk vectors (n, d) and sentence vectors (m, d), both float32 and normalised."""
        import faiss

        index = faiss.IndexFlatIP(chunks.shape[1])
        index.add(np.ascontiguousarray(chunks, dtype=np.float32))
        return cls(index, sentences.astype(np.float16))

    @classmethod
    def load(cls, folder: Path) -> Vectors:
        """Read what `save` wrote."""
        import faiss

        index = faiss.read_index(str(folder / "vectors.faiss"))
        sentences = np.load(folder / "sentences.npy", mmap_mode="r", allow_pickle=False)
        return cls(index, sentences)

    def save(self, folder: Path) -> None:
        """Write `vectors.faiss` and `sentences.npy`."""
        import faiss

        faiss.write_index(self._chunks, str(folder / "vectors.faiss"))
        np.save(folder / "sentences.npy", np.asarray(self._sentences), allow_pickle=False)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Chunks, sentences, dimensions."""
        return int(self._chunks.ntotal), len(self._sentences), int(self._chunks.d)

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
