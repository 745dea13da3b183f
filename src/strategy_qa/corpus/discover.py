"""Proposes catalogue entries for the links of a document, each address once."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from strategy_qa.corpus.address import canonical, identity
from strategy_qa.corpus.links import Link
from strategy_qa.corpus.sources import CatalogueEntry
from strategy_qa.types import Source

_SLUG = 60  # characters
_NAMELESS = re.compile(
    r"(?:index|default|home|inicio|edit|view|read more|here|aqu[ií]|link|pdf|leer m[aá]s|ver|www"
    r"|about(?: us)?|acerca(?: de)?)",
    re.I,
)

# A key rather than a name: figures and letters mixed in one long run, or figures alone.
_KEY = re.compile(r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{16,}|^[\W\d_]+$")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An address that a document links to, and the entry it would get."""

    entry: CatalogueEntry
    links: int  # how often it is linked
    known_as: str = ""  # the id of the entry that has this address already


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found in a document."""

    proposals: tuple[Proposal, ...]  # in the order of the first link
    left_out: Mapping[str, int]  # why links were left out, and how many
    links: int  # in all


def discover(links: Iterable[Link], catalogue: Mapping[str, CatalogueEntry]) -> Discovery:
    """One proposal for each distinct address; http, https, `www.` and a last slash do not count.

    Of the links to one address the first with a sentence speaks for it.
    """
    known = {
        identity(url): id_
        for id_, entry in catalogue.items()
        for url in (entry.source.url, *entry.source.alternates)
        if url
    }
    grouped: dict[str, list[Link]] = {}
    left_out: Counter[str] = Counter()
    for link in links:
        try:
            grouped.setdefault(identity(link.url), []).append(link)
        except ValueError as error:
            scheme = _foreign_scheme(link.url)
            left_out[f"{scheme}: {error}" if scheme else str(error)] += 1
    taken = set(catalogue)
    proposals: list[Proposal] = []
    for key, same in grouped.items():
        entry = _entry(same, taken)
        taken.add(entry.source.id)
        proposals.append(Proposal(entry, len(same), known.get(key, "")))
    total = sum(map(len, grouped.values())) + left_out.total()
    return Discovery(tuple(proposals), dict(left_out), total)


def id_for(text: str, taken: Set[str]) -> str:
    """A slug of a text that no other entry has."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > _SLUG:
        slug = slug[:_SLUG].rpartition("-")[0] or slug[:_SLUG]
    slug, found, number = slug or "source", slug or "source", 2
    while found in taken:
        found, number = f"{slug}-{number}", number + 1
    return found


def title_of(url: str) -> str:
    """What an address says of its document: the last telling part of its path, else its host."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    for part in reversed(parts.path.split("/")):
        name = unquote(re.sub(r"\.\w{2,5}$", "", part))
        words = " ".join(re.split(r"[\W_]+", name)).strip()
        letters = sum(c.isalpha() for c in words)
        if letters > 3 and not _KEY.search(name) and not _NAMELESS.fullmatch(words):
            return words[:200]
    return host


def kind_of(url: str) -> str:
    """A file is a report, anything else a page, until somebody knows better."""
    return "report" if re.search(r"\.(?:pdf|docx?)$", urlsplit(url).path, re.I) else "page"


def _entry(links: list[Link], taken: Set[str]) -> CatalogueEntry:
    best = next((link for link in links if link.sentence), links[0])
    urls = [canonical(link.url) for link in links]
    url = next((u for u in urls if u.startswith("https:")), urls[0])
    anchor = next((a.anchor for a in links if _names(a.anchor)), "")
    title = anchor or title_of(url)
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return CatalogueEntry(
        Source(
            id=id_for(title if title != host else host.rpartition(".")[0], taken),
            title=title,
            url=url,
            language="",  # an address says too little of it: the text will tell
            kind=kind_of(url),
            cited_for=best.sentence,
        ),
        section=best.section,
        page=best.page or None,
    )


def _names(anchor: str) -> bool:
    """Whether the text of a link is a name of what it leads to."""
    return len(anchor.split()) >= 2 and len(anchor) <= 200 and not _NAMELESS.fullmatch(anchor)


def _foreign_scheme(url: str) -> str:
    """The scheme of an address that is not of the web, "" for none."""
    found = re.match(r"([a-z][a-z0-9+.-]{1,20}):", url, re.I)
    return found[1].lower() if found and found[1].lower() not in ("http", "https") else ""
