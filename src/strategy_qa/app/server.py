"""The process: a FastAPI app with our routes first and the page last, and uvicorn around it."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from strategy_qa.errors import ConfigError, StrategyQAError

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from strategy_qa.qa import StrategyQA

_GRACE = 3  # seconds; without a limit, shutdown waits for the heartbeat of every open tab
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def create_app(qa: StrategyQA) -> FastAPI:
    """The web application over one opened `qa`: `/healthz`, then the page at `/`."""
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse

    from strategy_qa.app.guard import Guard
    from strategy_qa.app.page import mount_page

    app = FastAPI(title="strategy-qa", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard)

    @app.get("/healthz")
    def healthz() -> JSONResponse:
        try:
            status = qa.status()
        except StrategyQAError as error:
            return JSONResponse({"status": "unready", "reason": str(error)}, status_code=503)
        return JSONResponse(
            {"status": "ok", "index_build": status.build, "documents": status.documents}
        )

    mount_page(app, qa)
    return app


def serve(
    qa: StrategyQA,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    ready: Callable[[str], None],
) -> None:
    """Serve the chat until the process is told to stop (Ctrl-C or SIGTERM).

    Args:
        qa: what answers.
        host: the address to listen on.
        port: the port to listen on; 0 takes a free one.
        ready: called once, from another thread, with the address when the page answers there.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    import uvicorn

    with _listen(host, port) as listener:
        address = listener.getsockname()
        at = _ANYWHERE.get(address[0], address[0]), int(address[1])
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(qa), log_config=None, timeout_graceful_shutdown=_GRACE, lifespan="on"
            )
        )
        watcher = threading.Thread(target=_announce, args=(at, server, ready), daemon=True)
        watcher.start()
        with contextlib.suppress(KeyboardInterrupt):  # how a chat in a terminal ends
            server.run(sockets=[listener])
        if not server.started:
            raise ConfigError(_url(at), "the chat did not start", remedy="The log above says why.")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        remedy = "Choose another with --port, or stop the program that uses it (--port 0 finds one)"
        raise ConfigError(
            f"{host}:{port}", f"cannot listen there ({error})", remedy=f"{remedy}."
        ) from error


def _announce(at: tuple[str, int], server: uvicorn.Server, ready: Callable[[str], None]) -> None:
    """Ask for the page until it comes, then say so; give up when the server stops."""
    while not server.should_exit:
        if server.started and _answers(at):
            ready(_url(at))
            return
        time.sleep(0.05)


def _answers(at: tuple[str, int]) -> bool:
    connection = http.client.HTTPConnection(*at, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _url(at: tuple[str, int]) -> str:
    host = f"[{at[0]}]" if ":" in at[0] else at[0]
    return f"http://{host}:{at[1]}"
