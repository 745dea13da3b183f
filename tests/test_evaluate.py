from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from strategy_qa import cli
from strategy_qa.errors import ConfigError, GateError
from strategy_qa.evaluate import (
    MEASURES,
    Gold,
    Outcome,
    choose,
    gate,
    measure,
    outcome_dict,
    parse_limit,
    read_gold,
    read_squad,
    report_dict,
    report_on,
    report_text,
    squad_gold,
    write_corpus,
)
from strategy_qa.evaluate.asking import judge
from strategy_qa.index import live_build
from strategy_qa.index.build import BuildReport, build_index
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder
from strategy_qa.types import Document, Span

FORECAST = "Automation could reach 9.8 million jobs in fifteen years."
PEOPLE = "En la consulta nacional participaron más de 1,500 personas de todo el país."
ACTIONS = ("subcomisión de gobernanza", "usos de la industria", "ciudadanía", "foros")


def gold(**fields: Any) -> Gold:
    given = {
        "id": "g1",
        "question": "How many jobs could automation reach?",
        "language": "en",
        "answerable": True,
        "answers": ["9.8 million"],
        "quotes": [FORECAST],
        "document_id": "jobs",
        "pages": [1],
        **fields,
    }
    return Gold(**given)


def people(**fields: Any) -> Gold:
    question = "¿Cuántas personas participaron en la consulta nacional?"
    given = {"id": "g2", "question": question, "language": "es", "answers": ["1,500 PERSONAS"],
             "quotes": [PEOPLE], "document_id": "plan", **fields}  # fmt: skip
    return gold(**given)


def unanswerable(**fields: Any) -> Gold:
    given = {"id": "u1", "question": "Zebra yoghurt xylophone?", "answerable": False,
             "answers": [], "quotes": [], "document_id": "", "pages": [], "kind": "off-topic",
             **fields}  # fmt: skip
    return gold(**given)


def one(qa: StrategyQA, row: Gold) -> Outcome:
    (outcome,) = measure(qa, [row])
    return outcome


# Judging one question


def test_an_answer_is_judged_by_the_quote_it_cites(qa: StrategyQA) -> None:
    outcome = one(qa, gold())
    assert outcome.direction == "en→en"
    assert outcome.relevant == 1
    assert outcome.recall(1) == outcome.sentence(1) == outcome.acceptable() == 1
    assert outcome.ndcg() == 1
    assert outcome.page is True
    assert outcome.right
    assert outcome.quotes
    assert all(outcome.quotes)
    assert outcome.missing == ()


def test_a_page_the_row_does_not_name_is_not_exact(qa: StrategyQA) -> None:
    assert one(qa, gold(pages=[2])).page is False
    assert one(qa, gold(pages=[])).page is None


def test_a_list_is_complete_with_every_item_only(qa: StrategyQA) -> None:
    question = "¿Cuáles son las cuatro acciones que propone el plan de inteligencia artificial?"
    row = people(question=question, answers=[], items=ACTIONS,
                 quotes=["2. Documentar los usos de la industria."])  # fmt: skip
    outcome = one(qa, row)
    assert outcome.complete() == 1
    assert outcome.right
    assert outcome.acceptable() is None
    incomplete = one(qa, people(question=question, answers=[], items=[*ACTIONS, "zebra"]))
    assert incomplete.complete() == 0
    assert not incomplete.right


def test_the_direction_is_the_language_of_what_answers(qa: StrategyQA) -> None:
    assert one(qa, people(quotes=[FORECAST])).direction == "es→en"
    assert one(qa, people(quotes=[FORECAST, PEOPLE])).direction == "es→es"
    assert one(qa, unanswerable()).direction == ""


def test_a_quote_is_found_whatever_its_blanks_and_in_whatever_document(qa: StrategyQA) -> None:
    wrapped = FORECAST.replace(" ", "\n  ")
    assert one(qa, gold(quotes=[wrapped])).relevant == 1
    assert one(qa, gold(document_id="withdrawn")).recall(1) == 1


