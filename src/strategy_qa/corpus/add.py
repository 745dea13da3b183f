"""Adds one source to a corpus: an address, or a file with its entry."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from strategy_qa.corpus import CATALOGUE, DOCUMENTS
from strategy_qa.corpus.address import canonical, identity
from strategy_qa.corpus.discover import id_for, kind_of, title_of
from strategy_qa.corpus.edit import append_entries
from strategy_qa.corpus.isolation import IsolatedReader
from strategy_qa.corpus.sources import CatalogueEntry, read_catalogue, source_from
from strategy_qa.errors import CorpusError


def add_url(corpus: Path, url: str, fields: Mapping[str, object]) -> CatalogueEntry:
    """Add an address to the catalogue; `fields` as there. Nothing is asked for.

    Raises:
        CorpusError: it is no web address, or in the catalogue already; a field is wrong.
    """
    try:
        address = canonical(url if "://" in url else f"https://{url}")
        key = identity(address)
    except ValueError as error:
        raise CorpusError(url, str(error), remedy="Give an http or https address.") from error
    known = read_catalogue(corpus / CATALOGUE)
    for id_, entry in known.items():
        for other in filter(None, (entry.source.url, *entry.source.alternates)):
            if identity(other) == key:
                raise CorpusError(url, f"is in the catalogue already, as {id_}")
    title = str(fields.get("title") or title_of(address))
    own = {"id": id_for(title, known.keys()), "title": title, "kind": kind_of(address)}
    source = source_from({**own, **fields, "url": address}, subject=url)
    if not fields.get("language"):
        source = replace(source, language="")  # unknown before it is fetched
    entry = CatalogueEntry(source)
    corpus.mkdir(parents=True, exist_ok=True)
    append_entries(corpus / CATALOGUE, [entry])
    return entry


def add_file(corpus: Path, file: Path, fields: Mapping[str, object]) -> tuple[CatalogueEntry, Path]:
    """Copy a document into `documents/` under its id, and add its entry to the catalogue.

    Raises:
        ReadError: it cannot be read as a document.
        CorpusError: its id or its place is taken; a field is wrong.
    """
    with IsolatedReader() as reader:
        document = reader.read(file)  # one that cannot be read is not taken in
    known = read_catalogue(corpus / CATALOGUE)
    found = document.source
    title = str(fields.get("title") or found.title)
    own = {
        "id": id_for(title, known.keys()),
        "title": title,
        "publisher": found.publisher,
        "year": found.year,
        "language": found.language,
    }
    source = source_from({**own, **fields}, subject=str(file))
    target = corpus / DOCUMENTS / f"{source.id}{file.suffix.lower()}"
    if source.id in known or target.exists():
        raise CorpusError(target, "is there already", remedy="Give another --id.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".adding-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as copy, file.open("rb") as original:
                shutil.copyfileobj(original, copy)
                copy.flush()
                os.fsync(copy.fileno())
            os.chmod(name, 0o644)
            os.replace(name, target)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise CorpusError(target, f"cannot be written ({error.strerror})") from error
    entry = CatalogueEntry(source)
    append_entries(corpus / CATALOGUE, [entry])
    return entry, target
