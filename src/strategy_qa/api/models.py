"""What the HTTP API takes and gives, as pydantic models: the door, and the words of its page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from strategy_qa.contract import DocumentDict, HitDict
from strategy_qa.languages import LANGUAGE
from strategy_qa.question import MAX_QUESTION
from strategy_qa.types import Filters

MAX_K = 100  # passages a request may ask for
_MAX_FILTERS = 50  # names one filter may list

Year = Annotated[int, Field(ge=1000, le=9999)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=1, le=MAX_K, description="Passages to return.")]
Names = Annotated[list[Name], Field(max_length=_MAX_FILTERS)]


class _Narrowed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: Annotated[
        str | None,
        Field(pattern=f"^(?:{LANGUAGE})$", description="Only passages in this language: en, es, …"),
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
    def _years_in_order(self) -> _Narrowed:
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


class Compared(_Narrowed):
    """A question to put to each document by itself, and the documents to look at."""

    question: Annotated[
        str,
        Field(min_length=1, max_length=MAX_QUESTION, description="In English or Spanish."),
    ]


class Question(Compared):
    """A question to answer, and the documents to look at."""

    k: Count = 10


class Query(_Narrowed):
    """Words or a question to find passages for, and the documents to look at."""

    query: Annotated[
        str,
        Field(min_length=1, max_length=MAX_QUESTION, description="Words or a question."),
    ]
    k: Count = 10


class Passages(BaseModel):
    """The passages nearest to a query, best first."""

    query: str
    index_build: str
    hits: list[HitDict]


class Documents(BaseModel):
    """Every document of the index."""

    index_build: str
    documents: list[DocumentDict]


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
