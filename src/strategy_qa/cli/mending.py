"""What `verify` does: check the builds, and mend them under a progress bar."""

from __future__ import annotations

import typer

from strategy_qa.cli.wiring import as_line, load_encoder, run_build
from strategy_qa.errors import IndexCorruptError
from strategy_qa.settings import Settings


def check(settings: Settings, *, as_json: bool) -> bool:
    """Print what was checked of every build and what is wrong; whether nothing is.

    In words the live build comes last: that line is the one that a log keeps.
    """
    from strategy_qa.index import live_build
    from strategy_qa.index.verify import verify_index
    from strategy_qa.status import verification_dict, verification_text

    live_build(settings.index)  # a missing index is said before the model loads
    found = verify_index(settings.index, encoder=load_encoder(settings))
    for each in found if as_json else reversed(found):
        typer.echo(as_line(verification_dict(each)) if as_json else verification_text(each))
    return not any(each.problems for each in found)


def mend(settings: Settings) -> None:
    """Mend what is damaged and say on stderr what was done."""
    from strategy_qa.cli.progress import stages
    from strategy_qa.index import live_build
    from strategy_qa.index.repair import repair_index, repair_pointer
    from strategy_qa.index.verify import verify_index

    folder = settings.index
    try:
        live_build(folder)
    except IndexCorruptError as error:
        typer.echo(f"{error.subject}: {error.reason}", err=True)
        typer.echo(f"{repair_pointer(folder)} is live again", err=True)
    encoder = load_encoder(settings)
    found = verify_index(folder, encoder=encoder)
    for problem in (problem for each in found for problem in each.problems):
        typer.echo(f"{problem.subject}: {problem.reason}", err=True)

    def rebuild() -> str:
        return str(run_build(settings, full=False, anew=True)["build"])

    with stages() as progress:
        done = repair_index(folder, found, encoder=encoder, rebuild=rebuild, progress=progress)
    for notice in done:
        typer.echo(f"{notice.subject}: {notice.reason}", err=True)
    if not done:
        typer.echo("nothing to repair", err=True)
