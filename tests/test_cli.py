from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from strategy_qa import cli
from strategy_qa.cli import options

Run = pytest.CaptureFixture[str]


def call(*arguments: object) -> int:
    """Run a command in this process; its exit code."""
    options._verbose = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["strategy-qa", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return int(ended.value.code or 0)


@pytest.fixture
def places(corpus: Path, tmp_path: Path) -> list[object]:
    return ["--corpus", corpus, "--index", tmp_path / "index"]


@pytest.mark.model
def test_a_maintainer_builds_and_a_user_asks(
    places: list[object], capsys: Run, tmp_path: Path, corpus: Path
) -> None:
    (corpus / "documents" / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert call("build", *places, "--json") == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert report["documents"] == 2
    assert "left out  documents/broken.pdf" in err
    assert "2 documents, 1 files left out" in err

    assert call("ask", "How many jobs in manufacturing?", *places, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert "2,809,944" in answer["answer"]
    assert answer["index_build"] == report["build"]

    assert call("ask", "¿Cuántas personas participaron en la consulta?", *places) == 0
    assert "1,500" in capsys.readouterr().out

    assert call("search", "consulta nacional", *places, "-k", 1, "--json") == 0
    hit = json.loads(capsys.readouterr().out)
    assert hit["document_id"] == "plan"
    assert call("text", "plan", *places) == 0
    text = capsys.readouterr().out
    assert text[hit["start"] : hit["end"]] == hit["text"]

    questions, answers = tmp_path / "in.csv", tmp_path / "out.jsonl"
    questions.write_text("question\nHow many jobs in manufacturing?\n,\n\n")
    assert call("batch", questions, "-o", answers, *places) == 0
    assert len(answers.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [["ask", "What?"], ["search", "x"], ["status"], ["text", "jobs"]],
    ids=lambda a: str(a[0]),
)
def test_without_an_index_one_line_says_what_to_run(
    places: list[object], capsys: Run, arguments: list[str]
) -> None:
    assert call(*arguments, *places) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "strategy-qa build" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "--corpus", "/nonexistent"], "has no folder documents/"),
        (["ask", "x", "--config", "/nonexistent.toml"], "no such file"),
        (["batch", "x.doc", "-o", "y.jsonl"], "unknown format"),
        (["batch", "x.csv", "-o", "y.doc"], "unknown format"),
        (["batch", "/nonexistent.csv", "-o", "y.jsonl"], "cannot be read"),
    ],
)
def test_our_errors_are_one_line_and_exit_1(
    capsys: Run, tmp_path: Path, arguments: list[str], said: str
) -> None:
    assert call(*arguments, "--index", tmp_path / "index") == 1
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "x", "--language", "French"],
        ["ask", "x", "--year", "20x8"],
        ["ask", "x", "--year", "2020..2018"],
        ["ask", "x", "--kind", "rumour"],
        ["search", "x", "-k", "0"],
        ["nothing"],
        ["chat", "--port", "99999"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_2(capsys: Run, arguments: list[str]) -> None:
    assert call(*arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_traceback_is_shown_only_on_request(places: list[object], capsys: Run) -> None:
    assert call("status", *places, "-v") == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2018", (2018, 2018)),
        ("2018..2020", (2018, 2020)),
        ("2018..", (2018, None)),
        ("..2020", (None, 2020)),
    ],
)
def test_years(text: str, years: tuple[int | None, int | None]) -> None:
    assert options.parse_years(text) == years


def test_help_is_quick_and_quiet() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "strategy_qa", "--help"], capture_output=True, text=True, check=True
    )
    assert "ask" in done.stdout
    assert done.stderr == ""


OFFLINE = """
import socket, sys, threading

real = socket.socket.connect

def connect(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise SystemExit(f"a connection to {address} was tried")
    return real(self, address)

def look_up(host, *args, **kwargs):
    if host not in ("127.0.0.1", "::1", "localhost", "0.0.0.0", None):
        raise SystemExit(f"{host} was looked up")
    return real_look_up(host, *args, **kwargs)

real_look_up, socket.getaddrinfo = socket.getaddrinfo, look_up
socket.socket.connect = connect

from pathlib import Path
from strategy_qa.encode import SentenceEncoder
from strategy_qa.index.build import build_index
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings

corpus, index = map(Path, sys.argv[1:])
encoder = SentenceEncoder.load("multilingual-e5-small")
build_index(corpus, index, encoder=encoder, chunk_tokens=200)
settings = Settings.load(corpus=corpus, index=index)
qa = StrategyQA.open(settings=settings, encoder=encoder)
assert "2,809,944" in qa.ask("How many jobs in manufacturing?").text

import urllib.request
from strategy_qa.app import serve

def visit(url):
    def run():
        with urllib.request.urlopen(url) as page:
            print(page.status, len(page.read()), flush=True)
        import os
        os._exit(0)
    threading.Thread(target=run).start()

serve(qa, settings, host="127.0.0.1", port=0, ready=visit)
"""


@pytest.mark.model
def test_the_network_is_never_used_to_build_ask_or_serve(corpus: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, corpus, tmp_path / "index"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    status, size = done.stdout.split()
    assert status == "200"
    assert int(size) > 1_000
