"""Works out the bullets and numbers of a Word document's lists, which stand nowhere in its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement as Element
    from docx.text.paragraph import Paragraph

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAX_LEVEL = 8


class ListMarkers:
    """Counts the items of each list while a document is read from top to bottom."""

    def __init__(self, document: WordDocument) -> None:
        self._levels = dict(_levels(document))
        self._counts: dict[tuple[str, int], int] = {}

    def next(self, paragraph: Paragraph) -> tuple[str, int] | None:
        """Marker and level (from 1) of a list's item; None for any other paragraph.

        Only plain decimal numbers are worked out; of other numberings the marker is "", since a
        wrong letter would be worse than none.
        """
        place = _place(paragraph)
        if place is None or place[0] == "0":  # list 0 is Word's way to end a list
            return None
        number, depth = place
        style, start = self._levels.get(place, ("bullet", 1))
        for deeper in range(depth + 1, _MAX_LEVEL + 1):
            self._counts.pop((number, deeper), None)
        if style == "bullet":
            return "- ", depth + 1
        count = self._counts[place] = self._counts.get(place, start - 1) + 1
        return (style.replace("#", str(count)) + " " if style else ""), depth + 1


def _place(paragraph: Paragraph) -> tuple[str, int] | None:
    """The list and level (from 0) a paragraph belongs to, by itself or by its style."""
    number = depth = None
    style: Any = paragraph.style
    owners = [paragraph._p]
    while style is not None and len(owners) < 12:
        owners.append(style.element)
        style = style.base_style
    for owner in owners:
        found = owner.find(f"{_W}pPr/{_W}numPr")
        if found is not None:
            number = number or _value(found.find(f"{_W}numId"))
            depth = depth or _value(found.find(f"{_W}ilvl"))
    return (number, min(int(depth or 0), _MAX_LEVEL)) if number else None


def _levels(document: WordDocument) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    """For each list and level the form of its marker, `#` for the number, and its first number."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    if all(r.reltype != RELATIONSHIP_TYPE.NUMBERING for r in document.part.rels.values()):
        return
    root = document.part.numbering_part.element
    forms = {_value(form, "abstractNumId"): form for form in root.findall(f"{_W}abstractNum")}
    for number in root.findall(f"{_W}num"):
        form = forms.get(_value(number.find(f"{_W}abstractNumId")))
        for level in form.findall(f"{_W}lvl") if form is not None else ():
            depth = _value(level, "ilvl")
            override = number.find(f"{_W}lvlOverride[@{_W}ilvl='{depth}']/{_W}startOverride")
            start = _value(override) or _value(level.find(f"{_W}start")) or "1"
            yield (_value(number, "numId"), int(depth)), (_style(level, int(depth)), int(start))


def _style(level: Element, depth: int) -> str:
    kind = _value(level.find(f"{_W}numFmt"))
    if kind in ("bullet", "none"):
        return "bullet"
    text = _value(level.find(f"{_W}lvlText")).replace(f"%{depth + 1}", "#")
    return text if kind == "decimal" and "#" in text and "%" not in text else ""


def _value(element: Element | None, name: str = "val") -> str:
    return "" if element is None else element.get(_W + name) or ""
