"""Puts together what belongs into one cell of a table: a sign and its figure, a bullet and text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from strategy_qa.corpus.readers.pdf_page import Cell, Line

_BULLET = re.compile(r"[•▪◦‣●○■□☐☒☑➢✓*–—§\uf0b7\uf0a7\uf0d8\uf0fc-]")
_ENUMERATOR = re.compile(r"(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.?|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]")
_SIGN = r"(?:US|R|A|C|MX)?[$€£]"
_OPENING = re.compile(rf"{_SIGN}\s*\(?|\(\s*(?:{_SIGN})?")
_CLOSING = re.compile(r"[)%.,:;]+")
# A figure, and the sign of the next one; PDFium lists them as near each other.
_NEXT_FIGURE = re.compile(rf"(?<=[\d)%—–-])\s+(?={_SIGN}\s*[\d(—–-])|\s+(?={_SIGN}$)")
_BLANKS = re.compile(r"\s+")
_LEADER = re.compile(r"\s*(?:[.·…]\s?){4,}\s*")  # the dots of a table of contents

_MARK = r"\s*(?:\(?[a-z0-9]\)|[*†‡]{1,3})?"
_AMOUNT = re.compile(
    rf"[~≈<>±+]?\s*(?:{_SIGN}|MXN)?\s*[(–−-]?\s*(?:{_SIGN})?\s*\d[\d.,\s]*\s*[)%]*"
    rf"(?:\s?(?:%|[kKMB]|bn|mn|pp|bps|x))?\s*\)?{_MARK}"
)
_BLANK = re.compile(r"[—–−-]{1,3}%?|\*{1,3}|n\.?/?[admy]\.?|N\.?/?[ADMS]\.?|NM|\.{2,3}")
_YEAR = re.compile(
    r"(?:FY|Q[1-4]|H[12]|T[1-4])?\s?'?(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)?\d\d))?(?:\s?[EePp])?"
)
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{2}|\d{4})")


def line_cells(line: Line) -> list[Cell]:
    """The cells of a line; bullets, signs of currency and percent join the cell they belong to."""
    raw = [part for cell in line.cells for part in _parts(cell, _LEADER)]
    if len(raw) > 1 and _opens_item(raw[0].text, raw[1].text):
        raw[:2] = [_joined(raw[0], raw[1])]
    if len(raw) == 1:
        return raw
    cells: list[Cell] = []
    for cell in (part for one in raw for part in _parts(one, _between(one.text))):
        if cells and _CLOSING.fullmatch(cell.text):
            blank = " " if cell.text[0] == "%" else ""
            cells[-1] = _joined(cells[-1], cell, blank)
        elif cells and _OPENING.fullmatch(cells[-1].text):
            blank = "" if cells[-1].text.endswith("(") else " "
            cells[-1] = _joined(cells[-1], cell, blank)
        else:
            cells.append(cell)
    return cells


def is_amount(text: str) -> bool:
    """Whether a cell is a figure, and neither a year nor a date, which may name a column."""
    return bool(_AMOUNT.fullmatch(text)) and not is_year(text)


def is_year(text: str) -> bool:
    """Whether a cell is a year or a date."""
    return bool(_YEAR.fullmatch(text) or _DATE.fullmatch(text))


def is_blank(text: str) -> bool:
    """Whether a cell says that there is no figure."""
    return bool(_BLANK.fullmatch(text))


def _between(text: str) -> re.Pattern[str]:
    """What parts the figures of a cell: all its blanks where signs and years stand among them."""
    if text[:1].isalpha() or " " not in text:
        return _NEXT_FIGURE
    first, *others = text.split()
    apart = all(map(_is_apart, others)) and is_amount(first)
    return _BLANKS if apart else _NEXT_FIGURE


def _is_apart(text: str) -> bool:
    """Whether a word is a figure of its own, no three digits more and no mark of a note."""
    own = any(map(str.isdigit, text)) and any(char in ".,%$€£()" for char in text)
    return is_blank(text) or is_year(text) or (own and is_amount(text))


def _parts(cell: Cell, between: re.Pattern[str]) -> Iterator[Cell]:
    """The cell, cut; where each part stands is reckoned by its share of the characters."""
    cuts = [*between.finditer(cell.text)]
    if not cuts:
        if cell.text:
            yield cell
        return
    width = (cell.right - cell.left) / max(1, len(cell.text))
    start = 0
    for end, after in [*((cut.start(), cut.end()) for cut in cuts), (len(cell.text),) * 2]:
        if text := cell.text[start:end].strip():
            left, right = cell.left + start * width, cell.left + end * width
            yield replace(cell, text=text, left=left, right=right)
        start = after


def _joined(one: Cell, two: Cell, blank: str = " ") -> Cell:
    return replace(one, text=f"{one.text}{blank}{two.text}", right=two.right)


def _opens_item(first: str, second: str) -> bool:
    if _BULLET.fullmatch(first):
        return True
    return bool(_ENUMERATOR.fullmatch(first)) and second[:1].isalpha()
