from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategy_qa.batch import BatchWriter, Outcome, Question, answer_questions, read_questions
from strategy_qa.errors import ConfigError
from strategy_qa.qa import StrategyQA

JSON_KEYS = {
    "id", "question", "searched", "answer", "abstained", "confidence", "mode", "language",
    "citations", "hits", "index_build", "encoder", "latency_ms", "error",
}  # fmt: skip


def run(qa: StrategyQA, source: Path, target: Path) -> None:
    with BatchWriter(target) as writer:
        for outcome in answer_questions(qa, read_questions(source)):
            writer.write(outcome)


def test_json_lines_in_json_lines_out(qa: StrategyQA, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(
        '{"id": "a", "question": "How many jobs in manufacturing?"}\n'
        '"¿Cuántas personas participaron en la consulta?"\n'
        '{"id": 7, "question": "  "}\n'
        "not json\n\n"
        '{"text": 1}\n',
        encoding="utf-8",
    )
    run(qa, source, target)
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["a", "2", "7", "4", "6"]
    assert all(set(row) == JSON_KEYS for row in rows)
    assert "2,809,944" in rows[0]["answer"]
    assert "1,500" in rows[1]["answer"]
    assert [bool(row["error"]) for row in rows] == [False, False, True, True, True]


def test_csv_in_csv_out_keeps_every_row(qa: StrategyQA, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    long = "x" * 20_000
    source.write_text(
        f'\ufeffid,Question\n1,"How many jobs,\nin manufacturing?"\n2,\n3,{long}\n',
        encoding="utf-8",
    )
    run(qa, source, target)
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert "2,809,944" in rows[0]["answer"]
    assert "row 2 has no question" in rows[1]["error"]
    assert "characters" in rows[2]["error"]


def test_the_only_column_is_the_question(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("whatever\nHow many?\n")
    assert read_questions(source) == [Question("1", "How many?")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("in.csv", b"a,b\n1,2\n", "no column named question"),
        ("in.csv", b"question\n", "holds no questions"),
        ("in.jsonl", b"", "holds no questions"),
        ("in.jsonl", b"\xff\xfe\x00", "not UTF-8"),
        ("in.docx", b"", "unknown format"),
    ],
)
def test_an_unusable_input_is_one_line(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        read_questions(source)


def test_a_batch_that_fails_keeps_the_older_result(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("older")
    with pytest.raises(RuntimeError), BatchWriter(target) as writer:  # noqa: PT012
        writer.write(Outcome(Question("1", "?"), None, "no"))
        raise RuntimeError
    assert target.read_text() == "older"
    assert json.loads((tmp_path / "out.jsonl.part").read_text())["error"] == "no"


def test_cells_that_a_spreadsheet_would_run_are_defused(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with BatchWriter(target) as writer:
        for text in ("=1+1", "@cmd", "-2", "- a bullet"):
            writer.write(Outcome(Question("1", text), None, "error"))
    with target.open(newline="") as file:
        cells = [row["question"] for row in csv.DictReader(file)]
    assert cells == ["'=1+1", "'@cmd", "'-2", "- a bullet"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=8))
def test_any_text_survives_a_csv(tmp_path: Path, texts: list[str]) -> None:
    source = tmp_path / "in.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["question"])
        writer.writerows([text] for text in texts)
    try:
        found = [q.text for q in read_questions(source)]
    except ConfigError:
        assert not any(text.strip() for text in texts)
    else:
        assert found == [text for text in texts if text.strip()]
