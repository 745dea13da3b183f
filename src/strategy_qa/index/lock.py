"""One writer at a time: the lock on an index folder, and clear lines when it cannot be written."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from strategy_qa.errors import IndexBusyError, StrategyQAError

ASIDE = ".building-"  # begins the name of a build in the making
_BUSY = "another build is running"


@contextmanager
def writing(
    folder: Path, *, wait: float = 0.0, waiting: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Hold an index folder, cleared of what a killed build left in the making.

    The lock is the operating system's, so a dead process does not keep it. Where another process
    holds it, `waiting` is told, and `wait` seconds are given it.

    Raises:
        IndexBusyError: another process holds it still.
        StrategyQAError: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if wait <= 0:
                raise
            waiting()
            lock.acquire(timeout=wait, poll_interval=0.1)
        try:
            _clear(folder)
            yield
        finally:
            _clear(folder)
            lock.release()
    except Timeout as error:
        reason = f"another build is running, for more than {wait:g} seconds" if wait else _BUSY
        raise IndexBusyError(
            folder, reason, remedy="Wait until it has ended, as --wait SECONDS does."
        ) from error
    except OSError as error:
        raise _unwritable(error.filename or folder, error.strerror or error) from error
    except sqlite3.OperationalError as error:
        raise _unwritable(folder, error) from error


def _unwritable(where: object, why: object) -> StrategyQAError:
    remedy = "Check permissions and free disk space; the old index is untouched."
    return StrategyQAError(where, f"cannot be written ({why})", remedy=remedy)


def _clear(folder: Path) -> None:
    for aside in folder.glob(f"{ASIDE}*"):
        shutil.rmtree(aside)
    for pattern in (".current.json.*", ".sound.json*"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)
