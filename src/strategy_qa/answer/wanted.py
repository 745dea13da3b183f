"""What a question asks for by its form: a number, a rank, a date, money, a name, a country.

A question such as "why" asks for nothing by its form, and so does one to be answered yes or no.
"""

from __future__ import annotations

import re

from strategy_qa.answer.expects import (
    ASKING,
    DAY,
    MONTH,
    WHAT,
    Kind,
    kind_asked_for,
    offers,
)
from strategy_qa.answer.persons import (
    ASKS_NAME,
    ASKS_PERSON,
    BEGINS_WITH_ROLE,
    BETWEEN,
    person_in,
)
from strategy_qa.answer.places import countries_in
from strategy_qa.text import fold, words

# All on folded text, but for the names.
_POINTS_BACK = 2  # words that only point at what was said before: "¿Cuáles son?"
_ASKS = re.compile(rf"\b{ASKING}\b")
_YES_OR_NO = re.compile(r"\W*(?:did|does|do|is|was|were|are|has|have|had|will|would|should)\b")
_NEAR = r"(?:[^\w?]+\w+){0,3}?\W+"
_SUMS = (
    r"(?<!kind of )(?<!type of )(?<!source of )(?<!tipo de )(?<!fuente de )"
    r"(?:budget|costs?|price|money|funding|salary|sales|revenue|sum|fines?|fees?|presupuesto|costo"
    r"|coste|precio|dinero|salario|sueldo|ventas|importe|cuota|multas?|aportacion|(?<!se )monto"
    r"|(?<!menores )(?<!mayores )(?<!bajos )(?<!altos )ingresos)"
)
_PAYS = (
    r"(?:cost\w*|cuesta|spen[dt]\w*|pay\w*|paid|invest\w*|put|puso|gast\w+|pag(?:o|a|aron|an|aba)"
    r"|invirti\w+|aport\w+|destin\w+)"
)
_MONEY = re.compile(
    rf"{WHAT}{_NEAR}{_SUMS}\b"
    rf"|\b(?:how (?:much|large|big|high)|(?<!en )cuant[oa])\b.*\b(?:{_SUMS}|{_PAYS})\b"
    r"|\b(?:how many|cuant[oa]s) (?:mil |million |billion )?"
    r"(?:millones|million|billion|dollars?|dolares|pesos|euros)\b"
)
_CHANGE = re.compile(  # "how much did the price rise": by a sum or by a share
    r"\b(?:increas|ris(?:e|es|en|ing)\b|rose\b|gr[eo]w|f[ae]ll|drop|decreas|aument|subi|sube\b|baj[oa]"
    r"|crec|cay|disminu|incremen)"
)
_NAMES_A_SUM = re.compile(rf"\b{_SUMS}\b")
_NO_MONEY = re.compile(
    r"\b(?:percent\w*|share|proportion|porcentaje|proporcion)\b"
    r"|\b(?:how many|cuant[oa]s) "
    r"(?!(?:mil|millones|million|billion|dollars?|dolares|pesos|euros)\b)"
)
_COUNTS = (
    r"(?:score|average|rate|total|ranking|number of|cantidad|puntaje|puntuacion|promedio|tasa"
    r"|numero de|votos|velocidad|extension)"
)
_NUMBER = re.compile(rf"{WHAT}{_NEAR}{_COUNTS}\b|\bhow (?:accurate|fast|high|tall)\b")
_NAMES_A_COUNT = re.compile(rf"\b{_COUNTS}\b")
_SHARES = r"(?:share|percentage|per ?cent|proportion|porcentaje|proporcion)"
_SHARE = re.compile(rf"{WHAT}{_NEAR}{_SHARES}\b|\b(?:in|en) (?:{_SHARES}\b|%)")
_NAMES_A_SHARE = re.compile(rf"\b{_SHARES}\b|%")
_PART = re.compile(
    r"%|\bper ?cent|\bpor ciento|\b(?:half|third|quarter|fifth|tenth|mitad|tercio)\b"
    r"|\b(?:tercera|cuarta|quinta|decima) parte\b|\bone in\b|\bde cada\b|\bout of\b"
)
_MONTH_ASKED = re.compile(rf"{WHAT}{_NEAR}(?:months?|mes)\b|^\W*(?:the )?(?:month|mes)\b")
_DAY_ASKED = re.compile(rf"{WHAT}{_NEAR}(?:day|dia)\b")
# "In which place did it finish in the index", not "in which place was it signed".
_RANKS = re.compile(
    rf"{WHAT}{_NEAR}(?:place|position|rank|spot|lugar|puesto|posicion|sitio)\b"
    r"|^\W*(?:the )?(?:rank\w*|place|position|lugar|puesto|posicion)\b"
    r"|\bhow (?:high )?(?:did|was|does) \w+ rank"
)
_OF_A_RANKING = re.compile(
    r"\b(?:rank\w*|ind(?:ex|exes|ices|ice)|clasificacion\w*|league|scoreboard|barometer|barometro)\b"
)
_RANKED = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\w+(?:teenth|tieth)"
    r"|primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|quint[oa]|sext[oa]|septim[oa]|octav[oa]"
    r"|noven[oa]|decim[oa]|ultim[oa]|last|top|lead(?:s|er|ers)?|lider(?:es)?)\b"
    r"|\b\d{1,3}\W{0,2}(?:st|nd|rd|th|o|a)\b"
    r"|\b(?:place|rank\w*|position|number|lugar|puesto|posicion|sitio|numero):? (?:el )?\d"
)
_SUM = re.compile(
    r"[$€£¥]\s?\d|\b(?:usd|mxn|eur|us\$)\s?\d"
    r"|\d[\d.,]*\s*(?:(?:million|billion|trillion|thousand|mil|millones|billones|m|bn)\s*(?:de\s*)?)?"
    r"(?:dollars?|dolares|pesos?|euros?|pounds?|libras|usd|mxn|eur)\b"
    r"|(?:millions?|billions?|millones|billones)\s*(?:de|of)?\s*(?:dollars|dolares|pesos|euros|pounds)"
)
# "Which countries", not "which country's minister"; bare keywords may begin with them.
_COUNTRIES = re.compile(
    rf"{WHAT} (?:\d+ )?{BETWEEN}(?:countr(?:y|ies)|nations?|pais(?:es)?)\b(?!['’])"
    r"|\b(?:name|names of|list|list of|enumera|menciona|nombra|son|fueron|eran) "
    rf"(?:(?:all|the|los|todos) )*{BETWEEN}(?:countries|nations|paises)\b"
)
_BEGINS_WITH_COUNTRIES = re.compile(
    r"\W*(?!(?:if|as|si|when|while|since|cuando|como|segun)\b)(?:(?:all|the|los) )*"
    rf"{BETWEEN}(?:countries|nations|paises)\b"
)


