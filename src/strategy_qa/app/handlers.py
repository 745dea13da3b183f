"""What the events of the page do: each handler takes values and gives values.

Imported only when the page is built, after Gradio's telemetry is switched off.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import gradio as gr

from strategy_qa.app import cards, conversation, taking
from strategy_qa.app.conversation import KEPT_TURNS, Turn
from strategy_qa.app.desk import Desk
from strategy_qa.app.filters import read_filters
from strategy_qa.app.language import spoken
from strategy_qa.app.messages import messages
from strategy_qa.app.page import ASKING
from strategy_qa.app.view import View
from strategy_qa.errors import StrategyQAError
from strategy_qa.feedback import feedback_on, keep
from strategy_qa.settings import ChatSettings
from strategy_qa.strings import Strings, strings
from strategy_qa.types import Filters

Turns = tuple[Turn, ...]

_FIELDS = ("document", "language", "publisher", "kind", "first", "last", "originals")


class Handlers:
    """Handlers over one desk and one view."""

    def __init__(self, desk: Desk, view: View, settings: ChatSettings) -> None:
        self._desk, self._view, self._settings = desk, view, settings

    def _show(self, turns: Turns, chosen: Filters, s: Strings, linked: str = "") -> list[Any]:
        """Values for `everything`: all that speaks the interface language."""
        return [
            self._view.heading(s),
            gr.update(value=s.code, label=s.choose_language),
            gr.update(
                **self._view.chat(s),
                **({"value": messages(turns, s)} if turns else {}),
            ),
            self._view.take(turns, s),
            self._view.form(chosen, s),
            self._view.only(chosen, s),
            gr.update(**self._view.box(s), interactive=True),
            gr.update(value=s.send, interactive=True),
            gr.update(value=s.compare, interactive=True),
            gr.update(value=s.stop),
            self._view.evidence(turns[-1], s) if turns else cards.empty(s, linked=linked),
            self._view.status(s),
        ]

    def start(self, turns: Turns, request: gr.Request) -> list[Any]:
        """The page as it opens: language, filters and question from cookie, browser and address."""
        s = spoken(request.headers, request.cookies)
        params = request.query_params
        fields = {name: params.getlist(name) for name in _FIELDS if name in params}
        chosen = read_filters(fields, self._view.sources())
        return [*self._show(turns, chosen, s, linked=params.get("q", "")), chosen]

    def switch(self, turns: Turns, chosen: Filters, code: str) -> list[Any]:
        """Everything again in the other language."""
        return self._show(turns, chosen, strings(code))

    async def ask(
        self, question: str, turns: Turns, chosen: Filters, code: str, *, compare: bool = False
    ) -> AsyncGenerator[list[Any]]:
        """Ask; shows the passages as soon as they are found, and then the answer."""
        if not question or not question.strip():
            yield [gr.skip()] * len(ASKING)
            return
        s, number = strings(code), turns[-1].number + 1 if turns else 1
        turn = conversation.turn_of(question, number=number, interface=code, filters=chosen)
        earlier = [asked.question for asked in turns if asked.asked]
        turns = (*conversation.halted(turns), turn)[-KEPT_TURNS:]
        shown = {
            "turns": turns,
            "chat": messages(turns, s),
            "panel": self._view.evidence(turn, s),
            "box": "",
            "take": self._view.take(turns, s),
            "status": self._view.status(s),
        }
        yield _values(shown)
        # Only the box is skipped, because somebody may be writing in it. A skip makes Gradio build
        # the component anew, which costs more than the same value again.
        shown["box"] = gr.skip()
        async with aclosing(self._desk.ask(question, turn, after=earlier, compare=compare)) as news:
            async for turn in news:
                if not turn.done:
                    yield _values(shown | {"panel": cards.found(turn, s)})
        turns = (*turns[:-1], turn)
        yield _values(
            {
                "turns": turns,
                "chat": messages(turns, s, fresh=turn),
                "panel": self._view.evidence(turn, s),
                # A refused question comes back to be mended.
                "box": gr.skip() if turn.asked else question,
                "take": self._view.take(turns, s),
                "status": self._view.status(s),
            }
        )

    async def compare(
        self, question: str, turns: Turns, chosen: Filters, code: str
    ) -> AsyncGenerator[list[Any]]:
        """Put the question to each document by itself."""
        async with aclosing(self.ask(question, turns, chosen, code, compare=True)) as steps:
            async for step in steps:
                yield step

    def stopped(self, turns: Turns, code: str) -> list[Any]:
        """The page after a reader has stopped a question."""
        s, turns = strings(code), conversation.halted(turns)
        last = next((turn for turn in reversed(turns) if turn.asked), None)
        pane = self._view.evidence(last, s) if last else cards.empty(s)
        return [turns, messages(turns, s), pane]

    def pick(self, turns: Turns, code: str, event: gr.EventData) -> str:
        """The evidence of an older answer, with the card picked."""
        s, turn = strings(code), conversation.find(turns, int(event.turn))
        return self._view.evidence(turn, s, picked=int(event.number)) if turn else cards.gone(s)

    async def ask_linked(
        self, turns: Turns, chosen: Filters, code: str, event: gr.EventData
    ) -> AsyncGenerator[list[Any]]:
        """Ask the question that came with the address."""
        async with aclosing(self.ask(str(event.question), turns, chosen, code)) as steps:
            async for step in steps:
                yield step

    async def ask_example(
        self, turns: Turns, chosen: Filters, code: str, event: gr.SelectData
    ) -> AsyncGenerator[list[Any]]:
        """Ask an example."""
        async with aclosing(self.ask(event.value["text"], turns, chosen, code)) as steps:
            async for step in steps:
                yield step

    def choose(self, code: str, event: gr.EventData) -> list[Any]:
        """The filters as the form has them now."""
        s = strings(code)
        given = event.fields if isinstance(event.fields, dict) else {}
        fields = {
            name: [str(v) for v in given[name]]
            for name in _FIELDS
            if isinstance(given.get(name), list)
        }
        chosen = read_filters(fields, self._view.sources())
        return [chosen, self._view.only(chosen, s)]

    def take(self, turns: Turns, code: str, event: gr.EventData) -> dict[str, str] | None:
        """The conversation as a file."""
        return taking.file_of(turns, str(event.kind), strings(code))

    def said(self, turns: Turns, code: str, event: gr.EventData) -> dict[str, str]:
        """Keep what a reader says of an answer."""
        s, turn = strings(code), conversation.find(turns, int(event.turn))
        if not self._settings.feedback or turn is None or turn.answer is None:
            return {"said": s.feedback_failed}
        word = feedback_on(turn.answer, helpful=bool(event.helpful), id_=turn.key)
        reason = str(event.reason) if str(event.reason) in s.reasons else ""
        try:
            keep(self._settings.feedback_file, replace(word, reason=reason, note=str(event.note)))
        except StrategyQAError:
            conversation.log.exception("feedback was not kept")
            return {"said": s.feedback_failed}
        return {"said": s.thanks}

    def clear(self, code: str) -> list[Any]:
        """A new conversation."""
        return [(), cards.empty(strings(code)), ""]


def _values(shown: dict[str, Any]) -> list[Any]:
    return [shown[name] for name in ASKING]
