"""Questions asked at the same time share the passes of the encoder.

Each question runs in a thread of its own, as if it were alone. Those that wait for the encoder put
what they wait for into one pass, each text once, and whoever finds the pass due makes it. A
question needs some passes over few words, and a pass over many costs less by the word.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from typing import TypeVar

from strategy_qa.encode import Encoder, Passage, PassageVectors
from strategy_qa.pairs import Adapter, PairVectors

T = TypeVar("T")

WINDOW = 32  # questions asked together; results depend on it in the last digit of a score
_PASSAGES = 8  # in one matrix: more of unlike length are slower again


@dataclass(frozen=True, slots=True)
class _Call:
    """What one question waits for."""

    place: int
    given: tuple[Passage, ...]
    result: Future[list[PassageVectors]] = field(default_factory=Future)
    since: float = field(default_factory=time.monotonic)


class SharedEncoder:
    """An encoder whose passes serve all questions under way; alone it is the encoder it has."""

    def __init__(self, encoder: Encoder, *, patience: float | None = None) -> None:
        """Share the passes of `encoder`.

        Args:
            encoder: what makes the passes.
            patience: seconds for which a question waits for others; None: until all wait.
        """
        self._encoder = encoder
        self._patience = patience
        self._state = threading.Condition()
        self._asking = 0  # questions under way
        self._places = count()
        self._calls: list[_Call] = []  # what they wait for
        self._passing = False  # while a pass is made
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

    def encode_passages(
        self, passages: Iterable[Passage], *, batch_size: int = _PASSAGES
    ) -> Iterator[PassageVectors]:
        """As the encoder it has."""
        yield from self._wait(tuple(passages))

    def encode_pair(self, question: str, passage: str, adapter: Adapter) -> PairVectors:
        """As the encoder it has, and by itself: a pair is long enough to fill a pass."""
        return self._encoder.encode_pair(question, passage, adapter)

    @contextmanager
    def question(self) -> Iterator[None]:
        """Under way is one question more, asked by this thread."""
        with self._state:
            self._asking += 1
        try:
            with self._placed(next(self._places)):
                yield
        finally:
            self._ended()

    def together(self, calls: Iterable[Callable[[], T]]) -> Iterator[T]:
        """The results of calls that use this encoder, in order; the first that raises ends it.

        Without patience always the same `WINDOW` calls run together, whatever their pace, so the
        same calls give the same results to the last bit. One caller at a time.
        """
        remaining = iter(calls)
        with ThreadPoolExecutor(WINDOW, thread_name_prefix="question") as pool:
            while window := list(islice(remaining, WINDOW)):
                self._asking = len(window)
                asked = [pool.submit(self._run, place, call) for place, call in enumerate(window)]
                try:
                    results = [each.result() for each in asked]
                except BaseException as error:  # Ctrl-C too: the questions must end, or we wait
                    first = self._fail(error)
                    if first is error:
                        raise
                    raise first from error
                yield from results

    def _run(self, place: int, call: Callable[[], T]) -> T:
        try:
            with self._placed(place):
                return call()
        finally:
            self._ended()

    @contextmanager
    def _placed(self, place: int) -> Iterator[None]:
        self._own.place = place
        try:
            yield
        finally:
            self._own.place = None

    def _ended(self) -> None:
        with self._state:
            self._asking -= 1
            self._state.notify_all()

    def _fail(self, error: BaseException) -> BaseException:
        """Let every question end; gives the error that came first."""
        with self._state:
            self._failed = self._failed or error
            self._state.notify_all()
            return self._failed

    def _wait(self, given: tuple[Passage, ...]) -> list[PassageVectors]:
        place = getattr(self._own, "place", None)
        if place is None:
            return self._encode(given)
        call = _Call(place, given)
        with self._state:
            self._calls.append(call)
            self._state.notify_all()
        while calls := self._pass_due(call):
            try:
                self._pass(sorted(calls, key=lambda call: call.place))
            except BaseException as error:
                self._fail(error)
                raise
            with self._state:
                self._passing = False
                self._state.notify_all()
        return call.result.result()

    def _pass_due(self, call: _Call) -> list[_Call]:
        """Wait; then what the thread of `call` is to encode, nothing when its own is done."""
        with self._state:
            while not call.result.done():
                if self._failed is not None:
                    raise RuntimeError("the questions were interrupted") from self._failed
                left = self._until_due()
                if left is not None and left <= 0:
                    self._passing = True
                    calls, self._calls = self._calls, []
                    return calls
                self._state.wait(left)
            return []

    def _until_due(self) -> float | None:
        """Seconds until the next pass is to be made; None: something else has to happen first."""
        if self._passing:
            return None
        if len(self._calls) >= self._asking:
            return 0.0
        if self._patience is None or not self._calls:
            return None
        return self._calls[0].since + self._patience - time.monotonic()

    def _pass(self, calls: Sequence[_Call]) -> None:
        """One pass; where that fails, one a call, so that an error meets its own question."""
        texts = list(dict.fromkeys(text for call in calls for text in call.given))
        try:
            found = dict(zip(texts, self._encode(texts), strict=True))
        except Exception:
            for call in calls:
                self._pass_alone(call)
        else:
            for call in calls:
                call.result.set_result([found[text] for text in call.given])

    def _pass_alone(self, call: _Call) -> None:
        try:
            call.result.set_result(self._encode(call.given))
        except Exception as error:
            call.result.set_exception(error)

    def _encode(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        return list(self._encoder.encode_passages(passages, batch_size=_PASSAGES))
