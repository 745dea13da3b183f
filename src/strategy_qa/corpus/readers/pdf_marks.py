"""Puts the marks of notes that PDFium lists apart, such as a raised "(a)", behind their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from strategy_qa.corpus.readers.pdf_page import Cell, Line

# A figure is left out: behind another one it would be read as a part of it.
_SAFE = re.compile(r"(?:\([a-z]{1,2}\)|[*†‡]{1,3})(?:,? ?(?:\([a-z]{1,2}\)|[*†‡]{1,3}))*,?")
_NEAR = 0.5  # heights between a word and its mark


def with_marks(lines: Sequence[Line], marks: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """The lines with the marks that stand right behind words of theirs, and the other marks."""
    found, rest = list(lines), list[Line]()
    single = [replace(line, cells=(cell,)) for line in marks for cell in line.cells]
    for mark in single:
        safe = _SAFE.fullmatch(mark.text)
        at = next((i for i, line in enumerate(found) if safe and _held(line, mark)), None)
        if at is None:
            rest.append(mark)
            continue
        cells = tuple(_marked(cell, mark) for cell in found[at].cells)
        found[at] = replace(found[at], cells=cells)
    return found, rest


def _held(line: Line, mark: Line) -> bool:
    raised = line.bottom - 0.2 * line.height < mark.bottom < line.top
    return raised and any(_is_behind(cell, mark) for cell in line.cells)


def _is_behind(cell: Cell, mark: Line) -> bool:
    worded = any(map(str.isalpha, cell.text))
    return worded and abs(mark.left - cell.right) < _NEAR * cell.height


def _marked(cell: Cell, mark: Line) -> Cell:
    if not _is_behind(cell, mark):
        return cell
    return replace(cell, text=f"{cell.text} {mark.text}")  # its place tells of its column
