"""The reading process: started, asked a line at a time, ended with all that it started."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strategy_qa.corpus.wire import OUT_OF_MEMORY, line_of, source_fields
from strategy_qa.types import Source

_MODULE = "strategy_qa.corpus.worker"
SMALLER = "Split it, or print it to PDF anew."
ANEW = "Print it to PDF anew, or save it in another format."


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


class Crashed(Exception):
    """The process is gone, or of no use any more.

    Mostly the file is to blame, but a machine that is short of memory may be: so it is `passing`.
    """

    def __init__(self, reason: str, remedy: str, *, passing: bool = True) -> None:
        self.reason = reason
        self.remedy = remedy
        self.passing = passing
        super().__init__(reason)


class ReadingProcess:
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
        """Its number."""
        return self._process.pid

    def ask(self, path: Path, asked: Mapping[str, object], limits: Limits) -> dict[str, Any]:
        """What it says to one request about a file. Raises Crashed, TimeoutError or ValueError."""
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
        """End it, and whatever it started."""
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
            raise Crashed(self._last_words(), ANEW) from error

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
                    raise Crashed(self._last_words(), ANEW)
                self._received += piece
                if len(self._received) > most:
                    reason = f"holds more than {most / 2**20:.0f} MB of text"
                    raise Crashed(reason, SMALLER, passing=False)
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
