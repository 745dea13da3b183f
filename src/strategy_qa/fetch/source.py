"""Fetches one source: from its own address, its alternates, then the archive; or says why not.

Stages: 1 ask the addresses of the catalogue in their order, 2 ask the archive where the source's
own address is dead, 3 look at what came and judge it, 4 follow a landing page one step, 5 keep
the bytes under their hash, 6 note it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from strategy_qa.corpus.address import document_address, identity
from strategy_qa.corpus.isolation import IsolatedReader
from strategy_qa.corpus.look import Look
from strategy_qa.corpus.provenance import FETCHED, Provenance, Record, append_record
from strategy_qa.errors import FetchError, LinkState, ReadError
from strategy_qa.fetch.archive import Archive, Snapshot, day_of
from strategy_qa.fetch.judge import judge, pointed_to
from strategy_qa.fetch.reply import Reply
from strategy_qa.fetch.web import Web
from strategy_qa.types import Source

# Where the owner of a document keeps it from us, the archive is not asked for it either.
_CLOSED = {LinkState.ROBOTS, LinkState.REFUSED, LinkState.UNSAFE}


class Fetcher:
    """Fetches sources of one corpus within one run."""

    def __init__(
        self, corpus: Path, known: Provenance, web: Web, archive: Archive, reader: IsolatedReader
    ) -> None:
        self._corpus = corpus
        self._known = known
        self._web = web
        self._archive = archive
        self._reader = reader
        self._reading = asyncio.Lock()  # the reading process takes one file at a time

    async def fetch(self, source: Source) -> Record:
        """Fetch one source and note the attempt, whatever became of it.

        Raises:
            OSError: the corpus cannot be written.
        """
        record = await self._fetched(source)
        append_record(self._corpus, record)  # 6
        return record

    async def _fetched(self, source: Source) -> Record:
        held = self._known.held(source.id)
        first: FetchError | None = None
        for asked in (source.url, *source.alternates):  # 1
            try:
                return await self._obtained(source, asked, held)
            except FetchError as error:
                first = first or error
        assert first is not None
        if first.state not in _CLOSED and not any(not record.archived for record in held):
            with suppress(FetchError):
                if archived := await self._archived(source, first):  # 2
                    return archived
        return _record(
            source, source.url, state=first.state, reason=_why(first, source), status=first.status
        )

    async def _obtained(self, source: Source, asked: str, held: tuple[Record, ...]) -> Record:
        """What an address of the catalogue gives; raises FetchError."""
        own = next((r for r in held if r.asked == asked and not r.archived and not r.landing), None)
        reply = await self._web.get(document_address(asked), headers=conditions(own))
        if reply.status == 304:
            if own is None:
                raise FetchError(asked, "answers 304 to a question without condition")
            return replace(own, time=now(), status=304, final=reply.url, redirects=reply.redirects)
        expected = own.media_type if own else ""
        reply, look, landing = await self._document(reply, expected)
        return self._kept(_of(source, asked, reply, look, landing=landing), reply)

    async def _archived(self, source: Source, first: FetchError) -> Record | None:
        """The archive's newest usable copy of the source's address; None where it has none."""
        async for snapshot in self._archive.snapshots(source.url):
            with suppress(FetchError):  # an older one may do
                return await self._copied(source, snapshot, first)
        return None

    async def _copied(self, source: Source, snapshot: Snapshot, first: FetchError) -> Record:
        """One snapshot, kept; raises FetchError where it is not the document."""
        reply = await self._web.get(snapshot.url, robots=False)
        look = await self._look(reply)
        try:
            judge(look, asked=source.url, final=source.url)
            if pointed_to(look):
                raise FetchError(snapshot.url, "only points to the document")
            if not (day := day_of(reply.url)):
                raise FetchError(snapshot.url, "leads out of the archive")
        except FetchError:
            self._web.done_with(reply)
            raise
        record = _of(source, source.url, reply, look, landing="")
        why = _why(first, source)
        return self._kept(
            replace(record, state=LinkState.ARCHIVED, archived=day, reason=why), reply
        )

    async def _document(self, reply: Reply, expected: str) -> tuple[Reply, Look, str]:
        """The document that a reply is or points to, and the page that pointed to it."""
        landing = ""
        for step in range(2):
            look = await self._look(reply)  # 3
            try:
                judge(look, asked=reply.asked, final=reply.url, expected=expected)
            except FetchError:
                self._web.done_with(reply)
                raise
            target = pointed_to(look)
            if not target or identity(target) == identity(reply.url):
                return reply, look, landing
            self._web.done_with(reply)
            if step:
                break
            landing = reply.url
            reply = await self._web.get(target)  # 4
        raise FetchError(landing, "leads from page to page", state=LinkState.UNUSABLE)

    async def _look(self, reply: Reply) -> Look:
        assert reply.body is not None
        declared = reply.headers.get("content-type", "")[:200]
        try:
            async with self._reading:
                return await asyncio.to_thread(
                    self._reader.look, reply.body, url=reply.url, declared=declared
                )
        except ReadError as error:
            self._web.done_with(reply)
            raise FetchError(
                reply.url, f"gives what {error.reason}", state=LinkState.UNUSABLE, status=200
            ) from error

    def _kept(self, record: Record, reply: Reply) -> Record:
        self._web.done_with(reply, keep_as=self._corpus / FETCHED / record.file)  # 5
        return record


def conditions(record: Record | None) -> Mapping[str, str]:
    """The headers that ask for a document only if it is not the one that is held."""
    if record is None:
        return {}
    headers = {"If-None-Match": record.etag, "If-Modified-Since": record.last_modified}
    return {name: value for name, value in headers.items() if value}


def now() -> str:
    """The time as a record notes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _of(source: Source, asked: str, reply: Reply, look: Look, *, landing: str) -> Record:
    return replace(
        _record(source, asked, state=LinkState.ALIVE),
        final=reply.url,
        redirects=reply.redirects,
        status=reply.status,
        media_type=look.media_type,
        bytes=reply.size,
        sha256=reply.sha256,
        etag=_header(reply, "etag"),
        last_modified=_header(reply, "last-modified"),
        landing=landing,
    )


def _record(
    source: Source, asked: str, *, state: LinkState, reason: str = "", status: int | None = None
) -> Record:
    return Record(
        source=source.id, asked=asked, time=now(), state=state, reason=reason, status=status
    )


def _why(error: FetchError, source: Source) -> str:
    """The reason, with the address where it is not the source's own."""
    return error.reason if error.subject == source.url else f"{error.subject} {error.reason}"


def _header(reply: Reply, name: str) -> str:
    value = reply.headers.get(name, "")
    return value if len(value) <= 500 and value.isascii() and value.isprintable() else ""
