"""The examples run over the small corpus; the notebook over the starter corpus, in test_docs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from strategy_qa.qa import StrategyQA

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))


def test_a_csv_becomes_quotes_word_and_a_bibliography(qa: StrategyQA, tmp_path: Path) -> None:
    import batch_over_csv

    table = batch_over_csv.main(qa, EXAMPLES / "questions.csv", tmp_path / "out")
    with (tmp_path / "out" / "quotes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(table)
    assert any("1,500 personas" in row["quote"] for row in rows)
    assert rows[-1]["abstained"] == "True"
    assert (tmp_path / "out" / "1.docx").read_bytes().startswith(b"PK")
    assert "{plan," in (tmp_path / "out" / "quoted.bib").read_text(encoding="utf-8")


def test_documents_are_set_side_by_side(qa: StrategyQA) -> None:
    import compare_documents

    table = compare_documents.main(qa, "automatable jobs in manufacturing")
    assert list(table["title"]) == ["Jobs and machines"]
    assert "2,809,944" in table["quote"].iloc[0]


def test_a_setting_is_measured(qa: StrategyQA, tmp_path: Path) -> None:
    import evaluate_retrieval

    gold = [
        {"id": "1", "question": "How many jobs in manufacturing?", "language": "en"},
        {"id": "2", "question": "¿Cuántas personas participaron?", "language": "es"},
        {"id": "3", "question": "How many people took part in the consulta?", "language": "en"},
    ]
    documents = ["jobs", "plan", "plan"]
    path = tmp_path / "gold.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({**row, "answerable": True, "split": "dev", "document_id": document,
                        "quotes": ["x"], "answers": ["x"]})
            for row, document in zip(gold, documents, strict=True)
        )
    )  # fmt: skip
    table = evaluate_retrieval.main(qa, path)
    assert table.loc[("es", "its own"), "recall@1"] == 1
    assert table.loc[("en", "its own"), "recall@10"] == 0.5
    assert table.loc[("en", "both languages"), "recall@10"] == 1
