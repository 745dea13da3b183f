"""The dates of a sentence, each as the range of days it stands for, in English and Spanish."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from strategy_qa.answer.figures import Figure, Measure
from strategy_qa.text import fold
from strategy_qa.types import Span

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january enero jan ene", "february febrero feb", "march marzo mar",
            "april abril apr abr", "may mayo", "june junio jun", "july julio jul",
            "august agosto aug ago", "september septiembre setiembre sept sep",
            "october octubre oct", "november noviembre nov", "december diciembre dec dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
# Wide on purpose: they begin and end where a writer says so, and differ by hemisphere in little.
_PARTS = {
    "spring": (3, 6), "primavera": (3, 6), "summer": (6, 9), "verano": (6, 9),
    "autumn": (9, 12), "fall": (9, 12), "otono": (9, 12),
    "early": (1, 6), "beginning of": (1, 6), "start of": (1, 6), "principios de": (1, 6),
    "inicios de": (1, 6), "comienzos de": (1, 6),
    "mid": (4, 9), "middle of": (4, 9), "mediados de": (4, 9),
    "late": (7, 12), "late in": (7, 12), "end of": (7, 12), "close of": (7, 12),
    "finales de": (7, 12), "fines de": (7, 12), "fin de": (7, 12), "final de": (7, 12),
    "cierre de": (7, 12),
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_YEAR = r"(?<![\w/.,-])(?P<year>(?:1[5-9]|20)\d\d)(?![\w/º°ª%]|[-–]\d|[.,]\d)"
# On folded text.
_DATE = re.compile(
    rf"(?:(?:(?P<day>\b\d{{1,2}})(?:st|nd|rd|th)? (?:de )?(?:of )?)?\b(?P<month>{_MONTH})\b\.?"
    rf"(?: (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b)?,? (?:del? )?(?:of )?"
    rf"|\b(?P<part>{_PART})[ -](?:the )?(?:de )?(?:of )?)?{_YEAR}"
)
_BOUND = re.compile(
    r"\b(?P<end>by|until|before|up to|hasta|antes de|a mas tardar(?: en)?)\s*$"
    r"|\b(?P<begin>after|since|from|desde|despues de|a partir de)\s*$"
    r"|\b(?P<near>about|around|circa|hacia|alrededor de)\s*$"
)
_FIRST, _LAST = date(1000, 1, 1).toordinal(), date(2999, 12, 31).toordinal()
_YEAR_DAYS = 366


def read_dates(text: str) -> tuple[Figure, ...]:
    """The dates of a text that name a year, in order; none where folding changes its length."""
    folded = fold(text)
    if len(folded) != len(text):
        return ()
    return tuple(_figure(folded, match) for match in _DATE.finditer(folded))


def years_in(text: str) -> frozenset[int]:
    """The years a text names."""
    return frozenset(int(y) for y in re.findall(r"(?<!\d)(?:1[5-9]|20)\d\d(?![\d.,]*\d)", text))


def _figure(folded: str, match: re.Match[str]) -> Figure:
    year = int(match["year"])
    first, last = (1, 12)
    days = (1, 31)
    if match["month"]:
        first = last = _MONTHS[match["month"]]
        if day := match["day"] or match["day2"]:
            days = (int(day), int(day))
    elif match["part"]:
        first, last = _PARTS[match["part"]]
    low, high = _ordinal(year, first, days[0]), _ordinal(year, last, days[1])
    bound = _BOUND.search(folded[: match.start()])
    start = bound.start() if bound else match.start()
    if bound and bound["end"]:
        low = _FIRST
    elif bound and bound["begin"]:
        high = _LAST
    elif bound:
        low, high = low - _YEAR_DAYS, high + _YEAR_DAYS
    return Figure(Span(start, match.end()), Measure.DATE, ((low, high),))


def _ordinal(year: int, month: int, day: int) -> int:
    return date(year, month, max(1, min(day, monthrange(year, month)[1]))).toordinal()
