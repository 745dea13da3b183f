"""Every sentence of the chat and of the exports, in English and in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

from strategy_qa.strings.english import EN
from strategy_qa.strings.fields import Strings
from strategy_qa.strings.spanish import ES

__all__ = ["CATALOGUE", "EN", "ES", "Strings", "strings"]

CATALOGUE: Mapping[str, Strings] = {"en": EN, "es": ES}


def strings(language: str) -> Strings:
    """The words of `language`; English where we do not speak it."""
    return CATALOGUE.get(language, EN)
