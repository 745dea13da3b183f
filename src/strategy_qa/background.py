"""What passages that have nothing to do with a question score for it, and what stands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strategy_qa.index import Index

# Rows whose cosines tell what an unrelated passage scores for this question.
_SAMPLE = 1_000
_FEW = 10  # passages of a language that are too few to have a mean of their own
_PART = 20_000  # vectors taken out of the index at a time, 30 MB


@dataclass(frozen=True, slots=True)
class Background:
    """What passages that have nothing to do with a question score for it, by language.

    Encoders differ in where their cosines lie, and a multilingual one brings a question nearer
    to any passage in its own language; a standing is free of both.
    """

    means: Mapping[str, float]  # cosine, by the language of the passage
    spread: float  # standard deviation around them

    def standing(self, cosine: float, language: str) -> float:
        """A cosine in standard deviations above an unrelated passage of that language."""
        return (cosine - self.means[language]) / self.spread


def background_of(index: Index, vector: NDArray[np.float32]) -> Background:
    """What unrelated passages score for an encoded question, from rows of the whole index."""
    sample = spread(index, _SAMPLE)
    cosines = index.vectors.chunk_vectors(sample) @ vector
    spoken = index.languages[sample]
    means: dict[str, float] = {}
    for language in index.spoken:
        of_language = cosines[spoken == language]
        few = len(of_language) < _FEW
        means[language] = float((cosines if few else of_language).mean())
    centres = np.array([means[str(language)] for language in spoken])
    return Background(means, max(float((cosines - centres).std()), 1e-3))


def spread(index: Index, size: int) -> NDArray[np.int64]:
    """Rows of the whole index, evenly spread."""
    total = index.manifest.chunks
    return np.unique(np.linspace(0, total - 1, min(total, size)).astype(np.int64))


def standings_of(
    index: Index, vector: NDArray[np.float32], rows: NDArray[np.int64], background: Background
) -> NDArray[np.float64]:
    """The standing of each row, see `Background`."""
    cosines = [index.vectors.chunk_vectors(part) @ vector for part in _parts(rows)]
    means = np.array([background.means[str(language)] for language in index.languages[rows]])
    standings = (np.concatenate([*cosines, np.empty(0)]) - means) / background.spread
    return np.asarray(standings, np.float64)


def _parts(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Rows a few at a time: their vectors are copies."""
    return [rows[at : at + _PART] for at in range(0, len(rows), _PART)]
