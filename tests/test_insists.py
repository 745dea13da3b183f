"""What near misses ask for and the text lacks: years, kinds of things, single words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from strategy_qa.answer.insists import lacking
from strategy_qa.index.build import build_index
from strategy_qa.languages import question_language
from strategy_qa.qa import StrategyQA
from strategy_qa.testing import HashEncoder

HASH = HashEncoder()
TEXT = """# The data laboratory

The data laboratory opened its doors in Puebla in 2016 and is directed by Rosa Luna Prado.
In 2019 the data laboratory trained 1,200 civil servants.

# El portal de datos

El portal de datos se publicó en 2018 y costó 3.5 millones de pesos.
La Secretaría de Economía administra el portal de datos.
"""

HARBOUR = """# The harbour

Four firms keep the harbour open:

- Acme for cranes
- Bolt for tugs
- Cora for pilots
- Delta for ropes

It has fourteen berths.
"""


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> StrategyQA:
    corpus = tmp_path_factory.mktemp("corpus")
    (corpus / "documents").mkdir()
    (corpus / "documents" / "laboratory.md").write_text(TEXT, encoding="utf-8")
    (corpus / "documents" / "harbour.md").write_text(HARBOUR, encoding="utf-8")
    build_index(corpus, corpus / "index", encoder=HASH, chunk_tokens=60)
    return StrategyQA.open(corpus / "index", encoder=HASH)


def found(qa: StrategyQA, question: str) -> dict[str, float]:
    return lacking(
        qa.index, question, qa.evidence(question).pool, language=question_language(question)
    )


@pytest.mark.parametrize(
    ("question", "unoffered"),
    [
        ("How many civil servants did the data laboratory train?", 0),
        ("Who directs the data laboratory?", 0),
        ("When did the data laboratory open its doors?", 0),
        ("What was the budget of the data laboratory in 2019?", 1),
        ("¿Cuánto costó el portal de datos?", 0),
        ("¿Cómo se llama el titular de la Secretaría que administra el portal?", 1),
        ("What is the data laboratory?", 0),
        ("When did the data laboratory open, and who directs it?", 0),
        ("When did the data laboratory open, and what was its budget?", 0.5),
        ("Which four firms keep the harbour open?", 0),
        ("Name the fourteen firms that keep the harbour open", 1),
        ("lista de las catorce empresas del harbour", 1),
        ("Which firms keep the harbour open?", 0),
    ],
)
def test_what_is_asked_for_and_not_offered_is_seen(
    qa: StrategyQA, question: str, unoffered: float
) -> None:
    assert found(qa, question)["unoffered"] == unoffered


@pytest.mark.parametrize(
    ("question", "unoffered"),
    [("Which months were they open?", 0), ("In which month did it open?", 1)],
)
def test_items_of_a_list_are_offered_by_further_sentences(
    qa: StrategyQA, question: str, unoffered: float
) -> None:
    first, second = qa.evidence("the data laboratory").pool[:2]
    texts = ("Two laboratories opened.", "The one in Puebla opened in March.")
    pool = [replace(s, text=t, score=0.0) for s, t in zip((first, second), texts, strict=True)]
    assert lacking(qa.index, question, pool, language="en")["unoffered"] == unoffered


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many civil servants did the data laboratory train in 2019?", 0),
        ("How many civil servants did the data laboratory train in 2021?", 1),
        ("¿Se publicó el portal de datos en 2018?", 0),
        ("¿Se publicó el portal de datos en 2011?", 1),
        ("Who directs the data laboratory?", 0),
    ],
)
def test_years_that_stand_nowhere_are_missing(qa: StrategyQA, question: str, missing: int) -> None:
    features = found(qa, question)
    assert (features["years_missing"], features["other_years"]) == (missing, missing)


def test_years_asked_about_together_may_stand_in_different_sentences(qa: StrategyQA) -> None:
    question = "the data laboratory in 2016 and in 2019"
    assert found(qa, question)["years_missing"] == 0


def test_a_country_that_no_passage_names_is_missing(qa: StrategyQA) -> None:
    assert found(qa, "Who directs the data laboratory?")["countries_missing"] == 0
    assert found(qa, "Who directs the Chilean data laboratory?")["countries_missing"] == 1


@pytest.mark.parametrize(
    ("question", "sentence", "missing"),
    [
        ("Which workers did the programme not reach?", "It reached teachers.", 1),
        ("Which workers did the programme not reach?", "Teachers were never reached.", 0),
        ("Which workers didn't it reach?", "It reached teachers.", 1),
        ("Which workers did it reach?", "It reached teachers.", 0),
        ("Is it settled whether or not it reached them?", "It reached teachers.", 0),
        ("Which workers did it reach, and not only in the capital?", "It reached teachers.", 0),
        ("What do workers get whom it did not reach?", "It reached teachers.", 0),
        ("¿Qué reciben los maestros a los que no llegó?", "Llegó a los maestros.", 0),
        ("¿Qué no recibieron los maestros que llegaron?", "Llegó a los maestros.", 1),
        ("In the south, who was not reached?", "It reached teachers.", 1),
        ("I could not find the report. Which workers did it reach?", "It reached teachers.", 0),
        ("¿A quiénes no llegó el programa?", "Llegó a los maestros.", 1),
        ("¿A quiénes no llegó el programa?", "It reached nobody in the south.", 0),
        ("¿A quiénes no llegó el programa?", "Se quedó sin llegar al sur.", 0),
        ("¿Llegó o no llegó el programa?", "Llegó a los maestros.", 0),
        ("¿A quiénes llegó el programa, y no solo en la capital?", "Llegó a los maestros.", 0),
    ],
)
def test_what_is_asked_to_be_not_so_is_denied(
    qa: StrategyQA, question: str, sentence: str, missing: int
) -> None:
    language = question_language(question)
    pool = [replace(each, text=sentence) for each in qa.evidence("the data laboratory").pool]
    assert lacking(qa.index, question, pool, language=language)["denial_missing"] == missing
