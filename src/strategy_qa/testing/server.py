"""The HTTP API over a tiny index, as an application or behind a port of this machine."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_qa.corpus import DOCUMENTS
from strategy_qa.errors import ConfigError
from strategy_qa.settings import ApiSettings, Settings
from strategy_qa.testing.encoder import HashEncoder

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

_SAMPLE = {
    "ports.md": "# Ports\n\nThe coast has 47 ports. Most of them are small.\n",
    "puertos.md": "# Puertos\n\nEl informe cuenta 12 puertos de altura en el golfo.\n",
}
_START = 30.0  # seconds


@contextmanager
def api_app(
    documents: Mapping[str, str] | None = None, *, settings: ApiSettings | None = None
) -> Iterator[FastAPI]:
    """An ASGI application with the routes of the API, for a client in this process.

    Args:
        documents: file names with their suffix, and what is in them; two small ones when None.
        settings: keys and limits; the defaults when None.
    """
    from fastapi import FastAPI

    from strategy_qa.api import api_routes
    from strategy_qa.index.build import build_index
    from strategy_qa.qa import StrategyQA

    encoder = HashEncoder()
    with tempfile.TemporaryDirectory(prefix="strategy-qa-") as folder:
        corpus, index = Path(folder, "corpus"), Path(folder, "index")
        (corpus / DOCUMENTS).mkdir(parents=True)
        for name, text in (_SAMPLE if documents is None else documents).items():
            (corpus / DOCUMENTS / name).write_text(text, encoding="utf-8")
        build_index(corpus, index, encoder=encoder, chunk_tokens=300)
        qa = StrategyQA.open(settings=Settings(corpus=corpus, index=index), encoder=encoder)
        app = FastAPI(title="strategy-qa", docs_url=None, redoc_url=None, openapi_url=None)
        app.include_router(api_routes(qa, settings))
        yield app


@contextmanager
def api_server(
    documents: Mapping[str, str] | None = None, *, settings: ApiSettings | None = None
) -> Iterator[str]:
    """The address of the API on a free port of this machine; arguments as in `api_app`."""
    import uvicorn

    with api_app(documents, settings=settings) as app:
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{_port(server, thread)}"
        finally:
            server.should_exit = True
            thread.join()


def _port(server: uvicorn.Server, thread: threading.Thread) -> int:
    deadline = time.monotonic() + _START
    while thread.is_alive() and time.monotonic() < deadline:
        if server.started:
            (listening,) = (socket for each in server.servers for socket in each.sockets)
            return int(listening.getsockname()[1])
        time.sleep(0.01)
    raise ConfigError("the API for tests", "did not start")
