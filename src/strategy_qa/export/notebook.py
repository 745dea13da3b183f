"""Results as pieces of HTML for a notebook: everything escaped, nothing loaded, no style sheet.

Colours are left to the notebook, which may be light or dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlsplit

from strategy_qa.comparison import NO_MENTION
from strategy_qa.export.bibliography import place_text
from strategy_qa.export.pieces import Asked, nearest, trust_text
from strategy_qa.render import conflict_text, edition_text, pages_text
from strategy_qa.strings import Strings, strings
from strategy_qa.types import Answer, Citation, Hit, Source

_SHOWN = 300  # characters of a passage


def asked_html(asked: Asked) -> str:
    """An answer with its citations, or a comparison as a table of documents."""
    w = strings(asked.language)
    head = f"<p><strong>{escape(asked.question)}</strong></p>"
    if isinstance(asked, Answer):
        body = _answer(asked, w)
    else:
        nothing = NO_MENTION.get(asked.language, NO_MENTION["en"])
        rows = [
            (_link(m.source), escape(m.citation.quote if m.citation else nothing),
             escape(place_text(m.citation, w)) if m.citation else "")
            for m in asked.mentions
        ]  # fmt: skip
        body = _table(
            ("", w.export_sources, "", ""), ((str(n), *row) for n, row in enumerate(rows, 1))
        )
    return f'<div lang="{escape(w.code)}">{head}{body}</div>'


def hits_html(hits: Sequence[Hit]) -> str:
    """Passages as a table, best first."""
    rows = (
        (
            str(rank),
            _link(hit.source),
            escape(" · ".join(filter(None, (hit.section, pages_text(hit))))),
            escape(_shortened(hit.text)),
            f"{hit.score:.2f}",
        )
        for rank, hit in enumerate(hits, start=1)
    )
    return _table(("", "Document", "Place", "Passage", "Score"), rows)


def documents_html(sources: Sequence[Source]) -> str:
    """Documents as a table, by id."""
    rows = (
        (escape(source.id), _link(source), escape(source.publisher), str(source.year or ""),
         escape(source.language), escape(source.kind), escape(str(source.edition)))
        for source in sources
    )  # fmt: skip
    return _table(("Id", "Title", "Publisher", "Year", "Language", "Kind", "Edition"), rows)


def _answer(answer: Answer, w: Strings) -> str:
    if answer.abstained:
        near = "".join(
            f"<li>{_link(hit.source)}: {escape(_shortened(hit.text))}</li>"
            for hit in nearest(answer)
        )
        passages = (
            f"<p><small>{escape(w.export_nearest)}</small></p><ul>{near}</ul>" if near else ""
        )
        return f"<p><em>{escape(w.abstained)}</em></p>{passages}"
    claims = "".join(
        f"<p>{escape(claim.text)}" + "".join(f" [{c.number}]" for c in claim.citations) + "</p>"
        for claim in answer.claims
    )
    claims += "".join(
        f"<p><b>{escape(conflict_text(conflict, language=w.code))}</b></p>"
        for conflict in answer.conflicts
    )
    cited = "".join(f"<p><small>{_reference(c, w)}</small></p>" for c in answer.citations)
    return f"{claims}<p><small>{escape(trust_text(answer, w))}</small></p>{cited}"


def _reference(citation: Citation, w: Strings) -> str:
    source = citation.source
    parts = (
        _link(source),
        escape(source.publisher),
        str(source.year or ""),
        escape(edition_text(source, w)),
        escape(place_text(citation, w)),
    )
    quote = escape(w.export_quote.format(quote=citation.quote))
    return f"[{citation.number}] {' · '.join(filter(None, parts))}<br>{quote}"


def _link(source: Source) -> str:
    """The title, linked where the address is one of the web: a catalogue may hold anything."""
    title = escape(source.title)
    if not _is_web(source.url):
        return title
    return f'<a href="{escape(source.url)}" rel="noreferrer" target="_blank">{title}</a>'


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are HTML."""
    left = ' style="text-align: left; vertical-align: top"'
    names = "".join(f"<th{left}>{name}</th>" for name in head)
    lines = "".join(f"<tr>{''.join(f'<td{left}>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table>"


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN].rstrip()} …"
