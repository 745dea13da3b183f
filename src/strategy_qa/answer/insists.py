"""What a question insists on and its best sentences lack: a word, a year, a country, a thing.

A near miss shares most of its words with the text and differs in the one that matters: another
year, another country, a sum where none is stated, a person where only an office is named. Means
over all words do not show that; these features look at the part that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from strategy_qa.answer.expects import Kind, kind_asked_for, offers
from strategy_qa.answer.extractive import Sentence
from strategy_qa.answer.places import countries_in
from strategy_qa.index.words import WordMatches
from strategy_qa.text import fold, words

_BEST = 3  # sentences that may name a year or a country
_BEHIND = 6.0  # in units of `Sentence.score`: further behind, a sentence is of another matter
_TELLING = 0.4  # of the weight of the rarest word: what weighs less need not be met; not tuned
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")

# All on folded text, but for the names.
_ASKS_MONEY = re.compile(
    r"\b(?:budget|costs?|price|how much money|funding|spend|spent|salary|sales|revenue"
    r"|presupuesto|costo|costar\w*|cuesta|coste|precio|dinero|gast\w+|salario|sueldo|ventas"
    r"|ingresos)\b"
)
_ASKS_SHARE = re.compile(r"\b(?:percent\w*|share|proportion|porcentaje|proporcion)\b")
_MONEY = re.compile(
    r"[$€£¥]\s?\d|\b(?:usd|mxn|eur|us\$)\s?\d"
    r"|\d[\d.,]*\s*(?:(?:million|billion|trillion|thousand|mil|millones|billones|m|bn)\s*(?:de\s*)?)?"
    r"(?:dollars?|dolares|pesos?|euros?|pounds?|libras|usd|mxn|eur)\b"
    r"|(?:millions?|billions?|millones|billones)\s*(?:de|of)?\s*(?:dollars|dolares|pesos|euros|pounds)"
)
_ASKS_NAME = re.compile(
    r"\b(?:names?|nombres?|titular|authors?|autor(?:es|a)?|minist\w+|president\w*)\b"
    r"|\bwhich (?:\w+ ){0,2}(?:partner|official|person|scientist|expert|politician|coordinator"
    r"|academic|director)s?\b"
    r"|\bque (?:academic|funcionari|persona|expert|cientific)\w*"
)
_ASKS_WHO = re.compile(r"\b(?:who|whose|whom|quien|quienes)\b")
_PERSON = re.compile(
    r"\b[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+(?:\s+(?:de|del|la|van|von|bin|al|[A-Z]\.)){0,2}"
    r"\s+[A-ZÁÉÍÓÚÑ][a-záéíóúñü’'-]+"
)
# Parts of names of offices, bodies and places: two capitals in a row that are nobody's name.
_NO_PERSON = re.compile(
    r"agen|alliance|america|assess|banco|bank|brief|center|centre|centro|comisi|comite|consej|coordinaci"
    r"|council|depart|digital|directive|estado|estrategia|forum|foro|fondo|fund|general|gobierno|google"
    r"|government|group|grupo|guia|health|informe|initiative|insights|institut|jalisco|lab|ley|mexico"
    r"|minds|minist|monterrey|mundial|nacional|national|network|office|oficina|plataforma|publi|red"
    r"|report|review|secretar|services|social|state|subcomi|technology|think|united|universi|world|york"
)


def lacking(question: str, pool: Sequence[Sentence]) -> dict[str, float]:
    """The features of what the best sentences of a pool, best first and not empty, do not meet.

    - `unoffered`: 1 where a number, a date, money or a person is asked for and the best sentence
      holds none
    - `years_missing`: 1 where no sentence with its headings names the years asked about;
      `other_years`: 1 where the best one names other years instead
    - `countries_missing`: how many of the countries asked about no passage names
    - `weakest`: the best cosine, -1 to 1, of the telling word that the best passage meets worst
    """
    best = [s for s in pool[:_BEST] if s.score >= pool[0].score - _BEHIND]
    return {
        "unoffered": float(not _Wanted(question).in_(pool[0].text)),
        **_years(question, best),
        "countries_missing": float(len(_countries_missing(question, best))),
        "weakest": _weakest(pool[0].match.words),
    }


class _Wanted:
    """The things a question asks for by their form."""

    def __init__(self, question: str) -> None:
        folded = fold(question)
        self.question = question
        self.kind = kind_asked_for(question)
        share = _ASKS_SHARE.search(folded) or self.kind is Kind.DATE
        self.money = bool(_ASKS_MONEY.search(folded)) and not share
        self.person = bool(_ASKS_NAME.search(folded))
        self.name = bool(_ASKS_WHO.search(folded))
        self.asked = set(words(question))

    def in_(self, text: str) -> bool:
        """Whether a text offers all of them, and does not just repeat them."""
        if self.kind in (Kind.NUMBER, Kind.DATE) and not offers(text, self.kind, self.question):
            return False
        if self.money and not _MONEY.search(fold(text)):
            return False
        if self.person:
            return self._person(text)
        return not self.name or self._person(text) or offers(text, Kind.NAME, self.question)

    def _person(self, text: str) -> bool:
        found = (match.group() for match in _PERSON.finditer(text))
        return any(
            not _NO_PERSON.search(fold(name)) and not set(words(name)) <= self.asked
            for name in found
        )


def _years(question: str, sentences: Sequence[Sentence]) -> dict[str, float]:
    asked = set(_YEAR.findall(question))
    named = [set(_YEAR.findall(sentence.text)) for sentence in sentences]
    above = [set(_YEAR.findall(_above(sentence))) for sentence in sentences]
    found = any(asked <= own | over for own, over in zip(named, above, strict=True))
    others = bool(asked and named[0] and not asked & named[0])
    return {"years_missing": float(not found), "other_years": float(others)}


def _countries_missing(question: str, sentences: Sequence[Sentence]) -> frozenset[str]:
    asked = countries_in(question)
    if not asked:
        return asked
    return asked.difference(
        *(
            countries_in(f"{_above(s)} {s.match.hit.source.publisher} {s.match.hit.text}")
            for s in sentences
        )
    )


def _weakest(compared: WordMatches) -> float:
    telling = compared.weights >= _TELLING * compared.weights.max()
    return float(compared.cosines.max(axis=1)[telling].min())


def _above(sentence: Sentence) -> str:
    """What stands over a sentence: headings, title and year of its document."""
    hit = sentence.match.hit
    return " ".join((*hit.chunk.headings, hit.source.title, str(hit.source.year or "")))
