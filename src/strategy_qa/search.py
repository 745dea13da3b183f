"""Find passages: dense and lexical evidence over the rows a filter allows, fused into one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strategy_qa.background import Background, background_of, standings_of
from strategy_qa.encode import Encoder
from strategy_qa.index import Index
from strategy_qa.index.store import Row
from strategy_qa.index.words import QuestionWords, WordMatches
from strategy_qa.late import Usual, compare, usual_of
from strategy_qa.types import Filters, Hit, Span

# Candidates each half may name; the fused list is exact among their union.
_DEPTH = 200
# A chunk that holds every word of the question by weight gains this many standard deviations of
# the background cosine. Tuned on the XQuAD dev half (0 to 15 tried): recall@1 is flat from 6 to
# 12 in all four language directions.
_LEXICAL_WEIGHT = 8.0
# Passages compared word by word, or as many as are asked for; fewer where words must be encoded.
_COMPARED, _ENCODED = 30, 10
# What a whole cosine more in `WordMatches.met` counts. Tuned on every fourth question of the XQuAD
# dev half (0 to 80 tried): recall@1 rises up to 60 across languages, from 0.86 to 0.94 and from
# 0.92 to 0.95, and is flat from 10 within one language.
WORDS_WEIGHT = 50.0
# What the words of a question meet by their vectors counts less than what stands there in so many
# letters. Tuned on the gold set's dev rows and every fourth question of the XQuAD dev half (0.6 to
# 1 tried, all within a point of each other).
_MEANT = 0.6
_REACH = 4  # times as many are looked through for passages of other documents
# A passage below it is not about the question, whatever its words: of 464 questions of the XQuAD
# dev half none had its document there.
_RULED_OUT = 1.0
# Documents looked into for a comparison, where words are stored and where they are not: 2 s each.
_LOOKED_INTO, _WITHOUT_WORDS = 400, 20


@dataclass(frozen=True, slots=True)
class Match:
    """A hit with the evidence behind it, for the stages that select and abstain."""

    hit: Hit
    row: Row
    fused: float  # of its vector and its text, before its words were compared
    standing: float  # of its vector, see `Background`
    matched: float  # share of the question's weight found in the chunk, 0 to 1
    background: Background  # of the question
    words: WordMatches  # against those of the question
    usual: NDArray[np.float32]  # what unrelated passages of its language meet of each of these

    def share(
        self,
        matched: float,
        part: Span | None = None,
        asked: Sequence[int] | None = None,
        **where: bool,
    ) -> float:
        """The share of the question that a passage, or one part of it, holds or means.

        `matched` is the share it holds word for word; the rest as in `WordMatches.meant`. Words of
        another language cannot stand there, so by themselves they would make every passage in the
        language of the question the better one.
        """
        within = None if part is None else self.in_passage(part)
        return max(matched, _MEANT * self.words.meant(self.usual, within, asked, **where))

    def met_by(self, sentence: Span | None = None, asked: Sequence[int] | None = None) -> float:
        """How much of the question the words of the passage, or of one sentence of it, meet.

        `asked` as in `WordMatches.met`.
        """
        within = None if sentence is None else self.in_passage(sentence)
        return self.words.met(within, asked)

    def in_passage(self, place: Span) -> Span:
        """A place of the document as one of the passage, see `words`."""
        shift = self.words.start - self.row.chunk.span.start
        return Span(place.start + shift, place.end + shift)


def search(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    words: QuestionWords,
    *,
    encoder: Encoder,
    language: str,
    filters: Filters,
    k: int,
) -> tuple[Match, ...]:
    """The `k` best passages for a question, best first.

    1 filter, 2 dense candidates, 3 lexical candidates, 4 fuse, 5 compare the best word by word.
    The dense half counts as a standing (see `Background`), the lexical half as the share of the
    question that is matched (see `index.lexical`), so each is silent where it knows nothing.

    Args:
        index: an open build.
        question: its words count for BM25.
        vector: the encoded question, shape (d,), L2-normalised.
        words: its words, encoded.
        encoder: asked for the words of the best passages where the build holds none.
        language: of the question.
        filters: applied before the search, so they never empty a result that exists.
        k: passages wanted; fewer come back only when fewer are allowed.
    """
    allowed = index.store.rows_matching(filters) if filters else None  # 1
    dense, _ = index.vectors.search(vector, max(k, _DEPTH), allowed=allowed)  # 2
    shares = index.lexical.scores(question, language)  # 3
    lexical = _best(shares, max(k, _DEPTH), allowed)
    rows = np.union1d(dense, lexical)  # 4
    if not len(rows):
        return ()
    background = background_of(index, vector)
    standings = standings_of(index, vector, rows, background)
    scores = standings + _LEXICAL_WEIGHT * shares[rows]
    dense_rank = {int(row): rank for rank, row in enumerate(dense, start=1)}
    lexical_rank = {int(row): rank for rank, row in enumerate(lexical, start=1)}
    most = _COMPARED if index.manifest.words else _ENCODED
    best = _capped(index, rows[np.lexsort((rows, -scores))], rows, max(k, most))
    hits = [
        _hit(index, row, dense_rank.get(row), lexical_rank.get(row)) for row in rows[best].tolist()
    ]
    compared = compare(index, encoder, hits, words, bylines=True)
    evidence = scores[best], standings[best], shares[rows[best]]
    usual = usual_of(index, encoder, words)
    matches = _matches(hits, compared, evidence, background, usual)  # 5
    kept = _mixed([match.row.chunk.document_id for match in matches], k)
    return tuple(matches[i] for i in sorted(kept))


def search_documents(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    words: QuestionWords,
    *,
    encoder: Encoder,
    language: str,
    filters: Filters,
    k: int,
) -> Mapping[str, tuple[Match, ...]]:
    """The `k` best passages of each document, best first, by its id; arguments as in `search`.

    Their words are set against those of unrelated passages, so a score can be compared between
    documents and questions. Documents that vector and text rule out are left out.
    """
    rows = index.store.rows_matching(filters)
    shares = index.lexical.scores(question, language)
    background = background_of(index, vector)
    standings = standings_of(index, vector, rows, background)
    scores = standings + _LEXICAL_WEIGHT * shares[rows]
    names, places = index.store.document_places
    chosen: dict[str, list[int]] = {}  # places among `rows`
    most = _LOOKED_INTO if index.manifest.words else _WITHOUT_WORDS
    for i in np.lexsort((rows, -scores))[: np.count_nonzero(scores >= _RULED_OUT)].tolist():
        of_document = chosen.setdefault(names[places[rows[i]]], [])
        if len(chosen) <= most and len(of_document) < k:
            of_document.append(i)
    for place in np.unique(places[rows]).tolist():
        chosen.setdefault(names[place], [])
    usual = usual_of(index, encoder, words)
    found: dict[str, tuple[Match, ...]] = {}
    for name, best in chosen.items():
        hits = [_hit(index, row, None, None) for row in rows[best].tolist()]
        compared = compare(index, encoder, hits, words, bylines=False)
        evidence = scores[best], standings[best], shares[rows[best]]
        found[name] = _matches(hits, compared, evidence, background, usual)
    return found


def _capped(
    index: Index, best: NDArray[np.int64], rows: NDArray[np.int64], size: int
) -> NDArray[np.intp]:
    """Places in sorted `rows` of the `size` best, see `_mixed`."""
    near = best[: _REACH * size].tolist()
    kept = _mixed(index.store.documents_of(near), size)
    return np.searchsorted(rows, [near[i] for i in kept])


def _mixed(names: Sequence[str], size: int) -> list[int]:
    """Places of the first `size`, half of one document at most if others do."""
    held: Counter[str] = Counter()
    late: list[bool] = []
    for name in names:
        late.append(held[name] >= -(-size // 2))
        held[name] += 1
    return sorted(range(len(names)), key=late.__getitem__)[:size]


def _matches(
    hits: Sequence[tuple[Hit, Row]],
    compared: Sequence[WordMatches],
    evidence: tuple[NDArray[np.generic], ...],
    background: Background,
    usual: Usual,
) -> tuple[Match, ...]:
    """Matches in their final order: what their words meet counts above what is usual."""
    found: list[Match] = []
    for (hit, row), words, fused, standing, share in zip(hits, compared, *evidence, strict=True):
        match = Match(
            hit,
            row,
            float(fused),
            float(standing),
            float(share),
            background,
            words,
            usual.of(row.chunk.language),
        )
        more = match.met_by() - float(words.weights @ match.usual)
        score = match.fused + WORDS_WEIGHT * more
        score += _LEXICAL_WEIGHT * (match.share(match.matched) - match.matched)
        found.append(replace(match, hit=replace(hit, score=score)))
    return tuple(sorted(found, key=lambda match: -match.hit.score))


def _best(
    shares: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    """The rows with the highest shares, best first; rows that match no word are left out."""
    rows = np.flatnonzero(shares > 0) if allowed is None else allowed[shares[allowed] > 0]
    if len(rows) > k:  # most share one common word: sorting them all would take longest of all
        least = np.partition(shares[rows], -k)[-k]
        rows = rows[shares[rows] >= least]
    return np.asarray(rows[np.lexsort((rows, -shares[rows]))[:k]], dtype=np.int64)


def _hit(
    index: Index, row: int, dense_rank: int | None, lexical_rank: int | None
) -> tuple[Hit, Row]:
    stored = index.store.row(row)
    document = index.store.document(stored.chunk.document_id)
    text = stored.chunk.span.of(document.text)
    first, last = (document.pages[number - 1].label for number in stored.chunk.pages)
    hit = Hit(
        stored.chunk, document.source, text, 0.0, dense_rank, lexical_rank, labels=(first, last)
    )
    return hit, stored
