"""The line in which questions wait: bounded, in the order they came, each knowing its place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager


class LineFullError(Exception):
    """As many are waiting as may."""


class Line:
    """Lets `at_once` through and keeps up to `most` waiting. For one event loop."""

    def __init__(self, *, at_once: int, most: int) -> None:
        self._at_once, self._most = at_once, most
        self._places: list[Place] = []

    @contextmanager
    def place(self) -> Iterator[Place]:
        """A place at the end of the line, left on exit. Raises LineFullError."""
        if len(self._places) >= self._at_once + self._most:
            raise LineFullError
        place = Place(self)
        self._places.append(place)
        try:
            yield place
        finally:
            self._places.remove(place)
            for other in self._places:
                other.moved.set()

    def ahead(self, place: Place) -> int:
        """How many must be answered before it is this one's turn."""
        return max(0, self._places.index(place) - self._at_once + 1)


class Place:
    """Somebody's place in a line."""

    def __init__(self, line: Line) -> None:
        self.moved = asyncio.Event()
        self._line = line

    async def wait(self, *, seconds: float) -> AsyncIterator[int]:
        """How many are ahead, told each time it changes, until it is one's turn.

        Raises TimeoutError when that takes more than `seconds`.
        """
        until = asyncio.get_running_loop().time() + seconds
        told = 0
        while True:
            # Cleared before looking: a move while the caller was being told must not be lost.
            self.moved.clear()
            ahead = self._line.ahead(self)
            if not ahead:
                return
            if ahead != told:
                told = ahead
                yield ahead
                continue  # it may have moved meanwhile
            left = until - asyncio.get_running_loop().time()
            await asyncio.wait_for(self.moved.wait(), max(0.0, left))
