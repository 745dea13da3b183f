"""Confidence that the documents answer a question at all; below the threshold: silence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from strategy_qa.search import Match

# Logistic regression on the XQuAD dev half (first half of each direction's questions, with the
# gold article in the index and without it) and on questions of everyday life put to the starter
# corpus. On the other half, at 0.5: of answerable questions refused 1.4 % en, 2.1 % es, 12.5 %
# English over Spanish, 3.8 % Spanish over English; of unanswerable ones answered 4 to 7 %.
_SCORE = 2.8  # of the best passage, see `search.search`
_FOREIGN = 3.75  # it is in another language: its words could not match
_BIAS = -13.2


def confidence(matches: Sequence[Match], *, language: str) -> float:
    """How likely it is, from 0 to 1, that the best passage answers a question in `language`."""
    if not matches:
        return 0.0
    best = matches[0].hit
    logit = _BIAS + _SCORE * best.score + _FOREIGN * (best.chunk.language != language)
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
