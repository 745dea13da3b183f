from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from question_vectors import question_vectors
from strategy_qa.encode import Passage, PassageVectors, unit
from strategy_qa.index.lexical import LexicalIndex, question_terms
from strategy_qa.index.vectors import Vectors, packed
from strategy_qa.index.words import (
    QuestionWords,
    encode_question,
    question_spans,
    question_words,
    word_spans,
)
from strategy_qa.testing import HashEncoder
from strategy_qa.types import Span


def two_words() -> QuestionWords:
    vectors, weights = np.eye(3, dtype=np.float32)[:2], np.array([0.75, 0.25], np.float32)
    return QuestionWords(vectors, weights, (frozenset({"mckinsey"}), frozenset({"nurs"})))


def test_stop_words_have_no_vectors_unless_there_is_nothing_else() -> None:
    text = "The strategy of the State"
    assert [s.of(text) for s in word_spans(text, "en")] == ["strategy", "State"]
    assert [s.of("of the") for s in word_spans("of the", "en")] == ["of", "the"]
    assert [s.of("la IA2030.mx") for s in word_spans("la IA2030.mx", "es")] == ["IA2030.mx"]


def test_words_that_only_ask_to_be_answered_are_none_of_a_question() -> None:
    question = "Enumera los puertos"
    assert [s.of(question) for s in question_spans(question, "es")] == ["puertos"]
    assert [s.of("list") for s in question_spans("list", "en")] == ["list"]
    assert question_terms("Name the ports", "en") == question_terms("ports", "en")
    assert [s.of(question) for s in word_spans(question, "es")] == ["Enumera", "puertos"]


def test_what_a_passage_and_a_sentence_of_it_meet() -> None:
    asked = two_words()
    passage = np.eye(3, dtype=np.float32)[[2, 0, 1]]  # of the title, then of two sentences
    matches = asked.compare((Span(0, 4), Span(6, 9), Span(11, 14)), passage, start=5)
    assert matches.met() == 1.0
    assert matches.met(Span(6, 9)) == 0.75
    assert matches.met(Span(10, 15)) == 0.25
    titled = asked.compare((Span(0, 4), Span(6, 9)), passage[[1, 2]], start=5)
    assert titled.met(Span(6, 9)) == 1.0  # what the title meets, every sentence below it meets


def test_words_count_where_they_rise_above_what_unrelated_passages_meet() -> None:
    asked = two_words()
    passage = np.eye(3, dtype=np.float32)[[2, 0, 1]]  # of the title, then of two sentences
    matches = asked.compare((Span(0, 4), Span(6, 9), Span(11, 14)), passage, start=5)
    usual = np.array([0.2, 0.9], np.float32)
    assert np.isclose(matches.meant(usual, Span(6, 9)), 0.75)
    assert np.isclose(matches.meant(usual, Span(10, 15)), 0.25 * 0.1 / 0.15)  # 0.9 is nearly usual
    titled = asked.compare((Span(0, 4), Span(6, 9)), passage[[1, 2]], start=5)
    assert np.isclose(titled.meant(usual, Span(6, 9)), 0.25 * 0.1 / 0.15)
    assert titled.meant(usual, Span(6, 9), headed=True) > 0.75
    assert titled.meant(usual, Span(6, 9), asked=[0], headed=True) == 1
    both = asked.compare((Span(0, 4), Span(6, 9)), passage[[1, 1]], start=5)
    assert both.meant(usual, Span(6, 9), beyond=True) == 0  # the title holds it already


def test_what_stands_in_the_byline_every_passage_and_every_sentence_meets() -> None:
    passage = np.eye(3, dtype=np.float32)[[2]]
    place = (Span(0, 4),)
    named = two_words().compare(place, passage, start=0, byline="Care EIT Health and McKinsey 2020")
    assert named.best().tolist() == [1, 0]
    assert named.met() == named.met(Span(0, 4)) == 0.75
    assert named.met(Span(0, 4), alone=True) == 0
    usual = np.array([0.2, 0.2], np.float32)
    assert named.meant(usual) == named.meant(usual, Span(0, 4), headed=True) == 0.75
    assert named.meant(usual, Span(0, 4)) == named.meant(usual, Span(0, 4), beyond=True) == 0
    other = two_words().compare(place, passage, start=0, byline="Nursing today, 2020")
    assert other.best().tolist() == [0, 1]  # by its stem
    assert two_words().compare(place, passage, start=0).met() == 0


def test_a_question_is_encoded_as_one_and_as_a_passage_in_one_pass() -> None:
    class Counting(HashEncoder):
        passes: ClassVar[list[list[Passage]]] = []

        def encode_passages(
            self, passages: Iterable[Passage], *, batch_size: int = 8
        ) -> Iterator[PassageVectors]:
            self.passes.append(list(passages))
            return super().encode_passages(self.passes[-1], batch_size=batch_size)

    encoder = Counting()
    question = "¿Cuántos empleos?"
    vector, said = encode_question(encoder, question)
    assert encoder.passes == [
        [Passage(question, asks=True), Passage("Cuántos empleos?", (Span(0, 7), Span(8, 15)))]
    ]
    assert [span.of(said.text) for span in said.spans] == ["Cuántos", "empleos"]
    assert np.array_equal(vector, question_vectors(HashEncoder(), [question])[0])
    assert np.array_equal(said.vectors, question_vectors(HashEncoder(), ["Cuántos", "empleos"]))


def test_a_question_is_met_by_its_own_words() -> None:
    encoder = HashEncoder()
    lexical = LexicalIndex.build([("Automation of jobs", "en"), ("Nothing at all here", "en")])
    _, said = encode_question(encoder, "How many jobs by automation?")
    asked = question_words(said, lexical, "en")
    assert asked.vectors.shape == (2, encoder.dimension)
    assert np.isclose(asked.weights.sum(), 1)
    same = asked.compare((Span(0, 4), Span(5, 9)), asked.vectors, start=0)
    assert np.isclose(same.met(), 1, atol=1e-5)
    assert asked.compare((), asked.vectors[:0], start=0).met() == 0


@given(st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_a_byte_a_dimension_keeps_the_direction(count: int, seed: int) -> None:
    vectors = unit(np.random.default_rng(seed).normal(size=(count, 384)).astype(np.float32))
    stored = Vectors(None, np.zeros((0, 384), np.float16), packed(vectors))
    found = stored.word_vectors(0, count)
    assert found.shape == vectors.shape
    assert (np.einsum("ij,ij->i", found, vectors) > 0.999).all()
