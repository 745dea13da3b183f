"""How requests behave: who asks, how often, how long, how much."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

PRODUCT = "strategy-qa"  # what robots.txt may call us


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Options of a run; times in seconds, sizes in bytes."""

    contact: str = ""  # an address of the maintainer, told to every server
    at_once: int = 4  # requests, one at a time per host
    pause: float = 1.0  # between two requests to one host; robots.txt may ask for more
    timeout: float = 30.0  # without a byte
    total: float = 300.0  # for one answer
    attempts: int = 3
    backoff: float = 1.0  # before the second attempt, doubled for each further one
    max_wait: float = 120.0  # a server that asks for more is left alone this time
    max_bytes: int = 100_000_000  # of one document, unpacked
    ca_file: str | None = None  # further certificates to trust

    @property
    def user_agent(self) -> str:
        """Who we are."""
        contact = f"; contact {self.contact}" if self.contact else ""
        return f"{PRODUCT}/{version(PRODUCT)} (fetches the sources that a document cites{contact})"
