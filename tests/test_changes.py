"""What changed between two builds, and what an index folder says of itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from strategy_qa.changes import answer_changes, document_changes, two_builds
from strategy_qa.errors import ConfigError
from strategy_qa.index.build import BuildReport
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder
from test_cli import call

Build = Callable[..., BuildReport]


@pytest.fixture
def builds(build: Build, corpus: Path) -> tuple[str, str]:
    old = build().manifest.build
    path = corpus / "documents" / "jobs.md"
    path.write_text(path.read_text().replace("2,809,944", "2,809,999"))
    (corpus / "documents" / "n.md").write_text("# N\n\nNumber 5 is here.")
    return old, build().manifest.build


def test_documents_and_answers_that_changed(
    builds: tuple[str, str], settings: Settings, encoder: HashEncoder
) -> None:
    folder = settings.index
    assert two_builds(folder, None, None) == builds
    plan = document_changes(folder, *builds)
    assert (plan.added, plan.changed, plan.removed) == (("n",), ("jobs",), ())
    questions = ["How many jobs in manufacturing?", "How many jobs in construction?"]
    (change,) = answer_changes(folder, *builds, questions, encoder=encoder, settings=settings)
    assert change.question == questions[0]
    assert "2,809,944" in change.before
    assert "2,809,999" in change.after
    back = document_changes(folder, builds[1], builds[0])
    assert (back.added, back.removed) == ((), ("n",))
    with pytest.raises(ConfigError, match="no build nonsense is kept"):
        two_builds(folder, "nonsense", None)
    with pytest.raises(ConfigError, match="no older build"):
        two_builds(folder, None, builds[0])


def test_diff_and_status_on_the_command_line(
    builds: tuple[str, str], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    places = "--index", settings.index, "--corpus", settings.corpus
    assert call("diff", *places) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"{builds[0]} -> {builds[1]}"
    assert out[1:3] == ["added     n", "changed   jobs"]
    assert call("diff", *builds, *places, "--json") == 0
    assert json.loads(capsys.readouterr().out)["changed"] == ["jobs"]
    assert call("diff", builds[0], builds[0], *places) == 0
    assert "0 added, 0 changed, 0 removed" in capsys.readouterr().out

    assert call("status", *places) == 0
    text = capsys.readouterr().out
    for said in (
        f"live      {builds[1]}",
        f"kept      {builds[0]}",
        "1 digest, 2 original",
        "free",
    ):
        assert said in text
    assert call("status", *places, "--json") == 0
    status = json.loads(capsys.readouterr().out)
    assert [each["build"] for each in status["builds"]] == list(reversed(builds))
    assert status["editions"] == {"digest": 1, "original": 2}
    assert 0 < status["builds"][0]["bytes"] < status["bytes"] < status["free_bytes"]
    assert 0 <= status["age_seconds"] < 600
