"""Figures, years and names of a claim, and which of them a passage does not hold.

Meaning can be near where a fact is another: "7.3 million jobs" lies beside "9.8 million jobs".
So each is looked for as itself, in either language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from strategy_qa.text import WORD, fold

_FIGURE = re.compile(r"\d[\d.,]*\d|\d")
_PERCENT = re.compile(r"\s*(?:%|per ?cent\b|por ciento\b)", re.I)
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_SCALES = {
    "thousand": 3, "mil": 3, "million": 6, "millions": 6, "millon": 6, "millones": 6,
    "mil millones": 9, "billion": 9, "billions": 9, "trillion": 12, "trillions": 12,
    "billon": 12, "billones": 12,
}  # fmt: skip
_SCALE = re.compile(r"\s*(mil millones|[^\W\d_]+)", re.I)
_COUNTS = {
    word: number
    for words, number in (
        ("two dos", 2), ("three tres", 3), ("four cuatro", 4), ("five cinco", 5), ("six seis", 6),
        ("seven siete", 7), ("eight ocho", 8), ("nine nueve", 9), ("ten diez", 10),
        ("eleven once", 11), ("twelve doce", 12),
    )
    for word in words.split()
}  # fmt: skip
_FOREIGN = {"once": "en"}  # "once" is eleven in Spanish alone
_MONTH_YEAR = re.compile(r"\b([^\W\d_]{3,10}),?\s+(?:de(?:l)?\s+|of\s+)?([12]\d{3})\b")
_ACRONYM = re.compile(r"(?=.*[A-Z].*[A-Z])[A-Z0-9]{2,6}")
_LONG = 10  # letters of a word whose endings may differ
_NAME = re.compile(r"[^\W\d_]*[A-Z\u00c0-\u00dd][\w-]*")

_Value = tuple[float, bool]  # the number, and whether it is a share in per cent


def missing_facts(claim: str, passage: str) -> tuple[str, ...]:
    """The figures, years and names of a claim, as it has them, that do not stand in a passage.

    A figure is met by the same number however it is written ("9.8 million", "9,800,000", "seis"),
    a name by itself, by its stem, by the other language's name of the same country or month, and
    an abbreviation by its letters in another order (AI, IA) or the words it stands for.
    """
    held = {value for _, values in _figures(passage) for value in values}
    lost = [shown for shown, values in _figures(claim) if held.isdisjoint(values)]
    dates = {date for _, date in _dates(passage)}
    lost += [shown for shown, date in _dates(claim) if date not in dates]
    there = _tokens(passage)
    known = {fold(token) for token in there}
    lost += [name for name in _names(claim) if not _named(name, there, known, fold(passage))]
    return tuple(dict.fromkeys(lost))


def _figures(text: str) -> Iterator[tuple[str, frozenset[_Value]]]:
    """Each figure of a text as it stands there, with the values that it may have."""
    for match in _FIGURE.finditer(text):
        if text[match.start() - 1 : match.start()].isalpha():
            continue  # a part of a name, such as IA2030Mx
        if re.match(r"[^\W\d_]", text[match.end() :]) and not _ordinal(text[match.end() :]):
            continue
        percent = _PERCENT.match(text, match.end())
        scale = _SCALE.match(text, match.end())
        power = _SCALES.get(fold(scale[1]), 0) if scale and not percent else 0
        end = percent.end() if percent else scale.end() if scale and power else match.end()
        values = {(round(n * 10**power, 6), bool(percent)) for n in _numbers(match[0])}
        yield text[match.start() : end].strip(), frozenset(values)
    for match in WORD.finditer(text):
        if match[0].lower() in _COUNTS and match[0].lower() not in _FOREIGN:
            yield match[0], frozenset({(float(_COUNTS[match[0].lower()]), False)})


def _dates(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each month with its year: either alone may belong to another sentence."""
    for match in _MONTH_YEAR.finditer(text):
        code = _known_names().get(fold(match[1]), "")
        if code.startswith("month"):
            yield " ".join(match[0].split()), (code, match[2])


