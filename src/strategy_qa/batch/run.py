"""Run a batch: 1 read the questions, 2 open the journal, 3 ask what it does not hold, 4 write.

`latency_ms` is null in the output: the same questions to the same build give the same bytes. The
times are in the run card, beside what else is needed to repeat the run.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from strategy_qa.batch.journal import Journal, Row
from strategy_qa.batch.read import Question, read_questions
from strategy_qa.batch.write import check_output, write_output
from strategy_qa.errors import ConfigError, QuestionError
from strategy_qa.index.sound import file_hash
from strategy_qa.many import Ask
from strategy_qa.qa import StrategyQA
from strategy_qa.render import answer_dict, error_dict
from strategy_qa.together import WINDOW
from strategy_qa.types import Answer, Filters

_LIBRARIES = (
    "strategy-qa", "torch", "sentence-transformers", "transformers", "faiss-cpu", "bm25s",
    "numpy", "nupunkt", "py3langid",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What a run did."""

    rows: int
    failed: int  # rows with an error
    silent: int  # rows the documents do not answer
    resumed: int  # rows that an interrupted run had answered
    repeated: int  # rows whose id an earlier row has
    seconds: float


def run_batch(
    qa: StrategyQA,
    source: Path,
    output: Path,
    *,
    filters: Filters | None = None,
    evidence: bool = False,
    resume: bool = False,
    command: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> BatchReport:
    """Answer every question of a file; a row that fails becomes a row with its error.

    Args:
        qa: answers from the build that is live at the start, to the end.
        source: see `read_questions`.
        output: .csv, .jsonl, .parquet or .xlsx; `OUTPUT.run.json` appears beside it.
        filters: for the rows that name no language or document of their own.
        evidence: a row for each citation instead of a row for each question.
        resume: go on with an interrupted run where there is one.
        command: as it was typed, for the run card.
        progress: told how many rows are done, and of how many.

    Raises:
        ConfigError: a file cannot be used, or the interrupted run was about something else.
    """
    check_output(output)
    started = datetime.now(UTC)
    fixed = qa.pinned()
    filters = filters or Filters()
    path = output.with_name(f"{output.name}.part")
    with _alone(output):
        questions = read_questions(source)  # 1
        head = _head(fixed, source, questions, filters)
        if path.exists() and not resume:
            remedy = "Go on with --resume, or delete it to start again."
            raise ConfigError(path, "holds the answers of an interrupted run", remedy=remedy)
        with Journal(path, head) as journal:  # 2
            resumed = journal.rows
            rest = iter(questions[resumed:])
            answers = fixed.ask_each(_asks(questions[resumed:], filters))  # 3
            while window := list(islice(rest, WINDOW)):
                progress(journal.rows, len(questions))
                journal.add([_row(each, answers) for each in window])
            progress(journal.rows, len(questions))
        write_output(output, journal.read(), evidence=evidence)  # 4
        counts = _counts(journal.read())
        report = BatchReport(
            rows=len(questions),
            resumed=resumed,
            repeated=len(questions) - len({each.id for each in questions}),
            seconds=round((datetime.now(UTC) - started).total_seconds(), 3),
            **counts,
        )
        card = _card(head, source, output, report, command=command, evidence=evidence)
        _write_card(output.with_name(f"{output.name}.run.json"), card)
        path.unlink()
    return report


def _alone(output: Path) -> FileLock:
    """Hold an output against a second run; ConfigError while there is one."""
    lock = FileLock(output.with_name(f".{output.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ConfigError(output, "another run is writing it", remedy="Wait for it.") from error
    except OSError as error:
        raise ConfigError(output, f"cannot be written ({error.strerror})") from error
    return lock


def _asks(questions: Sequence[Question], filters: Filters) -> Iterator[Ask]:
    """What is put to the documents; a row of no use keeps its place in its window."""
    for each in questions:
        own = replace(filters, documents=each.documents or filters.documents)
        yield Ask("" if each.error else each.text, each.language, own)


def _row(question: Question, answers: Iterator[Answer | QuestionError]) -> Row:
    answer = next(answers)
    if question.error or isinstance(answer, QuestionError):
        return {**error_dict(question.text, question.error or str(answer), row_id=question.id)}
    return {**answer_dict(answer, row_id=question.id, timings=False)}


def _head(
    qa: StrategyQA, source: Path, questions: Sequence[Question], filters: Filters
) -> dict[str, Any]:
    """What the rows of a journal depend on."""
    status = qa.status()
    narrowed = {name: value for name, value in asdict(filters).items() if any(value)}
    return {
        "format": 1,
        "version": version("strategy-qa"),
        "input": file_hash(source),
        "rows": len(questions),
        "index_build": status.build,
        "encoder": qa.encoder.name,
        "weights": qa.encoder.fingerprint,
        "settings": qa.settings.model_dump(mode="json", include={"search", "answer"}),
        "filters": {
            name: sorted(value) if isinstance(value, frozenset) else list(value)
            for name, value in narrowed.items()
        },
    }


def _counts(rows: Iterator[Row]) -> dict[str, int]:
    failed = silent = 0
    for row in rows:
        failed += row["error"] is not None
        silent += row["error"] is None and row["abstained"]
    return {"failed": failed, "silent": silent}


def _card(
    head: dict[str, Any],
    source: Path,
    output: Path,
    report: BatchReport,
    *,
    command: Sequence[str],
    evidence: bool,
) -> dict[str, Any]:
    torch = sys.modules.get("torch")  # not there where the encoder needs none

    return {
        **head,
        "input_file": str(source),
        "output_file": str(output),
        "output": file_hash(output),
        "evidence": evidence,
        "command": list(command),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        **asdict(report),
        "versions": {name: version(name) for name in _LIBRARIES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "threads": torch.get_num_threads() if torch else 1,
    }


def _write_card(path: Path, card: dict[str, Any]) -> None:
    aside = path.with_name(f"{path.name}.tmp")
    aside.write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    os.replace(aside, path)
