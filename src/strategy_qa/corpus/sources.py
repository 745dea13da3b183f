"""Reads the catalogue: what is known of each source, apart from any file of it.

`source_from` is the one place where fields, whether of `sources.toml` or of a document's front
matter, become a `Source`. Either may come from a stranger, so every value is checked.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from strategy_qa.errors import CorpusError
from strategy_qa.text import normalise
from strategy_qa.types import Edition, Source

KINDS = ("report", "page", "news", "portal", "data")
_Readers = Mapping[str, Callable[[Any], object]]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A source, where the brief cites it, and what its digest was written from."""

    source: Source
    section: str = ""  # of the brief
    page: int | None = None  # of the brief, from 1
    verified: str = "no"  # how far the digest could be checked: yes, partial, no
    read_from: tuple[str, ...] = ()  # addresses the digest was written from


def read_catalogue(path: Path) -> dict[str, CatalogueEntry]:
    """The entries of a `sources.toml` by id, in its order; empty where there is no such file.

    Raises:
        CorpusError: the file cannot be read, or an entry is wrong; it names entry and key.
    """
    entries: dict[str, CatalogueEntry] = {}
    for number, table in enumerate(_read(path).get("source", ()), start=1):
        subject = f"{path}, source {number} ({_shown(table.get('id', 'no id'))})"
        entry = _entry(table, subject=subject)
        if entry.source.id in entries:
            raise CorpusError(subject, "`id` is taken already", remedy="Choose another `id`.")
        entries[entry.source.id] = entry
    return entries


def source_from(
    fields: Mapping[str, object], *, subject: str, base: Source | None = None
) -> Source:
    """Check fields and make a `Source` of them; `base` supplies what is left out or left empty.

    Raises:
        CorpusError: a key is unknown, a value has the wrong form, or id or title is missing.
    """
    checked = _checked(fields, _SOURCE_FIELDS, subject=subject)
    if base is None and not {"id", "title"} <= checked.keys():
        raise CorpusError(subject, "has no `id` or no `title`", remedy="Give it both.")
    return replace(base or Source(id="", title=""), **checked)


def _entry(table: Mapping[str, object], *, subject: str) -> CatalogueEntry:
    fields = dict(table)
    own = _checked({k: fields.pop(k, None) for k in _ENTRY_FIELDS}, _ENTRY_FIELDS, subject=subject)
    digest = _checked(own.pop("digest", {}), _DIGEST_FIELDS, subject=f"{subject}, digest")
    source = source_from(fields, subject=subject)
    if not fields.get("language"):
        source = replace(source, language="")  # its text will tell
    return CatalogueEntry(source, **own, **digest)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CorpusError(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise CorpusError(path, f"is not TOML in UTF-8: {error}", remedy="Correct it.") from error
    return _checked(content, _FILE_FIELDS, subject=str(path))


def _checked(fields: Mapping[str, object], readers: _Readers, *, subject: str) -> dict[str, Any]:
    """The fields that are not empty, each through its reader, whose ValueError says what fits."""
    values: dict[str, Any] = {}
    for key, value in fields.items():
        if key not in readers:
            known = f"Known keys: {', '.join(readers)}."
            raise CorpusError(subject, f"unknown key {_shown(key)}", remedy=known)
        try:
            if value not in (None, ""):
                values[key] = readers[key](value)
        except ValueError as error:
            raise CorpusError(subject, f"`{key}` is not {error}", remedy="Correct it.") from error
    return values


def _shown(name: object) -> str:
    return ascii(name)[:80] if isinstance(name, str) else f"a {type(name).__name__}"


def _match(pattern: str, expected: str, value: object) -> str:
    if isinstance(value, str) and re.fullmatch(pattern, value):
        return value
    raise ValueError(expected)


def _text(value: object) -> str:
    # A field is one visible line of bounded length: it is shown beside every citation.
    text = " ".join(normalise(value).split()) if isinstance(value, str) else ""
    return _match(".{1,4000}", "text of 1 to 4,000 characters, in quotation marks", text)


def _table(value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise ValueError("a table")


def _list(item: Callable[[object], object], value: object) -> tuple[object, ...]:
    if isinstance(value, list):
        return tuple(item(element) for element in value)
    raise ValueError("a list")


_address = partial(
    _match,
    r"(?=.{1,2000}\Z)https?://[\w-]+(\.[\w-]+)*(:\d{1,5})?([/?#][\w!#$%&'()*+,./:;=?@~\[\]-]*)?",
    "an address that begins with http:// or https://",
)
_SOURCE_FIELDS: _Readers = {
    "id": partial(_match, r"(?=.{1,100}\Z)[a-z0-9]+(-[a-z0-9]+)*", "a lower-case slug"),
    "title": _text,
    "url": _address,
    "alternates": partial(_list, _address),
    "publisher": _text,
    "year": lambda value: int(_match("[12][0-9]{3}", "a year from 1000 to 2999", f"{value}")),
    "language": partial(_match, "[a-z]{2}", "a code of two letters, such as es"),
    "kind": partial(_match, "|".join(KINDS), f"one of {', '.join(KINDS)}"),
    "edition": lambda value: Edition(_match("|".join(Edition), ", ".join(Edition), value)),
    "cited_for": _text,
    "note": _text,
}
_VERIFIED = partial(_match, "yes|partial|no", "yes, partial or no")
_DIGEST_FIELDS: _Readers = {"verified": _VERIFIED, "read_from": partial(_list, _address)}
_ENTRY_FIELDS: _Readers = {
    "section": _text,
    "page": lambda value: int(_match("[1-9][0-9]{0,4}", "a page from 1", f"{value}")),
    "digest": _table,
}
_FILE_FIELDS: _Readers = {"source": partial(_list, _table)}
