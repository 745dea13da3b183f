"""Which language of the interface a visitor wants."""

from __future__ import annotations

from collections.abc import Mapping

from strategy_qa.strings import CATALOGUE, Strings, strings

LANGUAGE_COOKIE = "strategy-qa-language"


def preferred(accept_language: str) -> Strings:
    """The interface a browser asks for by its Accept-Language header (RFC 9110, 12.5.4)."""
    ranked: list[tuple[float, str]] = []
    for entry in accept_language[:1000].split(","):
        tag, _, weight = entry.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue  # a malformed entry states no preference
        ranked.append((-quality, tag.strip().lower()[:2]))
    spoken = [code for quality, code in sorted(ranked, key=lambda r: r[0]) if quality < 0]
    return strings(next((code for code in spoken if code in CATALOGUE), "en"))


def spoken(headers: Mapping[str, str], cookies: Mapping[str, str]) -> Strings:
    """The interface a visitor chose by hand before, else the one the browser asks for."""
    chosen = CATALOGUE.get(cookies.get(LANGUAGE_COOKIE, ""))
    return chosen or preferred(headers.get("accept-language", ""))
