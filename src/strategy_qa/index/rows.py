"""Documents into the rows of an index: passages as the encoder reads them, and their vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strategy_qa.chunk import chunk_document, chunk_sentences, context_of
from strategy_qa.encode import Encoder, Passage
from strategy_qa.index import Index
from strategy_qa.index.store import Entry
from strategy_qa.index.vectors import Matrix, Vectors, packed
from strategy_qa.index.words import word_spans
from strategy_qa.types import Chunk, Document, Span


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is."""

    stage: str  # read, chunk, encode, write
    done: int
    total: int


def passages_of(
    documents: Sequence[Document],
    encoder: Encoder,
    tokens: int,
    progress: Callable[[Progress], None],
) -> tuple[list[Entry], list[Passage]]:
    """Cut documents into chunks; each with the passage to encode, its context before its text."""

    def fits(text: str) -> bool:
        return encoder.count_tokens([text])[0] <= encoder.max_tokens

    entries: list[Entry] = []
    passages: list[Passage] = []
    for done, document in enumerate(documents, start=1):
        for chunk in chunk_document(document, tokens=tokens, fits=fits):
            sentences = chunk_sentences(document, chunk)
            passage = passage_of(document, chunk, sentences)
            words = len(passage.sentences) - len(sentences)
            passages.append(passage)
            entries.append(Entry(chunk, sentences, words, _passage_hash(passage)))
        progress(Progress("chunk", done, len(documents)))
    return entries, passages


def passage_of(document: Document, chunk: Chunk, sentences: Sequence[Span]) -> Passage:
    """What the encoder reads of a chunk: its context and text; its sentences, then its words."""
    context = context_of(document.source.title, chunk.headings)
    text = chunk.span.of(document.text)
    shift = len(context) - chunk.span.start
    placed = tuple(Span(s.start + shift, s.end + shift) for s in sentences)
    return Passage(context + text, placed + word_spans(context + text, chunk.language))


def vectors_of(
    entries: Sequence[Entry],
    passages: Sequence[Passage],
    encoder: Encoder,
    old: Index | None,
    progress: Callable[[Progress], None],
) -> tuple[Vectors, int]:
    """The vectors of all chunks, sentences and words, and how many chunks were encoded.

    What `old` holds of unchanged passages, by the same encoder, is taken from there.
    """
    chunks = np.empty((len(entries), encoder.dimension), dtype=np.float32)
    nothing = np.empty((0, encoder.dimension), dtype=np.float32)
    sentences: list[Matrix] = [nothing] * len(entries)
    words: list[NDArray[np.int8]] = [packed(nothing)] * len(entries)
    new: list[int] = []
    reusable = _reusable(old, encoder)
    for row, entry in enumerate(entries):
        if old is not None and entry.input_hash in reusable:
            stored = old.store.row(reusable[entry.input_hash])
            first = stored.first_sentence
            chunks[row] = old.vectors.chunk_vectors(np.array([reusable[entry.input_hash]]))[0]
            sentences[row] = old.vectors.sentence_vectors(first, first + len(entry.sentences))
            words[row] = old.vectors.packed_words(*stored.words)
        else:
            new.append(row)
    vectors = encoder.encode_passages([passages[row] for row in new])
    for done, (row, found) in enumerate(zip(new, vectors, strict=True), start=1):
        chunks[row] = found.vector
        sentences[row] = found.sentences[: len(entries[row].sentences)]
        words[row] = packed(found.sentences[len(entries[row].sentences) :])
        progress(Progress("encode", done, len(new)))
    built = Vectors.build(chunks, np.concatenate(sentences), np.concatenate(words))
    return built, len(new)


def _reusable(old: Index | None, encoder: Encoder) -> dict[str, int]:
    if old is None or old.manifest.fingerprint != encoder.fingerprint:
        return {}
    return old.store.rows_by_input()


def _passage_hash(passage: Passage) -> str:
    spans = json.dumps([(s.start, s.end) for s in passage.sentences])
    return hashlib.sha256(f"{spans}\n{passage.text}".encode()).hexdigest()
