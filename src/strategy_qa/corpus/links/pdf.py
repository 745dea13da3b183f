"""The links of a PDF: its link annotations with the text under them, and bare addresses."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from strategy_qa.corpus.address import identity
from strategy_qa.corpus.links.bare import addresses_in
from strategy_qa.corpus.links.link import MOST_LINKS, Link, link, one_line, sentence_with
from strategy_qa.corpus.readers.assemble import assemble
from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdf import read_pdf
from strategy_qa.corpus.readers.pdf_pypdf import open_pdf, pypdf_errors
from strategy_qa.corpus.readers.pdfium import PDFIUM, read_pages
from strategy_qa.errors import EncryptedFileError, ReadError
from strategy_qa.types import Block, BlockKind

_Box = tuple[float, float, float, float]


def pdf_links(data: bytes, *, subject: str) -> list[Link]:
    """The links page by page. Raises ReadError, EncryptedFileError."""
    paragraphs = _Paragraphs(data, subject)
    annotated: dict[int, list[tuple[str, str]]] = {}
    for page, uri, anchor in _annotations(data):
        annotated.setdefault(page, []).append((uri, anchor))
    found: list[Link] = []
    for number, text in enumerate(_page_texts(data), 1):
        linked = annotated.get(number, [])
        links = [paragraphs.placed(uri, anchor, number) for uri, anchor in _runs(linked)]
        known = [_key(uri) for uri, _ in linked]
        for bare in addresses_in(text):
            # A bare address is a part of the annotation over it, or all of it.
            if not any(key.startswith(_key(bare.url)) for key in known):
                links.append(paragraphs.placed(bare.url, "", number))
        found += links
        if len(found) >= MOST_LINKS:
            break
    return found


class _Paragraphs:
    """The document as it is read, to look up what stands around a link."""

    def __init__(self, data: bytes, subject: str) -> None:
        self.text, self.blocks = "", tuple[Block, ...]()
        try:
            sheets = read_pdf(data, subject=subject, ocr=None).sheets
            self.text, _, self.blocks = assemble(sheets)
        except EncryptedFileError:
            raise
        except ReadError:
            pass  # pages without text may have links all the same

    def placed(self, url: str, anchor: str, page: int) -> Link:
        """A link with its sentence and its section."""
        wanted = one_line(anchor) or url
        # A bare address may go over line ends, which are spaces in a paragraph.
        broken = re.compile(r"\s?".join(map(re.escape, re.sub("^https?://", "", url))))
        section = ""
        for block in self.blocks:
            if block.page > page:
                break
            text = block.span.of(self.text)
            if block.page == page and not anchor:
                text = broken.sub(lambda _: url, text, count=1)
            if block.kind is BlockKind.HEADING:
                section = text
            if block.page == page and (said := sentence_with(wanted[:40], text)):
                found = link(url, anchor=anchor, section=section, page=page)
                return replace(found, sentence=said)
        return link(url, anchor=anchor, section=section, page=page)


def _annotations(data: bytes) -> Iterator[tuple[int, str, str]]:
    """Page, address and text of every link annotation; one that is damaged is left out."""
    import pypdfium2

    errors = pypdf_errors()
    try:
        pages = open_pdf(data).pages
        count = len(pages)
        with PDFIUM:
            document = pypdfium2.PdfDocument(data)
    except (*errors, pypdfium2.PdfiumError):
        return
    with contextlib.closing(document):
        for at in range(count):
            found: list[tuple[str, _Box]] = []
            with contextlib.suppress(*errors):
                for reference in pages[at].get("/Annots") or ():
                    with contextlib.suppress(*errors):
                        found += _uri(reference.get_object())
            if found:
                texts = _under(document, at, [box for _, box in found])
                for (uri, _), text in zip(found, texts, strict=True):
                    yield at + 1, uri, text


def _uri(annotation: Any) -> Iterator[tuple[str, _Box]]:
    action = annotation.get("/A")
    action = action.get_object() if action is not None else {}
    if annotation.get("/Subtype") == "/Link" and action.get("/URI"):
        uri = action["/URI"].get_object()
        text = uri.decode("utf-8", "replace") if isinstance(uri, bytes) else str(uri)
        x0, y0, x1, y1 = (float(number) for number in annotation["/Rect"])
        yield text, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _under(document: Any, at: int, boxes: list[_Box]) -> list[str]:
    """The text inside boxes of a page."""
    import pypdfium2

    with PDFIUM:
        try:
            with contextlib.closing(document[at]) as page:
                text = page.get_textpage()
                return [text.get_text_bounded(*box).replace(BREAK, "") for box in boxes]
        except pypdfium2.PdfiumError:
            return [""] * len(boxes)


def _runs(linked: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """A link that goes over a line end has two annotations: they are put together."""
    for uri, parts in groupby(linked, key=lambda pair: pair[0]):
        yield uri, " ".join(text for _, text in parts)


def _page_texts(data: bytes) -> Iterator[str]:
    import pypdfium2

    try:
        pages = read_pages(data)
    except pypdfium2.PdfiumError:
        return
    for page in pages:
        yield "\n".join(line.text.replace(BREAK, "-") for line in page.lines)


def _key(url: str) -> str:
    try:
        return identity(url)
    except ValueError:
        return url
