"""The desk behind the page: the line before it, the threads that answer, the time they have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from strategy_qa.app import conversation
from strategy_qa.app.conversation import Problem, Turn
from strategy_qa.app.line import Line, LineFullError
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import ChatSettings


class Desk:
    """Answers questions in the order they come, a few at a time. For one event loop."""

    def __init__(self, qa: StrategyQA, settings: ChatSettings) -> None:
        self.qa = qa
        self._seconds = settings.seconds
        self._line = Line(at_once=settings.at_once, most=settings.waiting)
        self._pool = ThreadPoolExecutor(settings.at_once, thread_name_prefix="answer")

    async def ask(
        self, question: str, turn: Turn, *, after: Sequence[str] = (), compare: bool = False
    ) -> AsyncGenerator[int | Turn]:
        """How many are ahead, each time it changes, and at the end the turn with its outcome."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._seconds
        try:
            with self._line.place() as place:
                async for ahead in place.wait(seconds=self._seconds):
                    yield ahead
                work = partial(
                    conversation.ask, self.qa, question, turn, after=after, compare=compare
                )
                working = loop.run_in_executor(self._pool, work)
                yield await asyncio.wait_for(asyncio.shield(working), max(0.1, until - loop.time()))
        except LineFullError:
            yield replace(turn, problem=Problem.BUSY)
        except TimeoutError:
            yield replace(turn, problem=Problem.TOO_LATE)
