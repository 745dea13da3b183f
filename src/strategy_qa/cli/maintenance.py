"""Commands for those who keep the index: build, status, text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from strategy_qa.cli.options import (
    ConfigOption,
    CorpusOption,
    IndexOption,
    JsonOption,
    VerboseOption,
)
from strategy_qa.cli.wiring import as_line, run_build
from strategy_qa.errors import ConfigError
from strategy_qa.settings import Settings

app = typer.Typer()


@app.command(epilog="Example: strategy-qa build --corpus corpus --index index")
def build(
    full: Annotated[bool, typer.Option("--full", help="Encode everything anew.")] = False,
    gate: Annotated[
        list[Path] | None,
        typer.Option("--gate", metavar="GOLD", help="Publish only if --min holds on these."),
    ] = None,
    floors: Annotated[
        list[str] | None,
        typer.Option("--min", metavar="NAME=X", help="A floor for --gate: recall@1=0.85; repeat."),
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Bring the index up to date with the corpus; the old one serves until the new one is whole."""
    report = run_build(
        Settings.load(config, corpus=corpus, index=index),
        full=full,
        gold=gate or (),
        floors=floors or (),
    )
    if as_json:
        typer.echo(as_line(report))


@app.command(epilog="Example: strategy-qa status --json")
def status(
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Say which build is live, what is in it and what was left out."""
    from strategy_qa.status import read_status, status_dict, status_text

    found = read_status(Settings.load(config, corpus=corpus, index=index).index)
    typer.echo(as_line(status_dict(found)) if as_json else status_text(found))


@app.command(epilog="Example: strategy-qa text policy-brief | less")
def text(
    document_id: Annotated[
        str, typer.Argument(metavar="ID", help="As `strategy-qa status` lists them.")
    ],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Print a document's text: what `start` and `end` of every citation count in."""
    from strategy_qa.index import Index

    settings = Settings.load(config, corpus=corpus, index=index)
    try:
        document = Index.open(settings.index).store.document(document_id)
    except KeyError as error:
        raise ConfigError(
            document_id, "is not in the index", remedy="`strategy-qa status` lists what is."
        ) from error
    sys.stdout.write(document.text)
