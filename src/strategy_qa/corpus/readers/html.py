"""Reads a web page: its main text without menus, and what the page says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from strategy_qa.corpus.readers.assemble import RAISED, Piece, Reading, Sheet
from strategy_qa.corpus.readers.encoding import decode
from strategy_qa.corpus.readers.tables import has_header, table_text
from strategy_qa.errors import ReadError
from strategy_qa.types import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HEAD = 10_000  # characters in which a page says what it is
_LANGUAGE = re.compile(r"<html\b[^>]*?\blang\s*=\s*[\"']?\s*([A-Za-z]{2})\b", re.I)
_CHARSET = re.compile(
    rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w-]{1,40})|<\?xml\b[^>]*?\bencoding=[\"']([\w-]{1,40})",
    re.I,
)
_REMEDY = "Save the page as text or print it to PDF, and put that file in its place."
# A date searched in the text is a guess: a page without metadata got the year of an event.
_DATES = {"extensive_search": False, "original_date": True}


def read_html(data: bytes, *, subject: str) -> Reading:
    """The article of a page as one sheet. Raises ReadError where there is none."""
    import trafilatura
    from lxml.etree import LxmlError

    head = data[:_HEAD]
    charset = _CHARSET.search(head.replace(b"\0", b""))
    declared = (charset[1] or charset[2]).decode("ascii") if charset else ""
    text, warnings = decode(data, subject=subject, declared=declared)
    try:
        found = trafilatura.bare_extraction(
            text, include_comments=False, include_tables=True, with_metadata=True,
            include_formatting=True, date_extraction_params=_DATES,
        )  # fmt: skip
    except (LxmlError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ReadError(subject, "is not a web page that can be read", remedy=_REMEDY) from error
    pieces = () if found is None else tuple(_pieces(found.body))
    if not any(piece.text.strip() for piece in pieces):
        raise ReadError(subject, "no main text found in this web page", remedy=_REMEDY)
    return Reading((Sheet(pieces),), about=_about(found, text), warnings=warnings)


def _about(found: Any, text: str) -> dict[str, object]:
    language = _LANGUAGE.search(text[:_HEAD])
    date = found.date or ""
    about = {
        "title": found.title,
        "url": found.url,
        "publisher": found.sitename,
        "year": int(date[:4]) if date[:4].isdigit() else None,
        "language": language[1].lower() if language else None,
    }
    return {key: value for key, value in about.items() if value}


def _pieces(parent: Element, *, depth: int = 0) -> Iterator[Piece]:
    """Walks trafilatura's own small vocabulary: head, p, list/item, table/row/cell, quote."""
    for element in parent:
        match element.tag:
            case "head":
                level = element.get("rend", "h2")[1:]
                text = " ".join(_text(element).split())
                yield Piece(BlockKind.HEADING, text, int(level) if level.isdigit() else 2)
            case "list":
                yield from _items(element, depth=depth + 1)
            case "table":
                yield Piece(BlockKind.TABLE, _table(element))
            case "code":
                yield Piece(BlockKind.PARAGRAPH, "".join(element.itertext()))
            case _ if any(child.tag in ("list", "table", "p", "head") for child in element):
                yield Piece(BlockKind.PARAGRAPH, _flat(element.text))
                yield from _pieces(element, depth=depth)
            case _:
                yield Piece(BlockKind.PARAGRAPH, _text(element))
        if element.tail and element.tail.strip():
            yield Piece(BlockKind.PARAGRAPH, _flat(element.tail))


def _items(element: Element, *, depth: int) -> Iterator[Piece]:
    ordered = element.get("rend") == "ol"
    for number, item in enumerate(element, 1):
        nested = [child for child in item if child.tag in ("list", "table")]
        marker = f"{number}. " if ordered and item.tag == "item" else "- "
        text = " ".join(_text(item, without=nested).split())
        if text:
            yield Piece(BlockKind.LIST_ITEM, marker + text, depth)
        for child in nested:
            if child.tag == "list":
                yield from _items(child, depth=depth + 1)
            else:
                yield Piece(BlockKind.TABLE, _table(child))


def _table(element: Element) -> str:
    # A table inside a cell is text of that cell: read once more at every level, tables nested two
    # hundred deep took minutes.
    cells = [_within(row, "cell", "row") for row in _within(element, "row", "table")]
    rows = [[_text(cell) for cell in row] for row in cells]
    marked = bool(cells) and all(cell.get("role") == "head" for cell in cells[0])
    return table_text(rows, header=marked or has_header(rows))


def _within(parent: Element, tag: str, holder: str) -> list[Element]:
    """What bears `tag` in a table or row, but not in one that is nested in it."""
    found = parent.iter(tag)
    return [each for each in found if next(each.iterancestors(holder), None) is parent]


def _text(element: Element, *, without: Sequence[Element] = ()) -> str:
    """The text in an element; `lb` is a line end, the children in `without` are left out."""
    parts = [_flat(element.text)]
    for child in element:
        if child.tag == "lb":
            parts.append("\n")
        elif isinstance(child.tag, str) and child not in without:
            # Blocks inside a cell or an item are words apart; raised type is no part of a figure.
            apart = " " if child.tag in ("p", "item", "list", "head", "row", "cell") else ""
            edge = RAISED if child.get("rend") in ("#sup", "#sub") else apart
            parts += (edge, _text(child), edge)
        parts.append(_flat(child.tail))
    return "".join(parts)


def _flat(text: str | None) -> str:
    """Text of a page, where a line end is a blank."""
    return re.sub(r"\s+", " ", text or "")
