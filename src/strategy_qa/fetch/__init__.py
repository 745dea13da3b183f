"""Brings in the originals behind the catalogue's addresses, and asks which are still there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_qa.corpus.isolation import IsolatedReader, Limits
from strategy_qa.corpus.provenance import FETCHED, Provenance, Record, read_provenance
from strategy_qa.errors import FetchError
from strategy_qa.fetch.manners import Manners
from strategy_qa.types import Source

if TYPE_CHECKING:
    from strategy_qa.fetch.guard import Resolver

__all__ = ["FetchReport", "Manners", "fetch_sources"]

# What it may cost to tell of which type an answer is.
LOOK = Limits(seconds=30.0, seconds_per_megabyte=2.0, seconds_at_most=120.0)


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a run did."""

    records: tuple[Record, ...]  # one an attempt, in the order in which they ended
    skipped: tuple[Source, ...]  # held already
    requests: int  # sent, robots.txt and retries included
    retries: int


def fetch_sources(
    corpus: Path,
    sources: Sequence[Source],
    *,
    manners: Manners,
    refresh: bool = False,
    allow: Sequence[str] = (),
    archive: str = "",
    resolver: Resolver | None = None,
    done: Callable[[Record], None] = lambda _: None,
) -> FetchReport:
    """Fetch the originals of sources into `corpus/fetched/`.

    What is held from a source's own address is not asked for again, unless with `refresh`, and
    then only if it has changed. Killed at any moment, the next run goes on from there.

    Args:
        corpus: its folder.
        sources: those without an address are passed over.
        manners: how requests behave.
        refresh: ask for what is held, too.
        allow: hosts and networks that may be asked though they are not public.
        archive: the address of the Internet Archive's availability API, "" to leave it out.
        resolver: turns names into addresses; the system's unless given.
        done: told of every attempt as it ends.

    Raises:
        FetchError: another run is fetching into this corpus.
        OSError: the corpus cannot be written.
    """
    from filelock import FileLock, Timeout

    folder = corpus / FETCHED
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            from strategy_qa.fetch.web import PART

            for part in folder.glob(f"{PART}*"):  # of a run that was killed
                part.unlink(missing_ok=True)
            return asyncio.run(
                _fetch(corpus, sources, manners, refresh, allow, archive, resolver, done)
            )
    except Timeout as error:
        raise FetchError(
            folder, "another run is fetching into it", remedy="Wait until it has ended."
        ) from error


async def _fetch(
    corpus: Path,
    sources: Sequence[Source],
    manners: Manners,
    refresh: bool,
    allow: Sequence[str],
    archive: str,
    resolver: Resolver | None,
    done: Callable[[Record], None],
) -> FetchReport:
    from strategy_qa.fetch.archive import Archive
    from strategy_qa.fetch.guard import CONTROL, Guard, host_of, resolve
    from strategy_qa.fetch.source import Fetcher
    from strategy_qa.fetch.web import Web

    known = read_provenance(corpus)
    wanted = [source for source in sources if source.url]
    skipped = () if refresh else tuple(s for s in wanted if _is_held(s, known))
    records: list[Record] = []
    guard = Guard(allow, resolver=resolver or resolve, control=host_of(archive) or CONTROL)
    async with Web(manners, guard, corpus / FETCHED) as web:
        with IsolatedReader(limits=LOOK) as reader:
            fetcher = Fetcher(corpus, known, web, Archive(web, archive), reader)

            async def one(source: Source) -> None:
                record = await fetcher.fetch(source)
                records.append(record)
                done(record)

            await asyncio.gather(*(one(source) for source in wanted if source not in skipped))
    return FetchReport(tuple(records), skipped, web.requests, web.retries)


def _is_held(source: Source, known: Provenance) -> bool:
    """Whether a source is held from an address that it still has."""
    addresses = (source.url, *source.alternates)
    return any(not r.archived and r.asked in addresses for r in known.held(source.id))
