"""Questions for what bears a name, and sentences that name several.

"Which firms are partners of the hub?" is answered by the sentence that names them, though it may
share less with the question than its neighbours: "Among its partners are…".
"""

from __future__ import annotations

import re

from strategy_qa.answer.lists import SEPARATOR, asks_for_list
from strategy_qa.text import fold, words

# On folded text: plurals of what has a name of its own.
_BEARERS = re.compile(
    r"\b(?:who|quienes|agencies|allies|authors|banks|bodies|cities|compan(?:y|ies)|countries|donors"
    r"|experts|firms|funders|governments|hospitals|institutions|laborator(?:y|ies)|laureates|members"
    r"|ministries|newspapers|organi[sz]ations|partners|people|start-?ups|states|universities"
    r"|aliados|aseguradoras|autores|bancos|ciudades|companias|dependencias|empresas|entidades"
    r"|estados|expert[oa]s|gobiernos|hospitales|instituciones|integrantes|laboratorios|medios"
    r"|miembros|organismos|organizaciones|paises|personas|secretarias|soci[oa]s|universidades)\b"
)
_NAME = re.compile(r"(?:(?:the|el|la|los|las) )?([A-ZÁÉÍÓÚÑ][\w.&'’-]*)")
_SEVERAL = 3  # names beside the one that the enumeration begins with


def names_asked_for(question: str, sentence: str) -> bool:
    """Whether a question asks for things that bear names and a sentence names several new ones."""
    if not asks_for_list(question) or not _BEARERS.search(fold(question)):
        return False
    asked = set(words(question))
    opened = (_NAME.match(part) for part in SEPARATOR.split(sentence)[1:])
    return sum(not set(words(name[1])) <= asked for name in opened if name) >= _SEVERAL
