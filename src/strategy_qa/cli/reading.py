"""The command that shows how well a file is read."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategy_qa.cli.options import JsonOption, VerboseOption
from strategy_qa.cli.wiring import as_line
from strategy_qa.languages import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from strategy_qa.corpus.report import DocumentReport, PageReport

app = typer.Typer()

_DOUBTFUL = 0.02  # share of garbled characters from which a page is marked


@app.command(epilog="Example: strategy-qa read report.pdf --json")
def read(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="PDF, Word, HTML, text.")],
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show what is read of each file and page, to see a bad document before it is cited."""
    from strategy_qa.corpus.files import printable
    from strategy_qa.corpus.report import read_files
    from strategy_qa.errors import ReadError

    failed = False
    for report in read_files(tuple(files)):
        name = printable(str(report.path))
        if isinstance(report.result, ReadError):
            failed = True
            typer.echo(f"strategy-qa: {printable(str(report.result))}", err=True)
            if as_json:
                typer.echo(as_line({"file": name, "error": printable(str(report.result))}))
        elif as_json:
            typer.echo(as_line({"file": name, **asdict(report.result)}))
        else:
            typer.echo(_table(name, report.result))
    if failed:
        raise SystemExit(1)


def _table(name: str, document: DocumentReport) -> str:
    rows: list[tuple[str, ...]] = [
        ("page", "label", "characters", "language", "garbled", "blocks", "")
    ]
    rows += [_row(page) for page in document.pages]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"{name}: {document.title}",
        f"  id {document.id}, language {spoken(document.language)}, {len(document.pages)} pages,"
        f" {document.characters:,} characters, {document.garbled:.1%} garbled",
        f"  {_counts(document.blocks)}",
        *(f"  warning: {warning}" for warning in document.warnings),
        *("  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows),
        "",
    ]
    return "\n".join(lines)


def _row(page: PageReport) -> tuple[str, ...]:
    marks = [
        *["read by OCR"] * page.ocr,
        *["looks scanned"] * (page.scanned and not page.ocr),
        *["garbled"] * (page.garbled >= _DOUBTFUL),
        *["empty"] * (not page.characters and not page.scanned),
    ]
    return (
        str(page.number),
        page.label,
        f"{page.characters:,}",
        spoken(page.language),
        f"{page.garbled:.1%}",
        _counts(page.blocks),
        ", ".join(marks),
    )


def _counts(blocks: Mapping[Any, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(blocks.items()))
