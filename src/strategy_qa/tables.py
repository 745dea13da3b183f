"""Results as pandas tables, with the fields of the contract as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from strategy_qa.contract import (
    CITATION_FIELDS,
    EVIDENCE_FIELDS,
    AnswerDict,
    ComparisonDict,
    MentionDict,
    by_citation,
)

if TYPE_CHECKING:
    import pandas

    from strategy_qa.types.forms import Rows

# Whole numbers where some are missing stay whole ("2018", not "2018.0").
_WHOLE = ("number", "year", "page", "last_page", "start", "end", "dense_rank", "lexical_rank")


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pandas.DataFrame:
    """A table with these columns, also where there is no row."""
    import pandas as pd

    frame = pd.DataFrame([dict(row) for row in rows], columns=list(columns))
    return frame.astype({name: "Int64" for name in columns if name in _WHOLE})


def answers_table(answers: Iterable[AnswerDict], *, by: Rows) -> pandas.DataFrame:
    """A row for each question, or for each question and citation."""
    if by == "question":
        return table(answers, tuple(AnswerDict.__annotations__))
    if by == "citation":
        return table((row for each in answers for row in by_citation(each)), EVIDENCE_FIELDS)
    raise ValueError(f"a row is a question or a citation, not {by!r}")


def comparison_table(comparison: ComparisonDict) -> pandas.DataFrame:
    """A row for each document: whether it mentions the subject, and its best sentence."""
    about = tuple(name for name in MentionDict.__annotations__ if name != "citation")
    cited = tuple(name for name in CITATION_FIELDS if name not in about)
    rows = [
        {name: mention[name] for name in about}  # type: ignore[literal-required]
        | (dict(mention["citation"] or dict.fromkeys(cited)))
        for mention in comparison["documents"]
    ]
    return table(rows, (*about, *cited))
