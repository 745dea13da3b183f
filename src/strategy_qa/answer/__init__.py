"""From matches to an answer: claims whose quotes were verified, or an abstention.

1 pool the sentences of the best passages and read the best of them, 2 read these once more for how
sure it is, 3 choose sentences and those that contradict them, 4 quote them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from strategy_qa.answer.abstain import confidence
from strategy_qa.answer.citations import quote
from strategy_qa.answer.conflicts import Disagreement, disagreements, with_rivals
from strategy_qa.answer.extractive import Sentence, pool_sentences, select
from strategy_qa.answer.reader import load_readers
from strategy_qa.answer.reading import Judged, read_jointly, reread
from strategy_qa.encode import Encoder
from strategy_qa.index import Index
from strategy_qa.question import Asked
from strategy_qa.search import Match
from strategy_qa.types import Claim, Conflict, Reading


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer is made of, whether it is given or withheld."""

    index: Index  # the build it stands in
    pool: tuple[Sentence, ...]  # every sentence that competed, best first
    chosen: tuple[Sentence, ...]  # what the answer says, or would have said


def answer_from(
    asked: Asked, matches: Sequence[Match], *, encoder: Encoder, sentences: int, threshold: float
) -> tuple[tuple[Claim, ...], float, tuple[Conflict, ...]]:
    """The claims that answer a question, the confidence, and where the claims' sources differ.

    There are no claims where the evidence is too thin.

    Raises:
        IndexCorruptError: a quote does not stand where the index says; nothing is shown then.
    """
    index, question = asked.index, asked.text
    pool, judged = read_pool(asked, matches, encoder=encoder)  # 1
    judged = read_jointly(load_readers().joint, encoder, question, judged)  # 2
    trust = confidence(
        index, question, asked.vector, pool, judged, matches, language=asked.language
    )
    if trust < threshold:
        return (), trust, ()
    chosen, found = sentences_from(asked, pool, encoder=encoder, limit=sentences)  # 3
    claims = tuple(_claim(index, s, number=n) for n, s in enumerate(chosen, start=1))  # 4
    return claims, trust, tuple(_conflict(index, each, claims) for each in found)


def read_pool(
    asked: Asked, matches: Sequence[Match], *, encoder: Encoder
) -> tuple[tuple[Sentence, ...], tuple[Judged, ...]]:
    """The sentences of the best passages, best first, and how those that were read were read."""
    index, language = asked.index, asked.language
    pool = pool_sentences(index, asked.text, asked.vector, matches, language=language)
    return reread(load_readers(), index, encoder, asked.said, pool, language=language)


def sentences_from(
    asked: Asked, pool: Sequence[Sentence], *, encoder: Encoder, limit: int
) -> tuple[tuple[Sentence, ...], tuple[Disagreement, ...]]:
    """The sentences of an answer, those that contradict one of them, and what they differ in."""
    index, question = asked.index, asked.text
    chosen = select(index, question, pool, language=asked.language, limit=limit)
    # Only of the encoder that the reader was trained on is it known what its cosines mean.
    known = encoder.fingerprint == load_readers().fingerprint
    found = disagreements(index, question, chosen, pool, translated=known)
    return with_rivals(index, chosen, found), found


def _conflict(index: Index, found: Disagreement, claims: Sequence[Claim]) -> Conflict:
    judged = [
        Reading(cited.number, statement.written.of(text), statement.written)
        for statement in found.statements
        for text in (index.store.document(statement.document_id).text,)
        for cited in (claim.citations[0] for claim in claims)
        if cited.document_id == statement.document_id and cited.span.contains(statement.written)
    ]
    ordered = sorted(judged, key=lambda reading: reading.citation)
    return Conflict(str(found.statements[0].figure.measure), tuple(ordered))


def _claim(index: Index, sentence: Sentence, *, number: int) -> Claim:
    citation = quote(index, sentence, number=number)
    return Claim(citation.quote, (citation,))
