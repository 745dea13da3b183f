"""Which documents a question is put to, as a form, as an address and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from strategy_qa.languages import LANGUAGES
from strategy_qa.strings import Strings
from strategy_qa.types import Edition, Filters, Source

_MOST = 100  # values one field may bring

Fields = Mapping[str, Sequence[str]]


def read_filters(fields: Fields, sources: Sequence[Source]) -> Filters:
    """The filters of a form or an address; what names nothing in the index is left aside."""
    known = {source.id for source in sources}

    def among(name: str, allowed: set[str]) -> frozenset[str]:
        return frozenset(value for value in fields.get(name, ())[:_MOST] if value in allowed)

    first, last = (_year(fields.get(name, ())) for name in ("first", "last"))
    if first and last and first > last:
        first, last = last, first
    return Filters(
        documents=among("document", known),
        languages=among("language", _languages(sources)),
        years=(first, last),
        publishers=among("publisher", {source.publisher for source in sources} - {""}),
        kinds=among("kind", {source.kind for source in sources}),
        editions=frozenset({Edition.ORIGINAL} if fields.get("originals") else ()),
    )


def address(question: str, filters: Filters) -> str:
    """The query part of a link that opens with the question and its filters."""
    first, last = filters.years
    pairs = [("q", question)]
    for name, values in (
        ("document", filters.documents),
        ("language", filters.languages),
        ("publisher", filters.publishers),
        ("kind", filters.kinds),
    ):
        pairs += [(name, value) for value in sorted(values)]
    pairs += [(name, str(year)) for name, year in (("first", first), ("last", last)) if year]
    if filters.editions:
        pairs.append(("originals", "1"))
    return "?" + urlencode(pairs)


def in_words(filters: Filters, sources: Sequence[Source], s: Strings) -> str:
    """The filters as one line, "" for none."""
    titles = {source.id: source.title for source in sources}
    first, last = filters.years
    years = f"{first or ''}–{last or ''}" if first != last else str(first or "")
    parts = [
        *(titles.get(id_, id_) for id_ in sorted(filters.documents)),
        *(s.languages.get(code, code) for code in sorted(filters.languages)),
        years if first or last else "",
        *sorted(filters.publishers),
        *(s.kinds.get(kind, kind) for kind in sorted(filters.kinds)),
        s.filter_originals if filters.editions else "",
    ]
    said = "; ".join(part for part in parts if part)
    return s.filters_only.format(filters=said) if said else ""


def form(filters: Filters, sources: Sequence[Source], s: Strings) -> str:
    """The form, folded; page.js sends it on at every change."""
    first, last = (str(year or "") for year in filters.years)
    by_title = sorted(sources, key=lambda source: source.title.casefold())
    documents = [(source.id, source.title) for source in by_title]
    kinds = [(kind, s.kinds.get(kind, kind)) for kind in sorted({x.kind for x in sources})]
    languages = [(code, s.languages.get(code, code)) for code in sorted(_languages(sources))]
    publishers = sorted({x.publisher for x in sources} - {""}, key=str.casefold)
    options = "".join(
        f"<option{' selected' if name in filters.publishers else ''}>{escape(name)}</option>"
        for name in publishers
    )
    return (
        f'<details class="filters" lang="{s.code}"><summary>{escape(s.filters)}</summary><form>'
        f'<div class="row">{_boxes("originals", [("1", s.filter_originals)], filters.editions, "")}'
        f"{_boxes('language', languages, filters.languages, s.filter_languages)}"
        f"{_boxes('kind', kinds, filters.kinds, s.filter_kinds)}"
        f"<fieldset><legend>{escape(s.filter_years)}</legend>"
        f"{_number('first', s.filter_first, first)}"
        f"{_number('last', s.filter_last, last)}</fieldset>"
        f"<fieldset><legend>{escape(s.filter_publisher)}</legend>"
        f'<select name="publisher" aria-label="{escape(s.filter_publisher)}">'
        f'<option value="">{escape(s.filter_any)}</option>{options}</select></fieldset></div>'
        f"{_boxes('document', documents, filters.documents, s.filter_documents, listed=True)}"
        f'<button type="reset">{escape(s.filters_clear)}</button></form></details>'
    )


def _languages(sources: Sequence[Source]) -> set[str]:
    """Those the assistant speaks, and those of the documents."""
    return {*LANGUAGES, *(source.language for source in sources)}


def _boxes(
    name: str,
    choices: Sequence[tuple[str, str]],
    chosen: frozenset[str],
    legend: str,
    *,
    listed: bool = False,
) -> str:
    on = bool(chosen) if name == "originals" else None
    boxes = "".join(
        f'<label><input type="checkbox" name="{name}" value="{escape(value)}"'
        f"{' checked' if (value in chosen if on is None else on) else ''}>"
        f"<span>{escape(words)}</span></label>"
        for value, words in choices
    )
    if not legend:
        return boxes
    kind = ' class="listed"' if listed else ""
    return f"<fieldset{kind}><legend>{escape(legend)}</legend><div>{boxes}</div></fieldset>"


def _number(name: str, words: str, value: str) -> str:
    return (
        f'<label>{escape(words)} <input name="{name}" inputmode="numeric" pattern="[0-9]{{4}}"'
        f' maxlength="4" size="4" value="{escape(value)}"></label>'
    )


def _year(values: Sequence[str]) -> int | None:
    text = values[0].strip() if values else ""
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() else None