def test_a_quote_that_stands_nowhere_is_said_and_not_scored(qa: StrategyQA) -> None:
    outcome = one(qa, gold(quotes=["Nobody wrote this."]))
    (notice,) = outcome.missing
    assert notice.subject == "g1"
    assert "Nobody wrote this." in notice.reason
    assert outcome.recall(5) is outcome.ndcg() is outcome.sentence(3) is None
    assert outcome.acceptable() == 1
    report = report_on([outcome])
    assert report.warnings == (notice,)
    assert report_dict(report)["warnings"] == [
        {"subject": "g1", "reason": notice.reason},
    ]
    assert set(report.groups) == {"overall", "en"}


def test_an_altered_quote_is_not_faithful(qa: StrategyQA) -> None:
    row = gold()
    answer = qa.ask(row.question)
    (claim, *rest) = answer.claims
    (citation,) = claim.citations
    moved = replace(citation, span=Span(citation.span.start + 1, citation.span.end))
    altered = replace(answer, claims=(replace(claim, citations=(moved,)), *rest))
    outcome = judge(row, altered, qa.evidence(row.question))
    assert outcome.quotes[0] is False
    assert report_on([outcome]).groups["overall"]["quote_fidelity"] < 1  # type: ignore[operator]


def test_silence_holds_no_acceptable_string_but_would_have_been_right(
    build: Callable[..., object], settings: Settings, encoder: HashEncoder
) -> None:
    build()
    strict = settings.model_copy(
        update={"answer": settings.answer.model_copy(update={"threshold": 1.0})}
    )
    outcome = one(StrategyQA.open(settings=strict, encoder=encoder), gold())
    assert outcome.answer.abstained
    assert outcome.acceptable() == 0
    assert outcome.right
    assert outcome.page is None
    report = report_on([outcome])
    assert report.groups["overall"]["refused_answerable"] == 1
    assert report.groups["overall"]["quote_fidelity"] is None


def test_a_rebuild_while_measuring_is_said(
    qa: StrategyQA, build: Callable[..., object], corpus: Path
) -> None:
    outcomes = measure(qa, [gold(), people()])
    next(outcomes)
    (corpus / "documents" / "new.md").write_text("# New\n\nAnother document is here now.\n")
    build()
    with pytest.raises(ConfigError, match="rebuilt"):
        next(outcomes)


def test_a_question_that_cannot_be_asked_names_its_row(qa: StrategyQA) -> None:
    with pytest.raises(ConfigError, match=r"row g1: cannot be asked.*characters"):
        one(qa, gold(question="why " * 400))


# Summing up


def told(qa: StrategyQA, row: Gold, confidence: float, *, abstained: bool = False) -> Outcome:
    """An outcome whose confidence does not hang on how the product is tuned."""
    outcome = one(qa, row)
    claims = () if abstained else outcome.answer.claims
    answer = replace(
        outcome.answer, claims=claims, abstained=abstained, confidence=confidence, latency_ms=10.0
    )
    return replace(outcome, answer=answer)


