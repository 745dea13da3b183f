"""The evidence pane: an answer's citations and passages as HTML, every character escaped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from strategy_qa.app.actions import actions
from strategy_qa.app.card import citation_card, passage_card
from strategy_qa.app.conversation import Turn
from strategy_qa.app.filters import in_words
from strategy_qa.app.passages import passage_of
from strategy_qa.strings import Strings
from strategy_qa.types import Citation, Notice

_DOUBTS = 50  # lines shown; `strategy-qa status` has them all


def _no_picture(citation: Citation) -> str:
    return ""


def empty(s: Strings, *, linked: str = "") -> str:
    """The pane before the first answer; page.js asks the question `linked`, if there is one."""
    rules = "".join(f"<li>{escape(rule)}</li>" for rule in s.reading)
    ask = f' data-ask="{escape(linked)}"' if linked.strip() else ""
    return _pane(s, s.evidence, f'<ul class="reading"{ask}>{rules}</ul>')


def waiting(turn: Turn, s: Strings) -> str:
    """The pane while the documents are searched; page.js asks for the place of `turn` in line."""
    bones = '<div class="bone" aria-hidden="true"></div>' * 2
    said = f'<p class="quiet" data-place="{turn.key}" data-line="{escape(s.in_line)}">'
    return _pane(s, s.evidence, f"{said}{escape(s.searching)}…</p>{bones}")


def found(turn: Turn, s: Strings) -> str:
    """The pane while the sentences that answer are chosen from the passages found."""
    body = f'<p class="quiet">{escape(s.choosing)}…</p>'
    body += _listed([passage_card(hit, s) for hit in turn.hits], ordered=False)
    return _pane(s, s.evidence, body)


def gone(s: Strings) -> str:
    """The pane for an answer whose passages are no longer kept."""
    return _pane(s, s.evidence, f'<p class="quiet">{escape(s.evidence_gone)}</p>')


def evidence(
    turn: Turn,
    s: Strings,
    *,
    picked: int | None = None,
    picture: Callable[[Citation], str] = _no_picture,
    feedback: bool = False,
) -> str:
    """The pane of one turn.

    Args:
        turn: whose answer it is.
        s: the interface.
        picked: the card that comes selected.
        picture: the address of the picture of a citation's page, "" where there is none.
        feedback: whether the reader may say something of the answer.
    """
    asked = f'<p class="for">{escape(s.evidence_for)} <q><bdi>{escape(turn.question)}</bdi></q></p>'
    only = in_words(turn.filters, turn.named, s)
    asked += f'<p class="only">{escape(only)}</p>' if only else ""
    if turn.asked is not None:
        asked += actions(turn, s, feedback=feedback)
    if not (turn.citations or turn.hits):
        body = f'<p class="quiet">{escape(s.evidence_none)}</p>'
        return _pane(s, s.evidence, asked + body, turn=turn.number)
    if not turn.citations:
        body = f'<p class="quiet">{escape(s.evidence_nearest_hint)}</p>'
        body += _listed([passage_card(hit, s) for hit in turn.hits], ordered=False)
        return _pane(s, s.evidence_nearest, asked + body, turn=turn.number)
    cards = [
        citation_card(
            citation,
            turn,
            s,
            picked=citation.number == picked,
            picture=picture(citation),
        )
        for citation in turn.citations
    ]
    return _pane(s, s.evidence, asked + _listed(cards) + _others(turn, s), turn=turn.number)


def line(text: str, s: Strings) -> str:
    """One line of the interface."""
    return f'<p lang="{s.code}">{escape(text)}</p>'


def doubts(notices: Sequence[Notice], s: Strings) -> str:
    """What a reader should know of the documents (scans, files left out), folded; "" for none."""
    if not notices:
        return ""
    items = "".join(
        f"<li>{escape(notice.subject)}: {escape(notice.reason)}</li>"
        for notice in notices[:_DOUBTS]
    )
    summary = escape(s.doubts.format(number=len(notices)))
    return (
        f'<details lang="{s.code}"><summary>{summary}</summary><ul lang="en">{items}</ul></details>'
    )


def _others(turn: Turn, s: Strings) -> str:
    cited = {hit.chunk.id for c in turn.citations if (hit := passage_of(c, turn.hits))}
    rest = [passage_card(hit, s) for hit in turn.hits if hit.chunk.id not in cited]
    if not rest:
        return ""
    summary = f"<summary>{escape(s.others.format(count=len(rest)))}</summary>"
    return f'<details class="others">{summary}{_listed(rest, ordered=False)}</details>'


def _listed(cards: list[str], *, ordered: bool = True) -> str:
    tag = "ol" if ordered else "ul"
    return f'<{tag} class="cards">{"".join(f"<li>{card}</li>" for card in cards)}</{tag}>'


def _pane(s: Strings, heading: str, body: str, *, turn: int = 0) -> str:
    return (
        f'<section class="pane" lang="{s.code}" data-turn="{turn}" aria-label="{escape(heading)}">'
        f"<h2>{escape(heading)}</h2>{body}</section>"
    )
