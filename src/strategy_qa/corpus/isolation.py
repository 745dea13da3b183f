"""Reads files in a process of their own, within limits of time, memory and size.

A file that crashes the readers, hangs them or eats the memory is a ReadError about that file;
the next one finds a fresh process. Not for use by several threads at once.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from strategy_qa.corpus.files import printable
from strategy_qa.corpus.links import Link
from strategy_qa.corpus.look import Look
from strategy_qa.corpus.readers import told
from strategy_qa.corpus.wire import (
    OUT_OF_MEMORY,
    document_from,
    error_from,
    line_of,
    links_from,
    look_from,
    source_fields,
)
from strategy_qa.errors import ReadError
from strategy_qa.types import Document, Source

T = TypeVar("T")

_MODULE = "strategy_qa.corpus.worker"
_SMALLER = "Split it, or print it to PDF anew."
_ANEW = "Print it to PDF anew, or save it in another format."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost.

    5,000 full pages, 19 million characters, took 75 s of CPU and 370 MB (PDF, one process).
    """

    seconds: float = 300.0
    seconds_per_megabyte: float = 30.0
    seconds_at_most: float = 1800.0
    seconds_per_scan: float = 60.0  # on top, for each page read by OCR
    memory: int = 2 * 2**30  # bytes of address space, where the system can hold it
    reply: int = 256 * 2**20  # bytes of JSON

    def seconds_for(self, path: Path) -> float:
        """The time that a file of this size gets."""
        try:
            size = path.stat().st_size
        except OSError:
            size = 0
        return min(self.seconds_at_most, self.seconds + self.seconds_per_megabyte * size / 1e6)


class IsolatedReader:
    """A context manager around the process, which is started with the first file."""

    def __init__(
        self, *, catalogue: Mapping[str, Source] | None = None, limits: Limits | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._catalogue = dict(catalogue or {})
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process that stands ready, None before the first file and after a failure."""
        return self._worker.pid if self._worker else None

    def close(self) -> None:
        """End the process and whatever it started."""
        worker, self._worker = self._worker, None
        if worker:
            worker.end()

    def read(self, path: Path, *, source: Source | None = None) -> Document:
        """Read one file, as a document of `source` if given. Raises ReadError and its kin."""
        asked = {"source": source_fields(source)} if source else {}
        return self._ask(
            path, asked, lambda reply: told(document_from(reply["document"]), reply["given"] is True)
        )

    def look(self, path: Path, *, url: str, declared: str) -> Look:
        """Tell of which type a file is, as `look` does; raises ReadError and its kin."""
        asked = {"look": {"url": url, "declared": declared}}
        return self._ask(path, asked, lambda reply: look_from(reply["look"]))

    def links(self, path: Path) -> tuple[Link, ...]:
        """The links in a file, as `find_links` does; raises ReadError and its kin."""
        return self._ask(path, {"links": True}, lambda reply: links_from(reply["links"]))

    def _ask(self, path: Path, asked: Mapping[str, object], taken: Callable[[Any], T]) -> T:
        fresh = self._worker is None
        try:
            return self._ask_once(path, asked, taken)
        except _Crashed as crashed:
            if fresh:
                raise ReadError(
                    printable(path.name), crashed.reason, remedy=crashed.remedy
                ) from crashed
        # The process may have been ill from a file before this one: a fresh one tells.
        return self._ask(path, asked, taken)

    def _ask_once(self, path: Path, asked: Mapping[str, object], taken: Callable[[Any], T]) -> T:
        name = printable(path.name)
        try:
            self._worker = self._worker or _Worker(self._catalogue, self._limits)
            reply = self._worker.ask(path, asked, self._limits)
            if "error" in reply:
                raise error_from(reply["error"], subject=name)
            return taken(reply)
        except TimeoutError as error:
            self.close()
            raise ReadError(name, f"was given up: {error}", remedy=_SMALLER) from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            self.close()
            raise _Crashed("the reader gave no sensible answer", _ANEW) from error
        except OSError as error:
            self.close()
            raise _Crashed(f"no process can be started for it ({error.strerror})", "") from error
        except _Crashed:
            self.close()
            raise


class _Crashed(Exception):
    """The process is gone, or of no use any more."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(reason)


class _Worker:
    """The process, and the lines that go to and fro."""

    def __init__(self, catalogue: Mapping[str, Source], limits: Limits) -> None:
        # A folder of its own for temporary files, which a process ended by force leaves behind.
        self._folder = tempfile.TemporaryDirectory(
            prefix="strategy-qa-", ignore_cleanup_errors=True
        )
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "TMPDIR": self._folder.name},
            # A group of its own: Ctrl-C reaches us, and we end it with all that it started.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        self._received = bytearray()
        sources = {id_: source_fields(source) for id_, source in catalogue.items()}
        self._send({"sources": sources, "memory": limits.memory})

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, path: Path, asked: Mapping[str, object], limits: Limits) -> dict[str, Any]:
        seconds = limits.seconds_for(path)
        start = time.monotonic()
        self._send({**asked, "path": os.path.abspath(path), "seconds": seconds})
        reply = self._receive(start + seconds, limits.reply)
        if "ocr" in reply:  # asked for once, and bounded
            pages = max(0, int(reply["ocr"]))
            seconds += min(limits.seconds_at_most, pages * limits.seconds_per_scan)
            reply = self._receive(start + seconds, limits.reply)
        return reply

    def end(self) -> None:
        # The leader is not waited for yet, so that no other group can bear its number.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with suppress(BrokenPipeError):
            self._to.close()
        self._from.close()
        self._folder.cleanup()

    def _send(self, message: Mapping[str, object]) -> None:
        try:
            self._to.write(line_of(message))
            self._to.flush()
        except BrokenPipeError as error:
            raise _Crashed(self._last_words(), _ANEW) from error

    def _receive(self, deadline: float, most: int) -> dict[str, Any]:
        with selectors.DefaultSelector() as selector:
            selector.register(self._from, selectors.EVENT_READ)
            searched = 0
            while (end := self._received.find(b"\n", searched)) < 0:
                searched = len(self._received)
                # Also when the time is up, what has arrived counts: we may have been suspended.
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError("it took too long to read")
                piece = os.read(self._from.fileno(), 2**20)
                if not piece:
                    raise _Crashed(self._last_words(), _ANEW)
                self._received += piece
                if len(self._received) > most:
                    raise _Crashed(f"holds more than {most / 2**20:.0f} MB of text", _SMALLER)
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        reply = json.loads(line)
        if not isinstance(reply, dict):
            raise ValueError("a reply is a table")
        return reply

    def _last_words(self) -> str:
        """Why the process ended."""
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "the reader closed its ways without an answer"
        if status == OUT_OF_MEMORY:
            return "needs more memory than a file is given"
        if status >= 0:
            return f"the reader crashed on it (exit status {status})"
        return f"the reader crashed on it, or ran out of memory ({signal.Signals(-status).name})"
