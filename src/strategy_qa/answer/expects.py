"""What kind of thing a question asks for, and whether a sentence offers one it does not repeat."""

from __future__ import annotations

import re
from enum import StrEnum

from strategy_qa.text import fold, unnumbered, words


class Kind(StrEnum):
    """What the answer should hold."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"  # of a person, an institution or a place
    ANY = "any"


# All on folded text.
ASKING = (
    r"(?:what|which|who|whom|whose|when|where|why|how|que|cual(?:es)?|quien(?:es)?|cuando|donde"
    r"|como|cuant[oa]s?)"
)
BEGINS = r"(?:^|[¿,;:.?!] ?|\b(?:and|y|e|or|o) )(?:[^\W\d_]{1,5} )?"  # where "que" is a question
WHAT = rf"(?:\b(?:what|which|wich)|{BEGINS}(?:que|q|cual(?:es)?))\b"
# "When" after another question word, or far into a clause, only says at what time something was so.
_WHEN = re.compile(rf"(?:^|[¿;:.?!])\W*(?:(?!{ASKING}\b)\w+[^\w¿;:.?!]+){{0,6}}?(?:when|cuando)\b")
# "Places where" does not ask for a place by this word.
_WHERE = r"(?:^|[¿,;:.?!]|\b(?:and|or|from|to|y|e|o|de|en|por|hacia|a))\W*\b(?:where|donde)\b"
# The first that matches decides.
_QUESTIONS = (
    (
        Kind.DATE,
        r"\b(?:what|which) (?:year|date|month|day)\b|\bque (?:ano|fecha|mes|dia)\b"
        r"|\bdate of\b|^\W*(?:the )?(?:date|fecha)\b",
    ),
    (
        Kind.NUMBER,
        r"\bhow (?:many|much|long|old|far|large|big)\b|(?<!\ben )\bcuant[oa]\b|\bcuant[oa]s\b"
        r"|\b(?:what|which) (?:number|share|percentage|proportion|score|rank)\b"
        r"|\bque (?:numero|cifra|porcentaje|proporcion|lugar ocup\w+)\b",
    ),
    (
        Kind.NAME,
        rf"\b(?:who|whom|whose)\b|{_WHERE}"
        r"|\b(?:what|which) (?:city|country|place|person|organi[sz]ation)\b"
        r"|\bquien(?:es)?\b"
        r"|\bque (?:ciudad|pais|lugar|persona|institucion|organizacion)\b",
    ),
)
# Digits inside a name ("IA2030Mx", "COVID-19") are no figures.
_FIGURE = re.compile(r"(?<!\w)(?<![^\W\d_]-)\d[\d.,]*")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
MONTH = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b"
)
_NO_NAME = re.compile(rf"ai|ia|{MONTH.pattern}")
DAY = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th|º)?\s+(?:de\s+|of\s+)?{MONTH.pattern}|{MONTH.pattern}\s+\d{{1,2}}\b"
)
_DATED = re.compile(rf"{DAY.pattern}|{MONTH.pattern}|{_YEAR.pattern}")
# Dates that are no figure elsewhere: "1313", "430 BC", "17th century", "siglo V".
_ERA = re.compile(
    r"\b1[0-4]\d\d\b|\b\d[\d.,]{0,11} (?:(?:years|anos) )?(?:bce?|bp|[ad]\. ?c|a\.d)\b"
    r"|\bhace (?:unos |mas de )?\d[\d.,]{0,11} (?:\w+ )?anos\b"
    r"|\b\d[\d.,]{0,11} (?:\w+ )?years ago\b"
    r"|\b\w+(?:st|nd|rd|th)[ -]centur(?:y|ies)\b|\bsiglos? [ivx]+\b"
)
_LENGTH_ASKED = re.compile(r"\bhow long\b|\bcuanto tiempo\b")
_TIMES = (
    r"(?:day|week|month|year|decade|century|hour|minute|dia|semana|mes|ano|decada|siglo|hora"
    r"|minuto)"
)
_LENGTH = re.compile(rf"\b(?:an?|one|una?) {_TIMES}\b|\b(?:decades|centuries|decadas|siglos)\b")
_SPELT = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty"
    r"|dozen|fifty|hundred|thousand|million|half|third|quarter|fifth|tenth|dos|tres|cuatro|cinco"
    r"|seis|siete|ocho|nueve|diez|doce|catorce|quince|veinte|cincuenta|cien|mil|millones|mitad"
    r"|tercio|tercera|cuarta|quinta|decima)\b"
)
_PLACES = re.compile(  # where a name need not be given
    r"\b(?:north\w*|south\w*|eastern|western|nor(?:te|este|oeste)|sur(?:este|oeste)?"
    r"|al (?:este|oeste)|coasts?|costas?|mountains?|montan\w+|islands?|islas?|rivers?|rios?|lakes?"
    r"|lagos?|seas?|mar(?:es)?|ground|suelo|campus|buildings?|edificios?|streets?|calles?"
    r"|cit(?:y|ies)|ciudad(?:es)?|countr(?:y|ies)|pais(?:es)?|regi(?:on|ons|ones)|zonas?|schools?"
    r"|escuelas?|hospitals?|hospitales|homes?|hogar(?:es)?|casas?|abroad|extranjero|online|en linea"
    r"|web ?sites?|sitio web|portal)\b"
)
_CAPITALISED = re.compile(r"(?<!^)(?<![.!?:;] )\b[A-ZÁÉÍÓÚÑ][\w.&'’-]*")


def kind_asked_for(question: str) -> Kind:
    """Whether a question asks for a number, a date, a name, or for anything else."""
    folded = fold(question)
    if _WHEN.search(folded):
        return Kind.DATE
    return next((kind for kind, asks in _QUESTIONS if re.search(asks, folded)), Kind.ANY)


def offers(text: str, kind: Kind, question: str) -> bool:
    """Whether a sentence holds a thing of that kind which the question does not itself name."""
    asked = set(words(question))
    text = unnumbered(text)  # the number of a list item is no figure
    folded = fold(text)
    if kind is Kind.NUMBER:
        undated = _DATED.sub(" ", folded)  # the day of an event is no number of anything
        figures = {figure.rstrip(".,") for figure in _FIGURE.findall(undated)}
        lasting = _LENGTH_ASKED.search(fold(question)) and (
            _LENGTH.search(folded) or set(_YEAR.findall(folded)) - asked  # "until 1918"
        )
        return bool(figures - asked or _SPELT.search(folded) or lasting)
    if kind is Kind.DATE:
        eras = [era for era in _ERA.findall(folded) if era not in fold(question)]
        return bool(set(_YEAR.findall(folded)) - asked or eras or MONTH.search(folded))
    if kind is Kind.NAME:
        if re.search(_WHERE, fold(question)) and set(_PLACES.findall(folded)) - asked:
            return True
        names = {word for name in _CAPITALISED.findall(text) for word in words(name)}
        return any(not _NO_NAME.fullmatch(fold(name)) for name in names - asked)
    return True
