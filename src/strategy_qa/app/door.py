"""The door: every request is let in, sent to the sign-in page or refused here, before any route.

1 asked by another site, 2 by another name of this machine, 3 who is it, 4 how often, 5 how much.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING
from urllib.parse import quote

import anyio

from strategy_qa.app.access import Doorkeeper, header
from strategy_qa.app.rates import Rate

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Probes must reach these without a name; they tell nothing but that the process is up.
_OPEN = frozenset({"/login", "/healthz", "/readyz"})
_PROGRAMS = ("/api", "/mcp", "/metrics")
_PAGES = frozenset({"/", "/documents", "/about"})
_COSTLY = ("/page/", "/gradio_api/queue/join", "/gradio_api/run/")
_BODY = 2**20  # bytes; a question has at most 4,000, a note on an answer as many
_HASHING = 2  # passwords hashed at the same time, of 128 MB each


class Door:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, *, keeper: Doorkeeper, rate: Rate, root_path: str, api_keys: bool
    ) -> None:
        """Let in whom `keeper` knows, as often as `rate` allows.

        Args:
            app: what lies behind.
            keeper: tells who a request is from.
            rate: of questions and pictures, by user or address.
            root_path: what a proxy strips from the address.
            api_keys: whether the API has keys of its own, which it checks itself.
        """
        self.app = app
        self._keeper, self._rate = keeper, rate
        self._root, self._api_keys = root_path, api_keys
        self._hashing = anyio.Semaphore(_HASHING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks websockets
            await send({"type": "websocket.close", "code": 1008})
            return
        path, posts = scope["path"], scope["method"] not in ("GET", "HEAD", "OPTIONS")
        site = header(scope, "sec-fetch-site")
        if posts and site not in ("", "same-origin", "none"):  # 1
            await _refuse(send, 403, "This request comes from another site.")
            return
        if not self._keeper.is_addressed(scope):  # 2
            await _refuse(send, 403, "Ask for http://127.0.0.1 or http://localhost.")
            return
        name = await self._name(scope)  # 3
        if name is None and path not in _OPEN:
            await self._turn_away(scope, send)
            return
        address = self._keeper.address_of(scope)
        scope = {**scope, "client": (address, 0), "user": name}
        if path.startswith(_COSTLY):  # 4
            seconds = self._rate.wait(name or address)
            if seconds:
                await _refuse(
                    send, 429, "Too many requests; wait a moment.",
                    retry_after=str(math.ceil(seconds)),
                )  # fmt: skip
                return
        length = header(scope, "content-length")  # 5
        if posts and length.isdigit() and int(length) > _BODY:
            await _refuse(send, 413, f"A request may hold {_BODY:,} bytes.")
            return
        await self.app(scope, _bounded(receive), send)

    async def _name(self, scope: Scope) -> str | None:
        if not self._keeper.needs_hashing(scope):
            return self._with_key(scope) or self._keeper.name_of(scope)
        async with self._hashing:
            return await anyio.to_thread.run_sync(self._keeper.name_of, scope)

    def _with_key(self, scope: Scope) -> str | None:
        """A program with a key of the API, which the API itself looks at."""
        is_bearer = header(scope, "authorization").lower().startswith("bearer ")
        of_api = scope["path"].startswith("/api/") or scope["path"] == "/mcp"
        return "api" if self._api_keys and is_bearer and of_api else None

    async def _turn_away(self, scope: Scope, send: Send) -> None:
        path = scope["path"]
        if self._keeper.access.users and path in _PAGES and scope["method"] == "GET":
            query = scope["query_string"].decode("latin-1")
            there = quote(path + (f"?{query}" if query else ""), safe="")
            await _redirect(send, f"{self._root}/login?next={there}")
        elif self._keeper.access.users and path.startswith(_PROGRAMS):
            await _refuse(
                send, 401, "Say who you are.",
                www_authenticate='Basic realm="strategy-qa", charset="UTF-8"',
            )  # fmt: skip
        else:
            await _refuse(send, 401, "Say who you are.")


def _bounded(receive: Receive) -> Receive:
    """A body whose length was not told may not be longer either."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > _BODY else message

    return bounded


async def _refuse(send: Send, status: int, said: str, **more: str) -> None:
    body = json.dumps({"title": said, "status": status, "detail": said}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    headers += [(k.replace("_", "-").encode(), v.encode()) for k, v in more.items()]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _redirect(send: Send, to: str) -> None:
    headers = [
        (b"location", to.encode()),
        (b"content-length", b"0"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
