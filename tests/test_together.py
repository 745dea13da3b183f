from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from question_vectors import question_vectors
from strategy_qa.encode import Passage, PassageVectors, Vectors
from strategy_qa.errors import QuestionError
from strategy_qa.many import Ask
from strategy_qa.qa import StrategyQA
from strategy_qa.testing import HashEncoder
from strategy_qa.together import WINDOW, SharedEncoder
from strategy_qa.types import Span


class Counting(HashEncoder):
    """Remembers what each pass was given."""

    def __init__(self) -> None:
        super().__init__()
        self.passes: list[list[str]] = []

    def encode_passages(
        self, passages: Iterable[Passage], *, batch_size: int = 8
    ) -> Iterator[PassageVectors]:
        given = list(passages)
        self.passes.append([passage.text for passage in given])
        return super().encode_passages(given, batch_size=batch_size)


def test_calls_share_passes_and_get_their_own_vectors() -> None:
    plain, counting = HashEncoder(), Counting()
    shared = SharedEncoder(counting)
    texts = [f"question {n}" for n in range(WINDOW + 3)]

    def call(text: str) -> tuple[Vectors, PassageVectors]:
        vectors = question_vectors(shared, [text])
        (passage,) = shared.encode_passages([Passage("the same words", (Span(4, 8),))])
        return vectors, passage

    results = list(shared.together(partial(call, text) for text in texts))
    for text, (vectors, passage) in zip(texts, results, strict=True):
        assert np.array_equal(vectors, question_vectors(plain, [text]))
        assert passage.sentences.shape == (1, plain.dimension)
    assert counting.passes == [
        texts[:WINDOW], ["the same words"], texts[WINDOW:], ["the same words"]
    ]  # fmt: skip


def test_an_error_meets_its_own_call() -> None:
    shared = SharedEncoder(HashEncoder(max_tokens=8))

    def call(text: str) -> str:
        try:
            question_vectors(shared, [text])
        except QuestionError:
            return "refused"
        return "asked"

    calls = [partial(call, text) for text in ("short", "long " * 20, "short")]
    assert list(shared.together(calls)) == ["asked", "refused", "asked"]


def test_a_call_that_raises_ends_it_and_leaves_no_thread() -> None:
    shared = SharedEncoder(HashEncoder())

    def call(n: int) -> int:
        question_vectors(shared, [str(n)])
        return 1 // (n - 2)

    with pytest.raises(ZeroDivisionError):
        list(shared.together(partial(call, n) for n in range(5)))
    assert not [t for t in threading.enumerate() if t.name.startswith("question")]


def test_an_interrupted_pass_lets_go_of_every_question() -> None:
    class Interrupted(HashEncoder):
        def encode_passages(
            self, passages: Iterable[Passage], *, batch_size: int = 8
        ) -> Iterator[PassageVectors]:
            raise KeyboardInterrupt

    shared = SharedEncoder(Interrupted())
    calls = [partial(question_vectors, shared, [str(n)]) for n in range(5)]
    with pytest.raises(KeyboardInterrupt):
        list(shared.together(calls))
    assert not [t for t in threading.enumerate() if t.name.startswith("question")]


def test_together_is_as_alone_and_a_bad_question_keeps_its_place(qa: StrategyQA) -> None:
    questions = ["How many jobs in manufacturing?", "¿Cuántas personas participaron?", "¿?"] * 20
    found = list(qa.ask_each(Ask(question) for question in questions))
    for question, answer in zip(questions, found, strict=True):
        if question == "¿?":
            assert isinstance(answer, QuestionError)
        else:
            assert not isinstance(answer, QuestionError)
            assert replace(answer, latency_ms=0) == replace(qa.ask(question), latency_ms=0)
    answers = qa.ask_many(questions)
    next(answers)
    next(answers)
    with pytest.raises(QuestionError):
        next(answers)


def test_questions_of_other_threads_share_a_pass() -> None:
    counting = Counting()
    shared = SharedEncoder(counting, patience=60)
    everyone = threading.Barrier(8)

    def ask(text: str) -> Vectors:
        with shared.question():
            everyone.wait(30)
            return question_vectors(shared, [text])

    texts = [f"question {n}" for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, texts))
    assert np.array_equal(np.vstack(found), question_vectors(HashEncoder(), texts))
    (texts_of_the_pass,) = counting.passes
    assert sorted(texts_of_the_pass) == texts


def test_a_question_waits_for_others_no_longer_than_its_patience() -> None:
    shared, done = SharedEncoder(HashEncoder(), patience=0.01), threading.Event()

    def busy() -> None:
        with shared.question():
            done.wait(30)

    other = threading.Thread(target=busy)
    other.start()
    with shared.question():
        assert question_vectors(shared, ["alone"]).shape == (1, 256)
    done.set()
    other.join()
