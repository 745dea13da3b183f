"""The SQLite side of a build: documents with their layout, chunks and sentences as spans."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from strategy_qa.index.columns import COLUMNS, document_of, document_row, source_of
from strategy_qa.index.conditions import conditions
from strategy_qa.types import Chunk, Document, Filters, Notice, Source, Span

# What is long stands last, so that a filter over all documents reads none of it.
_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, publisher TEXT NOT NULL, year INTEGER, kind TEXT NOT NULL,
    first_chunk INTEGER NOT NULL, last_chunk INTEGER NOT NULL, source TEXT NOT NULL,
    warnings TEXT NOT NULL, sha256 TEXT NOT NULL, digest TEXT NOT NULL,
    pages TEXT NOT NULL, blocks TEXT NOT NULL, text TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE chunks (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents (id),
    start INTEGER NOT NULL, end INTEGER NOT NULL, headings TEXT NOT NULL, lead_in TEXT NOT NULL,
    first_page INTEGER NOT NULL, last_page INTEGER NOT NULL, language TEXT NOT NULL,
    token_count INTEGER NOT NULL, input_hash TEXT NOT NULL,
    first_sentence INTEGER NOT NULL, last_sentence INTEGER NOT NULL,
    first_word INTEGER NOT NULL, last_word INTEGER NOT NULL
);
CREATE INDEX chunks_document ON chunks (document_id);
CREATE INDEX chunks_input ON chunks (input_hash);
CREATE TABLE sentences (row INTEGER PRIMARY KEY, start INTEGER NOT NULL, end INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A chunk as stored: with its sentences and the hash of what the encoder was given."""

    chunk: Chunk
    sentences: tuple[Span, ...]  # of the document
    words: int  # that have vectors
    input_hash: str


@dataclass(frozen=True, slots=True)
class Row:
    """A chunk as found: its row is its place among the vectors, its sentences' rows likewise."""

    chunk: Chunk
    sentences: tuple[Span, ...]
    first_sentence: int  # row of its first sentence
    words: tuple[int, int]  # rows of its words, end exclusive


def write_store(path: Path, documents: Iterable[Document], entries: Iterable[Entry]) -> None:
    """Write a new database; rows are numbered from 0, those of a document one after the other."""
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(_SCHEMA)
        sentence = word = 0
        places: dict[str, tuple[int, int]] = {}
        for row, entry in enumerate(entries):
            chunk, last = entry.chunk, sentence + len(entry.sentences)
            db.execute(
                "INSERT INTO chunks VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (row, chunk.id, chunk.document_id, chunk.span.start, chunk.span.end,
                 json.dumps(chunk.headings, ensure_ascii=False), chunk.lead_in, *chunk.pages,
                 chunk.language, chunk.token_count, entry.input_hash, sentence, last, word,
                 word + entry.words),
            )  # fmt: skip
            db.executemany(
                "INSERT INTO sentences VALUES (?,?,?)",
                ((sentence + i, span.start, span.end) for i, span in enumerate(entry.sentences)),
            )
            sentence, word = last, word + entry.words
            places[chunk.document_id] = places.get(chunk.document_id, (row, row))[0], row + 1
        db.executemany(
            "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (document_row(document, places.get(document.id, (0, 0))) for document in documents),
        )


