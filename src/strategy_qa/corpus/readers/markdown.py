"""Reads Markdown: its structure becomes blocks, its inline markup goes, HTML is never followed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from strategy_qa.corpus.readers.assemble import RAISED, Piece, Reading, Sheet
from strategy_qa.corpus.readers.encoding import decode
from strategy_qa.corpus.readers.front_matter import split_front_matter
from strategy_qa.corpus.readers.tables import table_text
from strategy_qa.types import BlockKind

if TYPE_CHECKING:
    from markdown_it.token import Token

_FOOTNOTE = re.compile(r"^( {0,3})\[(\^[^\]\s]+)\]:", re.MULTILINE)
_FOOTNOTE_TEXT = re.compile(r"\[\^[^\]\s]+\]:")
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.I)
# Only real HTML is markup; "<entity name>" is a blank that an author wants filled in.
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|figcaption"
    r"|figure|font|h[1-6]|hr|i|iframe|img|input|ins|kbd|li|mark|ol|p|pre|q|s|samp|script|section"
    r"|small|span|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|tr|u|ul|var|wbr)"
    r"(?:\s[^<>]*)?/?>",
    re.I,
)
_LINES = {"br", "p", "div", "li", "tr", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}


def read_markdown(data: bytes, *, subject: str) -> Reading:
    """CommonMark with tables and front matter, as one page."""
    text, warnings = decode(data, subject=subject)
    fields, body = split_front_matter(text, subject=subject)
    sheet = Sheet(tuple(markdown_pieces(body)))
    return Reading((sheet,), front_matter=fields, warnings=warnings)


def markdown_pieces(text: str) -> Iterator[Piece]:
    """The blocks of a Markdown text in order."""
    from markdown_it import MarkdownIt

    # Taken for a link's definition, a footnote of one word would vanish.
    text = _FOOTNOTE.sub(r"\n\1\\[\2]:", text)
    lists = _Lists()
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        lists.see(token)
        if token.type == "table_open":
            end = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
            yield Piece(BlockKind.TABLE, _table(tokens[at:end]))
            at = end
        elif token.type == "inline":
            yield _text_piece(tokens[at - 1], _inline(token.children or ()), lists)
        elif token.type in ("fence", "code_block"):
            yield lists.piece(token.content)
        elif token.type == "html_block":
            yield lists.piece(unescape(_TAG.sub(_shown, _UNSEEN.sub("", token.content))))
        at += 1


@dataclass(slots=True)
class _Lists:
    """How deep in lists the walk stands, and the enumerator still to be written."""

    depth: int = 0
    marker: str = ""

    def see(self, token: Token) -> None:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            self.depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self.depth -= 1
        if token.type == "list_item_open":
            self.marker = f"{token.info}{token.markup} " if token.info else "- "

    def piece(self, text: str) -> Piece:
        if not self.depth:
            kind = BlockKind.FOOTNOTE if _FOOTNOTE_TEXT.match(text) else BlockKind.PARAGRAPH
            return Piece(kind, text)
        text, self.marker = self.marker + text, ""
        return Piece(BlockKind.LIST_ITEM, text, self.depth)


def _text_piece(opening: Token, text: str, lists: _Lists) -> Piece:
    if opening.type == "heading_open" and not lists.depth:
        return Piece(BlockKind.HEADING, text, int(opening.tag[1]))
    return lists.piece(text)


def _table(tokens: Sequence[Token]) -> str:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline(token.children or ()))
    return table_text(rows, header=True)


def _inline(tokens: Sequence[Token]) -> str:
    """The words a reader sees: no emphasis marks, of a link its text, of a picture its name."""
    parts: list[str] = []
    for token in tokens:
        if token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "image":
            parts.append(_inline(token.children or ()))
        elif token.type == "html_inline":
            parts.append(_TAG.sub(_shown, _UNSEEN.sub("", token.content)))
        else:
            parts.append(token.content)
    return "".join(parts)


def _shown(tag: re.Match[str]) -> str:
    """What is seen of a tag: a new line, raised type, or nothing."""
    name = re.split(r"[\s/>]", tag[0].strip("</"))[0].casefold()
    if name in ("sub", "sup"):
        return RAISED
    return "\n" if name in _LINES else ""
