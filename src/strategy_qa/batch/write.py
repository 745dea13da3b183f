"""The output of a batch: csv, jsonl, parquet or xlsx, a row a question or a row a citation.

The file appears under its name when it is whole, and the same rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, get_args, get_origin, get_type_hints

from strategy_qa.batch.sheet import check_sheets, write_sheet
from strategy_qa.contract import EVIDENCE_FIELDS, AnswerDict, CitationDict, by_citation
from strategy_qa.errors import ConfigError, MissingExtraError
from strategy_qa.render import page_of

OUTPUTS = (".csv", ".jsonl", ".parquet", ".xlsx")
COLUMNS = tuple(name for name in AnswerDict.__annotations__ if name != "hits")
# A cell that begins so is run as a formula by spreadsheets; a bullet ("- item") is not.
_FORMULA = re.compile(r"[=+@\t\r]|-(?! )")
_GROUP = 1_000  # rows of a parquet file written at a time
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
        rows = (cited for row in rows for cited in by_citation(row))
    aside = path.with_name(f"{path.name}.tmp")
    try:
        with aside.open("wb") as file:
            write(file, rows, EVIDENCE_FIELDS if evidence else ())
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise ConfigError(path, f"cannot be written ({error.strerror})") from error
    finally:
        aside.unlink(missing_ok=True)


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

    simple = {int: pa.int64(), float: pa.float64(), bool: pa.bool_(), str: pa.string()}

    def kind(hint: Any) -> Any:
        """The type of a field of the contract; every field may be null."""
        inner = get_args(hint)
        if get_origin(hint) is list:
            fields = get_type_hints(inner[0]).items()
            return pa.list_(pa.struct([(name, kind(each)) for name, each in fields]))
        return simple[inner[0] if inner else hint]  # int, or int | None

    hints = get_type_hints(AnswerDict) | (get_type_hints(CitationDict) if columns else {})
    names = columns or tuple(AnswerDict.__annotations__)
    schema = pa.schema([(name, kind(hints[name])) for name in names])
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
    """An object as cells: citations and conflicts as lines of text, hits left out."""
    return row | {
        "citations": "\n".join(map(_reference, row["citations"])),
        "conflicts": "\n".join(map(_readings, row["conflicts"])),
    }


def _readings(conflict: Row) -> str:
    return "; ".join(f"{r['value']} [{r['citation']}]" for r in conflict["readings"])


def _reference(cited: Row) -> str:
    page = page_of(cited["page"], cited["page_label"], ocr=cited["ocr"])
    parts = f"[{cited['number']}] {cited['title']}", page, cited["section"], cited["url"]
    return " · ".join(part for part in parts if part)


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
