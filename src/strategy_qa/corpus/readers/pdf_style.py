"""Measures how a PDF sets its text, and tells its headings by that."""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from strategy_qa.corpus.readers.hyphens import Joiner
from strategy_qa.corpus.readers.pdf_page import Line
from strategy_qa.corpus.readers.plain import BULLET

NUMBERED = re.compile(r"(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.?\s+[^\W\d_]")
_NUMBER = re.compile(r"(?:[A-Z]|\d{1,2})((?:\.\d{1,2})*)\.?\s+")

CAPTION = re.compile(
    r"(?:table|figure|fig\.|box|chart|tabla|cuadro|figura|gr[áa]fic[ao]|recuadro|abbildung)"
    r"\s+(?:\d|[IVX]+\b)", re.I
)  # fmt: skip

_MARK = re.compile(r"(?:\(?\w{1,3}\)?|[*†‡]+)(?:[,\s]+\(?\w{1,3}\)?)*")

HEADING_CHARS = 160
PROSE_CHARS = 50  # a line this long is running text
_SMALL = 0.9  # times the height of running text: a note
_TINY = 0.75  # and this: a mark of a note that PDFium lists apart from its line
_LARGE = 1.15  # times the height of running text
_COMMON = 0.02, 300  # share and number of characters of running text that are no heading


@dataclass(frozen=True, slots=True)
class Style:
    """What holds for the whole document; heights are those of `Line`."""

    body: float  # height of its running text
    large: float  # height from which a line is a heading
    leading: float  # distance of two lines, in heights
    sizes: tuple[float, ...]  # heights of its headings, largest first
    outline: Mapping[str, int]  # level by `heading_key`
    joiner: Joiner

    def level(self, line: Line, text: str) -> int:
        """The level of a line that may be a heading, 0 for any other."""
        letters = sum(map(str.isalpha, text))
        if letters < 3 or letters < 0.6 * len(text.replace(" ", "")) or len(text) > HEADING_CHARS:
            return 0
        numbered = NUMBERED.match(text)
        if text.endswith((".", ",", ";")) or (BULLET.match(text) and not numbered):
            return 0
        listed = self.listed(text)
        if listed and (line.bold or line.height > 1.05 * self.body or numbered):
            return listed
        if line.height >= self.large:
            return min(6, 1 + sum(size > 1.08 * line.height for size in self.sizes))
        if line.bold and line.height >= 0.97 * self.body:
            depth = number[1].count(".") if (number := _NUMBER.match(text)) else 0
            return min(6, 1 + len(self.sizes) + depth)
        return 0

    def listed(self, text: str) -> int:
        """The level at which the outline lists a heading, 0 where it does not."""
        return self.outline.get(heading_key(text), 0)

    def by_weight(self, line: Line, text: str) -> bool:
        """Whether only bold type could make this line a heading."""
        return line.height < self.large and not self.listed(text)

    def is_small(self, line: Line) -> bool:
        """Whether a line is in the type of notes."""
        return line.height <= _SMALL * self.body

    def is_mark(self, line: Line) -> bool:
        """Whether a line is nothing but the raised mark of a note."""
        # Several figures beside each other are a row in small type, whose label is a line away.
        row = len(line.cells) > 1 and any(map(str.isdigit, line.text))
        return line.height < _TINY * self.body and bool(_MARK.fullmatch(line.text)) and not row


def style_of(pages: Sequence[Sequence[Line]], outline: Sequence[tuple[str, int]]) -> Style:
    """Measure a document: most of its long lines are running text."""
    lines = [line for page in pages for line in page]
    prose = [line for line in lines if len(line.cells) == 1 and len(line.text) >= PROSE_CHARS]
    weights: Counter[float] = Counter()
    for line in prose or lines:
        weights[_rounded(line)] += len(line.text)
    body = weights.most_common(1)[0][0] if weights else 1.0
    share, chars = _COMMON
    needed = max(share * weights.total(), chars)
    common = [size for size, found in weights.items() if found >= needed]
    large = max(_LARGE * body, 1.05 * max(common, default=body))
    return Style(
        body=body,
        large=large,
        leading=statistics.median([*_steps(pages, body)] or [1.2]),
        sizes=_heading_sizes(lines, large),
        outline={heading_key(title): level for title, level in outline if heading_key(title)},
        joiner=Joiner(cell.text for line in lines for cell in line.cells),
    )


def heading_key(text: str) -> str:
    """A heading without its number, blanks and case, to find an outline's title on its page."""
    return re.sub(r"[\W_]+", "", _NUMBER.sub("", text, count=1).casefold())


def _steps(pages: Sequence[Sequence[Line]], body: float) -> Iterator[float]:
    """Distances between neighbouring long lines of running text, in heights."""
    for lines in pages:
        for above, below in itertools.pairwise(lines):
            step = (above.bottom - below.bottom) / body
            if 0.8 < step < 2.5 and len(above.text) >= PROSE_CHARS:
                yield step


def _heading_sizes(lines: Sequence[Line], large: float) -> tuple[float, ...]:
    """The distinct heights of large lines with words in them, those within 8 % as one."""
    sizes: list[float] = []
    for size in sorted({line.height for line in lines if _is_large(line, large)}, reverse=True):
        if not sizes or sizes[-1] > 1.08 * size:
            sizes.append(size)
    return tuple(sizes[:4])


def _is_large(line: Line, large: float) -> bool:
    letters = sum(map(str.isalpha, line.text))
    return line.height >= large and letters >= max(4, 0.6 * len(line.text.replace(" ", "")))


def _rounded(line: Line) -> float:
    return round(2 * line.height) / 2
