"""Questions for persons and names, and the persons that a text names."""

from __future__ import annotations

import re

from strategy_qa.answer.expects import BEGINS
from strategy_qa.text import fold, words

# All on folded text, but for the names.
_ROLE = (
    r"(?:authors?|autor(?:es|as?)?|minist(?:ers?|r[oa]s?)|president[ea]?s?|officials?"
    r"|persons?|personas?|scientists?|cientific[oa]s?|experts?|expert[oa]s?|politicians?"
    r"|coordinators?|coordinador(?:es|as?)?|academics?|academic[oa]s?|directors?"
    r"|director(?:es|as?)|funcionari[oa]s?|rector(?:es|as?)?|secretary|secretari[oa]s?|senators?"
    r"|senador(?:es|as?)?|titular(?:es)?|heads?|chair(?:man|woman|person)?|legislators?"
    r"|legislador(?:es|as?)?|diputad[oa]s?|encargad[oa]s?|rapporteurs?|relator(?:es|as?)?"
    r"|research(?:er|ers)"
    r"|investigador(?:es|as?)?|commissioners?|comisionad[oa]s?|ambassadors?|embajador(?:es|as?)?"
    r"|governors?|gobernador(?:es|as?)?|mayors?|alcald(?:es?|esas?)|founders?|fundador(?:es|as?)?"
    r"|spokes(?:man|woman|person)|vocer[oa]s?|ceo)"
)
_DOES = (
    r"(?:wrote|writes?|signed|signs|directed|directs|chairs|chaired|presides?|presided"
    r"|escribi\w+|firm(?:o|a|aron)|dirigi\w*|dirij\w*|dirige|presidi\w*|preside"
    r"|estaba (?:al frente|a cargo)|esta (?:al frente|a cargo))"
)
# "Which Mexican minister", not "in which the minister", "what did the minister" or "which group of
# experts"; "which academic centre" asks for no person either.
_BODY = r"(?:institu|cent|organ|empresa|compan|universi|group|grupo|partner|body|bodies)"
BETWEEN = (
    r"(?:(?!the|did|do|does|is|was|were|has|have|had|el|la|los|las|un|una|se|es|fue|era"
    rf"|{_BODY})"
    r"[^\W\d_]+ ){0,2}?"
)
ASKS_PERSON = re.compile(
    rf"(?:\b(?:which|what)|{BEGINS}(?:que|cual(?:es)?)) {BETWEEN}{_ROLE}\b(?! {_BODY})"
    rf"|\b(?:who|quien(?:es)?) (?:(?:is|was|are|were|es|era|fue|son|eran|fueron) "
    rf"(?:[^\W\d_]+ ){{0,2}}?{_ROLE}|{_DOES})\b"
    rf"|\bnames? (?:of )?(?:the |an? )?(?:[^\W\d_]+ ){{0,3}}?{_ROLE}\b"
    rf"|\bnombres? (?:complet\w+ |y (?:apellidos?|cargos?) )?(?:del?|de la|de los) "
    rf"(?:[^\W\d_]+ ){{0,2}}?{_ROLE}\b"
    rf"|\bcomo se llama\w* (?:el |la |los |las )?{_ROLE}\b"
)
# "Official advisors" and "expert group" are of another kind than "officials of" and "experts in".
BEGINS_WITH_ROLE = re.compile(
    r"\W*(?:(?:the|el|la|los|las) )?"
    rf"(?!(?:official|academic|expert|head|chair) (?!of|in|at|for|who)){_ROLE}\b"
)
ASKS_NAME = re.compile(
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


def person_in(text: str, question: str) -> bool:
    """Whether a text names a person whom the question does not name."""
    asked = set(words(question))
    names = (match.group() for match in _PERSON.finditer(text))
    return any(
        not _NO_PERSON.search(fold(name)) and not set(words(name)) <= asked for name in names
    )
