"""The commands around what readers of the chat said of its answers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from strategy_qa.cli.options import ConfigOption, IndexOption, VerboseOption
from strategy_qa.cli.wiring import as_line
from strategy_qa.errors import ConfigError
from strategy_qa.settings import Settings

app = typer.Typer()
feedback_app = typer.Typer(
    help="What readers of the chat said of its answers.",
    epilog="Example: strategy-qa feedback export",
    no_args_is_help=True,
)
app.add_typer(feedback_app, name="feedback")

FileOption = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="Default: feedback.jsonl.")
]


@feedback_app.command("export", epilog="Example: strategy-qa feedback export --unhelpful --csv")
def export(
    file: FileOption = None,
    unhelpful: Annotated[
        bool, typer.Option("--unhelpful", help="Only answers that did not help.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table instead of JSON lines.")] = False,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Write what was said to stdout, of each answer the last word."""
    from strategy_qa.feedback import read_feedback

    words = read_feedback(file or Settings.load(config).chat.feedback_file)
    rows = [asdict(word) for word in words if not (unhelpful and word.helpful)]
    if not as_csv:
        for row in rows:
            typer.echo(as_line(row))
        return
    import csv
    import sys

    from strategy_qa.feedback import COLUMNS, as_cell

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([as_cell(row[column]) for column in COLUMNS] for row in rows)


@feedback_app.command(
    "gold", epilog='Example: strategy-qa feedback gold 1f0c2a9b77de -o gold.jsonl --quote "…"'
)
def gold(
    id_: Annotated[str, typer.Argument(metavar="ID", help="As `feedback export` shows it.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The gold set to add to.")],
    quote: Annotated[
        list[str] | None,
        typer.Option("--quote", metavar="TEXT", help="A sentence that answers; repeat for more."),
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="TEXT", help="Words any of which a right answer holds."),
    ] = None,
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help="Why nothing answers; without a quote.")
    ] = "",
    file: FileOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Turn an answer that did not help into a row of a gold set, its quote looked up in the index.

    For `strategy-qa evaluate`, so that the same mistake is seen when it is made again.
    """
    from strategy_qa.evaluate import read_gold
    from strategy_qa.feedback import gold_row, read_feedback
    from strategy_qa.index import Index

    settings = Settings.load(config, index=index)
    path = file or settings.chat.feedback_file
    word = next((w for w in read_feedback(path) if w.id == id_), None)
    if word is None:
        raise ConfigError(id_, f"is not in {path}", remedy="See `strategy-qa feedback export`.")
    if bool(quote) == bool(why):
        raise ConfigError(id_, "needs a --quote that answers it, or --why nothing does")
    document, page = "", None
    if quote:
        document, page = _place(Index.open(settings.index), quote)
    row = gold_row(
        word, quotes=quote or (), answers=answer or quote or (), document_id=document, page=page,
        why=why,
    )  # fmt: skip
    known = {r.id for r in read_gold([output])} if output.exists() else set()
    if row["id"] in known:
        raise ConfigError(output, f"has a row {row['id']} already")
    with output.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    typer.echo(f"{output}: {row['id']} added", err=True)


def _place(index: object, quotes: list[str]) -> tuple[str, int]:
    """Document and page of the first quote; ConfigError unless one document holds them all."""
    from strategy_qa.index import Index

    assert isinstance(index, Index)
    for id_ in index.store.document_ids():
        document = index.store.document(id_)
        if all(quote in document.text for quote in quotes):
            return id_, document.page_at(document.text.index(quotes[0])).number
    raise ConfigError(
        quotes[0][:60],
        "stands in no document",
        remedy="Copy it as `strategy-qa text DOCUMENT_ID` prints it.",
    )
