"""Writes a whole build into a folder aside, from documents, their rows and a pool of vectors."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from strategy_qa.encode import Encoder
from strategy_qa.index import FORMAT, LEXICAL, MANIFEST, STORE, Manifest
from strategy_qa.index.gather import Gathered
from strategy_qa.index.lexical import LexicalIndex
from strategy_qa.index.lock import ASIDE
from strategy_qa.index.pool import WORDS_UP_TO, Pool, Words
from strategy_qa.index.publish import builds_of, file_hashes
from strategy_qa.index.rows import passage_of, write_vectors
from strategy_qa.index.store import write_store

_LIBRARIES = ("strategy-qa", "sentence-transformers", "torch", "faiss-cpu", "bm25s", "tiktoken")


def keeps_words(words: Words, chunks: int, pool: Pool) -> bool:
    """Whether a build of so many chunks stores the vectors of words.

    Where those of an earlier build are taken over that has none, "auto" adds none either.
    """
    return words == "stored" or (words == "auto" and chunks <= WORDS_UP_TO and pool.has_words)


def without_words(made: Gathered) -> Gathered:
    """The same, with no word that has a vector."""
    return replace(made, entries=[replace(entry, words=0) for entry in made.entries])


def write_build(
    folder: Path,
    made: Gathered,
    pool: Pool,
    *,
    inputs: str,
    encoder: Encoder,
    chunk_tokens: int,
    number: int | None = None,
) -> tuple[Manifest, Path]:
    """Write a build aside in an index folder; its manifest, and where it lies.

    `number` is the next one of the folder where it is not given.
    """
    created = datetime.now(UTC)
    aside = folder / f"{ASIDE}{os.getpid()}"
    aside.mkdir()
    write_store(aside / STORE, made.documents, made.entries)
    dense = write_vectors(aside, made.entries, pool, encoder.dimension)
    by_id = {document.id: document for document in made.documents}
    LexicalIndex.build(
        (passage_of(by_id[chunk.document_id], chunk, ()).text, chunk.language)
        for chunk in (entry.chunk for entry in made.entries)
    ).save(aside / LEXICAL)
    manifest = Manifest(
        format=FORMAT,
        build=f"{created:%Y%m%dT%H%M%S.%f}-{inputs[:8]}",
        number=number or 1 + max((m.number for m in builds_of(folder)), default=0),
        created=created,
        encoder=encoder.name,
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        chunk_tokens=chunk_tokens,
        inputs=inputs,
        documents=len(made.documents),
        chunks=len(made.entries),
        sentences=sum(len(entry.sentences) for entry in made.entries),
        words=sum(entry.words for entry in made.entries),
        dense=dense,
        failures=tuple(made.failures),
        versions={name: version(name) for name in _LIBRARIES},
        files=file_hashes(aside),
    )
    (aside / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    return manifest, aside
