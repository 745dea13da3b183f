"""The command line: `strategy-qa …`. Results go to stdout, everything else to stderr.

Commands by who uses them: `questions` (ask, search, compare, batch), `packing` (pack),
`maintenance` (build, verify, rollback, status, text), `difference` (diff), `reading` (read),
`sources` (sources …), `measuring` (evaluate), `serving` (chat, users), `feedback` (feedback).
"""

from __future__ import annotations

import sys
import traceback

import typer

from strategy_qa.cli import (
    difference,
    feedback,
    maintenance,
    measuring,
    packing,
    questions,
    reading,
    serving,
    sources,
)
from strategy_qa.cli.options import is_verbose
from strategy_qa.errors import StrategyQAError

app = typer.Typer(
    name="strategy-qa",
    help="Answers questions about a country's AI strategy from its documents, with exact quotes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (
    questions, packing, maintenance, difference, reading, sources, measuring, serving, feedback,
):  # fmt: skip
    app.add_typer(module.app)


def main() -> None:
    """Run a command; an error of ours is one line and exit code 1."""
    try:
        app()
    except StrategyQAError as error:
        if is_verbose():
            traceback.print_exc()
        typer.echo(f"strategy-qa: {error}", err=True)
        raise SystemExit(1) from error
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None
