"""What a question insists on and its best sentences lack: a year, a country, a thing, a denial.

A near miss shares most of its words with the text and differs in the one that matters: another
year, another country, a sum where none is stated, a person where only an office is named. Means
over all words do not show that; these features look at the part that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from strategy_qa.answer.enumerating import listed
from strategy_qa.answer.expects import ASKING
from strategy_qa.answer.extractive import Sentence
from strategy_qa.answer.lists import asks_for_list, number_asked_for
from strategy_qa.answer.parts import parts_of
from strategy_qa.answer.places import countries_in
from strategy_qa.answer.wanted import Wanted, asking_part
from strategy_qa.index import Index
from strategy_qa.text import fold

_BEST = 3  # sentences that may name a year or a country, or an item of a list
_MANY = 3  # things asked for: of two, each may have a sentence of its own
_NEAR = 10  # sentences one of which stands in the list of them
_BEHIND = 6.0  # in units of `Sentence.score`: further behind, a sentence is of another matter
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
# What turns a question round, on folded text; "or not" and "not only" do not.
_ASKED_NOT = {
    "en": re.compile(r"(?<!\bor )\b(?:not|never|cannot)\b(?! only\b)|n['’]t\b"),
    "es": re.compile(r"(?<!\bo )\b(?:no|nunca|tampoco|jamas)\b(?! sol[oa]\b)"),
}
_ASKING = re.compile(rf"\b{ASKING}\b")
# Behind these a clause begins that only says more of something: "departments that do not comply".
_CLAUSE = {
    "en": re.compile(r"\b(?:if|because|that|who|whom|which|when|where|since|although|while)\b"),
    "es": re.compile(
        r"\b(?:si|porque|que|quien(?:es)?|cuando|donde|cual(?:es)?|aunque|mientras)\b"
    ),
}
_SAID_NOT = re.compile(
    r"\b(?:no|not|never|without|cannot|except\w*|none|nobody|nothing|neither|nor|nunca|sin|ningun\w*"
    r"|nadie|nada|ni|tampoco|jamas)\b|n['’]t\b"
)


def lacking(
    index: Index, question: str, pool: Sequence[Sentence], *, language: str
) -> dict[str, float]:
    """The features of what the best sentences of a pool, best first and not empty, do not meet.

    The question is in `language`.

    - `unoffered`: 1 where a number, a rank, a date, money, a person or a country is asked for and
      the best sentence holds none, or the share of the question's parts for which that is so; 1,
      too, where a number of things is asked for ("the fourteen firms") and nothing lists as many
    - `years_missing`: 1 where the sentences with their headings do not name all years asked about;
      `other_years`: 1 where the best one names other years instead
    - `countries_missing`: how many of the countries asked about no passage names
    - `denial_missing`: 1 where it is asked what is not so, and the best sentence denies nothing
    """
    best = [s for s in pool[:_BEST] if s.score >= pool[0].score - _BEHIND]
    return {
        "unoffered": 1.0 if _unlisted(index, question, pool) else _unoffered(question, best),
        **_years(question, best),
        "countries_missing": float(len(_countries_missing(question, best))),
        "denial_missing": float(_denial_missing(question, best[0], language)),
    }


def _unoffered(question: str, sentences: Sequence[Sentence]) -> float:
    asked = [Wanted(part.of(question)) for part in parts_of(question)]
    # Each part of a question has a sentence of its own, and so has each item of a list.
    reach = sentences if len(asked) > 1 or asks_for_list(question) else sentences[:1]
    unmet = [part for part in asked if not any(part.offered_by(each.text) for each in reach)]
    return len(unmet) / len(asked)


def _unlisted(index: Index, question: str, pool: Sequence[Sentence]) -> bool:
    count = number_asked_for(question) or 0
    return count >= _MANY and all(listed(index, sentence) < count for sentence in pool[:_NEAR])


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


def _denial_missing(question: str, best: Sentence, language: str) -> bool:
    spoken = language if language in _ASKED_NOT else "en"
    folded = fold(asking_part(question))
    asking = _ASKING.search(folded)
    clause = folded[asking.end() :] if asking else folded
    main = _CLAUSE[spoken].split(clause, maxsplit=1)[0]
    return bool(_ASKED_NOT[spoken].search(main)) and not _SAID_NOT.search(fold(best.text))


def _above(sentence: Sentence) -> str:
    """What stands over a sentence: headings, and title, publisher and year of its document."""
    hit = sentence.match.hit
    return " ".join((*hit.chunk.headings, hit.source.byline))
