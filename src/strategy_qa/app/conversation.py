"""The conversation as values: its turns, and what comes of a question."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from strategy_qa.errors import QuestionError, StrategyQAError
from strategy_qa.languages import question_language
from strategy_qa.qa import StrategyQA
from strategy_qa.question import MAX_QUESTION
from strategy_qa.types import Answer, Citation, Comparison, Filters, Hit, Source

log = logging.getLogger(__name__)

KEPT_TURNS = 30  # a turn holds some 15 kB of passages, and 500 sessions are kept
_SHOWN_QUESTION = 400  # characters of a question that the page repeats


class Problem(StrEnum):
    """Why a question has no answer, as far as the reader is concerned."""

    TOO_LONG = "too long"
    NO_WORDS = "no words"
    OURS = "ours"  # an error of the library: its line says what to do
    SURPRISE = "surprise"  # an error nobody foresaw: its trace is in the log
    BUSY = "busy"  # the line is full
    TOO_LATE = "too late"  # its time was up
    STOPPED = "stopped"  # by the reader


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its outcome: one of `answer`, `comparison` and `problem` is set."""

    number: int  # from 1, in the order asked
    question: str  # cut to what the page repeats
    language: str  # of the question
    answer: Answer | None = None
    comparison: Comparison | None = None
    documents: int = 0  # how many are in the index
    filters: Filters = field(default_factory=Filters)
    named: tuple[Source, ...] = ()  # the documents that the filters name
    key: str = ""  # names the answer where a reader says something of it
    problem: Problem | None = None
    detail: str = ""  # the line of an error of ours
    found: tuple[Hit, ...] = ()  # shown while the sentences that answer are still being chosen

    @property
    def asked(self) -> Answer | Comparison | None:
        """What came of it, where something did."""
        return self.answer or self.comparison

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What it quotes."""
        return self.asked.citations if self.asked else ()

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The passages it was found in, or those that come nearest."""
        return self.answer.hits if self.answer else self.found

    @property
    def done(self) -> bool:
        """Whether anything came of it yet."""
        return bool(self.asked or self.problem)


def turn_of(question: str, *, number: int, interface: str, filters: Filters) -> Turn:
    """A turn before anything came of it.

    Too few words to tell their language by are taken to be in that of the interface.
    """
    repeated = shown(question)
    spoken = question_language(repeated, default=interface)
    return Turn(number, repeated, spoken, filters=filters, key=uuid.uuid4().hex[:12])


def ask(
    qa: StrategyQA,
    question: str,
    turn: Turn,
    *,
    after: Sequence[str] = (),
    compare: bool = False,
    found: Callable[[Turn], None] | None = None,
) -> Turn:
    """Put a question, or compare the documents on it, and keep the outcome; no exception passes.

    A question that leans on those `after` which it comes is completed from them. `found` is told
    the turn with its passages as soon as these are known.
    """

    def tell(hits: tuple[Hit, ...]) -> None:
        if found:
            found(replace(turn, found=hits))

    try:
        if compare:
            turn = replace(turn, comparison=qa.compare(question, filters=turn.filters))
        else:
            answer = qa.ask(question, filters=turn.filters, after=after, found=tell)
            turn = replace(turn, answer=answer)
        sources = qa.documents()
        named = tuple(source for source in sources if source.id in turn.filters.documents)
        return replace(turn, documents=len(sources), named=named)
    except QuestionError:
        too_long = len(question) > MAX_QUESTION
        return replace(turn, problem=Problem.TOO_LONG if too_long else Problem.NO_WORDS)
    except StrategyQAError as error:
        return replace(turn, problem=Problem.OURS, detail=str(error))
    except Exception:
        log.exception("question %d of a session failed", turn.number)
        return replace(turn, problem=Problem.SURPRISE)


def shown(question: str) -> str:
    """What the page repeats of a question: its beginning, and only what can be sent back."""
    text = question.strip().encode(errors="replace").decode()
    return text if len(text) <= _SHOWN_QUESTION else text[:_SHOWN_QUESTION] + "…"


def halted(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """The turns, those without an outcome as stopped."""
    return tuple(t if t.done else replace(t, problem=Problem.STOPPED) for t in turns)


def find(turns: Sequence[Turn], number: int) -> Turn | None:
    """The turn with this number, if it is still kept."""
    return next((turn for turn in turns if turn.number == number), None)
