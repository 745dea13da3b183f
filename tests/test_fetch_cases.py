"""Every way a server can answer, and what the run makes of it: one run over one hostile site."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pdf_maker import column, make_pdf
from strategy_qa.corpus.provenance import FETCHED, LEDGER, Provenance, Record, read_provenance
from strategy_qa.errors import LinkState
from strategy_qa.fetch import FetchReport, Manners, fetch_sources
from strategy_qa.types import Source
from web_site import Handler, Route, Server, gives, page, redirects, serve

PDF = make_pdf([column(["The original plan of the country."])])
LOOPBACK = ("127.0.0.0/8",)
QUICK = Manners(pause=0, backoff=0.01, timeout=0.5, total=2, attempts=2, max_bytes=300_000)


def slow(handler: Handler) -> None:
    time.sleep(1.5)
    handler.give(page("Late"))


def drip(handler: Handler) -> None:
    """A byte now and then: no single wait is long, but all together are."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b".")
        handler.wfile.flush()
        time.sleep(0.2)


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100_000):
        handler.wfile.write(b"more and more " * 1000)


def truncated(handler: Handler) -> None:
    handler.give(PDF[:200], kind="application/pdf", length=len(PDF))


BOMB = gzip.compress(bytes(20_000_000))


def half_a_gzip(handler: Handler) -> None:
    packed = gzip.compress(page("Packed"))
    handler.give(packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"})


def brotli(handler: Handler) -> None:
    handler.give(b"\x0b\x02\x80hello\x03", headers={"Content-Encoding": "br"})


def at_first(first: Route, then: Route) -> Route:
    asked: list[int] = []

    def route(handler: Handler) -> None:
        asked.append(1)
        (first if len(asked) == 1 else then)(handler)

    return route


def busy(seconds: int) -> Route:
    return gives(b"", status=429, headers={"Retry-After": str(seconds)})


SHORT = "A word."
ROUTES: dict[str, Route] = {
    "/robots.txt": gives(b"User-agent: *\nDisallow: /closed\n", kind="text/plain"),
    "/plan.pdf": gives(PDF, kind="application/pdf",
                       headers={"Content-Disposition": 'attachment; filename="../../../evil.sh"'}),
    "/page": gives(page("The plan")),
    "/slow": slow,
    "/drip": drip,
    "/endless": endless,
    "/truncated": truncated,
    "/bomb": gives(BOMB, headers={"Content-Encoding": "gzip"}),
    "/packed": gives(gzip.compress(page("Packed")), headers={"Content-Encoding": "gzip"}),
    "/half-packed": half_a_gzip,
    "/brotli": brotli,
    "/loop": redirects("/loop-2"),
    "/loop-2": redirects("/loop"),
    "/moved": redirects("/page", 301),
    "/private": redirects("http://10.0.0.1/secret"),
    "/metadata": redirects("http://169.254.169.254/latest/meta-data/"),
    "/file": redirects("file:///etc/passwd"),
    "/credentials": redirects("http://user:password@example.org/"),
    "/nowhere": redirects(""),
    "/not-html": gives(PDF, kind="text/html"),
    "/not-pdf.pdf": gives(page("Please enable cookies"), kind="application/pdf"),
    "/picture": gives(b"\x89PNG\r\n\x1a\n" + bytes(100), kind="text/html"),
    "/bytes": gives(bytes(range(256)) * 8, kind="application/octet-stream"),
    "/empty": gives(b""),
    "/notes": gives(b"Plain words about the plan.\n", kind="application/octet-stream"),
    "/busy": at_first(busy(1), gives(page("After the wait"))),
    "/too-busy": busy(3600),
    "/restart": at_first(gives(b"", status=503), gives(page("Back again"))),
    "/broken": gives(b"", status=500),
    "/closed/plan": gives(page("Never asked for")),
    "/gone": gives(b"", status=410),
    "/forbidden": gives(b"", status=403),
    "/soft-404": gives(page("Page not found", SHORT)),
    "/soft-404-es": gives(page("Página no encontrada", SHORT)),
    "/parked": gives(page("example.org", "This domain is for sale. Buy this domain.")),
    "/home-instead": redirects("/"),
    "/": gives(page("Welcome")),
    "/sign-in": gives(page("Sign in", SHORT)),
    "/shell": gives(b"<!doctype html><html><body><div id='app'></div></body></html>"),
    "/landing": gives(page("Report", "Download it.", body='<a href="/plan.pdf">PDF</a>')),
    "/landing-2": gives(page("Article", body="<a href='/other.pdf'>Other</a>").replace(
        b"<head>", b"<head><meta name='citation_pdf_url' content='/plan.pdf'>")),
    "/refresh": gives(b"<html><meta http-equiv='refresh' content='0; url=/page'></html>"),
    "/many-files": gives(page("Library", body="<a href='/a.pdf'>A</a><a href='/plan.pdf'>B</a>")),
}  # fmt: skip

# path: (what becomes of it, a part of the reason or the media type)
OUTCOMES: dict[str, tuple[LinkState, str]] = {
    "/plan.pdf": (LinkState.ALIVE, "application/pdf"),
    "/page": (LinkState.ALIVE, "text/html"),
    "/missing": (LinkState.DEAD, "answers 404"),
    "/gone": (LinkState.DEAD, "answers 410"),
    "/forbidden": (LinkState.REFUSED, "answers 403"),
    "/slow": (LinkState.UNREACHABLE, "took too long"),
    "/drip": (LinkState.UNREACHABLE, "not done in the time"),
    "/endless": (LinkState.UNUSABLE, "larger than 300,000 bytes"),
    "/truncated": (LinkState.UNREACHABLE, "broke off"),
    "/bomb": (LinkState.UNUSABLE, "larger than 300,000 bytes"),
    "/packed": (LinkState.ALIVE, "text/html"),
    "/half-packed": (LinkState.UNREACHABLE, "ends too early"),
    "/brotli": (LinkState.UNUSABLE, "not asked for"),
    "/loop": (LinkState.DEAD, "in a circle"),
    "/moved": (LinkState.ALIVE, "text/html"),
    "/private": (LinkState.UNSAFE, "leads to 10.0.0.1"),
    "/metadata": (LinkState.UNSAFE, "leads to 169.254.169.254"),
    "/file": (LinkState.UNSAFE, "neither http:// nor https://"),
    "/credentials": (LinkState.UNSAFE, "user name or a password"),
    "/nowhere": (LinkState.UNUSABLE, "answers 302"),
    "/not-html": (LinkState.ALIVE, "application/pdf"),
    "/not-pdf.pdf": (LinkState.DEAD, "a web page in the place of its document"),
    "/picture": (LinkState.UNUSABLE, "is a picture"),
    "/bytes": (LinkState.UNUSABLE, "is not a text file"),
    "/empty": (LinkState.UNUSABLE, "is empty"),
    "/notes": (LinkState.ALIVE, "text/plain"),
    "/busy": (LinkState.ALIVE, "text/html"),
    "/too-busy": (LinkState.UNREACHABLE, "asks to wait 3,600 s"),
    "/restart": (LinkState.ALIVE, "text/html"),
    "/broken": (LinkState.UNREACHABLE, "answers 500"),
    "/closed/plan": (LinkState.ROBOTS, "robots.txt"),
    "/soft-404": (LinkState.DEAD, "Page not found"),
    "/soft-404-es": (LinkState.DEAD, "Página no encontrada"),
    "/parked": (LinkState.DEAD, "domain is for sale"),
    "/home-instead": (LinkState.DEAD, "the home page"),
    "/sign-in": (LinkState.REFUSED, "Sign in"),
    "/shell": (LinkState.UNUSABLE, "without text"),
    "/landing": (LinkState.ALIVE, "application/pdf"),
    "/landing-2": (LinkState.ALIVE, "application/pdf"),
    "/refresh": (LinkState.ALIVE, "text/html"),
    "/many-files": (LinkState.ALIVE, "text/html"),
}


@dataclass(frozen=True)
class Run:
    corpus: Path
    site: Server
    report: FetchReport
    known: Provenance
    seconds: float

    def of(self, path: str) -> Record:
        record = self.known.last(name_of(path))
        assert record is not None
        return record


def name_of(path: str) -> str:
    return "x" + "".join(c if c.isalnum() else "-" for c in path)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    corpus = tmp_path_factory.mktemp("corpus")
    with serve(ROUTES) as site:
        sources = [Source(name_of(path), path, url=site.url + path) for path in OUTCOMES]
        started = time.monotonic()
        report = fetch_sources(corpus, sources, manners=QUICK, allow=LOOPBACK)
        seconds = time.monotonic() - started
        yield Run(corpus, site, report, read_provenance(corpus), seconds)


@pytest.mark.parametrize("path", OUTCOMES)
def test_a_server_that(run: Run, path: str) -> None:
    record = run.of(path)
    state, said = OUTCOMES[path]
    assert (record.state, said) == (state, said), record.reason
    assert said in (record.media_type if state is LinkState.ALIVE else record.reason)
    assert bool(record.sha256) == (state is LinkState.ALIVE)


def test_nothing_lies_there_but_what_was_got_whole(run: Run) -> None:
    got = {r.file for r in run.report.records if r.sha256}
    assert {p.name for p in (run.corpus / FETCHED).iterdir()} == got | {LEDGER, ".lock"}
    for name in got:
        assert (run.corpus / FETCHED / name).stat().st_size > 0


def test_what_is_noted_is_what_happened(run: Run) -> None:
    moved, plan, landing = run.of("/moved"), run.of("/plan.pdf"), run.of("/landing")
    assert moved.redirects == ((301, run.site.url + "/page"),)
    assert moved.final == run.site.url + "/page"
    assert (plan.bytes, plan.status) == (len(PDF), 200)
    assert (run.corpus / FETCHED / plan.file).read_bytes() == PDF
    assert landing.landing == run.site.url + "/landing"
    assert landing.final == run.site.url + "/plan.pdf"
    assert run.of("/landing-2").sha256 == plan.sha256


def test_servers_are_asked_no_more_than_is_polite(run: Run) -> None:
    asked = run.site.asked
    assert asked("/robots.txt") == 1
    assert asked("/closed/plan") == 0
    assert (asked("/missing"), asked("/gone"), asked("/forbidden"), asked("/too-busy")) == (1,) * 4
    assert (asked("/busy"), asked("/restart"), asked("/broken"), asked("/truncated")) == (2,) * 4
    assert asked("/bomb") == 1
    agents = {headers["User-Agent"] for _, _, headers in run.site.seen}
    assert len(agents) == 1
    assert agents.pop().startswith("strategy-qa/")
    first, second = (at for path, at, _ in run.site.seen if path == "/busy")
    assert second - first >= 1.0  # as Retry-After asked
    # One more each for /busy, /restart, /broken, /truncated, /slow and /half-packed.
    assert run.report.retries == 6
    stopped = 2  # by the guard, before they were sent
    assert run.report.requests == len(run.site.seen) + stopped


def test_every_line_of_the_ledger_is_json(run: Run) -> None:
    lines = (run.corpus / FETCHED / LEDGER).read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["source"] for line in lines} == set(map(name_of, OUTCOMES))
    assert run.known.damaged == 0
