"""Asks every host once what it allows (RFC 9309)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from protego import Protego

from strategy_qa.errors import FetchError, LinkState

_MOST_BYTES = 512 * 1024  # RFC 9309 asks for at least 500 KiB to be read
_LONGEST_PAUSE = 30.0  # seconds between two requests that a robots.txt may ask for


class Robots:
    """The rules of the hosts of one run. `fetch` gives the text of a robots.txt."""

    def __init__(self, fetch: Callable[[str, int], Awaitable[str]], user_agent: str) -> None:
        self._fetch = fetch
        self._user_agent = user_agent
        self._asked: dict[str, asyncio.Task[Protego]] = {}

    async def check(self, url: str) -> float:
        """The pause its host wants, in seconds.

        Raises:
            FetchError: robots.txt forbids the address, or cannot be asked for now.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._asked:
            self._asked[origin] = asyncio.ensure_future(self._rules(f"{origin}/robots.txt"))
        try:
            rules = await asyncio.shield(self._asked[origin])
        except FetchError as error:
            # Said of the address that was asked for; what answered with a status was robots.txt.
            reason = error.reason
            if error.status is not None:
                reason = f"has a robots.txt that {reason}"
            raise FetchError(url, reason, state=error.state, status=error.status) from error
        if not rules.can_fetch(url, self._user_agent):
            raise FetchError(url, "is closed to us by robots.txt", state=LinkState.ROBOTS)
        return min(rules.crawl_delay(self._user_agent) or 0.0, _LONGEST_PAUSE)

    async def _rules(self, url: str) -> Protego:
        try:
            return Protego.parse(await self._fetch(url, _MOST_BYTES))
        except FetchError as error:
            # A host that has no rules for us allows everything; one that cannot say now forbids for
            # now, and of one that cannot be reached nothing is to be had either way.
            if error.status is not None and error.state is not LinkState.UNREACHABLE:
                return Protego.parse("")
            raise FetchError(url, error.reason, state=error.state, status=error.status) from error
