"""What comes back: hits, citations, answers, comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from strategy_qa.types.documents import Chunk, Source, Span
from strategy_qa.types.forms import AnswerForms, ComparisonForms


class Mode(StrEnum):
    """How the sentences of an answer came about."""

    EXTRACTIVE = "extractive"
    GENERATIVE = "generative"


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for a question. It carries its text: it must outlive the index it came from."""

    chunk: Chunk
    source: Source
    text: str  # equals chunk.span.of(document.text)
    score: float  # fused; comparable within one search only
    dense_rank: int | None = None  # from 1; None where the encoder did not list it
    lexical_rank: int | None = None  # from 1; None where BM25 did not list it
    labels: tuple[str, str] = ("", "")  # printed, of the chunk's first and last page

    @property
    def section(self) -> str:
        """The heading path as one line."""
        return " › ".join(self.chunk.headings)


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and the place where it stands: `document.text[span.start:span.end] == quote`."""

    number: int  # from 1, in order of appearance
    source: Source
    span: Span
    quote: str
    page: int  # physical page on which the quote starts
    page_label: str  # printed page, or ""
    section: str
    document_id: str
    language: str = "en"
    ocr: bool = False  # the page was read by OCR: compare the quote with its picture
    lead_in: str = ""  # lines above the list or table it stands in: what leads into it, its columns


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer with the citations that carry it."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one quote says where the sources differ."""

    citation: int  # the number of the citation whose quote says it
    text: str  # as it stands there: "over 1,500"
    span: Span  # in the document


@dataclass(frozen=True, slots=True)
class Conflict:
    """Quotes of different documents that give different figures or dates for the same thing."""

    measure: str  # count, percent, money or date
    readings: tuple[Reading, ...]  # at least two, in the order of their citations


@dataclass(frozen=True, slots=True)
class Answer(AnswerForms):
    """What the documents say to a question, or that they say nothing."""

    question: str
    claims: tuple[Claim, ...]
    abstained: bool
    confidence: float  # 0 to 1
    hits: tuple[Hit, ...]
    mode: Mode
    index_build: str
    encoder: str = ""
    language: str = "en"  # of the question
    latency_ms: float = 0.0
    searched: str = ""  # the question as it was searched: completed, where it leaned on others
    conflicts: tuple[Conflict, ...] = ()  # where its citations differ

    @property
    def text(self) -> str:
        """The claims, each followed by the numbers of its citations."""
        return "\n".join(
            claim.text + "".join(f" [{citation.number}]" for citation in claim.citations)
            for claim in self.claims
        )

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of all claims in order, each once."""
        seen = {c.number: c for claim in self.claims for c in claim.citations}
        return tuple(seen[number] for number in sorted(seen))


@dataclass(frozen=True, slots=True)
class Mention:
    """What one document says on a question: its best sentence, or that none was found."""

    document_id: str
    source: Source
    citation: Citation | None  # None: no mention found
    confidence: float  # 0 to 1, that the document is about the question; not that it answers it


@dataclass(frozen=True, slots=True)
class Comparison(ComparisonForms):
    """A question put to each document by itself: those that mention it first, the best on top."""

    question: str
    mentions: tuple[Mention, ...]  # one a document
    index_build: str
    encoder: str = ""
    language: str = "en"  # of the question
    latency_ms: float = 0.0

    @property
    def found(self) -> tuple[Mention, ...]:
        """The documents that mention it."""
        return tuple(mention for mention in self.mentions if mention.citation)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations in order, one a document that mentions it."""
        return tuple(mention.citation for mention in self.mentions if mention.citation)
