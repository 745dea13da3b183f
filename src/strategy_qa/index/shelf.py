"""What an index folder holds on disk: the builds that are kept, their sizes, and the room left."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from strategy_qa.index.publish import builds_of


@dataclass(frozen=True, slots=True)
class KeptBuild:
    """One build of a folder; `rollback` takes its name."""

    build: str
    created: datetime
    documents: int
    chunks: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """An index folder as files."""

    builds: tuple[KeptBuild, ...]  # newest first
    bytes: int  # of everything in the folder
    free: int  # bytes that may still be written


def shelf(folder: Path) -> Shelf:
    """Look at an index folder; a file that is pruned meanwhile counts as nothing."""
    builds = tuple(
        KeptBuild(m.build, m.created, m.documents, m.chunks, _size(folder / m.build))
        for m in reversed(builds_of(folder))
    )
    return Shelf(builds, _size(folder), shutil.disk_usage(folder).free)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_size if not path.is_dir() else 0
    return total
