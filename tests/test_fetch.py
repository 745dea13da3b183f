"""Runs over time: what is held, what changed, what died, the archive, a kill in the middle."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from certificates import Certificate, self_signed, serve_http2
from pdf_maker import column, make_pdf
from strategy_qa.corpus import current_editions, read_corpus
from strategy_qa.corpus.isolation import IsolatedReader
from strategy_qa.corpus.provenance import (
    FETCHED,
    LEDGER,
    Provenance,
    Record,
    append_record,
    read_provenance,
)
from strategy_qa.errors import FetchError, LinkState
from strategy_qa.fetch import FetchReport, Manners, fetch_sources
from strategy_qa.fetch.archive import Archive
from strategy_qa.fetch.guard import Guard
from strategy_qa.fetch.reply import Reply
from strategy_qa.fetch.source import Fetcher
from strategy_qa.fetch.web import Web
from strategy_qa.types import Document, Edition, Notice, Source
from web_site import Handler, Route, Server, gives, page, redirects, serve

PDF = make_pdf([column(["The original plan of the country."])])
LOOPBACK = ("127.0.0.0/8",)
QUICK = Manners(pause=0, backoff=0.01, timeout=2, total=10, attempts=2)


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return self_signed(tmp_path)


def fetch(corpus: Path, *sources: Source, archive: str = "", **options: object) -> FetchReport:
    given = {"manners": QUICK, "allow": LOOPBACK, "archive": archive, **options}
    return fetch_sources(corpus, sources, **given)  # type: ignore[arg-type]


def source(site: Server, path: str = "/plan", **fields: object) -> Source:
    given = Source("plan", "The plan", url=site.url + path)
    return replace(given, **fields)  # type: ignore[arg-type]


def catalogue(corpus: Path, addresses: dict[str, str], *, title: str = "Title") -> None:
    entries = (
        f'[[source]]\nid = "{id_}"\ntitle = "{title}"\nurl = "{url}"\n'
        for id_, url in addresses.items()
    )
    (corpus / "sources.toml").write_text("\n".join(entries), encoding="utf-8")


def documents(corpus: Path, *sources: Source) -> tuple[list[Document], list[Notice]]:
    """What a build would index, with a catalogue of these sources."""
    catalogue(corpus, {s.id: s.url for s in sources}, title="The plan")
    return current_editions(list(read_corpus(corpus)))


def validated(content: list[bytes]) -> Route:
    """A route that answers 304 to whoever holds its content."""

    def route(handler: Handler) -> None:
        now = f'"{hash(content[-1])}"'
        if handler.headers.get("If-None-Match") == now:
            handler.send_response(304)
            handler.end_headers()
        else:
            handler.give(content[-1], headers={"ETag": now})

    return route


def test_what_is_held_is_asked_for_only_on_request_and_taken_only_if_changed(
    tmp_path: Path,
) -> None:
    content = [page("First version")]
    with serve({"/plan": validated(content)}) as site:
        plan = source(site)
        (first,) = fetch(tmp_path, plan).records
        assert fetch(tmp_path, plan).skipped == (plan,)
        assert site.asked("/plan") == 1
        (same,) = fetch(tmp_path, plan, refresh=True).records
        assert (same.status, same.sha256, same.state) == (304, first.sha256, LinkState.ALIVE)
        content.append(page("Second version"))
        (second,) = fetch(tmp_path, plan, refresh=True).records
        assert second.sha256 != first.sha256
    held = read_provenance(tmp_path).held("plan")
    assert [record.sha256 for record in held] == [second.sha256, first.sha256]
    (document,) = documents(tmp_path, plan)[0]
    assert "Second version" in document.text


def test_one_that_vanishes_leaves_what_we_hold(tmp_path: Path) -> None:
    routes = {"/plan": gives(page("The plan"))}
    with serve(routes) as site:
        plan = source(site)
        fetch(tmp_path, plan)
        del site.routes["/plan"]
        (gone,) = fetch(tmp_path, plan, refresh=True, archive=site.url + "/api").records
        assert (gone.state, gone.sha256) == (LinkState.DEAD, "")
        assert site.asked("/api") == 0  # no copy is better than the original we hold
    (document,) = documents(tmp_path, plan)[0]
    assert document.source.edition is Edition.ORIGINAL


def test_an_original_takes_the_place_of_its_digest(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    digest = tmp_path / "documents" / "plan.md"
    digest.write_text("---\nid: plan\nedition: digest\n---\n# Plan\n\nOur words.\n", "utf-8")
    with serve({"/old": redirects("/plan.pdf", 301), "/plan.pdf": gives(PDF)}) as site:
        plan = source(site, "/old")
        (before,) = documents(tmp_path, plan)[0]
        assert before.source.edition is Edition.DIGEST
        (record,) = fetch(tmp_path, plan).records
        kept, left_out = documents(tmp_path, plan)
    (document,) = kept
    assert "original plan of the country" in document.text
    assert document.id == "plan"
    assert document.source == replace(
        plan, retrieved=record.day, fetched_from=site.url + "/plan.pdf"
    )
    assert [notice.subject for notice in left_out] == ["documents/plan.md"]
    assert "superseded by fetched/" in left_out[0].reason


def test_what_cannot_be_had_stays_a_digest_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    digest = tmp_path / "documents" / "plan.md"
    digest.write_text("---\nid: plan\nedition: digest\nnote: Ours.\n---\n# Plan\n\nX.\n", "utf-8")
    with serve({}) as site:
        plan = source(site)
        (record,) = fetch(tmp_path, plan).records
    (document,) = documents(tmp_path, plan)[0]
    assert document.source.edition is Edition.DIGEST
    assert document.source.note == (
        f"Ours. The original could not be had on {record.day}: its address answers 404."
    )


def test_a_dead_link_falls_back_to_an_alternate(tmp_path: Path) -> None:
    with serve({"/mirror": gives(PDF)}) as site:
        plan = source(site, "/dead", alternates=(site.url + "/none", site.url + "/mirror"))
        (record,) = fetch(tmp_path, plan).records
    assert (record.asked, record.final) == (site.url + "/mirror",) * 2
    (document,) = documents(tmp_path, plan)[0]
    assert document.source.fetched_from == site.url + "/mirror"


def archive_api(site: Server, stamp: str = "20190302010203", status: str = "200") -> None:
    """Let a site be the archive, too, with a copy of its own /plan."""

    def api(handler: Handler) -> None:
        snapshot = f"{site.url}/web/{stamp}/{site.url}/plan"
        closest = {"available": True, "status": status, "url": snapshot, "timestamp": stamp}
        handler.give(json.dumps({"archived_snapshots": {"closest": closest}}).encode())

    site.routes["/api"] = api
    site.routes[f"/web/{stamp}id_/{site.url}/plan"] = gives(page("The plan as it was"))


def test_a_dead_link_falls_back_to_the_archive_and_says_from_when(tmp_path: Path) -> None:
    with serve({}) as site:
        archive_api(site)
        plan = source(site)
        (record,) = fetch(tmp_path, plan, archive=site.url + "/api").records
        assert (record.state, record.archived) == (LinkState.ARCHIVED, "2019-03-02")
        assert record.reason == "answers 404"
        (document,) = documents(tmp_path, plan)[0]
        assert document.source.archived == "2019-03-02"
        assert "/web/20190302010203id_/" in document.source.fetched_from
        # The original comes back: the next run takes it.
        site.routes["/plan"] = gives(page("The plan, back again"))
        assert fetch(tmp_path, plan).records[0].state is LinkState.ALIVE
        (document,) = documents(tmp_path, plan)[0]
        assert document.source.archived == ""
        assert "back again" in document.text


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"no", b'{"archived_snapshots": {}}'])
def test_an_archive_without_a_copy_changes_nothing(tmp_path: Path, answer: bytes) -> None:
    with serve({"/api": gives(answer)}) as site:
        (record,) = fetch(tmp_path, source(site), archive=site.url + "/api").records
    assert (record.state, record.reason) == (LinkState.DEAD, "answers 404")


def test_the_archive_is_not_asked_for_what_its_owner_keeps_from_us(tmp_path: Path) -> None:
    robots = gives(b"User-agent: *\nDisallow: /plan\n")
    with serve({"/robots.txt": robots}) as site:
        archive_api(site)
        (record,) = fetch(tmp_path, source(site), archive=site.url + "/api").records
        assert record.state is LinkState.ROBOTS
        assert site.asked("/api") == 0


def test_a_page_kept_by_the_archive_that_says_not_found_is_no_copy(tmp_path: Path) -> None:
    with serve({}) as site:
        archive_api(site)
        copy = f"/web/20190302010203id_/{site.url}/plan"
        site.routes[copy] = gives(page("404 - Page not found", "Sorry."))
        (record,) = fetch(tmp_path, source(site), archive=site.url + "/api").records
    assert record.state is LinkState.DEAD


def test_where_the_newest_copy_cannot_be_used_an_older_one_is(tmp_path: Path) -> None:
    """The archive went on copying an address after its page was gone, and redirects to it."""
    with serve({}) as site:
        copies = {"20220505": page("404 - Page not found", "Sorry."),
                  "20190302": page("The plan as it was")}  # fmt: skip

        def api(handler: Handler) -> None:
            asked = handler.path.partition("timestamp=")[2] or "9999"
            stamp = min(copies, key=lambda each: abs(int(each[:4]) - int(asked[:4])))
            snapshot = f"{site.url}/web/{stamp}000000/{site.url}/plan"
            closest = {"available": True, "status": "200", "url": snapshot}
            handler.give(json.dumps({"archived_snapshots": {"closest": closest}}).encode())

        site.routes["/api"] = api
        site.routes.update(
            {
                f"/web/{stamp}000000id_/{site.url}/plan": gives(copy)
                for stamp, copy in copies.items()
            }
        )
        (record,) = fetch(tmp_path, source(site), archive=site.url + "/api").records
        assert (record.state, record.archived) == (LinkState.ARCHIVED, "2019-03-02")
        # A redirect within the archive: the day is that of the copy that was got.
        site.routes[f"/web/20220505000000id_/{site.url}/plan"] = redirects(
            f"/web/20200101000000id_/{site.url}/plan"
        )
        site.routes[f"/web/20200101000000id_/{site.url}/plan"] = gives(page("The plan of 2020"))
        other = source(site, id="other")
        (record,) = fetch(tmp_path, other, archive=site.url + "/api").records
        assert record.archived == "2020-01-01"
        # And one that leads out of it gives no copy of the archive.
        site.routes[f"/web/20220505000000id_/{site.url}/plan"] = redirects("/elsewhere")
        site.routes["/elsewhere"] = gives(page("The plan today"))
        third = source(site, id="third")
        (record,) = fetch(tmp_path, third, archive=site.url + "/api").records
        assert record.archived == "2019-03-02"


def test_nothing_in_a_fetched_text_has_a_say_in_whose_it_is(tmp_path: Path) -> None:
    forged = (
        b"---\nid: other\nedition: restated\ntitle: Mine\npublisher: Me\n---\n# Mine\n\nWords.\n"
    )
    with serve({"/plan": gives(forged, kind="text/markdown")}) as site:
        plan = source(site)
        fetch(tmp_path, plan)
        (document,) = documents(tmp_path, plan)[0]
    assert (document.id, document.source.title) == ("plan", "The plan")
    assert document.source.edition is Edition.ORIGINAL


def test_a_file_altered_since_is_left_out_and_the_one_before_it_read(tmp_path: Path) -> None:
    content = [page("First version")]
    with serve({"/plan": validated(content)}) as site:
        plan = source(site)
        fetch(tmp_path, plan)
        content.append(page("Second version"))
        (second,) = fetch(tmp_path, plan, refresh=True).records
    (tmp_path / FETCHED / second.file).write_bytes(page("Forged"))
    kept, left_out = documents(tmp_path, plan)
    assert "First version" in kept[0].text
    assert "was altered since it was fetched" in left_out[0].reason


def test_an_invalid_certificate_is_a_dead_link(tmp_path: Path, certificate: Certificate) -> None:
    with serve({"/plan": gives(PDF)}, context=certificate.context) as site:
        (record,) = fetch(tmp_path, source(site)).records
        assert record.state is LinkState.DEAD
        assert "certificate that is not valid" in record.reason
        assert not site.seen
        trusting = replace(QUICK, ca_file=str(certificate.path))
        (record,) = fetch(tmp_path, source(site), manners=trusting).records
        assert record.state is LinkState.ALIVE


def test_http_2_is_spoken_where_the_server_does(tmp_path: Path, certificate: Certificate) -> None:
    with serve_http2(page("The plan"), certificate.context) as (url, spoken):
        plan = Source("plan", "The plan", url=url + "/plan")
        trusting = replace(QUICK, ca_file=str(certificate.path))
        (record,) = fetch(tmp_path, plan, manners=trusting).records
        assert record.state is LinkState.ALIVE
    assert spoken == ["/robots.txt", "/plan"]


def test_a_name_that_leads_to_this_machine_is_refused_and_asked_nothing(tmp_path: Path) -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        return ("127.0.0.1",)

    with serve({"/plan": gives(page("The plan"))}) as site:
        port = site.server_address[1]
        plan = Source("plan", "The plan", url=f"http://plan.example:{port}/plan")
        (record,) = fetch(tmp_path, plan, allow=(), resolver=resolver).records
        assert (record.state, site.seen) == (LinkState.UNSAFE, [])
        assert record.reason.startswith("leads to 127.0.0.1")
        (record,) = fetch(tmp_path, plan, allow=("plan.example",), resolver=resolver).records
        assert record.state is LinkState.ALIVE


def test_of_a_document_of_google_its_export_is_asked_for(tmp_path: Path) -> None:
    asked: list[str] = []

    class Recorder(Web):
        async def get(self, url: str, **options: object) -> Reply:
            asked.append(url)
            raise FetchError(url, "answers 404", state=LinkState.DEAD)

    async def run(source: Source) -> Record:
        web = Recorder(QUICK, Guard(), tmp_path)
        with IsolatedReader() as reader:
            fetcher = Fetcher(tmp_path, Provenance(tmp_path), web, Archive(web, ""), reader)
            return await fetcher.fetch(source)

    (tmp_path / FETCHED).mkdir()
    key = "1wzKvnrNN9SPMnK6Sf4-fNFSyPeaItieN8x7OR9_rlAk"
    url = f"https://docs.google.com/document/d/{key}/edit?usp=sharing"
    record = asyncio.run(run(Source("doc", "A document", url=url)))
    assert asked == [f"https://docs.google.com/document/d/{key}/export?format=pdf"]
    assert record.asked == url


def test_a_second_run_at_the_same_time_is_refused(tmp_path: Path) -> None:
    from filelock import FileLock

    (tmp_path / FETCHED).mkdir()
    with (
        FileLock(tmp_path / FETCHED / ".lock"),
        pytest.raises(FetchError, match="another run is fetching"),
    ):
        fetch(tmp_path, Source("plan", "The plan", url="http://127.0.0.1:1/"))


def test_hosts_get_one_request_at_a_time_with_a_pause_and_several_hosts_at_once(
    tmp_path: Path,
) -> None:
    busy: dict[str, int] = {}
    most: dict[str, int] = {}

    def counted(handler: Handler) -> None:
        host = str(handler.headers["Host"])
        for name in (host, "all"):
            busy[name] = busy.get(name, 0) + 1
            most[name] = max(most.get(name, 0), busy[name])
        time.sleep(0.1)
        handler.give(page(handler.path))
        for name in (host, "all"):
            busy[name] -= 1

    paths = {f"/{n}": counted for n in range(4)}
    with serve(paths, host="127.0.0.1") as a, serve(paths, host="127.0.0.2") as b:
        plans = [
            Source(f"s{site.url[-1]}-{i}-{path[1]}", "x", url=site.url + path)
            for i, site in enumerate((a, b))
            for path in paths
        ]
        fetch(tmp_path, *plans, manners=replace(QUICK, pause=0.15))
        for site in (a, b):
            times = sorted(at for _, at, _ in site.seen)
            gaps = [later - earlier for earlier, later in pairwise(times)]
            assert min(gaps) >= 0.15
    assert most.pop("all") == 2
    assert set(most.values()) == {1}


def test_a_torn_line_is_passed_over_and_the_next_one_stands_apart(tmp_path: Path) -> None:
    record = Record(source="plan", asked="http://a.example/", time="2026-11-25T01:02:03+00:00",
                    state=LinkState.DEAD, reason="answers 404")  # fmt: skip
    (tmp_path / FETCHED).mkdir()
    append_record(tmp_path, record)
    ledger = tmp_path / FETCHED / LEDGER
    with ledger.open("ab") as file:
        file.write(b'{"source": "plan", "asked": "http://a.exa')
    append_record(tmp_path, record)
    known = read_provenance(tmp_path)
    assert (known.records, known.damaged) == ((record, record), 1)


@pytest.mark.parametrize(
    "field",
    [
        {"sha256": "../../etc/passwd"}, {"sha256": "a" * 64, "media_type": "../x"},
        {"time": "yesterday"}, {"archived": "then"}, {"state": "fine"}, {"bytes": "many"},
        {"redirects": [["301"]]}, {"unknown": ""}, {"source": 7},
    ],
)  # fmt: skip
def test_a_line_that_does_not_fit_is_no_record(tmp_path: Path, field: dict[str, object]) -> None:
    record = Record(source="plan", asked="http://a.example/", time="2026-11-25T01:02:03+00:00",
                    state=LinkState.DEAD)  # fmt: skip
    (tmp_path / FETCHED).mkdir()
    append_record(tmp_path, record)
    ledger = tmp_path / FETCHED / LEDGER
    ledger.write_text(json.dumps({**json.loads(ledger.read_text()), **field}) + "\n")
    assert read_provenance(tmp_path).damaged == 1


def command(corpus: Path, *arguments: str) -> Sequence[str]:
    return [sys.executable, "-m", "strategy_qa", "sources", "fetch", "--corpus", str(corpus),
            *arguments]  # fmt: skip


def kept(corpus: Path) -> set[str]:
    """The sources of which something was got."""
    return {record.source for record in read_provenance(corpus).records if record.sha256}


ENVIRONMENT = {
    **os.environ,
    "STRATEGY_QA_FETCH__ALLOW": '["127.0.0.0/8"]',
    "STRATEGY_QA_FETCH__PAUSE": "0",
    "STRATEGY_QA_FETCH__BACKOFF": "0.01",
    "STRATEGY_QA_FETCH__ARCHIVE": "",
}


def test_a_killed_run_loses_no_more_than_was_in_its_hands(tmp_path: Path) -> None:
    """Downloads are quicker than the looks at them: they wait, and no heap of them is lost."""
    large = page("Plan", "word " * 40_000)
    routes = {f"/plan-{n}": gives(large + str(n).encode()) for n in range(40)}
    with serve(routes, host="127.0.0.1") as a, serve(routes, host="127.0.0.2") as b:
        catalogue(tmp_path, {f"s{i}-{n}": f"{site.url}/plan-{n}"
                             for i, site in enumerate((a, b)) for n in range(40)})  # fmt: skip
        process = subprocess.Popen(
            command(tmp_path, "--all"),
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while len(kept(tmp_path)) < 20 and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        given = sum(path.startswith("/plan") for site in (a, b) for path, _, _ in site.seen)
        done = kept(tmp_path)
    assert 20 <= len(done) < 80
    assert given - len(done) <= 4  # fetch.at_once
    assert len(list((tmp_path / FETCHED).glob(".part-*"))) <= 4


def test_a_run_that_is_killed_leaves_nothing_half_written_and_is_gone_on_with(
    tmp_path: Path,
) -> None:
    """35 sources, a third dead; killed while a body is on its way."""
    hanging = [True]

    def large(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(PDF)))
        handler.end_headers()
        handler.wfile.write(PDF[:100])
        handler.wfile.flush()
        while hanging:
            time.sleep(0.02)
        handler.wfile.write(PDF[100:])

    alive = {f"/alive-{n}": gives(page(f"Plan {n}")) for n in range(22)}
    with serve({**alive, "/large": large}) as site:
        dead = [f"/dead-{n}" for n in range(12)]
        paths = [*list(alive)[:10], *dead, "/large", *list(alive)[10:]]
        catalogue(tmp_path, {path[1:]: site.url + path for path in paths})
        assert len(paths) == 35
        process = subprocess.Popen(
            command(tmp_path, "--all"),
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while not (site.asked("/large") and kept(tmp_path)) and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        known = read_provenance(tmp_path)
        done = kept(tmp_path)
        assert 0 < len(done) < 23
        for record in known.records:
            if record.sha256:
                assert (tmp_path / FETCHED / record.file).stat().st_size == record.bytes
        assert list((tmp_path / FETCHED).glob(".part-*"))  # the kill came in the middle
        hanging.clear()
        before = len(site.seen)
        ended = subprocess.run(command(tmp_path, "--all", "--json"), env=ENVIRONMENT, text=True,
                               capture_output=True, check=True)  # fmt: skip
        asked = {path for path, _, _ in site.seen[before:]}
        assert asked.isdisjoint(f"/{id_}" for id_ in done)
    records = [json.loads(line) for line in ended.stdout.splitlines()]
    assert {r["source"] for r in records if r["state"] == "dead"} == {
        f"dead-{n}" for n in range(12)
    }
    known = read_provenance(tmp_path)
    assert sum(bool(known.held(path[1:])) for path in paths) == 23
    assert not list((tmp_path / FETCHED).glob(".part-*"))
    assert f"{23 - len(done)} of {35 - len(done)} got, {len(done)} held already" in ended.stderr