class Store:
    """A finished database, opened for reading; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self.document = lru_cache(maxsize=256)(self._document)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def counts(self) -> tuple[int, int, int]:
        """Documents, chunks, sentences."""
        documents, chunks, sentences = (
            self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("documents", "chunks", "sentences")
        )
        return documents, chunks, sentences

    def document_ids(self) -> tuple[str, ...]:
        """The ids of all documents, sorted."""
        return tuple(id_ for (id_,) in self._db.execute("SELECT id FROM documents ORDER BY id"))

    def _document(self, document_id: str) -> Document:
        """A document by its id; KeyError when the index does not hold it.

        Raises:
            IndexCorruptError: it is not what was written.
        """
        found = self._db.execute(
            f"SELECT {COLUMNS} FROM documents WHERE id = ?", (document_id,)
        ).fetchone()
        if found is None:
            raise KeyError(document_id)
        return document_of(found, self._path)

    def sources(self) -> tuple[Source, ...]:
        """The sources of all documents, by document id."""
        return tuple(
            source_of(s) for (s,) in self._db.execute("SELECT source FROM documents ORDER BY id")
        )

    def warnings(self) -> tuple[Notice, ...]:
        """Every warning of every document, by document id."""
        found = self._db.execute("SELECT id, warnings FROM documents ORDER BY id")
        return tuple(Notice(id_, w) for id_, texts in found for w in json.loads(texts))

    def row(self, row: int) -> Row:
        """The chunk of one vector row."""
        (s0, s1, w0, w1, id_, document_id, start, end, headings, *pages, language, tokens, lead) = (
            self._db.execute(
                "SELECT first_sentence, last_sentence, first_word, last_word, id, document_id,"
                " start, end, headings, first_page, last_page, language, token_count, lead_in"
                " FROM chunks WHERE row = ?",
                (row,),
            ).fetchone()
        )
        chunk = Chunk(
            id_, document_id, Span(start, end), tuple(json.loads(headings)),
            (pages[0], pages[1]), language, tokens, lead,
        )  # fmt: skip
        sentences = self._db.execute(
            "SELECT start, end FROM sentences WHERE row >= ? AND row < ? ORDER BY row", (s0, s1)
        )
        return Row(chunk, tuple(Span(a, b) for a, b in sentences), s0, (w0, w1))

    @cached_property
    def languages(self) -> NDArray[np.str_]:
        """The language of every row, shape (chunks,)."""
        found = self._db.execute("SELECT language FROM chunks ORDER BY row")
        return np.fromiter((language for (language,) in found), dtype="U8")

    def documents_of(self, rows: Sequence[int]) -> list[str]:
        """The documents of a few rows, in their order."""
        marks = ",".join("?" * len(rows))
        found = self._db.execute(
            f"SELECT row, document_id FROM chunks WHERE row IN ({marks})", rows
        )
        by_row = dict(found.fetchall())
        return [by_row[row] for row in rows]

    @cached_property
    def document_places(self) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """The ids of all documents, sorted, and for every row the place of its own among them."""
        found = self._db.execute(
            "SELECT id, first_chunk, last_chunk FROM documents ORDER BY id"
        ).fetchall()
        places = np.zeros(len(self.languages), dtype=np.int32)
        for place, (_, first, last) in enumerate(found):
            places[first:last] = place
        return tuple(id_ for id_, _, _ in found), places

    @cached_property
    def source_of(self) -> Mapping[str, Source]:
        """The source of each document, by its id."""
        return {
            id_: source_of(s) for id_, s in self._db.execute("SELECT id, source FROM documents")
        }

    def entries(self, document_id: str | None = None) -> Iterator[Entry]:
        """Every row as it was written, in order; only those of a document if it is given."""
        of = "" if document_id is None else "WHERE document_id = ?"
        for row, words, input_hash in self._db.execute(
            f"SELECT row, last_word - first_word, input_hash FROM chunks {of} ORDER BY row",
            () if document_id is None else (document_id,),
        ).fetchall():
            stored = self.row(row)
            yield Entry(stored.chunk, stored.sentences, words, input_hash)

    def rows_by_input(self) -> dict[str, int]:
        """The row of each input hash."""
        return dict(self._db.execute("SELECT input_hash, row FROM chunks"))

    def places(self) -> NDArray[np.int64]:
        """Of every row the first and last row of its sentences and of its words, (chunks, 4)."""
        found = self._db.execute(
            "SELECT first_sentence, last_sentence, first_word, last_word FROM chunks ORDER BY row"
        ).fetchall()
        return np.array(found, dtype=np.int64).reshape(-1, 4)

    def rows_matching(self, filters: Filters) -> NDArray[np.int64]:
        """The rows a question may look at, ascending."""
        where, values = conditions(filters)
        found = self._db.execute(
            f"SELECT first_chunk, last_chunk FROM documents d WHERE {where}", values
        ).fetchall()
        allowed = np.zeros(len(self.languages), dtype=bool)
        for first, last in found:
            allowed[first:last] = True
        if filters.languages:
            allowed &= np.isin(self.languages, sorted(filters.languages))
        return np.flatnonzero(allowed)
