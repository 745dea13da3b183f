"""Which rows of a table answer: the named ones, the highest and lowest, all of a short one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from strategy_qa.index.build import BuildReport
from strategy_qa.qa import StrategyQA

HARBOURS = """# Harbours

The harbours were counted twice. Most cranes of harbours:

| Harbour | Cranes of harbours |
|---|---|
| Alba | 900 |
| North Brea | 740 |
| Cala | 610 |

Fewest cranes of harbours:

| Harbour | Cranes of harbours |
|---|---|
| Dorn | 32 |
| Esla | 11 |
| Faro | 25 |

## The Alba fund

The Alba fund for harbours was paid by three:

| Giver | Sum |
|---|---|
| Board of Alba | 2.5 |
| Museum of Salt | 3.5 |
| Navy | 1.0 |
"""


@pytest.fixture
def harbours(qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path) -> StrategyQA:
    (corpus / "documents" / "harbours.md").write_text(HARBOURS)
    build()
    return qa


def _rows(qa: StrategyQA, question: str) -> list[str]:
    return [s.text for s in qa.evidence(question).chosen if ": " in s.text]


def test_the_row_with_the_highest_and_the_lowest_figure(harbours: StrategyQA) -> None:
    rows = _rows(harbours, "Which harbour has the most cranes of harbours and which the fewest?")
    assert "Harbour: Alba; Cranes of harbours: 900" in rows
    assert "Harbour: Esla; Cranes of harbours: 11" in rows
    assert "Harbour: Dorn; Cranes of harbours: 32" not in rows


def test_both_rows_that_a_question_names(harbours: StrategyQA) -> None:
    rows = _rows(harbours, "How many cranes of harbours do Cala and North Brea have?")
    assert "Harbour: Cala; Cranes of harbours: 610" in rows
    assert "Harbour: North Brea; Cranes of harbours: 740" in rows
    assert "Harbour: Dorn; Cranes of harbours: 32" not in rows


def test_what_the_heading_says_names_no_row(harbours: StrategyQA) -> None:
    rows = _rows(harbours, "What sum did the Bank give to the Alba fund for harbours?")
    assert "Giver: Board of Alba; Sum: 2.5" in rows
    assert "Giver: Museum of Salt; Sum: 3.5" in rows  # all of them, or none
    assert "Giver: Navy; Sum: 1.0" in rows
