"""Who may ask, and how much: keys, requests a minute, questions taken on, size of a body."""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fastapi import HTTPException, Request
from starlette.types import Message

from strategy_qa.settings import ApiSettings

_CLIENTS = 10_000  # remembered; beyond, the one that has been away longest is forgotten
_BODY_SECONDS = 10  # a client that sends its body more slowly is let go


class Limits:
    """What the settings allow, and what is in use. For one event loop: nothing here is locked."""

    def __init__(
        self, settings: ApiSettings, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # requests, and when
        self.waiting = Counter[str]()  # questions taken on, by client

    def client(self, request: Request) -> str:
        """Who asks: a key where keys are set, else an address; 401 for a wrong key."""
        keys = self._settings.keys
        if not keys:
            return request.client.host if request.client else ""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        # Every key is compared, so the time tells nothing of which one was near.
        same = [
            secrets.compare_digest(given.strip().encode(), key.get_secret_value().encode())
            for key in keys
        ]
        if scheme.lower() != "bearer" or not any(same):
            said = "Send a key of this server: Authorization: Bearer KEY."
            raise HTTPException(401, said, {"www-authenticate": "Bearer"})
        return f"key {same.index(True)}"

    def count(self, client: str) -> None:
        """Take one request off a client's minute (a token bucket); 429 when it is used up."""
        now, full = self._clock(), self._settings.per_minute
        left, then = self._left.pop(client, (float(full), now))
        left = min(full, left + (now - then) * full / 60)
        allowed = left >= 1
        self._left[client] = (left - allowed, now)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
        if not allowed:
            seconds = math.ceil((1 - left) * 60 / full)
            raise HTTPException(
                429, f"More than {full} requests a minute.", {"retry-after": str(seconds)}
            )

    @contextmanager
    def taken_on(self, client: str) -> Iterator[None]:
        """Hold a place for a question; 429 when the client has its share, 503 when all are."""
        if self.waiting[client] >= self._settings.waiting_each:
            said = f"{self._settings.waiting_each} questions of yours are being answered."
            raise HTTPException(429, said, {"retry-after": "1"})
        if self.waiting.total() >= self._settings.waiting:
            raise HTTPException(503, "Too many questions at a time.", {"retry-after": "1"})
        self.waiting[client] += 1
        try:
            yield
        finally:
            self.waiting[client] -= 1
            if not self.waiting[client]:
                del self.waiting[client]

    async def read(self, request: Request) -> Request:
        """The request with its whole body at hand; 413 when it is too large, 408 too slow."""
        most, body = self._settings.body, bytearray()
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > most:
                        raise HTTPException(413, f"The body is larger than {most:,} bytes.")
        except TimeoutError as error:
            raise HTTPException(408, "The body did not come in time.") from error

        async def replay() -> Message:
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        return Request(request.scope, replay)
