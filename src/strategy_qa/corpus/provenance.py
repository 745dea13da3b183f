"""What was fetched, when and from where: `corpus/fetched/fetched.jsonl`, one line an attempt.

Lines are only ever added. A line that a killed process left torn is passed over, and so is one
that does not fit: a path is made of a checked hash and a known suffix, never of a text in here.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from strategy_qa.errors import CorpusError, LinkState

FETCHED = "fetched"
LEDGER = "fetched.jsonl"
SUFFIXES = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/html": ".html",
    "text/plain": ".txt",
}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)?")
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One attempt to fetch a source. With a `sha256` it got, or found unchanged, those bytes."""

    source: str  # id
    asked: str  # the address in the catalogue: its `url`, or one of its alternates
    time: str  # UTC, ISO 8601
    state: LinkState  # alive, archived, or why nothing was got
    reason: str = ""  # in words, where nothing was got from the source's own address
    final: str = ""  # the address that answered
    redirects: tuple[tuple[int, str], ...] = ()
    status: int | None = None
    media_type: str = ""  # told from the bytes
    bytes: int = 0
    sha256: str = ""
    etag: str = ""
    last_modified: str = ""
    archived: str = ""  # day of the archive's snapshot
    landing: str = ""  # the page that pointed to the document

    @property
    def day(self) -> str:
        """The day of the attempt."""
        return self.time[:10]

    @property
    def file(self) -> str:
        """The name of the file that holds the bytes."""
        return self.sha256 + SUFFIXES[self.media_type]


@dataclass(frozen=True, slots=True)
class Provenance:
    """All attempts, oldest first."""

    folder: Path  # corpus/fetched
    records: tuple[Record, ...] = ()
    damaged: int = 0  # lines passed over

    def last(self, source: str) -> Record | None:
        """The last attempt to fetch a source."""
        return next((r for r in reversed(self.records) if r.source == source), None)

    def held(self, source: str) -> tuple[Record, ...]:
        """What is held of a source, newest first: for each content the attempt that brought it."""
        first: dict[str, Record] = {}
        for record in self.records:
            if record.source == source and record.sha256:
                before = first.pop(record.sha256, record)
                # The same bytes from the source itself count more than from the archive.
                better = record if before.archived and not record.archived else before
                first[record.sha256] = better
        return tuple(r for r in reversed(first.values()) if (self.folder / r.file).is_file())

    def failing_since(self, source: str) -> Record | None:
        """The first failure since a source was last got, None where there is none.

        That an address could not be reached at some moment says nothing of it, and is no failure.
        """
        found: Record | None = None
        for record in reversed(self.records):
            if record.source == source:
                if record.sha256:
                    break
                found = found if record.state is LinkState.UNREACHABLE else record
        return found


def read_provenance(corpus: Path) -> Provenance:
    """The attempts noted in a corpus; none where nothing was ever fetched.

    Raises:
        CorpusError: the file cannot be read.
    """
    folder = corpus / FETCHED
    try:
        lines = (folder / LEDGER).read_bytes().split(b"\n")
    except FileNotFoundError:
        return Provenance(folder)
    except OSError as error:
        raise CorpusError(folder / LEDGER, f"cannot be read ({error.strerror})") from error
    read = [_record(line) for line in lines if line.strip()]
    found = tuple(record for record in read if record is not None)
    return Provenance(folder, found, len(read) - len(found))


def append_record(corpus: Path, record: Record) -> None:
    """Add one line, on the disk when this returns. Raises OSError."""
    line = json.dumps(record_dict(record), ensure_ascii=False).encode("utf-8", "backslashreplace")
    path = corpus / FETCHED / LEDGER
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(handle).st_size
        torn = size and os.pread(handle, 1, size - 1) != b"\n"
        # One write, so that a kill tears at most this line.
        os.write(handle, (b"\n" if torn else b"") + line + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def _record(line: bytes) -> Record | None:
    try:
        fields = json.loads(line)
        redirects = tuple((int(status), _text(url)) for status, url in fields.pop("redirects"))
        state = LinkState(fields.pop("state"))
        numbers = {name: _number(fields.pop(name)) for name in ("status", "bytes")}
        texts: Mapping[str, Any] = {name: _text(value) for name, value in fields.items()}
        record = Record(**texts, **numbers, redirects=redirects, state=state)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    fits = (
        _TIME.fullmatch(record.time)
        and _DAY.fullmatch(record.archived)
        and (not record.sha256 or _SHA256.fullmatch(record.sha256))
        and (not record.sha256 or record.media_type in SUFFIXES)
    )
    return record if fits else None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is no text")
    return value


def _number(value: object) -> Any:
    if value is not None and type(value) is not int:
        raise ValueError("a number is no number")
    return value


def record_dict(record: Record) -> dict[str, Any]:
    """An attempt as a JSON object, as its line in the file."""
    return asdict(record)
