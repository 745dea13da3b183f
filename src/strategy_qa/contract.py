"""The JSON of the contract, field by field: what ask, batch, the API and notebooks give out.

Every other list of these fields (columns of a table, the schema of the API) is taken from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic asks for this one below Python 3.12


class CitationDict(TypedDict):
    """A quote and the place where it stands."""

    number: Annotated[int, Field(description="As in the answer's text: [1].")]
    document_id: str
    title: str
    url: str
    publisher: str
    year: int | None
    edition: Annotated[
        str, Field(description="original, restated or digest: whose words they are.")
    ]
    page: Annotated[int, Field(description="Physical page on which it starts, from 1.")]
    page_label: Annotated[str, Field(description="That page as printed, or empty.")]
    section: str
    quote: str
    start: Annotated[int, Field(description="First character of the quote in the document's text.")]
    end: Annotated[int, Field(description="The character after its last.")]
    ocr: Annotated[bool, Field(description="The page was read by OCR.")]
    retrieved: Annotated[str, Field(description="When an original was fetched, or empty.")]
    archived: Annotated[str, Field(description="The day of the archive's copy, where it is one.")]
    fetched_from: Annotated[
        str, Field(description="The address that gave it, where it was another.")
    ]
    lead_in: Annotated[
        str, Field(description="What opens the list or table it stands in, or empty.")
    ]


class HitDict(TypedDict):
    """A passage that was found."""

    document_id: str
    title: str
    page: Annotated[int, Field(description="Physical page on which it starts, from 1.")]
    page_label: Annotated[str, Field(description="That page as printed, or empty.")]
    last_page: Annotated[int, Field(description="Physical page on which it ends.")]
    last_page_label: Annotated[str, Field(description="That page as printed, or empty.")]
    section: str
    text: str
    start: Annotated[int, Field(description="First character in the document's text.")]
    end: Annotated[int, Field(description="The character after its last.")]
    score: Annotated[
        float, Field(description="Comparable within one request only; higher is better.")
    ]
    dense_rank: Annotated[int | None, Field(description="Place by meaning, from 1.")]
    lexical_rank: Annotated[int | None, Field(description="Place by words, from 1.")]
    lead_in: Annotated[
        str, Field(description="What opens the list or table it goes on with, or empty.")
    ]


class ReadingDict(TypedDict):
    """What one quote says where the sources differ."""

    citation: Annotated[int, Field(description="The number of the citation that says it.")]
    value: Annotated[str, Field(description="As it stands in the quote.")]
    start: Annotated[int, Field(description="First character of it in the document's text.")]
    end: Annotated[int, Field(description="The character after its last.")]


class ConflictDict(TypedDict):
    """Quotes of different documents that give different figures for the same thing."""

    measure: Annotated[str, Field(description="count, percent, money or date.")]
    readings: list[ReadingDict]


class AnswerDict(TypedDict):
    """An answer, or `abstained` with no citations and the nearest passages as hits.

    A question of a batch that could not be asked has its `error` and null where nothing is known.
    """

    id: Annotated[str | None, Field(description="Of the row of a batch.")]
    question: str
    searched: Annotated[
        str | None,
        Field(description="The question as it was searched: completed, where it leaned on others."),
    ]
    answer: Annotated[str | None, Field(description="Empty where the documents are silent.")]
    abstained: bool
    confidence: Annotated[float | None, Field(ge=0, le=1)]
    mode: str | None
    language: Annotated[str | None, Field(description="Of the question.")]
    citations: list[CitationDict]
    conflicts: Annotated[list[ConflictDict], Field(description="Where the citations differ.")]
    hits: list[HitDict]
    index_build: str | None
    encoder: str | None
    latency_ms: float | None
    error: Annotated[str | None, Field(description="Why the question could not be asked.")]


class DocumentDict(TypedDict):
    """A document of the index."""

    id: str
    title: str
    url: str
    publisher: str
    year: int | None
    language: str
    kind: Annotated[str, Field(description="report, page, news, portal or data.")]
    edition: Annotated[
        str, Field(description="original, restated or digest: whose words they are.")
    ]
    note: Annotated[str, Field(description="What to know of this edition before quoting it.")]


class MentionDict(TypedDict):
    """What one document says on a question, or that it does not mention it."""

    document_id: str
    title: str
    url: str
    publisher: str
    year: int | None
    edition: str
    mentioned: bool
    confidence: Annotated[
        float, Field(ge=0, le=1, description="That the document is about it, not that it answers.")
    ]
    citation: Annotated[CitationDict | None, Field(description="Its best sentence, if mentioned.")]


class ComparisonDict(TypedDict):
    """A question put to each document by itself: those that mention it first, the best on top."""

    question: str
    language: Annotated[str, Field(description="Of the question.")]
    documents: list[MentionDict]
    index_build: str
    encoder: str
    latency_ms: float


CITATION_FIELDS = tuple(CitationDict.__annotations__)
HIT_FIELDS = tuple(HitDict.__annotations__)
DOCUMENT_FIELDS = tuple(DocumentDict.__annotations__)
ABOUT_FIELDS = ("id", "question", "abstained", "confidence")
EVIDENCE_FIELDS = (*ABOUT_FIELDS, *CITATION_FIELDS, "index_build", "error")


def by_citation(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A flat row for each citation of an answer, with the keys `EVIDENCE_FIELDS`.

    One row without a citation where there is none, so that no question is lost.
    """
    about = {name: answer[name] for name in (*ABOUT_FIELDS, "index_build", "error")}
    for citation in answer["citations"] or [dict.fromkeys(CITATION_FIELDS)]:
        cited = {name: citation[name] for name in CITATION_FIELDS}
        row = about | cited
        yield {name: row[name] for name in EVIDENCE_FIELDS}
