"""Measure answers against gold questions: retrieval, selection, pages, silence, speed.

1. `read_gold` or `squad_gold` read the questions, 2. `measure` asks and judges them one by one,
3. `report_on` sums up, 4. a `Limit` tells whether a floor was missed.
"""

from __future__ import annotations

from strategy_qa.evaluate.asking import Outcome, measure
from strategy_qa.evaluate.gate import gate
from strategy_qa.evaluate.gold import Gold, choose, read_gold
from strategy_qa.evaluate.limits import Limit, parse_limit
from strategy_qa.evaluate.report import (
    MEASURES,
    Report,
    outcome_dict,
    report_dict,
    report_on,
    report_text,
)
from strategy_qa.evaluate.squad import read_squad, squad_gold, write_corpus

__all__ = [
    "MEASURES",
    "Gold",
    "Limit",
    "Outcome",
    "Report",
    "choose",
    "gate",
    "measure",
    "outcome_dict",
    "parse_limit",
    "read_gold",
    "read_squad",
    "report_dict",
    "report_on",
    "report_text",
    "squad_gold",
    "write_corpus",
]
