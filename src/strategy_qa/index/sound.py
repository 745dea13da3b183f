"""Which files of a build are as they were written, by SHA-256.

All of them are hashed whenever a build is opened, but for large arrays, which are checked block by
block as they are read (see `blocks`); `verify` and whoever builds on a build hash those too.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from strategy_qa.index.blocks import in_blocks

Stamp = tuple[int, int, int, int]  # size, mtime, ctime in nanoseconds, inode


def stamp_of(info: os.stat_result) -> Stamp:
    """What tells that a file was not written since."""
    return info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino


def stamps(build: Path, files: Iterable[str]) -> dict[str, Stamp]:
    """The stamps of the files of a build that are there."""
    found = {}
    for name in files:
        with suppress(OSError):
            found[name] = stamp_of((build / name).stat())
    return found


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def altered_files(build: Path, files: Mapping[str, str]) -> dict[str, str]:
    """The files of a build that do not have their SHA-256, and why; `files` as in its manifest."""

    def fault(name: str) -> str:
        try:
            whole = file_hash(build / name) == files[name]
        except OSError as error:
            return _missing(error)
        return "" if whole else "was altered since it was built"

    with ThreadPoolExecutor(max_workers=4) as pool:  # hashing leaves Python's lock
        faults = dict(zip(files, pool.map(fault, files), strict=True))
    return {name: why for name, why in faults.items() if why}


def unsound_files(build: Path, files: Mapping[str, str]) -> dict[str, str]:
    """As `altered_files`, but of what is checked when it is read only whether it is there."""
    later = in_blocks(files)
    faults = altered_files(build, {name: files[name] for name in files if name not in later})
    for name in sorted(later):
        try:
            (build / name).stat()
        except OSError as error:
            faults[name] = _missing(error)
    return faults


def _missing(error: OSError) -> str:
    return f"is missing or unreadable ({error.strerror})"
