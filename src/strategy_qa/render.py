"""Answers and hits as the contract's JSON, as Markdown and as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

from strategy_qa.types import Answer, Citation, Comparison, Edition, Hit, Mention, Source

EDITIONS = {
    Edition.ORIGINAL: "original",
    Edition.RESTATED: "restated in our words, not the original",
    Edition.DIGEST: "digest, not the original",
}
NOTHING = "Nothing in the indexed documents answers this question."
NO_MENTION = {"en": "no mention found", "es": "no se halló mención"}
_WIDTH = 96
_NARROW = 34  # the left column of a comparison


def answer_dict(
    answer: Answer, *, row_id: str | None = None, timings: bool = True
) -> dict[str, Any]:
    """An answer as the JSON object that every surface gives out."""
    return {
        "id": row_id,
        "question": answer.question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "mode": str(answer.mode),
        "language": answer.language,
        "citations": [_citation_dict(citation) for citation in answer.citations],
        "hits": [hit_dict(hit) for hit in answer.hits],
        "index_build": answer.index_build,
        "encoder": answer.encoder,
        "latency_ms": answer.latency_ms if timings else None,
        "error": None,
    }


def error_dict(question: str, error: str, *, row_id: str | None = None) -> dict[str, Any]:
    """A question that could not be asked, with the same keys as an answer."""
    empty = dict.fromkeys(
        ("answer", "confidence", "mode", "language", "index_build", "encoder", "latency_ms")
    )
    return {
        "id": row_id,
        "question": question,
        **empty,
        "abstained": True,
        "citations": [],
        "hits": [],
        "error": error,
    }


def hit_dict(hit: Hit) -> dict[str, Any]:
    """A hit as a JSON object; `start` and `end` count in the document's text."""
    return {
        "document_id": hit.chunk.document_id,
        "title": hit.source.title,
        "page": hit.chunk.pages[0],
        "section": hit.section,
        "text": hit.text,
        "start": hit.chunk.span.start,
        "end": hit.chunk.span.end,
        "score": round(hit.score, 6),
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
    }


def source_dict(source: Source) -> dict[str, Any]:
    """A document of the index as a JSON object."""
    return {
        "id": source.id,
        "title": source.title,
        "url": source.url,
        "publisher": source.publisher,
        "year": source.year,
        "language": source.language,
        "kind": source.kind,
        "edition": str(source.edition),
        "note": source.note,
    }


def comparison_dict(comparison: Comparison) -> dict[str, Any]:
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
        place = _place(citation.section, page_text(citation))
        left = textwrap.wrap(_source_line(citation.source), _NARROW)
        right = textwrap.wrap(f"“{citation.quote}”{place}", _WIDTH - _NARROW - 2)
        pairs = zip_longest(left, right, fillvalue="")
        lines += [*(f"{a:{_NARROW}}  {b}".rstrip() for a, b in pairs), ""]
    nothing = NO_MENTION.get(comparison.language, NO_MENTION["en"])
    width = _WIDTH - len(nothing) - 2
    for mention in comparison.mentions[len(comparison.found) :]:
        title = textwrap.shorten(mention.source.title, width, placeholder=" …")
        lines.append(f"{title:{width}}  {nothing}")
    return "\n".join(lines).rstrip()


def answer_text(answer: Answer) -> str:
    """An answer for a terminal: the claims, then each citation with its quote."""
    if answer.abstained:
        near = [
            f"  {_source_line(h.source)}{_place(h.section, '')}\n"
            + textwrap.indent(_shorten(h.text), "    ")
            for h in answer.hits[:3]
        ]
        return "\n".join([NOTHING, *(["", "Nearest passages:", *near] if near else [])])
    claims = [
        textwrap.fill(f"{claim.text} " + "".join(f"[{c.number}]" for c in claim.citations), _WIDTH)
        for claim in answer.claims
    ]
    return "\n".join([*claims, "", *(_reference(c) for c in answer.citations)])


def answer_markdown(answer: Answer) -> str:
    """An answer with its references, to paste into a document."""
    lines = [f"**{answer.question}**", ""]
    if answer.abstained:
        return "\n".join([*lines, NOTHING, ""])
    lines += [
        f"{claim.text} " + "".join(f"[{c.number}]" for c in claim.citations) + "\n"
        for claim in answer.claims
    ]
    lines += [
        f"{c.number}. {_source_line(c.source)}{_place(c.section, page_text(c))}. {c.source.url}"
        for c in answer.citations
    ]
    return "\n".join([*lines, ""])


def hits_text(hits: Iterable[Hit]) -> str:
    """Hits for a terminal, best first."""
    return "\n\n".join(
        f"{rank}. {_source_line(hit.source)}{_place(hit.section, '')}  ({hit.score:.2f})\n"
        + textwrap.indent(_shorten(hit.text), "   ")
        for rank, hit in enumerate(hits, start=1)
    )


def edition_text(
    source: Source,
    editions: Mapping[Edition, str] = EDITIONS,
    *,
    archived: str = "archived copy of {date}",
    retrieved: str = "retrieved {date}",
) -> str:
    """The edition, and the days of the archive's snapshot and of the retrieval where it has any.

    "original, archived copy of 2019-03-02, retrieved 2026-11-25"; in English unless told how the
    parts are said.
    """
    said = [editions[source.edition]]
    if source.archived:
        said.append(archived.format(date=source.archived))
    if source.retrieved:
        said.append(retrieved.format(date=source.retrieved))
    return ", ".join(said)


def page_text(citation: Citation) -> str:
    """Give "p. iv (PDF p. 6)", "p. 6, read by OCR", or nothing for a text without pages."""
    read = ", read by OCR" if citation.ocr else ""
    if citation.page_label and citation.page_label != str(citation.page):
        return f"p. {citation.page_label} (PDF p. {citation.page}){read}"
    paged = citation.page_label or citation.page > 1 or citation.ocr
    return f"p. {citation.page}{read}" if paged else ""


def _citation_dict(citation: Citation) -> dict[str, Any]:
    source = citation.source
    return {
        "number": citation.number,
        "document_id": citation.document_id,
        "title": source.title,
        "url": source.url,
        "publisher": source.publisher,
        "year": source.year,
        "edition": str(source.edition),
        "page": citation.page,
        "page_label": citation.page_label,
        "section": citation.section,
        "quote": citation.quote,
        "start": citation.span.start,
        "end": citation.span.end,
        "ocr": citation.ocr,
        "retrieved": source.retrieved,
        "archived": source.archived,
        "fetched_from": source.fetched_from,
    }


def _mention_dict(mention: Mention) -> dict[str, Any]:
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
        "citation": _citation_dict(citation) if citation else None,
    }


def _reference(citation: Citation) -> str:
    place = _place(citation.section, page_text(citation))
    quote = textwrap.indent(textwrap.fill(f"“{citation.quote}”", _WIDTH - 4), "    ")
    addresses = filter(None, (citation.source.url, citation.source.fetched_from))
    url = "".join(f"\n    {address}" for address in addresses)
    return f"[{citation.number}] {_source_line(citation.source)}{place}\n{quote}{url}"


def _source_line(source: Source) -> str:
    parts = [source.title, source.publisher, str(source.year or ""), edition_text(source)]
    return " · ".join(part for part in parts if part)


def _place(section: str, page: str) -> str:
    return "".join(f" · {part}" for part in (section, page) if part)


def _shorten(text: str) -> str:
    return textwrap.fill(textwrap.shorten(text, 300, placeholder=" …"), _WIDTH - 4)
