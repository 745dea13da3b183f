"""From matches to an answer: claims whose quotes were verified, or an abstention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strategy_qa.answer.abstain import confidence
from strategy_qa.answer.citations import quote
from strategy_qa.answer.extractive import Sentence, pool_sentences, select
from strategy_qa.encode import Encoder
from strategy_qa.index import Index
from strategy_qa.search import Match
from strategy_qa.types import Claim


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer is made of, whether it is given or withheld."""

    index: Index  # the build it stands in
    pool: tuple[Sentence, ...]  # every sentence that competed, best first
    chosen: tuple[Sentence, ...]  # what the answer says, or would have said


def answer_from(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    matches: Sequence[Match],
    *,
    encoder: Encoder,
    language: str,
    sentences: int,
    threshold: float,
) -> tuple[tuple[Claim, ...], float]:
    """The claims that answer a question, none where the evidence is too thin, and the confidence.

    Raises:
        IndexCorruptError: a quote does not stand where the index says; nothing is shown then.
    """
    pool = pool_sentences(index, question, vector, matches, language=language)
    trust = confidence(index, encoder, question, vector, pool, matches, language=language)
    if trust < threshold:
        return (), trust
    chosen = select(index, question, pool, language=language, limit=sentences)
    return tuple(_claim(index, s, number=n) for n, s in enumerate(chosen, start=1)), trust


def _claim(index: Index, sentence: Sentence, *, number: int) -> Claim:
    citation = quote(index, sentence, number=number)
    return Claim(citation.quote, (citation,))
