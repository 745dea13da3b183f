"""The evidence pane: an answer's citations and passages as HTML, every character escaped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import urlsplit

from strategy_qa.app.actions import actions
from strategy_qa.app.conversation import Turn
from strategy_qa.app.filters import in_words
from strategy_qa.app.passages import lead, marked, passage_of
from strategy_qa.app.strings import Strings
from strategy_qa.export.bibliography import page_text
from strategy_qa.export.words import words
from strategy_qa.render import edition_text
from strategy_qa.types import Citation, Edition, Hit, Notice, Source

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
    body += _listed([_passage_card(hit, s) for hit in turn.hits], ordered=False)
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
        body += _listed([_passage_card(hit, s) for hit in turn.hits], ordered=False)
        return _pane(s, s.evidence_nearest, asked + body, turn=turn.number)
    cards = [
        _citation_card(
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


def _citation_card(c: Citation, turn: Turn, s: Strings, *, picked: bool, picture: str) -> str:
    foreign = c.language != turn.language
    language = s.languages.get(c.language, c.language)
    tongue = f'<p class="tongue">{escape(s.quoted_in.format(language=language))}</p>'
    label = escape(s.pick_card.format(number=c.number))
    page = page_text(c, words(s.code))
    return (
        f'<article class="card{" picked" if picked else ""}" id="cite-{turn.number}-{c.number}"'
        f' data-number="{c.number}">'
        f'<header><button type="button" class="number" aria-label="{label}"'
        f' aria-pressed="{"true" if picked else "false"}">{c.number}</button>'
        f"<h3>{escape(c.source.title)}</h3></header>"
        f"{_facts(c.source, s, language=language, page=page, section=c.section)}"
        f"{lead(c.lead_in, c.language, s)}"
        f"{tongue if foreign else ''}"
        f'<blockquote lang="{escape(c.language)}">'
        f"{marked(c, passage_of(c, turn.hits))}</blockquote>"
        f"{_picture(c, picture, s)}{_foot(c.source, s, page=c.page)}</article>"
    )


def _passage_card(hit: Hit, s: Strings) -> str:
    first, last = hit.chunk.pages
    page = ""
    if last > 1:
        one = s.page_of_file.format(page=first)
        page = one if first == last else s.pages_of_file.format(first=first, last=last)
    printed = "–".join(dict.fromkeys(hit.labels)) if all(hit.labels) else ""
    if page and hit.labels != (str(first), str(last)) and printed:
        page = s.pages_printed.format(printed=printed, pages=page)
    language = s.languages.get(hit.chunk.language, hit.chunk.language)
    return (
        f'<article class="card plain"><header><h3>{escape(hit.source.title)}</h3></header>'
        f"{_facts(hit.source, s, language=language, page=page, section=hit.section)}"
        f"{lead(hit.chunk.lead_in, hit.chunk.language, s)}"
        f'<blockquote lang="{escape(hit.chunk.language)}">{escape(hit.text)}</blockquote>'
        f"{_foot(hit.source, s)}</article>"
    )


def _others(turn: Turn, s: Strings) -> str:
    cited = {hit.chunk.id for c in turn.citations if (hit := passage_of(c, turn.hits))}
    rest = [_passage_card(hit, s) for hit in turn.hits if hit.chunk.id not in cited]
    if not rest:
        return ""
    summary = f"<summary>{escape(s.others.format(count=len(rest)))}</summary>"
    return f'<details class="others">{summary}{_listed(rest, ordered=False)}</details>'


def _facts(source: Source, s: Strings, *, language: str, page: str, section: str) -> str:
    year = "" if source.year is None else str(source.year)
    facts = " · ".join(
        f'<span class="{kind}">{escape(fact)}</span>'
        for kind, fact in (
            ("page", page),
            ("publisher", source.publisher),
            ("year", year),
            ("language", language),
        )
        if fact
    )
    said = edition_text(source, s.editions, archived=s.archived, retrieved=s.retrieved)
    edition = f'<p class="edition {escape(source.edition)}">{escape(said)}</p>'
    place = f'<p class="section">{escape(s.section.format(section=section))}</p>' if section else ""
    return f'{edition}<p class="facts">{facts}</p>{place}'


def _picture(c: Citation, address: str, s: Strings) -> str:
    """The part of the page with the quote; page.js puts the whole page in its place."""
    if not address:
        return ""
    w = words(s.code)
    where = page_text(c, w) or w.page.format(page=c.page)
    said = escape(s.page_picture.format(page=where, title=c.source.title))
    source = escape(address)
    return (
        f'<button type="button" class="picture" aria-expanded="false"'
        f' data-whole="{escape(s.page_whole)}" data-part="{escape(s.page_part)}">'
        f'<img src="{source}" alt="{said}" loading="lazy">'
        f"<span>{escape(s.page_whole)}</span></button>"
    )


def _foot(source: Source, s: Strings, *, page: int = 1) -> str:
    note = (
        f'<details class="note"><summary>{escape(s.caveat)}</summary>'
        f"<p>{escape(source.note)}</p></details>"
        if source.note
        else ""
    )
    said = s.open_original if source.edition is Edition.ORIGINAL else s.open_published
    # Where the archive's copy was read, its address shows what the quote was taken from.
    return (
        note
        + _link(_at_page(source, source.url, page), said)
        + _link(_at_page(source, source.fetched_from, page), s.open_copy)
    )


def _link(url: str, words: str) -> str:
    host = host_of(url)
    if not host:
        return ""
    return (
        f'<p class="link"><a href="{escape(url)}" target="_blank"'
        f' rel="noopener noreferrer">{escape(words.format(host=host))}</a></p>'
    )


def _at_page(source: Source, url: str, page: int) -> str:
    """The address, of an original PDF at its page (RFC 8118): a digest's pages are not its own."""
    is_pdf = host_of(url) and urlsplit(url).path.lower().endswith(".pdf")
    fits = source.edition is Edition.ORIGINAL and is_pdf and "#" not in url
    return f"{url}#page={page}" if fits else url


def host_of(url: str) -> str:
    """The host of a web address, "" for any other kind of address."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:  # not an address at all: shown without a link
        return ""
    return host.removeprefix("www.") if parts.scheme in ("http", "https") else ""


def _listed(cards: list[str], *, ordered: bool = True) -> str:
    tag = "ol" if ordered else "ul"
    return f'<{tag} class="cards">{"".join(f"<li>{card}</li>" for card in cards)}</{tag}>'


def _pane(s: Strings, heading: str, body: str, *, turn: int = 0) -> str:
    return (
        f'<section class="pane" lang="{s.code}" data-turn="{turn}" aria-label="{escape(heading)}">'
        f"<h2>{escape(heading)}</h2>{body}</section>"
    )