def asking_part(question: str) -> str:
    """A question without what only leads to it ("We are drafting a memo on…. Which firm…?")."""
    if "¿" in question:
        part = question[question.index("¿") :]
        return part if len(words(part)) > _POINTS_BACK else question
    sentences = re.split(r"(?<=[.:;?!]) +", question)
    asking = " ".join(sentence for sentence in sentences if _ASKS.search(fold(sentence)))
    return asking or question


class Wanted:
    """The things that a question asks for by its form."""

    def __init__(self, question: str) -> None:
        part = asking_part(question)
        folded = fold(part)
        asks = bool(_ASKS.search(folded))
        open_ = asks or not (_YES_OR_NO.match(folded) or "¿" in part)
        role = ASKS_PERSON.search(folded) or (not asks and BEGINS_WITH_ROLE.match(folded))
        self.question = question
        self.kind = kind_asked_for(part) if open_ else Kind.ANY
        counted = _NUMBER.search(folded) or (not asks and _NAMES_A_COUNT.search(folded))
        shared = _SHARE.search(folded) or (not asks and _NAMES_A_SHARE.search(folded))
        self.share = open_ and self.kind is not Kind.DATE and bool(shared)
        if self.kind is Kind.ANY and open_ and (counted or self.share):
            self.kind = Kind.NUMBER
        other = self.kind is Kind.DATE or _NO_MONEY.search(folded)
        summed = _MONEY.search(folded) or (not asks and _NAMES_A_SUM.search(folded))
        self.money = open_ and not other and bool(summed)
        self.change = self.money and bool(_CHANGE.search(folded))
        self.month = open_ and bool(_MONTH_ASKED.search(folded))
        self.day = open_ and bool(_DAY_ASKED.search(folded))
        self.person = open_ and bool(role)
        self.name = open_ and bool(ASKS_NAME.search(folded))
        keywords = "?" not in part and _BEGINS_WITH_COUNTRIES.match(folded)
        states = _COUNTRIES.search(folded) or keywords
        self.country = open_ and bool(states)
        self.rank = open_ and bool(_RANKS.search(folded) and _OF_A_RANKING.search(folded))
        if self.rank:
            self.kind = Kind.ANY

    @property
    def anything(self) -> bool:
        """Whether it asks for anything by its form."""
        named = self.person or self.name or self.country
        return self.kind is not Kind.ANY or self.money or self.rank or named

    def offered_by(self, text: str) -> bool:
        """Whether a text offers all of them, and does not just repeat them."""
        if self.kind in (Kind.NUMBER, Kind.DATE) and not offers(text, self.kind, self.question):
            return False
        folded = fold(text)
        changed = self.change and _PART.search(folded)
        if self.money and not changed and not _SUM.search(folded):
            return False
        if self.share and not _PART.search(folded):
            return False
        if (self.month and not MONTH.search(folded)) or (self.day and not DAY.search(folded)):
            return False
        if self.rank and not _RANKED.search(folded):
            return False
        if self.country:
            return bool(countries_in(text) - countries_in(self.question))
        if self.person:
            return person_in(text, self.question)
        named = self.name or self.kind is Kind.NAME
        return not named or person_in(text, self.question) or offers(text, Kind.NAME, self.question)
