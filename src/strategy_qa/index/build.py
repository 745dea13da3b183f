"""Build an index aside, verify it, publish it in one rename; the old one serves until then.

Stages: 1 read, 2 chunk, 3 encode (vectors of unchanged text are taken from the live build),
4 write, 5 verify, 6 publish, 7 prune old builds. Killed at any moment, the folder still names
the build it named before.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from strategy_qa.corpus import Reading, corpus_files, count_files, current_editions, read_corpus
from strategy_qa.encode import Encoder
from strategy_qa.errors import (
    CorpusError,
    IndexCorruptError,
    IndexMissingError,
)
from strategy_qa.index import (
    FORMAT,
    LEXICAL,
    MANIFEST,
    STORE,
    Index,
    Manifest,
)
from strategy_qa.index.lexical import LexicalIndex
from strategy_qa.index.lock import ASIDE, writing
from strategy_qa.index.publish import builds_of, file_hashes, prune, publish
from strategy_qa.index.rows import Progress, passages_of, vectors_of
from strategy_qa.index.store import write_store
from strategy_qa.index.verify import checked_build
from strategy_qa.types import Document, Notice

_LIBRARIES = ("strategy-qa", "sentence-transformers", "torch", "faiss-cpu", "bm25s", "tiktoken")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    manifest: Manifest  # of the live build, new or not
    published: bool  # False when nothing had changed
    encoded: int  # chunks that went through the encoder
    reused: int  # chunks whose vectors came from the build before
    warnings: tuple[Notice, ...]  # of documents that were read, with what to know of them
    seconds: dict[str, float]  # per stage


class _Clock:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage], self._last = now - self._last, now


def build_index(
    corpus: Path,
    folder: Path,
    *,
    encoder: Encoder,
    chunk_tokens: int,
    full: bool = False,
    keep: int = 3,
    accept: Callable[[Index], None] = lambda _: None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> BuildReport:
    """Bring the index in `folder` up to date with `corpus`.

    Args:
        corpus: the folder with `sources.toml` and `documents/`.
        folder: where builds are kept.
        encoder: turns passages into vectors.
        chunk_tokens: tiktoken tokens a chunk is filled up to.
        full: encode everything anew and publish even when nothing changed.
        keep: how many builds stay, the new one included.
        accept: given the verified build before it is published; what it raises stops that.
        progress: told how far each stage is.

    Raises:
        CorpusError: the corpus cannot be used, or no document of it could be read.
        IndexBusyError: another process is building into the same folder.
        IndexCorruptError: the new build did not verify; the old one is still live.
    """
    corpus_files(corpus)  # fails before anything is written
    with writing(folder):
        return _build(corpus, folder, encoder, chunk_tokens, full, keep, accept, progress)


def _build(
    corpus: Path,
    folder: Path,
    encoder: Encoder,
    chunk_tokens: int,
    full: bool,
    keep: int,
    accept: Callable[[Index], None],
    progress: Callable[[Progress], None],
) -> BuildReport:
    clock = _Clock()
    # 1. read
    documents, failures = _read(corpus, progress)
    clock.lap("read")
    warnings = tuple(Notice(d.id, w) for d in documents for w in d.warnings)
    inputs = _inputs_hash(documents, failures, encoder, chunk_tokens)
    old = None if full else _open_old(folder)
    if old and old.manifest.inputs == inputs:
        return BuildReport(old.manifest, False, 0, old.manifest.chunks, warnings, clock.seconds)
    # 2. chunk
    entries, passages = passages_of(documents, encoder, chunk_tokens, progress)
    clock.lap("chunk")
    # 3. encode
    vectors, encoded = vectors_of(entries, passages, encoder, old, progress)
    clock.lap("encode")
    # 4. write
    progress(Progress("write", 0, 1))
    created = datetime.now(UTC)
    build = f"{created:%Y%m%dT%H%M%S.%f}-{inputs[:8]}"
    aside = folder / f"{ASIDE}{os.getpid()}"
    aside.mkdir()
    write_store(aside / STORE, documents, entries)
    vectors.save(aside)
    LexicalIndex.build(
        (p.text, e.chunk.language) for p, e in zip(passages, entries, strict=True)
    ).save(aside / LEXICAL)
    manifest = Manifest(
        format=FORMAT,
        build=build,
        number=1 + max((m.number for m in builds_of(folder)), default=0),
        created=created,
        encoder=encoder.name,
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        chunk_tokens=chunk_tokens,
        inputs=inputs,
        documents=len(documents),
        chunks=len(entries),
        sentences=vectors.shape[1],
        failures=tuple(failures),
        versions={name: version(name) for name in _LIBRARIES},
        files=file_hashes(aside),
    )
    (aside / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    # 5. verify, and let the caller judge
    accept(checked_build(aside))
    # 6. publish
    publish(folder, aside, build)
    # 7. prune
    prune(folder, keep)
    progress(Progress("write", 1, 1))
    clock.lap("write")
    reused = len(entries) - encoded
    return BuildReport(manifest, True, encoded, reused, warnings, clock.seconds)


def _read(
    corpus: Path, progress: Callable[[Progress], None]
) -> tuple[list[Document], list[Notice]]:
    total = count_files(corpus)
    readings: list[Reading] = []
    for reading in read_corpus(corpus):
        readings.append(reading)
        progress(Progress("read", len(readings), total))
    documents, failures = current_editions(readings)
    if not documents and not failures:
        raise CorpusError(corpus, "holds no document", remedy="Put one into documents/.")
    if not documents:
        first = failures[0]
        raise CorpusError(
            corpus,
            f"none of its {total} files can be read; the first: {first.subject}: {first.reason}",
        )
    return documents, failures


def _open_old(folder: Path) -> Index | None:
    """The live build, for its vectors; one that is missing or damaged has nothing to give."""
    try:
        return Index.open(folder)
    except (IndexMissingError, IndexCorruptError):
        return None


def _inputs_hash(
    documents: Sequence[Document], failures: Sequence[Notice], encoder: Encoder, tokens: int
) -> str:
    """One hash of everything that shapes a build, the code's own version included."""
    parts = [
        f"{FORMAT} {version('strategy-qa')} {encoder.fingerprint} {tokens}",
        *(f"{d.sha256} {d!r}" for d in documents),
        *(f"{f.subject} {f.reason}" for f in failures),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
