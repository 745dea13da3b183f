"""Citations: quotes that are slices of their document, checked at the moment they are made."""

from __future__ import annotations

from collections.abc import Sequence

from strategy_qa.answer.extractive import Sentence
from strategy_qa.errors import IndexCorruptError
from strategy_qa.index import Index
from strategy_qa.leads import lead_in
from strategy_qa.types import Citation, Document, Span


def quote(index: Index, sentence: Sentence, *, number: int) -> Citation:
    """Cite a selected sentence.

    Raises:
        IndexCorruptError: the quote does not stand where the index says; nothing is shown then.
    """
    chunk = sentence.match.row.chunk
    document = index.store.document(chunk.document_id)
    citation = cite(
        document, sentence.span, number=number, headings=chunk.headings, language=chunk.language
    )
    if not is_faithful(citation, document):
        raise IndexCorruptError(
            index.manifest.build,
            f"a quote of {document.id} does not stand in it",
            remedy="Run `strategy-qa build --full`.",
        )
    return citation


def cite(
    document: Document, span: Span, *, number: int, headings: Sequence[str], language: str
) -> Citation:
    """Quote `span` of a document; page and label are those on which the quote starts.

    Raises:
        ValueError: the span is empty or reaches outside the document.
    """
    if not 0 <= span.start < span.end <= len(document.text):
        raise ValueError(f"{document.id}: {span} lies outside the text")
    page, above = document.page_at(span.start), lead_in(document, span.start)
    return Citation(
        number=number,
        source=document.source,
        span=span,
        quote=span.of(document.text),
        page=page.number,
        page_label=page.label,
        section=" › ".join(headings),
        document_id=document.id,
        language=language,
        ocr=page.ocr,
        lead_in=above.of(document.text) if above else "",
    )


def is_faithful(citation: Citation, document: Document) -> bool:
    """Whether the quote stands in the document where the citation says, on the page it says."""
    page = document.page_at(citation.span.start)
    return (
        citation.document_id == document.id
        and citation.span.of(document.text) == citation.quote
        and (citation.page, citation.page_label) == (page.number, page.label)
    )
