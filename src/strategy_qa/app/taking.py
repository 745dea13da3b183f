"""The conversation as a file to take away."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime

from strategy_qa.app.conversation import Turn
from strategy_qa.export import to_bibtex, to_docx, to_html, to_markdown
from strategy_qa.strings import Strings

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown;charset=utf-8",
    "html": "text/html;charset=utf-8",
    "bib": "application/x-bibtex;charset=utf-8",
}


def file_of(turns: Sequence[Turn], kind: str, s: Strings) -> dict[str, str] | None:
    """Name, type, content in base64, and what to say; None for a kind that does not exist."""
    answers = [turn.asked for turn in turns if turn.asked is not None]
    if kind not in _TYPES:
        return None
    data = (
        to_docx(answers, language=s.code)
        if kind == "docx"
        else {"md": to_markdown, "html": to_html, "bib": to_bibtex}[kind](
            answers, language=s.code
        ).encode("utf-8", "replace")
    )
    name = f"strategy-qa-{datetime.now(UTC):%Y-%m-%d}.{kind}"
    said = s.saved.format(name=name)
    return {
        "name": name, "type": _TYPES[kind], "data": base64.b64encode(data).decode(), "said": said,
    }  # fmt: skip
