"""The words of a question and of a sentence, as the reader compares them: vectors, stems, marks.

Every word gets its vector from one pass of the encoder over its text, so the same word in two
contexts has two vectors, and a word meets its translation. A sentence has words twice: encoded by
itself (`read_words`), and out of the pass over its whole passage (`words_of`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from strategy_qa.encode import Encoder, Passage, Vectors
from strategy_qa.index.lexical import question_terms, stems
from strategy_qa.text import WORD, fold
from strategy_qa.types import Span

# What a word is, beside its meaning; the order of the columns of `Words.marks`.
MARKS = (
    "figure",  # holds a digit: swapped figures make a near miss
    "name",  # capitalised inside the text: so do swapped names
    "function",  # a stop word or question word: need not be met
    "year",  # another year is another question
    "negation",  # turns an answer round
)
_LONGEST = 400  # characters read of one text: bounds the cost, and fits the encoder's window
_BATCH = 4  # texts of like length together: eight would be padded to the longest of all
_YEAR = re.compile(r"1\d{3}|20\d\d")
# Acronyms that the other language spells otherwise.
_ACRONYMS = {
    written: other
    for pair in ("AI IA", "OECD OCDE", "UN ONU", "EU UE", "GDP PIB", "USA EEUU", "SDG ODS",
                 "SDGs ODS", "IDB BID", "IMF FMI", "WHO OMS", "ICT TIC")
    for written, other in (pair.split(), pair.split()[::-1])
}  # fmt: skip
_NEGATION = re.compile(
    r"no|not|never|none|nobody|neither|nor|without|cannot|.*n['’]t|least|less"
    r"|nunca|jamas|ningun\w*|nadie|sin|ni|tampoco|menos"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text."""

    forms: tuple[frozenset[str], ...]  # each word's stems, in every language
    marks: Vectors  # (words, len(MARKS)), 0 or 1
    vectors: Vectors  # (words, dimension), of length 1

    def __len__(self) -> int:
        return len(self.forms)


def read_words(encoder: Encoder, texts: Sequence[tuple[str, str]]) -> list[Words]:
    """The words of each (text, language), of the first characters of a text where it is long."""
    cut = [(_cut(text), language) for text, language in texts]
    spans = [tuple(Span(*m.span()) for m in WORD.finditer(text)) for text, _ in cut]
    passages = [Passage(text, found) for (text, _), found in zip(cut, spans, strict=True)]
    return [
        words_of(text, language, found, encoded.sentences)
        for (text, language), found, encoded in zip(
            cut, spans, encoder.encode_passages(passages, batch_size=_BATCH), strict=True
        )
    ]


def words_of(text: str, language: str, spans: Sequence[Span], vectors: Vectors) -> Words:
    """The words that stand at some `spans` of a text; `vectors` has a row for each."""
    forms = tuple(word_forms(span.of(text)) for span in spans)
    return Words(forms, _marks(text, language, spans), vectors)


def all_forms(texts: Iterable[str]) -> frozenset[str]:
    """Every stem of every word of some texts; "COVID-19" holds "COVID", too."""
    found = {word for text in texts for word in WORD.findall(text)}
    found.update(part for word in tuple(found) if "-" in word for part in word.split("-"))
    return frozenset().union(*map(word_forms, found))


def same_words(question: Words, sentence: Words) -> NDArray[np.float32]:
    """Which words are the same but for their endings, shape (question words, sentence words)."""
    same = np.zeros((len(question), len(sentence)), np.float32)
    for i, forms in enumerate(question.forms):
        if not question.marks[i, MARKS.index("function")]:
            same[i] = [not forms.isdisjoint(other) for other in sentence.forms]
    return same


@lru_cache(maxsize=20_000)
def word_forms(word: str) -> frozenset[str]:
    """The stems of one word in every language, so that names and loan words meet across them."""
    known = (word, _ACRONYMS[word]) if word in _ACRONYMS else (word,)
    return frozenset(
        form for each in known for forms in question_terms(each, "en") for form in forms
    )


def _marks(text: str, language: str, spans: Sequence[Span]) -> Vectors:
    rows = [
        (
            any(c.isdigit() for c in word),
            start > 0 and word[0].isupper(),
            _is_function(fold(word), language),
            bool(_YEAR.fullmatch(word)),
            bool(_NEGATION.fullmatch(fold(word))),
        )
        for start, word in ((span.start, span.of(text)) for span in spans)
    ]
    return np.array(rows, np.float32).reshape(-1, len(MARKS))


@lru_cache(maxsize=20_000)
def _is_function(word: str, language: str) -> bool:
    return not stems(word, language)


def _cut(text: str) -> str:
    """The text from its first word on, cut before a word that would go too far."""
    first = WORD.search(text)
    start = first.start() if first else 0
    if len(text) - start <= _LONGEST:
        return text[start:]
    return text[start : start + _LONGEST].rsplit(maxsplit=1)[0]
