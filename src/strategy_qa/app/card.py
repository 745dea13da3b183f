"""A card of the evidence pane: a citation with its page, or a passage; everything escaped."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from strategy_qa.app.conversation import Turn
from strategy_qa.app.passages import lead, marked, passage_of
from strategy_qa.export.bibliography import page_text
from strategy_qa.render import edition_text
from strategy_qa.strings import Strings, strings
from strategy_qa.types import Citation, Edition, Hit, Source


def citation_card(c: Citation, turn: Turn, s: Strings, *, picked: bool, picture: str) -> str:
    """The card of a citation; `picture` is the address of its page's picture, or ""."""
    foreign = c.language != turn.language
    language = s.languages.get(c.language, c.language)
    tongue = f'<p class="tongue">{escape(s.quoted_in.format(language=language))}</p>'
    label = escape(s.pick_card.format(number=c.number))
    page = page_text(c, strings(s.code))
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


def passage_card(hit: Hit, s: Strings) -> str:
    """The card of a passage, without a number."""
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
        # A long passage scrolls, and must do so by the keyboard too.
        f'<blockquote lang="{escape(hit.chunk.language)}" tabindex="0">{escape(hit.text)}'
        f"</blockquote>"
        f"{_foot(hit.source, s)}</article>"
    )


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
    said = edition_text(source, s)
    edition = f'<p class="edition {escape(source.edition)}">{escape(said)}</p>'
    place = f'<p class="section">{escape(s.section.format(section=section))}</p>' if section else ""
    return f'{edition}<p class="facts">{facts}</p>{place}'


def _picture(c: Citation, address: str, s: Strings) -> str:
    """The part of the page with the quote; page.js puts the whole page in its place."""
    if not address:
        return ""
    w = strings(s.code)
    where = page_text(c, w) or w.cite_page.format(page=c.page)
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
