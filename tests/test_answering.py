from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx

from strategy_qa.api.answering import Turns
from strategy_qa.testing import api_server


async def one(turns: Turns, client: str, order: list[str], held: anyio.Event) -> None:
    async with turns.turn(client):
        order.append(client)
        await held.wait()


def test_the_client_with_the_fewest_under_way_is_next() -> None:
    async def run() -> list[str]:
        turns, order, first, rest = Turns(2), [], anyio.Event(), anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one, turns, "a", order, first)
            for client in ("a", "a", "a", "b", "c"):
                await anyio.wait_all_tasks_blocked()
                tasks.start_soon(one, turns, client, order, rest)
            await anyio.wait_all_tasks_blocked()
            assert order == ["a", "a"]
            first.set()
            await anyio.wait_all_tasks_blocked()
            assert order == ["a", "a", "b"]
            rest.set()
        return order

    assert sorted(anyio.run(run)) == ["a", "a", "a", "a", "b", "c"]


def test_a_place_in_line_that_is_given_up_passes_on() -> None:
    async def run() -> list[str]:
        turns, order, held = Turns(1), [], anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one, turns, "a", order, held)
            await anyio.wait_all_tasks_blocked()
            with anyio.move_on_after(0.01):
                await one(turns, "b", order, held)
            tasks.start_soon(one, turns, "c", order, held)
            await anyio.wait_all_tasks_blocked()
            held.set()
        return order

    assert anyio.run(run) == ["a", "c"]


def test_questions_at_the_same_time_are_answered_as_alone() -> None:
    questions = [
        "How many ports has the coast?",
        "¿Cuántos puertos de altura cuenta el informe?",
        "Who painted the ceiling of the chapel?",
    ]
    with api_server() as url, httpx.Client(timeout=60) as client:

        def ask(question: str) -> dict[str, object]:
            asked = {"question": question}
            answer = client.post(f"{url}/api/ask", json=asked).json()
            return {**answer, "latency_ms": None}

        alone = [ask(question) for question in questions]
        with ThreadPoolExecutor(12) as pool:
            assert list(pool.map(ask, questions * 8)) == alone * 8
