"""The documents that answers quote, as BibTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from strategy_qa.export.bibliography import indexed_on, page_text
from strategy_qa.export.pieces import Asked
from strategy_qa.render import edition_text
from strategy_qa.strings import strings
from strategy_qa.types import Citation, Source

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "$&#_%"},
    }
)
# In a field that BibTeX hands to \url nothing may be escaped; what would end the field is encoded.
_URL = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", '"': "%22"})
_TYPES = {"report": "techreport"}
_LANGUAGES = {
    "ca": "catalan", "de": "german", "en": "english", "es": "spanish", "fr": "french",
    "gl": "galician", "it": "italian", "nl": "dutch", "pt": "portuguese",
}  # fmt: skip


def to_bibtex(answers: Iterable[Asked], *, language: str = "en") -> str:
    """One entry for each document quoted, by first mention; "" where nothing is.

    The key is the document's id. The note says the edition and the pages quoted, in `language`.
    """
    cited: dict[str, list[Citation]] = {}
    builds: dict[str, str] = {}
    for answer in answers:
        for citation in answer.citations:
            cited.setdefault(citation.document_id, []).append(citation)
            builds.setdefault(citation.document_id, answer.index_build)
    keys: set[str] = set()
    entries = []
    for id_, citations in cited.items():
        entries.append(_entry(_key(id_, keys), citations, builds[id_], language))
    return "\n".join(entries)


def _entry(key: str, citations: list[Citation], build: str, language: str) -> str:
    source, w = citations[0].source, strings(language)
    day = indexed_on(build)
    pages = dict.fromkeys(text for c in citations if (text := page_text(c, w)))
    # The day of retrieval is part of the edition, where it is known.
    unknown = day and not source.retrieved
    read = w.cite_indexed.format(date=day.isoformat()).rstrip(".") if day and unknown else ""
    note = "; ".join(part for part in (edition_text(source, w), *pages, read) if part)
    fields = {
        # Braces keep the capitals of the title and make the publisher one name.
        "author": f"{{{_escape(source.publisher)}}}" if source.publisher else "",
        "title": f"{{{_escape(source.title)}}}",
        "institution": _escape(source.publisher) if _type(source) == "techreport" else "",
        "year": "" if source.year is None else str(source.year),
        "url": _flat(source.url).translate(_URL),
        "urldate": (source.retrieved or (day.isoformat() if day else "")) if source.url else "",
        "langid": _LANGUAGES.get(source.language, ""),
        "note": _escape(note),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{_type(source)}{{{key},", *lines, "}", ""])


def _type(source: Source) -> str:
    # A technical report without an institution is an error to BibTeX styles.
    return _TYPES.get(source.kind, "misc") if source.publisher else "misc"


def _key(document_id: str, taken: set[str]) -> str:
    bare = unicodedata.normalize("NFKD", document_id).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9-]+", "-", bare).strip("-") or "document"
    key, number = stem, 2
    while key.casefold() in taken:
        key, number = f"{stem}-{number}", number + 1
    taken.add(key.casefold())
    return key


def _escape(text: str) -> str:
    return _flat(text).translate(_ESCAPES)


def _flat(text: str) -> str:
    """One line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
