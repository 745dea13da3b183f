from __future__ import annotations

import math

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from strategy_qa.evaluate.metrics import (
    auroc,
    coverage_at_risk,
    holds,
    mean,
    ndcg,
    percentile,
    recall,
)

scores = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=30)


def test_recall_by_hand() -> None:
    ranking = (False, False, True, True)
    assert [recall(ranking, k=k) for k in (1, 2, 3, 5)] == [0, 0, 1, 1]
    assert recall((), k=5) == 0


def test_ndcg_by_hand() -> None:
    # gains at ranks 2 and 3: 1/log2(3) + 1/log2(4); ideal of three relevant: 1 + 0.6309 + 0.5
    assert ndcg((False, True, True), k=10, relevant=3) == pytest.approx(1.13093 / 2.13093, abs=1e-5)
    assert ndcg((True,), k=10, relevant=1) == 1
    assert ndcg((False,) * 10 + (True,), k=10, relevant=1) == 0
    with pytest.raises(ValueError, match="relevant"):
        ndcg((False,), k=10, relevant=0)


def test_auroc_by_hand() -> None:
    # pairs: 0.9 beats both, 0.5 ties with 0.5 and beats 0.1: 3.5 of 4
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 0.875
    assert auroc([0.1], [0.9]) == 0
    assert auroc([0.5, 0.5], [0.5]) == 0.5
    assert auroc([], [0.5]) is None
    assert auroc([0.5], []) is None


def test_coverage_at_risk_by_hand() -> None:
    table = coverage_at_risk([0.9, 0.8, 0.3, 0.1], [False, True, True, False], [0.0, 0.5, 0.85, 1])
    assert [(r.coverage, r.risk) for r in table] == [(1, 0.5), (0.5, 0.5), (0.25, 0), (0, None)]


def test_mean_leaves_out_what_was_not_asked() -> None:
    assert mean([1.0, None, 0.0, True]) == pytest.approx(2 / 3)
    assert mean([None]) is None
    assert mean([]) is None


def test_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 0.5) is None
    assert percentile([1.0, 3.0], 0.5) == 2.0


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("La Investigación básica", "investigacion"),
        ("some 9.8 million jobs", "9.8 Million"),
        ("19% of employment", "19%"),
        ("ended in 2018.", "2018"),
        ("(1,750,676)", "1,750,676"),
        ("two\nlines", "two  lines"),
        ("automatización", "automat"),
        ("the 5G net", "5"),
    ],
)
def test_an_acceptable_string_is_found(text: str, wanted: str) -> None:
    assert holds(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("in 2018", "18"),
        ("5,000 people", "5"),
        ("9.85 million", "9.8"),
        ("29.8 million", "9.8"),
        ("1.5 million", "5"),
        ("nothing", "something"),
        ("anything", " "),
    ],
)
def test_a_figure_is_not_found_inside_another(text: str, wanted: str) -> None:
    assert not holds(text, wanted)


@given(st.lists(st.booleans(), min_size=1, max_size=25), st.integers(0, 5))
def test_rankings_agree_with_trec_eval(ranking: list[bool], unfound: int) -> None:
    relevant = sum(ranking) + unfound
    if not relevant:
        return
    run = [ir_measures.ScoredDoc("q", f"d{i}", 100.0 - i) for i in range(len(ranking))]
    qrels = [ir_measures.Qrel("q", f"d{i}", int(hit)) for i, hit in enumerate(ranking)]
    qrels += [ir_measures.Qrel("q", f"missing{i}", 1) for i in range(unfound)]
    measures = [ir_measures.nDCG @ 10, *(ir_measures.Success @ k for k in (1, 3, 5))]
    oracle = ir_measures.calc_aggregate(measures, qrels, run)
    assert ndcg(ranking, k=10, relevant=relevant) == pytest.approx(oracle[measures[0]])
    for k, measure in zip((1, 3, 5), measures[1:], strict=True):
        assert recall(ranking, k=k) == oracle[measure]


@given(st.lists(st.booleans(), min_size=5, max_size=5).filter(lambda r: sum(r) == 1))
def test_with_one_relevant_passage_recall_is_recall(ranking: list[bool]) -> None:
    run = [ir_measures.ScoredDoc("q", f"d{i}", 9.0 - i) for i in range(5)]
    qrels = [ir_measures.Qrel("q", f"d{i}", int(hit)) for i, hit in enumerate(ranking)]
    oracle = ir_measures.calc_aggregate([ir_measures.R @ 3], qrels, run)
    assert recall(ranking, k=3) == oracle[ir_measures.R @ 3]


@given(scores, scores)
def test_auroc_agrees_with_scikit_learn(positives: list[float], negatives: list[float]) -> None:
    labels = [1] * len(positives) + [0] * len(negatives)
    oracle = roc_auc_score(labels, positives + negatives)
    assert auroc(positives, negatives) == pytest.approx(oracle)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0, 1))
def test_percentile_agrees_with_numpy(values: list[float], share: float) -> None:
    ours = percentile(values, share)
    assert ours is not None
    assert math.isclose(ours, float(np.percentile(values, share * 100)), rel_tol=1e-6, abs_tol=1e-6)


@given(scores, st.data())
def test_coverage_falls_as_the_threshold_rises(
    confidences: list[float], data: st.DataObject
) -> None:
    n = len(confidences)
    wrong = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    table = coverage_at_risk(confidences, wrong, [0.0, 0.3, 0.6, 2.0])
    covered = [row.coverage for row in table]
    assert covered == sorted(covered, reverse=True)
    assert covered[0] == 1
    assert table[0].risk == pytest.approx(sum(wrong) / n)
    assert table[-1].risk is None
