from __future__ import annotations

import csv
import io
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from strategy_qa.cli import app
from strategy_qa.errors import ConfigError
from strategy_qa.evaluate import read_gold
from strategy_qa.feedback import feedback_on, keep, read_feedback
from strategy_qa.qa import StrategyQA

QUESTION = "How many jobs could automation reach?"


@pytest.fixture
def file(qa: StrategyQA, tmp_path: Path) -> Path:
    path = tmp_path / "feedback.jsonl"
    word = feedback_on(qa.ask(QUESTION), helpful=False, id_="abc")
    keep(path, word)
    keep(path, replace(word, reason="page", note="=HYPERLINK(1)" + "x" * 5_000))
    keep(path, feedback_on(qa.ask(QUESTION), helpful=True))
    return path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_last_word_on_an_answer_counts(file: Path) -> None:
    first, second = read_feedback(file)
    assert (first.id, first.helpful, first.reason, len(first.note)) == ("abc", False, "page", 1_000)
    assert second.helpful
    assert first.question == QUESTION
    assert first.quotes[0]["quote"] in first.answer
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_tells_who_said_it(file: Path) -> None:
    assert set(json.loads(file.read_text("utf-8").splitlines()[0])) == {
        "id", "day", "helpful", "reason", "note", "question", "language", "answer", "abstained",
        "confidence", "quotes", "index_build",
    }  # fmt: skip


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with pytest.raises(ConfigError):
        read_feedback(path)
    path.write_text('{"id": 1}\n', "utf-8")
    with pytest.raises(ConfigError, match="line 1"):
        read_feedback(path)


def test_it_is_exported_as_lines_and_as_a_table_without_formulas(file: Path) -> None:
    lines = run("feedback", "export", "--file", file).splitlines()
    assert [json.loads(line)["helpful"] for line in lines] == [False, True]
    table = run("feedback", "export", "--file", file, "--csv", "--unhelpful")
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["note"].startswith("'=HYPERLINK")


def test_a_thumb_down_becomes_a_gold_row(
    file: Path, tmp_path: Path, build: Callable[..., object]
) -> None:
    gold, index = tmp_path / "gold.jsonl", tmp_path / "index"
    quote = "Automation could reach 9.8 million jobs in fifteen years."
    command = ("feedback", "gold", "abc", "--file", file, "-o", gold, "--index", index)
    run(*command, "--quote", quote, "--answer", "9.8 million")
    (row,) = read_gold([gold])
    assert (row.id, row.document_id, row.quotes, row.pages) == ("f-abc", "jobs", (quote,), (1,))
    for more in (("--quote", quote), ("--quote", "Not there."), ()):
        with pytest.raises(ConfigError):
            run(*command, *more)
    assert len(read_gold([gold])) == 1
