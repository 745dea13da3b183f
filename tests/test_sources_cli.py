"""The commands of `sources` as a maintainer runs them: add, list, discover, fetch, check, audit."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pdf_maker import column, make_pdf
from strategy_qa.cli import wiring
from strategy_qa.corpus.sources import read_catalogue
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder
from test_cli import Run, call
from web_site import Handler, Server, gives, page, serve


def read(capsys: Run) -> tuple[list[dict[str, object]], str]:
    """What a command with --json gave, and what it said on stderr."""
    out, err = capsys.readouterr()
    return [json.loads(line) for line in out.splitlines()], err


def test_an_address_is_added_once_and_shown(tmp_path: Path, capsys: Run) -> None:
    place = ("--corpus", tmp_path)
    url = "HTTPS://Example.ORG/informes/plan-nacional.pdf?utm_source=x#p2"
    given = ("--year", 2020, "--publisher", "SEP", "--cited-for", "The plan has six goals")
    assert call("sources", "add", url, *place, *given, "--json") == 0
    (added,), err = read(capsys)
    assert "sources fetch plan-nacional" in err
    assert added["file"] is None
    (entry,) = read_catalogue(tmp_path / "sources.toml").values()
    assert (entry.source.id, entry.source.kind) == ("plan-nacional", "report")
    assert entry.source.url == "https://example.org/informes/plan-nacional.pdf"
    assert (entry.source.year, entry.source.language) == (2020, "")  # nobody said which language
    before = (tmp_path / "sources.toml").read_bytes()
    for again in ("http://www.example.org/informes/plan-nacional.pdf/", "https://u:p@a.example/",
                  "ftp://a.example/plan", "https://"):  # fmt: skip
        assert call("sources", "add", again, *place) == 1
        assert capsys.readouterr().err.count("\n") == 1
    assert (tmp_path / "sources.toml").read_bytes() == before
    assert call("sources", "list", *place, "--json") == 0
    (listed,), _ = read(capsys)
    assert (listed["id"], listed["held"], listed["retrieved"]) == ("plan-nacional", None, None)
    assert call("sources", "list", *place) == 0
    assert "nothing" in capsys.readouterr().out


def test_a_file_is_added_with_its_entry_and_never_over_another(tmp_path: Path, capsys: Run) -> None:
    corpus, file = tmp_path / "corpus", tmp_path / "Plan nacional.txt"
    corpus.mkdir()
    file.write_text("El plan nacional de datos tiene seis metas para el país.\n", "utf-8")
    place = ("--corpus", corpus)
    assert call("sources", "add", file, *place, "--title", "Plan nacional", "--json") == 0
    (added,), err = read(capsys)
    assert "strategy-qa build" in err
    kept = corpus / "documents" / "plan-nacional.txt"
    assert added["file"] == str(kept)
    assert kept.read_bytes() == file.read_bytes()
    assert read_catalogue(corpus / "sources.toml")["plan-nacional"].source.language == "es"
    before = {path: path.read_bytes() for path in corpus.rglob("*") if path.is_file()}
    assert call("sources", "add", file, *place, "--id", "plan-nacional") == 1
    assert "is there already" in capsys.readouterr().err
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"%PDF-1.7 nothing")
    assert call("sources", "add", empty, *place) == 1
    assert call("sources", "add", tmp_path / "none.txt", *place) == 1
    capsys.readouterr()
    assert before == {path: path.read_bytes() for path in corpus.rglob("*") if path.is_file()}
    assert call("sources", "list", *place, "--json") == 0
    (listed,), _ = read(capsys)
    assert listed["held"] == "original"


def test_discovered_links_are_proposed_and_written_only_when_asked(
    tmp_path: Path, capsys: Run
) -> None:
    brief = tmp_path / "brief.txt"
    brief.write_text("It is used in https://a.example/maps every day. See www.b.example.\n")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    path = corpus / "sources.toml"
    path.write_text('# mine\n[[source]]\nid="maps"\ntitle="Mine"\nurl="http://a.example/maps/"\n')
    before = path.read_text()
    place = ("--corpus", corpus, "--json")
    assert call("sources", "discover", brief, *place) == 0
    (known, new), err = read(capsys)
    assert (known["known_as"], new["known_as"]) == ("maps", None)
    assert "2 links, 2 distinct, 1 new; --write adds them" in err
    assert path.read_text() == before
    assert call("sources", "discover", brief, *place, "--write") == 0
    assert path.read_text().startswith(before)
    written = path.read_text()
    assert "language" not in written
    assert call("sources", "discover", brief, *place, "--write") == 0
    assert path.read_text() == written


CATALOGUE = """
[[source]]
id = "jobs"
title = "Jobs and machines"
url = "{site}/jobs"
cited_for = "Automation could reach 9.8 million jobs; automation could reach 7.3 million jobs"
section = "Context"
page = 2

[[source]]
id = "plan"
title = "Plan nacional"
url = "{site}/plan"
cited_for = "En la consulta nacional participaron más de 1,500 personas"

[[source]]
id = "closed"
title = "Closed"
url = "{site}/closed"
cited_for = "=1+1"

