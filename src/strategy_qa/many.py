"""Answers to many questions: an iterator that can become a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from strategy_qa.errors import QuestionError
from strategy_qa.render import answer_dict
from strategy_qa.types import Answer, Filters

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True)
class Ask:
    """One of many questions, with what it is put to."""

    question: str
    language: str | None = None  # only passages in it
    filters: Filters | None = None


class Answers(Iterator[Answer]):
    """Answers in the order of their questions, made as they are asked for, some at a time."""

    def __init__(self, answers: Iterator[Answer | QuestionError]) -> None:
        self._answers = answers

    def __next__(self) -> Answer:
        """The next one; the QuestionError of a question that cannot be asked."""
        found = next(self._answers)
        if isinstance(found, QuestionError):
            raise found
        return found

    def to_pandas(self) -> pandas.DataFrame:
        """One row per question, with the keys of the JSON contract; takes what is left."""
        import pandas as pd

        return pd.DataFrame([answer_dict(answer) for answer in self])
