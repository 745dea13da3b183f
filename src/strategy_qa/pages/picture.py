"""Draws one page of a PDF with a quote marked on it; to be run where it may crash.

Boxes are left, top, right, bottom in shares of the page as it is shown: 0 to 1 from its upper left
corner, turned and cropped as a viewer turns and crops it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from strategy_qa.pages.quotes import find_quote

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

Box = tuple[float, float, float, float]

WIDTH = 1_100  # pixels
_PIXELS = 8_000_000  # of the whole page: a poster is drawn smaller
_MARK = (207, 232, 227)  # the colour a quote has in the evidence pane
_AROUND = 0.06  # of the page, kept above and below a quote
_LEAST = 0.22  # of the page, shown at least


def draw(
    document: PdfDocument, number: int, *, quote: str, which: int, whole: bool
) -> tuple[bytes, tuple[Box, ...]]:
    """A PNG of page `number` (from 1) and the boxes of the quote.

    Not whole, it is cropped to the lines around the quote, where the quote is found; the boxes are
    in shares of the page all the same. Raises IndexError for a page that is not there.
    """
    if not 1 <= number <= len(document):
        raise IndexError(number)
    page = document[number - 1]
    boxes = quote_boxes(page, quote, which=which) if quote else ()
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), (_PIXELS / max(width * height, 1)) ** 0.5)
    image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    _mark(image, boxes)
    if boxes and not whole:
        image = image.crop(_window(image, boxes))
    file = io.BytesIO()
    image.quantize(64).save(file, "PNG", optimize=False, compress_level=6)
    return file.getvalue(), boxes


def quote_boxes(page: PdfPage, quote: str, *, which: int = 0) -> tuple[Box, ...]:
    """The boxes of a quote, one for each line it stands on; () where it is not found."""
    from pypdfium2 import raw

    text = page.get_textpage()
    chars = [chr(raw.FPDFText_GetUnicode(text, at)) for at in range(text.count_chars())]
    r = raw.FS_RECTF()
    chars_at: list[Box] = []  # on the sheet, in points, upwards
    for span in find_quote(chars, quote, which=which):
        for at in range(span.start, span.end):
            if chars[at].isspace() or chars[at] in "\0\x02":
                continue
            if raw.FPDFText_GetLooseCharBox(text, at, r):
                chars_at.append((r.left, r.bottom, r.right, r.top))
    # Lines are put together before the page is turned: on the sheet they run to the right.
    return tuple(_shown(page, line) for line in _lines(chars_at))


def _shown(page: PdfPage, box: Box) -> Box:
    """A box on the sheet as shares of the page as shown: PDFium knows how it is turned and cut."""
    import ctypes

    from pypdfium2 import raw

    fine = 100_000
    corners = []
    for x, y in (box[:2], box[2:]):
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, fine, fine, 0, x, y, across, down)
        corners.append((across.value / fine, down.value / fine))
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _lines(boxes: Iterable[Box]) -> Iterable[Box]:
    """Neighbouring characters of one line as one box."""
    line: Box | None = None
    for box in boxes:
        if line and _same_line(line, box):
            line = (
                min(line[0], box[0]), min(line[1], box[1]),
                max(line[2], box[2]), max(line[3], box[3]),
            )  # fmt: skip
        else:
            if line:
                yield line
            line = box
    if line:
        yield line


def _same_line(line: Box, box: Box) -> bool:
    overlap = min(line[3], box[3]) - max(line[1], box[1])
    high = line[3] - line[1]
    near = -high < box[0] - line[2] < 2.5 * high  # a wider gap is another column
    return near and overlap > 0.5 * min(high, box[3] - box[1])


def _mark(image: Image, boxes: Iterable[Box]) -> None:
    from PIL import Image as images
    from PIL import ImageChops

    for box in boxes:
        place = _pixels(image, box)
        if place[2] > place[0] and place[3] > place[1]:
            part = image.crop(place)
            image.paste(ImageChops.multiply(part, images.new("RGB", part.size, _MARK)), place)


def _window(image: Image, boxes: Iterable[Box]) -> tuple[int, int, int, int]:
    boxes = tuple(boxes)
    top, bottom = min(box[1] for box in boxes) - _AROUND, max(box[3] for box in boxes) + _AROUND
    short = max(0.0, _LEAST - (bottom - top)) / 2
    left, up, right, down = _pixels(image, (0, top - short, 1, bottom + short))
    return left, up, right, max(down, up + 1)


def _pixels(image: Image, box: Box) -> tuple[int, int, int, int]:
    w, h = image.size
    left, top, right, bottom = box
    return (
        max(0, int(left * w)), max(0, int(top * h)),
        min(w, int(right * w) + 1), min(h, int(bottom * h) + 1),
    )  # fmt: skip