def test_a_report_by_hand(qa: StrategyQA) -> None:
    outcomes = [
        told(qa, gold(), 0.9),
        told(qa, people(), 0.7),
        told(qa, gold(id="g3", answers=["zebra"]), 0.7),
        told(qa, gold(id="g4"), 0.3, abstained=True),
        told(qa, unanswerable(), 0.1, abstained=True),
        told(qa, unanswerable(id="u2", kind="near-miss"), 0.7),
    ]
    report = report_on(outcomes)
    overall = report.groups["overall"]
    assert list(overall) == list(MEASURES)
    assert overall["recall@1"] == 1
    assert overall["acceptable_answer"] == 0.5  # neither the zebra nor silence
    assert overall["exact_page"] == overall["quote_fidelity"] == 1
    assert overall["complete_list"] is None
    assert overall["refused_answerable"] == 0.25
    assert overall["refusal_precision"] == 0.5
    assert overall["refusal_recall"] == 0.5
    assert overall["refusal_recall_near_miss"] == 0
    assert overall["refusal_recall_off_topic"] == 1
    assert overall["auroc_off_topic"] == 1
    assert overall["auroc_near_miss"] == 0.5  # above one, two ties, below one: 2 of 4
    assert overall["auroc"] == 0.75
    assert overall["latency_p95_ms"] == 10
    assert report.counts == {
        "overall": (4, 2),
        "en": (3, 2),
        "es": (1, 0),
        "en→en": (3, 0),
        "es→es": (1, 0),
        "near-miss": (0, 1),
        "off-topic": (0, 1),
    }
    assert report.kinds == ("near-miss", "off-topic")
    assert report.groups["near-miss"]["refusal_recall"] == 0
    assert parse_limit("off-topic:refusal_recall=1", is_floor=True).missed_by(report) == ""
    assert "no question" in parse_limit("list:recall@1=1", is_floor=True).missed_by(report)
    assert report.groups["es→es"]["refusal_precision"] is None
    # g1, g2 and the silent g4 are right; the zebra and both unanswerable ones are wrong
    table = {r.threshold: (r.coverage, r.risk) for r in report.coverage}
    assert table[0.1] == (1, 0.5)
    assert table[0.5] == (pytest.approx(4 / 6), 0.5)
    assert table[0.9] == (pytest.approx(1 / 6), 0)
    assert table[0.95] == (0, None)

    fields = report_dict(report)
    assert fields["overall"]["acceptable_answer"] == 0.5
    assert fields["coverage_at_risk"][-1] == {"threshold": 0.95, "coverage": 0, "risk": None}
    assert set(fields["languages"]) == {"en", "es"}
    assert set(fields["directions"]) == {"en→en", "es→es"}
    assert set(fields["kinds"]) == {"near-miss", "off-topic"}
    json.dumps(fields)
    lines = report_text(report).splitlines()
    table = [line for line in lines if line.startswith(("answerable", "recall@1", "auroc_off"))]
    assert len({len(line) for line in table}) == 1  # aligned
    assert not any(line.startswith("complete_list") for line in lines)
    details = outcome_dict(outcomes[2])
    assert details["id"] == "g3"
    assert details["right"] is False


def test_a_single_language_is_not_shown_twice(qa: StrategyQA) -> None:
    text = report_text(report_on(measure(qa, [gold()])))
    head = next(line for line in text.splitlines() if "overall" in line)
    assert head.split() == ["overall", "en→en"]


def test_nothing_measured_is_no_report() -> None:
    with pytest.raises(ValueError, match="nothing"):
        report_on([])


# Limits


def test_limits_hold_or_say_what_was_missed(qa: StrategyQA) -> None:
    report = report_on(measure(qa, [gold(), people(answers=["zebra"])]))
    missed = [
        parse_limit(text, is_floor=True).missed_by(report)
        for text in ("recall@1=0.9", "acceptable_answer=0.6", "es-es:acceptable_answer=0.5",
                     "es->en:recall@1=0", "complete_list=0")
    ]  # fmt: skip
    assert missed == [
        "",
        "acceptable_answer is 0.5000, below the floor of 0.6",
        "es→es: acceptable_answer is 0.0000, below the floor of 0.5",
        "es→en: recall@1 was not measured, no question bears on it",
        "complete_list was not measured, no question bears on it",
    ]
    assert parse_limit("refused_answerable=0", is_floor=False).missed_by(report) == ""
    assert "above the ceiling" in parse_limit("recall@1=0.5", is_floor=False).missed_by(report)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("recall@1", "NAME=NUMBER"),
        ("recall@1=high", "NAME=NUMBER"),
        ("recall@1=nan", "NAME=NUMBER"),
        ("recal@1=0.5", "Is it recall@1"),
        ("fr:recall@1=0.5", "no such group"),
        ("", "NAME=NUMBER"),
    ],
)
def test_a_limit_that_cannot_be_read_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse_limit(text, is_floor=True)


# Reading gold rows

ROW = {"id": "a", "question": "Why?", "language": "en", "answerable": True, "quotes": ["So."]}


