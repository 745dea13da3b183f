"""Vectors of chunks in FAISS, of sentences and of words in memory-mapped arrays."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from strategy_qa.encode import unit

Matrix = NDArray[np.float32]

VECTOR_FILES = ("vectors.faiss", "sentences.npy", "words.npy")


class VectorWriter:
    """Writes the vectors of a build a chunk at a time; a context manager.

    The chunks' alone lie in memory. The others are written, not mapped: on a full disk a write
    fails, where a mapped page would end the process.
    """

    def __init__(
        self, folder: Path, chunks: int, sentences: int, words: int, dimension: int
    ) -> None:
        self._folder = folder
        self._chunks = np.empty((chunks, dimension), dtype=np.float32)
        self._added = 0
        self._files = ExitStack()
        self._sentences = self._open("sentences.npy", (sentences, dimension), np.float16)
        self._words = self._open("words.npy", (words, dimension), np.int8)

    def _open(self, name: str, shape: tuple[int, int], kind: type[np.generic]) -> BinaryIO:
        file = self._files.enter_context((self._folder / name).open("wb"))
        layout = np.dtype(kind)
        header = {"descr": layout.str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        return file

    def __enter__(self) -> Self:
        return self

    def add(self, vector: Matrix, sentences: NDArray[np.float16], words: NDArray[np.int8]) -> None:
        """Append a chunk's vector (d,), those of its sentences, and of its words as `packed`."""
        self._chunks[self._added] = vector
        self._added += 1
        self._sentences.write(np.ascontiguousarray(sentences).data)
        self._words.write(np.ascontiguousarray(words).data)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._files.close()
        if kind is None:
            import faiss

            index = faiss.IndexFlatIP(self._chunks.shape[1])
            index.add(self._chunks)
            path = self._folder / "vectors.faiss"
            try:
                faiss.write_index(index, str(path))
            except RuntimeError as error:  # all that FAISS knows of files
                raise OSError(None, "FAISS could not write it", str(path)) from error


class Vectors:
    """Exact inner-product search over L2-normalised chunk vectors: the score is the cosine."""

    def __init__(
        self, chunks: Any, sentences: NDArray[np.float16], words: NDArray[np.int8]
    ) -> None:
        self._chunks = chunks
        self._sentences = sentences
        self._words = words

    @classmethod
    def load(cls, folder: Path) -> Vectors:
        """Read what `VectorWriter` wrote."""
        import faiss

        index = faiss.read_index(str(folder / "vectors.faiss"))
        sentences = np.load(folder / "sentences.npy", mmap_mode="r", allow_pickle=False)
        words = np.load(folder / "words.npy", mmap_mode="r", allow_pickle=False)
        return cls(index, sentences, words)

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
