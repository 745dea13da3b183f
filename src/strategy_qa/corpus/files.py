"""Lists what lies in the corpus folder, and says which of it is no file that may be opened.

It does not open anything.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from strategy_qa.errors import ReadError

_REMEDY = "Put a copy of the file itself there."


def entries(folder: Path) -> Iterator[Path]:
    """Everything below a folder but its folders, and the folders that cannot be listed.

    Hidden files and folders are left aside; links are not followed. Raises OSError where the
    folder itself cannot be listed.
    """
    waiting = [os.fspath(folder)]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as listing:
                found = [entry for entry in listing if not entry.name.startswith(".")]
        except OSError:
            if here == os.fspath(folder):
                raise
            yield Path(here)
            continue
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                yield Path(entry.path)


def check_file(path: Path, *, within: Sequence[Path]) -> None:
    """Raise ReadError unless `path` is a file, or a link to one inside the folders `within`."""
    name = printable(path.name)
    try:
        if path.is_symlink():
            target = path.resolve(strict=True)
            if not any(target.is_relative_to(folder.resolve()) for folder in within):
                raise ReadError(name, "is a link that leaves the corpus", remedy=_REMEDY)
            if target.is_dir():
                raise ReadError(name, "is a link to a folder, not followed", remedy=_REMEDY)
        mode = path.stat().st_mode
    except (OSError, RuntimeError) as error:  # RuntimeError: a link to itself, before Python 3.13
        denied = isinstance(error, PermissionError) or not path.is_symlink()
        what = "cannot be opened" if denied else "is a link to nothing"
        raise ReadError(name, what, remedy=_REMEDY) from error
    if stat.S_ISDIR(mode):
        remedy = "Allow it to be read."
        raise ReadError(name, "is a folder whose files cannot be listed", remedy=remedy)
    if not stat.S_ISREG(mode):
        raise ReadError(name, "is a pipe, a socket or a device, not a file", remedy=_REMEDY)


def printable(name: str) -> str:
    r"""A name in one visible line of UTF-8: what cannot be shown turns into `\n`, `\x1b`, `\udcff`.

    A file's name may hold line ends, commands to the terminal and bytes of any encoding.
    """
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in unicodedata.normalize("NFC", name)
    )
