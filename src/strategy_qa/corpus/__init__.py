"""The corpus folder: which documents there are, in which edition, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from strategy_qa.corpus.readers import front_matter_id, read_document
from strategy_qa.corpus.sources import read_catalogue
from strategy_qa.errors import CorpusError, ReadError
from strategy_qa.types import Document, Edition, Notice

CATALOGUE = "sources.toml"
DOCUMENTS = "documents"
_PREFERENCE = (Edition.ORIGINAL, Edition.RESTATED, Edition.DIGEST)


@dataclass(frozen=True, slots=True)
class Reading:
    """One file of the corpus after the reader: a document, or the reason why there is none."""

    path: Path
    result: Document | Notice


def corpus_files(corpus: Path) -> tuple[Path, ...]:
    """The files below `documents/`, sorted; hidden ones are left aside.

    Raises:
        CorpusError: there is no such folder, or nothing in it.
    """
    folder = corpus / DOCUMENTS
    try:
        files = sorted(
            path
            for path in folder.rglob("*")
            if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
        )
    except OSError as error:
        raise CorpusError(folder, f"cannot be read ({error.strerror})") from error
    if not folder.is_dir():
        raise CorpusError(
            corpus, "has no folder documents/", remedy="Name the corpus with --corpus DIR."
        )
    if not files:
        raise CorpusError(folder, "is empty", remedy="Put at least one document into it.")
    return tuple(files)


def read_corpus(corpus: Path) -> Iterator[Reading]:
    """Read every document of a corpus; a file that cannot be read is a value, not the end.

    Raises:
        CorpusError: the folder or the catalogue cannot be used.
    """
    catalogue = read_catalogue(corpus / CATALOGUE)
    for path in corpus_files(corpus):
        name = str(path.relative_to(corpus))
        try:
            source_id = front_matter_id(path) or path.stem
            entry = catalogue.get(source_id)
            document = read_document(path, source=entry.source if entry else None)
        except ReadError as error:
            yield Reading(path, Notice(name, f"{error.reason}. {error.remedy}".strip()))
        else:
            yield Reading(path, document)


def current_editions(readings: list[Reading]) -> tuple[list[Document], list[Notice]]:
    """One document per source: an original supersedes a restatement, and that a digest.

    Returns the documents to index, by id, and a line for each file that is left out.
    """
    chosen: dict[str, Reading] = {}
    left_out: list[Notice] = []
    for reading in readings:
        document = reading.result
        if isinstance(document, Notice):
            left_out.append(document)
            continue
        rival = chosen.get(document.id)
        if rival is None:
            chosen[document.id] = reading
            continue
        winner, loser = sorted((rival, reading), key=_rank)
        chosen[document.id] = winner
        left_out.append(
            Notice(loser.path.name, f"superseded by {winner.path.name}, the same source")
        )
    documents = [r.result for r in chosen.values() if isinstance(r.result, Document)]
    return sorted(documents, key=lambda d: d.id), left_out


def _rank(reading: Reading) -> tuple[int, str]:
    assert isinstance(reading.result, Document)
    return _PREFERENCE.index(reading.result.source.edition), reading.path.name
