"""The ledger of addresses: what became of each."""

from __future__ import annotations

from pathlib import Path

from strategy_qa.corpus.provenance import FETCHED
from strategy_qa.fetch import Manners, fetch_sources
from strategy_qa.fetch.check import check_sources
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
