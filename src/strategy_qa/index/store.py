"""The SQLite side of a build: documents with their layout, chunks and sentences as spans."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from strategy_qa.index.conditions import conditions
from strategy_qa.types import (
    Block,
    BlockKind,
    Chunk,
    Document,
    Edition,
    Filters,
    Notice,
    Page,
    Source,
    Span,
)

_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, text TEXT NOT NULL, source TEXT NOT NULL,
    pages TEXT NOT NULL, blocks TEXT NOT NULL, warnings TEXT NOT NULL,
    publisher TEXT NOT NULL, year INTEGER, kind TEXT NOT NULL
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
    """Write a new database; rows are numbered in the order given, from 0."""
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(_SCHEMA)
        db.executemany(
            "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?)", map(_document_row, documents)
        )
        sentence = word = 0
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


class Store:
    """A finished database, opened for reading; safe to share between threads."""

    def __init__(self, path: Path) -> None:
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
        """A document by its id; KeyError when the index does not hold it."""
        found = self._db.execute(
            "SELECT id, sha256, text, source, pages, blocks, warnings FROM documents WHERE id = ?",
            (document_id,),
        ).fetchone()
        if found is None:
            raise KeyError(document_id)
        id_, sha256, text, source, pages, blocks, warnings = found
        return Document(
            id=id_,
            source=_source(source),
            sha256=sha256,
            text=text,
            pages=tuple(
                Page(n, label, Span(a, b), scanned, ocr)
                for n, label, a, b, scanned, ocr in json.loads(pages)
            ),
            blocks=tuple(
                Block(BlockKind(kind), Span(a, b), page, level)
                for kind, a, b, page, level in json.loads(blocks)
            ),
            warnings=tuple(json.loads(warnings)),
        )

    def sources(self) -> tuple[Source, ...]:
        """The sources of all documents, by document id."""
        return tuple(
            _source(s) for (s,) in self._db.execute("SELECT source FROM documents ORDER BY id")
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

    def languages(self) -> NDArray[np.str_]:
        """The language of every row, shape (chunks,)."""
        found = self._db.execute("SELECT language FROM chunks ORDER BY row").fetchall()
        return np.array([language for (language,) in found], dtype="U8")

    def documents_of_rows(self) -> list[str]:
        """The document of every row, in order."""
        return [id_ for (id_,) in self._db.execute("SELECT document_id FROM chunks ORDER BY row")]

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
            "SELECT c.row FROM chunks c JOIN documents d ON d.id = c.document_id"
            f" WHERE {where} ORDER BY c.row",
            values,
        ).fetchall()
        return np.array([row for (row,) in found], dtype=np.int64)


def _document_row(document: Document) -> tuple[object, ...]:
    source = document.source
    return (
        document.id,
        document.sha256,
        document.text,
        json.dumps(asdict(source), ensure_ascii=False),
        json.dumps(
            [
                (p.number, p.label, p.span.start, p.span.end, p.scanned, p.ocr)
                for p in document.pages
            ]
        ),
        json.dumps([(b.kind, b.span.start, b.span.end, b.page, b.level) for b in document.blocks]),
        json.dumps(document.warnings, ensure_ascii=False),
        source.publisher.casefold(),
        source.year,
        source.kind,
    )


def _source(text: str) -> Source:
    fields = json.loads(text)
    fields["edition"] = Edition(fields["edition"])
    fields["alternates"] = tuple(fields["alternates"])
    return Source(**fields)
