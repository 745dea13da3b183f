"""Gold rows: questions with the sentences that answer them, read from JSON lines and checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PositiveInt, ValidationError
from pydantic.dataclasses import dataclass

from strategy_qa.errors import ConfigError

NEAR_MISS = "near-miss"  # unanswerable though it sounds as if the documents answered it
OFF_TOPIC = "off-topic"  # unanswerable, and nothing the documents are about
MAX_BYTES = 100_000_000  # SQuAD 2.0's training half has 42 million
MAX_ROWS = 200_000

_Text = Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"\S")]
Id = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x20\x7f]+$")]  # shown in a terminal
_Texts = Annotated[tuple[_Text, ...], Field(max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Gold:
    """One question and what a right answer to it holds."""

    id: Id
    question: _Text
    language: Literal["en", "es"]  # of the question
    answerable: bool
    answers: _Texts = ()  # any one of them stands in a right answer
    items: _Texts = ()  # of a list: all of them do
    quotes: _Texts = ()  # sentences that answer it, any of them
    document_id: str = ""
    documents: _Texts = ()  # further ones that answer it
    pages: Annotated[tuple[PositiveInt, ...], Field(max_length=200)] = ()
    kind: str = ""  # "near-miss", "off-topic", "list", …
    split: Literal["dev", "test", ""] = ""
    cross: bool = False  # the answer is in the other language
    why: str = ""  # it is not answered


def read_gold(paths: Iterable[Path]) -> tuple[Gold, ...]:
    """The rows of JSON-lines files, in order; a key whose value is null counts as left out.

    Raises:
        ConfigError: a file cannot be read, or a row is not a gold row; it names the line.
    """
    rows: list[Gold] = []
    for path in paths:
        lines = _text(load(path), path).split("\n")
        rows += (_row(f"{path}:{n}", line) for n, line in enumerate(lines, 1) if line.strip())
        if len(rows) > MAX_ROWS:
            raise ConfigError(path, f"holds more than {MAX_ROWS:,} rows", remedy="Split it.")
    return unique(rows, paths)


def unique(rows: Sequence[Gold], paths: Iterable[Path]) -> tuple[Gold, ...]:
    """The rows as given; ConfigError where there are none, or two with the same id."""
    where = ", ".join(map(str, paths))
    if not rows:
        raise ConfigError(where, "holds no questions", remedy="Put a JSON object on each line.")
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            raise ConfigError(where, f"holds two rows with the id {row.id}")
        seen.add(row.id)
    return tuple(rows)


def choose(
    rows: Sequence[Gold], *, split: str | None = None, sample: int | None = None
) -> tuple[Gold, ...]:
    """The rows of one split, and of those `sample`, evenly spread over their order.

    Raises:
        ConfigError: no row is left.
    """
    chosen = [row for row in rows if split is None or row.split == split]
    if not chosen:
        raise ConfigError("--split", f"no row has the split {split}")
    if sample is None or sample >= len(chosen):
        return tuple(chosen)
    return tuple(chosen[i * len(chosen) // sample] for i in range(sample))


def load(path: Path) -> bytes:
    """The bytes of a file of bounded size; ConfigError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(path, f"has more than {MAX_BYTES:,} bytes", remedy="Split it.")
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(path, f"cannot be read ({error.strerror})") from error


def first_fault(error: ValidationError) -> str:
    """The first thing pydantic found wrong, as one line."""
    fault = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    return f"{place}: {fault['msg']}" if place else fault["msg"]


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(path, "is not UTF-8 text", remedy="Save it as UTF-8.") from error


def _row(where: str, line: str) -> Gold:
    try:
        fields: Any = json.loads(line)
        if not isinstance(fields, dict):
            raise ConfigError(where, "is not a JSON object")
        row = Gold(**{key: value for key, value in fields.items() if value is not None})
    except ValidationError as error:
        raise ConfigError(where, first_fault(error), remedy="Mend the row.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(where, "is not JSON") from error
    if row.answerable != bool(row.quotes):
        reason = "is answerable without a quote" if row.answerable else "has quotes unanswerably"
        raise ConfigError(where, reason, remedy="Only answerable rows have quotes, and all do.")
    return row
