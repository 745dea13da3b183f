"""The command line: `strategy-qa …`. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategy_qa.errors import ConfigError, StrategyQAError
from strategy_qa.options import (
    ConfigOption,
    CorpusOption,
    DocumentOption,
    IndexOption,
    JsonOption,
    KindOption,
    LanguageOption,
    PublisherOption,
    VerboseOption,
    YearOption,
    filters_of,
    is_verbose,
)
from strategy_qa.settings import Settings

if TYPE_CHECKING:
    from strategy_qa.encode import SentenceEncoder
    from strategy_qa.qa import StrategyQA

app = typer.Typer(
    name="strategy-qa",
    help="Answers questions about a country's AI strategy from its documents, with exact quotes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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


@app.command(epilog='Example: strategy-qa ask "How many jobs could automation affect?"')
def ask(
    question: Annotated[str, typer.Argument(help="In English or Spanish.")],
    document: DocumentOption = None,
    language: LanguageOption = None,
    year: YearOption = None,
    publisher: PublisherOption = None,
    kind: KindOption = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Passages to look at.")] = 10,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Answer one question with citations, or say that the documents do not."""
    from strategy_qa.render import answer_dict, answer_text

    qa = _open(Settings.load(config, corpus=corpus, index=index))
    filters = filters_of(document, language, year, publisher, kind)
    answer = qa.ask(question, filters=filters, k=k)
    typer.echo(_line(answer_dict(answer)) if as_json else answer_text(answer))


@app.command(epilog='Example: strategy-qa search "data infrastructure" -k 5 --year 2018..2020')
def search(
    query: Annotated[str, typer.Argument(help="Words or a question.")],
    document: DocumentOption = None,
    language: LanguageOption = None,
    year: YearOption = None,
    publisher: PublisherOption = None,
    kind: KindOption = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Passages to list.")] = 10,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """List the passages nearest to a query, without an answer."""
    from strategy_qa.render import hit_dict, hits_text

    qa = _open(Settings.load(config, corpus=corpus, index=index))
    filters = filters_of(document, language, year, publisher, kind)
    hits = qa.search(query, filters=filters, k=k)
    typer.echo("\n".join(_line(hit_dict(h)) for h in hits) if as_json else hits_text(hits))


@app.command(epilog="Example: strategy-qa batch questions.csv -o answers.jsonl")
def batch(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="A .jsonl or .csv file.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A .jsonl or .csv file.")],
    document: DocumentOption = None,
    language: LanguageOption = None,
    year: YearOption = None,
    publisher: PublisherOption = None,
    kind: KindOption = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Answer every question of a file; a row that fails becomes a row with its error."""
    from strategy_qa.batch import BatchWriter, answer_questions, check_format, read_questions
    from strategy_qa.progress import track

    check_format(output)
    questions = read_questions(source)
    filters = filters_of(document, language, year, publisher, kind)
    qa = _open(Settings.load(config, corpus=corpus, index=index))
    failed = 0
    with BatchWriter(output) as writer:
        outcomes = answer_questions(qa, questions, filters=filters)
        for outcome in track(outcomes, "asking", len(questions)):
            writer.write(outcome)
            failed += outcome.answer is None
    typer.echo(f"{output}: {len(questions)} rows, {failed} with an error", err=True)


@app.command(epilog="Example: strategy-qa build --corpus corpus --index index")
def build(
    full: Annotated[bool, typer.Option("--full", help="Encode everything anew.")] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Bring the index up to date with the corpus; the old one serves until the new one is whole."""
    report = _build(Settings.load(config, corpus=corpus, index=index), full=full)
    if as_json:
        typer.echo(_line(report))


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
    typer.echo(_line(status_dict(found)) if as_json else status_text(found))


@app.command(epilog="Example: strategy-qa text policy-brief | less")
def text(
    document_id: Annotated[str, typer.Argument(help="As `strategy-qa status` lists them.")],
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
        _build(settings, full=False)
    qa = _open(settings)
    from strategy_qa.app import serve

    serve(qa, host=host, port=port, ready=lambda url: typer.echo(f"The chat answers on {url}"))


def _open(settings: Settings) -> StrategyQA:
    from strategy_qa.index import live_build
    from strategy_qa.qa import StrategyQA

    live_build(settings.index)  # a missing index is said before the model loads
    return StrategyQA.open(settings=settings, encoder=_encoder(settings))


def _encoder(settings: Settings) -> SentenceEncoder:
    from strategy_qa.encode import SentenceEncoder

    return SentenceEncoder.load(
        settings.encoder.model, progress=lambda line: typer.echo(line, err=True)
    )


def _build(settings: Settings, *, full: bool) -> dict[str, Any]:
    from strategy_qa.corpus import corpus_files
    from strategy_qa.index.build import build_index
    from strategy_qa.progress import stages
    from strategy_qa.status import report_dict, report_text

    corpus_files(settings.corpus)  # a missing corpus is said before the model loads
    with stages() as progress:
        report = build_index(
            settings.corpus,
            settings.index,
            encoder=_encoder(settings),
            chunk_tokens=settings.chunk.tokens,
            full=full,
            keep=settings.builds.keep_builds,
            progress=progress,
        )
    typer.echo(report_text(report), err=True)
    return report_dict(report)


def _line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False)
