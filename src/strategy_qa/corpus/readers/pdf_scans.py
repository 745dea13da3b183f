"""Tells the page of a PDF that is a picture of text from one that has text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

    from strategy_qa.corpus.readers.pdf_page import Line

_IMAGE = 3  # FPDF_PAGEOBJ_IMAGE
# A stamp ("Downloaded from …") is no text of its own; a logo or a map is no scan.
_STAMP = 100  # characters
_COVERED = 0.3, 0.6  # share of the page under pictures: without any text, and beside a stamp


def looks_scanned(page: PdfPage, lines: Sequence[Line]) -> bool:
    """Whether pictures cover a page that has next to no text. The caller holds `PDFIUM`."""
    if sum(len(line.text) for line in lines) > _STAMP:
        return False
    width, height = page.get_size()
    boxes = (picture.get_bounds() for picture in page.get_objects(filter=[_IMAGE]))
    covered = sum((right - left) * (top - bottom) for left, bottom, right, top in boxes)
    return bool(covered > _COVERED[bool(lines)] * width * height)
