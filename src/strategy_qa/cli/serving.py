"""The command that serves the chat."""

from __future__ import annotations

from typing import Annotated

import typer

from strategy_qa.cli.options import ConfigOption, CorpusOption, IndexOption, VerboseOption
from strategy_qa.cli.wiring import open_qa, run_build
from strategy_qa.settings import Settings

app = typer.Typer()


@app.command(epilog="Example: strategy-qa chat --port 8080")
def chat(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 7860,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Serve the chat in the browser; builds the index first where there is none."""
    from strategy_qa.errors import IndexMissingError
    from strategy_qa.index import live_build

    settings = Settings.load(config, corpus=corpus, index=index)
    try:
        live_build(settings.index)
    except IndexMissingError:
        run_build(settings, full=False)
    qa = open_qa(settings)
    from strategy_qa.app import serve

    serve(qa, host=host, port=port, ready=lambda url: typer.echo(f"The chat answers on {url}"))
