"""Carries httpx requests over httpcore connections that the guard has let through.

httpx offers no way to choose how its own transport connects; this one has no other way.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator

import httpcore
import httpx

from strategy_qa.fetch.guard import Guard, GuardedBackend


class GuardedTransport(httpx.AsyncBaseTransport):
    """HTTP/1.1 and HTTP/2 over guarded connections; proxies of the environment are not used."""

    def __init__(self, guard: Guard, *, connections: int, ca_file: str | None = None) -> None:
        context = httpx.create_ssl_context()
        if ca_file:
            context.load_verify_locations(ca_file)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=5.0,
            http1=True,
            http2=True,
            network_backend=GuardedBackend(guard),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; raises httpcore's exceptions and FetchError."""
        assert isinstance(request.stream, httpx.AsyncByteStream)
        url = request.url
        reply = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        assert isinstance(reply.stream, AsyncIterable)
        return httpx.Response(
            reply.status,
            headers=reply.headers,
            stream=_Body(reply),
            extensions=reply.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, reply: httpcore.Response) -> None:
        self._reply = reply

    async def __aiter__(self) -> AsyncIterator[bytes]:
        assert isinstance(self._reply.stream, AsyncIterable)
        async for piece in self._reply.stream:
            yield piece

    async def aclose(self) -> None:
        await self._reply.aclose()
