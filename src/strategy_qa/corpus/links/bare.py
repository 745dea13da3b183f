"""Finds web addresses that stand in running text, also those that go on in the next line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_START = re.compile(r"(?<![\w@/.-])(?:https?://|www\.(?=[\w-]+\.))", re.I)
_TOKEN = re.compile(r"[^\s<>\"“”«»‹›|\\^`{}]+")
_NEXT_LINE = re.compile(r"[ \t]*\n[ \t]{0,3}(?=\S)")
_MARKER = re.compile(r"(?:\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]|[-–—•*▪◦]+)$")
_MOST_LINES = 6
# What an address cannot end with, so that the next line must go on with it.
_OPEN = re.compile(r"[-_=&?%#~+:]$")
# What is an address rather than a word of prose: a mark inside, a figure, the end of a file.
_MARKED = re.compile(r"[/_=%?&#]|[^\W_]-[^\W_]|\d|\.(?:html?|pdf|php|aspx?|ashx|docx?)$", re.I)
_PART = re.compile(r"/|\.(?:html?|pdf|php|aspx?|ashx|docx?)$|-[^-]*-", re.I)
_LONG = 60  # characters of a line that may have been broken at its end
_FILE_END = re.compile(r"[^\W_]*(?:-[^\W_]+)+\.(?:html?|pdf|php|aspx?|ashx|docx?)$", re.I)
_CLOSING = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class Found:
    """An address and where it stands, the end exclusive."""

    url: str
    start: int
    end: int


def addresses_in(text: str) -> Iterator[Found]:
    """Every address in a text, in order; "www.…" becomes "https://www.…"."""
    at = 0
    while start := _START.search(text, at):
        token = _TOKEN.match(text, start.start())
        assert token is not None
        url, at = token[0], token.end()
        bracketed = text[start.start() - 1 : start.start()] == "<"
        for _ in range(_MOST_LINES):
            further = _continued(text, url, at, bracketed=bracketed)
            if further is None:
                break
            url, at = url + further[0], further[1]
        url = _trimmed(url)
        if len(url) > start.end() - start.start():
            scheme = "" if url[:4].lower() == "http" else "https://"
            yield Found(scheme + url, start.start(), at)


def _continued(text: str, url: str, at: int, *, bracketed: bool) -> tuple[str, int] | None:
    """What the next line adds to an address that ends its line at `at`, and where that ends."""
    gap = _NEXT_LINE.match(text, at)
    token = _TOKEN.match(text, gap.end()) if gap else None
    if token is None or _START.match(token[0]) or _MARKER.fullmatch(token[0]):
        return None
    if bracketed:
        closes = text[token.end() : token.end() + 1] == ">"
        return (token[0], token.end()) if closes or _MARKED.search(token[0]) else None
    word = token[0].rstrip(".,;:)")
    line = at - (text.rfind("\n", 0, at) + 1)
    if (
        _OPEN.search(url)
        or word[:1] in "/?&=#%"
        or (url.endswith("/") and _MARKED.search(word))
        or (url.endswith(".") and word[:1].islower() and _MARKED.search(word))
        or (line >= _LONG and url[-1:].isalnum() and word[:1].isalnum() and _PART.search(word))
        # A line that holds nothing else, and the next one ends the name of a file: a narrow column.
        or (text[at - line : at].strip() in url and "/" in url[8:] and _FILE_END.fullmatch(word))
    ):
        return token[0], token.end()
    return None


def _trimmed(url: str) -> str:
    """An address without the punctuation of the sentence around it."""
    while url:
        last = url[-1]
        if last in _CLOSING:
            if url.count(last) <= url.count(_CLOSING[last]):
                break
        elif last not in ".,;:!?'’\"*_…":
            break
        url = url[:-1]
    return url
