"""Fragments of a question: put in the place of their like in the question before."""

from __future__ import annotations

import re

from strategy_qa.text import WORD, fold

# All but the names are matched on folded text of the same length (`plain`).
PREPOSITION = re.compile(
    r"(?:in|on|at|for|from|by|with|of|about|to|under|during|since|until|after|before|between|among"
    r"|en|del?|para|por|con|sobre|desde|hasta|durante|segun|entre|al?)\b"
)
_SUBJECTS = ("about", "sobre")
# Where a phrase in the middle of a question ends.
_VERB = re.compile(
    r" (?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|es|son|fue"
    r"|fueron|esta|estan|ha|han|puede|pueden|tiene|tienen)\b"
)
_LANGUAGE = re.compile(r"(?:spanish|english|espanol|ingles|french|frances)\b")
DETERMINER = re.compile(r"\b(?:the|el|la|los|las)\b")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NAME = re.compile(
    r"[A-ZÁÉÍÓÚÑ][\w.&'’-]*"
    r"(?: (?:(?:de|del|la|las|los|of|the|and|y|for) )*[A-ZÁÉÍÓÚÑ0-9][\w.&'’-]*)*"
)


def put(fragment: str, earlier: str) -> str:
    """The earlier question with a fragment in the place of its like, or else at the end."""
    folded = plain(earlier)
    year, old_year = _YEAR.search(fragment), _YEAR.search(earlier)
    if year:
        if old_year:
            return earlier[: old_year.start()] + year[0] + earlier[old_year.end() :]
        return f"{earlier} {fragment}"
    preposition = PREPOSITION.match(plain(fragment))
    if preposition:
        fragment = fragment[0].lower() + fragment[1:]
        thing = fragment[preposition.end() :].strip()
        for start, end in _phrases(folded, preposition[0]):
            what = earlier[start:end].partition(" ")[2]
            if preposition[0] in _SUBJECTS or _sort(what) == _sort(thing):
                return earlier[:start] + fragment + earlier[end:]
        return f"{earlier} {fragment}"
    names = names_in(earlier)
    if names_in(f"x {fragment}") and names:
        start, end = names[-1]
        if DETERMINER.match(plain(fragment)):
            article = re.search(r"\b(?:the|el|la|los|las) $", folded[:start])
            start = article.start() if article else start
        return earlier[:start] + fragment + earlier[end:]
    articles = list(DETERMINER.finditer(folded))
    if DETERMINER.match(plain(fragment)) and articles and is_short(folded[articles[-1].start() :]):
        return earlier[: articles[-1].start()] + fragment
    for start, end in _phrases(folded, None):
        return f"{earlier[:start]}{earlier[start:end].partition(' ')[0]} {fragment}{earlier[end:]}"
    return f"{earlier} {fragment}"


def _phrases(folded: str, preposition: str | None) -> list[tuple[int, int]]:
    """The places of phrases with a preposition, the last first."""
    found = []
    for match in reversed(list(re.finditer(rf"\b{PREPOSITION.pattern}", folded))):
        verb = _VERB.search(folded, match.end())
        end = verb.start() if verb else len(folded)
        what = folded[match.end() : end].strip()
        alike = preposition is None or match[0][:2] == preposition[:2]
        if alike and what and is_short(what) and not _YEAR.search(what):
            found.append((match.start(), end))
    return found


def _sort(thing: str) -> str:
    """What kind of thing follows a preposition: only like takes the place of like."""
    folded = plain(thing)
    if _LANGUAGE.match(folded):
        return "language"
    if DETERMINER.match(folded):
        return "thing"
    return "name" if thing[:1].isupper() else "kind"


def names_in(text: str) -> list[tuple[int, int]]:
    """The places of capitalised names, but for the first word, which is always capitalised."""
    return [match.span() for match in _NAME.finditer(text) if match.start() > 1]


def is_short(phrase: str) -> bool:
    """Whether it is a phrase rather than half a question."""
    return len(WORD.findall(phrase)) <= 6


def plain(text: str) -> str:
    """Folded text of the same length, so that places in it are places in the text."""
    return "".join(folded if len(folded := fold(c)) == 1 else c for c in text)
