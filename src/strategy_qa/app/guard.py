"""Security headers on every response, and the routes of Gradio that this page never needs, shut.

Pure ASGI: a middleware that wraps the response body would stand between Gradio's event streams
and the browser.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# gr.HTML compiles its template with Function(), hence unsafe-eval; Gradio's page carries inline
# scripts and styles. What counts is the rest: nothing loads from or leaves for another host.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
# Uploads are open in Gradio even where no component takes a file; the rest serves files, fetches
# other hosts or describes Gradio's routes.
_SHUT = (
    "/gradio_api/upload",
    "/gradio_api/file",
    "/gradio_api/proxy",
    "/gradio_api/process_recording",
    "/gradio_api/component_server",
    "/openapi.json",
)


class Guard:
    """ASGI middleware: adds `HEADERS`, answers 404 on the shut routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = [(k.encode(), v.encode()) for k, v in HEADERS.items()]
                theirs = [h for h in message["headers"] if h[0].decode().lower() not in HEADERS]
                message = {**message, "headers": [*theirs, *ours]}
            await send(message)

        if any(path in scope["path"] for path in _SHUT):
            headers = [(b"content-length", b"0")]
            await send_guarded({"type": "http.response.start", "status": 404, "headers": headers})
            await send_guarded({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, send_guarded)
