"""Finds the words that an item of a list or a row of a table cannot be understood without.

They are the line that leads into it ("The plan names five groups:"), a caption, and the lines with
which its table opens: its title, the names of its columns.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from strategy_qa.text import sentence_spans
from strategy_qa.types import Block, BlockKind, Document, Span

_MOST_CHARS = 300  # a longer line before a list is text of its own
_MOST_BLOCKS = 2_000  # looked back over from an item of a list
_MOST_ROWS = 8  # with which a table opens
# A page may end inside a list: what stands at its foot and at the head of the next is passed over.
_BETWEEN = (BlockKind.LIST_ITEM, BlockKind.BOILERPLATE, BlockKind.FOOTNOTE)
_YEAR = re.compile(r"\D*\b(?:19|20)\d\d\b\D*")
_FIGURE = re.compile(r"[^\w]*(?:[A-Z]{1,3}\$ ?)?\d[^A-Za-z]*")
_NAMED_FIGURE = re.compile(r": [^\w:]{0,4}\d[^:;]*(?:;|\]|$)")


def leads(text: str, block: Block) -> bool:
    """Whether a block belongs to the list or table that follows it."""
    return block.kind is BlockKind.CAPTION or block.span.of(text).endswith(":")


def lead_in(document: Document, offset: int) -> Span | None:
    """What leads into the list or table that the character at `offset` stands in.

    None where it stands in neither, or in what leads into it.
    """
    at = bisect_right(document.blocks, offset, key=lambda block: block.span.start) - 1
    if at < 0:
        return None
    block = document.blocks[at]
    if block.kind is BlockKind.TABLE:
        found = _before_table(document.text, document.blocks, at)
    elif block.kind is BlockKind.LIST_ITEM:
        found = _before_list(document.text, document.blocks, at)
    else:
        return None
    return found if found and found.end <= offset else None


def _before_list(text: str, blocks: Sequence[Block], at: int) -> Span | None:
    first = at
    while first > max(0, at - _MOST_BLOCKS) and blocks[first - 1].kind in _BETWEEN:
        first -= 1
    return _line(text, blocks[first - 1]) if first else None


def _before_table(text: str, blocks: Sequence[Block], at: int) -> Span | None:
    line = _line(text, blocks[at - 1]) if at else None
    head = _head(text, blocks[at].span)
    if line and head and head.end - line.start <= 2 * _MOST_CHARS:
        return Span(line.start, head.end)
    return head or line


def _line(text: str, block: Block) -> Span | None:
    """The last sentence of a block that leads into the next one, where it is no long text."""
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.CAPTION) or not leads(text, block):
        return None
    if len(block.span) <= _MOST_CHARS:
        return block.span
    last = sentence_spans(block.span.of(text))[-1]
    return Span(block.span.start + last.start, block.span.end) if len(last) <= _MOST_CHARS else None


def _head(text: str, table: Span) -> Span | None:
    """The lines of a table above its first figure, where there are few; None without figures."""
    end = table.start
    for number, row in enumerate(re.finditer(r"[^\n]+", table.of(text))):
        if any(map(_is_figure, row[0].split(" | "))) or _NAMED_FIGURE.search(row[0]):
            return Span(table.start, end) if end > table.start else None
        end = table.start + row.end()
        if number >= _MOST_ROWS or end - table.start > _MOST_CHARS:
            break
    return None


def _is_figure(cell: str) -> bool:
    return bool(_FIGURE.fullmatch(cell)) and not _YEAR.fullmatch(cell)
