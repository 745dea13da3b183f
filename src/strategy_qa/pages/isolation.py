"""Pictures of pages from a process of its own, within limits of time, memory and size."""

from __future__ import annotations

import base64
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any, Self

_SECONDS = 20.0  # for one picture; an ordinary page takes 0.1 s
_MEMORY = 2 * 2**30  # bytes of address space
_REPLY = 16 * 2**20  # bytes of JSON
_KEPT = 64  # pictures, of some 50 kB each

Key = tuple[str, int, str, int, bool]


class PictureError(Exception):
    """There is no picture of this page; the text says why."""


class Pictures:
    """Draws one page after the other; safe to share between threads.

    The process starts with the first picture, and anew after one that it did not survive.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._kept: OrderedDict[Key, bytes] = OrderedDict()

    def page(
        self, path: Path, sha256: str, number: int, *, quote: str = "", which: int = 0, whole: bool
    ) -> bytes:
        """A PNG of page `number` (from 1) of the file with this hash, the quote marked on it.

        Args:
            path: where the file lies.
            sha256: what it must hash to.
            number: of the page in the file.
            quote: what to mark; nothing is marked where the page does not hold it.
            which: of several equal quotes on the page the one to mark, from 0.
            whole: the whole page, not only the part around the quote.

        Raises:
            PictureError: the file has changed, has no such page, or cannot be drawn.
        """
        key = sha256, number, quote, which, whole
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            reply = self._ask(
                {"path": os.path.abspath(path), "sha256": sha256, "page": number, "quote": quote,
                 "which": which, "whole": whole, "seconds": _SECONDS}
            )  # fmt: skip
            if "error" in reply:
                raise PictureError(str(reply["error"]))
            self._kept[key] = png = base64.b64decode(reply["png"])
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return png

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._process = self._process or _start()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            reply = json.loads(_line(process))
            if not isinstance(reply, dict):
                raise ValueError("a reply is a table")
            return reply
        except (OSError, ValueError, TimeoutError) as error:
            self._end()
            raise PictureError("this page cannot be drawn") from error

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()


def _start() -> subprocess.Popen[bytes]:
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "strategy_qa.pages.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,  # Ctrl-C reaches us, and we end it
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({"memory": _MEMORY}).encode() + b"\n")
    return process


def _line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    deadline, received = time.monotonic() + _SECONDS, bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not received.endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError("it took too long to draw")
            piece = os.read(process.stdout.fileno(), 2**16)
            received += piece
            if not piece or len(received) > _REPLY:
                raise ValueError("the drawing process gave no sensible answer")
    return bytes(received)
