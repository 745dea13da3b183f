"""Commands for those who bring in the originals: sources fetch, check, audit."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategy_qa.cli import catalogue
from strategy_qa.cli.options import (
    ConfigOption,
    CorpusOption,
    IndexOption,
    JsonOption,
    VerboseOption,
)
from strategy_qa.cli.wiring import as_line
from strategy_qa.errors import ConfigError
from strategy_qa.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strategy_qa.corpus.provenance import Record
    from strategy_qa.corpus.sources import CatalogueEntry
    from strategy_qa.fetch import Manners
    from strategy_qa.fetch.check import LinkCheck
    from strategy_qa.types import Source

app = typer.Typer()
commands = typer.Typer(no_args_is_help=True)
commands.add_typer(catalogue.commands)
app.add_typer(
    commands,
    name="sources",
    help="Find, fetch and check the reports that the documents link to.",
    epilog="Example: strategy-qa sources fetch --all",
)


class Form(StrEnum):
    """How an audit is written."""

    TABLE = "table"
    MARKDOWN = "markdown"
    CSV = "csv"


IdsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="ID…", help="As `sources list` shows them.")
]


@commands.command(epilog="Example: strategy-qa sources fetch --all")
def fetch(
    ids: IdsArgument = None,
    every: Annotated[bool, typer.Option("--all", help="Every source with an address.")] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask for what is held, too, and take what changed.")
    ] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Download originals into corpus/fetched/; the next build puts them in place of digests."""
    from strategy_qa.cli.progress import count
    from strategy_qa.corpus.provenance import record_dict
    from strategy_qa.errors import StrategyQAError
    from strategy_qa.fetch import fetch_sources

    settings = Settings.load(config, corpus=corpus)
    if bool(ids) == every:
        raise typer.BadParameter("name some IDs, or give --all")
    wanted = [entry.source for entry in chosen(settings, ids)]
    lines: list[str] = []

    def note(record: Record) -> None:
        advance()
        lines.append(as_line(record_dict(record)) if as_json else attempt_line(record))

    try:
        with count("fetching", len(wanted)) as advance:
            report = fetch_sources(
                settings.corpus,
                wanted,
                manners=manners_of(settings),
                refresh=refresh,
                allow=settings.fetch.allow,
                archive=settings.fetch.archive,
                done=note,
            )
    except OSError as error:
        reason = f"cannot be written ({error.strerror or error})"
        raise StrategyQAError(error.filename or settings.corpus, reason) from error
    finally:
        for line in sorted(lines):
            typer.echo(line)
    got = sum(bool(record.sha256) for record in report.records)
    typer.echo(
        f"{got} of {len(report.records)} got, {len(report.skipped)} held already;"
        f" {report.requests} requests, {report.retries} retries",
        err=True,
    )


@commands.command(epilog="Example: strategy-qa sources check --json")
def check(
    ids: IdsArgument = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Ask every address what it is now, without downloading; exit 1 when an original is gone."""
    settings = Settings.load(config, corpus=corpus)
    found = run_check(settings, [entry.source for entry in chosen(settings, ids)])
    width = max((len(each.source.id) for each in found), default=0)
    for each in found:
        if as_json:
            fields = {"id": each.source.id, "url": each.url, "state": str(each.state),
                      "detail": each.detail, "held": each.held}  # fmt: skip
            typer.echo(as_line(fields))
        else:
            typer.echo(f"{each.source.id:<{width}}  {each.state:<11}  {each.detail}".rstrip())
    counts = Counter(str(each.state) for each in found)
    typer.echo(", ".join(f"{n} {state}" for state, n in counts.most_common()), err=True)
    if any(each.gone for each in found):
        raise typer.Exit(1)


@commands.command(epilog="Example: strategy-qa sources audit --format markdown > audit.md")
def audit(
    form: Annotated[Form, typer.Option("--format", help="How the rows are written.")] = Form.TABLE,
    ask: Annotated[
        bool, typer.Option("--check", help="Ask every address first, as `sources check` does.")
    ] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """List each claim with a link: its source, what is held of it, and the passage that fits.

    "found": the passage meets the claim, with every figure, year and name of it; "partly": but for
    those that are named; "perhaps": a passage about it, in other words; "where the digest cites the
    brief": no evidence of the source's own. The score goes from 0, what unrelated sentences meet,
    to 1. Read the passage before you rely on a verdict.
    """
    from dataclasses import asdict

    from strategy_qa.audit import audit as judged
    from strategy_qa.audit import claims_of, forms
    from strategy_qa.cli.progress import track
    from strategy_qa.cli.wiring import open_qa
    from strategy_qa.corpus.holdings import holdings

    settings = Settings.load(config, corpus=corpus, index=index)
    held = holdings(settings.corpus).held
    qa = open_qa(settings)
    states = {h.entry.source.id: h.last.state for h in held if h.last}
    if ask:
        checks = run_check(settings, [holding.entry.source for holding in held])
        states |= {each.source.id: each.state for each in checks}
    found = judged(qa, held, states=lambda h: states.get(h.entry.source.id))
    rows = list(track(found, "auditing", sum(len(claims_of(h)) for h in held)))
    if as_json:
        for row in rows:
            typer.echo(as_line(asdict(row)))
    elif form is Form.CSV:
        typer.echo(forms.audit_csv(rows), nl=False)
    else:
        as_text = forms.audit_markdown if form is Form.MARKDOWN else forms.audit_text
        typer.echo(as_text(rows))
    typer.echo(forms.audit_counts(rows), err=True)


def run_check(settings: Settings, sources: Sequence[Source]) -> tuple[LinkCheck, ...]:
    """Check sources under a progress bar."""
    from strategy_qa.cli.progress import count
    from strategy_qa.fetch.check import check_sources

    with count("checking", sum(bool(source.url) for source in sources)) as advance:
        return check_sources(
            settings.corpus,
            sources,
            manners=manners_of(settings),
            allow=settings.fetch.allow,
            archive=settings.fetch.archive,
            done=lambda _: advance(),
        )


def chosen(settings: Settings, ids: Sequence[str] | None) -> list[CatalogueEntry]:
    """The catalogue's entries of these ids, all without any; ConfigError for an unknown one."""
    from difflib import get_close_matches

    from strategy_qa.corpus import CATALOGUE
    from strategy_qa.corpus.sources import read_catalogue

    entries = read_catalogue(settings.corpus / CATALOGUE)
    for id_ in ids or ():
        if id_ not in entries:
            near = ", ".join(get_close_matches(id_, entries, n=3))
            remedy = f"Near it: {near}." if near else "`strategy-qa sources list` shows them."
            raise ConfigError(id_, "is not in the catalogue", remedy=remedy)
    return [entries[id_] for id_ in dict.fromkeys(ids or entries)]


def manners_of(settings: Settings) -> Manners:
    """How requests behave, out of the settings."""
    from strategy_qa.fetch import Manners

    options: dict[str, Any] = settings.fetch.model_dump(exclude={"allow", "archive"})
    return Manners(**{**options, "ca_file": options["ca_file"] or None})


def attempt_line(record: Record) -> str:
    """One attempt in one line."""
    if not record.sha256:
        return f"{record.source}: {record.state}: {record.reason}"
    what = f"{record.media_type.split('/')[1].split('.')[0]}, {record.bytes:,} bytes"
    if record.status == 304:
        what = "unchanged"
    archived = f", archived copy of {record.archived} ({record.reason})" if record.archived else ""
    where = f" from {record.final}" if record.final not in (record.asked, "") else ""
    return f"{record.source}: {what}{where}{archived}"
