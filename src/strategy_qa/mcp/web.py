"""The tools over HTTP: POST /mcp, behind the keys and limits of the API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.routing import Route

from strategy_qa.api.service import Service
from strategy_qa.errors import QuestionError
from strategy_qa.mcp.server import Call, mcp_server

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

PATH = "/mcp"


def mcp_routes(service: Service) -> APIRouter:
    """A router with the one route; every request stands by itself, without a session.

    Args:
        service: the one of the API, so that a client has one share of both.
    """
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    def run(request: Request) -> Any:
        async def put(call: Call) -> Mapping[str, Any]:
            try:
                return await service.answered(request, call)
            except HTTPException as error:  # no place: the call fails, the connection does not
                raise QuestionError("", str(error.detail)) from error

        return put

    manager = StreamableHTTPSessionManager(app=mcp_server(run), json_response=True, stateless=True)

    @asynccontextmanager
    async def running(_: Any) -> AsyncIterator[None]:
        async with manager.run():
            yield

    router = APIRouter(lifespan=running)
    router.routes.append(Route(PATH, _Endpoint(service, manager.handle_request)))
    return router


class _Endpoint:
    """An ASGI application: a request that is let in goes on to the protocol."""

    def __init__(self, service: Service, inner: Any) -> None:
        self._service, self._inner = service, inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def handle(request: Request) -> Response:
            if request.method != "POST":
                raise HTTPException(405, "Send POST: there are no sessions.", {"allow": "POST"})
            return await _collected(self._inner, request)

        response = await self._service.handle(Request(scope, receive), handle, route=PATH)
        await response(scope, receive, send)


async def _collected(inner: Any, request: Request) -> Response:
    """What an ASGI application answers, as one response."""
    response, body = Response(), bytearray()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            response.status_code = message["status"]
            response.raw_headers = list(message["headers"])
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    await inner(request.scope, request.receive, send)
    response.body = bytes(body)
    return response
