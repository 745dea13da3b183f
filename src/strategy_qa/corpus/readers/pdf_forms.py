"""Reads what is filled into the form of a PDF, and counts the comments on its pages."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader

_MAX_FIELDS = 2_000  # annotations looked at
_MAX_CHARS = 2_000
_MAX_DEPTH = 8  # of fields in fields
_COMMENTS = {"/Text", "/FreeText", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Caret"}


def form_values(reader: PdfReader, *, pages: int) -> dict[int, list[str]]:
    """For each page, from 1, its filled fields as "name: value", in the file's order."""
    found: dict[int, list[str]] = defaultdict(list)
    if "/AcroForm" not in reader.root_object:
        return {}
    for number, field in _annotations(reader, pages):
        if field.get("/Subtype") == "/Widget":
            name, value = _inherited(field, "/TU") or _inherited(field, "/T"), _value(field)
            line = f"{' '.join(name.split())[:200]}: {value}" if name else value
            # A field may have several boxes on a page.
            if value and line not in found[number]:
                found[number].append(line)
    return dict(found)


def comment_count(reader: PdfReader, *, pages: int) -> int:
    """How many comments stand on the pages. They are not the document's own words."""
    return sum(
        annotation.get("/Subtype") in _COMMENTS and bool(str(annotation.get("/Contents", "")))
        for _number, annotation in _annotations(reader, pages)
    )


def _annotations(reader: PdfReader, pages: int) -> Iterator[tuple[int, Any]]:
    every = (
        (number, annotation.get_object())
        for number, page in enumerate(itertools.islice(reader.pages, pages), 1)
        for annotation in page.get("/Annots") or ()
    )
    for number, annotation in itertools.islice(every, _MAX_FIELDS):
        if isinstance(annotation, dict):
            yield number, annotation


def _value(field: Any) -> str:
    """What was written or chosen; "" for a button that is off, for a password and a signature."""
    kind, value = _inherited(field, "/FT"), _inherited(field, "/V")
    hidden = 8192 & int(_inherited(field, "/Ff") or 0)  # the bit of a password
    if kind not in ("/Tx", "/Ch", "/Btn") or hidden or (kind == "/Btn" and value in ("", "/Off")):
        return ""
    return value.lstrip("/" if kind == "/Btn" else "")[:_MAX_CHARS]


def _inherited(field: Any, key: str) -> str:
    """A property of a field, or of the field it is a part of."""
    for _ in range(_MAX_DEPTH):
        if key in field:
            value = field[key]
            return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
        if "/Parent" not in field:
            break
        field = field["/Parent"]
    return ""
