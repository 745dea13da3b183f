"""Takes in the body of an answer within bounds: its size, also once unpacked, and its end."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

from strategy_qa.errors import FetchError, LinkState

ACCEPTED = "gzip, deflate"
_PIECE = 2**18  # bytes unpacked at a time


async def unpacked(response: httpx.Response, *, most: int, url: str) -> AsyncIterator[bytes]:
    """The body in pieces, unpacked here because httpx would unpack a bomb to its end.

    Raises:
        FetchError: it has more than `most` bytes, is packed in another way than was asked for, or
            ends too early.
    """
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate", ""):
        reason = f"comes packed as {coding[:40]!r}, which was not asked for"
        raise FetchError(url, reason, state=LinkState.UNUSABLE)
    unpack = None if coding in ("identity", "") else _Unpacker(url, deflate=coding == "deflate")
    size = 0
    async for packed in response.aiter_raw():
        for piece in unpack.feed(packed) if unpack else (packed,):
            size += len(piece)
            if size > most:
                raise too_large(url, most)
            yield piece
    if unpack and not unpack.ended:
        raise FetchError(url, "ends too early", wait=0)


def too_large(url: str, most: int) -> FetchError:
    """The error for a body above the limit."""
    return FetchError(
        url,
        f"is larger than {most:,} bytes",
        remedy="Raise the setting fetch.max_bytes, or put a copy into documents/.",
        state=LinkState.UNUSABLE,
    )


class _Unpacker:
    """gzip and deflate, a bounded piece at a time."""

    def __init__(self, url: str, *, deflate: bool) -> None:
        self._url = url
        self._deflate = deflate
        self._started = False
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)

    @property
    def ended(self) -> bool:
        return self._inflate.eof

    def feed(self, packed: bytes) -> Iterator[bytes]:
        if not packed or self._inflate.eof:  # whatever follows the end is padding
            return
        if not self._started and self._deflate and (packed[0] & 0x0F) != 8:
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)  # without the header it should have
        self._started = True
        try:
            piece = self._inflate.decompress(packed, _PIECE)
            while piece:
                yield piece
                piece = self._inflate.decompress(self._inflate.unconsumed_tail, _PIECE)
        except zlib.error as error:
            raise FetchError(self._url, "is packed wrongly", state=LinkState.UNUSABLE) from error
