"""The turns of a conversation as chat messages.

Nothing here knows Gradio; a message is a dict of role and content. The content is one line of
HTML in which every character of a document or a question is a plain letter or an entity, so that
neither Markdown nor HTML nor LaTeX in it can mean anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from strategy_qa.app.conversation import Problem, Turn, shown
from strategy_qa.app.filters import in_words
from strategy_qa.confidence import confidence_text
from strategy_qa.question import MAX_QUESTION
from strategy_qa.strings import Strings, strings
from strategy_qa.types import Answer, Citation, Claim, Comparison, Conflict

_TABLE = {code: f"&#{code};" for code in range(0x21, 0x7F) if not chr(code).isalnum()}
_TABLE[ord("\n")] = "<br>"


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


def _replied(turn: Turn, s: Strings, *, fresh: bool) -> dict[str, str]:
    if turn.comparison is not None:
        return _reply("compared", _table(turn.comparison, turn, s))
    if not turn.done:
        return _reply("searching", f"<p>{literal(s.searching)}</p>")
    if turn.answer is None:
        return _reply("problem", "".join(f"<p>{literal(line)}</p>" for line in _regret(turn, s)))
    searched = _searched(turn.answer, s)
    if turn.answer.abstained:
        only = in_words(turn.filters, turn.named, s)
        hint = f"{only}. " if only else s.abstained_count.format(documents=turn.documents) + " "
        hint += s.abstained_hint
        return _reply("abstained", f"<p>{literal(s.abstained)}</p><p>{literal(hint)}</p>{searched}")
    w = strings(s.code)
    trust = confidence_text(turn.answer.confidence, w)
    claims = "".join(_claim(claim, turn, s) for claim in turn.answer.claims)
    claims += "".join(_conflict(conflict, turn, s) for conflict in turn.answer.conflicts)
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


def _conflict(conflict: Conflict, turn: Turn, s: Strings) -> str:
    """What the sources say differently, each reading with the document that says so."""
    cited = {citation.number: citation for citation in turn.citations}
    rows = ""
    for reading in conflict.readings:
        citation = cited[reading.citation]
        title = f"{literal(citation.source.title)}{_link(citation, turn, s)}"
        rows += f"<li><strong>{literal(reading.text)}</strong> {title}</li>"
    said = f"<p>{literal(s.sources_differ)}</p><ul>{rows}</ul><p>{literal(s.differ_hint)}</p>"
    return f'<div class="differ">{said}</div>'


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
