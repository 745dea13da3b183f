from __future__ import annotations

from dataclasses import fields
from string import Formatter

import pytest

from strategy_qa.strings import EN, ES

# Names, and forms that are the same in both.
SAME = {"title", "take_word", "take_markdown", "take_bibtex", "pages_printed", "cite_page"}


@pytest.mark.parametrize("field", [field.name for field in fields(EN)])
def test_both_languages_are_complete(field: str) -> None:
    english, spanish = getattr(EN, field), getattr(ES, field)
    assert english
    assert type(english) is type(spanish)
    if isinstance(english, dict):
        assert english.keys() == spanish.keys()
        assert all(english.values())
        assert all(spanish.values())
    elif isinstance(english, tuple):
        assert len(english) == len(spanish)
    else:
        holes = [{n for _, n, *_ in Formatter().parse(s) if n} for s in (english, spanish)]
        assert holes[0] == holes[1]
    if field not in (
        "title",
        "take_word",
        "take_markdown",
        "take_bibtex",
        "pages_printed",
        "cite_page",
    ):
        assert english != spanish


def test_the_examples_are_the_same_questions_in_both_interfaces() -> None:
    assert set(EN.examples) == set(ES.examples)
