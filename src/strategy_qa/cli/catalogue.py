"""Commands for those who keep the catalogue: sources discover, add, list."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategy_qa.cli.options import (
    ConfigOption,
    CorpusOption,
    JsonOption,
    Kind,
    VerboseOption,
    check_language,
)
from strategy_qa.cli.wiring import as_line
from strategy_qa.settings import Settings

if TYPE_CHECKING:
    from strategy_qa.corpus.discover import Proposal

commands = typer.Typer()


@commands.command(epilog="Example: strategy-qa sources discover brief.pdf --write")
def discover(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="PDF, Word, HTML, text.")],
    write: Annotated[
        bool, typer.Option("--write", help="Add what is new to sources.toml; change nothing else.")
    ] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Read every link of a document and propose catalogue entries, each address once."""
    from strategy_qa.corpus import CATALOGUE
    from strategy_qa.corpus.discover import discover as propose
    from strategy_qa.corpus.edit import append_entries
    from strategy_qa.corpus.isolation import IsolatedReader
    from strategy_qa.corpus.sources import read_catalogue

    settings = Settings.load(config, corpus=corpus)
    path = settings.corpus / CATALOGUE
    with IsolatedReader() as reader:
        found = propose(reader.links(file), read_catalogue(path))
    for proposal in found.proposals:
        typer.echo(as_line(_fields(proposal)) if as_json else _lines(proposal))
    new = [p.entry for p in found.proposals if not p.known_as]
    for reason, count in found.left_out.items():
        typer.echo(f"left out: {count} links: {reason}", err=True)
    if write and new:
        append_entries(path, new)
    done = f"; {len(new)} added to {path}" if write else "; --write adds them" if new else ""
    typer.echo(
        f"{found.links} links, {len(found.proposals)} distinct, {len(new)} new{done}", err=True
    )


@commands.command(
    epilog="Example: strategy-qa sources add https://example.org/plan.pdf --year 2024"
)
def add(
    what: Annotated[str, typer.Argument(metavar="URL-or-FILE", help="http(s)://… or a document.")],
    id_: Annotated[
        str | None, typer.Option("--id", help="Made from the title if not given.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="As it should stand beside a quote.")] = None,
    publisher: Annotated[str, typer.Option(help="As it should stand beside a quote.")] = "",
    year: Annotated[int | None, typer.Option(min=1000, max=2999)] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", callback=check_language, help="Such as en or es.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="report, page, news, portal or data.")] = None,
    cited_for: Annotated[str, typer.Option(help="The claim that links to it.")] = "",
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Add a source: an address to the catalogue, or a file to documents/ with its entry."""
    from strategy_qa.corpus.add import add_file, add_url

    settings = Settings.load(config, corpus=corpus)
    fields = {"id": id_, "title": title, "publisher": publisher, "year": year,
              "language": language, "kind": kind and str(kind),
              "cited_for": cited_for}  # fmt: skip
    given = {name: value for name, value in fields.items() if value}
    is_url = "://" in what or what.lower().startswith("www.")
    entry, path = (
        (add_url(settings.corpus, what, given), None)
        if is_url
        else add_file(settings.corpus, Path(what), given)
    )
    if as_json:
        typer.echo(as_line({**asdict(entry), "file": str(path) if path else None}))
    else:
        where = f" as {path}" if path else ""
        typer.echo(f"added {entry.source.id}: {entry.source.title}{where}")
    after = "strategy-qa build" if path else f"strategy-qa sources fetch {entry.source.id}"
    typer.echo(f"Next: `{after}`. To undo it, delete the entry at the end of sources.toml"
               f"{' and the file' if path else ''}.", err=True)  # fmt: skip


@commands.command("list", epilog="Example: strategy-qa sources list --json")
def list_(
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """List the catalogue: what is held of each source, and what became of fetching it."""
    from strategy_qa.corpus.holdings import holding_dict, holdings

    found = holdings(Settings.load(config, corpus=corpus).corpus)
    width = max((len(h.entry.source.id) for h in found.held), default=0)
    for holding in found.held:
        source = holding.entry.source
        line = f"{source.id:<{width}}  {holding.what:<26}  {source.url}"
        typer.echo(as_line(holding_dict(holding)) if as_json else line.rstrip())
        if holding.trouble and not as_json:
            typer.echo(f"{'':<{width}}  {holding.trouble}")
    for doubt in found.doubts:
        typer.echo(doubt, err=True)


def _fields(proposal: Proposal) -> dict[str, Any]:
    source = proposal.entry.source
    return {
        "id": source.id,
        "url": source.url,
        "title": source.title,
        "sentence": source.cited_for,
        "page": proposal.entry.page,
        "section": proposal.entry.section,
        "links": proposal.links,
        "known_as": proposal.known_as or None,
    }


def _lines(proposal: Proposal) -> str:
    entry = proposal.entry
    name = f"known as {proposal.known_as}" if proposal.known_as else f"new: {entry.source.id}"
    page = f"p. {entry.page}" if entry.page else ""
    place = " · ".join(part for part in (page, entry.section) if part)
    lines = [f"{name}  {entry.source.url}"]
    lines += [f"    {place}"] if place else []
    lines += [f"    “{entry.source.cited_for}”"] if entry.source.cited_for else []
    return "\n".join(lines)
