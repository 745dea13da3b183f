"""Which countries a text names, in English or Spanish: "Chile", "chilena" and "Chilean" are one.

Names are those of the Unicode CLDR (https://cldr.unicode.org), by Babel. An adjective begins like
the name of its country ("Canad-ian", "canad-iense"); those that do not are listed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from strategy_qa.text import LANGUAGES, fold

_KEPT = 4  # letters of a name that stay when it loses its last vowel
_ENDINGS = (
    r"(?:a|e|i|o|y|n|an|na|no|es|ic|is|io|ia|ol|ish|ese|esa|ean|ian|ies|ita|eco|eca|ano|ana|eno|ena"
    r"|ino|ina|iano|iana|ense|anian|iense|ota)?s?"
)
# Unions, and an island whose Spanish name is also "meeting".
_NO_COUNTRIES = {"EU", "EZ", "QO", "RE", "UN", "XA", "XB", "ZZ"}
# What begins otherwise, and what people write for the official name; keys as in ISO 3166.
_ALSO = {
    "CH": "swiss suizo suiza",
    "CR": "costarricense",
    "DE": "german aleman alemana",
    "DK": "danish danes danesa",
    "ES": "spanish spaniard espanol espanola",
    "FI": "finnish",
    "FR": "french",
    "GB": "british uk britain britanico britanica england inglaterra",
    "GR": "greek griego griega",
    "IE": "irish",
    "KR": "korea corea korean coreano coreana surcoreano surcoreana",
    "NL": "dutch holland holanda holandes holandesa",
    "NO": "norwegian noruego noruega",
    "NZ": "neozelandes neozelandesa",
    "PE": "peruvian",
    "PL": "polish polaco polaca",
    "RU": "ruso rusa",
    "SE": "sueco sueca",
    "SV": "salvadoreno salvadorena salvadoran",
    "TR": "turkey turkish turco turca",
    "US": "usa eeuu estadounidense",
}


def countries_in(text: str) -> frozenset[str]:
    """The countries that a text names, by their ISO 3166 codes."""
    folded = fold(text)
    return frozenset(code for code, names in _patterns().items() if names.search(folded))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    """By code of two letters; regions of the world have three digits."""
    from babel import Locale

    spoken = [
        {str(code): str(name) for code, name in Locale(language).territories.items()}
        for language in LANGUAGES
    ]
    codes = [c for c in spoken[0] if len(c) == 2 and c.isalpha() and c not in _NO_COUNTRIES]
    patterns: dict[str, re.Pattern[str]] = {}
    for code in codes:
        names = [_name(fold(names[code])) for names in spoken if code in names]
        also = [f"{word}(?:e?s)?" for word in _ALSO.get(code, "").split()]
        patterns[code] = re.compile(rf"\b(?:{'|'.join((*names, *also))})\b")
    return patterns


def _name(name: str) -> str:
    """A pattern of a name in any of its endings; a name of several words has none."""
    if not name.isalpha():
        return re.escape(name)
    stem = name[:-1] if name[-1] in "aeiouy" and len(name) > _KEPT else name
    return re.escape(stem) + _ENDINGS
