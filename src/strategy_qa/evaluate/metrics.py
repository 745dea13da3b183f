"""The measures as pure functions over plain values; a `None` among values means: not asked of it.

Relevance is yes or no. A ranking is a sequence of it, best first: `ranking[0]` tells whether the
first passage is relevant.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from strategy_qa.text import fold


@dataclass(frozen=True, slots=True)
class Risk:
    """What answering at a threshold costs."""

    threshold: float  # questions with at least this confidence are answered
    coverage: float  # share of all questions that are
    risk: float | None  # share of those answered wrongly; None where none is answered


def mean(values: Iterable[float | None]) -> float | None:
    """The arithmetic mean of the values that are there; None where none is. Of truths: a share."""
    given = [value for value in values if value is not None]
    return math.fsum(given) / len(given) if given else None


def recall(ranking: Sequence[bool], *, k: int) -> float:
    """1.0 where a relevant passage is among the first `k`, else 0.0.

    The recall@k of passage retrieval for questions, where one relevant passage is enough
    (Karpukhin et al. 2020, https://aclanthology.org/2020.emnlp-main.550/); trec_eval calls it
    success. With a single relevant passage it is also recall in the older sense.
    """
    return float(any(ranking[:k]))


def ndcg(ranking: Sequence[bool], *, k: int, relevant: int) -> float:
    """Normalised discounted cumulative gain of the first `k` of a ranking.

    Järvelin and Kekäläinen 2002, https://doi.org/10.1145/582415.582418, with gain 1 and the
    discount log2(rank + 1), as trec_eval has it.

    Args:
        ranking: relevance, best first.
        k: where the ranking is cut.
        relevant: how many relevant passages there are, found or not; at least 1.
    """
    if relevant < 1:
        raise ValueError("nDCG is not defined without a relevant passage")
    gain = math.fsum(_discount(rank) for rank, hit in enumerate(ranking[:k], start=1) if hit)
    return gain / math.fsum(_discount(rank) for rank in range(1, min(k, relevant) + 1))


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """How often a positive scores above a negative, a tie counting half; None without both.

    The area under the ROC curve as the Mann-Whitney U statistic over the number of pairs (Mann
    and Whitney 1947, https://doi.org/10.1214/aoms/1177730491; Hanley and McNeil 1982,
    https://doi.org/10.1148/radiology.143.1.7063747).
    """
    if not positives or not negatives:
        return None
    below = sorted(negatives)
    u = sum(bisect_left(below, score) + bisect_right(below, score) for score in positives) / 2
    return u / (len(positives) * len(negatives))


def coverage_at_risk(
    confidences: Sequence[float], wrong: Sequence[bool], thresholds: Sequence[float]
) -> tuple[Risk, ...]:
    """For each threshold the share of questions answered and the share of those that are wrong.

    The risk-coverage trade-off of El-Yaniv and Wiener 2010,
    https://www.jmlr.org/papers/v11/el-yaniv10a.html.

    Args:
        confidences: one per question.
        wrong: whether the answer to it, were it given, is wrong; as many.
        thresholds: any numbers; the table keeps their order.
    """
    rows: list[Risk] = []
    for threshold in thresholds:
        answered = [w for c, w in zip(confidences, wrong, strict=True) if c >= threshold]
        coverage = len(answered) / len(confidences) if confidences else 0.0
        rows.append(Risk(threshold, coverage, mean(answered)))
    return tuple(rows)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` (0 to 1) of the values lie, interpolated linearly."""
    if not values:
        return None
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def holds(text: str, wanted: str) -> bool:
    """Whether `wanted` stands in `text`, whatever the case, the accents and the blanks.

    A figure is not found inside a longer one: "5" stands neither in "15" nor in "2.5".
    """
    plain = _plain(wanted)
    if not plain:
        return False
    before = r"(?<!\d)(?<!\d[.,])" if plain[0].isdecimal() else ""
    after = r"(?!\d|[.,]\d)" if plain[-1].isdecimal() else ""
    return re.search(before + re.escape(plain) + after, _plain(text)) is not None


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
