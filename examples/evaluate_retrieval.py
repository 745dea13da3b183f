"""Does it help to search passages in the question's own language alone? Measured on gold questions.

python examples/evaluate_retrieval.py index tests/gold/starter.jsonl
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from strategy_qa import StrategyQA
from strategy_qa.evaluate import read_gold
from strategy_qa.evaluate.metrics import recall


def main(qa: StrategyQA, gold: Path, *, split: str = "dev") -> pd.DataFrame:
    """The share of questions with a right document among the first k passages, by setting."""
    asked = [row for row in read_gold([gold]) if row.answerable and row.split == split]
    found = []
    for row in asked:
        right = {row.document_id, *row.documents}
        for setting, language in (("both languages", None), ("its own", row.language)):
            hits = qa.search(row.question, k=10, language=language)
            ranking = [hit.chunk.document_id in right for hit in hits]
            scores = {f"recall@{k}": recall(ranking, k=k) for k in (1, 3, 10)}
            found.append({"setting": setting, "language": row.language, **scores})
    return pd.DataFrame(found).groupby(["language", "setting"]).mean().round(3)


if __name__ == "__main__":
    index, gold = sys.argv[1:]
    print(main(StrategyQA.open(index), Path(gold)))
