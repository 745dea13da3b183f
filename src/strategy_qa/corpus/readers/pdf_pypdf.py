"""Asks pypdf what a PDF says of itself, and for its text where PDFium refuses the file."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from strategy_qa.corpus.files import printable
from strategy_qa.corpus.readers.pdf_forms import comment_count, form_values

if TYPE_CHECKING:
    from pypdf import PdfReader

_OFFICE = re.compile(
    r"^microsoft (?:word|powerpoint|excel) - |\.(?:docx?|pptx?|indd|qxd|pdf|rtf)$", re.I
)
_NAMELESS = re.compile(r"[\W\d_]*|untitled|sin título|document\d*|presentaci[óo]n ?\d*|title", re.I)
_DATE = re.compile(r"(?:D:)?((?:19|20)\d\d)(?:0[1-9]|1[0-2])")
_MAX_OUTLINE = 5_000
_MAX_LABEL = 24  # characters; "Annex B-12" is a page's number, a sentence is none


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """Labels of all pages ("" where the file defines none), outline as (title, level), metadata."""

    labels: tuple[str, ...]
    outline: tuple[tuple[str, int], ...]
    about: dict[str, object]
    filled: Mapping[int, Sequence[str]] = field(default_factory=dict)  # fields of its form by page
    warnings: tuple[str, ...] = ()


def pdf_facts(data: bytes, *, pages: int, whole: bool = True) -> PdfFacts:
    """What the file says of itself; a part that cannot be read is a warning.

    Comments are asked for only where the pages are `whole`, that is, none of them is damaged.
    """
    parts: dict[str, Any] = {}
    warnings: list[str] = []
    errors = pypdf_errors()
    try:
        reader = open_pdf(data)
    except errors:
        reader = None
        warnings.append("its metadata and page labels cannot be read")
    asked = (
        ("page labels", _labels), ("outline", _outline), ("metadata", _about),
        ("attachments", _extras),
        ("form", lambda reader: form_values(reader, pages=pages)),
        ("comments", lambda reader: whole and comment_count(reader, pages=pages)),
    )  # fmt: skip
    for name, ask in asked:
        try:
            parts[name] = ask(reader) if reader else None
        except errors:
            warnings.append(f"its {name} cannot be read")
    labels = parts.get("page labels") or ()
    if any(len(label) > _MAX_LABEL for label in labels):
        labels = ()
        warnings.append("its page labels cannot be read")
    labels = tuple(labels[at] if at < len(labels) else "" for at in range(pages))
    warnings += parts.get("attachments") or ()
    filled = parts.get("form") or {}
    if filled:
        warnings.append("a form: what is filled in stands at the end of each page's text")
    if count := parts.get("comments"):
        warnings.append(f"comments on its pages are not read: {count}")
    outline = tuple(parts.get("outline") or ())
    return PdfFacts(labels, outline, parts.get("metadata") or {}, filled, tuple(warnings))


def pdf_plain_pages(data: bytes, *, limit: int) -> list[str] | None:
    """The text of each page as pypdf reads it; None where pypdf refuses the file too."""
    try:
        return [page.extract_text() for page in itertools.islice(open_pdf(data).pages, limit)]
    except pypdf_errors():
        return None


def pypdf_errors() -> tuple[type[Exception], ...]:
    """What pypdf raises on damaged files: its own errors, and those of the types it trusted."""
    from pypdf.errors import PyPdfError

    return (
        PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError,
        NotImplementedError, OverflowError, AssertionError, EOFError, OSError,
    )  # fmt: skip


def open_pdf(data: bytes) -> PdfReader:
    """The file as pypdf sees it, opened with an empty password. Raises `pypdf_errors`."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        reader.decrypt("")
    return reader


def _labels(reader: PdfReader) -> list[str]:
    return list(reader.page_labels) if "/PageLabels" in reader.root_object else []


def _extras(reader: PdfReader) -> list[str]:
    """What else the file carries, which is no page and is not read."""
    found: list[str] = []
    root = reader.root_object
    if "/EmbeddedFiles" in root.get("/Names", {}) or "/Collection" in root:
        files = list(itertools.islice(reader.attachments, 10))
        names = ", ".join(printable(name)[:80] for name in files)
        found.append(f"attached files are not read: {names or 'without names'}")
    if "/XFA" in root.get("/AcroForm", {}):
        found.append("a form of the XFA kind: what it shows on screen is not read")
    return found


def _outline(reader: PdfReader) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []

    def walk(entries: list[Any], level: int) -> None:
        for entry in entries[:_MAX_OUTLINE]:
            if isinstance(entry, list):
                walk(entry, level + 1)
            elif entry.title and len(found) < _MAX_OUTLINE:
                found.append((str(entry.title), min(level, 6)))

    walk(reader.outline, 1)
    return found


def _about(reader: PdfReader) -> dict[str, object]:
    metadata = reader.metadata
    title = _OFFICE.sub("", str(metadata.title or "").strip()) if metadata else ""
    # pypdf reads no date with a stray apostrophe, which LibreOffice writes.
    created = _DATE.match(str(metadata.get("/CreationDate", ""))) if metadata else None
    language = str(reader.root_object.get("/Lang", ""))[:2].lower()
    about = {
        # The title that a program filled in is a file's name; the page says it better.
        "title": "" if _NAMELESS.fullmatch(title) or _OFFICE.search(title) else title,
        "year": int(created[1]) if created else None,
        "language": language if re.fullmatch("[a-z]{2}", language) else None,
    }
    return {key: value for key, value in about.items() if value}
