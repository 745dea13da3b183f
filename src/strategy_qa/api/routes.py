"""The routes: /api/ask, search, compare and documents, the page, health, readiness and metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute

from strategy_qa import render
from strategy_qa.api.metrics import CONTENT_TYPE, Metrics
from strategy_qa.api.models import Compared, Documents, Passages, Problem, Query, Question
from strategy_qa.api.page import page
from strategy_qa.api.problems import problem_of
from strategy_qa.api.service import Handler, Service
from strategy_qa.comparison import comparison_dict
from strategy_qa.contract import AnswerDict, ComparisonDict
from strategy_qa.errors import StrategyQAError
from strategy_qa.settings import ApiSettings
from strategy_qa.types import Hits

if TYPE_CHECKING:
    from strategy_qa.qa import StrategyQA


_TITLE = "strategy-qa over HTTP"
_DESCRIPTION = (
    "Answers questions from the indexed documents with quotes that stand in them to the letter."
    " Requests and responses are JSON; start and end count characters in a document's text.\n\n"
    "An error is application/problem+json with a detail to read. 429 and 503 say in Retry-After"
    " when to come back. Where the server asks for a key, send Authorization: Bearer KEY."
)
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": said,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status, said in {
        400: "The body is no text in UTF-8.",
        401: "The key is missing or wrong.",
        408: "The body came too slowly.",
        413: "The body is too large.",
        422: "A field is wrong; the detail names it.",
        429: "Too many requests, or too many at a time.",
        500: "The server failed.",
        503: "Busy, or without an index.",
    }.items()
}


def api_routes(
    qa: StrategyQA,
    settings: ApiSettings | None = None,
    *,
    beside: Callable[[Service], APIRouter] | None = None,
) -> APIRouter:
    """A router over one opened `qa`, to include in an application before anything mounted at `/`.

    Args:
        qa: what answers.
        settings: keys and limits; the defaults when None.
        beside: makes routes that share the keys and limits.
    """
    service = Service(qa, settings or ApiSettings())
    api = APIRouter(route_class=_guarded(service), prefix="/api", responses=_PROBLEMS)
    _ask(api, service)
    _look(api, service)
    router = APIRouter()
    router.include_router(api)
    if beside:
        router.include_router(beside(service))
    _describe(router, api)
    _watch(router, qa, service.metrics)
    return router


def _guarded(service: Service) -> type[APIRoute]:
    class Guarded(APIRoute):
        """A route of the service."""

        def get_route_handler(self) -> Handler:
            inner = super().get_route_handler()

            async def handle(request: Request) -> Response:
                return await service.handle(request, inner, route=self.path_format)

            return handle

    return Guarded


def _ask(api: APIRouter, service: Service) -> None:
    @api.post("/ask", response_model=AnswerDict)
    async def ask(question: Question, request: Request) -> AnswerDict:
        """Answer one question with its citations, or abstain and give the nearest passages."""
        text, filters, k = question.question, question.filters(), question.k
        answer = await service.answered(request, lambda qa: qa.ask(text, filters=filters, k=k))
        if answer.abstained:
            service.metrics.silence()
        return render.answer_dict(answer)

    @api.post("/compare", response_model=ComparisonDict)
    async def compare(question: Compared, request: Request) -> ComparisonDict:
        """Set side by side what each document says on a question, or that it does not mention it.

        Every document that the filters leave has its entry, those that mention it first.
        """
        text, filters = question.question, question.filters()
        return comparison_dict(
            await service.answered(request, lambda qa: qa.compare(text, filters=filters))
        )


def _look(api: APIRouter, service: Service) -> None:
    @api.post("/search", response_model=Passages)
    async def search(query: Query, request: Request) -> dict[str, Any]:
        """Give the passages nearest to a query, best first, without an answer."""
        filters, k = query.filters(), query.k

        def find(qa: StrategyQA) -> tuple[str, Hits]:
            fixed = qa.pinned()
            return fixed.index.manifest.build, fixed.search(query.query, filters=filters, k=k)

        build, hits = await service.answered(request, find)
        return {"query": query.query, "index_build": build, "hits": hits.to_dict()}

    @api.get("/documents", response_model=Documents)
    async def documents(request: Request) -> dict[str, Any]:
        """List the documents of the index with their sources."""
        status = await service.answered(request, lambda qa: qa.status())
        return {
            "index_build": status.build,
            "documents": [render.source_dict(source) for source in status.sources],
        }


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
