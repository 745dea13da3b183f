"""Vectors by passage: from builds before, from a build that was cut off, and newly encoded.

What is encoded goes to disk in parts as it comes, so that a killed build costs only the part it
was at. A part is named by the encoder and by the SHA-256 of its bytes: half a part, or an altered
one, is thrown away.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from strategy_qa.encode import Encoder, Passage
from strategy_qa.index.dense import Matrix
from strategy_qa.index.vectors import Vectors, packed

PARTS = ".encoded"  # below the index folder
PART = 64  # passages; some ten seconds of work on two cores
# Vectors of words are stored, or made anew of the best passages when a question is asked, which
# takes some half a second of two cores more and gives the same answers; "auto" stores them up to
# `WORDS_UP_TO` chunks, where they take 4 GB.
Words = Literal["auto", "stored", "asked"]
WORDS_UP_TO = 100_000
_OPEN = 8  # parts kept in memory, some 4 MB each


@dataclass(frozen=True, slots=True)
class Wanted:
    """A passage and how to know it again."""

    key: str  # hash of the passage
    passage: Passage
    sentences: int  # how many of its spans are sentences; the others are words


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the index keeps of a passage."""

    vector: Matrix  # (d,)
    sentences: NDArray[np.float16]  # (sentences, d)
    words: NDArray[np.int8]  # (words, d), see `vectors.packed`


class Pool:
    """All vectors a build can have; parts lie in `folder` until `clear`.

    Vectors of words are among them if it is to store some.
    """

    def __init__(
        self, folder: Path, encoder: Encoder, kept: Sequence[Kept] = (), *, words: Words = "auto"
    ) -> None:
        self._folder = folder / PARTS
        self._encoder = encoder
        self._words = words
        self._parts = _Parts(self._folder, encoder.fingerprint[:16], with_words=words == "stored")
        self._kept: dict[str, tuple[Kept, int]] = {}
        for source in reversed(kept):
            self._kept.update({key: (source, row) for key, row in source.rows.items()})
        self._held_words = all(source.has_words for source in kept)
        self.encoded = 0  # passages, by this process

    @property
    def has_words(self) -> bool:
        """Whether all of it has vectors of words."""
        return self._held_words and self._parts.has_words

    def __contains__(self, key: str) -> bool:
        return key in self._kept or key in self._parts

    def encode(self, batch: Sequence[Wanted], *, chunks: int = 0) -> None:
        """Encode passages and keep their vectors on disk; the build has at least so many `chunks`.

        Those of words would take ten times the room of the others, so they are left out as soon
        as it is known that the build will not store them.
        """
        passages = [wanted.passage for wanted in batch]
        worded = self._words == "stored" or (self._words == "auto" and chunks <= WORDS_UP_TO)
        if not worded:
            passages = [
                replace(wanted.passage, sentences=wanted.passage.sentences[: wanted.sentences])
                for wanted in batch
            ]
        found = self._encoder.encode_passages(passages)
        made = [
            Encoded(
                vectors.vector,
                vectors.sentences[: wanted.sentences].astype(np.float16),
                packed(vectors.sentences[wanted.sentences :]),
            )
            for wanted, vectors in zip(batch, found, strict=True)
        ]
        self._parts.write([wanted.key for wanted in batch], made, worded=worded)
        self.encoded += len(batch)

    def take(self, key: str) -> Encoded:
        """The vectors of a passage; KeyError when there are none."""
        if key in self._kept:
            source, row = self._kept[key]
            return source.read(row)
        return self._parts.read(key)

    def clear(self) -> None:
        """Remove the parts from disk: a published build holds their vectors now."""
        shutil.rmtree(self._folder, ignore_errors=True)


class Kept:
    """The vectors of a build, by passage."""

    def __init__(self, rows: dict[str, int], places: Places, vectors: Vectors) -> None:
        self.rows = rows
        self.has_words = vectors.shape[2] > 0
        self._places = places
        self._vectors = vectors

    def read(self, row: int) -> Encoded:
        """The vectors of one row."""
        s0, s1, w0, w1 = (int(place) for place in self._places[row])
        return Encoded(
            self._vectors.chunk_vectors(np.array([row]))[0],
            self._vectors.sentence_vectors(s0, s1).astype(np.float16),
            self._vectors.packed_words(w0, w1),
        )


Places = NDArray[np.int64]  # (chunks, 4): first and last row of sentences, of words


class _Parts:
    """The parts on disk."""

    def __init__(self, folder: Path, encoder: str, *, with_words: bool) -> None:
        self.has_words = True
        self._folder = folder
        self._encoder = encoder
        self._with_words = with_words
        self._where: dict[str, tuple[Path, int]] = {}
        self._opened: OrderedDict[Path, list[Encoded]] = OrderedDict()
        for path in sorted(folder.glob("*")):
            try:
                keys = self._load(path)
            except (OSError, ValueError, KeyError):
                path.unlink(missing_ok=True)
                continue
            self._where.update({key: (path, place) for place, key in enumerate(keys)})

    def __contains__(self, key: str) -> bool:
        return key in self._where

    def write(self, keys: Sequence[str], made: Sequence[Encoded], *, worded: bool) -> None:
        self.has_words &= worded
        buffer = io.BytesIO()
        np.savez(
            buffer,
            keys=np.array(keys, dtype="S64"),
            vectors=np.array([each.vector for each in made]),
            sentences=np.concatenate([each.sentences for each in made]),
            words=np.concatenate([each.words for each in made]),
            worded=np.array(worded),
            ends=np.cumsum([(len(each.sentences), len(each.words)) for each in made], axis=0),
        )
        data = buffer.getvalue()
        self._folder.mkdir(exist_ok=True)
        path = self._folder / f"{self._encoder}-{hashlib.sha256(data).hexdigest()}"
        aside = path.with_suffix(".part")
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        self._where.update({key: (path, place) for place, key in enumerate(keys)})

    def read(self, key: str) -> Encoded:
        path, place = self._where[key]
        if path not in self._opened:
            self._load(path)
        self._opened.move_to_end(path)
        return self._opened[path][place]

    def _load(self, path: Path) -> list[str]:
        data = path.read_bytes()
        encoder, _, digest = path.name.partition("-")
        if encoder != self._encoder or hashlib.sha256(data).hexdigest() != digest:
            raise ValueError("is of another encoder, not whole or altered")
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            if self._with_words and not arrays["worded"]:
                raise ValueError("has no vectors of words")
            self.has_words &= bool(arrays["worded"])
            self._opened[path] = list(_split(arrays))
            keys = [key.decode() for key in arrays["keys"]]
        while len(self._opened) > _OPEN:
            self._opened.popitem(last=False)
        return keys


def _split(arrays: np.lib.npyio.NpzFile) -> Iterator[Encoded]:
    sentences, words = arrays["sentences"], arrays["words"]
    first = (0, 0)
    for vector, last in zip(arrays["vectors"], arrays["ends"], strict=True):
        yield Encoded(vector, sentences[first[0] : last[0]], words[first[1] : last[1]])
        first = last
