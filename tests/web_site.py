"""A web site on loopback whose every path behaves as a test says."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Route = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.seen.append((self.path, time.monotonic(), dict(self.headers)))
        route = self.server.routes.get(self.path.partition("?")[0])
        if route is None:
            self.give(b"<html><title>404 Not Found</title></html>", status=404)
        else:
            route(self)

    def give(
        self,
        body: bytes,
        *,
        status: int = 200,
        kind: str = "text/html",
        headers: Mapping[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        if length is not None:
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ssl.SSLError, TimeoutError):
            self.close_connection = True

    def finish(self) -> None:
        with suppress(ConnectionError, ssl.SSLError):
            super().finish()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, routes: Mapping[str, Route]) -> None:
        super().__init__((host, 0), Handler)
        self.routes = dict(routes)
        self.seen: list[tuple[str, float, dict[str, str]]] = []

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        scheme = "https" if isinstance(self.socket, ssl.SSLSocket) else "http"
        return f"{scheme}://{host!s}:{port}"

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(seen.partition("?")[0] == path for seen, _, _ in self.seen)

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that hangs up is what many tests are about


@contextmanager
def serve(
    routes: Mapping[str, Route], *, host: str = "127.0.0.1", context: ssl.SSLContext | None = None
) -> Iterator[Server]:
    server = Server(host, routes)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def gives(body: bytes, **options: object) -> Route:
    return lambda handler: handler.give(body, **options)  # type: ignore[arg-type]


def redirects(to: str, status: int = 302) -> Route:
    return lambda handler: handler.give(b"", status=status, headers={"Location": to})


def page(title: str, text: str = "", *, body: str = "") -> bytes:
    """A page whose main text is long enough to be no landing page, unless given."""
    words = text or " ".join(f"Sentence {n} of the page tells of plan {n}." for n in range(60))
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<p>{words}</p>{body}</article></body></html>"
    ).encode()
