"""A link, and the sentence that cites it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from strategy_qa.text import normalise, sentence_spans

MOST_LINKS = 10_000  # of one document
MOST_CHARS = 1_000  # of an anchor, a sentence or a section

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.I)
_WORDS = 3  # fewer beside an address cite nothing
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link as it stands in a document; the same address may be linked many times."""

    url: str  # as it stands there, lines joined
    anchor: str = ""  # the text that is the link, "" for a bare address
    sentence: str = ""  # the one that cites it, "" where the link stands by itself
    section: str = ""  # the heading above it
    page: int = 0  # from 1; 0 in a document without pages


def link(url: str, *, anchor: str = "", around: str = "", section: str = "", page: int = 0) -> Link:
    """A link with the sentence of `around` that holds its anchor, or the address itself."""
    anchor = one_line(anchor)
    if _ADDRESS.fullmatch(anchor):
        anchor = ""
    return Link(
        url=url.strip()[:8_000],
        anchor=anchor,
        sentence=sentence_with(anchor or url, around),
        section=one_line(section),
        page=page,
    )


def sentence_with(anchor: str, text: str) -> str:
    """The sentence of `text` that holds an anchor, without addresses; "" where none says much."""
    text = one_line(text, most=50_000)
    at = text.find(one_line(anchor)[:60]) if anchor else -1
    if at < 0:
        return ""
    found = next((s.of(text) for s in sentence_spans(text) if s.start <= at < s.end), "")
    said = " ".join(_ADDRESS.sub(" ", found).split())[:MOST_CHARS]
    return said if len(_WORD.findall(said)) >= _WORDS else ""


def one_line(text: str, *, most: int = MOST_CHARS) -> str:
    """Text as one normalised line of bounded length."""
    return " ".join(normalise(text[: 4 * most]).split())[:most]
