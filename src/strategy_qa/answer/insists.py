"""What a question insists on and its best sentences lack: a word, a year, a country, a thing.

A near miss shares most of its words with the text and differs in the one that matters: another
year, another country, a sum where none is stated, a person where only an office is named. Means
over all words do not show that; these features look at the part that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from strategy_qa.answer.extractive import Sentence
from strategy_qa.answer.parts import parts_of
from strategy_qa.answer.places import countries_in
from strategy_qa.answer.wanted import Wanted

_BEST = 3  # sentences that may name a year or a country
_ANY = 5  # sentences that may offer what is asked for by its form
_BEHIND = 6.0  # in units of `Sentence.score`: further behind, a sentence is of another matter
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def lacking(question: str, pool: Sequence[Sentence]) -> dict[str, float]:
    """The features of what the best sentences of a pool, best first and not empty, do not meet.

    - `unoffered`: 1 where a number, a date, money or a person is asked for and the best sentence
      holds none, or the share of the question's parts for which that is so; `never_offered`: 1
      where none of the best sentences holds any
    - `years_missing`: 1 where the sentences with their headings do not name all years asked about;
      `other_years`: 1 where the best one names other years instead
    - `countries_missing`: how many of the countries asked about no passage names
    """
    close = [s for s in pool[:_ANY] if s.score >= pool[0].score - _BEHIND]
    best = close[:_BEST]
    return {
        **_offers(question, close),
        **_years(question, best),
        "countries_missing": float(len(_countries_missing(question, best))),
    }


def _offers(question: str, sentences: Sequence[Sentence]) -> dict[str, float]:
    asked = [Wanted(part.of(question)) for part in parts_of(question)]
    offered = [[part.offered_by(sentence.text) for part in asked] for sentence in sentences]
    # Each part of a question has a sentence of its own.
    reach = offered[: _BEST if len(asked) > 1 else 1]
    unmet = sum(not any(by_sentence) for by_sentence in zip(*reach, strict=True))
    return {
        "unoffered": unmet / len(asked),
        "never_offered": float(not any(map(any, offered))),
    }


def _years(question: str, sentences: Sequence[Sentence]) -> dict[str, float]:
    asked = set(_YEAR.findall(question))
    named = [set(_YEAR.findall(f"{sentence.text} {_above(sentence)}")) for sentence in sentences]
    others = bool(asked and _YEAR.search(sentences[0].text) and not asked & named[0])
    return {
        "years_missing": float(not asked <= frozenset().union(*named)),
        "other_years": float(others),
    }


def _countries_missing(question: str, sentences: Sequence[Sentence]) -> frozenset[str]:
    asked = countries_in(question)
    if not asked:
        return asked
    return asked.difference(*(countries_in(f"{_above(s)} {s.match.hit.text}") for s in sentences))


def _above(sentence: Sentence) -> str:
    """What stands over a sentence: headings, and title, publisher and year of its document."""
    hit = sentence.match.hit
    return " ".join((*hit.chunk.headings, hit.source.byline))
