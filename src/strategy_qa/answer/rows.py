"""Rows of tables as answers: the ones a question names, the highest, the whole of a short table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from strategy_qa.answer.figures import read_numbers
from strategy_qa.answer.lists import (
    Enumeration,
    asks_for_list,
    list_around,
    row_label,
    superlatives,
)
from strategy_qa.index import Index
from strategy_qa.index.lexical import Terms, stems
from strategy_qa.types import BlockKind, Document, Span

if TYPE_CHECKING:
    from strategy_qa.answer.extractive import Sentence

_SHORT = 6  # rows of a table that may be given whole
_NEAR = 0.8  # of what the best row's name meets of the question: the other rows it names
_LEAST = 0.02  # of the question's weight: what a row's name must meet of it
_COLUMN = re.compile(r"(?:^|; )([^:;]{1,80}): ")
_LEADING = 3  # sentences that may lead into a table


def table_of(index: Index, sentence: Sentence) -> tuple[str, Span] | Sentence:
    """The table that a row stands in; any other sentence stands for itself."""
    document = _document(index, sentence)
    block = document.block_at(sentence.span.start)
    return (document.id, block.span) if block.kind is BlockKind.TABLE else sentence


def rows_alike(index: Index, pool: Sequence[Sentence], terms: Terms) -> frozenset[int]:
    """The `id` of each row that a question meets by no more than any row of its table says.

    What title, headings and lead-in of the table hold, and the names of its columns, tells no row
    from another; the name of the row does. Of the rows named the best count, the others do not.
    """
    alike: set[int] = set()
    for rows in _by_table(index, pool).values():
        named = [_named(index, row, terms) for row in rows]
        enough = max(_LEAST, _NEAR * max((share for share, _ in filter(None, named)), default=0.0))
        for row, met in zip(rows, named, strict=True):
            if met is not None and met[0] < enough and not met[1]:
                alike.add(id(row))
    return frozenset(alike)


def asked_of_table(
    index: Index, question: str, pool: Sequence[Sentence], terms: Terms
) -> tuple[Sentence, ...]:
    """The rows that a question asks for without their names, where a table is its best evidence.

    These are the ones with the highest or the lowest figure, or else all rows of a short table that
    one of the best sentences leads into.
    """
    found = _table_at(index, pool[0])
    if found is None:
        return ()
    document = _document(index, pool[0])
    most, least = superlatives(question)
    if (most or least) and not asks_for_list(question):
        spans = _like_rows(index, pool, document, found.items)
        figures = _figures(document, spans, pool[0].match.row.chunk.language)
        if figures is not None:
            places = [np.argmax(figures)] * most + [np.argmin(figures)] * least
            return tuple(_row(pool[0], document, spans[int(i)]) for i in places)
    alike = rows_alike(index, pool, terms)
    rows = [s for s in pool if s.match.row.chunk.document_id == document.id]
    rows = [s for s in rows if any(item.contains(s.span) for item in found.items)]
    leads = any(s.span == found.lead_in for s in pool[:_LEADING])
    if leads and len(found.items) <= _SHORT and all(id(row) in alike for row in rows):
        return tuple(_row(pool[0], document, span) for span in found.spans)
    return ()


def whole_tables(index: Index, chosen: Sequence[Sentence], *, each: bool) -> list[Sentence]:
    """The sentences, and where they are most of the rows of a short table, its other rows too.

    Where a question asks for `each` of something, one row is enough.
    """
    completed: list[Sentence] = []
    done: set[Span] = set()
    for sentence in chosen:
        document = _document(index, sentence)
        found = list_around(document, sentence.span) if _is_row(document, sentence) else None
        of_table = [
            s for s in chosen
            if found and s.match.row.chunk.document_id == document.id and s.span in found.items
        ]  # fmt: skip
        wanted = 2 * len(of_table) > len(found.items) or each if found else False
        if found and wanted and len(found.items) <= _SHORT:
            if found.items[0] not in done:
                done.add(found.items[0])
                completed += (_row(sentence, document, span) for span in found.items)
        else:
            completed.append(sentence)
    return completed


def _by_table(index: Index, pool: Sequence[Sentence]) -> dict[tuple[str, Span], list[Sentence]]:
    tables: dict[tuple[str, Span], list[Sentence]] = {}
    for sentence in pool:
        table = table_of(index, sentence)
        if isinstance(table, tuple):
            tables.setdefault(table, []).append(sentence)
    return tables


def _named(index: Index, row: Sentence, terms: Terms) -> tuple[float, bool] | None:
    """The share of a question that a row's name holds or means and its headings do not.

    And whether the question holds the whole name. None for a row without a name.
    """
    document = _document(index, row)
    label = row_label(document.text, row.span)
    if not len(label) or label == row.span:
        return None
    chunk = row.match.row.chunk
    over = terms.held(" ".join((*chunk.headings, chunk.lead_in)), chunk.language)
    held = terms.held(label.of(document.text), chunk.language)
    whole = bool(held - over) and len(held) >= len(stems(label.of(document.text), chunk.language))
    return row.match.share(terms.share(held - over), label, beyond=True), whole


def _table_at(index: Index, sentence: Sentence) -> Enumeration | None:
    """The table that a sentence is a row of or leads into."""
    document = _document(index, sentence)
    found = list_around(document, sentence.span)
    if found and document.block_at(found.items[0].start).kind is BlockKind.TABLE:
        return found
    return None


def _like_rows(
    index: Index, pool: Sequence[Sentence], document: Document, rows: Sequence[Span]
) -> list[Span]:
    """Rows, and those of the document's other tables in the pool that have the same columns."""
    columns = _columns(document, rows[0])
    found = dict.fromkeys(rows)
    for name, span in _by_table(index, pool):
        other = list_around(document, span) if name == document.id else None
        if other and _columns(document, other.items[0]) == columns:
            found |= dict.fromkeys(other.items)
    return list(found)


def _columns(document: Document, row: Span) -> list[str]:
    return _COLUMN.findall(row.of(document.text))


def _figures(document: Document, rows: Sequence[Span], language: str) -> list[float] | None:
    """The one figure of each row; None where a row has none or several."""
    found: list[float] = []
    for row in rows:
        numbers = read_numbers(row.of(document.text), language)
        if len(numbers) != 1:
            return None
        found.append(numbers[0].ranges[0][0])
    return found


def _row(like: Sentence, document: Document, span: Span) -> Sentence:
    return replace(like, span=span, text=span.of(document.text))


def _is_row(document: Document, sentence: Sentence) -> bool:
    return document.block_at(sentence.span.start).kind is BlockKind.TABLE


def _document(index: Index, sentence: Sentence) -> Document:
    return index.store.document(sentence.match.row.chunk.document_id)
