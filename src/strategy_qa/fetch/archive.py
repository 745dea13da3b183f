"""Asks the Internet Archive for its newest snapshot of an address.

Its availability API is made for programs and names the snapshot; robots.txt is not asked there.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from strategy_qa.errors import FetchError, LinkState
from strategy_qa.fetch.web import Web

_SNAPSHOT = re.compile(r"(https?://[^/]+/web/)(\d{4})(\d\d)(\d\d)\d*(?:[a-z]{2}_)?(/.+)")
_MOST_BYTES = 100_000  # of the API's answer


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy in the archive."""

    url: str  # of the bytes as they were, without the archive's own frame
    day: str  # ISO 8601


class Archive:
    """The archive as one run sees it: once it cannot be reached, it is not asked again."""

    def __init__(self, web: Web, api: str) -> None:
        """`api` is the address of its availability API, "" for none."""
        self._web = web
        self._api = api
        self._lost: FetchError | None = None

    async def newest(self, url: str) -> Snapshot | None:
        """The newest snapshot of an address, None where there is none or no archive.

        Raises:
            FetchError: the archive cannot be asked.
        """
        if not self._api:
            return None
        if self._lost:
            raise self._lost
        try:
            asked = f"{self._api}?url={quote(url, safe='')}"
            reply = await self._web.get(asked, robots=False, most=_MOST_BYTES)
        except FetchError as error:
            self._lost = error
            raise
        assert reply.body is not None
        try:
            return _snapshot(reply.body.read_bytes(), asked)
        finally:
            reply.body.unlink()


def _snapshot(answer: bytes, asked: str) -> Snapshot | None:
    try:
        closest = json.loads(answer)["archived_snapshots"].get("closest")
        if not closest or not closest["available"] or str(closest.get("status", "200")) != "200":
            return None
        found = _SNAPSHOT.fullmatch(closest["url"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = "gives no answer that can be understood"
        raise FetchError(asked, reason, state=LinkState.UNUSABLE) from error
    if not found:
        return None
    base, year, month, day, rest = found.groups()
    stamp = closest["url"][len(base) :].split("/")[0]
    digits = re.sub(r"\D.*", "", stamp)
    url = f"{base}{digits}id_{rest}"
    if (urlsplit(url).hostname or "").endswith("archive.org"):
        url = re.sub("^http:", "https:", url)
    return Snapshot(url, f"{year}-{month}-{day}")
