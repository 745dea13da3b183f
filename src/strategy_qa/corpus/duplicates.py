"""Finds documents that hold the same text, and those that hold nearly the same.

Nearly: by the Jaccard similarity of their five-word runs, estimated from the smallest hashes of
each (bottom-k sketches; Broder 1997, https://doi.org/10.1109/SEQUEN.1997.666900).
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from strategy_qa.text import words
from strategy_qa.types import Document

SIMILAR = 0.8
_RUN = 5  # words
_SKETCH = 400  # hashes: the estimate is off by 0.02 at 0.8, one standard deviation
_MIN_RUNS = 50  # below, a form or a notice is like any other


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents, by their places in the sequence, and how much of their text they share."""

    first: int
    second: int
    similarity: float  # 0 to 1


def text_key(document: Document) -> str:
    """Equal for documents whose text is the same but for blanks and line ends."""
    return hashlib.sha256(" ".join(document.text.split()).encode()).hexdigest()


def similar_pairs(documents: Sequence[Document], *, at_least: float = SIMILAR) -> Iterator[Pair]:
    """The pairs that share at least so much of their five-word runs."""
    sketches = [_sketch(document.text) for document in documents]
    holders: dict[int, list[int]] = defaultdict(list)
    for at, sketch in enumerate(sketches):
        together = Counter(other for value in sketch for other in holders[value])
        for other, shared in sorted(together.items()):
            # Of the smallest hashes of both together, those that are in both. Fewer cannot do.
            if shared >= at_least * min(_SKETCH, len(sketch)):
                union = heapq.nsmallest(_SKETCH, sketch | sketches[other])
                both = sum(value in sketch and value in sketches[other] for value in union)
                if both >= at_least * len(union):
                    yield Pair(other, at, both / len(union))
        for value in sketch:
            holders[value].append(at)


def _sketch(text: str) -> frozenset[int]:
    found = words(text)
    runs = {" ".join(found[at : at + _RUN]) for at in range(len(found) - _RUN + 1)}
    if len(runs) < _MIN_RUNS:
        return frozenset()
    return frozenset(heapq.nsmallest(_SKETCH, map(_hash, runs)))


def _hash(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big")
