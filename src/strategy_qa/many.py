"""Answers to many questions: an iterator that can become a table or a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy_qa.contract import AnswerDict
from strategy_qa.errors import QuestionError
from strategy_qa.types import Answer, Filters
from strategy_qa.types.forms import Rows

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True)
class Ask:
    """One of many questions, with what it is put to."""

    question: str
    language: str | None = None  # only passages in it
    filters: Filters | None = None


class Answers(Iterator[Answer]):
    """Answers in the order of their questions, made as they are asked for, some at a time.

    Each of the `to_…` forms takes the answers that are left.
    """

    def __init__(
        self,
        answers: Iterator[Answer | QuestionError],
        *,
        progress: bool = False,
        total: int | None = None,
    ) -> None:
        """Go through `answers`, of which there are `total`; `progress` shows a bar on stderr."""
        self._answers = _with_bar(answers, total) if progress else answers

    def __next__(self) -> Answer:
        """The next one; the QuestionError of a question that cannot be asked."""
        found = next(self._answers)
        if isinstance(found, QuestionError):
            raise found
        return found

    def to_dict(self) -> list[AnswerDict]:
        """As the JSON objects that every surface gives out."""
        return [answer.to_dict() for answer in self]

    def to_pandas(self, *, by: Rows = "question") -> pandas.DataFrame:
        """A row for each question, or by="citation" a row for each question and citation."""
        from strategy_qa.tables import answers_table

        return answers_table(self.to_dict(), by=by)

    def to_markdown(self, *, language: str = "en") -> str:
        """As Markdown, with one numbered list of the places quoted."""
        from strategy_qa.export import to_markdown

        return to_markdown([*self], language=language)

    def to_bibtex(self, *, language: str = "en") -> str:
        """The documents quoted as BibTeX; "" where none is."""
        from strategy_qa.export import to_bibtex

        return to_bibtex([*self], language=language)

    def to_docx(self, *, language: str = "en") -> bytes:
        """The bytes of a Word document, with one numbered list of the places quoted."""
        from strategy_qa.export import to_docx

        return to_docx([*self], language=language)


def _with_bar(answers: Iterator[Any], total: int | None) -> Iterator[Any]:
    from tqdm import tqdm

    yield from tqdm(answers, total=total, unit="question")
