"""One writer at a time: the lock on an index folder, and clear lines when it cannot be written."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from strategy_qa.errors import IndexBusyError, StrategyQAError

ASIDE = ".building-"  # begins the name of a build in the making


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold an index folder, cleared of what a killed build left in the making.

    The lock is the operating system's, so a dead process does not keep it.

    Raises:
        IndexBusyError: another process holds it.
        StrategyQAError: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=0):
            _clear(folder)
            try:
                yield
            finally:
                _clear(folder)
    except Timeout as error:
        raise IndexBusyError(
            folder, "another build is running", remedy="Wait until it has ended."
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
    for pointer in folder.glob(".current.json.*"):
        pointer.unlink()
