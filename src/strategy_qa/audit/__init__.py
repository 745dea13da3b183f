"""Lists each claim that the brief supports with a link, and what its source says to it.

A claim is put to the text that is held of its source, and to nothing else. The verdict is a help
to the eye, not a proof: read the passage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from strategy_qa.audit.facts import missing_facts
from strategy_qa.audit.passages import Passage, nearest
from strategy_qa.corpus.holdings import Holding
from strategy_qa.errors import LinkState
from strategy_qa.qa import StrategyQA
from strategy_qa.question import MAX_QUESTION

_ASIDE = re.compile(r"\s*\((?:probable|probably[^)]*)\)")
# Chosen by reading the 37 claims of the starter corpus whose sources are held, and each of them
# against the 33 other sources (1,255 pairs). Of those pairs 14 reach _FOUND with every fact, and
# all but two of the 14 say it; 100 reach _NEAR. Of the claims that their own source supports in its
# own right, all but two reach _NEAR.
_FOUND = 0.33
_NEAR = 0.20


class Verdict(StrEnum):
    """What a source says to a claim, as far as a machine can tell."""

    FOUND = "found"
    PARTLY = "partly"  # found but for a figure, a year or a name
    NEAR = "perhaps"  # a passage about it, in other words
    REPEATED = "where the digest cites the brief"
    MISSING = "not found in the source"
    NOTHING = "nothing is held of the source"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A claim and its source."""

    claim: str
    section: str  # of the brief, with its page
    source: str  # id
    url: str
    link: str  # alive, dead, …, "not asked yet"
    held: str  # original of 2026-11-25, archived copy of 2019-03-02, digest, nothing
    verdict: Verdict
    missing: str  # figures, years and names of the claim that the passage does not hold
    score: float | None  # 0 to 1, see `passages.nearest`; None where nothing is held
    passage: str  # the nearest, "" where nothing comes near
    place: str  # page and section of the passage


def audit(
    qa: StrategyQA,
    holdings: Sequence[Holding],
    *,
    states: Callable[[Holding], LinkState | None],
) -> Iterator[AuditRow]:
    """A row for every claim with a link, in the order of the catalogue.

    An entry that is cited for several claims, set apart by semicolons, has a row for each.

    Args:
        qa: over an index of the same corpus.
        holdings: what is held of each source.
        states: what is known of a source's address, None for nothing.
    """
    fixed = qa.pinned()
    indexed = {source.id for source in fixed.documents()}
    for holding in holdings:
        source, page = holding.entry.source, holding.entry.page
        state = states(holding)
        for claim in claims_of(holding):
            there = source.id in indexed
            free, repeated = nearest(fixed, source.id, claim) if there else (None, None)
            verdict, missing, shown = _judged(claim, free, repeated)
            best = shown or free or repeated
            yield AuditRow(
                claim=claim,
                section=" · ".join(filter(None, (f"p. {page}" if page else "",
                                                 holding.entry.section))),
                source=source.id,
                url=source.url,
                link=str(state) if state else "not asked yet",
                held=holding.what,
                verdict=verdict,
                missing=", ".join(missing),
                score=round(best.score, 2) if best else None,
                passage=shown.text if shown else "",
                place=shown.place if shown else "",
            )  # fmt: skip


def claims_of(holding: Holding) -> tuple[str, ...]:
    """The claims that a source with an address is cited for."""
    source = holding.entry.source
    if not source.url:
        return ()
    parts = _ASIDE.sub("", source.cited_for).split(";")
    return tuple(part.strip()[:MAX_QUESTION] for part in parts if re.search(r"\w", part))


def _judged(
    claim: str, free: Passage | None, repeated: Passage | None
) -> tuple[Verdict, tuple[str, ...], Passage | None]:
    """The verdict, the facts that the passage lacks, and the passage to be shown."""
    if free is None and repeated is None:
        return Verdict.NOTHING, (), None
    if free and free.score >= _NEAR:
        missing = missing_facts(claim, free.around)
        sure = free.score >= _FOUND
        verdict = (Verdict.PARTLY if missing else Verdict.FOUND) if sure else Verdict.NEAR
        if verdict is Verdict.FOUND or not _says_more(repeated, free):
            return verdict, missing, free
    if repeated and repeated.score >= _NEAR:
        return Verdict.REPEATED, missing_facts(claim, repeated.around), repeated
    return Verdict.MISSING, (), None


def _says_more(repeated: Passage | None, free: Passage) -> bool:
    return repeated is not None and repeated.score > free.score
