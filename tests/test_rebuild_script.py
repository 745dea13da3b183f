"""scripts/rebuild_index.sh: what it says, how it ends, and what answers then."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from strategy_qa.index import live_build

SCRIPT = Path(__file__).parent.parent / "scripts" / "rebuild_index.sh"


def run(program: Path, *arguments: object) -> tuple[int, list[str]]:
    done = subprocess.run(
        [SCRIPT, *map(str, arguments)],
        env={**os.environ, "REBUILD_PROGRAM": str(program)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    return done.returncode, done.stdout.splitlines()


def executable(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.mark.model
def test_a_tiny_corpus_is_rebuilt_behind_its_gate(corpus: Path, tmp_path: Path) -> None:
    program = executable(tmp_path / "program", f'exec {sys.executable} -m strategy_qa "$@"')
    places = "--corpus", corpus, "--index", tmp_path / "index", "--no-fetch"
    code, lines = run(program, *places)
    assert [line.split(" ", 1)[1].split(",")[0] for line in lines] == ["build ok", "verify ok"]
    assert code == 0
    live = live_build(tmp_path / "index")
    assert live in lines[0]
    (corpus / "documents" / "n.md").write_text("# N\n\nNumber 5 is here.")
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        '{"id": "a", "question": "How many moons?", "language": "en", "kind": "number",'
        ' "answers": ["seventy moons"], "quotes": ["Automation could reach"],'
        ' "document_id": "jobs", "answerable": true}\n'
    )
    code, lines = run(program, *places, "--gold", gold, "--min", "acceptable_answer=0.9")
    assert (code, len(lines)) == (4, 1)
    assert "is not published" in lines[0]
    assert live_build(tmp_path / "index") == live
    with (tmp_path / "index" / ".rebuild.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        code, lines = run(program, *places)
    assert (code, "another rebuild" in lines[0]) == (75, True)


@pytest.mark.parametrize(
    ("fails", "publishes", "code", "steps"),
    [
        ("nothing", True, 0, ["fetch", "build", "verify"]),
        ("sources", True, 3, ["fetch", "build", "verify"]),
        ("build", False, 4, ["fetch", "build"]),
        ("verify", True, 5, ["fetch", "build", "verify", "rollback"]),
        ("verify", False, 0, ["fetch", "build", "verify", "repair"]),
        ("verify rollback", True, 6, ["fetch", "build", "verify", "rollback"]),
    ],
)
def test_each_step_that_fails_has_its_exit_code(
    tmp_path: Path, fails: str, publishes: bool, code: int, steps: list[str]
) -> None:
    """The steps are played by a shell script: here it is the order and the codes that count."""
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "current.json").write_text("old")
    played = f"""
case $1 in build) {"echo new > index/current.json" if publishes else ":"} ;; esac
echo "said $*"
case "$*" in *--repair*) exit 0 ;; esac
case " {fails} " in *" $1 "*) exit 1 ;; esac"""
    program = executable(tmp_path / "program", f"cd {tmp_path}{played}")
    found, lines = run(program, "--index", tmp_path / "index", "--min", "recall@1=0.5")
    assert [line.split()[1] for line in lines] == steps
    assert found == code
    assert "--min recall@1=0.5" in lines[1]


def test_wrong_options_are_told(tmp_path: Path) -> None:
    program = executable(tmp_path / "program", "exit 0")
    assert run(program, "--nonsense", "x")[0] == 2
    assert run(program, "--index")[0] == 2
    assert run(program, "--help")[0] == 0


def test_the_script_is_clean() -> None:
    beside = Path(sys.executable).parent / "shellcheck"
    program = str(beside) if beside.exists() else shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck is not installed")
    subprocess.run([program, SCRIPT], check=True)
