"""What stands between a program's request and `qa`: keys, limits, turns, counts, problems."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import Request, Response

from strategy_qa.api.answering import Answering
from strategy_qa.api.limits import Limits
from strategy_qa.api.metrics import Metrics
from strategy_qa.api.problems import problem_of
from strategy_qa.settings import ApiSettings

if TYPE_CHECKING:
    from strategy_qa.qa import StrategyQA

T = TypeVar("T")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Service:
    """Limits, measures and answers over one `qa`, for one event loop."""

    def __init__(self, qa: StrategyQA, settings: ApiSettings) -> None:
        limits = self.limits = Limits(settings)
        self.metrics = Metrics(waiting=lambda: float(limits.waiting.total()))
        self._answering = Answering(qa, limits, gather=settings.gather_ms / 1000)

    async def handle(self, request: Request, inner: Handler, *, route: str) -> Response:
        """What `inner` makes of a request that is let in; every error is a problem."""
        started = time.perf_counter()
        try:
            request.state.client = self.limits.client(request)
            self.limits.count(request.state.client)
            response = await inner(await self.limits.read(request))
        except Exception as error:  # whatever it is, the client gets a problem
            response = problem_of(error)
        self.metrics.request(route, response.status_code, time.perf_counter() - started)
        return response

    async def answered(self, request: Request, call: Callable[[StrategyQA], T]) -> T:
        """The result of a call for a request that is being handled."""
        return await self._answering.run(request.state.client, call)
