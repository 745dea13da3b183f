"""The links of a Word document: hyperlinks of its text, tables and notes, and bare addresses."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from strategy_qa.corpus.links.bare import addresses_in
from strategy_qa.corpus.links.link import Link, link
from strategy_qa.corpus.readers.docx import read_docx

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_NOTES = ("/footnotes", "/endnotes")
_FIELD = re.compile(r"\s*HYPERLINK\s+\"([^\"]+)\"", re.I)
_HEADING = re.compile(r"(?:heading|t[ií]tulo)\s*\d", re.I)


def docx_links(data: bytes, *, subject: str) -> list[Link]:
    """The links in the order of the text, those of the notes last. Raises ReadError."""
    import docx
    from docx.oxml import parse_xml

    read_docx(data, subject=subject)  # says what is wrong with a bad file, and bounds it
    document = docx.Document(io.BytesIO(data))
    styles = {style.style_id: style.name or "" for style in document.styles}
    found = list(_links(document.element.body, document.part.rels, styles))
    for part in document.part.package.iter_parts():
        if part.partname.rpartition(".")[0].endswith(_NOTES):
            found += _links(parse_xml(part.blob), part.rels, styles)
    return found


def _links(root: Element, rels: Any, styles: dict[str, str]) -> Iterator[Link]:
    section = ""
    for paragraph in root.iter(f"{_W}p"):
        text = _text(paragraph)
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if style is not None and _HEADING.match(styles.get(style.get(f"{_W}val", ""), "")):
            section = text
        linked = set[str]()
        for url, anchor in _hyperlinks(paragraph, rels):
            linked.add(anchor)
            yield link(url, anchor=anchor, around=text, section=section)
        for bare in addresses_in(text):
            if not any(bare.url in anchor or text[bare.start : bare.end] in anchor
                       for anchor in linked):  # fmt: skip
                yield link(bare.url, around=text, section=section)


def _hyperlinks(paragraph: Element, rels: Any) -> Iterator[tuple[str, str]]:
    for element in paragraph.iter(f"{_W}hyperlink"):
        found = rels.get(element.get(f"{_R}id", ""))
        if found is not None and found.is_external:
            yield found.target_ref, _text(element)
    for element in paragraph.iter(f"{_W}fldSimple"):
        if match := _FIELD.match(element.get(f"{_W}instr", "")):
            yield match[1], _text(element)
    yield from _fields(paragraph)


def _fields(paragraph: Element) -> Iterator[tuple[str, str]]:
    """Fields in the long form: begin, instruction, separate, text, end."""
    code, text, shown = "", "", False
    for element in paragraph.iter(f"{_W}fldChar", f"{_W}instrText", f"{_W}t"):
        kind = element.get(f"{_W}fldCharType", "")
        if kind == "begin":
            code, text, shown = "", "", False
        elif kind == "separate":
            shown = True
        elif kind == "end":
            if match := _FIELD.match(code):
                yield match[1], text
            code, text, shown = "", "", False
        elif element.tag == f"{_W}instrText":
            code += element.text or ""
        elif shown:
            text += element.text or ""


def _text(element: Element) -> str:
    return "".join(
        (part.text or "") if part.tag == f"{_W}t" else " "
        for part in element.iter(f"{_W}t", f"{_W}tab", f"{_W}br")
    )
