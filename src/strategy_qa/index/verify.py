"""Hold a build against itself and against its encoder; whatever does not agree is named.

1 every file against its SHA-256, 2 SQLite: its own check, every chunk and sentence slices out of
its document, rows without gaps, 3 vectors: as many as SQLite says, all of length 1, 4 BM25: as
many rows, holding the words of a sample of chunks, 5 a sample encoded again gives the stored
vectors. A build is published only after 1 to 4.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from strategy_qa.encode import Encoder
from strategy_qa.errors import IndexCorruptError
from strategy_qa.index import (
    MANIFEST,
    STORE,
    Index,
    Manifest,
    live_build,
    read_manifest,
)
from strategy_qa.index.lexical import stems
from strategy_qa.index.rows import passage_of
from strategy_qa.index.sound import altered_files
from strategy_qa.types import Notice

_SAMPLE = 16  # chunks whose words are looked up, and that are encoded again
_BLOCK = 10_000  # vectors whose lengths are taken at a time
# The longest distance from 1 seen over the starter corpus: 4e-7 in float32, 4e-4 in float16.
_TOLERANCE = 2e-3
# Batches are padded otherwise than when the build was made; seen: 1 - 1e-6. Words have 8 bits.
_ALIKE = 0.999


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked of a build, and what was found wrong."""

    build: str
    checked: tuple[str, ...]
    problems: tuple[Notice, ...]


def verify_build(build: Path, *, encoder: Encoder | None = None) -> Verification:
    """Check all of a build that can be checked; without an encoder, all but the vectors' making.

    Never raises for what is wrong with the build: that is in `problems`.
    """
    try:
        manifest = read_manifest(build)
    except IndexCorruptError as error:
        return Verification(build.name, ("manifest",), (_notice(error),))
    checked = [f"{len(manifest.files)} files"]
    problems = list(_files(build, manifest))
    if not problems:  # what a library makes of altered files is anybody's guess
        checked += [
            f"{manifest.documents} documents",
            f"{manifest.chunks} chunks",
            f"{manifest.sentences} sentences",
            "vectors",
            "BM25",
        ]
        try:
            index = Index.open_build(build)
            problems += _contents(build, index)
            if encoder is not None and not problems:
                checked.append(f"{len(_sample(manifest.chunks))} chunks encoded again")
                problems += _encoding(index, encoder)
        except IndexCorruptError as error:
            problems.append(_notice(error))
    return Verification(manifest.build, tuple(checked), tuple(problems))


def verify_index(folder: Path, *, encoder: Encoder | None = None) -> tuple[Verification, ...]:
    """Check the live build of a folder, then those kept for a rollback, newest first.

    Raises:
        IndexMissingError: nothing has been published there.
        IndexCorruptError: the pointer to the live build cannot be read.
    """
    live = live_build(folder)
    builds = sorted({p.parent.name for p in folder.glob(f"[!.]*/{MANIFEST}")} - {live})
    first = verify_build(folder / live, encoder=encoder)
    return first, *(verify_build(folder / name) for name in reversed(builds))


def checked_build(build: Path) -> Index:
    """Open a build that is about to be published; IndexCorruptError names the first fault."""
    index = Index.open_build(build)
    for problem in _contents(build, index):
        raise IndexCorruptError(problem.subject, problem.reason)
    return index


def _files(build: Path, manifest: Manifest) -> Iterator[Notice]:
    for name, reason in altered_files(build, manifest.files).items():
        yield Notice(str(build / name), reason)
    there = {p.relative_to(build).as_posix() for p in build.rglob("*") if not p.is_dir()}
    for name in sorted(there - manifest.files.keys() - {MANIFEST}):
        yield Notice(str(build / name), "does not belong to the build")


def _contents(build: Path, index: Index) -> Iterator[Notice]:
    for reason in _store(build / STORE, index):
        yield Notice(str(build / STORE), reason)
    for reason in _vectors(index):
        yield Notice(str(build), reason)
    for reason in _lexical(index):
        yield Notice(str(build), reason)


