"""Describes how well a document was read, so that a bad one is seen before it is cited."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from strategy_qa.corpus.isolation import IsolatedReader, Limits
from strategy_qa.errors import ReadError
from strategy_qa.languages import passage_language
from strategy_qa.types import Block, BlockKind, Document, Page

# Marks of lists and boxes of forms stand alone by right; so do a few signs of any report.
_AT_HOME = frozenset("•▪◦‣●○■□☐☒☑➢✓$€£%+=<>~|©®™°§†‡→←↑↓≥≤±×")
_BROKEN = {"Co", "Cn"}  # private use: a font's own signs; unassigned
_SYMBOLS = {"So", "Sk", "Sm", "Sc"}


@dataclass(frozen=True, slots=True)
class PageReport:
    """What was read of one page."""

    number: int
    label: str
    characters: int
    blocks: Mapping[BlockKind, int]  # only kinds that occur
    language: str  # en, es or that of the document; "" for next to no text, "und" if unknown
    garbled: float  # share of characters, 0 to 1: see `garbled_share`
    scanned: bool
    ocr: bool


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What was read of a document."""

    id: str
    title: str
    language: str
    characters: int
    blocks: Mapping[BlockKind, int]
    garbled: float
    warnings: tuple[str, ...]
    pages: tuple[PageReport, ...]


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file: what was read of it, or why nothing was."""

    path: Path
    result: DocumentReport | ReadError


def read_report(document: Document) -> DocumentReport:
    """Describe a document."""
    blocks: dict[int, list[Block]] = {page.number: [] for page in document.pages}
    for block in document.blocks:
        blocks[block.page].append(block)
    pages = tuple(_page(document, page, blocks[page.number]) for page in document.pages)
    return DocumentReport(
        id=document.id,
        title=document.source.title,
        language=document.source.language,
        characters=len(document.text),
        blocks=dict(Counter(block.kind for block in document.blocks)),
        garbled=garbled_share(document.text),
        warnings=document.warnings,
        pages=pages,
    )


def read_files(paths: tuple[Path, ...], *, limits: Limits | None = None) -> Iterator[FileReport]:
    """Read files as the build does, each in bounds, and describe them."""
    with IsolatedReader(limits=limits) as reader:
        for path in paths:
            try:
                yield FileReport(path, read_report(reader.read(path)))
            except ReadError as error:
                yield FileReport(path, error)


def garbled_share(text: str) -> float:
    """The share of visible characters that nobody can read.

    Replacement characters, those of private use and unassigned ones, and symbols that stand
    alone between blanks. A font with a wrong table of letters is not found: its letters are real.
    """
    visible = bad = 0
    for word in text.split():
        visible += len(word)
        alone = len(word) == 1
        if alone or not word.isalnum():
            bad += sum(_is_garbled(char, alone=alone) for char in word)
    return bad / visible if visible else 0.0


def _is_garbled(char: str, *, alone: bool) -> bool:
    kind = unicodedata.category(char)
    return (
        char == "\ufffd" or kind in _BROKEN or (alone and kind in _SYMBOLS and char not in _AT_HOME)
    )


def _page(document: Document, page: Page, blocks: list[Block]) -> PageReport:
    text = page.span.of(document.text)
    return PageReport(
        number=page.number,
        label=page.label,
        characters=len(text.strip()),
        blocks=dict(Counter(block.kind for block in blocks)),
        language=passage_language(text, within=document.source.language, default=""),
        garbled=garbled_share(text),
        scanned=page.scanned,
        ocr=page.ocr,
    )
