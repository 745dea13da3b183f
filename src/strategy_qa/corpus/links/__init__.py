"""The links in a document: where each leads, and what in the document cites it.

It parses strangers' bytes, so it runs in the reading process only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link as it stands in a document; the same address may be linked many times."""

    url: str  # as it stands there, lines joined
    anchor: str = ""  # the text that is the link, "" for a bare address
    sentence: str = ""  # the one that cites it, "" where the link stands by itself
    section: str = ""  # the heading above it
    page: int = 0  # from 1; 0 in a document without pages


def find_links(path: Path) -> tuple[Link, ...]:
    """The links of a file in reading order."""
    return ()
