"""Reads Word documents: paragraphs and tables in order, with what their styles say they are."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from strategy_qa.corpus.readers.assemble import RAISED, Piece, Reading, Sheet
from strategy_qa.corpus.readers.docx_lists import ListMarkers
from strategy_qa.corpus.readers.tables import has_header, table_text
from strategy_qa.errors import ReadError
from strategy_qa.types import BlockKind

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement as Element
    from docx.text.paragraph import Paragraph

_MAX_XML = 100_000_000  # unpacked; a document of 1,000 pages has about 10 MB
_HEADING = re.compile(r"(?:heading|título|titulo)\s*([1-9])")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTES = ("/footnotes", "/endnotes")
_REMEDY = "Open it in Word, save it again as .docx or PDF, and put that file in its place."


def read_docx(data: bytes, *, subject: str) -> Reading:
    """A Word document as one sheet: Word files know no pages."""
    import docx
    from docx.exceptions import PythonDocxError
    from docx.oxml.exceptions import XmlchemyError
    from lxml.etree import LxmlError

    try:
        _refuse_bombs(data, subject=subject)
        document = docx.Document(io.BytesIO(data))
        pieces = (*_pieces(document), *_notes(document))
        about = _about(document)
    except (
        PythonDocxError, XmlchemyError, LxmlError, zipfile.BadZipFile, zipfile.LargeZipFile,
        zlib.error, struct.error, KeyError, ValueError, AttributeError, TypeError, IndexError,
        NotImplementedError, RuntimeError, EOFError, OSError,
    ) as error:  # fmt: skip
        raise ReadError(subject, "is damaged or not a Word document", remedy=_REMEDY) from error
    if not any(piece.text.strip() for piece in pieces):
        raise ReadError(subject, "holds no text", remedy=_REMEDY)
    return Reading((Sheet(pieces),), about=about)


def _refuse_bombs(data: bytes, *, subject: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(
            part.file_size
            for part in archive.infolist()
            if part.filename.lower().endswith((".xml", ".rels"))
        )
    if size > _MAX_XML:
        raise ReadError(subject, f"unpacks to {size:,} bytes of text", remedy=_REMEDY)


def _about(document: WordDocument) -> dict[str, object]:
    properties = document.core_properties
    language = (properties.language or "")[:2].lower()
    created = properties.created
    about = {
        "title": properties.title,
        "language": language if language.isalpha() else None,
        # 2013-12-23 is the birthday of python-docx's template, not of the document.
        "year": created.year if created and (created.year, created.month) != (2013, 12) else None,
    }
    return {key: value for key, value in about.items() if value}


def _pieces(document: WordDocument) -> Iterator[Piece]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    markers = ListMarkers(document)
    for element in _flow(document.element.body):
        if element.tag == _W + "tbl":
            yield _table(Table(element, document))
        else:
            yield _paragraph(Paragraph(element, document._body), markers)


def _flow(parent: Element) -> Iterator[Element]:
    """Paragraphs and tables in order, also those inside content controls and tracked changes."""
    for element in parent:
        if element.tag in (_W + "p", _W + "tbl"):
            yield element
        elif element.tag in (_W + "sdt", _W + "sdtContent", _W + "customXml", _W + "ins"):
            yield from _flow(element)


def _paragraph(paragraph: Paragraph, markers: ListMarkers) -> Piece:
    text = _text(paragraph._p)
    style = (paragraph.style.name or "").casefold() if paragraph.style is not None else ""
    heading = _HEADING.match(style)
    if heading or style in ("title", "título"):
        return Piece(BlockKind.HEADING, text, int(heading[1]) if heading else 1)
    if style in ("caption", "epígrafe", "leyenda"):
        return Piece(BlockKind.CAPTION, text)
    item = markers.next(paragraph) if text.strip() else None
    if item is None:
        return Piece(BlockKind.PARAGRAPH, text)
    marker, level = item
    # A style such as "List Bullet 2" is a list of its own on its first level.
    level = max(level, int(style[-1])) if style[-1:].isdigit() else level
    return Piece(BlockKind.LIST_ITEM, marker + text, level)


def _text(element: Element) -> str:
    """All text of a paragraph, insertions included; deleted text has another tag (w:delText)."""
    parts: list[str] = []
    for child in element:
        if child.tag == _W + "t":
            # What follows an entity that is not unfolded hangs on the entity.
            parts += (child.text or "", *(node.tail or "" for node in child))
        elif child.tag in (_W + "br", _W + "cr"):
            parts.append("\n")
        elif child.tag == _W + "tab":
            parts.append(" ")
        elif child.tag == _W + "noBreakHyphen":
            parts.append("-")
        elif child.find(f"{_W}rPr/{_W}vertAlign") is not None:
            parts += (RAISED, _text(child), RAISED)
        elif child.tag not in (_W + "pPr", _FALLBACK, _W + "moveFrom"):
            parts.append(_text(child) if child.tag != _W + "p" else f" {_text(child)} ")
    return "".join(parts)


def _table(table: Any) -> Piece:
    rows = [_cells(row) for row in table.rows]
    marked = table._tbl.find(f"{_W}tr/{_W}trPr/{_W}tblHeader") is not None
    return Piece(BlockKind.TABLE, table_text(rows, header=marked or has_header(rows)))


def _cells(row: Any) -> list[str]:
    """The cells of a row; a merged cell is given once, its other places stay empty."""
    texts: list[str] = []
    before = None
    for cell in row.cells:
        texts.append("" if cell._tc is before else " ".join(map(_text, cell._tc.iter(_W + "p"))))
        before = cell._tc
    return texts


def _notes(document: WordDocument) -> Iterator[Piece]:
    """Footnotes and endnotes, after the text: Word keeps them in parts of their own."""
    from docx.oxml import parse_xml

    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(_NOTES):
            for note in parse_xml(relation.target_part.blob):
                text = " ".join(map(_text, note.iter(_W + "p")))
                yield Piece(BlockKind.FOOTNOTE, text)
