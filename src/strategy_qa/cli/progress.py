"""Progress bars on stderr for commands; the library itself only reports how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from strategy_qa.index.rows import Progress as Stage

T = TypeVar("T")


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description:>8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


@contextmanager
def stages() -> Iterator[Callable[[Stage], None]]:
    """A callback for `build_index` that shows one bar a stage."""
    with _bar() as bar:
        tasks = {}

        def show(stage: Stage) -> None:
            if stage.stage not in tasks:
                tasks[stage.stage] = bar.add_task(stage.stage, total=stage.total)
            bar.update(tasks[stage.stage], completed=stage.done, total=stage.total)

        yield show


def track(items: Iterable[T], what: str, total: int) -> Iterator[T]:
    """Go through `items` under a bar."""
    with _bar() as bar:
        yield from bar.track(items, total=total, description=what)


@contextmanager
def count(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A callback that moves a bar on by one."""
    with _bar() as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


@contextmanager
def counter(what: str) -> Iterator[Callable[[int, int], None]]:
    """A callback for how many of how many are done, under one bar."""
    with _bar() as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
