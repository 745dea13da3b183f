"""The process: a FastAPI app with our routes first and the page last, and uvicorn around it."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from strategy_qa.errors import ConfigError, MissingExtraError

if TYPE_CHECKING:
    import uvicorn
    from fastapi import APIRouter, FastAPI

    from strategy_qa.api.service import Service
    from strategy_qa.app.access import Access
    from strategy_qa.qa import StrategyQA
    from strategy_qa.settings import Settings

_GRACE = 3  # seconds; without a limit, shutdown waits for the heartbeat of every open tab
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def create_app(
    qa: StrategyQA,
    settings: Settings,
    *,
    access: Access | None = None,
    root_path: str = "",
) -> FastAPI:
    """The web application over one opened `qa`: the API, page pictures, plain pages, the chat.

    Args:
        qa: what answers.
        settings: of the chat and the API, and where the corpus is.
        access: who may come in; by default everybody on this machine.
        root_path: the path below which a proxy shows it, if the proxy strips that path.
    """
    from fastapi import FastAPI

    from strategy_qa.api import api_routes
    from strategy_qa.app.access import Access, Doorkeeper
    from strategy_qa.app.desk import Desk
    from strategy_qa.app.door import Door
    from strategy_qa.app.guard import Guard
    from strategy_qa.app.page import mount_page
    from strategy_qa.app.pictures import PagePictures
    from strategy_qa.app.plain import add_pages
    from strategy_qa.app.rates import Rate
    from strategy_qa.app.signin import add_signin
    from strategy_qa.app.view import View
    from strategy_qa.pages import PdfFiles

    access = access or Access()
    keeper, limits = Doorkeeper(access), settings.chat
    app = FastAPI(title="strategy-qa", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(
        Door,
        keeper=keeper,
        # On this machine alone there is nobody to be protected from.
        rate=Rate(limits.per_minute if access.closed or not access.local else 0),
        root_path=root_path,
        api_keys=bool(settings.api.keys),
    )
    app.add_middleware(Guard)
    pictures = PagePictures(qa, PdfFiles(settings.corpus))
    pictures.add_to(app)
    app.include_router(api_routes(qa, settings.api, beside=_tools()))
    add_signin(app, keeper, root_path=root_path)
    add_pages(app, qa)
    view = View(qa, pictures=pictures, feedback=limits.feedback, signed_in=access.users is not None)
    desk = Desk(qa, limits)
    desk.add_to(app)
    mount_page(app, desk, view, limits, root_path=root_path)
    return app


def _tools() -> Callable[[Service], APIRouter] | None:
    """The routes of the MCP tools, where that extra is installed."""
    from strategy_qa.mcp import check_mcp, mcp_routes

    try:
        check_mcp()
    except MissingExtraError:
        return None
    return mcp_routes


def serve(
    qa: StrategyQA,
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    access: Access | None = None,
    root_path: str = "",
    ready: Callable[[str], None],
) -> None:
    """Serve the chat until the process is told to stop (Ctrl-C or SIGTERM).

    Args:
        qa: what answers.
        settings: of the chat and the API, and where the corpus is.
        host: the address to listen on.
        port: the port to listen on; 0 takes a free one.
        access: who may come in; by default everybody on this machine.
        root_path: the path below which a proxy shows it, if the proxy strips that path.
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
                create_app(qa, settings, access=access, root_path=root_path),
                log_config=None,
                timeout_graceful_shutdown=_GRACE,
                lifespan="on",
                proxy_headers=False,  # the door looks at them, and at who sent them
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
        connection.request("GET", "/", headers={"host": "localhost"})
        return connection.getresponse().status in (200, 303, 401)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _url(at: tuple[str, int]) -> str:
    host = f"[{at[0]}]" if ":" in at[0] else at[0]
    return f"http://{host}:{at[1]}"
