"""Claims of a brief put to their sources: facts met and missed, verdicts, tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from strategy_qa.audit import Verdict, audit
from strategy_qa.audit.facts import missing_facts
from strategy_qa.audit.forms import audit_counts, audit_csv, audit_markdown, audit_text
from strategy_qa.corpus.holdings import Holding
from strategy_qa.corpus.sources import CatalogueEntry
from strategy_qa.errors import LinkState
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder
from strategy_qa.types import Source


@pytest.mark.parametrize(
    ("claim", "passage", "missing"),
    [
        ("19% of jobs (9.8 million)", "el 19 por ciento, unos 9.8 millones", ()),
        ("9.8 million jobs", "9,800,000 empleos", ()),
        ("9.8 million jobs", "7.3 million jobs", ("9.8 million",)),
        ("16 trillion dollars by 2030", "16 billones de dólares en 2030", ()),
        ("16 trillion dollars", "16 billion dollars", ("16 trillion",)),
        ("19% of jobs", "19 jobs", ("19%",)),
        ("more than 1,500 people", "más de 1.500 personas", ()),
        ("its six groups", "los seis grupos", ()),
        ("its six groups", "7 grupos", ("six",)),
        ("begun in December 2018", "begun in December 2015, ended in 2018", ("December 2018",)),
        ("begun in December 2018", "inició en diciembre de 2018", ()),
        ("Peru was the first of Latin America", "México, primero de América Latina", ("Peru",)),
        ("behind South Korea", "detrás de Corea del Sur", ()),
        ("behind South Korea", "detrás de Corea del Norte", ("South Korea",)),
        ("work of Austria", "work of Australia", ("Austria",)),
        ("The OECD sees AI rise", "La OCDE ve crecer la inteligencia artificial", ()),
        ("The OECD sees it", "El BID lo ve", ("OECD",)),
        ("Mexico's tool", "la herramienta mexicana", ()),
        ("entered the Constitution", "el artículo 6º constitucional", ()),
        ("IA2030Mx was founded", "IA2040Mx surgió", ("IA2030Mx",)),
    ],
)
def test_a_fact_is_met_by_itself_in_either_language(
    claim: str, passage: str, missing: tuple[str, ...]
) -> None:
    assert missing_facts(claim, passage) == missing


def holding(id_: str, claim: str, *, page: int | None = None) -> Holding:
    source = Source(id_, id_, url=f"https://{id_}.example/", cited_for=claim)
    return Holding(CatalogueEntry(source, section="Context", page=page), "digest", None, None)


def test_a_claim_is_put_to_its_own_source_alone(qa: StrategyQA) -> None:
    held = [
        holding("jobs", "Automation could reach 9.8 million jobs", page=3),
        holding("jobs", "Automation could reach 7.3 million jobs"),
        holding("plan", "Automation could reach 9.8 million jobs"),
        holding("lost", "Anything"),
    ]
    carried, other_figure, other_source, lost = audit(qa, held, states=lambda _: LinkState.DEAD)
    assert (carried.verdict, carried.missing) == (Verdict.FOUND, "")
    assert carried.passage.startswith("Automation could reach 9.8 million jobs in fifteen years.")
    assert (carried.place, carried.section) == ("Jobs and machines › Forecast", "p. 3 · Context")
    assert (carried.link, carried.held) == ("dead", "digest")
    assert (other_figure.verdict, other_figure.missing) == (Verdict.PARTLY, "7.3 million")
    assert "9.8 million" in other_figure.passage  # shown, so that the two can be compared
    assert (other_source.verdict, other_source.passage) == (Verdict.MISSING, "")
    assert (lost.verdict, lost.score) == (Verdict.NOTHING, None)
    assert carried.score is not None
    assert other_source.score is not None
    assert 0 <= other_source.score < carried.score <= 1


def test_claims_set_apart_by_semicolons_have_a_row_each(qa: StrategyQA) -> None:
    claims = "Automation could reach 9.8 million jobs; rain falls in April (probable)"
    first, second = audit(qa, [holding("jobs", claims)], states=lambda _: None)
    assert (first.verdict, first.link) == (Verdict.FOUND, "not asked yet")
    assert (second.claim, second.verdict) == ("rain falls in April", Verdict.MISSING)


def test_what_a_digest_says_of_the_brief_is_no_evidence(
    corpus: Path, build: Callable[..., object], settings: Settings, encoder: HashEncoder
) -> None:
    (corpus / "documents" / "group.md").write_text(
        "---\nid: group\nedition: digest\ntitle: A group\nlanguage: en\n---\n\n# A group\n\n"
        "## Role\n\nThe policy brief of 2020 says that the group leads the work on ethics. It says"
        " no more.\n\n## Seat\n\nIts office is in the capital.\n", encoding="utf-8",
    )  # fmt: skip
    build()
    opened = StrategyQA.open(settings=settings, encoder=encoder)
    claim = "The group leads the work on ethics"
    (row,) = audit(opened, [holding("group", claim)], states=lambda _: None)
    assert row.verdict is Verdict.REPEATED
    assert "policy brief of 2020" in row.passage


def test_a_table_of_the_audit_is_safe_to_open(qa: StrategyQA) -> None:
    (row,) = audit(qa, [holding("lost", "=HYPERLINK(1)|<b>")], states=lambda _: None)
    cells = next(iter(list(csv.DictReader(io.StringIO(audit_csv([row]))))))
    assert cells["claim"] == "'=HYPERLINK(1)|<b>"
    assert cells["verdict"] == "nothing is held of the source"
    assert r"=HYPERLINK(1)\|\<b\>" in audit_markdown([row])
    assert audit_markdown([replace(row, claim="a\nb")]).count("\n") == 2
    assert "nothing is held" in audit_text([row])
    assert audit_counts([row, row]) == "2 claims: 2 nothing is held of the source"
