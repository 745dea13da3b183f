"""What the HTTP API takes and gives, as pydantic models: the door, and the words of its page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from strategy_qa.question import MAX_QUESTION
from strategy_qa.types import Filters

MAX_K = 100  # passages a request may ask for
_MAX_FILTERS = 50  # names one filter may list

Year = Annotated[int, Field(ge=1000, le=9999)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[list[Name], Field(max_length=_MAX_FILTERS)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")

    k: Annotated[int, Field(ge=1, le=MAX_K, description="Passages to return.")] = 10
    language: Annotated[
        Literal["en", "es"] | None, Field(description="Only passages in this language.")
    ] = None
    documents: Annotated[Names, Field(description="Only documents with these ids.")] = []
    publishers: Annotated[Names, Field(description="Only publishers with this in their name.")] = []
    kinds: Annotated[
        list[Literal["report", "page", "news", "portal", "data"]],
        Field(max_length=_MAX_FILTERS, description="Only sources of these kinds."),
    ] = []
    editions: Annotated[
        list[Literal["original", "restated", "digest"]],
        Field(max_length=_MAX_FILTERS, description="Only documents in these editions."),
    ] = []
    first_year: Annotated[Year | None, Field(description="Only from this year on.")] = None
    last_year: Annotated[Year | None, Field(description="Only up to this year.")] = None

    @model_validator(mode="after")
    def _years_in_order(self) -> _Request:
        if self.first_year and self.last_year and self.first_year > self.last_year:
            raise ValueError("last_year comes before first_year")
        return self

    def filters(self) -> Filters:
        """The filters that the request stands for."""
        return Filters(
            documents=frozenset(self.documents),
            languages=frozenset({self.language} if self.language else ()),
            years=(self.first_year, self.last_year),
            publishers=frozenset(self.publishers),
            kinds=frozenset(self.kinds),
            editions=frozenset(self.editions),
        )


class Question(_Request):
    """A question to answer, and the documents to look at."""

    question: Annotated[
        str,
        Field(min_length=1, max_length=MAX_QUESTION, description="In English or Spanish."),
    ]


class Query(_Request):
    """Words or a question to find passages for, and the documents to look at."""

    query: Annotated[
        str,
        Field(min_length=1, max_length=MAX_QUESTION, description="Words or a question."),
    ]


class _Response(BaseModel):
    model_config = ConfigDict(extra="allow")  # a field that is added reaches the client


class CitationOut(_Response):
    """A quote and the place where it stands."""

    number: int = Field(description="As in the answer's text: [1].")
    document_id: str
    title: str
    url: str
    publisher: str
    year: int | None
    edition: str = Field(description="original, restated or digest: whose words they are.")
    page: int = Field(description="Physical page, from 1.")
    page_label: str = Field(description="Page as printed, or empty.")
    section: str
    quote: str
    start: int = Field(description="First character of the quote in the document's text.")
    end: int = Field(description="The character after its last.")
    ocr: bool = Field(description="The page was read by OCR.")
    retrieved: str = Field(description="When an original was fetched, or empty.")
    archived: str = Field(description="The day of the archive's copy, where it is one.")
    fetched_from: str = Field(description="The address that gave it, where it was another.")


class HitOut(_Response):
    """A passage that was found."""

    document_id: str
    title: str
    page: int = Field(description="Physical page on which it starts, from 1.")
    page_label: str = Field(description="That page as printed, or empty.")
    last_page: int = Field(description="Physical page on which it ends.")
    last_page_label: str
    section: str
    text: str
    start: int
    end: int
    score: float = Field(description="Comparable within one request only; higher is better.")
    dense_rank: int | None
    lexical_rank: int | None


class AnswerOut(_Response):
    """An answer, or `abstained` with no citations and the nearest passages as hits."""

    id: str | None
    question: str
    searched: str = Field(description="The question as it was searched.")
    answer: str
    abstained: bool
    confidence: float = Field(ge=0, le=1)
    mode: str
    language: str = Field(description="Of the question.")
    citations: list[CitationOut]
    hits: list[HitOut]
    index_build: str
    encoder: str
    latency_ms: float
    error: None = None


class Passages(_Response):
    """The passages nearest to a query, best first."""

    query: str
    index_build: str
    hits: list[HitOut]


class DocumentOut(_Response):
    """A document of the index."""

    id: str
    title: str
    url: str
    publisher: str
    year: int | None
    language: str
    kind: str
    edition: str
    note: str = Field(description="What to know of this edition before quoting it.")


class Documents(_Response):
    """Every document of the index."""

    index_build: str
    documents: list[DocumentOut]


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
