"""From a finished build to the live one: verify, publish in one rename, prune the old."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from strategy_qa.errors import IndexCorruptError
from strategy_qa.index import CURRENT, MANIFEST, Index, file_hash, live_build
from strategy_qa.types import Span


def verify_build(build: Path) -> Index:
    """Open a build and check it: hashes, counts, and that every span slices out of its text.

    Raises:
        IndexCorruptError: naming what does not agree.
    """
    index = Index.open_build(build)
    manifest, store = index.manifest, index.store
    said = (manifest.documents, manifest.chunks, manifest.sentences)
    chunks, sentences, words, dimension = index.vectors.shape
    sizes = (chunks, sentences, dimension, len(index.lexical))
    if store.counts() != said or sizes != (*said[1:], manifest.dimension, manifest.chunks):
        raise IndexCorruptError(build, "vectors, BM25 and SQLite disagree in number")
    last_word = 0
    for row in range(manifest.chunks):
        found = store.row(row)
        text = store.document(found.chunk.document_id).text
        whole = Span(0, len(text))
        last_word = found.words[1]
        inside = all(found.chunk.span.contains(s) and len(s) for s in found.sentences)
        if not (whole.contains(found.chunk.span) and len(found.chunk.span) and inside):
            raise IndexCorruptError(build, f"chunk {found.chunk.id} lies outside its document")
    if last_word != words:
        raise IndexCorruptError(build, "words and SQLite disagree in number")
    return index


def publish(folder: Path, aside: Path, build: str) -> None:
    """Make a verified build the live one: everything on disk first, then one atomic rename."""
    for path in (*aside.rglob("*"), aside):
        _sync(path)
    aside.rename(folder / build)
    pointer = folder / f"{CURRENT}.{os.getpid()}"
    pointer.write_text(json.dumps({"build": build}) + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(folder / CURRENT)
    _sync(folder)


def prune(folder: Path, keep: int) -> None:
    """Remove the oldest builds until `keep` are left; the live one always stays."""
    live = live_build(folder)
    builds = sorted(p.parent for p in folder.glob(f"*/{MANIFEST}") if p.parent.name != live)
    for build in builds[: max(0, len(builds) - (keep - 1))]:
        shutil.rmtree(build)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_hashes(build: Path) -> dict[str, str]:
    """The SHA-256 of every file of a build, by its path below it."""
    return {
        path.relative_to(build).as_posix(): file_hash(path)
        for path in sorted(build.rglob("*"))
        if path.is_file()
    }
