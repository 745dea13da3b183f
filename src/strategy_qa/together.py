"""Questions asked at the same time share the passes of the encoder.

Each question runs in a thread of its own, as if it were alone; when all of them wait for the
encoder, what they wait for is encoded in one pass, each text once. A question needs some passes
over few words, and a pass over many costs less by the word.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from strategy_qa.encode import Encoder, Passage, PassageVectors, Vectors

T = TypeVar("T")

WINDOW = 32  # questions asked together; results depend on it in the last digit of a score
_PASSAGES = 8  # in one matrix: more of unlike length are slower again


@dataclass(frozen=True, slots=True)
class _Call:
    """What one question waits for."""

    place: int
    given: tuple[str, ...] | tuple[Passage, ...]
    encode: Callable[[Sequence[Any]], Sequence[Any]]
    result: Future[list[Any]] = field(default_factory=Future)


class SharedEncoder:
    """An encoder whose passes serve all questions of `together`; alone it is the encoder it has."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._state = threading.Condition()
        self._asking = 0  # questions under way
        self._calls: list[_Call] = []  # what they wait for
        self._failed: BaseException | None = None
        self._own = threading.local()  # the place of the question that a thread runs

    @property
    def name(self) -> str:
        """As set in the configuration."""
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        """Of the encoder it has."""
        return self._encoder.fingerprint

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return self._encoder.dimension

    @property
    def max_tokens(self) -> int:
        """The longest passage it reads."""
        return self._encoder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage."""
        return self._encoder.count_tokens(texts)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """As the encoder it has."""
        import numpy as np

        found = self._wait(tuple(texts), self._encode_questions)
        return np.array(found, np.float32).reshape(-1, self.dimension)

    def encode_passages(
        self, passages: Iterable[Passage], *, batch_size: int = _PASSAGES
    ) -> Iterator[PassageVectors]:
        """As the encoder it has."""
        yield from self._wait(tuple(passages), self._encode_passages)

    def together(self, calls: Iterable[Callable[[], T]]) -> Iterator[T]:
        """The results of calls that use this encoder, in order; the first that raises ends it.

        Always the same `WINDOW` calls run together, whatever their pace, so the same calls give
        the same results to the last bit. One caller at a time.
        """
        remaining = iter(calls)
        with ThreadPoolExecutor(WINDOW, thread_name_prefix="question") as pool:
            while window := list(islice(remaining, WINDOW)):
                self._asking = len(window)
                asked = [pool.submit(self._run, place, call) for place, call in enumerate(window)]
                self._conduct()
                for each in asked:
                    yield each.result()

    def _run(self, place: int, call: Callable[[], T]) -> T:
        self._own.place = place
        try:
            return call()
        finally:
            with self._state:
                self._asking -= 1
                self._state.notify_all()

    def _conduct(self) -> None:
        """Make passes, in this thread, until no question is under way."""
        calls: list[_Call] = []
        try:
            while True:
                with self._state:
                    self._state.wait_for(lambda: len(self._calls) >= self._asking)
                    calls, self._calls = self._calls, []
                if not calls:
                    return
                _encode(sorted(calls, key=lambda call: call.place))
        except BaseException as error:  # Ctrl-C: the questions must end, or their pool waits
            with self._state:
                self._failed = error
                for call in (*calls, *self._calls):
                    call.result.cancel()
            raise

    def _wait(
        self, given: tuple[Any, ...], encode: Callable[[Sequence[Any]], Sequence[Any]]
    ) -> list[Any]:
        place = getattr(self._own, "place", None)
        if place is None:
            return list(encode(given))
        call = _Call(place, given, encode)
        with self._state:
            if self._failed is not None:
                raise RuntimeError("the questions were interrupted") from self._failed
            self._calls.append(call)
            self._state.notify_all()
        return call.result.result()

    def _encode_questions(self, texts: Sequence[str]) -> list[Vectors]:
        return list(self._encoder.encode_questions(texts))

    def _encode_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        return list(self._encoder.encode_passages(passages, batch_size=_PASSAGES))


def _encode(calls: Sequence[_Call]) -> None:
    """One pass a kind; where that fails, one a call, so that an error meets its own question."""
    for encode in dict.fromkeys(call.encode for call in calls):
        alike = [call for call in calls if call.encode == encode]
        texts = list(dict.fromkeys(text for call in alike for text in call.given))
        try:
            found = dict(zip(texts, encode(texts), strict=True))
        except Exception:
            for call in alike:
                _encode_alone(call)
        else:
            for call in alike:
                call.result.set_result([found[text] for text in call.given])


def _encode_alone(call: _Call) -> None:
    try:
        call.result.set_result(list(call.encode(call.given)))
    except Exception as error:
        call.result.set_exception(error)
