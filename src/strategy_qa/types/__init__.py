"""The nouns of the project: frozen values, and the arithmetic on their fields.

One idea carries them: a document is one text; pages, blocks, chunks, sentences and citations are
spans of it. Offsets count characters of `Document.text` from 0, ends are exclusive, pages count
from 1, and a higher score is better.
"""

from strategy_qa.types.answers import (
    Answer,
    Citation,
    Claim,
    Comparison,
    Conflict,
    Hit,
    Mention,
    Mode,
    Reading,
)
from strategy_qa.types.documents import (
    Block,
    BlockKind,
    Chunk,
    Document,
    Edition,
    Filters,
    Notice,
    Page,
    Source,
    Span,
)
from strategy_qa.types.forms import Documents, Hits

__all__ = [
    "Answer",
    "Block",
    "BlockKind",
    "Chunk",
    "Citation",
    "Claim",
    "Comparison",
    "Conflict",
    "Document",
    "Documents",
    "Edition",
    "Filters",
    "Hit",
    "Hits",
    "Mention",
    "Mode",
    "Notice",
    "Page",
    "Reading",
    "Source",
    "Span",
]
