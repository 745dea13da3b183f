"""Find passages: dense and lexical evidence over the rows a filter allows, fused into one list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strategy_qa.chunk import context_of
from strategy_qa.index import Index
from strategy_qa.index.store import Row
from strategy_qa.index.words import QuestionWords, WordMatches, word_spans
from strategy_qa.types import Filters, Hit, Span

# Candidates each half may name; the fused list is exact among their union.
_DEPTH = 200
# Rows whose cosines tell what an unrelated passage scores for this question.
_BACKGROUND = 1_000
_FEW = 10  # passages of a language that are too few to have a mean of their own
# A chunk that holds every word of the question by weight gains this many standard deviations of
# the background cosine. Tuned on the XQuAD dev half (0 to 15 tried): recall@1 is flat from 6 to
# 12 in all four language directions.
_LEXICAL_WEIGHT = 8.0
_COMPARED = 10  # passages compared word by word, or as many as are asked for
# What a whole cosine more in `WordMatches.met` counts. Tuned on every fourth question of the XQuAD
# dev half (0 to 80 tried): recall@1 rises up to 60 across languages, from 0.86 to 0.94 and from
# 0.92 to 0.95, and is flat from 10 within one language.
WORDS_WEIGHT = 50.0
_UNRELATED = 32  # passages that tell what words meet where there is nothing to meet
# A passage below it is not about the question, whatever its words: of 464 questions of the XQuAD
# dev half none had its document there.
_RULED_OUT = 1.0
_PART = 20_000  # vectors taken out of the index at a time, 30 MB


@dataclass(frozen=True, slots=True)
class Background:
    """What passages that have nothing to do with a question score for it, by language.

    Encoders differ in where their cosines lie, and a multilingual one brings a question nearer
    to any passage in its own language; a standing is free of both.
    """

    means: Mapping[str, float]  # cosine, by the language of the passage
    spread: float  # standard deviation around them

    def standing(self, cosine: float, language: str) -> float:
        """A cosine in standard deviations above an unrelated passage of that language."""
        return (cosine - self.means[language]) / self.spread


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

    def met_by(self, sentence: Span | None = None, asked: Sequence[int] | None = None) -> float:
        """How much of the question the words of the passage, or of one sentence of it, meet.

        `asked` as in `WordMatches.met`.
        """
        if sentence is None:
            return self.words.met(asked=asked)
        shift = self.words.start - self.row.chunk.span.start
        return self.words.met(Span(sentence.start + shift, sentence.end + shift), asked)


def search(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    words: QuestionWords,
    *,
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
    background = _background(index, vector)
    standings = _standings(index, vector, rows, background)
    scores = standings + _LEXICAL_WEIGHT * shares[rows]
    dense_rank = {int(row): rank for rank, row in enumerate(dense, start=1)}
    lexical_rank = {int(row): rank for rank, row in enumerate(lexical, start=1)}
    found: list[Match] = []
    for i in np.lexsort((rows, -scores))[: max(k, _COMPARED)]:
        row = int(rows[i])
        hit, stored = _hit(index, row, dense_rank.get(row), lexical_rank.get(row))
        evidence = float(scores[i]), float(standings[i]), float(shares[row])
        found.append(Match(hit, stored, *evidence, background, _compare(index, stored, hit, words)))
    return _by_words(found)[:k]  # 5


def search_documents(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    words: QuestionWords,
    *,
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
    background = _background(index, vector)
    standings = _standings(index, vector, rows, background)
    scores = standings + _LEXICAL_WEIGHT * shares[rows]

    def match(row: int, standing: float, fused: float) -> Match:
        hit, stored = _hit(index, row, None, None)
        compared = _compare(index, stored, hit, words)
        return Match(hit, stored, fused, standing, float(shares[row]), background, compared)

    usual = float(np.median([each.met() for _, each in unrelated(index, words)]))
    documents = index.store.documents_of_rows()
    found: dict[str, list[Match]] = {}
    for i in np.lexsort((rows, -scores)):
        of_document = found.setdefault(documents[rows[i]], [])
        if scores[i] >= _RULED_OUT and len(of_document) < k:
            of_document.append(match(int(rows[i]), float(standings[i]), float(scores[i])))
    return {name: _by_words(of_document, usual) for name, of_document in found.items()}


def unrelated(index: Index, words: QuestionWords) -> tuple[tuple[Row, WordMatches], ...]:
    """Passages evenly spread over the index: what words meet where there is nothing to meet."""
    found = (_hit(index, int(row), None, None) for row in _spread(index, _UNRELATED))
    return tuple((stored, _compare(index, stored, hit, words)) for hit, stored in found)


def _compare(index: Index, row: Row, hit: Hit, words: QuestionWords) -> WordMatches:
    context = context_of(hit.source.title, row.chunk.headings, row.chunk.lead_in)
    spans = word_spans(context + hit.text, row.chunk.language)
    return words.compare(spans, index.vectors.word_vectors(*row.words), start=len(context))


def _by_words(matches: Sequence[Match], usual: float | None = None) -> tuple[Match, ...]:
    """Matches in their final order: what their words meet counts above what is usual.

    That is what it is among them, where it is not given.
    """
    met = [match.met_by() for match in matches]
    level = usual if usual is not None else float(np.mean(met))
    scores = [
        match.fused + WORDS_WEIGHT * (each - level)
        for match, each in zip(matches, met, strict=True)
    ]
    placed = [
        replace(match, hit=replace(match.hit, score=score))
        for match, score in zip(matches, scores, strict=True)
    ]
    return tuple(sorted(placed, key=lambda match: -match.hit.score))


def _best(
    shares: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    """The rows with the highest shares, best first; rows that match no word are left out."""
    rows = np.flatnonzero(shares > 0) if allowed is None else allowed[shares[allowed] > 0]
    return np.asarray(rows[np.lexsort((rows, -shares[rows]))[:k]], dtype=np.int64)


def _background(index: Index, vector: NDArray[np.float32]) -> Background:
    sample = _spread(index, _BACKGROUND)
    cosines = index.vectors.chunk_vectors(sample) @ vector
    spoken = index.languages[sample]
    means: dict[str, float] = {}
    for language in np.unique(index.languages):
        of_language = cosines[spoken == language]
        few = len(of_language) < _FEW
        means[str(language)] = float((cosines if few else of_language).mean())
    centres = np.array([means[str(language)] for language in spoken])
    return Background(means, max(float((cosines - centres).std()), 1e-3))


def _spread(index: Index, size: int) -> NDArray[np.int64]:
    """Rows of the whole index, evenly spread."""
    total = index.manifest.chunks
    return np.unique(np.linspace(0, total - 1, min(total, size)).astype(np.int64))


def _standings(
    index: Index, vector: NDArray[np.float32], rows: NDArray[np.int64], background: Background
) -> NDArray[np.float64]:
    """The standing of each row, see `Background`."""
    cosines = [index.vectors.chunk_vectors(part) @ vector for part in _parts(rows)]
    means = np.array([background.means[str(language)] for language in index.languages[rows]])
    standings = (np.concatenate([*cosines, np.empty(0)]) - means) / background.spread
    return np.asarray(standings, np.float64)


def _parts(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Rows a few at a time: their vectors are copies."""
    return [rows[at : at + _PART] for at in range(0, len(rows), _PART)]


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