def _store(path: Path, index: Index) -> Iterator[str]:
    manifest = index.manifest
    if index.store.counts() != (manifest.documents, manifest.chunks, manifest.sentences):
        yield "holds other numbers of documents, chunks or sentences than the manifest says"
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        if (said := db.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            yield f"fails SQLite's own check ({said})"
            return
        texts: dict[str, str] = {}
        sentences = db.execute("SELECT row, start, end FROM sentences ORDER BY row")
        next_sentence = next_word = 0
        chunks = db.execute(
            "SELECT row, id, document_id, start, end, first_sentence, last_sentence, first_word,"
            " last_word FROM chunks ORDER BY row"
        )
        for expected, (row, id_, document, start, end, s0, s1, w0, w1) in enumerate(chunks):
            if document not in texts:  # chunks lie in the order of their documents
                texts = dict(db.execute("SELECT id, text FROM documents WHERE id = ?", (document,)))
            text = texts.get(document, "")
            if not (0 <= start < end <= len(text) and text[start:end].strip()):
                yield f"chunk {id_} does not slice out of its document"
            if (row, s0, w0) != (expected, next_sentence, next_word) or s1 < s0 or w1 < w0:
                yield f"chunk {id_} has rows that do not follow the one before"
            for number, (at, first, last) in zip(range(s0, s1), sentences, strict=False):
                if at != number or not (start <= first < last <= end and text[first:last].strip()):
                    yield f"a sentence of chunk {id_} does not slice out of it"
            next_sentence, next_word = s1, w1
        if next_word != index.vectors.shape[2]:
            yield "and words.npy disagree in number"


def _vectors(index: Index) -> Iterator[str]:
    manifest = index.manifest
    chunks, sentences, _words, dimension = index.vectors.shape
    if (chunks, sentences, dimension) != (
        manifest.chunks,
        manifest.sentences,
        manifest.dimension,
    ):
        yield "vectors and SQLite disagree in number"
        return
    for first in range(0, chunks, _BLOCK):
        rows = np.arange(first, min(first + _BLOCK, chunks))
        if not _is_unit(index.vectors.chunk_vectors(rows)):
            yield f"a vector of the chunks from row {first} on has not length 1"
    for first in range(0, sentences, _BLOCK):
        if not _is_unit(index.vectors.sentence_vectors(first, min(first + _BLOCK, sentences))):
            yield f"a vector of the sentences from row {first} on has not length 1"


def _is_unit(vectors: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> bool:
    lengths = np.linalg.norm(vectors, axis=1)
    # A text without words has none; an encoder may give it the zero vector.
    return bool(np.all((np.abs(lengths - 1) < _TOLERANCE) | (lengths == 0)))


def _lexical(index: Index) -> Iterator[str]:
    if len(index.lexical) != index.manifest.chunks:
        yield "BM25 and SQLite disagree in number"
        return
    for row in _sample(index.manifest.chunks):
        chunk = index.store.row(row).chunk
        document = index.store.document(chunk.document_id)
        held = set(stems(passage_of(document, chunk, ()).text, chunk.language))
        if not index.lexical.holds(row, held):
            yield f"BM25 does not hold the words of chunk {chunk.id}"


def _encoding(index: Index, encoder: Encoder) -> Iterator[Notice]:
    where = f"index {index.manifest.build}"
    if encoder.fingerprint != index.manifest.fingerprint:
        yield Notice(where, f"was built with the encoder {index.manifest.encoder}, not this one")
        return
    rows = _sample(index.manifest.chunks)
    stored = [index.store.row(row) for row in rows]
    documents = [index.store.document(each.chunk.document_id) for each in stored]
    passages = [
        passage_of(document, each.chunk, each.sentences)
        for document, each in zip(documents, stored, strict=True)
    ]
    found = encoder.encode_passages(passages)
    for row, each, vectors in zip(rows, stored, found, strict=True):
        first = each.first_sentence
        kept = np.vstack(
            [
                index.vectors.chunk_vectors(np.array([row])),
                index.vectors.sentence_vectors(first, first + len(each.sentences)),
                index.vectors.word_vectors(*each.words),
            ]
        )
        made = (
            vectors.sentences if index.manifest.words else vectors.sentences[: len(each.sentences)]
        )
        again = np.vstack([vectors.vector, made])
        if kept.shape != again.shape or not _alike(kept, again):
            yield Notice(where, f"chunk {each.chunk.id} encoded again gives other vectors")


def _alike(
    kept: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    again: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
) -> bool:
    cosines = np.einsum("ij,ij->i", kept, again)
    return bool(np.all((cosines > _ALIKE) | ~kept.any(axis=1)))


def _sample(chunks: int) -> list[int]:
    return sorted({int(row) for row in np.linspace(0, chunks - 1, min(chunks, _SAMPLE))})


def _notice(error: IndexCorruptError) -> Notice:
    return Notice(error.subject, error.reason)
