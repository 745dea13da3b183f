"""Reads the corpus and encodes what it holds, both at the same time; then chooses the editions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from strategy_qa.corpus import Reading, count_files, current_editions, read_corpus
from strategy_qa.corpus.kept import Kept
from strategy_qa.encode import Encoder
from strategy_qa.errors import CorpusError
from strategy_qa.index.ahead import ahead
from strategy_qa.index.pool import PART, Pool, Wanted
from strategy_qa.index.reuse import Rows, no_rows
from strategy_qa.index.rows import Progress, cut
from strategy_qa.index.store import Entry
from strategy_qa.types import Document, Notice


@dataclass(frozen=True, slots=True)
class Gathered:
    """What becomes of the corpus: documents by id, their rows, and what is left out."""

    documents: list[Document]
    entries: list[Entry]
    failures: list[Notice]
    again: frozenset[Path] = frozenset()  # files left out that another try may be able to read


def gather(
    corpus: Path,
    encoder: Encoder,
    tokens: int,
    pool: Pool,
    progress: Callable[[Progress], None],
    *,
    kept: Kept,
    rows_of: Rows = no_rows,
) -> Gathered:
    """Read in the background, and encode meanwhile what the pool has no vectors of.

    `rows_of` gives the rows of documents that need not be cut, if the pool has their vectors. An
    edition that another supersedes may have been encoded in vain.

    Raises:
        CorpusError: the corpus cannot be used, or no document of it could be read.
    """
    readings: list[Reading] = []
    rows: dict[Document, list[Entry]] = {}
    waiting: dict[str, Wanted] = {}
    total, done, wanted, chunks = count_files(corpus), 0, 0, 0

    def encode(until: int) -> None:
        nonlocal done
        while len(waiting) > until:
            batch = [waiting.pop(key) for key in list(waiting)[:PART]]
            pool.encode(batch, chunks=chunks)
            done += len(batch)
            progress(Progress("encode", done, wanted))

    with ahead(read_corpus(corpus, kept=kept)) as stream:
        for reading in stream:
            readings.append(reading)
            progress(Progress("read", len(readings), max(total, len(readings))))
            if not isinstance(reading.result, Document):
                continue
            held = rows_of(reading.result)
            if held and all(entry.input_hash in pool for entry in held):
                rows[_bare(reading.result)] = held
                chunks += len(held)
                continue
            cuts = cut(reading.result, encoder, tokens)
            rows[_bare(reading.result)] = [entry for entry, _ in cuts]
            chunks += len(cuts)
            for entry, passage in cuts:
                key = entry.input_hash
                if key not in pool and key not in waiting:
                    waiting[key] = Wanted(key, passage, len(entry.sentences))
                    wanted += 1
            encode(PART - 1)
    documents, failures = editions(corpus, readings)
    encode(0)
    entries = [entry for document in documents for entry in rows[_bare(document)]]
    again = frozenset(reading.path for reading in readings if reading.again)
    return Gathered(documents, entries, failures, again)


def _bare(document: Document) -> Document:
    """A document as its reader made it; the choice of editions adds warnings."""
    return replace(document, warnings=())


def editions(corpus: Path, readings: Sequence[Reading]) -> tuple[list[Document], list[Notice]]:
    """The documents to index, by id, and why the other files are left out; CorpusError for none."""
    documents, failures = current_editions(readings)
    if not documents and not failures:
        raise CorpusError(corpus, "holds no document", remedy="Put one into documents/.")
    if not documents:
        first = failures[0]
        raise CorpusError(
            corpus,
            f"none of its {len(readings)} files can be read; the first:"
            f" {first.subject}: {first.reason}",
        )
    return documents, failures
