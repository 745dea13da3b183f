"""What a question asks for by its form: a number, a date, a sum of money, a person, a name.

A question such as "why" asks for nothing by its form, and so does one to be answered yes or no.
"""

from __future__ import annotations

import re

from strategy_qa.answer.expects import ASKING, DAY, MONTH, Kind, kind_asked_for, offers
from strategy_qa.text import fold, words

# All on folded text, but for the names.
_ASKS = re.compile(rf"\b{ASKING}\b")
_YES_OR_NO = re.compile(r"\W*(?:did|does|do|is|was|were|are|has|have|had|will|would|should)\b")
_BEGINS = r"(?:^|[¿,;:.?!] ?|\b(?:and|y|e|or|o) )(?:[^\W\d_]{1,5} )?"  # where "que" is a question
_WHAT = rf"(?:\b(?:what|which|wich)|{_BEGINS}(?:que|q|cual(?:es)?))\b"
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
    rf"{_WHAT}{_NEAR}{_SUMS}\b"
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
_NUMBER = re.compile(rf"{_WHAT}{_NEAR}{_COUNTS}\b|\bhow (?:accurate|fast|high|tall)\b")
_NAMES_A_COUNT = re.compile(rf"\b{_COUNTS}\b")
_SHARES = r"(?:share|percentage|per ?cent|proportion|porcentaje|proporcion)"
_SHARE = re.compile(rf"{_WHAT}{_NEAR}{_SHARES}\b|\b(?:in|en) (?:{_SHARES}\b|%)")
_NAMES_A_SHARE = re.compile(rf"\b{_SHARES}\b|%")
_PART = re.compile(
    r"%|\bper ?cent|\bpor ciento|\b(?:half|third|quarter|fifth|tenth|mitad|tercio)\b"
    r"|\b(?:tercera|cuarta|quinta|decima) parte\b|\bone in\b|\bde cada\b|\bout of\b"
)
_MONTH_ASKED = re.compile(rf"{_WHAT}{_NEAR}(?:months?|mes)\b|^\W*(?:the )?(?:month|mes)\b")
_DAY_ASKED = re.compile(rf"{_WHAT}{_NEAR}(?:day|dia)\b")
_SUM = re.compile(
    r"[$€£¥]\s?\d|\b(?:usd|mxn|eur|us\$)\s?\d"
    r"|\d[\d.,]*\s*(?:(?:million|billion|trillion|thousand|mil|millones|billones|m|bn)\s*(?:de\s*)?)?"
    r"(?:dollars?|dolares|pesos?|euros?|pounds?|libras|usd|mxn|eur)\b"
    r"|(?:millions?|billions?|millones|billones)\s*(?:de|of)?\s*(?:dollars|dolares|pesos|euros|pounds)"
)
_ROLE = (
    r"(?:authors?|autor(?:es|as?)?|minist(?:ers?|r[oa]s?)|president[ea]?s?|officials?"
    r"|persons?|personas?|scientists?|cientific[oa]s?|experts?|expert[oa]s?|politicians?"
    r"|coordinators?|coordinador(?:es|as?)?|academics?|academic[oa]s?|directors?"
    r"|director(?:es|as?)|funcionari[oa]s?|rector(?:es|as?)?|secretary|secretari[oa]s?|senators?"
    r"|senador(?:es|as?)?|titular(?:es)?|heads?|chair(?:man|woman|person)?|legislators?"
    r"|legislador(?:es|as?)?|diputad[oa]s?|rapporteurs?|relator(?:es|as?)?|research(?:er|ers)"
    r"|investigador(?:es|as?)?|commissioners?|comisionad[oa]s?)"
)
_DOES = (
    r"(?:wrote|writes?|signed|signs|directed|directs|chairs|chaired|presides?|presided"
    r"|escribi\w+|firm(?:o|a|aron)|dirigi\w*|dirij\w*|dirige|presidi\w*|preside"
    r"|estaba (?:al frente|a cargo)|esta (?:al frente|a cargo))"
)
# "Which Mexican minister", not "in which the minister", "what did the minister" or "which group of
# experts"; "which academic centre" asks for no person either.
_BODY = r"(?:institu|cent|organ|empresa|compan|universi|group|grupo|partner|body|bodies)"
_BETWEEN = (
    r"(?:(?!the|did|do|does|is|was|were|has|have|had|el|la|los|las|un|una|se|es|fue|era"
    rf"|{_BODY})"
    r"[^\W\d_]+ ){0,2}?"
)
_ASKS_PERSON = re.compile(
    rf"(?:\b(?:which|what)|{_BEGINS}(?:que|cual(?:es)?)) {_BETWEEN}{_ROLE}\b(?! {_BODY})"
    rf"|\b(?:who|quien(?:es)?) (?:(?:is|was|are|were|es|era|fue|son|eran|fueron) "
    rf"(?:[^\W\d_]+ ){{0,2}}?{_ROLE}|{_DOES})\b"
    rf"|\bnames? (?:of )?(?:the |an? )?(?:[^\W\d_]+ ){{0,3}}?{_ROLE}\b"
    rf"|\bnombres? (?:complet\w+ )?(?:del?|de la|de los) (?:[^\W\d_]+ ){{0,2}}?{_ROLE}\b"
    rf"|\bcomo se llama\w* (?:el |la |los |las )?{_ROLE}\b"
)
# "Official advisors" and "expert group" are of another kind than "officials of" and "experts in".
_BEGINS_WITH_ROLE = re.compile(
    r"\W*(?:(?:the|el|la|los|las) )?"
    rf"(?!(?:official|academic|expert|head|chair) (?!of|in|at|for|who)){_ROLE}\b"
)
_ASKS_NAME = re.compile(
    r"\b(?:who|whose|whom|quien|quienes)\b|\bname\?|\bcomo se llama\w*\b"
    r"|^\W*(?:full )?(?:names?|nombres?) (?:of|del?)\b"
    r"|\b(?:what|which) (?:is|was|are|were) the names?\b"
    r"|\bcual(?:es)? (?:es|era|son|fue) (?:el|los) nombres?\b"
)
_PERSON = re.compile(
    r"\b[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+(?:\s+(?:de|del|la|van|von|bin|al|[A-Z]\.)){0,2}"
    r"\s+[A-ZÁÉÍÓÚÑ][a-záéíóúñü’'-]+"
)
# Parts of names of offices, bodies and places: two capitals in a row that are nobody's name.
_NO_PERSON = re.compile(
    r"america|\b(?:agen|alliance|assess|banco|bank|brief|center|centre|centro|comisi|comite|consej"
    r"|coordinaci|council|depart|digital|directive|estado|estrategia|forum|foro|fondo|fund|general"
    r"|gobierno|google|government|group|grupo|guia|health|informe|initiative|insights|institut|jalisco"
    r"|mexic|mind|minist|monterrey|mundial|nacional|national|network|office|oficina|plataforma|publi"
    r"|report|review|secretar|services|social|subcomi|technology|think|united|universi|world)"
    r"|\b(?:labs?|laboratori\w*|ley|red|states?|york)\b"
)


def asking_part(question: str) -> str:
    """A question without what only leads to it ("We are drafting a memo on…. Which firm…?")."""
    if "¿" in question:
        return question[question.index("¿") :]
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
        role = _ASKS_PERSON.search(folded) or (not asks and _BEGINS_WITH_ROLE.match(folded))
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
        self.name = open_ and bool(_ASKS_NAME.search(folded))

    @property
    def anything(self) -> bool:
        """Whether it asks for anything by its form."""
        return self.kind is not Kind.ANY or self.money or self.person or self.name

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
        if self.person:
            return self._person_in(text)
        named = self.name or self.kind is Kind.NAME
        return not named or self._person_in(text) or offers(text, Kind.NAME, self.question)

    def _person_in(self, text: str) -> bool:
        asked = set(words(self.question))
        names = (match.group() for match in _PERSON.finditer(text))
        return any(
            not _NO_PERSON.search(fold(name)) and not set(words(name)) <= asked for name in names
        )
