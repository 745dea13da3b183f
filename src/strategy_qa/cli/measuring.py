"""The command for those who measure: evaluate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategy_qa.cli.options import (
    ConfigOption,
    CorpusOption,
    IndexOption,
    JsonOption,
    VerboseOption,
)
from strategy_qa.cli.wiring import as_line, load_encoder, open_qa
from strategy_qa.errors import ConfigError
from strategy_qa.settings import Settings
from strategy_qa.types import Notice

if TYPE_CHECKING:
    from strategy_qa.evaluate import Gold
    from strategy_qa.qa import StrategyQA

    Bench = tuple[StrategyQA, tuple[Gold, ...], tuple[Notice, ...]]

app = typer.Typer()


class Split(StrEnum):
    """The halves of a gold set."""

    DEV = "dev"
    TEST = "test"


@app.command(epilog="Example: strategy-qa evaluate gold.jsonl --min recall@1=0.9 --json")
def evaluate(
    gold: Annotated[
        list[Path], typer.Argument(metavar="GOLD", help="Gold rows (.jsonl) or SQuAD (.json).")
    ],
    contexts: Annotated[
        list[Path] | None,
        typer.Option(
            "--contexts",
            metavar="FILE",
            help="SQuAD files whose texts are asked, by default GOLD's own; repeat for more.",
        ),
    ] = None,
    floors: Annotated[
        list[str] | None,
        typer.Option(
            "--min",
            metavar="NAME=X",
            help="Exit 1 below it: recall@1=0.9, es-en:recall@1=0.9, list:complete_list=1; repeat.",
        ),
    ] = None,
    ceilings: Annotated[
        list[str] | None,
        typer.Option("--max", metavar="NAME=X", help="Exit 1 above it: latency_p95_ms=250."),
    ] = None,
    split: Annotated[
        Split | None, typer.Option("--split", help="Only rows of this half of the gold set.")
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option("--sample", metavar="N", min=1, help="Only N questions, evenly spread."),
    ] = None,
    details: Annotated[
        Path | None,
        typer.Option("--details", metavar="FILE", help="Write what became of each question."),
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Measure the answers to gold questions; SQuAD files bring their own texts to search."""
    from strategy_qa.cli.progress import track
    from strategy_qa.evaluate import (
        choose,
        measure,
        outcome_dict,
        parse_limit,
        report_dict,
        report_on,
        report_text,
    )

    limits = [parse_limit(text, is_floor=True) for text in floors or ()]
    limits += [parse_limit(text, is_floor=False) for text in ceilings or ()]
    settings = Settings.load(config, corpus=corpus, index=index)
    with _bench(gold, contexts or (), settings) as (qa, rows, doubts):
        rows = choose(rows, split=split, sample=sample)
        outcomes = list(track(measure(qa, rows), "asking", len(rows)))
    report = report_on(outcomes, warnings=doubts)
    if details:
        _write(details, map(outcome_dict, outcomes))
    missed = [line for limit in limits if (line := limit.missed_by(report))]
    for warning in report.warnings:
        typer.echo(f"{warning.subject}: {warning.reason}", err=True)
    fields = {**report_dict(report), "missed": missed}
    typer.echo(as_line(fields) if as_json else report_text(report))
    for line in missed:
        typer.echo(f"missed: {line}", err=True)
    if missed:
        raise typer.Exit(1)


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    try:
        path.write_text("".join(as_line(row) + "\n" for row in rows), encoding="utf-8")
    except OSError as error:
        raise ConfigError(path, f"cannot be written ({error.strerror})") from error


@contextmanager
def _bench(gold: Sequence[Path], contexts: Sequence[Path], settings: Settings) -> Iterator[Bench]:
    """The assistant and the questions for it; for SQuAD over an index that is gone afterwards."""
    from strategy_qa.evaluate import read_gold
    from strategy_qa.evaluate.squad import SUFFIX

    squads = [path for path in gold if path.suffix.lower() == SUFFIX]
    if not squads and not contexts:
        rows = read_gold(gold)  # a fault in a row is said before the model loads
        yield open_qa(settings), rows, ()
        return
    if len(squads) != 1 or len(gold) != 1:
        raise ConfigError(
            " ".join(map(str, gold)),
            "SQuAD questions are measured one file at a time",
            remedy="Name one .json file, and others with --contexts; or .jsonl files only.",
        )
    with TemporaryDirectory(prefix="strategy-qa-", ignore_cleanup_errors=True) as folder:
        yield _squad_bench(squads[0], contexts or squads, settings, Path(folder))


def _squad_bench(gold: Path, contexts: Sequence[Path], settings: Settings, folder: Path) -> Bench:
    from strategy_qa.cli.progress import stages
    from strategy_qa.evaluate import read_squad, squad_gold, write_corpus
    from strategy_qa.index.build import build_index
    from strategy_qa.qa import StrategyQA

    texts = [read_squad(path) for path in contexts]
    corpus, index = folder / "corpus", folder / "index"
    write_corpus(texts, corpus)
    encoder = load_encoder(settings)
    with stages() as progress:
        build_index(
            corpus,
            index,
            encoder=encoder,
            chunk_tokens=settings.chunk.tokens,
            progress=progress,
        )
    qa = StrategyQA.open(index, settings=settings, encoder=encoder)
    rows, doubts = squad_gold(gold, texts, qa.document)
    return qa, rows, doubts
