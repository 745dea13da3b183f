"""What is asked: sources, and documents as one text with spans of it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    BOILERPLATE = "boilerplate"  # running headers and footers: in the text, outside every chunk


class Edition(StrEnum):
    """How close a document is to what was published."""

    ORIGINAL = "original"
    RESTATED = "restated"  # the whole document in our own words
    DIGEST = "digest"  # a summary in our own words


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters, `text[start:end]`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of `text` inside this span."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from, as shown beside every citation of it."""

    id: str
    title: str
    url: str = ""
    publisher: str = ""
    year: int | None = None
    # ISO 639-1; "und" where it could not be told, "" in a catalogue that leaves it to the text
    language: str = "en"
    kind: str = "report"  # report, page, news, portal, data
    edition: Edition = Edition.ORIGINAL
    alternates: tuple[str, ...] = ()  # other addresses of the same text
    cited_for: str = ""  # the claim of the brief that links to it
    note: str = ""  # caveats about this edition
    retrieved: str = ""  # the day on which it was fetched, as 2026-11-25; "" for a file put there
    archived: str = ""  # the day of the archive's snapshot, where that is what was fetched
    fetched_from: str = ""  # the address that gave the text, where it is not `url`

    @property
    def byline(self) -> str:
        """By what people name it: title, publisher and year."""
        return " ".join(filter(None, (self.title, self.publisher, str(self.year or ""))))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document."""

    number: int  # physical, from 1
    label: str  # as printed, e.g. "iv"; "" where the document has no printed pages
    span: Span
    scanned: bool = False  # a picture of a page, with no text of its own or next to none
    ocr: bool = False  # its text was read off that picture by OCR


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of layout: a heading, a paragraph, a list item, a table."""

    kind: BlockKind
    span: Span
    page: int  # the page on which it starts
    level: int = 0  # depth of a heading (1 is the title) or of a list item; 0 elsewhere


@dataclass(frozen=True, slots=True)
class Document:
    """A document as one normalised text with its pages and blocks as spans of it."""

    id: str
    source: Source
    sha256: str  # of the file's bytes
    text: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()

    def page_at(self, offset: int) -> Page:
        """The page on which the character at `offset` stands."""
        found = self.pages[0]
        for page in self.pages:
            if page.span.start > offset:
                break
            found = page
        return found

    def block_at(self, offset: int) -> Block:
        """The block that holds the character at `offset`, or the last one before it."""
        at = bisect_right(self.blocks, offset, key=lambda block: block.span.start)
        return self.blocks[max(0, at - 1)]


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit of retrieval: a run of blocks under one heading path."""

    id: str
    document_id: str
    span: Span
    headings: tuple[str, ...]  # from the document's outermost heading inwards
    pages: tuple[int, int]  # first and last, both included
    language: str
    token_count: int  # of its text, by tiktoken
    lead_in: str = ""  # lines of the document that lead into the list or table it goes on with


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents a question is put to; an empty field lets everything through."""

    documents: frozenset[str] = field(default_factory=frozenset)
    languages: frozenset[str] = field(default_factory=frozenset)
    years: tuple[int | None, int | None] = (None, None)  # first and last, both included
    publishers: frozenset[str] = field(default_factory=frozenset)  # any part of the name
    kinds: frozenset[str] = field(default_factory=frozenset)
    editions: frozenset[str] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Notice:
    """What a maintainer should know of a file or a document: left out, or read with a doubt."""

    subject: str  # path below the corpus, or document id
    reason: str
