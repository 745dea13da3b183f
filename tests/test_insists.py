"""What near misses ask for and the text lacks: years, kinds of things, single words."""

from __future__ import annotations

import pytest

from strategy_qa.answer.insists import lacking
from strategy_qa.index.build import build_index
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


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> StrategyQA:
    corpus = tmp_path_factory.mktemp("corpus")
    (corpus / "documents").mkdir()
    (corpus / "documents" / "laboratory.md").write_text(TEXT, encoding="utf-8")
    build_index(corpus, corpus / "index", encoder=HASH, chunk_tokens=60)
    return StrategyQA.open(corpus / "index", encoder=HASH)


def found(qa: StrategyQA, question: str) -> dict[str, float]:
    return lacking(question, qa.evidence(question).pool)


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
    ],
)
def test_what_is_asked_for_and_not_offered_is_seen(
    qa: StrategyQA, question: str, unoffered: float
) -> None:
    assert found(qa, question)["unoffered"] == unoffered


def test_what_a_further_sentence_offers_is_not_never_offered(qa: StrategyQA) -> None:
    pool = qa.evidence("Who published the data laboratory?").pool
    further = lacking("How many published the data laboratory?", pool)
    assert (further["unoffered"], further["never_offered"]) == (1, 0)
    none = found(qa, "What share of the data laboratory is public?")
    assert (none["unoffered"], none["never_offered"]) == (1, 1)


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
