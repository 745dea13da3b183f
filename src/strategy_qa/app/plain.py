"""The pages beside the chat, as plain HTML without scripts: sign-in, documents, about."""

# No postponed annotations: FastAPI reads them, and its names are local (the import is slow).
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from strategy_qa.app.card import host_of
from strategy_qa.app.language import spoken
from strategy_qa.errors import StrategyQAError
from strategy_qa.qa import StrategyQA
from strategy_qa.status import IndexStatus
from strategy_qa.strings import Strings
from strategy_qa.types import Notice, Source

if TYPE_CHECKING:
    from fastapi import FastAPI


def add_pages(app: "FastAPI", qa: StrategyQA) -> None:
    """Add `/documents` and `/about` to an app."""
    from fastapi import Request
    from fastapi.responses import HTMLResponse

    @app.get("/documents")
    def documents(request: Request) -> HTMLResponse:
        s = spoken(request.headers, request.cookies)
        try:
            status = qa.status()
            pages = {source.id: len(qa.document(source.id).pages) for source in status.sources}
        except (StrategyQAError, KeyError):  # KeyError: a build took another's place meanwhile
            return _without_index(s)
        return HTMLResponse(documents_page(status, pages, s))

    @app.get("/about")
    def about(request: Request) -> HTMLResponse:
        s = spoken(request.headers, request.cookies)
        try:
            return HTMLResponse(about_page(qa.status(), s))
        except StrategyQAError:
            return _without_index(s)

    def _without_index(s: Strings) -> HTMLResponse:
        body = f"<p>{escape(s.status_missing)}</p>"
        return HTMLResponse(sheet(s, s.title, body), status_code=503)


def sheet(s: Strings, title: str, body: str, *, home: bool = True) -> str:
    """A whole page with a heading and, unless it is the first one seen, the way back."""
    style = files("strategy_qa.app").joinpath("plain.css").read_text(encoding="utf-8")
    back = f'<nav><a href="./">← {escape(s.back)}</a></nav>' if home else ""
    return (
        f'<!doctype html><html lang="{s.code}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)} · {escape(s.title)}</title><style>{style}</style></head>"
        f"<body>{back}<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def documents_page(status: IndexStatus, pages: Mapping[str, int], s: Strings) -> str:
    """Every document of the index: title, edition, pages, year, language, warnings, link."""
    doubts: dict[str, list[str]] = {}
    for warning in status.warnings:
        doubts.setdefault(warning.subject, []).append(warning.reason)
    rows = "".join(
        _document(source, pages.get(source.id, 1), doubts.get(source.id, ()), s)
        for source in sorted(status.sources, key=lambda source: source.title.casefold())
    )
    said = s.documents_said.format(documents=status.documents, date=f"{status.created:%Y-%m-%d}")
    table = f'<ul class="documents">{rows}</ul>'
    return sheet(s, s.documents, f"<p>{escape(said)}</p>{table}{_left_out(status.failures, s)}")


def about_page(status: IndexStatus, s: Strings) -> str:
    """What the assistant does and does not do, and how old its index is, in plain words."""
    days = max(0, (datetime.now(UTC) - status.created).days)
    age = s.about_today if days == 0 else s.about_yesterday if days == 1 else s.about_days
    parts = [f"<p>{escape(text)}</p>" for text in s.about_lead]
    for heading, lines in ((s.about_does, s.about_does_list), (s.about_not, s.about_not_list)):
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        parts.append(f"<h2>{escape(heading)}</h2><ul>{items}</ul>")
    made = s.about_index.format(
        age=age.format(days=days), date=f"{status.created:%Y-%m-%d %H:%M} UTC",
        documents=status.documents, build=status.build,
    )  # fmt: skip
    parts.append(f"<h2>{escape(s.about_age)}</h2><p>{escape(made)}</p>")
    return sheet(s, s.about, "".join(parts))


def _document(source: Source, pages: int, doubts: Sequence[str], s: Strings) -> str:
    facts = (
        source.publisher,
        str(source.year or ""),
        s.languages.get(source.language, source.language),
        s.kinds.get(source.kind, source.kind),
        s.page_count.format(pages=pages) if pages > 1 else "",
    )
    line = " · ".join(escape(fact) for fact in facts if fact)
    host = host_of(source.url)
    words = s.open_original if source.edition == "original" else s.open_published
    link = (
        f'<p><a href="{escape(source.url)}" target="_blank" rel="noopener noreferrer">'
        f"{escape(words.format(host=host))}</a></p>"
        if host
        else ""
    )
    notes = [f'<p class="doubt">{escape(doubt)}</p>' for doubt in doubts]
    if source.note:
        notes.append(
            f"<details><summary>{escape(s.caveat)}</summary><p>{escape(source.note)}</p></details>"
        )
    return (
        f'<li id="{escape(source.id)}"><h2>{escape(source.title)}</h2>'
        f'<p class="edition {escape(source.edition)}">{escape(s.editions[source.edition])}</p>'
        f'<p class="facts">{line}</p>{"".join(notes)}{link}</li>'
    )


def _left_out(failures: Sequence[Notice], s: Strings) -> str:
    if not failures:
        return ""
    items = "".join(
        f"<li>{escape(notice.subject)}: {escape(notice.reason)}</li>" for notice in failures
    )
    return f'<h2>{escape(s.left_out)}</h2><ul lang="en">{items}</ul>'
