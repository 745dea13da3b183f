"""Asks the Internet Archive for its snapshots of an address.

Its availability API is made for programs and names a snapshot; robots.txt is not asked there.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from strategy_qa.errors import FetchError, LinkState
from strategy_qa.fetch.web import Web

_SNAPSHOT = re.compile(r"(https?://[^/]+/web/)(\d{4})(\d\d)(\d\d)\d*(?:[a-z]{2}_)?(/.+)")
_MOST_BYTES = 100_000  # of the API's answer
_YEARS_BACK = (1, 2, 4)  # before the newest snapshot


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
        return await anext(self.snapshots(url), None)

    async def snapshots(self, url: str) -> AsyncIterator[Snapshot]:
        """The newest snapshot of an address, then some older ones, for where it cannot be used.

        The API names the snapshot closest to a day, so older ones are those closest to a day some
        years before the newest.

        Raises:
            FetchError: the archive cannot be asked.
        """
        newest = await self._closest(url, None) if self._api else None
        known = {newest}
        if newest:
            yield newest
            for years in _YEARS_BACK:
                older = await self._closest(url, f"{int(newest.day[:4]) - years}{newest.day[5:7]}")
                if older and older.day < newest.day and older not in known:
                    known.add(older)
                    yield older

    async def _closest(self, url: str, moment: str | None) -> Snapshot | None:
        if self._lost:
            raise self._lost
        asked = f"{self._api}?url={quote(url, safe='')}"
        if moment:
            asked += f"&timestamp={moment}"
        try:
            reply = await self._web.get(asked, robots=False, most=_MOST_BYTES)
        except FetchError as error:
            self._lost = error
            raise
        assert reply.body is not None
        try:
            return _snapshot(reply.body.read_bytes(), asked)
        finally:
            self._web.done_with(reply)


def day_of(url: str) -> str:
    """The day of the snapshot that an address of the archive gives, "" for another address.

    The archive itself redirects from one snapshot to another.
    """
    found = _SNAPSHOT.fullmatch(url)
    return "-".join(found.groups()[1:4]) if found else ""


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
