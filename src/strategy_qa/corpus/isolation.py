"""Reads files in a process of their own, within limits of time, memory and size.

A file that crashes the readers, hangs them or eats the memory is a ReadError about that file;
the next one finds a fresh process. Not for use by several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from strategy_qa.corpus.files import printable
from strategy_qa.corpus.links import Link
from strategy_qa.corpus.look import Look
from strategy_qa.corpus.process import ANEW, SMALLER, Crashed, Limits, ReadingProcess
from strategy_qa.corpus.readers import told
from strategy_qa.corpus.wire import (
    document_from,
    error_from,
    links_from,
    look_from,
    source_fields,
)
from strategy_qa.errors import ReadError
from strategy_qa.types import Document, Source

__all__ = ["IsolatedReader", "Limits"]

T = TypeVar("T")


class IsolatedReader:
    """A context manager around the process, which is started with the first file."""

    def __init__(
        self, *, catalogue: Mapping[str, Source] | None = None, limits: Limits | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._catalogue = dict(catalogue or {})
        self._worker: ReadingProcess | None = None

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
            path,
            asked,
            lambda reply: told(document_from(reply["document"]), reply["given"] is True),
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
        except Crashed as crashed:
            if fresh:
                raise ReadError(
                    printable(path.name),
                    crashed.reason,
                    remedy=crashed.remedy,
                    passing=crashed.passing,
                ) from crashed
        # The process may have been ill from a file before this one: a fresh one tells.
        return self._ask(path, asked, taken)

    def _ask_once(self, path: Path, asked: Mapping[str, object], taken: Callable[[Any], T]) -> T:
        name = printable(path.name)
        try:
            self._worker = self._worker or ReadingProcess(self._catalogue, self._limits)
            reply = self._worker.ask(path, asked, self._limits)
            if "error" in reply:
                raise error_from(reply["error"], subject=name)
            return taken(reply)
        except TimeoutError as error:
            self.close()
            reason = f"was given up: {error}"
            raise ReadError(name, reason, remedy=SMALLER, passing=True) from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            self.close()
            raise Crashed("the reader gave no sensible answer", ANEW) from error
        except OSError as error:
            self.close()
            raise Crashed(f"no process can be started for it ({error.strerror})", "") from error
        except Crashed:
            self.close()
            raise
