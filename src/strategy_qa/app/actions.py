"""What a reader can do with one answer: copy it with its references, say whether it helped."""

from __future__ import annotations

from html import escape

from strategy_qa.app.conversation import Turn
from strategy_qa.export.bibliography import apa, indexed_on, place_text
from strategy_qa.export.pieces import Asked, claims_of, differences
from strategy_qa.strings import Strings, strings


def actions(turn: Turn, s: Strings, *, feedback: bool) -> str:
    """The buttons of an answer, and the form that a thumb down opens."""
    copy = ""
    if turn.asked and turn.citations:
        text = escape(copied_text(turn.asked, s))
        copy = (
            f'<button type="button" data-copy="{text}" data-said="{escape(s.copied)}">'
            f"{escape(s.copy_answer)}</button>"
        )
    if not feedback or turn.answer is None:
        return f'<div class="actions">{copy}</div>' if copy else ""
    thumbs = "".join(
        f'<button type="button" data-helpful="{value}" aria-pressed="false">{escape(said)}</button>'
        for value, said in (("yes", s.helpful), ("no", s.unhelpful))
    )
    options = "".join(
        f'<option value="{escape(key)}">{escape(said)}</option>' for key, said in s.reasons.items()
    )
    form = (
        f'<form class="reason" hidden><label>{escape(s.reason_ask)}<select name="reason">{options}'
        f"</select></label><label>{escape(s.reason_note)}"
        f'<textarea name="note" maxlength="1000" rows="2"></textarea></label>'
        f"<button>{escape(s.reason_send)}</button></form>"
    )
    return f'<div class="actions">{copy}{thumbs}</div>{form}'


def copied_text(asked: Asked, s: Strings) -> str:
    """The answer and its references as plain text, to paste anywhere."""
    w, day = strings(s.code), indexed_on(asked.index_build)
    references = [
        f"[{c.number}] " + apa(c.source, language=s.code, place=place_text(c, w), indexed=day)
        for c in asked.citations
    ]
    said = "\n".join(
        claim.text + "".join(f" [{c.number}]" for c in claim.citations)
        for claim in claims_of(asked)
    )
    differ = "".join(f"\n{line}" for line in differences(asked, lambda c: c.number, w))
    return f"{asked.question}\n\n{said}{differ}\n\n" + "\n".join(references)
