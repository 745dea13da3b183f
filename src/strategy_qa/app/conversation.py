"""The conversation as values: turns, and the chat messages they are shown as.

Nothing here knows Gradio; a message is a dict of role and content. The content is one line of
HTML in which every character of a document or a question is a plain letter or an entity, so that
neither Markdown nor HTML nor LaTeX in it can mean anything.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from strategy_qa.app.filters import in_words
from strategy_qa.app.strings import Strings
from strategy_qa.errors import QuestionError, StrategyQAError
from strategy_qa.export.words import level, words
from strategy_qa.qa import StrategyQA
from strategy_qa.question import MAX_QUESTION
from strategy_qa.text import detect_language
from strategy_qa.types import Answer, Citation, Claim, Comparison, Filters, Hit, Source

log = logging.getLogger(__name__)

KEPT_TURNS = 30  # a turn holds some 15 kB of passages, and 500 sessions are kept
_SHOWN_QUESTION = 400  # characters of a question that the page repeats
_TABLE = {code: f"&#{code};" for code in range(0x21, 0x7F) if not chr(code).isalnum()}
_TABLE[ord("\n")] = "<br>"


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
    spoken = detect_language(repeated, default=interface)
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


def literal(text: str) -> str:
    """`text` as HTML that shows exactly its characters, inside Markdown too."""
    return text.translate(_TABLE)


def messages(
    turns: Sequence[Turn], s: Strings, *, fresh: Turn | None = None
) -> list[dict[str, str]]:
    """The turns as chat messages; the sentences of the one that is `fresh` appear one by one."""
    return [
        message
        for turn in turns
        for message in (asked(turn.question), _replied(turn, s, fresh=turn is fresh))
    ]


def asked(question: str) -> dict[str, str]:
    """A question as the user's message."""
    return {"role": "user", "content": f'<div class="asked">{literal(question)}</div>'}


def searching(s: Strings) -> dict[str, str]:
    """The message that stands where the answer will be."""
    return _reply("searching", f"<p>{literal(s.searching)}</p>")


def _replied(turn: Turn, s: Strings, *, fresh: bool) -> dict[str, str]:
    if turn.comparison is not None:
        return _reply("compared", _table(turn.comparison, turn, s))
    if turn.answer is None:
        return _reply("problem", "".join(f"<p>{literal(line)}</p>" for line in _regret(turn, s)))
    searched = _searched(turn.answer, s)
    if turn.answer.abstained:
        only = in_words(turn.filters, turn.named, s)
        hint = f"{only}. " if only else s.abstained_count.format(documents=turn.documents) + " "
        hint += s.abstained_hint
        return _reply("abstained", f"<p>{literal(s.abstained)}</p><p>{literal(hint)}</p>{searched}")
    w = words(s.code)
    trust = w.confidence.format(level=w.levels[level(turn.answer.confidence)])
    claims = "".join(_claim(claim, turn, s) for claim in turn.answer.claims)
    kind = "answer fresh" if fresh else "answer"
    return _reply(kind, f'{searched}{claims}<p class="trust">{literal(trust)}</p>')


def _searched(answer: Answer, s: Strings) -> str:
    """The question as it was searched, where a follow-up was completed."""
    if answer.searched in ("", answer.question):
        return ""
    said = s.completed.format(question=shown(answer.searched))
    return f'<p class="searched">{literal(said)}</p>'


def _regret(turn: Turn, s: Strings) -> tuple[str, ...]:
    match turn.problem:
        case Problem.TOO_LONG:
            return (s.too_long.format(limit=MAX_QUESTION),)
        case Problem.NO_WORDS:
            return (s.no_words,)
        case Problem.OURS:
            return (s.problem, turn.detail)
        case Problem.BUSY:
            return (s.busy,)
        case Problem.TOO_LATE:
            return (s.too_late,)
        case Problem.STOPPED:
            return (s.stopped,)
        case _:
            return (s.surprise,)


def _table(comparison: Comparison, turn: Turn, s: Strings) -> str:
    """A row for each document that says something, and how many say nothing."""
    if not comparison.found:
        return f"<p>{literal(s.compare_nothing)}</p>"
    rows = "".join(
        f'<tr><th scope="row">{literal(c.source.title)}<br><span class="edition">'
        f"{literal(s.editions[c.source.edition])}</span></th>"
        f'<td lang="{literal(c.language)}">{literal(c.quote)}{_link(c, turn, s)}</td></tr>'
        for c in comparison.citations
    )
    silent = len(comparison.mentions) - len(comparison.found)
    rest = f"<p>{literal(s.compare_silent.format(number=silent))}</p>" if silent else ""
    return (
        f"<p>{literal(s.compare_hint)}</p><table><thead><tr><th>{literal(s.compare_document)}</th>"
        f"<th>{literal(s.compare_quote)}</th></tr></thead><tbody>{rows}</tbody></table>{rest}"
    )


def _claim(claim: Claim, turn: Turn, s: Strings) -> str:
    links = "".join(_link(citation, turn, s) for citation in claim.citations)
    return f'<p lang="{literal(_language(claim, turn))}">{literal(claim.text.strip())}{links}</p>'


def _link(citation: Citation, turn: Turn, s: Strings) -> str:
    return (
        f' <a class="cite" href="#cite-{turn.number}-{citation.number}"'
        f' title="{literal(s.show_quote.format(number=citation.number))}">'
        f"&#91;{citation.number}&#93;</a>"
    )


def _language(claim: Claim, turn: Turn) -> str:
    return claim.citations[0].language if claim.citations else turn.language


def _reply(kind: str, html: str) -> dict[str, str]:
    return {"role": "assistant", "content": f'<div class="reply {kind}">{html}</div>'}


def find(turns: Sequence[Turn], number: int) -> Turn | None:
    """The turn with this number, if it is still kept."""
    return next((turn for turn in turns if turn.number == number), None)
