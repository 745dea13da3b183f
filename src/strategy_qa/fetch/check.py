"""Asks every address of the catalogue what it is now, without taking its document."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from strategy_qa.corpus.address import document_address, identity
from strategy_qa.corpus.isolation import IsolatedReader
from strategy_qa.corpus.provenance import Provenance, Record, read_provenance
from strategy_qa.errors import FetchError, LinkState, ReadError
from strategy_qa.fetch import LOOK, Manners
from strategy_qa.fetch.archive import Archive
from strategy_qa.fetch.guard import CONTROL, Guard, Resolver, host_of, resolve
from strategy_qa.fetch.judge import judge
from strategy_qa.fetch.reply import Reply
from strategy_qa.fetch.source import conditions
from strategy_qa.fetch.web import Web
from strategy_qa.types import Source

_MOST_BYTES = 65_536  # of a page: enough to see that it only says it is not there


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """What became of one address of the catalogue."""

    source: Source
    state: LinkState
    url: str  # asked
    detail: str = ""  # where to, since when, why
    held: bool = False  # whether we hold an original or a copy of it

    @property
    def gone(self) -> bool:
        """Whether the original is no longer at its address."""
        return self.state in (LinkState.DEAD, LinkState.ARCHIVED)


def check_sources(
    corpus: Path,
    sources: Sequence[Source],
    *,
    manners: Manners,
    allow: Sequence[str] = (),
    archive: str = "",
    resolver: Resolver = resolve,
    done: Callable[[LinkCheck], None] = lambda _: None,
) -> tuple[LinkCheck, ...]:
    """Check the address of every source that has one; arguments as in `fetch_sources`.

    At most the first 64 KB of an answer are read. Nothing is written.
    """
    known = read_provenance(corpus)
    guard = Guard(allow, resolver=resolver, control=host_of(archive) or CONTROL)
    with TemporaryDirectory(prefix="strategy-qa-") as folder:
        return asyncio.run(_check(known, sources, manners, guard, archive, folder, done))


async def _check(
    known: Provenance,
    sources: Sequence[Source],
    manners: Manners,
    guard: Guard,
    archive: str,
    folder: str,
    done: Callable[[LinkCheck], None],
) -> tuple[LinkCheck, ...]:
    async with Web(manners, guard, Path(folder)) as web:
        with IsolatedReader(limits=LOOK) as reader:
            checker = _Checker(known, web, Archive(web, archive), reader)

            async def one(source: Source) -> LinkCheck:
                found = await checker.check(source)
                done(found)
                return found

            wanted = [source for source in sources if source.url]
            return tuple(await asyncio.gather(*map(one, wanted)))


class _Checker:
    def __init__(
        self, known: Provenance, web: Web, archive: Archive, reader: IsolatedReader
    ) -> None:
        self._known = known
        self._web = web
        self._archive = archive
        self._reader = reader
        self._reading = asyncio.Lock()

    async def check(self, source: Source) -> LinkCheck:
        held = self._known.held(source.id)
        own = next((r for r in held if r.asked == source.url and not r.archived), None)
        try:
            state, detail = await self._asked(source, own)
        except FetchError as error:
            state, detail = error.state, error.reason
            if error.subject != source.url:
                detail = f"{error.subject} {detail}"
        if state is LinkState.DEAD:
            state, detail = await self._in_archive(source, detail)
        return LinkCheck(source, state, source.url, detail, bool(held))

    async def _asked(self, source: Source, own: Record | None) -> tuple[LinkState, str]:
        # What a landing page points to has tags of its own: the page is asked without.
        direct = own if own and not own.landing else None
        reply = await self._web.get(
            document_address(source.url), headers=conditions(direct), most=_MOST_BYTES, cut=True
        )
        if reply.status != 304:
            await self._judge(reply, own)
        if reply.moved and identity(reply.moved) != identity(source.url):
            return LinkState.MOVED, f"to {reply.moved}"
        if reply.status == 304 or direct is None:
            return LinkState.ALIVE, f"unchanged since {own.day}" if direct and own else ""
        changed = _changed(reply, direct)
        if changed is None:
            return LinkState.ALIVE, f"whether it changed since {direct.day} cannot be told"
        if changed:
            return LinkState.CHANGED, f"since {direct.day}"
        return LinkState.ALIVE, f"unchanged since {direct.day}"

    async def _judge(self, reply: Reply, own: Record | None) -> None:
        """Raise FetchError for a page that is not the document."""
        assert reply.body is not None
        declared = reply.headers.get("content-type", "")[:200]
        try:
            async with self._reading:
                look = await asyncio.to_thread(
                    self._reader.look, reply.body, url=reply.url, declared=declared
                )
        except ReadError as error:
            if reply.size < _MOST_BYTES:  # half a Word file looks damaged
                raise FetchError(
                    reply.asked, f"gives what {error.reason}", state=LinkState.UNUSABLE
                ) from error
        else:
            expected = own.media_type if own and not own.landing else ""
            judge(look, asked=reply.asked, final=reply.url, expected=expected)
        finally:
            self._web.done_with(reply)

    async def _in_archive(self, source: Source, why: str) -> tuple[LinkState, str]:
        try:
            snapshot = await self._archive.newest(source.url)
        except FetchError:
            return LinkState.DEAD, f"{why}; the archive cannot be asked"
        if snapshot is None:
            return LinkState.DEAD, why
        return LinkState.ARCHIVED, f"{why}; the archive has a copy of {snapshot.day}"


def _changed(reply: Reply, own: Record) -> bool | None:
    """Whether a document differs from the one that is held; None where that cannot be told."""
    for name, before in (("etag", own.etag), ("last-modified", own.last_modified)):
        now = reply.headers.get(name, "")
        if before and now:
            return now != before
    if reply.size < _MOST_BYTES:
        return reply.sha256 != own.sha256
    length = reply.headers.get("content-length", "")
    packed = reply.headers.get("content-encoding", "identity") not in ("", "identity")
    if length.isdecimal() and not packed and int(length) != own.bytes:
        return True
    return None
