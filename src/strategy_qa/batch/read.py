"""Questions from a file: csv, tsv, xlsx, jsonl or txt. A row that cannot be asked keeps its place.

Columns are named; the question stands in `question` or in the only one. `id`, `language` and
`document` (ids, set apart by semicolons) are optional; the last two narrow their own row.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strategy_qa.batch.sheet import sheet_rows
from strategy_qa.errors import ConfigError
from strategy_qa.languages import LANGUAGE

INPUTS = (".csv", ".tsv", ".xlsx", ".jsonl", ".txt")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # how a spreadsheet saves "Unicode text"
_LONGEST_CELL = 10_000_000  # characters; csv's own limit would refuse the file at 131,072


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the input."""

    id: str
    text: str  # "" when the row holds none
    error: str = ""  # why the row cannot be asked
    language: str | None = None  # only passages in it
    documents: frozenset[str] = frozenset()  # only these


def read_questions(path: Path) -> list[Question]:
    """The rows of a file; a bad one is kept with its error, an empty one is passed over.

    Raises:
        ConfigError: the file is missing, of another kind, not UTF-8, or has no question column.
    """
    kind = path.suffix.lower()
    if kind not in INPUTS:
        raise ConfigError(path, "has an unknown format", remedy=f"Use {', '.join(INPUTS)}.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(path, f"cannot be read ({error.strerror})") from error
    if kind == ".xlsx":
        rows = list(_from_table(path, sheet_rows(path, data)))
    elif kind in (".csv", ".tsv"):
        rows = list(_from_table(path, _table(path, _decoded(path, data), kind)))
    elif kind == ".jsonl":
        rows = list(_from_json_lines(_decoded(path, data)))
    else:
        lines = enumerate(_decoded(path, data).splitlines(), start=1)
        rows = [_question(n, {"question": line}) for n, line in lines if line.strip()]
    if not rows:
        raise ConfigError(path, "holds no questions", remedy="Put one question on each row.")
    return rows


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(path, "is not UTF-8 text", remedy="Save it as UTF-8.") from error


def _table(path: Path, text: str, kind: str) -> Iterator[Sequence[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    delimiter = "\t" if kind == ".tsv" else _delimiter(text)
    with closing(io.StringIO(text, newline="")) as file:  # cells keep their line ends
        try:
            yield from csv.reader(file, delimiter=delimiter, strict=True)
        except csv.Error as error:
            raise ConfigError(path, f"is not a {kind[1:].upper()} file ({error})") from error


def _delimiter(text: str) -> str:
    """A comma, or what stands in its place where commas set off decimals."""
    header = text.partition("\n")[0].lower()
    for other in ";\t":
        if "question" in (cell.strip(' "\r') for cell in header.split(other)) and other in header:
            return other
    return ","


def _from_table(path: Path, rows: Iterator[Sequence[str]]) -> Iterator[Question]:
    header = [cell.strip().lower() for cell in next(rows, [])]
    if "question" not in header and len(header) != 1:
        remedy = "Name the column `question`."
        raise ConfigError(path, "has no column named question", remedy=remedy)
    if len(header) == 1:
        header = ["question"]
    for number, row in enumerate(rows, start=1):
        if any(cell.strip() for cell in row):
            cells = [*row, *[""] * len(header)]
            # The first column of a name counts, as a reader of the file would take it.
            yield _question(number, dict(reversed([*zip(header, cells, strict=False)])))


def _from_json_lines(text: str) -> Iterator[Question]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield Question(str(number), "", f"line {number} is not JSON")
            continue
        yield _question(number, row if isinstance(row, dict) else {"question": row})


def _question(number: int, row: Mapping[str, Any]) -> Question:
    id_ = str(number) if row.get("id") in (None, "") else _clean(str(row["id"]))
    text, language, named = row.get("question"), row.get("language"), row.get("document")
    if not isinstance(text, str) or not text.strip():
        return Question(id_, "", f"row {number} has no question")
    text = _clean(text)
    spoken = str(language or "").strip().lower()
    if spoken and not re.fullmatch(LANGUAGE, spoken):
        return Question(id_, text, f"row {number}: language is a code such as en or es")
    ids = named if isinstance(named, list) else str(named or "").split(";")
    documents = frozenset(str(each).strip() for each in ids if str(each).strip())
    return Question(id_, text, language=spoken or None, documents=documents)


def _clean(text: str) -> str:
    """JSON can spell half a surrogate pair, which no file can be written with."""
    return text.encode("utf-8", "replace").decode()
