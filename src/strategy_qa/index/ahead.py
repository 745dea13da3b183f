"""Runs a generator in a thread of its own, some items ahead of whoever takes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

_AHEAD = 16  # documents read and not yet taken


@contextmanager
def ahead(items: Generator[T, None, None], *, most: int = _AHEAD) -> Iterator[Iterator[T]]:
    """Take items that are made in the background; an error there is raised where they are taken.

    Leaving the block closes the generator, after the item it is at.
    """
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        waiting = deque(thread.submit(next, items, end) for _ in range(most))

        def take() -> Iterator[T]:
            while (item := waiting.popleft().result()) is not end:
                waiting.append(thread.submit(next, items, end))
                yield item  # type: ignore[misc]

        try:
            yield take()
        finally:
            for future in waiting:
                future.cancel()
            thread.submit(items.close).result()
