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
# Each a little below what was measured; docs/design.md has the figures.
FLOORS = {
    "starter": (
        "recall@1=0.87", "sentence@1=0.87", "acceptable_answer=0.92", "complete_list=0.90",
        "exact_page=1", "quote_fidelity=1", "refusal_recall_off_topic=0.98",
        "refusal_recall_near_miss=0.70", "auroc=0.96", "auroc_near_miss=0.95",
    ),
}  # fmt: skip
CEILINGS = ("refused_answerable=0.05",)


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> StrategyQA:
    """The starter corpus, built with the packaged encoder."""
    settings, folder = Settings.load(), tmp_path_factory.mktemp("index")
    encoder = SentenceEncoder.load()
    build_index(ROOT / "corpus", folder, encoder=encoder, chunk_tokens=settings.chunk.tokens)
    return StrategyQA.open(folder, settings=settings, encoder=encoder)


@pytest.mark.model
@pytest.mark.parametrize("name", FLOORS)
def test_the_starter_corpus_holds_its_floors(name: str, starter: StrategyQA) -> None:
    rows = choose(read_gold([ROOT / "tests" / "gold" / f"{name}.jsonl"]), split="test")
    report = report_on(list(measure(starter, rows)))
    limits = [parse_limit(text, is_floor=True) for text in FLOORS[name]]
    limits += [parse_limit(text, is_floor=False) for text in CEILINGS]
    assert [line for limit in limits if (line := limit.missed_by(report))] == []
    assert not report.warnings
