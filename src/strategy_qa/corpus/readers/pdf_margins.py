"""Finds running headers, footers and page numbers: lines that come back on page after page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from strategy_qa.corpus.readers.pdf_page import Line

_MIN_PAGES = 5  # below, a repetitive text of three pages lost its body
_DEPTH = 3  # lines looked at from the top and from the bottom of a page
_SHARE = 0.4  # of the pages; found the headers of four annual reports, 99 to 503 pages
_SHORT = 24  # characters: "A - 3", "Page 12 of 99"
_DIGITS = re.compile(r"\d+")


def marginal_lines(pages: Sequence[Sequence[Line]], labels: Sequence[str]) -> list[set[int]]:
    """For each page the indices of its lines that are no part of the running text."""
    edges = [(_outer(lines, top=True), _outer(lines, top=False)) for lines in pages]
    found = _bare_numbers(pages, labels, edges)
    if len(pages) < _MIN_PAGES:
        return found
    for side in (0, 1):
        keys = [
            {i: _key(pages[at][i].text, at + 1, labels[at]) for i in edge[side]}
            for at, edge in enumerate(edges)
        ]
        often = Counter(key for page in keys for key in set(page.values()))
        needed = max(3, _SHARE * sum(map(bool, keys)))
        for at, page in enumerate(keys):
            found[at] |= {i for i, key in page.items() if often[key] >= needed}
        # A running header with the chapter's name changes; the page's number in it does not.
        numbered = [
            [i for i in edge[side][:1] if _carries(pages[at][i].text, at + 1, labels[at])]
            for at, edge in enumerate(edges)
        ]
        if sum(map(bool, numbered)) >= needed:
            for at, indices in enumerate(numbered):
                found[at] |= set(indices)
    return found


def _bare_numbers(
    pages: Sequence[Sequence[Line]], labels: Sequence[str], edges: Sequence[tuple[list[int], ...]]
) -> list[set[int]]:
    """The outermost lines that are nothing but the page's number, where two pages have one."""
    found = [
        {i for side in edge for i in side[:1] if _is_number(pages[at][i].text, at + 1, labels[at])}
        for at, edge in enumerate(edges)
    ]
    return found if sum(map(bool, found)) > 1 else [set() for _ in pages]


def _outer(lines: Sequence[Line], *, top: bool) -> list[int]:
    """The outermost lines, the very first or last one first; long ones are text."""
    order = sorted(range(len(lines)), key=lambda i: lines[i].bottom, reverse=top)
    return [i for i in order[:_DEPTH] if len(lines[i].text) <= 150]


def _key(text: str, number: int, label: str) -> str:
    """The line without the page's number; in a short one any figure may be that number.

    Long lines keep their figures: pages that open with like sentences about unlike years stay.
    """
    if len(text) <= _SHORT:
        return _DIGITS.sub("#", text.casefold())
    own = {str(number), label.casefold()}
    return " ".join("#" if word in own else word for word in text.casefold().split())


def _is_number(text: str, number: int, label: str) -> bool:
    return text.strip(" -–—|.").casefold() in {str(number), label.casefold() or "-"}


def _carries(text: str, number: int, label: str) -> bool:
    """Whether the page's own number or label opens or closes the line."""
    words = text.casefold().split()
    return bool(words) and bool({words[0], words[-1]} & {str(number), label.casefold() or "-"})
