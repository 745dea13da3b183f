"""Finds the rows of tables among the lines of a PDF page.

A PDF does not say which name belongs to which figure, so cells are only set side by side: a
figure beside a guessed name would be worse than one without.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdfium import Line
from strategy_qa.corpus.readers.tables import table_text

_MAX_LABELS = 2  # lines of one cell between two rows: a group's name, a name in two lines
_MAX_NAMES = 8  # lines of column names above the first row
_MAX_DROP = 3.5  # heights between two lines of one table
_WIDE = 0.6  # of the page's text: running text, not a name

_BULLET = re.compile(r"[•▪◦‣●○■□☐☒☑➢✓*–—§-]")
_ENUMERATOR = re.compile(r"(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.?|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]")
_CURRENCY = re.compile(r"(?:US|R|A|C)?[$€£]")
_LAST_SIGN = re.compile(r"(.*\S)\s+((?:US|R|A|C)?[$€£])")
_NEXT_FIGURE = re.compile(r"(?<=[\d)—–-])\s+(?=(?:US|R|A|C)?[$€£]\s*(?:[\d(—–-]|$))")
_LEADER = re.compile(r"\s*(?:[.·…]\s?){4,}\s*")  # the dots of a table of contents
_SENTENCE_END = re.compile(r"(?:[.;]|.{40}:)$")
_CLOSING = re.compile(r"[)%.,:;]+")


def line_cells(line: Line) -> list[str]:
    """The texts of a line's cells; bullets and currency signs join the cell they belong to."""
    raw = [part for cell in line.cells for part in _LEADER.split(cell.text) if part]
    if len(raw) > 1 and _opens_item(raw[0], raw[1]):
        raw[:2] = [f"{raw[0]} {raw[1]}"]
    if len(raw) == 1:
        return raw
    cells: list[str] = []
    for text in (part for cell in raw for part in _NEXT_FIGURE.split(cell)):
        if cells and _CLOSING.fullmatch(text):
            cells[-1] += text if text[0] in ".,:;" else f" {text}"
        elif cells and _CURRENCY.fullmatch(cells[-1]):
            cells[-1] += f" {text}"
        elif cells and (sign := _LAST_SIGN.fullmatch(cells[-1])):
            cells[-1:] = [sign[1], f"{sign[2]} {text}"]
        else:
            cells.append(text)
    return cells


def table_runs(lines: Sequence[Line], *, headings: set[int]) -> list[range]:
    """Runs of lines that are tables: two rows or more, with the names above and between them."""
    runs: list[range] = []
    for at, line in enumerate(lines):
        if len(line_cells(line)) < 2:
            continue
        if runs and _goes_on(lines[runs[-1].stop - 1 : at + 1]):
            runs[-1] = range(runs[-1].start, at + 1)
        else:
            runs.append(range(at, at + 1))
    free = 0
    tables: list[range] = []
    for run in runs:
        if len(run) > 1:
            start = _first_name(lines, run.start, free, headings)
            tables.append(range(start, run.stop))
            free = run.stop
    return tables


def table_of(lines: Sequence[Line]) -> str:
    """The lines as rows of text."""
    rows = [[cell.replace(BREAK, "-") for cell in line_cells(line)] for line in lines]
    return table_text(rows, header=False)


def _opens_item(first: str, second: str) -> bool:
    if _BULLET.fullmatch(first):
        return True
    return bool(_ENUMERATOR.fullmatch(first)) and second[:1].isalpha()


def _goes_on(lines: Sequence[Line]) -> bool:
    """Whether the last of these lines belongs to the table in which the first is a row."""
    between = lines[1:-1]
    if len(between) > _MAX_LABELS or any(_SENTENCE_END.search(line.text) for line in between):
        return False
    steps = itertools.pairwise(lines)
    return all(-0.5 * b.height < a.bottom - b.bottom < _MAX_DROP * b.height for a, b in steps)


def _first_name(lines: Sequence[Line], first: int, free: int, headings: set[int]) -> int:
    """The line from which on short lines above the first row name its columns."""
    left = min(line.left for line in lines)
    width = max(line.right for line in lines) - left
    at = first
    while at > max(free, first - _MAX_NAMES):
        above, below = lines[at - 1], lines[at]
        near = abs(above.bottom - below.bottom) < 2 * max(above.height, below.height)
        one = len(above.cells) == 1
        prose = one and (
            above.right - above.left > _WIDE * width or _SENTENCE_END.search(above.text)
        )
        # A heading stands at the left or is large; a name in bold type stands over its column.
        large = above.height > 1.1 * below.height
        heading = at - 1 in headings and (large or above.left < left + 0.15 * width)
        if heading or prose or not near:
            break
        at -= 1
    return at
