"""Commands for those who keep the index: build, verify, status, rollback, text."""

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
from strategy_qa.cli.packing import verify_evidence
from strategy_qa.cli.wiring import as_line, run_build, run_plan
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
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which documents would change.")
    ] = False,
    purge: Annotated[
        bool, typer.Option("--purge", help="Keep no older build: nothing removed stays on disk.")
    ] = False,
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", min=0, help="For another build to end.")
    ] = 0.0,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Bring the index up to date with the corpus; the old one serves until the new one is whole.

    Only new text is encoded. A build that was cut off goes on where it was.
    """
    settings = Settings.load(config, corpus=corpus, index=index)
    if dry_run:
        from strategy_qa.status import plan_dict, plan_text

        plan = run_plan(settings)
        typer.echo(as_line(plan_dict(plan)) if as_json else plan_text(plan))
        return
    report = run_build(
        settings,
        full=full,
        gold=gate or (),
        floors=floors or (),
        keep=1 if purge else None,
        wait=wait,
    )
    if as_json:
        typer.echo(as_line(report))


@app.command(epilog="Example: strategy-qa verify --repair, strategy-qa verify evidence.zip")
def verify(
    pack: Annotated[
        Path | None,
        typer.Argument(metavar="PACK", help="An evidence pack to check instead of the index."),
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make anew what is damaged, then check again.")
    ] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Check every file, span and vector of the index; exit code 1 when anything is wrong.

    A sample of the live build is encoded again. Builds kept for a rollback are checked too. A
    repair makes what is damaged anew from the documents in the build, or, where those are damaged,
    the build from the corpus; what is whole is taken over. Of an evidence pack every hash and
    every quote is checked, against the index where there is one.
    """
    from strategy_qa.cli.mending import check, mend

    settings = Settings.load(config, corpus=corpus, index=index)
    if pack is not None:
        if repair:
            raise ConfigError("--repair", "mends the index, not an evidence pack")
        verify_evidence(pack, settings, as_json=as_json)
        return
    if repair:
        mend(settings)
    if not check(settings, as_json=as_json):
        raise typer.Exit(1)


@app.command(epilog="Example: strategy-qa rollback")
def rollback(
    build: Annotated[
        str | None,
        typer.Argument(metavar="BUILD", help="As `status` lists them; default: the one before."),
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Make an older build the live one, after checking it; name the newer one to undo that.

    The next `build` brings the index up to date with the corpus again.
    """
    from strategy_qa.index.rollback import roll_back

    settings = Settings.load(config, corpus=corpus, index=index)
    before, now = roll_back(settings.index, build)
    typer.echo(f"{now} answers now, instead of {before}", err=True)


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
