"""What commands share: the assistant opened, the index built, with progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from strategy_qa.errors import ConfigError
from strategy_qa.settings import Settings

if TYPE_CHECKING:
    from strategy_qa.deferred import DeferredEncoder
    from strategy_qa.encode import SentenceEncoder
    from strategy_qa.index import Index
    from strategy_qa.index.plan import Plan
    from strategy_qa.qa import StrategyQA


def open_qa(settings: Settings) -> StrategyQA:
    """Open the index that the settings name, with its encoder."""
    from strategy_qa.index import live_build
    from strategy_qa.qa import StrategyQA

    live_build(settings.index)  # a missing index is said before the model loads
    return StrategyQA.open(settings=settings, encoder=load_encoder(settings))


def load_encoder(settings: Settings) -> SentenceEncoder:
    """Load the configured encoder, saying so when it takes a while."""
    from strategy_qa.encode import SentenceEncoder

    return SentenceEncoder.load(
        settings.encoder.model, progress=lambda line: typer.echo(line, err=True)
    )


def deferred_encoder(settings: Settings) -> DeferredEncoder:
    """The configured encoder, loaded when something has to be encoded."""
    from strategy_qa.deferred import DeferredEncoder

    return DeferredEncoder(settings.encoder.model, progress=lambda line: typer.echo(line, err=True))


def run_build(
    settings: Settings,
    *,
    full: bool,
    anew: bool = False,
    gold: Sequence[Path] = (),
    floors: Sequence[str] = (),
    keep: int | None = None,
    wait: float = 0.0,
) -> dict[str, Any]:
    """Build the index under progress bars, behind a gate if given; the report as JSON fields.

    `anew` publishes even where nothing changed.
    `keep` is how many builds stay, what the settings say when None; `wait` the seconds that
    another build is given to end.
    """
    from strategy_qa.cli.progress import stages
    from strategy_qa.corpus import corpus_files
    from strategy_qa.index.build import build_index
    from strategy_qa.status import plan_text, report_dict, report_text

    corpus_files(settings.corpus)  # a missing corpus is said before the model is unpacked
    encoder = deferred_encoder(settings)
    accept = _gate(settings, encoder, gold, floors) if gold or floors else lambda _: None
    with stages() as progress:
        report = build_index(
            settings.corpus,
            settings.index,
            encoder=encoder,
            accept=accept,
            chunk_tokens=settings.chunk.tokens,
            full=full,
            anew=anew,
            words=settings.builds.words,
            keep=keep or settings.builds.keep_builds,
            wait=wait,
            planned=lambda plan: typer.echo(plan_text(plan), err=True),
            progress=progress,
        )
    typer.echo(report_text(report), err=True)
    return report_dict(report)


def _gate(
    settings: Settings, encoder: DeferredEncoder, gold: Sequence[Path], floors: Sequence[str]
) -> Callable[[Index], None]:
    from strategy_qa.evaluate import gate, parse_limit, read_gold

    rows = read_gold(gold) if gold else ()
    limits = [parse_limit(text, is_floor=True) for text in floors]
    if not (rows and limits):
        raise ConfigError("--gate", "needs a gold file and a floor", remedy="Add --min NAME=X.")
    return gate(rows, limits, encoder=encoder, settings=settings)


def run_plan(settings: Settings) -> Plan:
    """What a build would change, after reading the corpus under a progress bar."""
    from strategy_qa.cli.progress import stages
    from strategy_qa.index.build import plan_build

    with stages() as progress:
        return plan_build(settings.corpus, settings.index, progress=progress)


def as_line(fields: Mapping[str, Any]) -> str:
    """One JSON object on one line."""
    return json.dumps(fields, ensure_ascii=False)
