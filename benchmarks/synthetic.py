"""An index of any size with made-up text and vectors, where encoding would take days.

Text: made-up words with the frequencies of a language (Zipf), stop words first. Vectors: those of
the packaged encoder for the starter corpus, mixed and shaken, so that they lie as its vectors do
(all in one narrow cone, in clusters); drawn at random they would be far harder to search.
SQLite, BM25 and the vectors are written, verified and opened by the product's own code.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np

from strategy_qa.encode import SentenceEncoder, unit
from strategy_qa.index import FORMAT, LEXICAL, MANIFEST, STORE, Manifest
from strategy_qa.index.dense import Dense
from strategy_qa.index.lexical import LexicalIndex
from strategy_qa.index.pool import WORDS_UP_TO
from strategy_qa.index.publish import file_hashes, publish
from strategy_qa.index.store import Entry, write_store
from strategy_qa.index.vectors import VectorWriter
from strategy_qa.index.words import word_spans
from strategy_qa.types import Block, BlockKind, Chunk, Document, Page, Source, Span

PER_DOCUMENT = 50  # chunks
SENTENCES = 4  # of a chunk
WORDS = 15  # of a sentence
_DISTINCT = 400  # texts
_SYLLABLES = [
    "ba",
    "de",
    "fi",
    "go",
    "lu",
    "ma",
    "ne",
    "pi",
    "ro",
    "su",
    "ta",
    "ve",
    "zi",
    "co",
    "da",
    "el",
    "in",
    "or",
    "un",
    "tra",
]
_COMMON = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "is",
    "that",
    "for",
    "it",
    "as",
    "was",
    "with",
    "on",
    "be",
    "by",
]


def vocabulary(size: int = 60_000) -> list[str]:
    """Stop words, then made-up words."""
    made = []
    for number in range(size - len(_COMMON)):
        digits, word = number + 401, ""
        while digits:
            digits, at = divmod(digits, len(_SYLLABLES))
            word += _SYLLABLES[at]
        made.append(word)
    return _COMMON + made


@lru_cache(maxsize=_DISTINCT)
def _text(number: int) -> tuple[str, tuple[tuple[Span, ...], ...], tuple[int, ...]]:
    """A text, the sentences of each of its chunks, and how many words of each have vectors."""
    generator, words, cumulative = np.random.default_rng(number), *_words()
    drawn = generator.random(PER_DOCUMENT * SENTENCES * WORDS)
    text_words = words[np.minimum(np.searchsorted(cumulative, drawn), len(words) - 1)]
    pieces, spans, at = list[str](), list[Span](), 0
    for first in range(0, len(drawn), WORDS):
        pieces.append(" ".join(text_words[first : first + WORDS]) + ". ")
        spans.append(Span(at, at + len(pieces[-1]) - 1))
        at += len(pieces[-1])
    chunks = range(0, len(spans), SENTENCES)
    told = [
        len(word_spans("Report 1\n" + "".join(pieces[i : i + SENTENCES]), "en")) for i in chunks
    ]
    return "".join(pieces), tuple(tuple(spans[i : i + SENTENCES]) for i in chunks), tuple(told)


@lru_cache(maxsize=1)
def _words() -> tuple[np.ndarray, np.ndarray]:
    words = np.array(vocabulary())
    ranks = np.arange(1, len(words) + 1) ** -1.07
    return words, np.cumsum(ranks / ranks.sum())


def documents(chunks: int) -> Iterator[tuple[Document, list[Entry]]]:
    """Documents of `PER_DOCUMENT` chunks each, with their rows; a text comes back in time."""
    stored = chunks <= WORDS_UP_TO
    for number in range(chunks // PER_DOCUMENT):
        text, spans, told = _text(number % _DISTINCT)
        id_ = f"d{number:06}"
        rows = [Span(each[0].start, each[-1].end) for each in spans]
        entries = [
            Entry(
                Chunk(f"{id_}-{row}", id_, span, (), (1, 1), "en", SENTENCES * WORDS),
                spans[row],
                told[row] if stored else 0,
                f"{number}-{row}",
            )
            for row, span in enumerate(rows)
        ]
        source = Source(id_, f"Report {number}", year=2000 + number % 25, publisher="Bench")
        blocks = tuple(Block(BlockKind.PARAGRAPH, span, 1) for span in rows)
        page = Page(1, "1", Span(0, len(text)))
        yield Document(id_, source, "", text, (page,), blocks), entries


def vectors(base: np.ndarray, count: int, *, seed: int) -> Iterator[np.ndarray]:
    """`count` unit vectors that lie as those of `base` do, some at a time, float32."""
    generator = np.random.default_rng(seed)
    spread = base - base.mean(0)
    for at in range(0, count, 10_000):
        size = min(10_000, count - at)
        i, j, k = generator.integers(len(base), size=(3, size))
        shift = generator.uniform(0.2, 0.8, (size, 1)) * (base[j] - base[k])
        noise = generator.normal(size=(size, 24)) @ spread[generator.integers(len(base), size=24)]
        yield unit((base[i] + shift + 0.05 * noise).astype(np.float32))


def build(
    folder: Path, chunks: int, base: np.ndarray, encoder: SentenceEncoder, *, stages: int = 9
) -> dict[str, float]:
    """Write and publish an index of so many chunks; the seconds of each stage.

    After `stages` stages it stops, and goes on there when it is called again.
    """
    aside, noted = folder / ".building-synthetic", folder / "stages.json"
    aside.mkdir(parents=True, exist_ok=True)
    seconds: dict[str, float] = json.loads(noted.read_text()) if noted.exists() else {}
    steps = {
        "vectors and approximate index": lambda: _vectors(aside, chunks, base),
        "SQLite": lambda: _store(aside, chunks),
        "BM25": lambda: _lexical(aside, chunks),
        "SHA-256 and fsync": lambda: _publish(folder, aside, chunks, base.shape[1], encoder),
    }
    for name in [name for name in steps if name not in seconds][:stages]:
        started = time.perf_counter()
        steps[name]()
        seconds[name] = round(time.perf_counter() - started, 1)
        noted.write_text(json.dumps(seconds))
    return seconds


def _store(aside: Path, chunks: int) -> None:
    (aside / STORE).unlink(missing_ok=True)
    held = (document for document, _ in documents(chunks))
    write_store(aside / STORE, held, (e for _, rows in documents(chunks) for e in rows))


def _lexical(aside: Path, chunks: int) -> None:
    LexicalIndex.build(
        (f"{document.source.title}\n{block.span.of(document.text)}", "en")
        for document, _ in documents(chunks)
        for block in document.blocks
    ).save(aside / LEXICAL)


def _vectors(aside: Path, chunks: int, base: np.ndarray) -> None:
    told = (entry.words for _, rows in documents(chunks) for entry in rows)
    words = np.random.default_rng(5).integers(-127, 127, (200, base.shape[1]), dtype=np.int8)
    sizes = chunks, chunks * SENTENCES, _told(chunks)
    with VectorWriter(aside, *sizes, base.shape[1]) as writer:
        for batch in vectors(base, chunks, seed=2):
            beside = np.repeat(batch, SENTENCES, 0)
            beside = unit(beside + 0.02 * np.roll(beside, 7, 0)).astype(np.float16)
            for row, vector in enumerate(batch):
                sentences = beside[row * SENTENCES : (row + 1) * SENTENCES]
                writer.add(vector, sentences, words[: next(told)])
    (aside / "dense.json").write_text(json.dumps(asdict(writer.dense)))


def _told(chunks: int) -> int:
    return sum(entry.words for _, rows in documents(chunks) for entry in rows)


def _publish(
    folder: Path, aside: Path, chunks: int, dimension: int, encoder: SentenceEncoder
) -> None:
    dense = Dense(**json.loads((aside / "dense.json").read_text()))
    (aside / "dense.json").unlink()
    manifest = Manifest(
        format=FORMAT,
        build=f"synthetic-{chunks}",
        number=1,
        created=datetime.now(UTC),
        encoder=encoder.name,
        fingerprint=encoder.fingerprint,
        dimension=dimension,
        chunk_tokens=300,
        inputs="",
        documents=chunks // PER_DOCUMENT,
        chunks=chunks,
        sentences=chunks * SENTENCES,
        words=_told(chunks),
        dense=dense,
        failures=(),
        versions={},
        files=file_hashes(aside),
    )
    (aside / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    publish(folder, aside, manifest.build)
