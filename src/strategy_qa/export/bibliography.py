"""A numbered bibliography over any number of answers: one entry for each place that is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from strategy_qa.export.pieces import Asked
from strategy_qa.render import edition_text
from strategy_qa.strings import Strings, strings
from strategy_qa.types import Citation, Source

_Place = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a document that answers quote."""

    number: int  # from 1, in order of first mention
    source: Source
    document_id: str
    text: str  # the reference in words, see `apa`


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The entries, and which of them a citation is."""

    entries: tuple[Entry, ...]
    numbers: dict[_Place, int]

    def number_of(self, citation: Citation) -> int:
        """The number of the entry a citation belongs to; KeyError for one of other answers."""
        return self.numbers[_place(citation)]


def bibliography(answers: Iterable[Asked], *, language: str = "en") -> Bibliography:
    """Number the places that answers quote; equal places of several answers share an entry.

    Args:
        answers: in the order in which they will be read.
        language: of the references ("en", "es").
    """
    numbers: dict[_Place, int] = {}
    entries: list[Entry] = []
    for answer in answers:
        day = indexed_on(answer.index_build)
        for citation in answer.citations:
            if _place(citation) in numbers:
                continue
            number = numbers[_place(citation)] = len(entries) + 1
            text = apa(
                citation.source,
                language=language,
                place=place_text(citation, strings(language)),
                indexed=day,
            )
            entries.append(Entry(number, citation.source, citation.document_id, text))
    return Bibliography(tuple(entries), numbers)


def apa(
    source: Source, *, language: str = "en", place: str = "", indexed: date | None = None
) -> str:
    """A reference as plain text: author (year). Title, place [edition]. Address. Date.

    The order is that of the APA manual (7th edition); the edition stands in brackets, where APA
    puts the description of a work, and says when a text is not the original.

    Args:
        source: what is referred to.
        language: of the reference ("en", "es"); title and publisher stay as they are.
        place: page and section, if the reference is to one place.
        indexed: when the text was read.
    """
    w = strings(language)
    year = w.cite_no_year if source.year is None else str(source.year)
    title = f"{source.title}, {place}" if place else source.title
    described = f"{title} [{edition_text(source, w)}]"
    # Without an author the title moves to the front.
    head = f"{source.publisher} ({year}). {described}." if source.publisher else ""
    tail = [source.url] if source.url else []
    if indexed and not source.retrieved:  # else the edition says the day
        tail.append(w.cite_indexed.format(date=indexed.isoformat()))
    return " ".join([head or f"{described} ({year}).", *tail])


def place_text(citation: Citation, w: Strings) -> str:
    """Page and section in words: "p. iv (PDF p. 6), section “Forecast”"; "" for neither."""
    section = w.cite_section.format(section=citation.section) if citation.section else ""
    return ", ".join(part for part in (page_text(citation, w), section) if part)


def page_text(citation: Citation, w: Strings) -> str:
    """The page in words: printed and physical where they differ, "" for a text without pages."""
    read = w.cite_by_ocr if citation.ocr else ""
    if citation.page_label and citation.page_label != str(citation.page):
        return w.cite_page_printed.format(label=citation.page_label, page=citation.page) + read
    if citation.page_label or citation.page > 1 or citation.ocr:
        return w.cite_page.format(page=citation.page) + read
    return ""


def indexed_on(build: str) -> date | None:
    """The day an index was built, from the build's id; None for an id that does not tell."""
    found = re.match(r"(\d{4})(\d{2})(\d{2})T", build)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _place(citation: Citation) -> _Place:
    return citation.document_id, citation.page, citation.section, str(citation.source.edition)
