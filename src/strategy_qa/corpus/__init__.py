"""The corpus folder: which documents there are, in which edition, and what could not be read."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from strategy_qa.corpus.duplicates import similar_pairs, text_key
from strategy_qa.corpus.files import check_file, entries, printable
from strategy_qa.corpus.isolation import IsolatedReader, Limits
from strategy_qa.corpus.kept import Kept, KeptReader
from strategy_qa.corpus.originals import read_original, with_doubt
from strategy_qa.corpus.provenance import FETCHED, LEDGER, Provenance, read_provenance
from strategy_qa.corpus.sources import read_catalogue
from strategy_qa.errors import CorpusError, ReadError
from strategy_qa.types import Document, Edition, Notice, Source

CATALOGUE = "sources.toml"
DOCUMENTS = "documents"
_PREFERENCE = (Edition.ORIGINAL, Edition.RESTATED, Edition.DIGEST)


@dataclass(frozen=True, slots=True)
class Reading:
    """One file of the corpus after the reader: a document, or the reason why there is none."""

    path: Path
    name: str  # below the corpus, in one visible line
    result: Document | Notice
    again: bool = False  # another try may go well


def corpus_files(corpus: Path) -> tuple[Path, ...]:
    """What lies below `documents/`, sorted; hidden files are left aside, folders looked into.

    Nothing need lie there where sources were fetched. Links, pipes and folders that cannot be
    listed are among it: `read_corpus` says what is wrong with them.

    Raises:
        CorpusError: there is no such folder, or nothing in it.
    """
    folder = corpus / DOCUMENTS
    if not folder.exists() and (corpus / FETCHED / LEDGER).is_file():
        return ()
    if not folder.is_dir():
        raise CorpusError(
            corpus, "has no folder documents/", remedy="Name the corpus with --corpus DIR."
        )
    try:
        files = sorted(entries(folder))
    except OSError as error:
        raise CorpusError(folder, f"cannot be read ({error.strerror})") from error
    if not files and not (corpus / FETCHED / LEDGER).is_file():
        raise CorpusError(folder, "is empty", remedy="Put at least one document into it.")
    return tuple(files)


def read_corpus(
    corpus: Path, *, limits: Limits | None = None, kept: Kept | None = None
) -> Generator[Reading, None, None]:
    """Read every document of a corpus; a file that cannot be read is a value, not the end.

    Files are read one after the other in a process of their own, within `limits`, unless what was
    made of them before is `kept`; those put into `documents/` first, then the fetched originals of
    the catalogue's sources.

    Raises:
        CorpusError: the folder or the catalogue cannot be used.
    """
    catalogue = {e.source.id: e.source for e in read_catalogue(corpus / CATALOGUE).values()}
    provenance = read_provenance(corpus)
    with IsolatedReader(catalogue=catalogue, limits=limits) as isolated:
        reader = KeptReader(isolated, catalogue, kept) if kept else isolated
        for path in corpus_files(corpus):
            name = printable(str(path.relative_to(corpus)))
            try:
                check_file(path, within=(corpus, corpus / DOCUMENTS))
                document = reader.read(path)
            except ReadError as error:
                yield Reading(path, name, _notice(name, error), again=error.passing)
            else:
                yield Reading(path, name, with_doubt(document, provenance))
        for source in catalogue.values():
            yield from _fetched(source, provenance, reader)


def count_files(corpus: Path) -> int:
    """How many files `read_corpus` has to read; errors as there."""
    provenance = read_provenance(corpus)
    held = sum(bool(provenance.held(id_)) for id_ in read_catalogue(corpus / CATALOGUE))
    return len(corpus_files(corpus)) + held


def _fetched(
    source: Source, provenance: Provenance, reader: IsolatedReader | KeptReader
) -> Iterator[Reading]:
    """The newest fetched original of a source that can be read, and those that cannot."""
    for record in provenance.held(source.id):
        path = provenance.folder / record.file
        name = f"{FETCHED}/{record.sha256[:12]}{path.suffix} ({source.id})"
        try:
            document = read_original(reader, path, source, record)
        except ReadError as error:
            yield Reading(path, name, _notice(name, error), again=error.passing)
        else:
            yield Reading(path, name, document)
            return


def current_editions(readings: Sequence[Reading]) -> tuple[list[Document], list[Notice]]:
    """One document per source and per text; those that are nearly alike warn of each other.

    1. of a source's editions an original supersedes a restatement, and that a digest, 2. of
    copies of one text one stays, 3. near-copies all stay, with a warning. Returns the documents
    to index, by id, and a line for each file that is left out.
    """
    left_out = [reading.result for reading in readings if isinstance(reading.result, Notice)]
    found = [reading for reading in readings if isinstance(reading.result, Document)]
    # 1. editions
    by_id = [(_document(reading).id, reading) for reading in found]
    kept, lost = _best(by_id)
    left_out += [
        Notice(loser.name, f"superseded by {winner.name}, the same source")
        for loser, winner in lost
    ]
    # 2. copies
    by_text = [(text_key(_document(reading)), reading) for reading in kept]
    kept, lost = _best(by_text)
    left_out += [
        Notice(loser.name, f"the same text as {winner.name}, which is indexed in its place")
        for loser, winner in lost
    ]
    # 3. near-copies
    documents = sorted(map(_document, kept), key=lambda document: document.id)
    for pair in list(similar_pairs(documents)):
        for at, other in ((pair.first, pair.second), (pair.second, pair.first)):
            doubt = f"nearly the same text as {documents[other].id} ({pair.similarity:.0%})"
            warnings = (*documents[at].warnings, doubt)
            documents[at] = replace(documents[at], warnings=warnings)
    return documents, left_out


def _best(
    keyed: Sequence[tuple[str, Reading]],
) -> tuple[list[Reading], list[tuple[Reading, Reading]]]:
    """The best reading under each key, and the others, each with the one it lost to."""
    chosen: dict[str, Reading] = {}
    for key, reading in keyed:
        chosen[key] = min(chosen.get(key, reading), reading, key=_rank)
    lost = [(reading, chosen[key]) for key, reading in keyed if reading is not chosen[key]]
    return list(chosen.values()), lost


def _notice(name: str, error: ReadError) -> Notice:
    reason = " ".join(f"{error.reason}. {error.remedy}".split())
    return Notice(name, printable(reason))


def _document(reading: Reading) -> Document:
    assert isinstance(reading.result, Document)
    return reading.result


def _rank(reading: Reading) -> tuple[int, str]:
    return _PREFERENCE.index(_document(reading).source.edition), reading.name
