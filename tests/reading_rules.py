"""What holds for every document, whatever file it came from."""

from __future__ import annotations

from strategy_qa.text import normalise
from strategy_qa.types import BlockKind, Document


def check_spans(document: Document) -> Document:
    """Pages tile the text; blocks slice back stripped and normalised, in order, on their page."""
    end = 0
    for number, page in enumerate(document.pages, 1):
        assert page.number == number
        assert page.span.start == end
        end = page.span.end
    assert end == len(document.text)
    last = 0
    for block in document.blocks:
        text = block.span.of(document.text)
        assert text
        assert text == text.strip() == normalise(text)
        assert block.span.start >= last
        last = block.span.end
        assert document.pages[block.page - 1].span.contains(block.span)
        assert document.page_at(block.span.start).number == block.page
    covered = "".join(block.span.of(document.text) for block in document.blocks)
    assert "".join(covered.split()) == "".join(document.text.split())
    return document


def blocks(document: Document, kind: BlockKind | None = None) -> list[str]:
    """The texts of all blocks, or of those of one kind."""
    return [b.span.of(document.text) for b in document.blocks if kind in (None, b.kind)]


def outline(document: Document) -> list[tuple[str, int, str]]:
    """Kind, level and text of every block."""
    return [(b.kind.value, b.level, b.span.of(document.text)) for b in document.blocks]
