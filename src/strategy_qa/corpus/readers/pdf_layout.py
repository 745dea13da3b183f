"""Makes blocks of the lines of a PDF page: tables and running text, running lines around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from strategy_qa.corpus.readers.assemble import Piece
from strategy_qa.corpus.readers.hyphens import BREAK
from strategy_qa.corpus.readers.pdf_grid import Heads
from strategy_qa.corpus.readers.pdf_marks import with_marks
from strategy_qa.corpus.readers.pdf_page import Line, Shape
from strategy_qa.corpus.readers.pdf_prose import TextLine, prose_pieces, text_lines
from strategy_qa.corpus.readers.pdf_ruled import Grid, boxes, ruled_runs
from strategy_qa.corpus.readers.pdf_ruled_text import ruled_text
from strategy_qa.corpus.readers.pdf_spans import cut_at_rules
from strategy_qa.corpus.readers.pdf_style import CAPTION, Style
from strategy_qa.corpus.readers.pdf_tables import table_of, table_runs
from strategy_qa.types import BlockKind

_BETWEEN = 2  # lines of a sub-heading between two parts of a table
_BETWEEN_CHARS = 60  # of one
_ENDED = re.compile(r"[.;:]$")


def page_pieces(
    lines: Sequence[Line],
    marginal: set[int],
    style: Style,
    *,
    shapes: Sequence[Shape] = (),
    tables: Sequence[Grid] = (),
    before: Heads | None = None,
) -> tuple[list[Piece], Heads | None]:
    """The blocks of one page in reading order, its running lines as boilerplate around them.

    `shapes` are what is drawn on the page, `tables` those of its tables that are drawn with rules,
    `before` the names of a table that may go on from the page before. The second of the pair are
    those of one that may go on on the next page.
    """
    body = [line for at, line in enumerate(lines) if at not in marginal]
    marks = [line for line in body if style.is_mark(line)]
    body, marks = with_marks([line for line in body if not style.is_mark(line)], marks)
    middle = max((line.bottom for line in body), default=0.0)
    running = [lines[at] for at in sorted(marginal)]
    pieces = _boilerplate([line for line in running if line.bottom > middle])
    at = 0
    for run, table in ruled_runs(body, tables):
        found, before = _body_pieces(body[at : run.start], style, shapes, before)
        cells = boxes(table, _cut(body[run.start : run.stop], table), shapes)
        text, before = ruled_text(table, cells, style.joiner.join, before=before)
        pieces += [*found, Piece(BlockKind.TABLE, text)]
        at = run.stop
    found, before = _body_pieces(body[at:], style, shapes, before)
    pieces += [*found, *_boilerplate(marks)]
    pieces += _boilerplate([line for line in running if line.bottom <= middle])
    return pieces, before


def _cut(lines: Sequence[Line], table: Grid) -> list[Line]:
    """The lines of a table, names as near each other as words cut where their rules end."""
    return [
        replace(
            line, cells=tuple(c for cell in line.cells for c in cut_at_rules(cell, table.level))
        )
        for line in lines
    ]


def _boilerplate(lines: Sequence[Line]) -> list[Piece]:
    text = "\n".join(line.text.replace(BREAK, "-") for line in lines)
    return [Piece(BlockKind.BOILERPLATE, text)] if lines else []


def _body_pieces(
    lines: Sequence[Line], style: Style, shapes: Sequence[Shape], before: Heads | None
) -> tuple[list[Piece], Heads | None]:
    """Blocks of lines without a drawn table, and the names that hold after them."""
    rows = text_lines(lines, style)
    pieces: list[Piece] = []
    at = 0
    for run in table_runs(lines, headings={i for i, row in enumerate(rows) if row.level}):
        before = _after(rows[at : run.start], before)
        text, before = table_of(
            [lines[i] for i in run], shapes, join=style.joiner.join, before=before
        )
        pieces += [*prose_pieces(rows[at : run.start], style), Piece(BlockKind.TABLE, text)]
        at = run.stop
    pieces += prose_pieces(rows[at:], style)
    return pieces, _after(rows[at:], before)


def _after(rows: Sequence[TextLine], heads: Heads | None) -> Heads | None:
    """The names of a table that may go on after lines of text: after a sub-heading, no more."""
    goes_on = len(rows) <= _BETWEEN and all(
        len(row.line.cells) == 1
        and len(row.text) <= _BETWEEN_CHARS
        and not CAPTION.match(row.text)
        and not _ENDED.search(row.text)
        for row in rows
    )
    return heads if goes_on else None
