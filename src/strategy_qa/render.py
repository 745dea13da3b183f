"""Answers and hits as the contract's JSON and as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from typing import Any, cast

from strategy_qa.confidence import confidence_text
from strategy_qa.contract import (
    AnswerDict,
    CitationDict,
    ConflictDict,
    DocumentDict,
    HitDict,
)
from strategy_qa.strings import EN, Strings, strings
from strategy_qa.types import Answer, Citation, Conflict, Hit, Source

WIDTH = 96  # columns of a terminal


def answer_dict(answer: Answer, *, row_id: str | None = None, timings: bool = True) -> AnswerDict:
    """An answer as the JSON object that every surface gives out."""
    return {
        "id": row_id,
        "question": answer.question,
        "searched": answer.searched or answer.question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "mode": str(answer.mode),
        "language": answer.language,
        "citations": [citation_dict(citation) for citation in answer.citations],
        "conflicts": [_conflict_dict(conflict) for conflict in answer.conflicts],
        "hits": [hit_dict(hit) for hit in answer.hits],
        "index_build": answer.index_build,
        "encoder": answer.encoder,
        "latency_ms": answer.latency_ms if timings else None,
        "error": None,
    }


def error_dict(question: str, error: str, *, row_id: str | None = None) -> AnswerDict:
    """A question that could not be asked, with the same keys as an answer."""
    known: dict[str, Any] = {
        "id": row_id,
        "question": question,
        "abstained": True,
        "citations": [],
        "conflicts": [],
        "hits": [],
        "error": error,
    }
    return cast(AnswerDict, {name: known.get(name) for name in AnswerDict.__annotations__})


def hit_dict(hit: Hit) -> HitDict:
    """A hit as a JSON object; `start` and `end` count in the document's text."""
    return {
        "document_id": hit.chunk.document_id,
        "title": hit.source.title,
        "page": hit.chunk.pages[0],
        "page_label": hit.labels[0],
        "last_page": hit.chunk.pages[1],
        "last_page_label": hit.labels[1],
        "section": hit.section,
        "text": hit.text,
        "start": hit.chunk.span.start,
        "end": hit.chunk.span.end,
        "score": round(hit.score, 6),
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
        "lead_in": hit.chunk.lead_in,
    }


def source_dict(source: Source) -> DocumentDict:
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


def answer_text(answer: Answer) -> str:
    """An answer for a terminal: the claims, how sure they are, each citation with its quote."""
    w = strings(answer.language)
    if answer.abstained:
        near = [
            f"  {source_line(h.source)}{place_text(h.section, pages_text(h))}\n"
            + textwrap.indent(_shorten(h.text), "    ")
            for h in answer.hits[:3]
        ]
        nothing = [w.abstained, *(["", w.export_nearest, *near] if near else [])]
        return "\n".join([*_searched(answer), *nothing])
    claims = [
        textwrap.fill(f"{claim.text} " + "".join(f"[{c.number}]" for c in claim.citations), WIDTH)
        for claim in answer.claims
    ]
    differ = [
        textwrap.fill(conflict_text(conflict, language=answer.language), WIDTH)
        for conflict in answer.conflicts
    ]
    references = [_reference(citation) for citation in answer.citations]
    sure = confidence_text(answer.confidence, w)
    return "\n".join([*_searched(answer), *claims, *differ, "", sure, "", *references])


def conflict_text(
    conflict: Conflict, *, language: str = "en", number: Callable[[int], int] = lambda n: n
) -> str:
    """One sentence: "The sources differ: over 1,500 [1]; 900 [2]", and a full stop.

    `number` tells how the citations are numbered where they are shown.
    """
    readings = "; ".join(f"{r.text} [{number(r.citation)}]" for r in conflict.readings)
    return f"{strings(language).sources_differ}: {readings}."


def _conflict_dict(conflict: Conflict) -> ConflictDict:
    return {
        "measure": conflict.measure,
        "readings": [
            {"citation": r.citation, "value": r.text, "start": r.span.start, "end": r.span.end}
            for r in conflict.readings
        ],
    }


def _searched(answer: Answer) -> list[str]:
    """A line with the question as it was searched, where that is not as it was asked."""
    if answer.searched in ("", answer.question):
        return []
    said = strings(answer.language).completed.format(question=answer.searched)
    return [textwrap.fill(said, WIDTH), ""]


def hits_text(hits: Iterable[Hit]) -> str:
    """Hits for a terminal, best first."""
    return "\n\n".join(
        f"{rank}. {source_line(hit.source)}{place_text(hit.section, pages_text(hit))}"
        f"  ({hit.score:.2f})\n" + textwrap.indent(_shorten(hit.text), "   ")
        for rank, hit in enumerate(hits, start=1)
    )


def edition_text(source: Source, s: Strings = EN) -> str:
    """The edition, and the days of the archive's snapshot and of the retrieval where it has any.

    "original, archived copy of 2019-03-02, retrieved 2026-11-25".
    """
    said = [s.editions[source.edition]]
    if source.archived:
        said.append(s.archived.format(date=source.archived))
    if source.retrieved:
        said.append(s.retrieved.format(date=source.retrieved))
    return ", ".join(said)


def page_text(citation: Citation) -> str:
    """The page of a citation, see `page_of`."""
    return page_of(citation.page, citation.page_label, ocr=citation.ocr)


def page_of(page: int, label: str, *, ocr: bool) -> str:
    """Give "p. iv (PDF p. 6)", "p. 6, read by OCR", or nothing for a text without pages."""
    read = ", read by OCR" if ocr else ""
    if label and label != str(page):
        return f"p. {label} (PDF p. {page}){read}"
    return f"p. {page}{read}" if label or page > 1 or ocr else ""


def pages_text(hit: Hit) -> str:
    """Give "p. iv (PDF p. 6)", "pp. iv–v (PDF pp. 6–7)", or nothing for a text without pages."""
    first, last = hit.chunk.pages
    physical = f"{first}–{last}" if first != last else str(first)
    printed = "–".join(dict.fromkeys(hit.labels)) if all(hit.labels) else ""
    word = "pp." if first != last else "p."
    if printed not in ("", physical):
        return f"{word} {printed} (PDF {word} {physical})"
    return f"{word} {physical}" if last > 1 or printed else ""


def citation_dict(citation: Citation) -> CitationDict:
    """A citation as a JSON object."""
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
        "lead_in": citation.lead_in,
    }


def _reference(citation: Citation) -> str:
    place = place_text(citation.section, page_text(citation))
    lines = filter(None, citation.lead_in.split("\n"))
    above = f"{' / '.join(lines)} … " if citation.lead_in else ""
    quote = textwrap.indent(textwrap.fill(f"{above}“{citation.quote}”", WIDTH - 4), "    ")
    addresses = filter(None, (citation.source.url, citation.source.fetched_from))
    url = "".join(f"\n    {address}" for address in addresses)
    return f"[{citation.number}] {source_line(citation.source)}{place}\n{quote}{url}"


def source_line(source: Source) -> str:
    """Title, publisher, year and edition of a source."""
    parts = [source.title, source.publisher, str(source.year or ""), edition_text(source)]
    return " · ".join(part for part in parts if part)


def place_text(section: str, page: str) -> str:
    """Section and page, each after a dot."""
    return "".join(f" · {part}" for part in (section, page) if part)


def _shorten(text: str) -> str:
    return textwrap.fill(textwrap.shorten(text, 300, placeholder=" …"), WIDTH - 4)
