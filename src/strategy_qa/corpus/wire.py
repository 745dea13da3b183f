"""Documents as JSON between the reading process and ours: plain values, checked on arrival.

The process that reads hostile files may have been taken over by one, so nothing it says is
trusted: no pickle, and a document whose spans do not fit its text is no document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from strategy_qa.corpus.links import Link
from strategy_qa.corpus.look import Look
from strategy_qa.corpus.provenance import SUFFIXES
from strategy_qa.errors import EncryptedFileError, ReadError, UnsupportedFileError
from strategy_qa.types import Block, BlockKind, Document, Edition, Page, Source, Span

OUT_OF_MEMORY = 86  # exit status of the reading process

_ERRORS = {kind.__name__: kind for kind in (ReadError, UnsupportedFileError, EncryptedFileError)}
_SHA256 = re.compile("[0-9a-f]{64}")


def line_of(message: Mapping[str, object]) -> bytes:
    """A message as one line of UTF-8."""
    line = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return line.encode("utf-8", "backslashreplace") + b"\n"


def source_fields(source: Source) -> dict[str, Any]:
    """A source as plain values."""
    return asdict(source)


def document_fields(document: Document) -> dict[str, Any]:
    """A document as plain values."""
    return {
        "id": document.id,
        "source": source_fields(document.source),
        "sha256": document.sha256,
        "text": document.text,
        "pages": [(p.label, *_ends(p.span), p.scanned, p.ocr) for p in document.pages],
        "blocks": [(b.kind, *_ends(b.span), b.page, b.level) for b in document.blocks],
        "warnings": document.warnings,
    }


def error_fields(error: ReadError) -> dict[str, object]:
    """An error as plain values, without its subject."""
    return {
        "kind": type(error).__name__,
        "reason": error.reason,
        "remedy": error.remedy,
        "passing": error.passing,
    }


def error_from(fields: Any, *, subject: str) -> ReadError:
    """The error that `error_fields` described; ValueError where it is none."""
    kind = _ERRORS.get(_text(fields["kind"]), ReadError)
    reason, remedy = _text(fields["reason"]), _text(fields["remedy"])
    return kind(subject, reason, remedy=remedy, passing=fields["passing"] is True)


def source_from_fields(fields: Any) -> Source:
    """The source that `source_fields` described; ValueError or TypeError where it is none."""
    year = fields.pop("year")
    _check(year is None or type(year) is int)
    edition = Edition(_text(fields.pop("edition")))
    alternates = tuple(map(_text, fields.pop("alternates")))
    plain = {name: _text(value) for name, value in fields.items()}
    return Source(**plain, year=year, edition=edition, alternates=alternates)


def document_from(fields: Any) -> Document:
    """The document that `document_fields` described, its spans checked against its text.

    Raises ValueError, KeyError, TypeError or AttributeError where it is none.
    """
    text, sha256 = _text(fields["text"]), _text(fields["sha256"])
    source = source_from_fields(fields["source"])
    _check(bool(_SHA256.fullmatch(sha256)) and source.id == fields["id"] != "")
    pages = tuple(
        Page(number, _text(label), Span(_number(start), _number(end)), scanned is True, ocr is True)
        for number, (label, start, end, scanned, ocr) in enumerate(fields["pages"], 1)
    )
    blocks = tuple(
        Block(BlockKind(kind), Span(_number(start), _number(end)), _number(page), _number(level))
        for kind, start, end, page, level in fields["blocks"]
    )
    _check_spans(text, pages, blocks)
    warnings = tuple(map(_text, fields["warnings"]))
    return Document(source.id, source, sha256, text, pages, blocks, warnings)


def look_from(fields: Any) -> Look:
    """The look that crossed as plain values; ValueError, KeyError or TypeError for none."""
    words = _number(fields.pop("words"))
    headings, documents = (tuple(map(_text, fields.pop(k))) for k in ("headings", "documents"))
    plain = {name: _text(value) for name, value in fields.items()}
    _check(plain["media_type"] in SUFFIXES)
    return Look(**plain, words=words, headings=headings, documents=documents)


def links_from(fields: Any) -> tuple[Link, ...]:
    """The links that crossed as plain values; ValueError, KeyError or TypeError for none."""
    return tuple(
        Link(
            page=_number(link.pop("page")),
            **{name: _text(value) for name, value in link.items()},
        )
        for link in fields
    )


def _check_spans(text: str, pages: tuple[Page, ...], blocks: tuple[Block, ...]) -> None:
    """Pages tile the text; blocks follow each other on their pages, with blanks between them."""
    at = 0
    for page in pages:
        _check(page.span.start == at <= page.span.end)
        at = page.span.end
    _check(bool(pages) and at == len(text))
    at = 0
    for block in blocks:
        _check(at <= block.span.start < block.span.end and not text[at : block.span.start].strip())
        _check(1 <= block.page <= len(pages) and pages[block.page - 1].span.contains(block.span))
        at = block.span.end
    _check(not text[at:].strip())


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is no text")
    value.encode("utf-8")  # half a surrogate pair is a UnicodeEncodeError, which is a ValueError
    return value


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("a number is no number")
    return value


def _check(condition: bool) -> None:
    if not condition:
        raise ValueError("a document whose parts do not fit each other")
