"""The routes: /api/ask, search, compare and documents, the page, health, readiness and metrics."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute

from strategy_qa import render
from strategy_qa.api.limits import Limits
from strategy_qa.api.metrics import CONTENT_TYPE, Metrics
from strategy_qa.api.models import Compared, Documents, Passages, Problem, Query, Question
from strategy_qa.api.page import page
from strategy_qa.api.problems import problem_of
from strategy_qa.comparison import comparison_dict
from strategy_qa.contract import AnswerDict, ComparisonDict
from strategy_qa.errors import StrategyQAError
from strategy_qa.settings import ApiSettings

if TYPE_CHECKING:
    from strategy_qa.qa import StrategyQA

T = TypeVar("T")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_TITLE = "strategy-qa over HTTP"
_DESCRIPTION = (
    "Answers questions from the indexed documents with quotes that stand in them to the letter."
    " Requests and responses are JSON; start and end count characters in a document's text.\n\n"
    "An error is application/problem+json with a detail to read. 429 and 503 say in Retry-After"
    " when to come back. Where the server asks for a key, send Authorization: Bearer KEY."
)
_AT_ONCE = 32  # questions being answered; the rest wait in the order they came
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": said,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status, said in {
        401: "The key is missing or wrong.",
        408: "The body came too slowly.",
        413: "The body is too large.",
        422: "A field is wrong; the detail names it.",
        429: "Too many requests, or too many at a time.",
        500: "The server failed.",
        503: "Busy, or without an index.",
    }.items()
}


def api_routes(qa: StrategyQA, settings: ApiSettings | None = None) -> APIRouter:
    """A router over one opened `qa`, to include in an application before anything mounted at `/`.

    Args:
        qa: what answers.
        settings: keys and limits; the defaults when None.
    """
    limits = Limits(settings or ApiSettings())
    metrics = Metrics(waiting=lambda: float(limits.waiting.total()))
    limiter = anyio.CapacityLimiter(_AT_ONCE)

    class Guarded(APIRoute):
        """A route behind the limits, whose errors are problems."""

        def get_route_handler(self) -> Handler:
            inner = super().get_route_handler()

            async def handle(request: Request) -> Response:
                started = time.perf_counter()
                try:
                    request.state.client = limits.client(request)
                    limits.count(request.state.client)
                    response = await inner(await limits.read(request))
                except Exception as error:  # whatever it is, the client gets a problem
                    response = problem_of(error)
                metrics.request(
                    self.path_format, response.status_code, time.perf_counter() - started
                )
                return response

            return handle

    async def answering(request: Request, call: Callable[[], T]) -> T:
        with limits.taken_on(request.state.client):
            return await anyio.to_thread.run_sync(call, limiter=limiter)

    api = APIRouter(route_class=Guarded, prefix="/api", responses=_PROBLEMS)

    @api.post("/ask", response_model=AnswerDict)
    async def ask(question: Question, request: Request) -> AnswerDict:
        """Answer one question with its citations, or abstain and give the nearest passages."""
        filters, k = question.filters(), question.k
        answer = await answering(request, partial(qa.ask, question.question, filters=filters, k=k))
        if answer.abstained:
            metrics.silence()
        return render.answer_dict(answer)

    @api.post("/search", response_model=Passages)
    async def search(query: Query, request: Request) -> dict[str, Any]:
        """Give the passages nearest to a query, best first, without an answer."""
        filters, k = query.filters(), query.k
        hits = await answering(request, partial(qa.search, query.query, filters=filters, k=k))
        return {
            "query": query.query,
            "index_build": qa.status().build,
            "hits": [render.hit_dict(hit) for hit in hits],
        }

    @api.post("/compare", response_model=ComparisonDict)
    async def compare(question: Compared, request: Request) -> ComparisonDict:
        """Set side by side what each document says on a question, or that it does not mention it.

        Every document that the filters leave has its entry, those that mention it first.
        """
        call = partial(qa.compare, question.question, filters=question.filters())
        return comparison_dict(await answering(request, call))

    @api.get("/documents", response_model=Documents)
    async def documents(request: Request) -> dict[str, Any]:
        """List the documents of the index with their sources."""
        status = await answering(request, qa.status)
        return {
            "index_build": status.build,
            "documents": [render.source_dict(source) for source in status.sources],
        }

    router = APIRouter()
    router.include_router(api)
    _describe(router, api)
    _watch(router, qa, metrics)
    return router


def _describe(router: APIRouter, api: APIRouter) -> None:
    """The OpenAPI document, and the same in words."""
    document = get_openapi(title=_TITLE, version="1", description=_DESCRIPTION, routes=api.routes)

    @router.get("/api/schema.json", include_in_schema=False)
    async def schema() -> dict[str, Any]:
        return document

    @router.get("/api", include_in_schema=False)
    async def words() -> HTMLResponse:
        return HTMLResponse(page(document))


def _watch(router: APIRouter, qa: StrategyQA, metrics: Metrics) -> None:
    """What an operator's tools ask for: no key, no limit."""

    @router.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", include_in_schema=False)
    def readyz() -> Response:
        try:
            status = qa.status()
        except StrategyQAError as error:
            return problem_of(error)
        return JSONResponse(
            {"status": "ok", "index_build": status.build, "documents": status.documents}
        )

    @router.get("/metrics", include_in_schema=False)
    def measures() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)
