"""The desk behind the page: the line before it, the threads that answer, the time they have."""

# No postponed annotations: FastAPI reads them, and its names are local (the import is slow).
import asyncio
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from strategy_qa.app import conversation
from strategy_qa.app.conversation import Problem, Turn
from strategy_qa.app.line import Line, LineFullError
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import ChatSettings

if TYPE_CHECKING:
    from fastapi import FastAPI


class Desk:
    """Answers questions in the order they come, a few at a time. For one event loop."""

    def __init__(self, qa: StrategyQA, settings: ChatSettings) -> None:
        self.qa = qa
        self._seconds = settings.seconds
        self._line = Line(at_once=settings.at_once, most=settings.waiting)
        self._pool = ThreadPoolExecutor(settings.at_once, thread_name_prefix="answer")

    def add_to(self, app: "FastAPI") -> None:
        """Add the route at which a page asks for its question's place in line.

        Told through Gradio, each move of each place built its components anew, some 5 ms of the
        one event loop; a look at this route takes a tenth of that, and only those who wait look.
        """

        @app.get("/place/{key}")
        async def place(key: str) -> dict[str, int]:
            return {"ahead": self._line.ahead(key)}

    async def ask(
        self, question: str, turn: Turn, *, after: Sequence[str] = (), compare: bool = False
    ) -> AsyncGenerator[Turn]:
        """The turn with what was found as soon as it is, and at the end with its outcome."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._seconds
        steps: asyncio.Queue[Turn] = asyncio.Queue()

        def tell(step: Turn) -> None:
            loop.call_soon_threadsafe(steps.put_nowait, step)

        def work() -> None:
            ask = conversation.ask
            tell(ask(self.qa, question, turn, after=after, compare=compare, found=tell))

        try:
            async with self._line.turn(turn.key, seconds=self._seconds):
                self._pool.submit(work)
                step = turn
                while not step.done:
                    step = await asyncio.wait_for(steps.get(), max(0.1, until - loop.time()))
                    yield step
        except LineFullError:
            yield replace(turn, problem=Problem.BUSY)
        except TimeoutError:
            yield replace(turn, problem=Problem.TOO_LATE)
