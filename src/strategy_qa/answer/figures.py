"""The figures of a sentence: each as the range of values it stands for, and what it counts.

"2.8 million" stands for anything that rounds to it, "over 80" for 80 and somewhat more, so that
two figures differ only where their ranges lie apart. Dates are read in `answer.dates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from strategy_qa.text import WORD, fold
from strategy_qa.types import Span


class Measure(StrEnum):
    """What kind of thing a figure is; only like is compared with like."""

    COUNT = "count"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is written, and what it may mean."""

    span: Span  # in the text it was read from, with "over" or "about" before it
    measure: Measure
    ranges: tuple[tuple[float, float], ...]  # of the same unit; several where writing is ambiguous
    currency: str = ""  # of money, "" where a sign alone does not tell
    unit: Span | None = None  # of the words it counts: "Mexican jobs"

    def apart(self, other: Figure) -> bool:
        """Whether no reading of the one can be a reading of the other."""
        return all(a[1] < b[0] or b[1] < a[0] for a in self.ranges for b in other.ranges)


SPELT = {
    word: value
    for value, words in {
        2: "two dos", 3: "three tres", 4: "four cuatro", 5: "five cinco", 6: "six seis",
        7: "seven siete", 8: "eight ocho", 9: "nine nueve", 10: "ten diez", 11: "eleven once",
        12: "twelve doce dozen docena", 13: "thirteen trece", 14: "fourteen catorce",
        15: "fifteen quince", 16: "sixteen dieciséis", 17: "seventeen diecisiete",
        18: "eighteen dieciocho", 19: "nineteen diecinueve", 20: "twenty veinte",
        30: "thirty treinta", 40: "forty cuarenta", 50: "fifty cincuenta", 60: "sixty sesenta",
        70: "seventy setenta", 80: "eighty ochenta", 90: "ninety noventa", 100: "hundred cien",
    }.items()
    for word in words.split()
}  # fmt: skip
_SCALES = (
    (r"mil millones|billions?|bn", 1e9),
    (r"thousand|mil|miles", 1e3),
    (r"millions?|millón|millon|millones|mn", 1e6),
    (r"trillions?|billón|billon|billones", 1e12),
)
_SCALE = "|".join(f"(?:{words})" for words, _ in _SCALES)
_CURRENCIES = (
    ("usd", r"US\$|USD|(?:US |U\.S\. )?dollars?|dólares|dolares"),
    ("mxn", r"MXN|(?:Mexican )?pesos"),
    ("eur", r"€|EUR|euros?"),
    ("gbp", r"£|GBP|pounds?|libras"),
    ("", r"\$"),
)
_CURRENCY = "|".join(f"(?:{words})" for _, words in _CURRENCIES)
_DIGITS = r"\d+(?:[.,]\d+)*"
_ONE = rf"(?:{_DIGITS}|\b(?:{'|'.join(SPELT)})\b)"
_NUMBER = re.compile(
    rf"(?<![\w/.,º°#-])(?:(?P<before>{_CURRENCY}) ?)?"
    rf"(?P<low>{_ONE})(?: ?(?P<first>{_SCALE})\b)?"
    rf"(?:(?P<to> ?[–-] ?| to | and | a | y )(?P<high>{_ONE}))?"
    rf"(?:[ -]?(?P<scale>{_SCALE})\b)?"
    rf"(?: ?(?P<percent>%|per ?cent\b|percent\b|por ciento\b)"
    rf"|(?: (?:of |de )?(?P<after>{_CURRENCY})(?!\w)))?"
    r"(?![\w/º°ª]|-\w|[.,]\d)",
    re.IGNORECASE,
)
# On folded text right before a figure.
_MORE = re.compile(
    r"\b(?:over|more than|above|beyond|passed|past|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?"
    r"|mas de|supera(?:n|ron|ba)?|supero|rebas[ao](?:n|ron)?)(?: las?| los?)?\s*$"
)
_LEAST = re.compile(
    r"\b(?:at least|no less than|not less than|minimum of|al menos|por lo menos)\s*$"
)
_LESS = re.compile(r"\b(?:less than|fewer than|under|below|menos de|por debajo de)\s*(?:el |la )?$")
_MOST = re.compile(r"\b(?:up to|at most|no more than|as many as|hasta|a lo sumo|maximo de)\s*$")
_ABOUT = re.compile(
    r"\b(?:about|around|some|approximately|roughly|nearly|almost|close to|circa|unos|unas|cerca de"
    r"|alrededor de|aproximadamente|casi|poco mas de|algo mas de)\s*(?:el |un )?$"
)
_BETWEEN = re.compile(r"\b(?:between|entre)\s*$")
_LOOSE = 0.1  # how far "about" reaches, as a share
_BEYOND = 0.25  # and how far a writer lets "over" reach before choosing a higher figure
_ROUNDED = 0.05  # the most that trailing zeros are taken to be rounded by
_POINTS = re.compile(r"\W*(?:percentage points?|points?|puntos? porcentual(?:es)?|puntos?)\b")
_UNIT = 3  # words
_STOP_UNIT = re.compile(r"[,.;:()\[\]!?\n]| (?:and|or|y|e|o|in|en|by|por|for|para|with|con) ")


