"""Where the quotes of a pack stand: their passages and the pictures of their pages."""

from __future__ import annotations

import hashlib
from typing import Any

from strategy_qa.contract import CitationDict
from strategy_qa.pack.archive import PackWriter
from strategy_qa.pages import PdfFiles, PictureError, Pictures
from strategy_qa.pages.quotes import on_page
from strategy_qa.types import Document, Span

_AROUND = 4_000  # characters of the page kept before and after a quote: most pages are shorter


class Places:
    """Where quotes stand: their passages and pictures, each in the pack once."""

    def __init__(self, pack: PackWriter, documents: dict[str, Document], files: PdfFiles) -> None:
        self._pack, self._documents, self._files = pack, documents, files
        self.pictures = Pictures()
        self.quotes: list[dict[str, Any]] = []
        self._passages: dict[tuple[str, Span], str] = {}
        self.images: dict[tuple[str, int, Span], str] = {}

    def add(self, answer: int, cited: CitationDict) -> None:
        """Note where a citation stands."""
        document = self._documents[cited["document_id"]]
        span = Span(cited["start"], cited["end"])
        first, last = document.page_at(span.start), document.page_at(span.end - 1)
        around = Span(
            max(first.span.start, span.start - _AROUND), min(last.span.end, span.end + _AROUND)
        )
        self.quotes.append(
            {
                "answer": answer,
                "number": cited["number"],
                "document_id": document.id,
                "start": span.start,
                "end": span.end,
                "sha256": hash_of(cited["quote"]),
                "passage": self._passage(document, around),
                "passage_start": around.start,
                "images": [
                    image
                    for number in range(first.number, last.number + 1)
                    if (image := self._image(document, number, span))
                ],
            }
        )

    def _passage(self, document: Document, span: Span) -> str:
        key = document.id, span
        if key not in self._passages:
            self._passages[key] = name = f"passages/{len(self._passages) + 1:04}.txt"
            self._pack.put(name, span.of(document.text).encode())
        return self._passages[key]

    def _image(self, document: Document, page: int, span: Span) -> str:
        """The name of the picture, "" where the page cannot be drawn."""
        key = document.id, page, span
        path = self._files.path_of(document.sha256)
        if path and key not in self.images:
            text, which = on_page(document, page, span)
            try:
                png = self.pictures.page(
                    path, document.sha256, page, quote=text, which=which, whole=False
                )
            except PictureError:
                return ""
            name = f"images/{len(self.images) + 1:04}.png"
            self._pack.put(name, png)
            self.images[key] = name
        return self.images.get(key, "")


def hash_of(text: str) -> str:
    """The SHA-256 of a text as UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()