def _ordinal(after: str) -> bool:
    return bool(re.match(r"(?:st|nd|rd|th|o|a)\b", after))


def _numbers(figure: str) -> Iterator[float]:
    """What a figure may mean: "1.500" is one thousand five hundred in Spanish, 1.5 in English."""
    if _GROUPED.fullmatch(figure):
        yield float(re.sub(r"[.,]", "", figure))
    parts = re.split(r"[.,]", figure)
    if len(parts) == 2:
        yield float(f"{parts[0]}.{parts[1]}")
    elif len(parts) == 1:
        yield float(figure)
    elif len(set(re.findall(r"[.,]", figure))) == 2:
        yield float(f"{''.join(parts[:-1])}.{parts[-1]}")


def _tokens(text: str) -> list[str]:
    return [re.sub(r"['’]s$", "", match[0]) for match in WORD.finditer(text)]


def _names(claim: str) -> Iterator[str]:
    """Names of one word or of several: "South Korea", "OECD", "MiSalud"."""
    found: list[str] = []
    for place, token in enumerate([*_tokens(claim), ""]):
        plain_start = place == 0 and not _tells(token)
        if token and _NAME.fullmatch(token) and not plain_start:
            found.append(token)
            continue
        yield from _grouped(found)
        found = []


def _tells(token: str) -> bool:
    """Whether the first word of a sentence is a name all the same."""
    return bool(
        _ACRONYM.fullmatch(token)
        or any(char.isupper() or char.isdigit() for char in token[1:])
        or fold(token) in _known_names()
    )


def _grouped(run: list[str]) -> Iterator[str]:
    """Capitalised words in a row: a country's name stays whole, the others stand for themselves."""
    at = 0
    while at < len(run):
        whole = next((n for n in (3, 2) if fold(" ".join(run[at : at + n])) in _known_names()), 1)
        yield " ".join(run[at : at + whole])
        at += whole


def _named(name: str, there: list[str], known: set[str], folded: str) -> bool:
    plain = fold(name)
    if plain in known or (" " in plain and plain in folded):
        return True
    same = _known_names().get(plain)
    if same:
        return any(
            re.search(rf"\b{re.escape(other)}\b", folded) for other in _known_as()[same]
        ) or any(token.startswith(plain[: max(4, len(plain) - 1)]) for token in known)
    if _ACRONYM.fullmatch(name):
        return _spelt_out(name, there)
    # A noun written large has a kin in the other language: "Constitution", "constitucional".
    plain = plain.replace("-", "")
    stem = plain[: 6 if len(plain) >= _LONG else max(4, len(plain) - 2)]
    return any(token.replace("-", "").startswith(stem) for token in known)


def _spelt_out(acronym: str, there: list[str]) -> bool:
    letters = sorted(acronym.lower())
    if any(_ACRONYM.fullmatch(token) and sorted(token.lower()) == letters for token in there):
        return True
    initials = "".join(fold(token)[:1] for token in there if len(token) > 3)
    return acronym.lower() in initials or acronym.lower()[::-1] in initials


@lru_cache(maxsize=1)
def _known_names() -> dict[str, str]:
    """Countries and months (Unicode CLDR) by their folded names in both languages."""
    return {name: code for code, names in _known_as().items() for name in names}


@lru_cache(maxsize=1)
def _known_as() -> dict[str, frozenset[str]]:
    from babel import Locale

    found: dict[str, set[str]] = {}
    for language in ("en", "es"):
        locale = Locale(language)
        for code, name in locale.territories.items():
            if code.isalpha():
                found.setdefault(code, set()).add(fold(name))
        for month, name in locale.months["format"]["wide"].items():
            found.setdefault(f"month {month}", set()).add(fold(name))
    return {code: frozenset(names) for code, names in found.items()}
