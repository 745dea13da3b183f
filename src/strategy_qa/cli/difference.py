"""The command that says what changed between two builds: diff."""

from __future__ import annotations

from dataclasses import asdict
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
from strategy_qa.cli.wiring import as_line, load_encoder
from strategy_qa.settings import Settings

app = typer.Typer()


@app.command(epilog="Example: strategy-qa diff --questions questions.csv")
def diff(
    old: Annotated[
        str | None,
        typer.Argument(metavar="BUILD", help="As `status` lists them; default: the one before."),
    ] = None,
    new: Annotated[
        str | None, typer.Argument(metavar="BUILD", help="Default: the live one.")
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option("--questions", metavar="FILE", help="Ask both builds, as `batch` reads it."),
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Say which documents changed between two builds, and which answers.

    An answer changed when its words or its places did. Rows that cannot be asked are named on
    stderr.
    """
    from strategy_qa.batch.read import read_questions
    from strategy_qa.changes import answer_changes, document_changes, two_builds
    from strategy_qa.cli.progress import track
    from strategy_qa.status import plan_dict, plan_text

    settings = Settings.load(config, corpus=corpus, index=index)
    folder = settings.index
    rows = read_questions(questions) if questions else []
    builds = two_builds(folder, old, new)
    plan = document_changes(folder, *builds)
    if as_json:
        typer.echo(as_line({"before": builds[0], "after": builds[1], **plan_dict(plan)}))
    else:
        typer.echo(f"{builds[0]} -> {builds[1]}\n{plan_text(plan, what='documents')}")
    for row in (row for row in rows if row.error):
        typer.echo(f"{row.id}: {row.error}", err=True)
    asked = [row.text for row in rows if not row.error]
    if not asked:
        return
    encoder, changed = load_encoder(settings), 0
    for change in answer_changes(
        folder, *builds, track(asked, "asking", len(asked)), encoder=encoder, settings=settings
    ):
        changed += 1
        if as_json:
            typer.echo(as_line(asdict(change)))
        else:
            typer.echo(f"\n{change.question}")
            for sign, text, places in (
                ("-", change.before, change.places_before),
                ("+", change.after, change.places_after),
            ):
                said = " ".join(text.split("\n")) or "no answer"
                typer.echo(f"  {sign} {said}  [{'; '.join(places)}]")
    typer.echo(f"answers: {changed} of {len(asked)} changed", err=True)
