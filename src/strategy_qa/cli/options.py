"""The options that commands share, and the filters they stand for."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from strategy_qa.languages import LANGUAGE
from strategy_qa.types import Edition, Filters

_verbose = False


class Language(StrEnum):
    """The languages in which words of our own can be written."""

    EN = "en"
    ES = "es"


class Kind(StrEnum):
    """The kinds of source in a catalogue."""

    REPORT = "report"
    PAGE = "page"
    NEWS = "news"
    PORTAL = "portal"
    DATA = "data"


Years = tuple[int | None, int | None]


def parse_years(text: str) -> Years:
    """Read "2018", "2018..2020", "2018.." or "..2020"."""
    match = re.fullmatch(r"(\d{4})?(\.\.)?(\d{4})?", text.strip())
    if not match or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
        raise typer.BadParameter(f"{text!r} is no year; write 2018 or 2018..2020")
    first, last = (int(match[g]) if match[g] else None for g in (1, 3))
    if not match[2]:
        last = first
    if first and last and first > last:
        raise typer.BadParameter(f"{text!r} ends before it begins")
    return first, last


def _check_years(text: str | None) -> str | None:
    if text is not None:
        parse_years(text)
    return text


def check_language(code: str | None) -> str | None:
    """Refuse what is no code of a language."""
    if code is not None and not re.fullmatch(LANGUAGE, code):
        raise typer.BadParameter(f"{code!r} is no code of a language; write en or es")
    return code


def _remember(value: bool) -> bool:
    global _verbose
    _verbose = value
    return value


def is_verbose() -> bool:
    """Whether -v was given: tracebacks are shown then."""
    return _verbose


DocumentOption = Annotated[
    list[str] | None,
    typer.Option("--document", metavar="ID", help="Only this document; repeat for more."),
]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="CODE",
        callback=check_language,
        help="Only passages in this language: en, es, or that of another document.",
    ),
]
YearOption = Annotated[
    str | None,
    typer.Option("--year", metavar="YEARS", callback=_check_years, help="2018 or 2018..2020."),
]
PublisherOption = Annotated[
    list[str] | None,
    typer.Option("--publisher", metavar="NAME", help="Only publishers with this in their name."),
]
KindOption = Annotated[
    list[Kind] | None,
    typer.Option(
        "--kind", metavar="KIND", help="report, page, news, portal or data; repeat for more."
    ),
]
OriginalsOption = Annotated[
    bool, typer.Option("--originals-only", help="No digests and nothing restated in our words.")
]
KOption = Annotated[
    int | None,
    typer.Option("-k", metavar="N", min=1, max=1000, help="Passages, 10 unless configured."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", metavar="DIR", help="Default: corpus.")
]
IndexOption = Annotated[Path | None, typer.Option("--index", metavar="DIR", help="Default: index.")]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Default: strategy-qa.toml.")
]
VerboseOption = Annotated[
    bool, typer.Option("-v", "--verbose", callback=_remember, help="Show tracebacks.")
]


def filters_of(
    documents: list[str] | None,
    language: str | None,
    years: str | None,
    publishers: list[str] | None,
    kinds: list[Kind] | None,
    originals: bool = False,
) -> Filters:
    """The filters that a command's options stand for."""
    return Filters(
        documents=frozenset(documents or ()),
        languages=frozenset({language} if language else ()),
        years=parse_years(years) if years else (None, None),
        publishers=frozenset(publishers or ()),
        kinds=frozenset(str(kind) for kind in kinds or ()),
        editions=frozenset({Edition.ORIGINAL} if originals else ()),
    )
