"""Sentences read together with the question: their order, their bounds, and other encoders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest

from strategy_qa.answer.evidence import read_words, word_forms
from strategy_qa.answer.extractive import Sentence
from strategy_qa.answer.joint import JointReader
from strategy_qa.answer.reader import Readers, load_readers
from strategy_qa.answer.reading import Judged, read_jointly, reread, words_within
from strategy_qa.index import Index
from strategy_qa.index.build import build_index
from strategy_qa.index.words import encode_question
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder

ENCODER = HashEncoder(dimension=384)  # of the packaged readers
PACKAGED = load_readers()
READERS = replace(PACKAGED, fingerprint=ENCODER.fingerprint)
QUESTION = "How many jobs could automation reach in fifteen years?"


@pytest.fixture
def asked(corpus: Path, tmp_path: Path) -> tuple[Index, tuple[Sentence, ...]]:
    folder = tmp_path / "index"
    build_index(corpus, folder, encoder=ENCODER, chunk_tokens=200)
    qa = StrategyQA.open(settings=Settings.load(corpus=corpus, index=folder), encoder=ENCODER)
    return qa.index, qa.evidence(QUESTION).pool  # with this encoder nothing has been read


def read(
    asked: tuple[Index, Sequence[Sentence]], readers: Readers = READERS
) -> tuple[tuple[Sentence, ...], tuple[Judged, ...]]:
    index, pool = asked
    _, said = encode_question(ENCODER, QUESTION)
    return reread(readers, index, ENCODER, said, pool, language="en")


def test_what_the_readers_find_answering_goes_up(asked: tuple[Index, tuple[Sentence, ...]]) -> None:
    _, before = asked
    pool, judged = read(asked)
    assert {s.span for s in pool} == {s.span for s in before}
    assert [s.score for s in pool] == sorted((s.score for s in pool), reverse=True)
    places = [(s.match.row.chunk.id, s.span) for s in pool]
    ranks = [places.index((j.sentence.match.row.chunk.id, j.sentence.span)) for j in judged]
    assert ranks == sorted(ranks)
    scores = {(s.match.row.chunk.id, s.span): s.score for s in before}
    logits = [order_of(each) for each in judged]
    for each, logit in zip(judged, logits, strict=True):
        sentence = each.sentence
        moved = sentence.score - scores[sentence.match.row.chunk.id, sentence.span]
        assert moved == pytest.approx(0.9 * (logit - max(logits)), abs=1e-4)


def order_of(judged: Judged) -> float:
    """How far a sentence answers by the readers that order sentences."""
    sentence = judged.sentence
    (alone,) = read_words(ENCODER, [(sentence.text, sentence.match.row.chunk.language)])
    logits = (
        READERS.within.logits([judged.asked], [words_within(sentence)]),
        READERS.alone.logits([judged.asked], [alone]),
    )
    return fmean(logit for (logit,) in logits)


def test_reading_in_one_pass_tells_how_far_a_sentence_answers_and_moves_none(
    asked: tuple[Index, tuple[Sentence, ...]],
) -> None:
    _, judged = read(asked)
    head = dict(PACKAGED.joint.head)
    head["judge.bias"] = head["judge.bias"] + 3
    surer = JointReader(PACKAGED.joint.adapter, head)
    once, other = (
        read_jointly(each, ENCODER, QUESTION, judged) for each in (PACKAGED.joint, surer)
    )
    assert [each.sentence for each in other] == [each.sentence for each in judged]
    raised = [now.logit - then.logit for now, then in zip(other, once, strict=True)]
    assert raised == pytest.approx([1.5] * len(judged), abs=1e-4)  # half of 3


def test_the_first_sentences_alone_are_read_in_one_pass_with_the_question(
    asked: tuple[Index, tuple[Sentence, ...]],
) -> None:
    index, before = asked
    longer = tuple(replace(s, text=s.text.ljust(250, "o")[:250]) for s in before)
    _, judged = read((index, longer))
    assert len(judged) == 3  # of 800 characters; of 600 two
    *first, last = zip(judged, read_jointly(READERS.joint, ENCODER, QUESTION, judged), strict=True)
    assert last[1] is last[0]
    assert all(now.logit != pytest.approx(then.logit, abs=1e-3) for then, now in first)


def test_what_was_not_read_is_no_better_than_the_worst_that_was(
    asked: tuple[Index, tuple[Sentence, ...]],
) -> None:
    index, before = asked
    twice = tuple(replace(s, score=5.0) for s in (*before, *before))
    assert len(twice) > 16
    pool, judged = read((index, twice))
    assert len(pool) == len(twice)
    assert len(judged) == 4
    assert {s.score for s in pool[16:]} == {min(s.score for s in pool[:16])}
    assert [s.span for s in pool[16:]] == [s.span for s in twice[16:]]
    assert pool[0].score > pool[16].score


def test_the_words_within_a_sentence_are_those_of_its_passage(
    asked: tuple[Index, tuple[Sentence, ...]],
) -> None:
    _, pool = asked
    assert pool
    for sentence in pool:
        words = words_within(sentence)
        found = sentence.match.words
        shift = found.start - sentence.match.row.chunk.span.start + sentence.span.start
        rows = [
            (word_forms(sentence.text[span.start - shift : span.end - shift]), vector)
            for span, vector in zip(found.spans, found.vectors, strict=True)
            if shift <= span.start and span.end <= shift + len(sentence.text)
        ]
        assert len(words) == len(rows) > 0
        for forms, vector, (expected, stored) in zip(words.forms, words.vectors, rows, strict=True):
            assert forms == expected
            assert (vector == stored).all()


def test_long_sentences_are_read_up_to_a_bound(asked: tuple[Index, tuple[Sentence, ...]]) -> None:
    index, before = asked
    long = tuple(replace(s, text=s.text + " and more" * 100) for s in before)
    _, judged = read((index, long))
    assert [each.sentence.text for each in judged] == [long[0].text]


def test_with_another_encoder_or_nothing_found_the_order_stays(
    asked: tuple[Index, tuple[Sentence, ...]],
) -> None:
    index, before = asked
    pool, judged = read(asked, PACKAGED)
    assert all(now is then for now, then in zip(pool, before, strict=True))
    assert judged == ()
    assert read_jointly(PACKAGED.joint, ENCODER, QUESTION, judged) == ()
    assert read((index, ())) == ((), ())
