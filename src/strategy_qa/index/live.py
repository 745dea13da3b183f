"""The live build of an index folder, taken up again when another one is published."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from strategy_qa.index import Index, live_build

_PATIENCE = 2.0  # seconds a question waits for a new build; a large one takes longer to be checked


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
        self._opening: Future[Index] | None = None
        self._since = 0.0

    def get(self) -> Index:
        """The live build; another one than before is opened first, and checked.

        While that takes long, as for a large build, the one before goes on. One whose files were
        written into is checked again, and not used meanwhile.
        """
        with self._lock:
            if self._folder is None:
                return self._index
            untouched = self._index.is_untouched
            if untouched and live_build(self._folder) == self._index.manifest.build:
                return self._index
            if self._opening is None:
                self._opening, self._since = Future(), time.monotonic()
                arguments = self._opening, self._folder
                threading.Thread(target=self._open, args=arguments, daemon=True).start()
            opening, since = self._opening, self._since
        try:
            patience = max(0.0, since + _PATIENCE - time.monotonic()) if untouched else None
            return opening.result(timeout=patience)
        except TimeoutError:
            return self._index
        finally:
            with self._lock:
                if opening.done() and self._opening is opening:
                    self._opening = None
                    if not opening.exception():
                        self._index = opening.result()

    def _open(self, opening: Future[Index], folder: Path) -> None:
        try:
            index = Index.open(folder)
            self._check(index)
        except Exception as error:  # told to whoever asks
            opening.set_exception(error)
        else:
            opening.set_result(index)
