"""What readers say of an answer: JSON lines with the answer, without a name or an address."""

from __future__ import annotations

import json
import os
import threading
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from strategy_qa.errors import ConfigError
from strategy_qa.types import Answer

MOST = 100 * 2**20  # bytes of the file; beyond, nothing more is kept
COLUMNS = ("id", "day", "helpful", "reason", "note", "question", "answer", "abstained",
           "confidence", "index_build")  # fmt: skip
_NOTE = 1_000  # characters
_writing = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One reader's word on one answer."""

    id: str
    day: str  # ISO date; the hour could tell who it was
    helpful: bool
    reason: str = ""  # a key: wrong, off, missing, page, other
    note: str = ""
    question: str
    language: str
    answer: str
    abstained: bool
    confidence: float
    quotes: tuple[dict[str, Any], ...]  # document_id, start, end, page, quote
    index_build: str


def feedback_on(answer: Answer, *, helpful: bool, id_: str = "") -> Feedback:
    """A reader's word on `answer`; `id_` names one that is said again, with a reason."""
    return Feedback(
        id=id_ or uuid.uuid4().hex[:12],
        day=datetime.now(UTC).date().isoformat(),
        helpful=helpful,
        question=answer.question,
        language=answer.language,
        answer=answer.text,
        abstained=answer.abstained,
        confidence=answer.confidence,
        quotes=tuple(
            {
                "document_id": c.document_id,
                "start": c.span.start,
                "end": c.span.end,
                "page": c.page,
                "quote": c.quote,
            }
            for c in answer.citations
        ),
        index_build=answer.index_build,
    )


def keep(path: Path, feedback: Feedback) -> None:
    """Append it as one line.

    Raises:
        ConfigError: the file cannot be written, or is full.
    """
    fields = asdict(feedback)
    fields["note"] = feedback.note[:_NOTE]
    line = json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    try:
        with _writing:
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                if os.fstat(handle).st_size + len(line) > MOST:
                    raise ConfigError(path, "is full", remedy="Export it and move it away.")
                os.write(handle, line)
            finally:
                os.close(handle)
    except OSError as error:
        raise ConfigError(path, f"cannot be written ({error.strerror})") from error


def read_feedback(path: Path) -> tuple[Feedback, ...]:
    """Every word, of several with one id the last.

    Raises:
        ConfigError: there is no such file, or a line of it is not ours.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            path, "cannot be read", remedy="It is written when a reader of the chat says something."
        ) from error
    found: dict[str, Feedback] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            fields["quotes"] = tuple(fields["quotes"])
            found[fields["id"]] = Feedback(**fields)
        except (ValueError, TypeError, KeyError) as error:
            raise ConfigError(f"{path}, line {number}", "is no feedback") from error
    return tuple(found.values())


def as_cell(value: object) -> str:
    """A value for a table: one that a spreadsheet would run as a formula becomes text."""
    text = str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text[:1] else text


def gold_row(
    feedback: Feedback,
    *,
    quotes: Sequence[str] = (),
    answers: Iterable[str] = (),
    document_id: str = "",
    page: int | None = None,
    why: str = "",
) -> dict[str, Any]:
    """A row for a gold set: what should have been quoted, or why nothing should have been."""
    row: dict[str, Any] = {
        "id": f"f-{feedback.id}",
        "question": feedback.question,
        "language": feedback.language,
        "answerable": bool(quotes),
    }
    if not quotes:
        return {**row, "why": why}
    return {
        **row,
        "answers": list(answers),
        "quotes": list(quotes),
        "document_id": document_id,
        "documents": [document_id],
        "pages": [page] if page else [],
    }
