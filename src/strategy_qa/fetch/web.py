"""Asks for addresses politely: robots.txt, a pause per host, retries with back-off, redirects.

Stages of one request: 1 is the address fit to be asked, 2 does robots.txt allow it, 3 wait for
the host's turn, 4 send it (the guard checks where it connects to), 5 follow a redirect from 1.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from strategy_qa.corpus.address import checked
from strategy_qa.errors import FetchError, LinkState
from strategy_qa.fetch.body import ACCEPTED, unpacked
from strategy_qa.fetch.guard import Guard
from strategy_qa.fetch.manners import Manners
from strategy_qa.fetch.reply import Reply
from strategy_qa.fetch.robots import Robots
from strategy_qa.fetch.transport import GuardedTransport
from strategy_qa.fetch.trouble import refuse_status, translated
from strategy_qa.fetch.turns import Turns

PART = ".part-"  # how the name of an unfinished download begins

_REDIRECTS = {301, 302, 303, 307, 308}
_MOST_REDIRECTS = 10


class Web:
    """A context manager around the connections of one run."""

    def __init__(self, manners: Manners, guard: Guard, folder: Path) -> None:
        """Downloads go to temporary files in `folder`, `at_once` of them at a time.

        Whoever gets a body hands it back with `done_with`: a run that is killed loses no more than
        those that were on their way or in somebody's hands.
        """
        self.requests = 0  # sent, robots.txt and retries included
        self.retries = 0
        self._manners = manners
        self._folder = folder
        self._bodies = asyncio.Semaphore(manners.at_once)
        self._turns = Turns(at_once=manners.at_once, pause=manners.pause)
        self._robots = Robots(self._rules, manners.user_agent)
        transport = GuardedTransport(
            guard, connections=2 * manners.at_once, ca_file=manners.ca_file
        )
        self._client = httpx.AsyncClient(
            transport=transport,
            headers={"User-Agent": manners.user_agent, "Accept-Encoding": ACCEPTED},
            timeout=manners.timeout,
            trust_env=False,  # neither proxies nor .netrc
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        robots: bool = True,
        most: int | None = None,
        cut: bool = False,
    ) -> Reply:
        """Ask for an address and follow where it leads.

        Args:
            url: http or https.
            headers: more of them, such as If-None-Match; sent to the first address alone.
            robots: whether robots.txt is asked first.
            most: bytes the body may have; the caller's manners unless given.
            cut: whether a longer body is cut there, and not an error.

        Raises:
            FetchError: it cannot be had; `state` says what that tells.
        """
        at, redirects = url, list[tuple[int, str]]()
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                at = checked(at)  # 1
            except ValueError as error:
                via = f"{url} leads to an address that " if redirects else ""
                raise FetchError(via or at, str(error), state=LinkState.UNSAFE) from error
            if robots:
                pause = await self._robots.check(at)  # 2
                self._turns.slow_down(urlsplit(at).hostname or "", pause)
            sent = headers if not redirects else None
            reply = await self._retrying(at, sent, most or self._manners.max_bytes, cut)
            if reply.status not in _REDIRECTS:
                return replace(reply, asked=url, redirects=tuple(redirects))
            at = urljoin(at, reply.headers["location"])  # 5
            if any(at == before for _, before in redirects):
                raise FetchError(url, "redirects in a circle", state=LinkState.DEAD)
            redirects.append((reply.status, at))
        raise FetchError(url, f"redirects more than {_MOST_REDIRECTS} times", state=LinkState.DEAD)

    def done_with(self, reply: Reply, *, keep_as: Path | None = None) -> None:
        """Move what was downloaded to its place, or remove it; once for each reply with a body."""
        if reply.body is None:
            return
        try:
            if keep_as is None:
                reply.body.unlink()
            else:
                os.chmod(reply.body, 0o644)
                reply.body.replace(keep_as)
        finally:
            self._bodies.release()

    async def _retrying(
        self, url: str, headers: Mapping[str, str] | None, most: int, cut: bool
    ) -> Reply:
        host = urlsplit(url).hostname or ""
        first = self._manners.backoff
        backoff = wait_exponential(multiplier=first, max=60) + wait_random(0, first)

        def worth_it(error: BaseException) -> bool:
            return (
                isinstance(error, FetchError)
                and error.wait is not None
                and error.wait <= self._manners.max_wait
            )

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.wait or 0.0 if isinstance(error, FetchError) else 0.0
            if asked:
                self._turns.hold(host, asked)
            return max(asked, backoff(state))

        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(self._manners.attempts),
            retry=retry_if_exception(worth_it),
            wait=wait,
            reraise=True,
        ):
            self.retries += attempt.retry_state.attempt_number > 1
            with attempt:
                async with self._turns.of(host):  # 3
                    return await self._exchange(url, headers, most, cut)
        raise AssertionError("tenacity gives a result or raises")

    async def _exchange(
        self, url: str, headers: Mapping[str, str] | None, most: int, cut: bool
    ) -> Reply:
        await self._bodies.acquire()
        handed_out = False
        try:
            async with self._sent(url, headers) as response:  # 4
                location = response.headers.get("location", "")
                reply = Reply(
                    asked=url, url=url, status=response.status_code, headers=dict(response.headers)
                )
                if response.status_code in _REDIRECTS and location:
                    return reply
                refuse_status(url, response.status_code, response.headers)
                if response.status_code == 304:
                    return reply
                reply = await self._saved(reply, response, most, cut)
                handed_out = True
                return reply
        finally:
            if not handed_out:
                self._bodies.release()

    @asynccontextmanager
    async def _sent(
        self, url: str, headers: Mapping[str, str] | None
    ) -> AsyncIterator[httpx.Response]:
        self.requests += 1
        with translated(url):
            async with (
                asyncio.timeout(self._manners.total),
                self._client.stream("GET", url, headers=dict(headers or {})) as response,
            ):
                yield response

    async def _saved(self, reply: Reply, response: httpx.Response, most: int, cut: bool) -> Reply:
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(prefix=PART, dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                try:
                    async for piece in unpacked(response, most=most, url=reply.url):
                        digest.update(piece)
                        size += len(piece)
                        file.write(piece)
                except FetchError as error:
                    if not cut or error.state is not LinkState.UNUSABLE:
                        raise
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            os.unlink(name)
            raise
        return replace(reply, body=Path(name), size=size, sha256=digest.hexdigest())

    async def _rules(self, url: str, most: int) -> str:
        """The text of a robots.txt; raises FetchError."""
        reply = await self.get(url, robots=False, most=most, cut=True)
        assert reply.body is not None
        try:
            return reply.body.read_bytes().decode("utf-8", "replace")
        finally:
            self.done_with(reply)
