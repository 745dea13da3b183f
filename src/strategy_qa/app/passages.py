"""A quote inside its passage: the part around it in sight, the rest folded."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from strategy_qa.strings import Strings
from strategy_qa.types import Citation, Hit

NEAR = 220  # characters of a passage on either side of the quote while its card is folded


def passage_of(citation: Citation, hits: Sequence[Hit]) -> Hit | None:
    """The hit whose text holds the citation's quote at the citation's offsets."""
    for hit in hits:
        chunk = hit.chunk
        if chunk.document_id == citation.document_id and chunk.span.contains(citation.span):
            start = citation.span.start - chunk.span.start
            if hit.text[start : start + len(citation.span)] == citation.quote:
                return hit
    return None


def marked(citation: Citation, hit: Hit | None) -> str:
    """The passage with the quote marked, or the quote alone where no passage holds it."""
    quote = f"<mark>{escape(citation.quote)}</mark>"
    if hit is None:
        return quote
    start = citation.span.start - hit.chunk.span.start
    return _before(hit.text[:start]) + quote + _after(hit.text[start + len(citation.quote) :])


def _before(text: str) -> str:
    cut = text.find(" ", len(text) - NEAR) if len(text) > NEAR else -1
    return _folded(text[:cut]) + escape(text[cut:]) if cut > 0 else escape(text)


def _after(text: str) -> str:
    cut = text.rfind(" ", 0, NEAR) if len(text) > NEAR else -1
    return escape(text[:cut]) + _folded(text[cut:]) if cut > 0 else escape(text)


def _folded(text: str) -> str:
    return f'<span class="far">{escape(text)}</span><span class="gap" aria-hidden="true">…</span>'


def lead(lead_in: str, language: str, s: Strings) -> str:
    """What opens the list or table that a quote stands in; "" for none."""
    quoted = f'<q lang="{escape(language)}">{escape(lead_in)}</q>'
    return f'<p class="section lead">{s.lead_in.format(lead=quoted)}</p>' if lead_in else ""
