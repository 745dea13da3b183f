"""Where sources differ: shown for the same thing in other figures, and never else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from strategy_qa.encode import Encoder, SentenceEncoder
from strategy_qa.export import to_html, to_markdown
from strategy_qa.index.build import build_index
from strategy_qa.qa import StrategyQA
from strategy_qa.render import answer_dict, answer_text
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder
from strategy_qa.types import Answer, Filters

ROW = "| Sub-sector | Automatable jobs |\n|---|---|\n| {} | {} |"
DIFFER = [
    ("How many people took part in the national consultation?",
     "Over 1,500 people gave their opinion in the national consultation.",
     "In the national consultation, 900 people took part.", ("Over 1,500", "900")),
    ("¿Cuántos grupos de trabajo tiene la coalición?",
     "La coalición tiene seis grupos de trabajo.",
     "La coalición tiene siete grupos de trabajo.", ("seis", "siete")),
    ("When was the AI strategy presented?",
     "The Office of the President presented the AI strategy in March 2018.",
     "The AI strategy was presented in June 2018.", ("March 2018", "June 2018")),
    ("¿Qué porcentaje de los empleos puede automatizarse?",
     "El 19 % de los empleos puede automatizarse.",
     "El 25 % de los empleos puede automatizarse.", ("19 %", "25 %")),
    ("How much money does the project have?",
     "The project has a fund of 2.9 million dollars.",
     "The project has a fund of 3.5 million dollars.",
     ("2.9 million dollars", "3.5 million dollars")),
    ("How many jobs in manufacturing could be automated?",
     ROW.format("Manufacturing", "2,809,944"),
     ROW.format("Manufacturing", "3,400,000"), ("2,809,944", "3,400,000")),
]  # fmt: skip
AGREE = [
    # rounded, or not exact
    ("How many jobs in manufacturing could be automated?",
     ROW.format("Manufacturing", "2.8 million"), ROW.format("Manufacturing", "2,809,944")),
    ("How many people took part in the consultation?",
     "Over 1,500 people took part in the consultation.",
     "1,623 people took part in the consultation."),
    ("When was the strategy presented?", "The strategy was presented in March 2018.",
     "The strategy was presented in 2018."),
    # another subject
    ("How many jobs could be automated?", ROW.format("Manufacturing", "2,809,944"),
     ROW.format("Construction", "1,750,676")),
    ("How many jobs could be automated?", "In manufacturing, 2.8 million jobs could be automated.",
     "In all, 9.8 million jobs could be automated."),
    ("How many women took part in the consultation?", "700 women took part in the consultation.",
     "1,500 people took part in the consultation."),
    ("¿Cuántas empresas participaron?", "En el piloto participaron 14 empresas.",
     "En la feria participaron 40 empresas."),
    ("When was the strategy presented?", "The strategy was presented in March 2018.",
     "A draft of the strategy was presented in May 2017."),
    # another place
    ("When was the AI strategy presented?", "Mexico presented its AI strategy in March 2018.",
     "Canada presented its AI strategy in 2017."),
    # another year, or a year on one side only
    ("¿Cuántas personas tenían acceso a internet?",
     "En 2018, 70 millones de personas tenían acceso a internet.",
     "En 2020, 84 millones de personas tenían acceso a internet."),
    ("How many teachers were trained?", "The plan trained 1,200 teachers.",
     "In 2020 the plan trained 5,000 teachers."),
    # another unit
    ("How many jobs could automation affect?", "Automation could affect 9.8 million jobs.",
     "Automation could affect 19% of jobs."),
    ("How much does the fund have?", "The fund has 2.9 million dollars.",
     "The fund has 55 million pesos."),
    # more than one figure that might be meant
    ("How many institutions belong to the coalition?",
     "The coalition began with 10 institutions and passed 110 institutions.",
     "The coalition has 85 institutions."),
    # each survey has its own people
    ("How many leaders were interviewed?", "The study interviewed 62 leaders.",
     "The study interviewed 80 leaders."),
]  # fmt: skip
ACROSS = [
    ("¿Cuántas personas participaron en la consulta nacional?",
     "En la consulta nacional opinaron más de 1,500 personas.",
     "The national consultation gathered the views of 900 people.", ("más de 1,500", "900")),
    ("When was the AI strategy presented?",
     "The AI strategy was presented in March 2018.",
     "La estrategia de IA se presentó en noviembre de 2018.", ("March 2018", "noviembre de 2018")),
    ("¿Cuántas personas participaron en la consulta nacional?",
     "En la consulta nacional opinaron 1,500 personas.",
     "The national consultation gathered the views of 1,512 people.", ()),
    ("How many people took part in the consultation?",
     "La consulta de Jalisco reunió a 300 personas.",
     "The consultation in Canada gathered 1,500 people.", ()),
]  # fmt: skip


def opened(folder: Path, cases: list[tuple[str, str, str]], encoder: Encoder) -> StrategyQA:
    """An index with two documents for each case, "0a" and "0b"; nothing is too doubtful for it."""
    documents = folder / "corpus" / "documents"
    documents.mkdir(parents=True)
    for n, (_, *texts) in enumerate(cases):
        for letter, text in zip("ab", texts, strict=True):
            head = f"---\nid: {n}{letter}\ntitle: Text {n}{letter}\n---\n\n# Text {n}{letter}\n\n"
            (documents / f"{n}{letter}.md").write_text(f"{head}{text}\n", encoding="utf-8")
    build_index(folder / "corpus", folder / "index", encoder=encoder, chunk_tokens=200)
    settings = Settings.load(corpus=folder / "corpus", index=folder / "index")
    bold = settings.answer.model_copy(update={"threshold": 0.0})
    settings = settings.model_copy(update={"answer": bold})
    return StrategyQA.open(settings=settings, encoder=encoder)


def ask(qa: StrategyQA, case: int, question: str) -> Answer:
    return qa.ask(question, filters=Filters(documents=frozenset({f"{case}a", f"{case}b"})))


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> StrategyQA:
    cases = [case[:3] for case in (*DIFFER, *AGREE)]
    return opened(tmp_path_factory.mktemp("conflicts"), cases, HashEncoder())


@pytest.mark.parametrize("case", range(len(DIFFER)))
def test_other_figures_for_the_same_thing_are_both_shown(qa: StrategyQA, case: int) -> None:
    question, _, _, values = DIFFER[case]
    answer = ask(qa, case, question)
    (conflict,) = answer.conflicts
    assert {reading.text for reading in conflict.readings} == set(values)
    assert {c.document_id for c in answer.citations} == {f"{case}a", f"{case}b"}
    quoted = {c.number: c for c in answer.citations}
    for reading in conflict.readings:
        cited = quoted[reading.citation]
        assert cited.span.contains(reading.span)
        assert reading.span.of(qa.document(cited.document_id).text) == reading.text


@pytest.mark.parametrize("case", range(len(AGREE)))
def test_what_may_agree_or_is_said_of_something_else_is_no_conflict(
    qa: StrategyQA, case: int
) -> None:
    question, *_ = AGREE[case]
    assert ask(qa, len(DIFFER) + case, question).conflicts == ()


def test_a_conflict_is_told_in_words_and_in_json(qa: StrategyQA) -> None:
    answer = ask(qa, 0, DIFFER[0][0])
    said = "The sources differ: 900 [1]; Over 1,500 [2]."
    assert said in answer_text(answer)
    assert said in to_html([answer])
    assert "**The sources differ" in to_markdown([answer])
    spanish = answer_text(ask(qa, 1, DIFFER[1][0]))
    assert "Las fuentes no coinciden: seis [1]; siete [2]." in spanish
    (conflict,) = json.loads(json.dumps(answer_dict(answer)))["conflicts"]
    assert conflict["measure"] == "count"
    start, end = (conflict["readings"][0][key] for key in ("start", "end"))
    assert qa.document("0b").text[start:end] == conflict["readings"][0]["value"] == "900"


@pytest.mark.model
def test_sources_differ_across_languages(tmp_path: Path) -> None:
    qa = opened(tmp_path, [case[:3] for case in ACROSS], SentenceEncoder.load())
    for n, (question, _, _, values) in enumerate(ACROSS):
        found = ask(qa, n, question).conflicts
        assert [{r.text for r in c.readings} for c in found] == ([set(values)] if values else [])
