"""What an address gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an address gave. `body` is a temporary file, None for a 304; see `Web.done_with`."""

    asked: str
    url: str  # after redirects
    status: int
    headers: Mapping[str, str]  # by names in small letters
    redirects: tuple[tuple[int, str], ...] = ()  # status, and where it led to
    body: Path | None = None
    size: int = 0
    sha256: str = ""

    @property
    def moved(self) -> str:
        """Where the address has moved to for good, "" where it has not."""
        moved = ""
        for status, url in self.redirects:
            if status not in (301, 308):
                break
            moved = url
        return moved
