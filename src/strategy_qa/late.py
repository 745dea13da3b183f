"""Set the words of a question against those of passages: the best ones, and unrelated ones.

What unrelated passages meet of a question tells what there is to meet by chance: more in its own
language than in another, and more of a common word than of a rare one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from strategy_qa.background import spread
from strategy_qa.chunk import context_of
from strategy_qa.encode import Encoder, Passage
from strategy_qa.index import Index
from strategy_qa.index.dense import Matrix
from strategy_qa.index.store import Row
from strategy_qa.index.words import QuestionWords, WordMatches, word_spans
from strategy_qa.types import Hit, Span

_UNRELATED, _ENCODED = 32, 12  # passages; the latter where their words are not stored
_FEW = 4  # passages of a language that are too few to tell what is usual in it


@dataclass(frozen=True, slots=True)
class PassageWords:
    """The words of a passage: title, headings and lead-in, then its chunk."""

    spans: tuple[Span, ...]
    vectors: Matrix  # (words, d)
    start: int  # of the chunk


@dataclass(frozen=True, slots=True)
class Usual:
    """What unrelated passages meet of each word of a question, by their language."""

    by_language: Mapping[str, NDArray[np.float32]]  # (question words,) cosines
    of_all: NDArray[np.float32]

    def of(self, language: str) -> NDArray[np.float32]:
        """That of passages in a language; of all where it has too few."""
        return self.by_language.get(language, self.of_all)


def compare(
    index: Index,
    encoder: Encoder,
    hits: Sequence[tuple[Hit, Row]],
    words: QuestionWords,
    *,
    bylines: bool,
) -> list[WordMatches]:
    """The words of a question against those of each passage, stored or encoded now.

    With `bylines`, a passage meets what the question says of its document's publisher and year.
    """
    found = _words_of(index, encoder, [(row, hit.source.title, hit.text) for hit, row in hits])
    return [
        words.compare(
            each.spans,
            each.vectors,
            start=each.start,
            byline=hit.source.byline if bylines else "",
        )
        for each, (hit, _) in zip(found, hits, strict=True)
    ]


def unrelated(
    index: Index, encoder: Encoder, words: QuestionWords
) -> tuple[tuple[Row, WordMatches], ...]:
    """Passages evenly spread over the index: what words meet where there is nothing to meet."""
    if index not in _SPREAD:
        size = _UNRELATED if index.manifest.words else _ENCODED
        rows = [index.store.row(row) for row in spread(index, size).tolist()]
        documents = [index.store.document(row.chunk.document_id) for row in rows]
        parts = [
            (row, document.source.title, row.chunk.span.of(document.text))
            for row, document in zip(rows, documents, strict=True)
        ]
        found = _words_of(index, encoder, parts)
        _SPREAD[index] = tuple(zip(rows, found, strict=True))
    return tuple(
        (row, words.compare(each.spans, each.vectors, start=each.start))
        for row, each in _SPREAD[index]
    )


def usual_of(index: Index, encoder: Encoder, words: QuestionWords) -> Usual:
    """What unrelated passages meet of each word of a question."""
    met: dict[str, list[NDArray[np.float32]]] = {}
    for row, each in unrelated(index, encoder, words):
        met.setdefault(row.chunk.language, []).append(each.cosines.max(axis=1, initial=-1.0))
    of_all = np.mean([best for several in met.values() for best in several], axis=0)
    means = {
        language: np.asarray(np.mean(several, axis=0), np.float32)
        for language, several in met.items()
        if len(several) >= _FEW
    }
    return Usual(means, np.asarray(of_all, np.float32))


# The words of the unrelated passages of each open index, some 10 MB; they go when it does.
_SPREAD: WeakKeyDictionary[Index, tuple[tuple[Row, PassageWords], ...]] = WeakKeyDictionary()


def _words_of(
    index: Index, encoder: Encoder, parts: Sequence[tuple[Row, str, str]]
) -> list[PassageWords]:
    """The words of passages, each given as its row, its document's title and its text."""
    contexts = [context_of(title, row.chunk.headings, row.chunk.lead_in) for row, title, _ in parts]
    texts = [context + text for context, (_, _, text) in zip(contexts, parts, strict=True)]
    spans = [
        word_spans(text, row.chunk.language) for text, (row, _, _) in zip(texts, parts, strict=True)
    ]
    if index.manifest.words:
        vectors = [index.vectors.word_vectors(*row.words) for row, _, _ in parts]
    else:
        passages = [Passage(text, found) for text, found in zip(texts, spans, strict=True)]
        vectors = [encoded.sentences for encoded in encoder.encode_passages(passages)]
    return [
        PassageWords(found, of_words, len(context))
        for found, of_words, context in zip(spans, vectors, contexts, strict=True)
    ]
