"""Answers as one HTML file that prints well, with a numbered bibliography."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from strategy_qa.export.bibliography import Bibliography, bibliography
from strategy_qa.export.pieces import Asked, claims_of, differences, nearest, trust_text
from strategy_qa.strings import Strings, strings
from strategy_qa.types import Claim

_STYLE = """
@page { size: A4; margin: 22mm 20mm; }
body { font: 11pt/1.5 system-ui, sans-serif; color: #1c2524; max-width: 42em; margin: 2em auto; padding: 0 1em; overflow-wrap: anywhere; }
h1 { font-size: 17pt; line-height: 1.25; } h2 { font-size: 13pt; margin: 2em 0 .5em; break-after: avoid; }
p, li { margin: .5em 0; unicode-bidi: plaintext; } .soft { color: #56625f; font-size: 9.5pt; }
.silent { border: 1.5px dashed #56625f; border-radius: 6px; padding: .6em .9em; }
a { color: #0b5f59; text-decoration: none; } ol { padding-left: 2em; }
li { break-inside: avoid; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
"""  # noqa: E501  (rules of a style sheet read best one to a line)


def to_html(answers: Sequence[Asked], *, language: str = "en") -> str:
    """A whole HTML document without scripts; it loads nothing from anywhere."""
    w, sources = strings(language), bibliography(answers, language=language)
    builds = ", ".join(dict.fromkeys(answer.index_build for answer in answers))
    made = f'<p class="soft">{escape(w.export_made.format(build=builds))}</p>' if answers else ""
    body = "".join(_answer(answer, sources, w) for answer in answers)
    entries = "".join(
        f'<li id="source-{entry.number}">{escape(entry.text)}</li>' for entry in sources.entries
    )
    listed = f"<h2>{escape(w.export_sources)}</h2><ol>{entries}</ol>" if entries else ""
    return (
        f'<!doctype html>\n<html lang="{w.code}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        " style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(w.export_title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(w.export_title)}</h1>{made}{body}{listed}</body></html>\n"
    )


def _answer(answer: Asked, sources: Bibliography, w: Strings) -> str:
    head = f"<h2>{escape(answer.question)}</h2>"
    if not claims_of(answer):
        near = "".join(
            f"<li>{escape(hit.source.title)}: {escape(hit.text)}</li>" for hit in nearest(answer)
        )
        passages = f'<p class="soft">{escape(w.export_nearest)}</p><ul class="soft">{near}</ul>'
        return f'{head}<p class="silent">{escape(w.abstained)}</p>{passages if near else ""}'
    trust = trust_text(answer, w)
    said = f'<p class="soft">{escape(trust)}</p>' if trust else ""
    claims = "".join(_claim(claim, answer, sources) for claim in claims_of(answer))
    differ = "".join(
        f"<p><b>{escape(line)}</b></p>" for line in differences(answer, sources.number_of, w)
    )
    return f"{head}{claims}{differ}{said}"


def _claim(claim: Claim, answer: Asked, sources: Bibliography) -> str:
    numbers = dict.fromkeys(sources.number_of(citation) for citation in claim.citations)
    links = "".join(f' <a href="#source-{number}">[{number}]</a>' for number in numbers)
    spoken = claim.citations[0].language if claim.citations else answer.language
    return f'<p lang="{escape(spoken)}">{escape(claim.text)}{links}</p>'
