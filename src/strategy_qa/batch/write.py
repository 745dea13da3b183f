"""The output of a batch: csv, jsonl, parquet or xlsx, a row a question or a row a citation.

The file appears under its name when it is whole, and the same rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from strategy_qa.batch.sheet import check_sheets, write_sheet
from strategy_qa.errors import ConfigError, MissingExtraError
from strategy_qa.render import page_of

OUTPUTS = (".csv", ".jsonl", ".parquet", ".xlsx")
COLUMNS = (
    "id", "question", "searched", "answer", "abstained", "confidence", "mode", "language",
    "citations", "index_build", "encoder", "latency_ms", "error",
)  # fmt: skip
ABOUT = ("id", "question", "abstained", "confidence")
CITED = (
    "number", "document_id", "title", "url", "publisher", "year", "edition", "page", "page_label",
    "section", "quote", "start", "end", "ocr", "retrieved", "archived", "fetched_from",
)  # fmt: skip
EVIDENCE = (*ABOUT, *CITED, "index_build", "error")
# A cell that begins so is run as a formula by spreadsheets; a bullet ("- item") is not.
_FORMULA = re.compile(r"[=+@\t\r]|-(?! )")
_GROUP = 1_000  # rows of a parquet file written at a time
_WHOLE = {"number", "year", "page", "last_page", "start", "end", "dense_rank", "lexical_rank"}
_REAL = {"confidence", "score", "latency_ms"}
_TRUE = {"abstained", "ocr"}
_HIT = (
    "document_id", "title", "page", "page_label", "last_page", "last_page_label", "section",
    "text", "start", "end", "score", "dense_rank", "lexical_rank",
)  # fmt: skip
Row = dict[str, Any]


def check_output(path: Path) -> None:
    """Refuse an output that cannot be written, before anything is asked.

    Raises:
        ConfigError: the suffix names no known format, or there is no such folder.
        MissingExtraError: the library for the format is not installed.
    """
    kind = path.suffix.lower()
    if kind not in OUTPUTS:
        raise ConfigError(path, "has an unknown format", remedy=f"Use {', '.join(OUTPUTS)}.")
    if not path.parent.is_dir():
        raise ConfigError(path, "cannot be written (there is no such folder)")
    if kind == ".xlsx":
        check_sheets(path)
    if kind == ".parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            remedy = "pip install 'strategy-qa[tables]', or write CSV."
            raise MissingExtraError(path, "needs pyarrow for Parquet", remedy=remedy) from error


def write_output(path: Path, rows: Iterable[Row], *, evidence: bool) -> None:
    """Write the contract's objects to `path` in the format of its suffix, all or nothing."""
    write = _WRITERS[path.suffix.lower()]
    if evidence:
        rows = (cited for row in rows for cited in _by_citation(row))
    aside = path.with_name(f"{path.name}.tmp")
    try:
        with aside.open("wb") as file:
            write(file, rows, EVIDENCE if evidence else ())
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise ConfigError(path, f"cannot be written ({error.strerror})") from error
    finally:
        aside.unlink(missing_ok=True)


def _by_citation(row: Row) -> Iterator[Row]:
    """A row for each citation; one without, where there is none, so that no question is lost."""
    about = {name: row[name] for name in (*ABOUT, "index_build", "error")}
    for citation in row["citations"] or [dict.fromkeys(CITED)]:
        yield about | {name: citation[name] for name in CITED}


def _write_jsonl(file: IO[bytes], rows: Iterable[Row], columns: Sequence[str]) -> None:
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _write_csv(file: IO[bytes], rows: Iterable[Row], columns: Sequence[str]) -> None:
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    writer = csv.DictWriter(text, columns or COLUMNS)
    writer.writeheader()
    for row in rows:
        flat = row if columns else _flat(row)
        writer.writerow({name: _safe(flat[name]) for name in columns or COLUMNS})
    text.flush()
    text.detach()


def _write_xlsx(file: IO[bytes], rows: Iterable[Row], columns: Sequence[str]) -> None:
    flat = rows if columns else map(_flat, rows)
    write_sheet(file, columns or COLUMNS, flat)


def _write_parquet(file: IO[bytes], rows: Iterable[Row], columns: Sequence[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def kind(name: str) -> Any:
        if name in ("citations", "hits"):
            fields = CITED if name == "citations" else _HIT
            return pa.list_(pa.struct([(field, kind(field)) for field in fields]))
        if name in _WHOLE:
            return pa.int64()
        if name in _REAL:
            return pa.float64()
        return pa.bool_() if name in _TRUE else pa.string()

    names = columns or (*COLUMNS[:9], "hits", *COLUMNS[9:])
    schema = pa.schema([(name, kind(name)) for name in names])
    remaining = iter(rows)
    with pq.ParquetWriter(file, schema) as writer:
        while group := list(islice(remaining, _GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema))


_WRITERS: dict[str, Callable[[IO[bytes], Iterable[Row], Sequence[str]], None]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".parquet": _write_parquet,
    ".xlsx": _write_xlsx,
}


def _flat(row: Row) -> Row:
    """An object as cells: its citations as lines of text, its hits left out."""
    return row | {"citations": "\n".join(map(_reference, row["citations"]))}


def _reference(cited: Row) -> str:
    page = page_of(cited["page"], cited["page_label"], ocr=cited["ocr"])
    parts = f"[{cited['number']}] {cited['title']}", page, cited["section"], cited["url"]
    return " · ".join(part for part in parts if part)


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
