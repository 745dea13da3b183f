"""Vectors of chunks in FAISS, of sentences and of words in arrays; all mapped from their files."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from strategy_qa.encode import unit
from strategy_qa.index.blocks import BlockArray, open_array, write_sums
from strategy_qa.index.dense import (
    EXACT_UP_TO,
    Dense,
    Matrix,
    approximate,
    questions_from,
    search,
)

EXACT, NEAR, SENTENCES, WORDS = "vectors.faiss", "near.faiss", "sentences.npy", "words.npy"
VECTOR_FILES = (EXACT, SENTENCES, WORDS)  # what a build cannot make of the others


class VectorWriter:
    """Writes the vectors of a build a chunk at a time; a context manager.

    The chunks' alone lie in memory. The others are written, not mapped: on a full disk a write
    fails, where a mapped page would end the process. Above `exact_up_to` chunks an approximate
    index is added if it holds its floor; `dense` says which search it is then.
    """

    def __init__(
        self,
        folder: Path,
        chunks: int,
        sentences: int,
        words: int,
        dimension: int,
        *,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        self.dense = Dense()
        self._folder = folder
        self._exact_up_to = exact_up_to
        self._chunks = np.empty((chunks, dimension), dtype=np.float32)
        self._added = 0
        self._files = ExitStack()
        self._sentences = self._open(SENTENCES, (sentences, dimension), np.float16)
        self._words = self._open(WORDS, (words, dimension), np.int8)

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

            for name in (SENTENCES, WORDS):
                write_sums(self._folder / name)
            flat = faiss.IndexFlatIP(self._chunks.shape[1])
            flat.add(self._chunks)
            self._chunks = self._chunks[:0]  # FAISS has its own copy
            _write(flat, self._folder / EXACT)
            if flat.ntotal > self._exact_up_to:
                near, self.dense = approximate(flat, questions_from(self._folder / SENTENCES))
                if near is not None:
                    _write(near, self._folder / NEAR)


def _write(index: Any, path: Path) -> None:
    import faiss

    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:  # all that FAISS knows of files
        raise OSError(None, "FAISS could not write it", str(path)) from error


class Vectors:
    """Inner-product search over L2-normalised chunk vectors: the score is the cosine."""

    def __init__(
        self,
        chunks: Any,
        sentences: NDArray[np.float16] | BlockArray,
        words: NDArray[np.int8] | BlockArray,
        *,
        near: Any = None,
        dense: Dense | None = None,
    ) -> None:
        """Search `chunks` exactly, or by `near` as `dense` says."""
        self._chunks = chunks
        self._sentences = sentences
        self._words = words
        self._near = near
        self.dense = dense or Dense()

    @classmethod
    def load(cls, folder: Path, dense: Dense) -> Vectors:
        """Read what `VectorWriter` wrote; what is large stays in its file until it is needed."""
        import faiss

        mapped = faiss.IO_FLAG_MMAP_IFC
        chunks = faiss.read_index(str(folder / EXACT), mapped)
        near = None if dense.is_exact else faiss.read_index(str(folder / NEAR), mapped)
        sentences, words = open_array(folder / SENTENCES), open_array(folder / WORDS)
        return cls(chunks, sentences, words, near=near, dense=dense)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Chunks, sentences, words, dimensions."""
        sizes = len(self._sentences), len(self._words), int(self._chunks.d)
        return int(self._chunks.ntotal), *sizes

    def search(
        self, question: Matrix, k: int, *, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], Matrix]:
        """Rows and cosines of the `k` best chunks, best first; only among `allowed` rows if given.

        A filter is applied inside the search and makes it exact: what it allows may lie far from
        the question, where an approximate search does not look. So `min(k, len(allowed))` rows
        always come back. Without one, a search that is not exact may bring fewer than `k`.
        """
        import faiss

        if self._near is not None and allowed is None:
            return search(self._near, self._chunks, question, k, self.dense.probes)
        parameters = None
        if allowed is not None:
            k = min(k, len(allowed))
            mask = np.zeros(int(self._chunks.ntotal), dtype=bool)
            mask[allowed] = True
            bits = np.packbits(mask, bitorder="little")
            chosen = faiss.IDSelectorBitmap(len(mask), faiss.swig_ptr(bits))
            parameters = faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]
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
