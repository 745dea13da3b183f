"""Answers as a Word document, with a numbered bibliography."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from strategy_qa.export.bibliography import Bibliography, bibliography
from strategy_qa.export.pieces import Asked, claims_of, differences, nearest, trust_text
from strategy_qa.strings import Strings, strings
from strategy_qa.types import Claim

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

# What XML 1.0 cannot hold (its section 2.2).
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_docx(answers: Sequence[Asked], *, language: str = "en") -> bytes:
    """The bytes of a .docx file: a heading for each question, its answer, and the sources."""
    import docx

    w, sources = strings(language), bibliography(answers, language=language)
    document: WordDocument = docx.Document()
    about = document.core_properties
    about.title, about.author, about.comments, about.language = w.export_title, "", "", w.code
    about.created = about.modified = datetime.now(UTC).replace(tzinfo=None)
    document.add_heading(w.export_title, 0)
    if answers:
        builds = ", ".join(dict.fromkeys(answer.index_build for answer in answers))
        document.add_paragraph(_clean(w.export_made.format(build=builds)))
    for answer in answers:
        _answer(document, answer, sources, w)
    if sources.entries:
        document.add_heading(w.export_sources, 1)
    for entry in sources.entries:
        # The number is text, not Word's own list numbering: it must survive being copied.
        document.add_paragraph(_clean(f"[{entry.number}] {entry.text}"))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _answer(document: WordDocument, answer: Asked, sources: Bibliography, w: Strings) -> None:
    document.add_heading(_clean(answer.question), 1)
    if not claims_of(answer):
        document.add_paragraph().add_run(w.abstained).italic = True
        if nearest(answer):
            document.add_paragraph(w.export_nearest)
        for hit in nearest(answer):
            document.add_paragraph(_clean(f"{hit.source.title}: {hit.text}"), style="List Bullet")
        return
    for claim in claims_of(answer):
        document.add_paragraph(_clean(claim.text) + _numbers(claim, sources))
    for line in differences(answer, sources.number_of, w):
        document.add_paragraph().add_run(_clean(line)).bold = True
    if trust := trust_text(answer, w):
        document.add_paragraph().add_run(trust).italic = True


def _numbers(claim: Claim, sources: Bibliography) -> str:
    numbers = dict.fromkeys(sources.number_of(citation) for citation in claim.citations)
    return "".join(f" [{number}]" for number in numbers)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
