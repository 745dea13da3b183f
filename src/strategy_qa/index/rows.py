"""Documents into the rows of an index: passages as the encoder reads them, and their vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from strategy_qa.chunk import chunk_document, chunk_sentences, context_of
from strategy_qa.encode import Encoder, Passage
from strategy_qa.index.dense import Dense
from strategy_qa.index.pool import Pool
from strategy_qa.index.store import Entry
from strategy_qa.index.vectors import VectorWriter
from strategy_qa.index.words import word_spans
from strategy_qa.types import Chunk, Document, Span


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is."""

    stage: str  # read, encode, write
    done: int
    total: int  # known so far: reading and encoding go on at the same time


def cut(document: Document, encoder: Encoder, tokens: int) -> list[tuple[Entry, Passage]]:
    """Cut a document into chunks, each with the passage to encode: its context, then its text."""

    def fits(text: str) -> bool:
        return encoder.count_tokens([text])[0] <= encoder.max_tokens

    rows: list[tuple[Entry, Passage]] = []
    for chunk in chunk_document(document, tokens=tokens, fits=fits):
        sentences = chunk_sentences(document, chunk)
        passage = passage_of(document, chunk, sentences)
        words = len(passage.sentences) - len(sentences)
        rows.append((Entry(chunk, sentences, words, _passage_hash(passage)), passage))
    return rows


def passage_of(document: Document, chunk: Chunk, sentences: Sequence[Span]) -> Passage:
    """What the encoder reads of a chunk: its context and text; its sentences, then its words."""
    context = context_of(document.source.title, chunk.headings, chunk.lead_in)
    text = chunk.span.of(document.text)
    shift = len(context) - chunk.span.start
    placed = tuple(Span(s.start + shift, s.end + shift) for s in sentences)
    return Passage(context + text, placed + word_spans(context + text, chunk.language))


def write_vectors(folder: Path, entries: Sequence[Entry], pool: Pool, dimension: int) -> Dense:
    """Write the vectors of all chunks, sentences and words, in row order, a chunk at a time.

    Returns how the chunks are to be searched.
    """
    sizes = len(entries), sum(len(e.sentences) for e in entries), sum(e.words for e in entries)
    with VectorWriter(folder, *sizes, dimension) as writer:
        for entry in entries:
            found = pool.take(entry.input_hash)
            writer.add(found.vector, found.sentences, found.words[: entry.words])
    return writer.dense


def _passage_hash(passage: Passage) -> str:
    spans = json.dumps([(s.start, s.end) for s in passage.sentences])
    return hashlib.sha256(f"{spans}\n{passage.text}".encode()).hexdigest()
