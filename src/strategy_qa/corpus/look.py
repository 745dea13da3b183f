"""Looks at what an address gave: of which type it is, and what a web page says of itself.

It parses strangers' bytes, so it runs in the reading process only; what it found is judged
elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from strategy_qa.corpus.address import checked, identity
from strategy_qa.corpus.provenance import SUFFIXES
from strategy_qa.corpus.readers.encoding import decode
from strategy_qa.corpus.readers.html import read_html
from strategy_qa.corpus.readers.sniff import media_type
from strategy_qa.errors import ReadError, UnsupportedFileError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_KNOWN = {".pdf": "application/pdf", ".html": "text/html", ".docx": "", ".txt": "text/plain"}
_KNOWN[".docx"] = next(kind for kind, suffix in SUFFIXES.items() if suffix == ".docx")
_FRAGMENT = re.compile(rb"<(?:head|body|title|meta|script|div|p|a|span|table|h[1-6])\b", re.I)
_FILE = re.compile(r"\.(?:pdf|docx)$", re.I)
_REFRESH = re.compile(r"\s*(\d{1,2})?[\d.]*\s*[;,]?\s*url\s*=\s*[\"']?([^\"'>]+)", re.I)
_MOST_LINKS = 5_000
_MOST_DOCUMENTS = 50
_CHARS = 300  # of a title or a heading


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The type of some bytes, and of a web page what tells whether it is the one asked for."""

    media_type: str
    title: str = ""
    headings: tuple[str, ...] = ()  # the first few
    opening: str = ""  # the first words of its main text
    words: int = 0  # of its main text
    documents: tuple[str, ...] = ()  # addresses of PDF and Word files it points to, each once
    named: str = ""  # the file that its metadata name as the document
    refresh: str = ""  # where it sends the reader on to


def look(data: bytes, *, url: str, declared: str) -> Look:
    """Look at the bytes that `url` gave; the server `declared` them to be of some type.

    Raises:
        UnsupportedFileError, EncryptedFileError: no reader can read them.
    """
    kind = _kind(data, declared)
    return _page(data, url) if kind == "text/html" else Look(media_type=kind)


def _kind(data: bytes, declared: str) -> str:
    try:
        return media_type(data, suffix="", suffixes=_KNOWN, subject="")
    except UnsupportedFileError as error:
        if "suffix" not in error.reason:
            raise
    # Bytes without a mark of their own: text, if they are any; markup, if they begin like it.
    text = decode(data, subject="")[0]
    if not text.strip():
        raise UnsupportedFileError("", "is empty")
    if sum(char.isprintable() or char.isspace() for char in text[:4096]) < 0.95 * len(text[:4096]):
        raise UnsupportedFileError("", "is of no type that can be read")
    if _FRAGMENT.search(data[:2048]) and ("html" in declared or text.lstrip().startswith("<")):
        return "text/html"
    return "text/plain"


def _page(data: bytes, url: str) -> Look:
    from lxml import etree, html

    text = decode(data, subject="")[0]
    try:
        root = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return Look(media_type="text/html")
    body = _main_text(data)
    heads = [_one_line(e.text_content()) for e in list(root.iter("h1", "h2"))[:4]]
    return Look(
        media_type="text/html",
        title=_one_line(root.findtext(".//title") or ""),
        headings=tuple(filter(None, heads)),
        opening=_one_line(body),
        words=len(body.split()),
        documents=_documents(root, url),
        named=_absolute(url, _meta(root, "name", "citation_pdf_url")),
        refresh=_refresh(root, url),
    )


def _main_text(data: bytes) -> str:
    try:
        sheets = read_html(data, subject="").sheets
    except ReadError:
        return ""
    return "\n".join(piece.text for sheet in sheets for piece in sheet.pieces)


def _documents(root: HtmlElement, url: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for target in _targets(root):
        address = _absolute(url, target)
        if address and _FILE.search(urlsplit(address).path):
            found.setdefault(identity(address), address)
    return tuple(found.values())[:_MOST_DOCUMENTS]


def _targets(root: HtmlElement) -> Iterator[str]:
    tags = {"a": "href", "iframe": "src", "embed": "src", "object": "data"}
    for count, element in enumerate(root.iter(*tags)):
        if count >= _MOST_LINKS:
            return
        yield element.get(tags[element.tag]) or ""


def _meta(root: HtmlElement, attribute: str, value: str) -> str:
    for element in root.iter("meta"):
        if (element.get(attribute) or "").lower() == value:
            return element.get("content") or ""
    return ""


def _refresh(root: HtmlElement, url: str) -> str:
    found = _REFRESH.match(_meta(root, "http-equiv", "refresh"))
    return _absolute(url, found[2]) if found and int(found[1] or 0) <= 10 else ""


def _absolute(url: str, target: str) -> str:
    """An address in a page as one that can be asked for; "" for none."""
    try:
        return checked(urljoin(url, target.strip())) if target.strip() else ""
    except ValueError:
        return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_CHARS]
