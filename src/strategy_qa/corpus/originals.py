"""Reads fetched originals as documents of their sources, and says of a digest why it is still one.

Whose document a file is, the catalogue decides: nothing in the file has a say in it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from strategy_qa.corpus.isolation import IsolatedReader
from strategy_qa.corpus.kept import KeptReader
from strategy_qa.corpus.provenance import Provenance, Record
from strategy_qa.errors import ReadError
from strategy_qa.languages import document_language
from strategy_qa.types import Document, Edition, Source


def read_original(
    reader: IsolatedReader | KeptReader, path: Path, source: Source, record: Record
) -> Document:
    """Read one fetched file.

    Raises:
        ReadError: it cannot be read, or is not what was fetched.
    """
    origin = source_of(source, record)
    document = reader.read(path, source=origin)
    if document.sha256 != record.sha256:
        raise ReadError(
            path.name, "was altered since it was fetched", remedy="Fetch it with --refresh."
        )
    spoken = origin.language or document_language(document.text)  # never what the file says
    return replace(document, id=origin.id, source=replace(origin, language=spoken))


def source_of(source: Source, record: Record) -> Source:
    """A source as the document that an attempt brought shows it."""
    return replace(
        source,
        edition=Edition.ORIGINAL,
        retrieved=record.day,
        archived=record.archived,
        fetched_from=record.final if record.final != source.url else "",
    )


def with_doubt(document: Document, provenance: Provenance) -> Document:
    """A digest whose original was asked for in vain says so in its note."""
    source = document.source
    failure = provenance.failing_since(source.id)
    if source.edition is not Edition.DIGEST or failure is None or provenance.held(source.id):
        return document
    said = f"The original could not be had on {failure.day}: its address {failure.reason}."
    return replace(document, source=replace(source, note=f"{source.note} {said}".strip()))
