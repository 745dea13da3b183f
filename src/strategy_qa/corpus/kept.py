"""What was made of each file when it was read before: a document, or how often it was tried.

Reading a long PDF takes minutes, so a build reads only files that changed. A file is known again
by its bytes and its name, and what was made of it counts only while the code that reads, and the
catalogue's entry for its source, are what they were. Where the machine may have been to blame
that a file could not be read, it is tried again, some times in all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from strategy_qa.corpus.files import printable
from strategy_qa.corpus.isolation import IsolatedReader
from strategy_qa.corpus.wire import (
    document_fields,
    document_from,
    error_fields,
    error_from,
    line_of,
    source_fields,
)
from strategy_qa.errors import ReadError
from strategy_qa.types import Document, Source

TRIES = 3
_AGAIN = "It is tried at three builds; `build --full` tries it at once."
_DIGEST = 64  # hexadecimal digits, and a line end


@dataclass(frozen=True, slots=True)
class Kept:
    """Where readings are kept, and what they depend on beside the catalogue."""

    folder: Path
    recipe: str  # hash of the code that reads
    hashes: Mapping[Path, str]  # SHA-256 of the files; one that is not among them is always read
    taken: bool = True  # whether those that are there count
    written: bool = True  # whether new ones are kept
    used: set[str] = field(default_factory=set)  # names of those that were asked for

    def prune(self) -> None:
        """Remove what was not asked for: of files that changed, or are gone."""
        for path in self.folder.glob("*"):
            if path.name not in self.used:
                path.unlink(missing_ok=True)


class KeptReader:
    """Reads a file, or takes what was made of it before."""

    def __init__(self, reader: IsolatedReader, catalogue: Mapping[str, Source], kept: Kept) -> None:
        self._reader = reader
        self._catalogue = catalogue
        self._kept = kept

    def read(self, path: Path, *, source: Source | None = None) -> Document:
        """As `IsolatedReader.read`; an error is `passing` while the file is to be tried again."""
        digest = self._kept.hashes.get(path)
        if not digest:
            return self._reader.read(path, source=source)
        key = self._key(path, digest, source)
        self._kept.used.add(key)
        before = self._load(key)
        try:
            if "document" in before and before["base"] == self._base(before["id"], source):
                return document_from(before["document"])
            tried = int(before.get("tried", 0))
            if tried >= TRIES:
                raise error_from(before["error"], subject=printable(path.name))
        except (ValueError, KeyError, TypeError, AttributeError):
            tried = 0
        return self._read(path, source, key=key, digest=digest, tried=tried)

    def _read(
        self, path: Path, source: Source | None, *, key: str, digest: str, tried: int
    ) -> Document:
        try:
            document = self._reader.read(path, source=source)
        except ReadError as error:
            if not error.passing:
                raise
            error.remedy = f"{error.remedy} {_AGAIN}".strip()
            error.passing = tried + 1 < TRIES
            self._save(key, {"error": error_fields(error), "tried": tried + 1})
            raise
        if document.sha256 == digest:
            base = self._base(document.id, source)
            made = document_fields(document)
            self._save(key, {"id": document.id, "base": base, "document": made})
        return document

    def _key(self, path: Path, digest: str, source: Source | None) -> str:
        given = json.dumps(source_fields(source)) if source else ""
        parts = json.dumps([self._kept.recipe, path.name, digest, given])
        return sha256(parts.encode("utf-8", "backslashreplace")).hexdigest()

    def _base(self, id_: str, source: Source | None) -> dict[str, Any] | None:
        """What was known of a document beside its file, as it comes back from JSON."""
        base = source or self._catalogue.get(id_)
        return json.loads(json.dumps(source_fields(base))) if base else None

    def _load(self, key: str) -> dict[str, Any]:
        if not self._kept.taken:
            return {}
        try:
            line = (self._kept.folder / key).read_bytes()
            told, body = line[:_DIGEST], line[_DIGEST + 1 :]
            whole = sha256(body).hexdigest().encode() == told
            found = json.loads(body) if whole else {}
        except (OSError, ValueError, RecursionError):
            return {}  # lost or altered, it costs a reading
        return found if isinstance(found, dict) else {}

    def _save(self, key: str, message: Mapping[str, object]) -> None:
        if not self._kept.written:
            return
        body = line_of(message)
        self._kept.folder.mkdir(exist_ok=True)
        aside = self._kept.folder / f"{key}.{os.getpid()}"
        aside.write_bytes(sha256(body).hexdigest().encode() + b"\n" + body)
        aside.replace(self._kept.folder / key)
