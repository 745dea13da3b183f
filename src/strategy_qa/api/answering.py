"""Questions of many clients, answered some at a time: fair turns, shared passes of the encoder."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

from strategy_qa.api.limits import Limits
from strategy_qa.together import SharedEncoder

if TYPE_CHECKING:
    from strategy_qa.qa import StrategyQA

T = TypeVar("T")

_AT_ONCE = 32  # questions being answered


class Turns:
    """Who is next: of the clients that wait, the one with the fewest under way. Not locked."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._running = Counter[str]()
        self._waiting: list[tuple[str, anyio.Event]] = []

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """Wait for a turn and hold it."""
        if self._running.total() < self._at_once:
            self._running[client] += 1
        else:
            place = client, anyio.Event()
            self._waiting.append(place)
            try:
                await place[1].wait()
            except BaseException:  # cancelled: the turn may have come at the same moment
                if place in self._waiting:
                    self._waiting.remove(place)
                else:
                    self._end(client)
                raise
        try:
            yield
        finally:
            self._end(client)

    def _end(self, client: str) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        if self._waiting:
            chosen = min(self._waiting, key=lambda place: self._running[place[0]])
            self._waiting.remove(chosen)
            self._running[chosen[0]] += 1
            chosen[1].set()


class Answering:
    """Puts the questions of clients to one `qa`."""

    def __init__(self, qa: StrategyQA, limits: Limits, *, gather: float) -> None:
        """Answer from `qa`; questions wait up to `gather` seconds for others to share a pass.

        With 0 each makes its own passes.
        """
        self._limits = limits
        self._shared = SharedEncoder(qa.encoder, patience=gather)
        self._qa = qa.with_encoder(self._shared) if gather else qa
        self._turns = Turns(_AT_ONCE)
        self._threads = anyio.CapacityLimiter(_AT_ONCE)

    async def run(self, client: str, call: Callable[[StrategyQA], T]) -> T:
        """The result of a call, when its turn has come; HTTPException where there is no place."""
        with self._limits.taken_on(client):
            async with self._turns.turn(client):
                return await anyio.to_thread.run_sync(self._ask, call, limiter=self._threads)

    def _ask(self, call: Callable[[StrategyQA], T]) -> T:
        with self._shared.question():
            return call(self._qa)
