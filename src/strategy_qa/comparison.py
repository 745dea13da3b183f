"""Comparisons as the contract's JSON and as a table for a terminal."""

from __future__ import annotations

import textwrap
from itertools import zip_longest

from strategy_qa.contract import ComparisonDict, MentionDict
from strategy_qa.render import WIDTH, citation_dict, page_text, place_text, source_line
from strategy_qa.types import Comparison, Mention

NO_MENTION = {"en": "no mention found", "es": "no se halló mención"}
_NARROW = 34  # the left column


def comparison_dict(comparison: Comparison) -> ComparisonDict:
    """A comparison as the JSON object that every surface gives out; one entry a document."""
    return {
        "question": comparison.question,
        "language": comparison.language,
        "documents": [_mention_dict(mention) for mention in comparison.mentions],
        "index_build": comparison.index_build,
        "encoder": comparison.encoder,
        "latency_ms": comparison.latency_ms,
    }


def comparison_text(comparison: Comparison) -> str:
    """A comparison as a table for a terminal: document, and what it says."""
    lines: list[str] = []
    for citation in comparison.citations:
        place = place_text(citation.section, page_text(citation))
        left = textwrap.wrap(source_line(citation.source), _NARROW)
        right = textwrap.wrap(f"“{citation.quote}”{place}", WIDTH - _NARROW - 2)
        pairs = zip_longest(left, right, fillvalue="")
        lines += [*(f"{a:{_NARROW}}  {b}".rstrip() for a, b in pairs), ""]
    nothing = NO_MENTION.get(comparison.language, NO_MENTION["en"])
    width = WIDTH - len(nothing) - 2
    for mention in comparison.mentions[len(comparison.found) :]:
        title = textwrap.shorten(mention.source.title, width, placeholder=" …")
        lines.append(f"{title:{width}}  {nothing}")
    return "\n".join(lines).rstrip()


def _mention_dict(mention: Mention) -> MentionDict:
    source, citation = mention.source, mention.citation
    return {
        "document_id": mention.document_id,
        "title": source.title,
        "url": source.url,
        "publisher": source.publisher,
        "year": source.year,
        "edition": str(source.edition),
        "mentioned": citation is not None,
        "confidence": mention.confidence,
        "citation": citation_dict(citation) if citation else None,
    }
