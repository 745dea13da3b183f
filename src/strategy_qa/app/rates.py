"""How often somebody may ask: token buckets, one for each user or address."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_KNOWN = 10_000  # buckets kept; the one not used for longest goes first, and would be full anyway


class Rate:
    """Lets `per_minute` requests of a key through, a quarter of them at once; 0 lets all."""

    def __init__(self, per_minute: int, *, now: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_minute / 60
        self._most = max(1.0, per_minute / 4)
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Take one request; 0 when it may pass, else the seconds until one may."""
        if not self._per_second:
            return 0.0
        now = self._now()
        left, then = self._buckets.pop(key, (self._most, now))
        left = min(self._most, left + (now - then) * self._per_second)
        passes = left >= 1
        self._buckets[key] = (left - 1 if passes else left, now)
        if len(self._buckets) > _KNOWN:
            self._buckets.popitem(last=False)
        return 0.0 if passes else (1 - left) / self._per_second
