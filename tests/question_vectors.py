"""The vectors of questions alone, for tests of what stands on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from strategy_qa.encode import Encoder, Passage, Vectors


def question_vectors(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Unit vectors of questions, float32 of shape (n, dimension)."""
    found = encoder.encode_passages([Passage(text, asks=True) for text in texts])
    return np.array([each.vector for each in found], np.float32).reshape(-1, encoder.dimension)
