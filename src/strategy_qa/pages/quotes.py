"""Finds a quote among the characters of a page, as spans of their indices.

Letters and figures alone are compared: spaces, hyphens, bullets and line ends differ between what
a reader makes of a page and what the page holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from strategy_qa.types import Document, Span

_CELLS = re.compile(r"[;|\n]\s+")  # what a reader puts between the cells of a table
_LONGEST = 20_000  # characters of a quote that is looked for on a page
_NAMED = re.compile(r"^[^:]{1,80}:\s+")  # "Jobs: 47,047": the name stands in another row


def squash(chars: Sequence[str]) -> tuple[str, list[int]]:
    """The letters and figures of `chars`, folded, and the index each came from."""
    folded: list[str] = []
    places: list[int] = []
    for at, char in enumerate(chars):
        for one in unicodedata.normalize("NFKD", char).casefold():
            if one.isalnum():
                folded.append(one)
                places.append(at)
    return "".join(folded), places


def occurrence(text: str, span: Span, within: Span) -> int:
    """How many times the quote `span` stands in `within` before this one, squashed, from 0."""
    quote = squash(span.of(text))[0]
    before = squash(text[within.start : span.start])[0]
    return len(_all(quote, before)) if quote else 0


def on_page(document: Document, number: int, span: Span) -> tuple[str, int]:
    """What of a span stands on one page, and how many equal quotes stand on it before."""
    page = next((page for page in document.pages if page.number == number), None)
    if page is None:
        return "", 0
    here = Span(max(span.start, page.span.start), min(span.end, page.span.end))
    if here.end <= here.start or len(here) > _LONGEST:
        return "", 0
    return here.of(document.text), occurrence(document.text, here, page.span)


def find_quote(chars: Sequence[str], quote: str, *, which: int = 0) -> tuple[Span, ...]:
    """Where `quote` stands on a page; () where it does not.

    1. As one run, the `which`-th of equal ones, 2. else cell by cell, as a row of a table stands.
    """
    page, places = squash(chars)
    wanted = squash(quote)[0]
    if not wanted:
        return ()
    found = _all(wanted, page)  # 1
    if found:
        at = found[min(which, len(found) - 1)]
        return (_span(places, at, len(wanted)),)
    values = (_NAMED.sub("", cell) for cell in _CELLS.split(quote))  # 2
    cells = [cell for value in values if (cell := squash(value)[0])]
    where = {cell: _all(cell, page) for cell in cells}
    if len(cells) < 2 or not any(where.values()):
        return ()
    known = [cell for cell in dict.fromkeys(cells) if where[cell]]
    if sum(map(len, known)) < 0.5 * sum(map(len, cells)):
        return ()
    # The rarest cell says which row it is; of the others the nearest is meant.
    rarest = min(known, key=lambda cell: (len(where[cell]), -len(cell)))
    anchor = where[rarest][min(which, len(where[rarest]) - 1)]
    nearest = {cell: min(where[cell], key=lambda at: abs(at - anchor)) for cell in known}
    return tuple(sorted(_span(places, at, len(cell)) for cell, at in nearest.items()))


def _span(places: Sequence[int], at: int, length: int) -> Span:
    return Span(places[at], places[at + length - 1] + 1)


def _all(wanted: str, text: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(wanted), text)]
