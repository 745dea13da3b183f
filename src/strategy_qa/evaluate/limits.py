"""Floors and ceilings of a report: what must hold for a measurement to pass."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from difflib import get_close_matches

from strategy_qa.errors import ConfigError
from strategy_qa.evaluate.report import MEASURES, Report

_LIMIT = re.compile(r"(?:(?P<group>[^:=]+):)?(?P<measure>[^:=]+)=(?P<value>[^:=]+)")
# A kind has three letters or more, so that no mistyped language is taken for one.
_GROUP = re.compile(
    r"(?P<asked>en|es)(?:(?:-|→|->)(?P<found>en|es))?|(?P<kind>[a-z][a-z-]*[a-z]{2})"
)


@dataclass(frozen=True, slots=True)
class Limit:
    """The least, or the most, that a measure of a group may be."""

    group: str
    measure: str
    value: float
    is_floor: bool

    def missed_by(self, report: Report) -> str:
        """One line saying how a report misses it; "" where it holds.

        A measure that applied to no question misses it: nothing was shown to hold.
        """
        found = report.groups.get(self.group, {}).get(self.measure)
        place = "" if self.group == "overall" else f"{self.group}: "
        if found is None:
            return f"{place}{self.measure} was not measured, no question bears on it"
        if found >= self.value if self.is_floor else found <= self.value:
            return ""
        side = "below the floor" if self.is_floor else "above the ceiling"
        return f"{place}{self.measure} is {found:.4f}, {side} of {self.value:g}"


def parse_limit(text: str, *, is_floor: bool) -> Limit:
    """Read "recall@1=0.9", "es:auroc=0.7" (asked in Spanish), "es-en:recall@1=0.9" (direction).

    "list:complete_list=0.9" is about questions of a kind, as the gold rows name it.

    Raises:
        ConfigError: it is written otherwise, or names no measure or no group.
    """
    option = "--min" if is_floor else "--max"
    parts = _LIMIT.fullmatch(text.strip())
    try:
        value = float(parts["value"]) if parts else math.nan
    except ValueError:
        value = math.nan
    if not parts or not math.isfinite(value):
        raise ConfigError(f"{option} {text}", "is not NAME=NUMBER", remedy="Write recall@1=0.9.")
    measure = parts["measure"].strip()
    if measure not in MEASURES:
        near = get_close_matches(measure, MEASURES, n=1, cutoff=0.3) or ["recall@1"]
        raise ConfigError(f"{option} {measure}", "no such measure", remedy=f"Is it {near[0]}?")
    group = "overall"
    if parts["group"]:
        named = _GROUP.fullmatch(parts["group"].strip())
        if not named:
            remedy = "Write en, es, a direction such as es-en, or a kind of question such as list."
            raise ConfigError(f"{option} {parts['group']}", "no such group", remedy=remedy)
        group = named["kind"] or "→".join(filter(None, named.group("asked", "found")))
    return Limit(group, measure, value, is_floor)
