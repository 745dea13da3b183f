"""Answers questions about a country's AI strategy from its documents, with verified quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strategy_qa.errors import StrategyQAError
from strategy_qa.types import (
    Answer,
    Chunk,
    Citation,
    Claim,
    Comparison,
    Conflict,
    Document,
    Documents,
    Edition,
    Filters,
    Hit,
    Hits,
    Mention,
    Reading,
    Source,
    Span,
)

if TYPE_CHECKING:
    from strategy_qa.qa import StrategyQA

__all__ = [
    "Answer",
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
    "Reading",
    "Source",
    "Span",
    "StrategyQA",
    "StrategyQAError",
]


def __getattr__(name: str) -> Any:
    # StrategyQA is imported on first use, so that `import strategy_qa` stays instant.
    if name == "StrategyQA":
        from strategy_qa.qa import StrategyQA

        return StrategyQA
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
