from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pdf_maker import column, make_pdf
from strategy_qa.batch import run_batch
from strategy_qa.cli import app
from strategy_qa.errors import ConfigError
from strategy_qa.index import Index, live_build
from strategy_qa.index.build import build_index
from strategy_qa.pack import PackReport, pack_answers, verify_pack
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import AnswerSettings, Settings
from strategy_qa.testing import HashEncoder

PLAN = """\
---
id: plan
publisher: Gobierno de Ejemplo
title: Plan nacional & "más"
year: 2020
language: es
---

# Plan nacional

En la consulta nacional participaron más de 1,500 personas de todo el país.
"""
HARBOUR = [
    column(["The harbour report", "It was written by the port authority."]),
    column(["The survey counted 47 fishing boats in the harbour.", "Most of them are small."]),
]
QUESTIONS = "How many fishing boats did the survey count in the harbour?\n\
¿Cuántas personas participaron en la consulta nacional?\nWho painted the ceiling?\n"


class Made:
    """A corpus with its index, answers and a pack of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.corpus = folder, folder / "corpus"
        documents = self.corpus / "documents"
        documents.mkdir(parents=True)
        (documents / "plan.md").write_text(PLAN, encoding="utf-8")
        (documents / "harbour.pdf").write_bytes(make_pdf(HARBOUR, title="Harbour"))
        encoder = HashEncoder()
        build_index(self.corpus, folder / "index", encoder=encoder, chunk_tokens=200)
        settings = Settings(
            corpus=self.corpus,
            index=folder / "index",
            answer=AnswerSettings(threshold=0.3),  # a hash is less sure of itself than a model
        )
        qa = StrategyQA.open(settings=settings, encoder=encoder)
        (folder / "in.txt").write_text(QUESTIONS, encoding="utf-8")
        self.answers = folder / "answers.jsonl"
        run_batch(qa, folder / "in.txt", self.answers)
        self.build = folder / "index" / live_build(folder / "index")
        self.index = Index.open_build(self.build)
        self.path = folder / "evidence.zip"
        self.report = self.pack(self.answers, self.path)

    def pack(self, answers: Path, output: Path, **options: Any) -> PackReport:
        given = {"corpus": self.corpus, **options}
        return pack_answers(self.index, self.build, answers, output, **given)

    def files(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("pack"))


def test_a_pack_holds_answers_quotes_pages_and_sources(made: Made) -> None:
    files = made.files()
    rows = [json.loads(line) for line in made.answers.read_text(encoding="utf-8").splitlines()]
    assert [json.loads(line) for line in files["answers.jsonl"].splitlines()] == rows
    manifest = json.loads(files["manifest.json"])
    boats = manifest["quotes"][0]
    (cited, *_) = rows[0]["citations"]
    assert cited["page"] == 2
    passage = files[boats["passage"]].decode()
    start = boats["start"] - boats["passage_start"]
    assert passage[start : start + len(cited["quote"])] == cited["quote"]
    assert "47 fishing boats" in cited["quote"]
    assert "port authority" not in passage  # the page before
    assert files[boats["images"][0]].startswith(b"\x89PNG")
    assert [document["id"] for document in manifest["documents"]] == ["harbour", "plan"]
    pdf = (made.corpus / "documents" / "harbour.pdf").read_bytes()
    assert manifest["documents"][0]["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert manifest["index"]["weights"] == HashEncoder().fingerprint
    assert "@techreport{plan," in files["bibliography.bib"].decode()
    assert "Gobierno de Ejemplo (2020)." in files["bibliography.txt"].decode()
    assert "47 fishing boats" in files["answers.html"].decode()
    assert (made.report.answers, made.report.documents) == (3, 2)
    assert made.report.pictures >= 1


def test_the_same_answers_give_the_same_bytes(made: Made, tmp_path: Path) -> None:
    made.pack(made.answers, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == made.path.read_bytes()
    made.pack(made.answers, tmp_path / "es.zip", language="es")
    with zipfile.ZipFile(tmp_path / "es.zip") as archive:
        assert "[original]" in archive.read("bibliography.txt").decode()
        assert 'lang="es"' in archive.read("answers.html").decode()


def test_a_pack_that_holds_says_what_was_checked(made: Made) -> None:
    for index in (None, made.index):
        found = verify_pack(made.path, index=index)
        assert found.problems == ()
        assert f"{made.report.quotes} quotes" in found.checked
    assert any("of them in the documents" in line for line in found.checked)
    assert f"SHA-256 {made.report.sha256}" in found.checked


def rewrite(made: Made, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    files = made.files()
    change(files)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


def seal(files: dict[str, bytes]) -> None:
    """What a forger does who knows the format: every hash fits again."""
    manifest = json.loads(files["manifest.json"])
    rows = [json.loads(line) for line in files["answers.jsonl"].splitlines()]
    for note in manifest["quotes"]:
        cited = rows[note["answer"] - 1]["citations"][note["number"] - 1]
        note["sha256"] = hashlib.sha256(cited["quote"].encode()).hexdigest()
    for name in manifest["files"]:
        manifest["files"][name] = hashlib.sha256(files[name]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()


def swap(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return change


def sealed(*changes: Callable[[dict[str, bytes]], None]) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        for each in (*changes, seal):
            each(files)

    return change


CONFLICT = (
    b'"conflicts": [{"measure": "count", "readings": '
    b'[{"citation": 1, "value": "74", "start": 0, "end": 2}]}]'
)
BOATS = (b"47 fishing boats", b"74 fishing boats")


def other_text(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["manifest.json"])
    for document in manifest["documents"]:
        document["text_sha256"] = "0" * 64
    files["manifest.json"] = json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("change", "subject", "reason"),
    [
        (swap("answers.jsonl", *BOATS), "answers.jsonl", "was altered"),
        (swap("answers.jsonl", *BOATS), "answer 1, quote [1]", "does not stand in its passage"),
        (swap("passages/0001.txt", *BOATS), "passages/0001.txt", "was altered"),
        (swap("passages/0001.txt", *BOATS), "answer 1, quote [1]", "does not stand in its"),
        (sealed(swap("answers.jsonl", *BOATS)), "answer 1, quote [1]", "does not stand in its"),
        (
            sealed(swap("answers.jsonl", *BOATS), swap("passages/0001.txt", *BOATS)),
            "answer 1, quote [1]",
            "does not stand in harbour as the index",
        ),
        (
            sealed(swap("answers.jsonl", *BOATS), swap("passages/0001.txt", *BOATS), other_text),
            "answer 1, quote [1]",
            "does not stand in harbour as the index",
        ),
        (
            sealed(swap("answers.jsonl", b'"answer": "', b'"answer": "Surely. ')),
            "answer 1",
            "says something else than its quotes",
        ),
        (
            sealed(swap("answers.jsonl", b'"conflicts": []', CONFLICT)),
            "answer 1",
            "which its quotes do not say",
        ),
        (swap("manifest.json", b'"sha256": "', b'"sha256": "0'), "answer 1, quote [1]", "altered"),
        (lambda f: f.pop("images/0001.png"), "images/0001.png", "is missing"),
        (lambda f: f.pop("answers.jsonl"), "answers.jsonl", "is missing"),
        (lambda f: f.update({"images/9999.png": b""}), "images/9999.png", "was added"),
        (sealed(swap("answers.jsonl", b'"start": ', b'"start": 1')), "answer 1, quote [1]", "else"),
    ],
)
def test_what_was_tampered_with_is_named(
    made: Made,
    tmp_path: Path,
    change: Callable[[dict[str, bytes]], None],
    subject: str,
    reason: str,
) -> None:
    found = verify_pack(rewrite(made, tmp_path / "forged.zip", change), index=made.index)
    said = [problem.reason for problem in found.problems if problem.subject == subject]
    assert any(reason in each for each in said), found.problems


def test_a_document_that_moved_on_still_vouches_for_what_it_says(
    made: Made, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "documents").mkdir(parents=True)
    text = PLAN.replace("# Plan nacional\n", "# Plan nacional\n\nUn prólogo nuevo.\n")
    (corpus / "documents" / "plan.md").write_text(text, encoding="utf-8")
    build_index(corpus, tmp_path / "index", encoder=HashEncoder(), chunk_tokens=200)
    found = verify_pack(made.path, index=Index.open(tmp_path / "index"))
    assert found.problems == ()
    (compared,) = (line for line in found.checked if "of them" in line)
    assert 0 < int(compared.split()[0]) < made.report.quotes


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../evil.txt", "which no pack has"),
        ("/etc/passwd", "which no pack has"),
        ("passages/../../x.txt", "which no pack has"),
        ("images\\0001.png", "which no pack has"),
        ("passages/0001.txt", "two files of one name"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_tricks_with_paths_are_refused(made: Made, tmp_path: Path, name: str, said: str) -> None:
    path = rewrite(made, tmp_path / "forged.zip", lambda files: None)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(ConfigError, match=said):
        verify_pack(path)


def test_bombs_and_damage_are_refused(made: Made, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * 300_000_000)
    with pytest.raises(ConfigError, match="300,000,000 bytes"):
        verify_pack(bomb)
    # The directory claims ten bytes; no more than that is unpacked.
    data = bytearray(bomb.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    bomb.write_bytes(data)
    with pytest.raises(ConfigError, match=r"damaged at manifest\.json|cannot be read"):
        verify_pack(bomb)
    whole = made.path.read_bytes()
    for length in (0, 100, len(whole) // 2, len(whole) - 1):
        bomb.write_bytes(whole[:length])
        with pytest.raises(ConfigError):
            verify_pack(bomb)
    for manifest in (b"[" * 100_000, b"{}", b"\xff"):
        path = rewrite(made, bomb, lambda files, m=manifest: files.update({"manifest.json": m}))  # type: ignore[misc]
        with pytest.raises(ConfigError, match="cannot be read"):
            verify_pack(path)


def test_what_cannot_be_packed_is_one_line_and_leaves_nothing(made: Made, tmp_path: Path) -> None:
    text = made.answers.read_text(encoding="utf-8")
    cases = {
        "no.csv": (text, "no file of answers"),
        "none.jsonl": ('{"question": 1}\n', "line 1 is no answer"),
        "half.jsonl": (text[:50], "line 1 is not JSON"),
        "silent.jsonl": (text.splitlines()[2], "no answer with a quote"),
        "wrong.jsonl": (text.replace("47 fishing", "74 fishing"), r"answer 1, quote \[1\]"),
        "page.jsonl": (text.replace('"page": 2', '"page": 1'), r"answer 1, quote \[1\]"),
        "other.jsonl": (text.replace('"harbour"', '"port"'), "the index does not hold"),
    }
    for name, (content, said) in cases.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(ConfigError, match=said):
            made.pack(tmp_path / name, tmp_path / "out.zip")
    with pytest.raises(ConfigError, match=r"evidence\.zip"):
        made.pack(made.answers, tmp_path / "out.tar")
    with pytest.raises(ConfigError, match="cannot be written"):
        made.pack(made.answers, tmp_path / "nowhere" / "out.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(cases)


def test_pack_and_verify_on_the_command_line(made: Made, tmp_path: Path) -> None:
    run, output = CliRunner().invoke, tmp_path / "out.zip"
    there = ["--corpus", str(made.corpus), "--index", str(made.folder / "index")]
    packed = run(app, ["pack", str(made.answers), "-o", str(output), *there])
    assert packed.exit_code == 0
    assert packed.stdout.strip() == made.report.sha256
    held = run(app, ["verify", str(output), *there])
    assert held.exit_code == 0
    assert held.stdout.startswith("out.zip holds: checked")
    forged = rewrite(made, tmp_path / "forged.zip", swap("answers.jsonl", *BOATS))
    found = run(app, ["verify", str(forged), "--json", "--index", str(tmp_path / "none")])
    assert found.exit_code == 1
    assert json.loads(found.stdout)["ok"] is False
    assert "no index" in found.stderr