def read_numbers(text: str, language: str) -> tuple[Figure, ...]:
    """The counts, percentages and sums of money of a text in a language, in order; not its years.

    Numbers that name something ("5G", "G20", "72/242", "6º"), percentage points and "one" are none.
    """
    found: list[Figure] = []
    for match in _NUMBER.finditer(text):
        if _is_year(match) or _POINTS.match(fold(text[match.end() : match.end() + 30])):
            continue
        money = match["before"] or match["after"]
        measure = Measure.MONEY if money else Measure.COUNT
        measure = Measure.PERCENT if match["percent"] else measure
        before, said = _approximation(text[: match.start()])
        ranges = _ranges(match, said, language)
        if any(low > high for low, high in ranges):  # "from 89 to 43" is a change, not a range
            continue
        found.append(
            Figure(
                Span(match.start() - before, match.end()),
                measure,
                ranges,
                _currency(money or ""),
                _unit(text, match.end()) if measure is Measure.COUNT else None,
            )
        )
    return tuple(found)


def _is_year(match: re.Match[str]) -> bool:
    """Whether a bare number is a year, or two with a dash between."""
    dressed = any(match[name] for name in ("before", "first", "scale", "percent", "after"))
    return not dressed and bool(re.fullmatch(r"(?:1[5-9]|20)\d\d", match["low"]))


def _approximation(text: str) -> tuple[int, re.Pattern[str] | None]:
    """How many characters before a figure say how exact it is, and in which sense."""
    tail = text[-30:]
    folded = fold(tail)
    for sense in (_LEAST, _MOST, _ABOUT, _MORE, _LESS, _BETWEEN):
        if (found := sense.search(folded)) and len(folded) == len(tail):
            return len(folded) - found.start(), sense
    return 0, None


def _ranges(
    match: re.Match[str], said: re.Pattern[str] | None, language: str
) -> tuple[tuple[float, float], ...]:
    last = _factor(match["scale"] or match["first"] or "")
    first = _factor(match["first"] or match["scale"] or "")
    exact = not match["percent"]  # 19 % is what rounds to it, 19 people are 19
    low = [_rounded(value, step, first, exact) for value, step in _values(match["low"], language)]
    if match["high"] and (said is _BETWEEN or "-" in match["to"] or "–" in match["to"]
                          or match["to"] in (" to ", " a ")):  # fmt: skip
        high = [
            _rounded(value, step, last, exact) for value, step in _values(match["high"], language)
        ]
        return tuple((a[0], b[1]) for a, b in zip(low, high, strict=False))
    return tuple(_stretched(low_, high_, said) for low_, high_ in low)


def _stretched(low: float, high: float, said: re.Pattern[str] | None) -> tuple[float, float]:
    middle = (low + high) / 2
    if said is _ABOUT:
        return middle * (1 - _LOOSE), middle * (1 + _LOOSE)
    if said is _MORE:
        return low, middle * (1 + _BEYOND)
    if said is _LEAST:
        return low, float("inf")
    if said in (_LESS, _MOST):
        return 0.0, high
    return low, high


def _values(written: str, language: str) -> list[tuple[float, float]]:
    """The values a number may have, each with the unit of its last written digit."""
    if written.casefold() in SPELT:
        return [(float(SPELT[written.casefold()]), 1.0)]
    digits, separators = re.split(r"[.,]", written), re.findall(r"[.,]", written)
    grouped = bool(separators) and all(len(group) == 3 for group in digits[1:])
    readings: list[tuple[float, float]] = []
    if not separators or (grouped and len(set(separators)) == 1 and len(digits[0]) <= 3):
        readings.append((float("".join(digits)), 1.0))
    ambiguous = separators == ["."] or (separators == [","] and language == "es")
    if separators and (not readings or ambiguous):
        whole, part = "".join(digits[:-1]), digits[-1]
        readings.append((float(f"{whole}.{part}"), 10.0 ** -len(part)))
    return readings


def _rounded(value: float, step: float, factor: float, exact: bool) -> tuple[float, float]:
    """All that is written as this value: half a step either way, more after trailing zeros.

    A whole number below a hundred without a scale is taken at its word where it is `exact`.
    """
    while step >= 1 and value >= 100 * step and value % (step * 10) == 0:
        step *= 10
    half = min(step / 2, value * _ROUNDED) if step > 1 else step / 2
    if exact and step == factor == 1:
        half = 0.0
    return (value - half) * factor, (value + half) * factor


def _factor(scale: str) -> float:
    return next((f for words, f in _SCALES if re.fullmatch(words, scale, re.IGNORECASE)), 1.0)


def _currency(written: str) -> str:
    return next((c for c, w in _CURRENCIES if re.fullmatch(w, written, re.IGNORECASE)), "")


def _unit(text: str, start: int) -> Span | None:
    """The first words after a figure, up to the end of its clause."""
    stop = _STOP_UNIT.search(text, start)
    found = list(WORD.finditer(text, start, stop.start() if stop else len(text)))[:_UNIT]
    return Span(found[0].start(), found[-1].end()) if found else None
