"""Whose turn it is: a few requests at once, one at a time per host, with a pause between two."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Hands out turns. Pauses are seconds from the end of one request to the next."""

    def __init__(self, *, at_once: int, pause: float) -> None:
        self._pause = pause
        self._slots = asyncio.Semaphore(at_once)
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free: dict[str, float] = {}  # when a host may be asked again
        self._pauses: dict[str, float] = {}

    def slow_down(self, host: str, pause: float) -> None:
        """Leave a host this pause from now on, if it is longer than the usual one."""
        self._pauses[host] = max(pause, self._pauses.get(host, 0.0))

    def hold(self, host: str, seconds: float) -> None:
        """Ask a host nothing for a while."""
        until = asyncio.get_running_loop().time() + seconds
        self._free[host] = max(until, self._free.get(host, 0.0))

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[None]:
        """A turn with a host."""
        clock = asyncio.get_running_loop().time
        # The host comes first: whoever waits for it takes no slot from others.
        async with self._hosts[host]:
            while (wait := self._free.get(host, 0.0) - clock()) > 0:
                await asyncio.sleep(wait)
            async with self._slots:
                try:
                    yield
                finally:
                    pause = max(self._pause, self._pauses.get(host, 0.0))
                    self._free[host] = max(self._free.get(host, 0.0), clock() + pause)
