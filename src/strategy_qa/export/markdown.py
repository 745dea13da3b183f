"""Answers as Markdown, with a numbered bibliography."""

from __future__ import annotations

import re
from collections.abc import Sequence

from strategy_qa.export.bibliography import Bibliography, bibliography
from strategy_qa.export.pieces import Asked, claims_of, differences, nearest, trust_text
from strategy_qa.strings import Strings, strings
from strategy_qa.types import Claim

_SIGNS = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&=:^@\"'])")


def to_markdown(answers: Sequence[Asked], *, language: str = "en") -> str:
    """The answers one after the other, then their sources.

    Every sign of a document or a question that Markdown could take for its own is escaped.
    """
    w, sources = strings(language), bibliography(answers, language=language)
    builds = ", ".join(dict.fromkeys(answer.index_build for answer in answers))
    parts = (
        [f"# {w.export_title}", escape(w.export_made.format(build=builds))]
        if answers
        else [f"# {w.export_title}"]
    )
    for answer in answers:
        parts += _answer(answer, sources, w)
    if sources.entries:
        parts.append(f"## {w.export_sources}")
        parts += [f"{entry.number}. {escape(entry.text)}" for entry in sources.entries]
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """`text` on one line as Markdown that reads as exactly that text."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def _answer(answer: Asked, sources: Bibliography, w: Strings) -> list[str]:
    parts = [f"## {escape(answer.question)}"]
    if not claims_of(answer):
        near = [f"- {escape(hit.source.title)}: {escape(hit.text)}" for hit in nearest(answer)]
        parts.append(f"*{escape(w.abstained)}*")
        return [*parts, escape(w.export_nearest), "\n".join(near)] if near else parts
    parts += [_claim(claim, sources) for claim in claims_of(answer)]
    parts += [f"**{escape(line)}**" for line in differences(answer, sources.number_of, w)]
    trust = trust_text(answer, w)
    return [*parts, f"*{trust}*"] if trust else parts


def _claim(claim: Claim, sources: Bibliography) -> str:
    numbers = dict.fromkeys(sources.number_of(citation) for citation in claim.citations)
    return escape(claim.text) + "".join(f" \\[{number}\\]" for number in numbers)
