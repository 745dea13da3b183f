"""Adds entries to a catalogue and leaves every character that is there as it is."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from strategy_qa.corpus.sources import CatalogueEntry, read_catalogue
from strategy_qa.errors import CorpusError


def append_entries(path: Path, entries: Sequence[CatalogueEntry]) -> None:
    """Write entries behind those of a `sources.toml`, in one step or not at all.

    Raises:
        CorpusError: an id is taken, or the file cannot be read or written.
    """
    known = read_catalogue(path)
    for entry in entries:
        if entry.source.id in known:
            raise CorpusError(path, f"holds {entry.source.id} already", remedy="Give another --id.")
    path = path.resolve()  # a link stays a link
    try:
        before = path.read_bytes() if path.exists() else b""
        gap = b"" if not before else b"\n" if before.endswith(b"\n") else b"\n\n"
        after = before + gap + "\n".join(map(_toml, entries)).encode()
        handle, name = tempfile.mkstemp(prefix=".sources-", dir=path.parent)
        aside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            added = read_catalogue(aside)  # what would not be read again is not put there
            if len(added) != len(known) + len(entries):
                raise CorpusError(path, "cannot be added to", remedy="Add [[source]] by hand.")
            aside.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise CorpusError(path, f"cannot be written ({error.strerror})") from error


def _toml(entry: CatalogueEntry) -> str:
    source = entry.source
    fields = {
        "id": source.id,
        "title": source.title,
        "url": source.url,
        "alternates": list(source.alternates),
        "publisher": source.publisher,
        "year": source.year,
        "language": source.language,
        "kind": source.kind,
        "cited_for": source.cited_for,
        "section": entry.section,
        "page": entry.page,
    }
    # A JSON text, number or list of texts is one of TOML's, too, but for one control character.
    lines = [f"{name} = {_value(value)}" for name, value in fields.items() if value]
    return "\n".join(["[[source]]", *lines, ""])


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
