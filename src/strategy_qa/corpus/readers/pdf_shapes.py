"""Finds the rules and filled boxes on a page of a PDF: what sets the cells of tables apart."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from strategy_qa.corpus.readers.pdf_page import THIN, Shape

if TYPE_CHECKING:
    from pypdfium2 import PdfPage
    from pypdfium2.raw import FS_RECTF

    Turn = Callable[[FS_RECTF], "Box"]

Box = tuple[float, float, float, float]  # left, right, bottom, top

_MAX_OBJECTS = 4_000  # looked at; a map has a hundred thousand lines
_SHORT = 4.0  # points; a dot, a tick
_JOINT = 1.5  # between two pieces of one rule


def page_shapes(page: PdfPage, turn: Turn) -> tuple[Shape, ...]:
    """The rules, their pieces put together, and the filled boxes. The caller holds `PDFIUM`."""
    boxes = list(_boxes(page, turn))
    level = (box for box in boxes if box[3] - box[2] <= THIN)
    upright = ((box[2], box[3], box[0], box[1]) for box in boxes if box[1] - box[0] <= THIN)
    shapes = [Shape(*box) for box in _joined(level)]
    shapes += [Shape(left, right, low, high) for low, high, left, right in _joined(upright)]
    shapes += [shape for box in boxes if (shape := Shape(*box)).filled]
    return tuple(shapes)


def _boxes(page: PdfPage, turn: Turn) -> Iterator[Box]:
    """The boxes of thin and of filled shapes, and the edges of drawn rectangles."""
    from pypdfium2 import raw

    ends = [ctypes.c_float() for _ in range(4)]  # left, bottom, right, top
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    for at in range(min(raw.FPDFPage_CountObjects(page), _MAX_OBJECTS)):
        shape = raw.FPDFPage_GetObject(page, at)
        if raw.FPDFPageObj_GetType(shape) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if not raw.FPDFPageObj_GetBounds(shape, *ends):
            continue
        low_x, low_y, high_x, high_y = (end.value for end in ends)
        box = turn(raw.FS_RECTF(left=low_x, bottom=low_y, right=high_x, top=high_y))
        left, right, bottom, top = box
        if right - left <= THIN or top - bottom <= THIN:
            yield box
            continue
        raw.FPDFPath_GetDrawMode(shape, fill, stroke)
        if raw.FPDFPath_CountSegments(shape) not in (4, 5):  # no rectangle
            continue
        if fill.value:
            yield box
        if stroke.value:
            yield from ((left, right, bottom, bottom), (left, right, top, top))
            yield from ((left, left, bottom, top), (right, right, bottom, top))


def _joined(pieces: Iterable[Box]) -> Iterator[Box]:
    """Pieces that lie on one line and touch, as one; a box is along it, then across it."""
    joined: list[Box] = []
    for piece in sorted(pieces, key=lambda box: (round(box[2] + box[3]), box[0])):
        last = joined[-1] if joined else None
        on_line = last and abs(piece[2] + piece[3] - last[2] - last[3]) < 2 * _JOINT
        if last and on_line and last[0] <= piece[0] <= last[1] + _JOINT:
            ends = max(last[1], piece[1]), min(last[2], piece[2]), max(last[3], piece[3])
            joined[-1] = (last[0], *ends)
        else:
            joined.append(piece)
    return (box for box in joined if box[1] - box[0] > max(_SHORT, box[3] - box[2]))
