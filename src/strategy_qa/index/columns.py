"""A document as a row of SQLite and back; its digest is held against it whenever it is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from strategy_qa.errors import IndexCorruptError
from strategy_qa.types import Block, BlockKind, Document, Edition, Page, Source, Span

_KINDS = {kind.value: kind for kind in BlockKind}  # calling it takes four times as long
COLUMNS = "id, source, warnings, sha256, pages, blocks, text, digest"


def document_row(document: Document, chunks: tuple[int, int]) -> tuple[object, ...]:
    """The row of a document whose chunks have these rows, end exclusive."""
    source = document.source
    kept = (
        document.id,
        json.dumps(asdict(source), ensure_ascii=False),
        json.dumps(document.warnings, ensure_ascii=False),
        document.sha256,
        json.dumps(
            [
                (p.number, p.label, p.span.start, p.span.end, p.scanned, p.ocr)
                for p in document.pages
            ]
        ),
        json.dumps([(b.kind, b.span.start, b.span.end, b.page, b.level) for b in document.blocks]),
        document.text,
    )
    id_, source_text, warnings, file, pages, blocks, text = kept
    return (
        id_,
        source.publisher.casefold(),
        source.year,
        source.kind,
        *chunks,
        source_text,
        warnings,
        file,
        _digest(kept),
        pages,
        blocks,
        text,
    )


def document_of(columns: Sequence[str], path: Path) -> Document:
    """The document of a row with `COLUMNS`; IndexCorruptError where it was altered in `path`."""
    id_, source, warnings, file, pages, blocks, text, digest = columns
    if _digest(columns[:-1]) != digest:
        raise IndexCorruptError(
            path,
            f"document {id_} was altered since it was built",
            remedy="Run `strategy-qa verify --repair`.",
        )
    return Document(
        id=id_,
        source=source_of(source),
        sha256=file,
        text=text,
        pages=tuple(
            Page(n, label, Span(a, b), scanned, ocr)
            for n, label, a, b, scanned, ocr in json.loads(pages)
        ),
        blocks=tuple(
            Block(_KINDS[kind], Span(a, b), page, level)
            for kind, a, b, page, level in json.loads(blocks)
        ),
        warnings=tuple(json.loads(warnings)),
    )


def source_of(text: str) -> Source:
    """A source as `document_row` writes it."""
    fields = json.loads(text)
    fields["edition"] = Edition(fields["edition"])
    fields["alternates"] = tuple(fields["alternates"])
    return Source(**fields)


def _digest(columns: Sequence[str]) -> str:
    """Of what a quote and its citation are made of."""
    total = sha256()
    for column in columns:
        data = column.encode()
        total.update(b"%d:" % len(data) + data)
    return total.hexdigest()
