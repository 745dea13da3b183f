"""The links of plain text and Markdown."""

from __future__ import annotations

import re

from strategy_qa.corpus.links.bare import addresses_in
from strategy_qa.corpus.links.link import Link, link, one_line
from strategy_qa.corpus.readers.encoding import decode
from strategy_qa.corpus.readers.plain import read_plain
from strategy_qa.types import BlockKind

_INLINE = re.compile(
    r"!?\[(?P<anchor>[^\]\n]{1,500})\]\(\s*<?(?P<url>[^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)>?[^)\n]{0,200}\)"
)
_MARKED = re.compile(r"#{1,6}[ \t]+(.{1,200})")
_ADDRESS = re.compile(r"[-–•*\s]*(?:https?://|www\.)\S+", re.I)
_BLANK = re.compile(r"\n[ \t]*\n")


def plain_links(data: bytes, *, subject: str) -> list[Link]:
    """Inline links and bare addresses; form feeds part pages, empty lines paragraphs."""
    text, _ = decode(data, subject=subject)
    headings = {
        one_line(piece.text)
        for sheet in read_plain(data, subject=subject).sheets
        for piece in sheet.pieces
        if piece.kind is BlockKind.HEADING
    }
    pages = text.split("\f")
    found: list[Link] = []
    section = ""
    for number, page in enumerate(pages, 1):
        for paragraph in _BLANK.split(page):
            marked = _MARKED.match(paragraph.lstrip())
            if marked:
                section = marked[1].strip("# ")
            elif one_line(paragraph) in headings:
                section = one_line(paragraph)
            found += _paragraph(paragraph, section, number if len(pages) > 1 else 0)
    return found


def _paragraph(text: str, section: str, page: int) -> list[Link]:
    found: list[tuple[int, Link]] = []

    def inline(match: re.Match[str]) -> str:
        around = _INLINE.sub(lambda m: m["anchor"], text)
        if not match[0].startswith("!"):
            new = link(match["url"], anchor=match["anchor"], around=around, section=section,
                       page=page)  # fmt: skip
            found.append((match.start(), new))
        return " " * len(match[0])

    rest = _INLINE.sub(inline, text)
    for bare in addresses_in(rest):
        # The sentence is looked for on one line, with the address whole.
        around = f"{rest[: bare.start]}{bare.url}{rest[bare.end :]}"
        if _stands_alone(rest, bare.start, bare.end):
            around = ""
        found.append((bare.start, link(bare.url, around=around, section=section, page=page)))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether an address has its lines to itself, and no sentence runs on into it."""
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip() or text[end:].partition("\n")[0].strip():
        return False
    before = text[:line].rstrip().rpartition("\n")[2].strip()
    return not before or before[-1] in ".!?:;" or _ADDRESS.fullmatch(before) is not None
