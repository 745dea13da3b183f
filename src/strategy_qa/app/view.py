"""What the page shows, as HTML and values: a function of turns, filters and interface language."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from strategy_qa.app import cards, filters
from strategy_qa.app.conversation import Turn
from strategy_qa.app.pictures import PagePictures
from strategy_qa.errors import StrategyQAError
from strategy_qa.qa import StrategyQA
from strategy_qa.strings import Strings
from strategy_qa.types import Filters, Source


class View:
    """Renders for one opened `qa`."""

    def __init__(
        self, qa: StrategyQA, *, pictures: PagePictures | None, feedback: bool, signed_in: bool
    ) -> None:
        self._qa, self._pictures = qa, pictures
        self._feedback, self._signed_in = feedback, signed_in

    def evidence(self, turn: Turn, s: Strings, *, picked: int | None = None) -> str:
        """The evidence pane of one turn."""
        if not turn.done:
            return cards.waiting(turn, s)
        if self._pictures is None:
            return cards.evidence(turn, s, picked=picked, feedback=self._feedback)
        return cards.evidence(
            turn, s, picked=picked, picture=self._pictures.address, feedback=self._feedback
        )

    def heading(self, s: Strings) -> str:
        """The head of the page with its ways to other pages."""
        # They open apart: leaving the page ends the conversation.
        links = "".join(
            f'<a href="{path}" target="_blank" rel="noopener">{escape(said)}</a>'
            for path, said in (("documents", s.documents), ("about", s.about))
        )
        leave = (
            f'<form method="post" action="logout"><button>{escape(s.sign_out)}</button></form>'
            if self._signed_in
            else ""
        )
        return (
            f'<div lang="{s.code}"><h1>{escape(s.title)}</h1><p>{escape(s.tagline)}</p>'
            f"<nav>{links}{leave}</nav></div>"
        )

    def chat(self, s: Strings) -> dict[str, Any]:
        """The conversation while it is empty."""
        lead = (
            f'<div class="invitation"><h2>{escape(s.invitation)}</h2>'
            f"<p>{escape(s.invitation_hint)}</p></div>"
        )
        return {
            "label": s.conversation,
            "placeholder": lead,
            "examples": [{"text": question} for question in s.examples],
        }

    def box(self, s: Strings) -> dict[str, Any]:
        """The box for the question."""
        return {"label": s.box_label, "placeholder": s.box_hint}

    def form(self, chosen: Filters, s: Strings) -> str:
        """The filters."""
        return filters.form(chosen, self.sources(), s)

    def only(self, chosen: Filters, s: Strings) -> str:
        """What is chosen, in words; "" for everything."""
        said = filters.in_words(chosen, self.sources(), s)
        return cards.line(said, s) if said else ""

    def take(self, turns: Sequence[Turn], s: Strings) -> str:
        """The ways to take the conversation away, "" before there is one."""
        if not any(turn.asked for turn in turns):
            return ""
        kinds = (
            ("docx", s.take_word), ("md", s.take_markdown), ("html", s.take_print),
            ("bib", s.take_bibtex),
        )  # fmt: skip
        buttons = "".join(
            f'<button type="button" data-take="{kind}">{escape(said)}</button>'
            for kind, said in kinds
        )
        last = turns[-1]
        link = escape(filters.address(last.question, last.filters))
        return (
            f'<div class="take" lang="{s.code}" role="group" aria-label="{escape(s.take)}">'
            f'<span>{escape(s.take)}</span>{buttons}<button type="button" data-link="{link}"'
            f' data-said="{escape(s.copied)}">{escape(s.take_link)}</button></div>'
        )

    def status(self, s: Strings) -> str:
        """The line at the foot: which index answers."""
        try:
            now = self._qa.status()
        except StrategyQAError as error:
            return cards.line(f"{s.status_missing} {error}", s)
        made = now.created.strftime("%Y-%m-%d %H:%M %Z").strip()
        line = s.status.format(documents=now.documents, build=now.build, created=made)
        return cards.line(line, s) + cards.doubts((*now.warnings, *now.failures), s)

    def sources(self) -> tuple[Source, ...]:
        """Of the documents in the index, () while there is none."""
        try:
            return self._qa.documents()
        except StrategyQAError:
            return ()
