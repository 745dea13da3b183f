"""The line in which questions wait: bounded, in the order they came, each knowing its place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice


class LineFullError(Exception):
    """As many are waiting as may."""


class Line:
    """Lets `at_once` through and keeps up to `most` waiting. For one event loop."""

    def __init__(self, *, at_once: int, most: int) -> None:
        self._at_once, self._most = at_once, most
        self._places: dict[str, asyncio.Event] = {}  # in the order they came; set: come in

    @asynccontextmanager
    async def turn(self, key: str, *, seconds: float) -> AsyncIterator[None]:
        """Wait at the end of the line, then hold the place until exit.

        Raises LineFullError, and TimeoutError where one's turn takes more than `seconds` to come.
        """
        if len(self._places) >= self._at_once + self._most:
            raise LineFullError
        called = self._places[key] = asyncio.Event()
        try:
            self._call()
            await asyncio.wait_for(called.wait(), seconds)
            yield
        finally:
            del self._places[key]
            self._call()

    def ahead(self, key: str) -> int:
        """How many must be answered before it is the turn of `key`; 0 for one not in line."""
        if key not in self._places:
            return 0
        return max(0, list(self._places).index(key) - self._at_once + 1)

    def _call(self) -> None:
        for called in islice(self._places.values(), self._at_once):
            called.set()
