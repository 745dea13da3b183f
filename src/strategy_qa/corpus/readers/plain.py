"""Reads plain text: its pages, paragraphs and simple lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from strategy_qa.corpus.readers.assemble import Piece, Reading, Sheet
from strategy_qa.corpus.readers.encoding import decode
from strategy_qa.corpus.readers.hyphens import Joiner
from strategy_qa.types import BlockKind

# The last four are those of symbol fonts, as Word writes them.
BULLET = re.compile(
    r"\s*(?:[•▪◦‣●○■□☐☒☑➢✓*–—\uf0b7\uf0a7\uf0d8\uf0fc-]"
    r"|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+(?=\S)"
)

_HEADING_CHARS = 80
_PROSE_CHARS = 80
_FIGURE = re.compile(r"\d[\d.,%]*\d|https?:")


def read_plain(data: bytes, *, subject: str) -> Reading:
    """Paragraphs are parted by empty lines, pages by form feeds."""
    text, warnings = decode(data, subject=subject)
    return Reading(tuple(map(Sheet, text_pages(text.split("\f")))), warnings=warnings)


def text_pages(texts: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    """The paragraphs, list items and headings of each page of a plain text."""
    joiner = Joiner(line for text in texts for line in text.split("\n"))
    return (_page(text, joiner) for text in texts)


def _page(text: str, joiner: Joiner) -> tuple[Piece, ...]:
    found = [piece for part in re.split(r"\n\s*\n", text) for piece in _part(part, joiner)]
    return tuple(
        Piece(BlockKind.HEADING, piece.text, level=2) if _is_heading(piece, after) else piece
        for piece, after in zip(found, [*found[1:], None], strict=False)
    )


def _part(part: str, joiner: Joiner) -> Iterator[Piece]:
    kind, lines = BlockKind.PARAGRAPH, list[str]()
    for line in part.split("\n"):
        if BULLET.match(line):
            yield from _joined(kind, lines, joiner)
            kind, lines = BlockKind.LIST_ITEM, []
        lines.append(line.strip())
    yield from _joined(kind, lines, joiner)


def _joined(kind: BlockKind, lines: list[str], joiner: Joiner) -> Iterator[Piece]:
    if any(lines):
        yield Piece(kind, joiner.join(lines), level=int(kind is BlockKind.LIST_ITEM))


def _is_heading(piece: Piece, after: Piece | None) -> bool:
    """A short line without a figure or a full stop, over a list or over prose."""
    text = piece.text.strip()
    return (
        piece.kind is BlockKind.PARAGRAPH
        and after is not None
        and (after.kind is BlockKind.LIST_ITEM or len(after.text) > _PROSE_CHARS)
        and 2 < len(text) <= _HEADING_CHARS
        and (text[0].isupper() or text[0] in "¿¡")
        and text[-1] not in ".,;:!"
        and not _FIGURE.search(text)
    )
