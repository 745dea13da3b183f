"""What every export takes of an answer or a comparison: what is said, how sure, what is near."""

from __future__ import annotations

from collections.abc import Callable

from strategy_qa.confidence import confidence_text
from strategy_qa.render import conflict_text
from strategy_qa.strings import Strings
from strategy_qa.types import Answer, Citation, Claim, Comparison, Hit

Asked = Answer | Comparison

_NEAREST = 3  # passages shown where nothing answers


def claims_of(asked: Asked) -> tuple[Claim, ...]:
    """The sentences, each with its citations; of a comparison each after its document's title."""
    if isinstance(asked, Answer):
        return asked.claims
    return tuple(
        Claim(f"{citation.source.title}: {citation.quote}", (citation,))
        for citation in asked.citations
    )


def nearest(asked: Asked) -> tuple[Hit, ...]:
    """The passages to show where there are no sentences."""
    return asked.hits[:_NEAREST] if isinstance(asked, Answer) else ()


def differences(asked: Asked, number_of: Callable[[Citation], int], w: Strings) -> list[str]:
    """A sentence for each conflict of an answer, with the numbers that its citations have there."""
    if not isinstance(asked, Answer):
        return []
    numbers = {c.number: number_of(c) for c in asked.citations}
    return [
        conflict_text(conflict, language=w.code, number=numbers.__getitem__)
        for conflict in asked.conflicts
    ]


def trust_text(asked: Asked, w: Strings) -> str:
    """The confidence in words; "" for a comparison, which does not claim to answer."""
    if not isinstance(asked, Answer):
        return ""
    return confidence_text(asked.confidence, w)
