"""Many questions from a file to a file: JSON lines or CSV, one row in, one row out.

A row that cannot be asked becomes a row with its error. The output appears under its name only
when it is whole; until then it grows beside it, so a failure never costs an older result.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from strategy_qa.errors import ConfigError, QuestionError
from strategy_qa.qa import StrategyQA
from strategy_qa.render import answer_dict, error_dict, page_text
from strategy_qa.types import Answer, Filters

FORMATS = (".jsonl", ".csv")
COLUMNS = (
    "id", "question", "answer", "abstained", "confidence", "mode", "language", "citations",
    "index_build", "encoder", "latency_ms", "error",
)  # fmt: skip
# A cell that begins so is run as a formula by spreadsheets; a bullet ("- item") is not.
_FORMULA = re.compile(r"[=+@\t\r]|-(?! )")


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the input."""

    id: str
    text: str  # "" when the row holds none
    error: str = ""  # why the row cannot be asked


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row."""

    question: Question
    answer: Answer | None
    error: str  # "" when there is an answer


def read_questions(path: Path) -> list[Question]:
    """The rows of a JSONL or CSV file; a bad row is kept with its error.

    CSV takes the column `question` or the only one there is, and `id` where there is one; JSON
    lines are objects with the same keys, or bare strings.

    Raises:
        ConfigError: the file is missing, of another kind, not UTF-8, or has no question column.
    """
    check_format(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # cells keep their line ends
            text = file.read()
    except OSError as error:
        raise ConfigError(path, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(path, "is not UTF-8 text", remedy="Save it as UTF-8.") from error
    rows = list(_read_jsonl(text) if path.suffix.lower() == ".jsonl" else _read_csv(path, text))
    if not rows:
        raise ConfigError(path, "holds no questions", remedy="Put one question on each row.")
    return rows


def answer_questions(
    qa: StrategyQA, questions: list[Question], *, filters: Filters | None = None
) -> Iterator[Outcome]:
    """Ask every row in order; never raises for a row."""
    for question in questions:
        if question.error:
            yield Outcome(question, None, question.error)
            continue
        try:
            yield Outcome(question, qa.ask(question.text, filters=filters), "")
        except QuestionError as error:
            yield Outcome(question, None, str(error))


class BatchWriter:
    """Writes outcomes to `path` in the format of its suffix; use as a context manager."""

    def __init__(self, path: Path) -> None:
        check_format(path)
        self._path = path
        self._aside = path.with_name(f"{path.name}.part")
        self._file: TextIO | None = None

    def __enter__(self) -> BatchWriter:
        try:
            self._file = self._aside.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise ConfigError(self._path, f"cannot be written ({error.strerror})") from error
        self._csv = csv.DictWriter(self._file, COLUMNS) if _is_csv(self._path) else None
        if self._csv:
            self._csv.writeheader()
        return self

    def write(self, outcome: Outcome) -> None:
        """Append one row."""
        assert self._file is not None
        if self._csv:
            self._csv.writerow(_cells(outcome))
        else:
            self._file.write(json.dumps(row_dict(outcome), ensure_ascii=False) + "\n")
        self._file.flush()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        assert self._file is not None
        self._file.close()
        if kind is None:
            self._aside.replace(self._path)


def row_dict(outcome: Outcome) -> dict[str, Any]:
    """An outcome as the contract's JSON object."""
    question = outcome.question
    if outcome.answer is None:
        return error_dict(question.text, outcome.error, row_id=question.id)
    return answer_dict(outcome.answer, row_id=question.id)


def check_format(path: Path) -> None:
    """Refuse a file whose suffix names no known format; ConfigError."""
    if path.suffix.lower() not in FORMATS:
        raise ConfigError(path, "has an unknown format", remedy=f"Use {' or '.join(FORMATS)}.")


def _is_csv(path: Path) -> bool:
    return path.suffix.lower() == ".csv"


def _read_jsonl(text: str) -> Iterator[Question]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield Question(str(number), "", f"line {number} is not JSON")
            continue
        fields = row if isinstance(row, dict) else {"question": row}
        yield _question(number, fields.get("id"), fields.get("question"))


def _read_csv(path: Path, text: str) -> Iterator[Question]:
    with closing(io.StringIO(text, newline="")) as file:
        try:
            rows = csv.reader(file, strict=True)
            header = [cell.strip().lower() for cell in next(rows, [])]
            if "question" not in header and len(header) != 1:
                raise ConfigError(
                    path, "has no column named question", remedy="Name the column `question`."
                )
            at = header.index("question") if "question" in header else 0
            ids = header.index("id") if "id" in header else None
            for number, row in enumerate(rows, start=1):
                if any(cell.strip() for cell in row):
                    cells = [*row, *[""] * len(header)]
                    yield _question(number, cells[ids] if ids is not None else None, cells[at])
        except csv.Error as error:
            raise ConfigError(path, f"is not a CSV file ({error})") from error


def _question(number: int, row_id: object, text: object) -> Question:
    id_ = str(row_id) if row_id not in (None, "") else str(number)
    if not isinstance(text, str) or not text.strip():
        return Question(id_, "", f"row {number} has no question")
    return Question(id_, text)


def _cells(outcome: Outcome) -> dict[str, Any]:
    row = row_dict(outcome)
    citations = outcome.answer.citations if outcome.answer else ()
    row["citations"] = "\n".join(
        " · ".join(
            part
            for part in (f"[{c.number}] {c.source.title}", page_text(c), c.section, c.source.url)
            if part
        )
        for c in citations
    )
    return {key: _safe(row[key]) for key in COLUMNS}


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
