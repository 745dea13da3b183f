"""Which files of a build are as they were written: by SHA-256, or by what the last look found.

A small build is hashed whole whenever it is opened. Of a large one a file whose size, times and
inode are those it had when its hash was last right is taken to be right still, as version control
does; whatever writes into it changes them. What a disk changes by itself is found by `verify`,
which always hashes, and never quoted: a document carries a digest that is held against it
whenever it is read (see `columns`); the other files only say what is looked at first.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

SOUND = ".sound.json"  # below the index folder
# Hashing it takes a third of a second on two cores.
HASHED_UP_TO = 256_000_000  # bytes of a build
# A file changed just before it was looked at may change again within the clock's grain.
_SETTLED = 2_000_000_000  # nanoseconds

Stamp = tuple[int, int, int, int]  # size, mtime, ctime in nanoseconds, inode


def stamp_of(info: os.stat_result) -> Stamp:
    """What tells that a file was not written since."""
    return info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino


def is_settled(stamp: Stamp) -> bool:
    """Whether a stamp can be relied on: another write would give another one."""
    return abs(time.time_ns() - max(stamp[1], stamp[2])) > _SETTLED


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def altered_files(build: Path, files: Mapping[str, str]) -> dict[str, str]:
    """The files of a build that do not have their SHA-256, and why; `files` as in its manifest."""
    return _altered(build, files, files)


def unsound_files(build: Path, files: Mapping[str, str]) -> dict[str, str]:
    """As `altered_files`, but of a large build only what was written since it was last found right.

    Finding it right is remembered, where the index folder may be written.
    """
    found = _stamps(build, files)
    if sum(stamp[0] for stamp in found.values()) <= HASHED_UP_TO:
        return altered_files(build, files)
    known = _recall(build.parent).get(build.name, {})
    doubtful = [name for name in files if name not in found or known.get(name) != found[name]]
    faults = _altered(build, files, doubtful)
    if doubtful:
        now = _stamps(build, files)
        right = {
            name: stamp
            for name, stamp in found.items()
            if name not in faults and now.get(name) == stamp and is_settled(stamp)
        }
        _remember(build, right)
    return faults


def _altered(build: Path, files: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    def fault(name: str) -> str:
        try:
            whole = file_hash(build / name) == files[name]
        except OSError as error:
            return f"is missing or unreadable ({error.strerror})"
        return "" if whole else "was altered since it was built"

    looked = list(names)
    with ThreadPoolExecutor(max_workers=4) as pool:  # hashing leaves Python's lock
        faults = dict(zip(looked, pool.map(fault, looked), strict=True))
    return {name: why for name, why in faults.items() if why}


def _stamps(build: Path, files: Iterable[str]) -> dict[str, Stamp]:
    found = {}
    for name in files:
        with suppress(OSError):
            found[name] = stamp_of((build / name).stat())
    return found


def _recall(folder: Path) -> dict[str, dict[str, Stamp]]:
    try:
        builds = json.loads((folder / SOUND).read_text(encoding="utf-8"))
        return {
            build: {name: (s[0], s[1], s[2], s[3]) for name, s in files.items()}
            for build, files in builds.items()
        }
    except (OSError, ValueError, TypeError, IndexError, AttributeError):
        return {}  # lost or altered, it costs a hashing


def _remember(build: Path, right: Mapping[str, Stamp]) -> None:
    folder = build.parent
    builds = {name: kept for name, kept in _recall(folder).items() if (folder / name).is_dir()}
    aside = folder / f"{SOUND}.{os.getpid()}"
    with suppress(OSError):  # a folder that may only be read is hashed each time
        aside.write_text(json.dumps({**builds, build.name: right}) + "\n", encoding="utf-8")
        aside.replace(folder / SOUND)
