"""Approximate search for builds too large to look at every vector; measured, or not used.

An inverted file (Jégou et al. 2011, https://hal.inria.fr/inria-00514462) with a byte a dimension:
the vectors nearest to some of its centres are looked at. How many centres is decided while it is
built, by what is then found of the exact ten best; where even a quarter of them is too few, the
build keeps exact search alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

# Exact search over vectors of 384 dimensions took 13 ms of one core for 200,000 of them and 77 ms
# for a million, so some 20 ms here: a fifth of what a question takes in all.
EXACT_UP_TO = 300_000
FLOOR = 0.98  # of recall at 10
_K = 10
_ASKED = 256  # vectors of sentences that stand for questions while recall is measured
_TRAINING = 40  # vectors a centre, FAISS asks for 39 at least
_FIRST_PROBES = 8


@dataclass(frozen=True, slots=True)
class Dense:
    """How the chunks of a build are searched."""

    kind: str = "exact"  # or as the FAISS index factory calls it
    probes: int = 0  # centres looked at
    recall: float = 1.0  # at 10 against exact search
    asked: int = 0  # questions it was measured on

    @property
    def is_exact(self) -> bool:
        """Whether every vector is looked at."""
        return self.probes == 0


def approximate(flat: Any, questions: Matrix) -> tuple[Any, Dense]:
    """A FAISS index that finds of `flat` what exact search finds, and how well; None where none is.

    Args:
        flat: an exact FAISS index over L2-normalised vectors.
        questions: vectors to measure recall with, shape (n, d).
    """
    import faiss

    total, centres = flat.ntotal, _centres(flat.ntotal)
    vectors = faiss.rev_swig_ptr(flat.get_xb(), total * flat.d).reshape(total, flat.d)
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(flat.d),
        flat.d,
        centres,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.cp.seed, index.cp.niter, index.cp.spherical = 1, 10, True
    sample = np.unique(np.linspace(0, total - 1, centres * _TRAINING).astype(np.int64))
    index.train(np.ascontiguousarray(vectors[sample], np.float32))
    for at in range(0, total, 100_000):
        index.add(np.ascontiguousarray(vectors[at : at + 100_000], np.float32))
    _, truth = flat.search(questions, _K)
    probes = _FIRST_PROBES
    while probes <= centres // 4:
        found = [search(index, flat, each, 20 * _K, probes)[0][:_K] for each in questions]
        shared = [len(np.intersect1d(a, b)) / _K for a, b in zip(truth, found, strict=True)]
        recall = float(np.mean(shared))
        if recall >= FLOOR:
            kind = f"IVF{centres},SQ8"
            return index, Dense(kind, probes, round(recall, 4), len(questions))
        probes *= 2
    return None, Dense()


def search(
    index: Any, flat: Any, question: Matrix, k: int, probes: int
) -> tuple[NDArray[np.int64], Matrix]:
    """Rows and cosines of up to `k` chunks, best first; the cosines are exact."""
    import faiss

    parameters = faiss.SearchParametersIVF(nprobe=probes)  # type: ignore[call-arg]
    _, found = index.search(question.reshape(1, -1), k, params=parameters)
    rows = found[0][found[0] >= 0]
    cosines = flat.reconstruct_batch(rows) @ question
    order = np.lexsort((rows, -cosines))
    return rows[order], np.asarray(cosines[order], np.float32)


def questions_from(sentences: Path) -> Matrix:
    """Vectors of sentences, evenly spread: short texts that are not in the index, as questions."""
    held = np.load(sentences, mmap_mode="r", allow_pickle=False)
    rows = np.unique(np.linspace(0, max(len(held) - 1, 0), min(len(held), _ASKED)).astype(np.int64))
    return np.asarray(held[rows], dtype=np.float32)


def _centres(total: int) -> int:
    """The power of two nearest to four times the square root of their number."""
    return 1 << round(math.log2(4 * math.sqrt(max(total, 1))))
