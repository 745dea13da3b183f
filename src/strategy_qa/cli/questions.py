"""Commands for those who ask: ask, search, compare, batch."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from strategy_qa.cli.options import (
    ConfigOption,
    CorpusOption,
    DocumentOption,
    IndexOption,
    JsonOption,
    KindOption,
    KOption,
    LanguageOption,
    OriginalsOption,
    PublisherOption,
    VerboseOption,
    YearOption,
    filters_of,
)
from strategy_qa.cli.wiring import as_line, open_qa
from strategy_qa.settings import Settings

app = typer.Typer()


@app.command(epilog='Example: strategy-qa ask "How many jobs could automation affect?"')
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In English or Spanish.")],
    after: Annotated[
        list[str] | None,
        typer.Option(
            "--after",
            metavar="QUESTION",
            help="The question before, for one that leans on it (and in 2020?); repeat for more.",
        ),
    ] = None,
    document: DocumentOption = None,
    language: LanguageOption = None,
    year: YearOption = None,
    publisher: PublisherOption = None,
    kind: KindOption = None,
    originals: OriginalsOption = False,
    k: KOption = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Answer one question with citations, or say that the documents do not."""
    from strategy_qa.render import answer_dict, answer_text

    qa = open_qa(Settings.load(config, corpus=corpus, index=index))
    filters = filters_of(document, language, year, publisher, kind, originals)
    answer = qa.ask(question, filters=filters, k=k, after=after or ())
    typer.echo(as_line(answer_dict(answer)) if as_json else answer_text(answer))


@app.command(epilog='Example: strategy-qa search "data infrastructure" -k 5 --year 2018..2020')
def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Words or a question.")],
    document: DocumentOption = None,
    language: LanguageOption = None,
    year: YearOption = None,
    publisher: PublisherOption = None,
    kind: KindOption = None,
    originals: OriginalsOption = False,
    k: KOption = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """List the passages nearest to a query, without an answer."""
    from strategy_qa.render import hit_dict, hits_text

    qa = open_qa(Settings.load(config, corpus=corpus, index=index))
    filters = filters_of(document, language, year, publisher, kind, originals)
    hits = qa.search(query, filters=filters, k=k)
    typer.echo("\n".join(as_line(hit_dict(h)) for h in hits) if as_json else hits_text(hits))


@app.command(epilog='Example: strategy-qa compare "open data" --year 2018..2020')
def compare(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In English or Spanish.")],
    document: DocumentOption = None,
    language: LanguageOption = None,
    year: YearOption = None,
    publisher: PublisherOption = None,
    kind: KindOption = None,
    originals: OriginalsOption = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Set side by side what each document says on a question, or that it does not mention it."""
    from strategy_qa.comparison import comparison_dict, comparison_text

    qa = open_qa(Settings.load(config, corpus=corpus, index=index))
    filters = filters_of(document, language, year, publisher, kind, originals)
    found = qa.compare(question, filters=filters)
    typer.echo(as_line(comparison_dict(found)) if as_json else comparison_text(found))


@app.command(epilog="Example: strategy-qa batch questions.csv -o answers.jsonl --resume")
def batch(
    source: Annotated[
        Path,
        typer.Argument(metavar="INPUT", help="csv, tsv, xlsx, jsonl or txt."),
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="OUTPUT", help="csv, jsonl, parquet or xlsx."),
    ],
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an interrupted run, if there is one.")
    ] = False,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="One row a citation, not a question.")
    ] = False,
    document: DocumentOption = None,
    language: LanguageOption = None,
    year: YearOption = None,
    publisher: PublisherOption = None,
    kind: KindOption = None,
    originals: OriginalsOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Answer every question of a file; a row that fails becomes a row with its error.

    The question stands in the column `question`, or in the only one. A row may have an `id`, and
    narrow itself by `language` (en, es) and `document` (ids, set apart by semicolons).

    Answers are kept in OUTPUT.part as they come. What is needed to repeat the run, its times
    included, ends up in OUTPUT.run.json.
    """
    from strategy_qa.batch import check_output, read_questions, run_batch
    from strategy_qa.cli.progress import counter

    check_output(output)
    read_questions(source)  # what is wrong with it is said before the model loads
    filters = filters_of(document, language, year, publisher, kind, originals)
    qa = open_qa(Settings.load(config, corpus=corpus, index=index))
    with counter("asking") as progress:
        report = run_batch(
            qa,
            source,
            output,
            filters=filters,
            evidence=evidence,
            resume=resume,
            command=sys.argv,
            progress=progress,
        )
    typer.echo(
        f"{output}: {report.rows} rows, {report.failed} with an error, {report.silent} without an"
        f" answer, {report.resumed} from the run before, {report.seconds:.0f} s",
        err=True,
    )
    if report.repeated:
        typer.echo(f"{source}: {report.repeated} rows have the id of an earlier one", err=True)
