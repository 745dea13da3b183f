"""From a finished build to the live one: publish in one rename, prune the old."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from strategy_qa.errors import IndexCorruptError
from strategy_qa.index import (
    CURRENT,
    MANIFEST,
    Manifest,
    live_build,
    pointer_to,
    read_manifest,
)
from strategy_qa.index.sound import file_hash


def publish(folder: Path, aside: Path, build: str) -> None:
    """Make a verified build the live one: everything on disk first, then one atomic rename."""
    place(folder, aside, build)
    point_to(folder, build)


def place(folder: Path, aside: Path, build: str) -> None:
    """Put a verified build beside the others, all of it on disk."""
    for path in (*aside.rglob("*"), aside):
        _sync(path)
    aside.rename(folder / build)


def point_to(folder: Path, build: str) -> None:
    """Make a build that lies in the folder the live one, in one step."""
    pointer = folder / f".{CURRENT}.{os.getpid()}"
    pointer.write_text(pointer_to(build), encoding="utf-8")
    _sync(pointer)
    pointer.replace(folder / CURRENT)
    _sync(folder)


def builds_of(folder: Path) -> list[Manifest]:
    """The builds of a folder whose manifest can be read, oldest first."""
    found = []
    for path in folder.glob(f"[!.]*/{MANIFEST}"):
        with suppress(IndexCorruptError):  # `verify` names it
            found.append(read_manifest(path.parent))
    return sorted(found, key=lambda manifest: manifest.number)


def prune(folder: Path, keep: int) -> None:
    """Remove the oldest builds until `keep` are left; the live one always stays.

    Builds that nobody can read, or of another format, are of no use and go as well.
    """
    live = live_build(folder)
    others = [manifest.build for manifest in builds_of(folder) if manifest.build != live]
    kept = {live, *others[max(0, len(others) - (keep - 1)) :]}
    for manifest in folder.glob(f"[!.]*/{MANIFEST}"):
        if manifest.parent.name not in kept:
            shutil.rmtree(manifest.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_hashes(build: Path) -> dict[str, str]:
    """The SHA-256 of every file of a build, by its path below it."""
    return {
        path.relative_to(build).as_posix(): file_hash(path)
        for path in sorted(build.rglob("*"))
        if path.is_file()
    }