def write_rows(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_rows_are_read_in_order_from_all_files(tmp_path: Path) -> None:
    first = write_rows(tmp_path / "1.jsonl", ROW, "", {**ROW, "id": "b", "pages": None, "why": ""})
    second = write_rows(tmp_path / "2.jsonl", {**ROW, "id": "c", "answerable": False, "quotes": []})
    rows = read_gold([first, second])
    assert [row.id for row in rows] == ["a", "b", "c"]
    assert rows[0].quotes == ("So.",)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1]", "not a JSON object"),
        ({**ROW, "id": "\x1b[2J"}, "id"),
        ({**ROW, "language": "fr"}, "language"),
        ({**ROW, "question": "  "}, "question"),
        ({**ROW, "quote": "So."}, "quote"),
        ({**ROW, "pages": [0]}, "pages"),
        ({**ROW, "answers": ["x" * 10_001]}, "answers"),
        ({**ROW, "split": "train"}, "split"),
        ({**ROW, "quotes": []}, "without a quote"),
        ({**ROW, "answerable": False}, "quotes"),
        ({key: ROW[key] for key in ("id", "question", "language")}, "answerable"),
        (ROW, "two rows"),
    ],
)
def test_a_bad_row_is_one_line(tmp_path: Path, row: object, said: str) -> None:
    path = write_rows(tmp_path / "gold.jsonl", ROW, row)
    with pytest.raises(ConfigError, match=said) as raised:
        read_gold([path])
    assert "gold.jsonl" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_files_that_hold_no_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_gold([tmp_path / "none.jsonl"])
    with pytest.raises(ConfigError, match="no questions"):
        read_gold([write_rows(tmp_path / "empty.jsonl", "")])
    (tmp_path / "latin.jsonl").write_bytes("año".encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8"):
        read_gold([tmp_path / "latin.jsonl"])


def test_a_split_and_a_sample_are_chosen() -> None:
    rows = [gold(id=str(i), split="test" if i % 2 else "dev") for i in range(20)]
    assert [row.id for row in choose(rows, split="test")] == [str(i) for i in range(1, 20, 2)]
    assert [row.id for row in choose(rows, sample=4)] == ["0", "5", "10", "15"]
    assert len(choose(rows, sample=99)) == 20
    with pytest.raises(ConfigError, match="split"):
        choose([gold()], split="test")


# SQuAD

TEXTS = {
    "en": "The *harbour* opened in 1872. Its lighthouse was built by Ana Gil in 1880; see [2].",
    "es": "El *puerto* abrió en 1872. Su faro lo construyó Ana Gil en 1880; véase [2].",
}


def squad(language: str, *, impossible: bool = False) -> dict[str, Any]:
    text = TEXTS[language]
    who = {"en": "Who built the harbour lighthouse?", "es": "¿Quién construyó el faro del puerto?"}
    when = {"en": "When did the harbour open?", "es": "¿En qué año abrió el puerto?"}
    qas: list[dict[str, Any]] = [
        {"id": "q1", "question": who[language],
         "answers": [{"text": "Ana Gil", "answer_start": text.index("Ana Gil")}]},
        {"id": "q2", "question": when[language],
         "answers": [{"text": "1872", "answer_start": text.index("1872")}]},
    ]  # fmt: skip
    if impossible:
        qas.append({"id": "q3", "question": "Who burned the harbour lighthouse?",
                    "answers": [], "is_impossible": True})  # fmt: skip
    other = "1. Rivers flow down.\n\n    Mountains <b>rise</b> & stand `still` there."
    return {"version": "1.1", "data": [
        {"title": "Old_harbour", "paragraphs": [{"context": text, "qas": qas}]},
        {"title": "# Land", "paragraphs": [{"context": other, "qas": []}]},
        {"title": "Empty", "paragraphs": [{"context": " ", "qas": []}]},
    ]}  # fmt: skip


def write_json(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def open_texts(folder: Path, *files: Path) -> StrategyQA:
    write_corpus([read_squad(file) for file in files], folder / "texts")
    encoder = HashEncoder()
    build_index(folder / "texts", folder / "built", encoder=encoder, chunk_tokens=100)
    settings = Settings.load(answer={"threshold": 0.2})
    return StrategyQA.open(folder / "built", settings=settings, encoder=encoder)


def test_squad_questions_become_gold_with_their_sentences(tmp_path: Path) -> None:
    path = write_json(tmp_path / "v2.json", squad("en", impossible=True))
    qa = open_texts(tmp_path, path)
    assert [source.title for source in qa.documents()] == ["Old harbour", "# Land"]
    assert qa.document("text1-0002").text.endswith(
        "1. Rivers flow down. Mountains <b>rise</b> & stand `still` there."
    )
    rows, doubts = squad_gold(path, [read_squad(path)], qa.document)
    assert doubts == ()
    assert [row.quotes for row in rows] == [
        ("Its lighthouse was built by Ana Gil in 1880; see [2].",),
        ("The *harbour* opened in 1872.",),
        (),
    ]
    assert (rows[2].answerable, rows[2].kind) == (False, "near-miss")
    report = report_on(measure(qa, rows))
    assert report.warnings == ()
    assert report.counts["en→en"] == (2, 0)
    assert report.groups["overall"]["recall@1"] == 1
    assert report.groups["overall"]["sentence@3"] == 1


def test_texts_in_the_other_language_measure_across(tmp_path: Path) -> None:
    questions = write_json(tmp_path / "q.es.json", squad("es"))
    texts = write_json(tmp_path / "c.en.json", squad("en"))
    qa = open_texts(tmp_path, texts)
    rows, doubts = squad_gold(questions, [read_squad(texts)], qa.document)
    assert doubts == ()
    outcomes = list(measure(qa, rows))
    assert {(o.gold.language, o.direction) for o in outcomes} == {("es", "es→en")}


def test_texts_in_both_languages_count_as_the_questions_own(tmp_path: Path) -> None:
    files = [write_json(tmp_path / f"{name}.json", squad(name)) for name in ("en", "es")]
    qa = open_texts(tmp_path, *files)
    rows, _ = squad_gold(files[1], [read_squad(file) for file in files], qa.document)
    assert len(rows[0].documents) == len(rows[0].quotes) == 2
    assert {o.direction for o in measure(qa, rows)} == {"es→es"}


def test_what_cannot_be_used_of_squad_is_said(tmp_path: Path) -> None:
    value = squad("en")
    qas = value["data"][0]["paragraphs"][0]["qas"]
    qas[0]["answers"] = [{"text": "nobody at all", "answer_start": 3}]
    texts = write_json(tmp_path / "texts.json", value)
    asked = squad("en")
    asked["data"][0]["paragraphs"][0]["qas"].append({"id": "q9", "question": "And?"})
    questions = write_json(tmp_path / "questions.json", asked)
    qa = open_texts(tmp_path, texts)
    rows, doubts = squad_gold(questions, [read_squad(texts)], qa.document)
    assert [row.id for row in rows] == ["q1", "q2"]
    assert [doubt.subject for doubt in doubts] == ["q1", "q9"]


def test_questions_whose_text_is_not_indexed_are_said(tmp_path: Path) -> None:
    path = write_json(tmp_path / "squad.json", squad("en"))
    qa = open_texts(tmp_path, path)
    later = {
        "data": [{"paragraphs": [{"context": "New.", "qas": [{"id": "n", "question": "N?"}]}]}]
    }
    other = write_json(tmp_path / "later.json", later)
    contexts = [read_squad(file) for file in (path, other)]
    rows, doubts = squad_gold(path, contexts, qa.document)
    assert [row.id for row in rows] == ["q1", "q2"]
    assert doubts == ()
    with pytest.raises(ConfigError, match="no questions"):
        squad_gold(other, contexts, qa.document)


def test_the_nearest_of_equal_answers_is_meant(tmp_path: Path) -> None:
    text = "In 1900 it began. Much later, in 1950, it was in ruins. By 1900 tongues it is told."
    value = {"data": [{"title": "Ruins", "paragraphs": [{"context": text, "qas": [
        {"id": "q", "question": "How many tongues tell of it?",
         "answers": [{"text": "1900", "answer_start": text.rindex("1900")}]}]}]}]}  # fmt: skip
    path = write_json(tmp_path / "s.json", value)
    qa = open_texts(tmp_path, path)
    (row,), _ = squad_gold(path, [read_squad(path)], qa.document)
    assert row.quotes == ("By 1900 tongues it is told.",)


@pytest.mark.parametrize("value", [[], {}, {"data": []}, {"data": [{"paragraphs": [{}]}]}, "x"])
def test_a_file_that_is_not_squad_is_one_line(tmp_path: Path, value: object) -> None:
    with pytest.raises(ConfigError, match="is not SQuAD") as raised:
        read_squad(write_json(tmp_path / "bad.json", value))
    assert "\n" not in str(raised.value)


@tried(deadline=None)
@given(st.text(max_size=200), st.text(max_size=40))
def test_any_text_survives_the_way_into_the_corpus(
    tmp_path_factory: pytest.TempPathFactory, context: str, title: str
) -> None:
    from strategy_qa.corpus.readers import read_document
    from strategy_qa.evaluate.squad import Squad
    from strategy_qa.text import normalise

    folder = tmp_path_factory.mktemp("text")
    paragraphs = [{"context": c, "qas": []} for c in (context, "The end.")]
    write_corpus(
        [Squad.model_validate({"data": [{"title": title, "paragraphs": paragraphs}]})], folder
    )
    (path,) = (folder / "documents").iterdir()
    document: Document = read_document(path)
    assert document.text.endswith("The end.")
    assert " ".join(normalise(context).split()) in document.text


# The command


def call(*arguments: object) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["strategy-qa", "evaluate", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{gold}", "--min", "recall=0.5"], "no such measure"),
        (["{gold}", "--contexts", "{squad}"], "one file at a time"),
        (["{gold}", "{squad}"], "one file at a time"),
        (["none.jsonl"], "cannot be read"),
        (["{gold}"], "strategy-qa build"),
    ],
)
def test_faults_are_one_line_and_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    places = {
        "gold": write_rows(tmp_path / "gold.jsonl", ROW),
        "squad": write_json(tmp_path / "squad.json", squad("en")),
    }
    given_ = [argument.format(**places) for argument in arguments]
    assert call(*given_, "--index", tmp_path / "index") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.model
def test_a_squad_file_is_measured_from_end_to_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_json(tmp_path / "squad.json", squad("en", impossible=True))
    details = tmp_path / "details.jsonl"
    ended = call(
        path, "--json", "--min", "recall@1=0.9", "--min", "auroc=1.1", "--details", details
    )
    assert ended == 1
    out, err = capsys.readouterr()
    fields = json.loads(out)
    assert fields["overall"]["answerable"] == 2
    assert fields["overall"]["recall@1"] == 1
    assert fields["encoder"] == "multilingual-e5-small"
    (missed,) = fields["missed"]
    assert f"missed: {missed}" in err
    assert [json.loads(line)["id"] for line in details.read_text().splitlines()] == [
        "q1",
        "q2",
        "q3",
    ]


def test_a_gate_keeps_a_build_that_falls_short_from_being_published(
    build: Callable[..., BuildReport],
    encoder: HashEncoder,
    settings: Settings,
    corpus: Path,
    tmp_path: Path,
) -> None:
    live = build().manifest.build
    gold = tmp_path / "gold.jsonl"
    row = {
        "id": "1", "question": "How many jobs in manufacturing?", "language": "en",
        "answers": ["2,809,944"], "quotes": ["Sub-sector: Manufacturing; Jobs: 2,809,944"],
        "document_id": "jobs", "pages": [1], "answerable": True,
    }  # fmt: skip
    gold.write_text(json.dumps(row) + "\n")
    accept = gate(
        read_gold([gold]),
        [parse_limit("recall@1=1", is_floor=True)],
        encoder=encoder,
        settings=settings,
    )
    (corpus / "documents" / "jobs.md").write_text("# Jobs\n\nNothing is left of it here.")
    with pytest.raises(GateError, match="recall@1"):
        build(accept=accept)
    assert live_build(tmp_path / "index") == live
    assert not list((tmp_path / "index").glob(".building-*"))
    table = "# Jobs\n\n| Sub-sector | Jobs |\n|---|---|\n| Manufacturing | 2,809,944 |\n"
    (corpus / "documents" / "jobs.md").write_text(table)
    assert build(accept=accept).published
