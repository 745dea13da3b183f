"""Evidence packs on the command line: pack, and what `verify` does with a pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from strategy_qa.cli.options import (
    ConfigOption,
    CorpusOption,
    IndexOption,
    JsonOption,
    Language,
    VerboseOption,
)
from strategy_qa.cli.wiring import as_line
from strategy_qa.errors import IndexMissingError
from strategy_qa.settings import Settings

app = typer.Typer()


@app.command(epilog="Example: strategy-qa pack answers.jsonl -o evidence.zip")
def pack(
    answers: Annotated[
        Path,
        typer.Argument(metavar="ANSWERS", help="From `batch -o X.jsonl` or `ask --json`."),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="PACK", help="A .zip file.")],
    words: Annotated[
        Language | None,
        typer.Option("--words", help="Of the bibliography; default: as most questions."),
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Put answers into one file with all it takes to check them somewhere else.

    It holds the answers, the page text and the picture of the page around each quote, hashes of
    everything, what the index and the encoder were, and a bibliography. Every quote is checked
    first. `strategy-qa verify PACK` checks it again.
    """
    from dataclasses import asdict

    from strategy_qa.cli.progress import counter
    from strategy_qa.index import Index, live_build
    from strategy_qa.pack import pack_answers

    settings = Settings.load(config, corpus=corpus, index=index)
    folder = settings.index / live_build(settings.index)
    with counter("packing") as progress:
        report = pack_answers(
            Index.open_build(folder),
            folder,
            answers,
            output,
            corpus=settings.corpus,
            language=words,
            progress=progress,
        )
    typer.echo(
        f"{output}: {report.answers} answers, {report.quotes} quotes of {report.documents}"
        f" documents, {report.pictures} pictures of pages",
        err=True,
    )
    typer.echo(as_line(asdict(report)) if as_json else report.sha256)


def verify_evidence(path: Path, settings: Settings, *, as_json: bool) -> None:
    """Check a pack and say what was found; exit code 1 when anything is wrong."""
    from strategy_qa.index import Index
    from strategy_qa.pack import verify_pack
    from strategy_qa.status import verification_dict, verification_text

    try:
        index = Index.open(settings.index)
    except IndexMissingError:
        index = None
        typer.echo(f"{settings.index}: no index, so the pack is checked by itself", err=True)
    found = verify_pack(path, index=index)
    typer.echo(as_line(verification_dict(found)) if as_json else verification_text(found))
    if found.problems:
        raise typer.Exit(1)
