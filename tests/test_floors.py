"""The quality that may only go up: floors on the gold rows that nothing is tuned on."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategy_qa.encode import SentenceEncoder
from strategy_qa.evaluate import choose, measure, parse_limit, read_gold, report_on
from strategy_qa.index.build import build_index
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings

ROOT = Path(__file__).parent.parent
# Each a little below what was measured on 2026-11-30; docs/design.md has the figures.
FLOORS = (
    "recall@1=0.90", "sentence@1=0.87", "acceptable_answer=0.92", "complete_list=0.90",
    "exact_page=1", "quote_fidelity=1", "refusal_recall_off_topic=0.98",
    "refusal_recall_near_miss=0.70", "auroc=0.96", "auroc_near_miss=0.94",
)  # fmt: skip
CEILINGS = ("refused_answerable=0.06",)
GOLD = tuple(ROOT / "tests" / "gold" / f"{name}.jsonl" for name in ("starter", "held_out"))


@pytest.mark.model
def test_the_starter_corpus_holds_its_floors(tmp_path: Path) -> None:
    settings = Settings.load()
    encoder = SentenceEncoder.load()
    build_index(ROOT / "corpus", tmp_path, encoder=encoder, chunk_tokens=settings.chunk.tokens)
    qa = StrategyQA.open(tmp_path, settings=settings, encoder=encoder)
    rows = choose(read_gold(GOLD), split="test")
    report = report_on(list(measure(qa, rows)))
    limits = [parse_limit(text, is_floor=True) for text in FLOORS]
    limits += [parse_limit(text, is_floor=False) for text in CEILINGS]
    assert [line for limit in limits if (line := limit.missed_by(report))] == []
    assert not report.warnings
