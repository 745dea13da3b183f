"""BM25 over folded, stemmed words, scaled to the share of the question that a chunk matches.

A raw BM25 score cannot be compared between questions, and across languages it votes at random.
Divided by the highest score the question could reach it says how much of the question the chunk
holds, so a Spanish question over English text weighs next to nothing by itself.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strategy_qa.languages import LANGUAGES
from strategy_qa.text import fold, words

_STEMMERS = {"en": "english", "es": "spanish"}
# "Estado" is the State here, not the participle that general lists drop.
_KEEP = {"estado", "estados"}
_QUESTION_WORDS = {
    "en": {"us", "much", "many", "tell", "please", "say", "says", "would", "could", "may", "also"},
    "es": {"cuanto", "cuantos", "cuanta", "cuantas", "cuales", "cual", "quien", "quienes", "dime"},
}
# By which a question asks to be answered ("List the…", "Agradeceré las…"). A passage may mean them.
_REQUESTS = {
    "list", "name", "enumerate", "mention", "indicate", "describe", "explain", "provide", "kindly",
    "enumera", "enumere", "enumerar", "menciona", "mencione", "mencionar", "indica", "indique",
    "indicar", "describa", "explica", "explique", "nombra", "lista", "listado", "dime", "digame",
    "agradezco", "agradecere", "agradeceria", "necesito", "quisiera", "solicito", "favor",
    "sirvase",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """The words of a question, each with its stems and its weight in an index."""

    forms: tuple[tuple[str, ...], ...]
    weights: tuple[float, ...]

    def held(self, text: str, language: str) -> frozenset[int]:
        """Which of the words, by place, stand in a text."""
        stemmed = set(stems(text, language))
        return frozenset(i for i, forms in enumerate(self.forms) if stemmed.intersection(forms))

    def share(self, held: Collection[int]) -> float:
        """How much of the question, by weight, some of its words are: 0 to 1."""
        total = sum(self.weights)
        return sum(self.weights[i] for i in held) / total if total else 0.0


class LexicalIndex:
    """BM25 (Robertson and Zaragoza 2009, doi:10.1561/1500000019; Lucene's variant, by bm25s)."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._ids: dict[str, int] = engine.vocab_dict
        self._size = int(engine.scores["num_docs"])

    @classmethod
    def build(cls, texts: Iterable[tuple[str, str]]) -> LexicalIndex:
        """Index pairs of text and its language, in row order."""
        import bm25s

        engine = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        vocabulary: dict[str, int] = {}
        rows = [  # numbers, not words: a twentieth of the memory
            array(
                "i",
                [vocabulary.setdefault(word, len(vocabulary)) for word in stems(text, language)]
                or [vocabulary.setdefault("", len(vocabulary))],
            )
            for text, language in texts
        ]
        engine.index((rows, vocabulary), show_progress=False)
        return cls(engine)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read what `save` wrote; the arrays are memory-mapped, nothing is unpickled."""
        import bm25s

        return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False))

    def save(self, folder: Path) -> None:
        """Write the index as plain arrays and JSON."""
        self._engine.save(folder, show_progress=False)

    def __len__(self) -> int:
        return self._size

    def holds(self, row: int, words: Collection[str]) -> bool:
        """Whether a row holds each of some stems."""
        starts, rows = self._engine.scores["indptr"], self._engine.scores["indices"]
        ids = [self._ids.get(word) for word in words]
        return all(i is not None and row in rows[starts[i] : starts[i + 1]] for i in ids)

    def scores(self, question: str, language: str) -> NDArray[np.float32]:
        """For every row the matched share of the question's weight, shape (n,), 0 to 1."""
        terms = self.terms(question, language)
        known = [self._ids[form] for forms in terms.forms for form in forms if form in self._ids]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        scores = np.asarray(self._engine.get_scores_from_ids(known), dtype=np.float32)
        return np.asarray(np.minimum(scores / sum(terms.weights), 1.0), dtype=np.float32)

    def terms(self, question: str, language: str) -> Terms:
        """The words of a question with their inverse document frequency in this index."""
        forms = tuple(question_terms(question, language))
        return Terms(forms, tuple(self.weight(each) for each in forms))

    def weight(self, forms: Sequence[str]) -> float:
        """The inverse document frequency of a word, in any of its stemmed forms."""
        ids = [self._ids[form] for form in forms if form in self._ids]
        return max((self._idf(i) for i in ids), default=self._idf(None))

    def _idf(self, term: int | None) -> float:
        found = 0
        if term is not None:
            starts = self._engine.scores["indptr"]
            found = int(starts[term + 1] - starts[term])
        return float(np.log1p((self._size - found + 0.5) / (found + 0.5)))


def is_stop_word(word: str, language: str) -> bool:
    """Whether a word tells nothing by itself."""
    return fold(word) in _stop_words(language)


def is_request(word: str) -> bool:
    """Whether a word of a question only asks to be answered."""
    return fold(word) in _REQUESTS


def stems(text: str, language: str) -> list[str]:
    """The folded words of a text without stop words, stemmed in its language."""
    stop = _stop_words(language)
    stemmer = _stemmer(language)
    return [str(stemmer.stemWord(word)) for word in words(text) if word not in stop]


def question_terms(question: str, language: str) -> list[tuple[str, ...]]:
    """The words of a question, each with its stem in every language, without repetition.

    Names and loan words are spelt alike in both languages but stemmed apart, so a question word
    meets a chunk of either language in the form that chunk has it.
    """
    found = words(question)
    unsaid = _stop_words(language) | _REQUESTS
    kept = [word for word in found if word not in unsaid] or found
    return list(
        dict.fromkeys(
            tuple(dict.fromkeys(str(_stemmer(code).stemWord(word)) for code in LANGUAGES))
            for word in kept
        )
    )


@lru_cache(maxsize=8)
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(_STEMMERS.get(language, "english"))


@lru_cache(maxsize=8)
def _stop_words(language: str) -> frozenset[str]:
    from bm25s import stopwords

    lists = {"en": stopwords.STOPWORDS_EN_PLUS, "es": stopwords.STOPWORDS_SPANISH}
    common = {fold(word) for word in lists.get(language, ())}
    return frozenset(common - _KEEP | _QUESTION_WORDS.get(language, set()))
