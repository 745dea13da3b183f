"""Answers to many questions: an iterator that can become a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from strategy_qa.render import answer_dict
from strategy_qa.types import Answer

if TYPE_CHECKING:
    import pandas


class Answers(Iterator[Answer]):
    """Answers in the order of their questions, each made when it is asked for."""

    def __init__(self, answers: Iterator[Answer]) -> None:
        self._answers = answers

    def __next__(self) -> Answer:
        return next(self._answers)

    def to_pandas(self) -> pandas.DataFrame:
        """One row per question, with the keys of the JSON contract; takes what is left."""
        import pandas as pd

        return pd.DataFrame([answer_dict(answer) for answer in self])
