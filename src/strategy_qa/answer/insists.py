"""What a question insists on and its best sentences lack: a word, a year, a kind of thing.

A near miss shares most of its words with the text and differs in one that matters: another year,
a budget where none is stated, a person where only an office is named. Means over all words do
not show that; these features look at the part that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from strategy_qa.answer.expects import Kind, kind_asked_for, offers
from strategy_qa.answer.extractive import Sentence
from strategy_qa.text import fold, words

_BEST = 3  # sentences that may offer what is asked for
_BEHIND = (
    6.0  # in units of `Sentence.score`: further behind the best, a sentence is of another matter
)
_TELLING = 0.4  # of the weight of the rarest word: what weighs less need not be met; not tuned
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_ASKS_MONEY = re.compile(
    r"\b(?:budget|costs?|price|how much money|funding|spend|spent|salary|sales|revenue"
    r"|presupuesto|costo|costar\w*|cuesta|coste|precio|dinero|gast\w+|salario|sueldo|ventas"
    r"|ingresos)\b"
)
_MONEY = re.compile(
    r"[$€£¥]\s?\d|\b(?:usd|mxn|eur|us\$)\s?\d"
    r"|\d[\d.,]*\s*(?:(?:million|billion|trillion|thousand|mil|millones|billones|m|bn)\s*(?:de\s*)?)?"
    r"(?:dollars?|dolares|pesos?|euros?|pounds?|libras|usd|mxn|eur)\b"
    r"|(?:millions?|billions?|millones|billones)\s*(?:de|of)?\s*(?:dollars|dolares|pesos|euros|pounds)"
)
_ASKS_PERSON = re.compile(
    r"\b(?:who|whose|whom|quien|quienes|titular)\b"
    r"|\bname of the (?:president|minister|director|head|author)\b"
    r"|\bnombre d(?:el|e la) (?:president\w|ministr\w|director\w?|titular|autor\w?)\b"
)
_PERSON = re.compile(
    r"\b[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+(?:\s+(?:de|del|la|van|von|bin|al)){0,2}"
    r"\s+[A-ZÁÉÍÓÚÑ][a-záéíóúñü’'-]+"
)


def lacking(question: str, pool: Sequence[Sentence]) -> dict[str, float]:
    """The features of what the best sentences of a pool, best first and not empty, do not meet.

    `weakest` is the best cosine of the telling word that is met worst, -1 to 1; `unoffered` counts
    the kinds of things (a number, a date, money, a person) that are asked for and not offered;
    `years_missing` is 1 where no sentence with its headings names the years asked about, and 1 more
    where the best one names other years instead.
    """
    best = [s for s in pool[:_BEST] if s.score >= pool[0].score - _BEHIND]
    return {
        "weakest": _weakest(pool[0]),
        "unoffered": float(_unoffered(question, [s.text for s in best])),
        "years_missing": float(_years_missing(question, best)),
    }


def _weakest(sentence: Sentence) -> float:
    met = sentence.match.words.best(sentence.match.inside(sentence.span))
    weights = sentence.match.words.weights
    return float(met[weights >= _TELLING * weights.max()].min())


def _unoffered(question: str, texts: Sequence[str]) -> int:
    folded = fold(question)
    kind = kind_asked_for(question)
    missing = kind in (Kind.NUMBER, Kind.DATE) and not any(offers(t, kind, question) for t in texts)
    money = bool(_ASKS_MONEY.search(folded)) and not any(_MONEY.search(fold(t)) for t in texts)
    person = bool(_ASKS_PERSON.search(folded)) and not any(_names(t, question) for t in texts)
    return missing + money + person


def _names(text: str, question: str) -> bool:
    """Whether a text holds what looks like a person's name and is not the question's own."""
    asked = set(words(question))
    return any(not set(words(found.group())) <= asked for found in _PERSON.finditer(text))


def _years_missing(question: str, sentences: Sequence[Sentence]) -> int:
    asked = set(_YEAR.findall(question))
    if not asked:
        return 0
    named = [set(_YEAR.findall(s.text)) for s in sentences]
    around = [set(_YEAR.findall(_above(s))) for s in sentences]
    nowhere = not any(asked <= own | above for own, above in zip(named, around, strict=True))
    return nowhere + bool(named[0] and not asked & named[0])


def _above(sentence: Sentence) -> str:
    """What stands over a sentence: headings, title and year of its document."""
    hit = sentence.match.hit
    return " ".join((*hit.chunk.headings, hit.source.title, str(hit.source.year or "")))
