"""The links in a document: where each leads, and what in the document cites it.

It parses strangers' bytes, so it runs in the reading process only.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from strategy_qa.corpus.files import printable
from strategy_qa.corpus.links.docx import docx_links
from strategy_qa.corpus.links.html import html_links
from strategy_qa.corpus.links.link import MOST_LINKS, Link
from strategy_qa.corpus.links.pdf import pdf_links
from strategy_qa.corpus.links.plain import plain_links
from strategy_qa.corpus.readers import SUFFIXES, load
from strategy_qa.corpus.readers.sniff import media_type

__all__ = ["Link", "find_links"]

_FINDERS: dict[str, Callable[..., list[Link]]] = {
    SUFFIXES[".pdf"]: pdf_links,
    SUFFIXES[".docx"]: docx_links,
    SUFFIXES[".html"]: html_links,
    SUFFIXES[".md"]: plain_links,
    SUFFIXES[".txt"]: plain_links,
}


def find_links(path: Path) -> tuple[Link, ...]:
    """The links of a file in reading order, the first `MOST_LINKS` of them.

    Raises:
        ReadError, UnsupportedFileError, EncryptedFileError: as `read_document`.
    """
    data = load(path)
    name = printable(path.name)
    kind = media_type(data, suffix=path.suffix, suffixes=SUFFIXES, subject=name)
    return tuple(_FINDERS[kind](data, subject=name)[:MOST_LINKS])
