"""What each document says on a subject, side by side, the oldest first.

python examples/compare_documents.py index "open data"
"""

from __future__ import annotations

import sys

import pandas as pd

from strategy_qa import StrategyQA


def main(qa: StrategyQA, subject: str) -> pd.DataFrame:
    """The documents that mention a subject, with the sentence nearest to it."""
    table = qa.compare(subject).to_pandas()
    said = table[table["mentioned"]].sort_values(["year", "title"])
    return said[["year", "title", "edition", "quote"]]


if __name__ == "__main__":
    index, subject = sys.argv[1:]
    print(main(StrategyQA.open(index), subject).to_string(index=False))
