"""Excel sheets: read as rows of text, written so that the same rows give the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from strategy_qa.errors import ConfigError, MissingExtraError

_LARGEST = 500_000_000  # bytes of a workbook unpacked
_CELL = 32_767  # characters that Excel shows
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # not allowed in XML
_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # where zip files begin


def sheet_rows(path: Path, data: bytes) -> Iterator[Sequence[str]]:
    """The cells of the first sheet as text, row by row; ConfigError when it is no workbook."""
    openpyxl = _openpyxl(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _LARGEST:
                raise ConfigError(path, "is too large", remedy="Split it, or save it as CSV.")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write wrong ones
        for row in sheet.iter_rows(values_only=True):
            yield _trimmed([_text(cell) for cell in row])
    except ConfigError:
        raise
    except Exception as error:  # openpyxl lets through whatever its parsers raise
        said = f"cannot be read as an Excel workbook ({type(error).__name__})"
        raise ConfigError(path, said, remedy="Save it again, or as CSV.") from error


def write_sheet(file: IO[bytes], columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Write rows as the only sheet of a workbook, text as text and never as a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("answers")
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    for row in rows:
        cells = [WriteOnlyCell(sheet, _fitting(row[column])) for column in columns]
        for cell in cells:
            if cell.data_type == "f":
                cell.data_type = "s"
        sheet.append(cells)
    made = io.BytesIO()
    book.save(made)
    _without_dates(made, file)


def check_sheets(path: Path) -> None:
    """Refuse a workbook where the library for it is missing; MissingExtraError."""
    _openpyxl(path)


def _openpyxl(path: Path) -> Any:
    try:
        import openpyxl
    except ImportError as error:
        remedy = "pip install 'strategy-qa[tables]', or use CSV."
        raise MissingExtraError(path, "needs openpyxl for Excel", remedy=remedy) from error
    return openpyxl


def _text(cell: object) -> str:
    if cell is None:
        return ""
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell)) if whole and isinstance(cell, float) else str(cell)


def _trimmed(row: list[str]) -> list[str]:
    """Without the empty cells that formatting leaves at the end of a row."""
    while row and not row[-1].strip():
        row.pop()
    return row


def _fitting(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = _CONTROLS.sub("�", value)
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"


def _without_dates(made: IO[bytes], file: IO[bytes]) -> None:
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _DATES.sub(rb"\g<1>1980-01-01T00:00:00Z", part)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, part)
