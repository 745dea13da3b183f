"""A reverse proxy that shows a server below a path, and nothing beside it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@contextmanager
def proxy(url: str, prefix: str) -> Iterator[tuple[str, list[str]]]:
    """The address below which `url` is served, and the paths asked for outside of `prefix`."""
    target, strayed = urlsplit(url).netloc, list[str]()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith(prefix + "/"):
                strayed.append(self.path)
                self.send_error(404)
                return
            connection = http.client.HTTPConnection(target, timeout=60)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {**self.headers, "X-Forwarded-Proto": "http", "Connection": "close"}
            connection.request(self.command, self.path.removeprefix(prefix), body, headers)
            response = connection.getresponse()
            self.send_response(response.status)
            for name, value in response.getheaders():
                if name.lower() not in ("transfer-encoding", "connection", "date", "server"):
                    self.send_header(name, value)
            self.end_headers()
            try:
                while piece := response.read1(2**16):  # as it comes: answers are streams
                    self.wfile.write(piece)
            except OSError:  # the page was closed
                pass
            finally:
                connection.close()

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{prefix}", strayed
    finally:
        server.shutdown()
        server.server_close()
