"""Answer the questions of a CSV file: a row for each quote, a Word document, a bibliography.

python examples/batch_over_csv.py index examples/questions.csv answers
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from strategy_qa import StrategyQA


def main(qa: StrategyQA, source: Path, folder: Path) -> pd.DataFrame:
    """Ask, write everything into a folder, and give the table of quotes."""
    questions = pd.read_csv(source)["question"]
    answers = list(qa.ask_many(questions, progress=True))
    quotes = pd.concat([answer.to_pandas(by="citation") for answer in answers])
    folder.mkdir(exist_ok=True)
    quotes.to_csv(folder / "quotes.csv", index=False)
    for number, answer in enumerate(answers, start=1):
        (folder / f"{number}.docx").write_bytes(answer.to_docx())
    (folder / "quoted.bib").write_text("\n".join(a.to_bibtex() for a in answers), "utf-8")
    return quotes


if __name__ == "__main__":
    index, source, folder = sys.argv[1:]
    table = main(StrategyQA.open(index), Path(source), Path(folder))
    print(table[["question", "document_id", "page", "quote"]].to_string(index=False))
