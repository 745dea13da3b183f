"""The journal of a batch: rows as they are answered, on the disk before the next are asked.

The first line says what the run is about; another run about something else does not go on with
it. Rows are appended a window at a time (see `together.WINDOW`), so a window that a kill cut off
is asked again as a whole and comes out the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

from strategy_qa.errors import ConfigError
from strategy_qa.together import WINDOW

Row = dict[str, Any]


class Journal:
    """An open journal; use as a context manager."""

    def __init__(self, path: Path, head: Mapping[str, Any]) -> None:
        """A journal at `path`, about what `head` says; ConfigError when it is about another run."""
        self.path = path
        self.rows = 0  # held already
        self._file: IO[bytes] | None = None
        self._head = dict(head)

    def __enter__(self) -> Self:
        try:
            self._file = self.path.open("r+b" if self.path.exists() else "w+b")
            first = self._file.readline()
            if first.endswith(b"\n"):
                self._compare(json.loads(first))
                self._keep_whole_windows()
            else:  # new, or killed before it had a head
                self._file.seek(0)
                self._file.truncate()
                self._put([self._head])
        except ConfigError:
            self.__exit__()
            raise
        except (OSError, ValueError) as error:
            self.__exit__()
            raise ConfigError(
                self.path, f"cannot be used ({error})", remedy="Delete it and start again."
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, rows: Sequence[Row]) -> None:
        """Append rows; they are on the disk when this returns."""
        self._put(rows)
        self.rows += len(rows)

    def read(self) -> Iterator[Row]:
        """All rows, in order."""
        with self.path.open("rb") as file:
            next(file)
            for line in file:
                yield json.loads(line)

    def _put(self, objects: Sequence[Row]) -> None:
        assert self._file is not None
        lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in objects]
        self._file.write("".join(lines).encode())
        self._file.flush()
        os.fsync(self._file.fileno())

    def _compare(self, head: Mapping[str, Any]) -> None:
        for name, now in self._head.items():
            then = head.get(name)
            if then != now:
                raise ConfigError(
                    self.path,
                    f"was begun with another {name.replace('_', ' ')} ({then}, now {now})",
                    remedy="Go on as it was begun, or delete it to start again.",
                )

    def _keep_whole_windows(self) -> None:
        """Stand after the last whole window, and cut off what follows it."""
        assert self._file is not None
        end = whole = self._file.tell()
        for rows, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n"):
                break
            end += len(line)
            if rows % WINDOW == 0 or rows == self._head["rows"]:
                whole, self.rows = end, rows
        self._file.seek(whole)
        self._file.truncate()
