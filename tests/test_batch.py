from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from strategy_qa.batch import Question, read_questions, run_batch
from strategy_qa.batch.write import write_output
from strategy_qa.errors import ConfigError
from strategy_qa.index.build import BuildReport
from strategy_qa.qa import StrategyQA
from strategy_qa.render import error_dict
from strategy_qa.together import WINDOW
from strategy_qa.types import Filters

JSON_KEYS = {
    "id", "question", "searched", "answer", "abstained", "confidence", "mode", "language",
    "citations", "conflicts", "hits", "index_build", "encoder", "latency_ms", "error",
}  # fmt: skip
MANUFACTURING = "How many jobs in manufacturing?"
CONSULTED = "¿Cuántas personas participaron en la consulta?"


def rows_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_json_lines_in_json_lines_out(qa: StrategyQA, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(
        f'{{"id": "a", "question": "{MANUFACTURING}"}}\n"{CONSULTED}"\n'
        '{"id": 7, "question": "  "}\nnot json\n\n{"text": 1}\n',
        encoding="utf-8",
    )
    report = run_batch(qa, source, target)
    rows = rows_of(target)
    assert [row["id"] for row in rows] == ["a", "2", "7", "4", "6"]
    assert all(set(row) == JSON_KEYS for row in rows)
    assert "2,809,944" in str(rows[0]["answer"])
    assert "1,500" in str(rows[1]["answer"])
    assert [bool(row["error"]) for row in rows] == [False, False, True, True, True]
    assert (report.rows, report.failed) == (5, 3)


def test_csv_in_csv_out_keeps_every_row(qa: StrategyQA, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    long = "x" * 200_000
    source.write_text(
        f'\ufeffid,Question\n1,"How many jobs,\nin manufacturing?"\n2,\n3,{long}\n1,Again?\n',
        encoding="utf-8",
    )
    report = run_batch(qa, source, target)
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["1", "2", "3", "1"]
    assert "2,809,944" in rows[0]["answer"]
    assert "Jobs and machines › By sector" in rows[0]["citations"]
    assert "row 2 has no question" in rows[1]["error"]
    assert "characters" in rows[2]["error"]
    assert report.repeated == 1


def test_a_row_narrows_itself(qa: StrategyQA, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text(
        "question,language,document\n"
        "automatable jobs,es,\nautomatable jobs,,jobs; plan\njobs,,jobs\njobs,fr,\n"
        "jobs,French,\njobs,,nope\n"
    )
    run_batch(qa, source, target, filters=Filters(documents=frozenset({"plan"})))
    rows = rows_of(target)
    found = [{hit["document_id"] for hit in row["hits"]} for row in rows]  # type: ignore[attr-defined]
    assert found == [{"plan"}, {"jobs", "plan"}, {"jobs"}, set(), set(), set()]
    assert "no passage of the index is in this language" in str(rows[3]["error"])
    assert "language is a code" in str(rows[4]["error"])
    assert "nope" in str(rows[5]["error"])


def write_sheet(path: Path, rows: list[list[object]]) -> None:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_every_kind_of_input_gives_the_same_questions(tmp_path: Path) -> None:
    expected = [Question("7", MANUFACTURING), Question("8", CONSULTED, language="es")]
    head, first, second = "id{0}question{0}language", f"7{{0}}{MANUFACTURING}{{0}}", "8{0}{1}{0}es"
    text = "\n".join([head, first, second, ""]).replace("{1}", CONSULTED)
    for name, delimiter, encoding in [
        ("in.csv", ",", "utf-8"),
        ("semicolons.csv", ";", "utf-8-sig"),
        ("in.tsv", "\t", "utf-8"),
        ("wide.tsv", "\t", "utf-16"),
    ]:
        (tmp_path / name).write_text(text.replace("{0}", delimiter), encoding=encoding)
        assert read_questions(tmp_path / name) == expected, name
    rows: list[list[object]] = [["id", "question", "language"], [7, MANUFACTURING], []]
    write_sheet(tmp_path / "in.xlsx", [*rows, [8.0, CONSULTED, "es"]])
    assert read_questions(tmp_path / "in.xlsx") == expected
    (tmp_path / "in.txt").write_text(f"{MANUFACTURING}\n\n{CONSULTED}\n", encoding="utf-8")
    assert [q.text for q in read_questions(tmp_path / "in.txt")] == [MANUFACTURING, CONSULTED]


def test_the_only_column_is_the_question(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("whatever\nHow many?\n")
    assert read_questions(source) == [Question("1", "How many?")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("in.csv", b"a,b\n1,2\n", "no column named question"),
        ("in.csv", b"question\n", "holds no questions"),
        ("in.csv", b'question\n"open', "not a CSV file"),
        ("in.jsonl", b"", "holds no questions"),
        ("in.jsonl", b"\x00\xff\xfe", "not UTF-8"),
        ("in.xlsx", b"PK no workbook", "cannot be read as an Excel workbook"),
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


def test_every_output_holds_the_same_and_twice_the_same_bytes(
    qa: StrategyQA, tmp_path: Path
) -> None:
    source = tmp_path / "in.txt"
    source.write_text(f"{MANUFACTURING}\n{CONSULTED}\nWho painted the chapel?\n¿?\n", "utf-8")
    for suffix in ("csv", "jsonl", "parquet", "xlsx"):
        outputs = [tmp_path / f"{run}.{suffix}" for run in "ab"]
        for output in outputs:
            run_batch(qa, source, output)
        assert outputs[0].read_bytes() == outputs[1].read_bytes(), suffix
    expected = rows_of(tmp_path / "a.jsonl")
    table = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert [{key: row[key] for key in JSON_KEYS} for row in table] == expected
    head, *cells = load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True)
    for row, found in zip(expected, cells, strict=True):
        named = dict(zip(head, found, strict=True))
        assert [named[key] or "" for key in ("question", "answer", "error")] == [
            row[key] or "" for key in ("question", "answer", "error")
        ]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet", "xlsx"])
def test_evidence_is_a_row_a_citation(qa: StrategyQA, tmp_path: Path, suffix: str) -> None:
    source, target = tmp_path / "in.txt", tmp_path / f"out.{suffix}"
    source.write_text("¿Cuáles son las cuatro acciones del plan?\nWho painted the chapel?\n")
    run_batch(qa, source, target, evidence=True)
    if suffix == "csv":
        rows = list(csv.DictReader(io.StringIO(target.read_bytes().decode(), newline="")))
    elif suffix == "jsonl":
        rows = rows_of(target)  # type: ignore[assignment]
    elif suffix == "parquet":
        rows = pq.read_table(target).to_pylist()
    else:
        head, *cells = load_workbook(target).active.iter_rows(values_only=True)
        rows = [dict(zip(head, row, strict=True)) for row in cells]
    assert [row["id"] for row in rows] == ["1"] * (len(rows) - 1) + ["2"]
    assert not rows[-1]["quote"]
    for row in rows[:-1]:
        text = qa.document(row["document_id"]).text
        assert text[int(row["start"]) : int(row["end"])] == row["quote"]


def test_cells_that_a_spreadsheet_would_run_are_defused(tmp_path: Path) -> None:
    texts = ["=1+1", "@cmd", "-2", "- a bullet"]
    rows = [error_dict(text, "error", row_id="1") for text in texts]
    write_output(tmp_path / "out.csv", rows, evidence=False)
    with (tmp_path / "out.csv").open(newline="") as file:
        cells = [row["question"] for row in csv.DictReader(file)]
    assert cells == ["'=1+1", "'@cmd", "'-2", "- a bullet"]
    rows.append(error_dict("bell\x07 " + "x" * 40_000, "error", row_id="2"))
    write_output(tmp_path / "out.xlsx", rows, evidence=False)
    column = [cell for (_, cell, *_) in load_workbook(tmp_path / "out.xlsx").active.rows][1:]
    assert [cell.value for cell in column[:4]] == texts
    assert {cell.data_type for cell in column} == {"s"}
    assert len(column[4].value) == 32_767


def test_the_run_card_says_what_the_answers_come_from(qa: StrategyQA, tmp_path: Path) -> None:
    source, target = tmp_path / "in.txt", tmp_path / "out.csv"
    source.write_text(MANUFACTURING)
    run_batch(qa, source, target, command=["strategy-qa", "batch"])
    card = json.loads((tmp_path / "out.csv.run.json").read_text())
    assert card["index_build"] == qa.status().build
    assert card["weights"] == qa.encoder.fingerprint
    assert card["settings"]["answer"]["threshold"] == 0.5
    assert card["command"] == ["strategy-qa", "batch"]
    assert card["rows"] == 1
    assert not list(tmp_path.glob("*.part"))


# An interrupted run: WINDOW questions to a window, and two windows and a half of questions.
MANY = [MANUFACTURING, CONSULTED, "¿?", "Who painted the chapel?"] * (WINDOW // 2 + WINDOW // 8)


class Killed(Exception):
    pass


def interrupt(qa: StrategyQA, source: Path, target: Path, *, after: int) -> None:
    def progress(done: int, total: int) -> None:
        if done >= after:
            raise Killed

    with pytest.raises(Killed):
        run_batch(qa, source, target, progress=progress)


def test_a_batch_goes_on_where_it_was_cut_off(qa: StrategyQA, tmp_path: Path) -> None:
    source, whole, target = (tmp_path / name for name in ("in.txt", "whole.jsonl", "out.jsonl"))
    source.write_text("\n".join(MANY), encoding="utf-8")
    target.write_text("older")
    run_batch(qa, source, whole)
    interrupt(qa, source, target, after=2 * WINDOW)
    part = tmp_path / "out.jsonl.part"
    with pytest.raises(ConfigError, match="--resume"):
        run_batch(qa, source, target)
    assert target.read_text() == "older"
    for torn in (b"", b'{"id": "half', b'{"id": "another"}\n' * 3):
        kept = part.read_bytes()
        part.write_bytes(kept + torn)
        report = run_batch(qa, source, target, resume=True)
        assert report.resumed == 2 * WINDOW
        assert target.read_bytes() == whole.read_bytes()
        part.write_bytes(kept)
    part.write_bytes(b'{"form')
    assert run_batch(qa, source, target, resume=True).resumed == 0
    assert target.read_bytes() == whole.read_bytes()


def test_a_batch_does_not_go_on_with_another_one(
    qa: StrategyQA, tmp_path: Path, build: Callable[..., BuildReport], corpus: Path
) -> None:
    source, target = tmp_path / "in.txt", tmp_path / "out.jsonl"
    source.write_text("\n".join(MANY), encoding="utf-8")
    interrupt(qa, source, target, after=WINDOW)
    with pytest.raises(ConfigError, match="another filters"):
        run_batch(qa, source, target, resume=True, filters=Filters(kinds=frozenset({"page"})))
    source.write_text("\n".join(MANY[1:]), encoding="utf-8")
    with pytest.raises(ConfigError, match="another input"):
        run_batch(qa, source, target, resume=True)
    source.write_text("\n".join(MANY), encoding="utf-8")
    (corpus / "documents" / "sky.md").write_text("# Sky\n\nThe observatory stands in Puebla.")
    build()
    with pytest.raises(ConfigError, match="another index build"):
        run_batch(qa, source, target, resume=True)


def test_two_runs_do_not_write_one_output(qa: StrategyQA, tmp_path: Path) -> None:
    source, target = tmp_path / "in.txt", tmp_path / "out.jsonl"
    source.write_text(MANUFACTURING)

    def progress(done: int, total: int) -> None:
        with pytest.raises(ConfigError, match="another run"):
            run_batch(qa, source, target)

    run_batch(qa, source, target, progress=progress)


RUN = """
import sys
from pathlib import Path
from strategy_qa.batch import run_batch
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder

index, source, target = map(Path, sys.argv[1:])
qa = StrategyQA.open(settings=Settings.load(index=index), encoder=HashEncoder())
print("ready", flush=True)
run_batch(qa, source, target, resume=True, progress=lambda done, total: print(done, flush=True))
"""


def test_kill_9_neither_repeats_nor_loses_a_row(
    qa: StrategyQA, tmp_path: Path, settings: object
) -> None:
    source, whole, target = (tmp_path / name for name in ("in.txt", "whole.csv", "out.csv"))
    source.write_text("\n".join(MANY), encoding="utf-8")
    run_batch(qa, source, whole)
    command = [sys.executable, "-c", RUN, tmp_path / "index", source, target]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            if line.strip() == str(WINDOW):
                break
        os.kill(run.pid, signal.SIGKILL)
    assert not target.exists()
    assert run_batch(qa, source, target, resume=True).resumed >= WINDOW
    assert target.read_bytes() == whole.read_bytes()


TEXTS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TEXTS, st.sampled_from([("csv", ","), ("csv", ";"), ("tsv", "\t")]), st.data())
def test_any_text_survives_a_table(
    tmp_path: Path, texts: list[str], kind: tuple[str, str], data: st.DataObject
) -> None:
    suffix, delimiter = kind
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    ids = data.draw(st.lists(st.text(st.characters(codec="utf-8")), min_size=8, max_size=8))
    source = tmp_path / f"in.{suffix}"
    with source.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["id", "question"])
        writer.writerows(zip(ids, texts, strict=False))
    expected = [
        (id_ or str(number), text if text.strip() else "")
        for number, (id_, text) in enumerate(zip(ids, texts, strict=False), start=1)
        if id_.strip() or text.strip()
    ]
    try:
        found = [(q.id, q.text) for q in read_questions(source)]
    except ConfigError:
        assert not expected
    else:
        assert found == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["csv", "tsv", "txt", "jsonl", "xlsx"]))
def test_any_bytes_are_questions_or_one_line(tmp_path: Path, data: bytes, suffix: str) -> None:
    source = tmp_path / f"in.{suffix}"
    source.write_bytes(b"question\n" + data if suffix in ("csv", "tsv") else data)
    try:
        rows = read_questions(source)
    except ConfigError:
        return
    assert rows
    assert all(row.text or row.error for row in rows)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_any_json_question_becomes_a_row_of_every_output(
    qa: StrategyQA, tmp_path: Path, texts: list[str]
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"id": t, "question": t}) + "\n" for t in texts))
    for suffix in ("csv", "jsonl", "parquet", "xlsx"):
        target = tmp_path / f"out.{suffix}"
        assert run_batch(qa, source, target).rows == len(texts)
        assert target.stat().st_size
