from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest

from strategy_qa.app import conversation
from strategy_qa.app.conversation import Problem, Turn
from strategy_qa.app.desk import Desk
from strategy_qa.app.line import Line, LineFullError
from strategy_qa.settings import ChatSettings


async def stand(line: Line, key: str, served: asyncio.Event) -> None:
    async with line.turn(key, seconds=5):
        await served.wait()


def test_places_move_up_in_the_order_people_came() -> None:
    async def run() -> list[list[int]]:
        line, keys = Line(at_once=2, most=5), "abcde"
        served = {key: asyncio.Event() for key in keys}
        tasks = {key: asyncio.create_task(stand(line, key, served[key])) for key in keys}
        seen = []

        async def look() -> None:
            await asyncio.sleep(0.01)
            seen.append([line.ahead(key) for key in keys])

        await look()
        served["b"].set()
        await look()
        tasks["d"].cancel()
        await look()
        for event in served.values():
            event.set()
        await asyncio.wait(tasks.values())
        await look()
        return seen

    assert asyncio.run(run()) == [
        [0, 0, 1, 2, 3], [0, 0, 0, 1, 2], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0],
    ]  # fmt: skip


def test_a_full_line_takes_nobody_and_a_long_wait_ends() -> None:
    async def run() -> None:
        line, served = Line(at_once=1, most=1), asyncio.Event()
        first = asyncio.create_task(stand(line, "a", served))
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            async with line.turn("b", seconds=0.02):
                pass
        second = asyncio.create_task(stand(line, "b", served))
        await asyncio.sleep(0)
        with pytest.raises(LineFullError):
            async with line.turn("c", seconds=1):
                pass
        served.set()
        await asyncio.gather(first, second)
        async with line.turn("c", seconds=1):
            assert line.ahead("c") == 0

    asyncio.run(run())


# The desk


def at_desk(monkeypatch: pytest.MonkeyPatch, answer: threading.Event, **limits: float) -> Desk:
    """A desk whose every question finds something at once and is answered at the event."""

    def ask(qa, question, turn, *, after=(), compare=False, found=None) -> Turn:
        found(replace(turn, found=("passage",)))
        answer.wait(5)
        return replace(turn, problem=Problem.NO_WORDS)

    monkeypatch.setattr(conversation, "ask", ask)
    return Desk(None, ChatSettings(**limits))  # type: ignore[arg-type]


def test_what_was_found_comes_before_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()

    async def run() -> list[tuple[bool, bool]]:
        seen = []
        async for step in at_desk(monkeypatch, answer, at_once=1).ask(
            "Why?", Turn(1, "Why?", "en")
        ):
            seen.append((bool(step.hits), step.done))
            answer.set()
        return seen

    assert asyncio.run(run()) == [(True, False), (False, True)]


def test_a_question_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()

    async def run() -> list[object]:
        desk = at_desk(monkeypatch, answer, at_once=1, seconds=0.05)
        turn = Turn(1, "Why?", "en")
        outcomes = [[step async for step in desk.ask("Why?", turn)][-1] for _ in range(2)]
        answer.set()
        return [outcome.problem for outcome in outcomes]

    assert asyncio.run(run()) == [Problem.TOO_LATE, Problem.TOO_LATE]


def test_a_full_desk_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()

    async def run() -> Turn:
        desk = at_desk(monkeypatch, answer, at_once=1, waiting=0)
        first = desk.ask("Why?", Turn(1, "Why?", "en", key="a"))
        await anext(first)
        (busy,) = [step async for step in desk.ask("Why?", Turn(1, "Why?", "en", key="b"))]
        answer.set()
        assert [step.done async for step in first] == [True]
        return busy

    assert asyncio.run(run()).problem is Problem.BUSY
