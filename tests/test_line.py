from __future__ import annotations

import asyncio

import pytest

from strategy_qa.app.line import Line, LineFullError


async def stand(line: Line, told: list[int], served: asyncio.Event) -> None:
    with line.place() as place:
        async for ahead in place.wait(seconds=5):
            told.append(ahead)
        await served.wait()


def test_places_are_told_and_move_up() -> None:
    async def run() -> list[list[int]]:
        line, told = Line(at_once=1, most=5), [list[int]() for _ in range(3)]
        served = [asyncio.Event() for _ in range(3)]
        tasks = [asyncio.create_task(stand(line, *each)) for each in zip(told, served, strict=True)]
        await asyncio.sleep(0.01)
        served[0].set()
        await asyncio.sleep(0.01)
        tasks[1].cancel()
        await asyncio.sleep(0.01)
        served[2].set()
        await tasks[2]
        return told

    assert asyncio.run(run()) == [[], [1], [2, 1]]


def test_a_full_line_takes_nobody_and_a_long_wait_ends() -> None:
    async def run() -> None:
        line = Line(at_once=1, most=1)
        with line.place(), line.place() as second:
            with pytest.raises(LineFullError), line.place():
                pass
            with pytest.raises(TimeoutError):
                async for _ in second.wait(seconds=0.02):
                    pass
        with line.place() as place:
            assert [ahead async for ahead in place.wait(seconds=1)] == []

    asyncio.run(run())


def test_a_move_while_being_told_is_not_lost() -> None:
    async def run() -> list[int]:
        line, told = Line(at_once=1, most=5), list[int]()
        with line.place() as second_in_line_from_now:
            first = line.place()
            place = first.__enter__()
            line._places.reverse()  # it stands before the other one now
            async for ahead in second_in_line_from_now.wait(seconds=0.5):
                told.append(ahead)
                first.__exit__(None, None, None)  # leaves while the other is being told
            assert place not in line._places
        return told

    assert asyncio.run(run()) == [1]
