"""Lists each claim that the brief supports with a link, and what its source says to it.

A claim is put to the text that is held of its source, and to nothing else. Whether it is found
there is the assistant's own confidence: a help to the eye, not a proof.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from strategy_qa.corpus.holdings import Holding
from strategy_qa.errors import LinkState
from strategy_qa.qa import StrategyQA
from strategy_qa.types import Filters

NOT_FOUND = "not found in the source"
REPEATED = "not found in the source: its digest repeats the brief"
NOTHING = "nothing is held of the source"
COLUMNS = ("claim", "section", "source", "url", "link", "held", "score", "passage", "place")

_FIGURE = re.compile(r"\d[\d.,]*\d|\d")
_ASIDE = re.compile(r"\s*\((?:probable|probably[^)]*)\)")
# A digest says of some sources what the brief says of them: that is no evidence from the source.
_OF_THE_BRIEF = re.compile(r"policy brief|\bthe brief\b|informe de pol[ií]ticas", re.I)
_CHARS = 500  # of a passage
_UNSURE = 0.49  # at most, for a claim that is not found
_JOIN = " […] "


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A claim and its source."""

    claim: str
    section: str  # of the brief
    source: str  # id
    url: str
    link: str  # alive, dead, …, "not asked yet"
    held: str  # original of 2026-11-25, archived copy of 2019-03-02, digest, nothing
    score: float | None  # 0 to 1: how sure the passage is to carry the claim; None for no passage
    passage: str  # the best one, or that there is none
    place: str  # page and section of the passage


def audit(
    qa: StrategyQA,
    holdings: Sequence[Holding],
    *,
    states: Callable[[Holding], LinkState | None],
) -> Iterator[AuditRow]:
    """A row for every claim with a link, in the order of the catalogue.

    Args:
        qa: over an index of the same corpus.
        holdings: what is held of each source.
        states: what is known of a source's address, None for nothing.
    """
    indexed = {source.id for source in qa.documents()}
    for holding in holdings:
        source = holding.entry.source
        if not (source.cited_for and source.url):
            continue
        score, passage, place = None, NOTHING, ""
        if source.id in indexed:
            score, passage, place = _best(qa, source.id, source.cited_for)
        state = states(holding)
        yield AuditRow(
            claim=source.cited_for,
            section=holding.entry.section,
            source=source.id,
            url=source.url,
            link=str(state) if state else "not asked yet",
            held=holding.what,
            score=score,
            passage=passage,
            place=place,
        )


def _best(qa: StrategyQA, source: str, claim: str) -> tuple[float, str, str]:
    """How sure the best passage is, the passage, and its place."""
    # A claim may hold several, set apart by semicolons: the surest one that is found is shown.
    best = (0.0, NOT_FOUND, "")
    for part in _ASIDE.sub("", claim).split(";"):
        answer = qa.ask(part, filters=Filters(documents=frozenset({source})))
        quoted = answer.citations
        if any(_OF_THE_BRIEF.search(citation.quote) for citation in quoted):
            # What else was found leans on that sentence.
            best = max(best, (min(answer.confidence, _UNSURE), REPEATED, ""))
            continue
        missing = set(_FIGURE.findall(part)) - set(_FIGURE.findall(_around(answer.hits)))
        score, found = answer.confidence, (0.0, NOT_FOUND, "")
        if missing or not quoted:
            # A source that does not name the figure does not carry it, however near it is.
            score = min(score, _UNSURE)
        else:
            first = quoted[0]
            page = f"p. {first.page}" if first.page_label or first.page > 1 else ""
            place = " · ".join(part for part in (page, first.section) if part)
            found = (score, _JOIN.join(c.quote for c in quoted)[:_CHARS], place)
        if score > best[0]:
            best = (score, found[1], found[2])
    return best


def _around(hits: Sequence[Any]) -> str:
    return " ".join(f"{hit.text} {hit.source.year or ''}" for hit in hits)


def audit_markdown(rows: Sequence[AuditRow]) -> str:
    """The rows as a Markdown table."""
    head = [f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    body = [f"| {' | '.join(map(_cell, _values(row)))} |" for row in rows]
    return "\n".join([*head, *body])


def audit_csv(rows: Sequence[AuditRow]) -> str:
    """The rows as CSV; a cell that a spreadsheet would take for a formula begins with a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = _values(row)
        writer.writerow(f"'{c}" if c[:1] in tuple("=+-@\t\r") else c for c in cells)
    return out.getvalue()


def audit_text(rows: Sequence[AuditRow]) -> str:
    """The rows for a terminal, a few lines each."""
    return "\n".join(
        f"{row.source}: {row.link}, held: {row.held}\n  claim: {row.claim}\n"
        f"  {'' if row.score is None else f'{row.score:.2f} '}{row.passage}"
        for row in rows
    )


def _values(row: AuditRow) -> tuple[str, ...]:
    score = "" if row.score is None else f"{row.score:.2f}"
    return (row.claim, row.section, row.source, row.url, row.link, row.held, score, row.passage,
            row.place)  # fmt: skip


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    return re.sub(r"([\\|`*_\[\]<>])", r"\\\1", flat)
