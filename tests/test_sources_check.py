"""The ledger of addresses, and the audit of claims against what is held."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from strategy_qa.audit import NOT_FOUND, NOTHING, audit, audit_csv, audit_markdown
from strategy_qa.corpus.holdings import Holding
from strategy_qa.corpus.provenance import FETCHED
from strategy_qa.corpus.sources import CatalogueEntry
from strategy_qa.errors import LinkState
from strategy_qa.fetch import Manners, fetch_sources
from strategy_qa.fetch.check import check_sources
from strategy_qa.qa import StrategyQA
from strategy_qa.types import Source
from web_site import Handler, gives, page, redirects, serve

QUICK = Manners(pause=0, backoff=0.01, timeout=2, total=10, attempts=2)
LOOPBACK = ("127.0.0.0/8",)


def test_the_ledger_says_what_became_of_each_address(tmp_path: Path) -> None:
    tag = ['"1"']

    def tagged(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == tag[0]:
            handler.give(b"", status=304)
        else:
            handler.give(page("Plan"), headers={"ETag": tag[0]})

    robots = gives(b"User-agent: *\nDisallow: /closed\n")
    routes = {
        "/robots.txt": robots, "/alive": gives(page("A")), "/same": tagged, "/changed": tagged,
        "/moved": redirects("/alive", 301), "/soft": gives(page("404 - Page not found", "Sorry.")),
        "/down": gives(b"", status=503), "/large": gives(page("L", "word " * 200_000)),
    }  # fmt: skip
    with serve(routes) as site:
        names = ("alive", "same", "moved", "soft", "down", "large", "dead", "closed")
        sources = [Source(name, name, url=f"{site.url}/{name}") for name in names]
        fetch_sources(tmp_path, sources[:2], manners=QUICK, allow=LOOPBACK)
        changed = Source("changed", "changed", url=site.url + "/changed")
        fetch_sources(tmp_path, [changed], manners=QUICK, allow=LOOPBACK)
        before = sorted(path.name for path in (tmp_path / FETCHED).iterdir())
        found = check_sources(tmp_path, sources, manners=QUICK, allow=LOOPBACK)
        tag[0] = '"2"'
        found += check_sources(tmp_path, [changed], manners=QUICK, allow=LOOPBACK)
        assert sorted(path.name for path in (tmp_path / FETCHED).iterdir()) == before
    assert {each.source.id: str(each.state) for each in found} == {
        "alive": "alive", "same": "alive", "moved": "moved", "soft": "dead", "down": "unreachable",
        "large": "alive", "dead": "dead", "closed": "robots", "changed": "changed",
    }  # fmt: skip
    by_id = {each.source.id: each for each in found}
    assert by_id["moved"].detail == f"to {site.url}/alive"
    assert by_id["same"].detail.startswith("unchanged since")
    assert {each.source.id for each in found if each.gone} == {"soft", "dead"}


def holding(id_: str, claim: str) -> Holding:
    source = Source(id_, id_, url=f"https://{id_}.example/", cited_for=claim)
    return Holding(CatalogueEntry(source), "digest", None, None)


def test_a_claim_is_put_to_its_own_source_alone(qa: StrategyQA) -> None:
    held = [
        holding("jobs", "Automation could reach 9.8 million jobs"),
        holding("jobs", "Automation could reach 7.3 million jobs"),
        holding("plan", "Automation could reach 9.8 million jobs"),
        holding("lost", "Anything"),
    ]
    carried, other_figure, other_source, lost = audit(qa, held, states=lambda _: LinkState.DEAD)
    assert "9.8 million" in carried.passage
    assert (carried.link, carried.held) == ("dead", "digest")
    assert other_figure.passage == NOT_FOUND  # 7.3 stands nowhere in the source
    assert other_source.passage == NOT_FOUND
    assert (lost.passage, lost.score) == (NOTHING, None)


def test_a_table_of_the_audit_is_safe_to_open(qa: StrategyQA) -> None:
    (row,) = audit(qa, [holding("lost", "=HYPERLINK(1)|<b>")], states=lambda _: None)
    cells = next(iter(list(csv.DictReader(io.StringIO(audit_csv([row]))))))
    assert cells["claim"] == "'=HYPERLINK(1)|<b>"
    assert r"=HYPERLINK(1)\|\<b\>" in audit_markdown([row])
    assert audit_markdown([replace(row, claim="a\nb")]).count("\n") == 2
