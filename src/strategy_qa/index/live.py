"""The live build of an index folder, taken up again when another one is published."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from strategy_qa.index import Index, live_build


class LiveIndex:
    """Gives the build that is live now; safe to share between threads."""

    def __init__(
        self, index: Index, *, folder: Path | None, check: Callable[[Index], None]
    ) -> None:
        """Begin with an open build; without a `folder` that is the one for good.

        Args:
            index: an open build.
            folder: where the next ones are published.
            check: raises for a build that cannot be answered from.
        """
        self._index = index
        self._folder = folder
        self._check = check
        self._lock = threading.Lock()

    def get(self) -> Index:
        """The live build; another one than before is opened first, and checked."""
        with self._lock:
            if self._folder and live_build(self._folder) != self._index.manifest.build:
                fresh = Index.open(self._folder)
                self._check(fresh)
                self._index = fresh
            return self._index