[[source]]
id = "gone"
title = "Gone"
url = "{site}/gone"
"""


@pytest.fixture
def site(corpus: Path, monkeypatch: pytest.MonkeyPatch, encoder: HashEncoder) -> Iterator[Server]:
    """A site where one source is alive, one in the archive alone, one closed and one dead."""
    claim = "Automation could reach 9.8 million jobs in fifteen years."
    jobs = make_pdf([column(["Title page."]), column([claim])])
    routes = {"/jobs": gives(jobs), "/robots.txt": gives(b"User-agent: *\nDisallow: /closed\n")}
    with serve(routes) as server:
        copy = f"/web/20190302010203id_/{server.url}/plan"
        snapshot = f"{server.url}/web/20190302010203/{server.url}/plan"
        found = {"closest": {"available": True, "status": "200", "url": snapshot}}

        def api(handler: Handler) -> None:
            held = "plan" in handler.path
            handler.give(json.dumps({"archived_snapshots": found if held else {}}).encode())

        server.routes["/api"] = api
        server.routes[copy] = gives(
            page("Plan nacional", "En la consulta nacional participaron más de 1,500 personas. "
                 + "El plan propone acciones para todo el país. " * 40)
        )  # fmt: skip
        (corpus / "sources.toml").write_text(CATALOGUE.format(site=server.url), encoding="utf-8")
        for name, value in {"ALLOW": '["127.0.0.0/8"]', "PAUSE": "0", "BACKOFF": "0.01",
                            "ARCHIVE": f"{server.url}/api"}.items():  # fmt: skip
            monkeypatch.setenv(f"STRATEGY_QA_FETCH__{name}", value)
        monkeypatch.setattr(wiring, "load_encoder", lambda settings: encoder)
        yield server


def test_from_links_to_originals_to_an_audit(
    site: Server,
    corpus: Path,
    tmp_path: Path,
    capsys: Run,
    build: Callable[..., object],
    encoder: HashEncoder,
) -> None:
    place = ("--corpus", corpus)
    places = (*place, "--index", tmp_path / "index")
    (corpus / "documents" / "plan.md").unlink()  # an original somebody put there would stay
    # check: nothing is written, and exit 1 says that an original is gone
    assert call("sources", "check", *place, "--json") == 1
    checked, err = read(capsys)
    assert {line["id"]: line["state"] for line in checked} == {
        "jobs": "alive", "plan": "archived", "closed": "robots", "gone": "dead",
    }  # fmt: skip
    assert "1 alive" in err
    assert not (corpus / "fetched").exists()
    assert call("sources", "check", "jobs", *place) == 0
    assert capsys.readouterr().out.startswith("jobs  alive")
    assert call("sources", "check", "job", *place) == 1
    assert "Near it: jobs" in capsys.readouterr().err
    # fetch: by id or all, not neither
    assert call("sources", "fetch", *place) == 2
    capsys.readouterr()
    assert call("sources", "fetch", "--all", *place) == 0
    out, err = capsys.readouterr()
    assert "2 of 4 got, 0 held already" in err
    assert "plan: html" in out
    assert "archived copy of 2019-03-02 (answers 404)" in out
    assert "closed: robots: is closed to us by robots.txt" in out
    # the originals supersede; status, list and citations say from when they are
    build()
    assert call("status", *places) == 0
    out = capsys.readouterr().out
    assert "copy of 2019-03-02" in out
    assert call("sources", "list", *place) == 0
    out = capsys.readouterr().out
    assert "archived copy of 2019-03-02" in out
    assert "dead on 20" in out
    qa = StrategyQA.open(settings=Settings.load(corpus=corpus, index=tmp_path / "index"),
                         encoder=encoder)  # fmt: skip
    (hit, *_) = qa.search("consulta nacional personas")
    assert (hit.source.archived, hit.source.retrieved[:2]) == ("2019-03-02", "20")
    assert call("ask", "¿Cuántas personas participaron en la consulta nacional?", *places) == 0
    assert "archived copy of 2019-03-02" in capsys.readouterr().out
    # audit
    assert call("sources", "audit", *places, "--json") == 0
    rows, err = read(capsys)
    assert [(r["source"], r["verdict"], r["missing"], r["held"][:8]) for r in rows] == [  # type: ignore[index]
        ("jobs", "found", "", "original"),
        ("jobs", "partly", "7.3 million", "original"),
        ("plan", "found", "", "archived"),
        ("closed", "nothing is held of the source", "", "nothing"),
    ]
    assert (rows[0]["section"], str(rows[0]["place"])[:4]) == ("p. 2 · Context", "p. 2")
    assert (rows[0]["link"], rows[2]["link"]) == ("alive", "archived")
    assert "4 claims: 2 found, 1 partly, 1 nothing is held" in err
    assert call("sources", "audit", *places, "--format", "csv") == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["verdict"] for row in table] == [row["verdict"] for row in rows]
    assert table[3]["claim"] == "'=1+1"
    assert call("sources", "audit", *places, "--format", "markdown") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 4
    assert {line.count(" | ") for line in lines if "---" not in line} == {10}
    del site.routes["/jobs"]
    assert call("sources", "audit", *places, "--check") == 0
    assert "jobs: dead, held: original of" in capsys.readouterr().out
