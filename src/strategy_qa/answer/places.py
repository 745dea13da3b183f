"""The countries and regions that a text names, in English or Spanish, as one code each.

Names of countries are those of the Unicode CLDR (https://cldr.unicode.org), by Babel. An adjective
begins like the name of its country ("Canad-ian", "canad-iense"); those that do not are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from strategy_qa.languages import LANGUAGES
from strategy_qa.text import fold, words

_KEPT = 4  # letters of a name that stay when it loses its last vowel
_ENDINGS = (
    *("", "a", "e", "i", "o", "y", "n", "an", "na", "no", "es", "ic", "is", "io", "ia", "ol"),
    *("ish", "ese", "esa", "ean", "ian", "ies", "ita", "eco", "eca", "ano", "ana", "eno", "ena"),
    *("ino", "ina", "iano", "iana", "ense", "anian", "iense", "ota"),
)
# Unions, and an island whose Spanish name is also "meeting".
_NO_COUNTRIES = {"EU", "EZ", "QO", "RE", "UN", "XA", "XB", "ZZ"}
# What begins otherwise, and what people write for the official name; keys as in ISO 3166.
_ALSO = {
    "AE": "emirati",
    "AT": "austriaco austriaca",
    "BE": "belga belgian",
    "CH": "swiss suizo suiza",
    "CR": "costarricense",
    "CZ": "czech checo checa",
    "DE": "german aleman alemana alemanes",
    "DK": "danish danes danesa",
    "EC": "ecuatoriano ecuatoriana",
    "EG": "egipcio egipcia",
    "ES": "spanish spaniard espanol espanola espanoles",
    "FI": "finnish",
    "FR": "french",
    "GB": "british uk britain britanico britanica england inglaterra",
    "GR": "greek griego griega",
    "GT": "guatemalteco guatemalteca",
    "HN": "honduran hondureno hondurena",
    "IE": "irish",
    "IQ": "iraqui",
    "KR": "korea corea korean coreano coreana surcoreano surcoreana",
    "NL": "dutch holland holanda holandes holandesa",
    "NO": "norwegian noruego noruega",
    "NZ": "neozelandes neozelandesa neozelandeses",
    "PE": "peruvian",
    "PH": "filipino filipina",
    "PL": "polish polaco polaca",
    "PT": "portuguese portugues portuguesa",
    "PY": "paraguayo paraguaya",
    "RU": "ruso rusa",
    "SA": "saudi saudita",
    "SE": "sueco sueca",
    "SV": "salvadoreno salvadorena salvadoran",
    "TH": "thai tailandes tailandesa",
    "TR": "turkey turkish turco turca",
    "US": "usa u.s ee.uu eeuu estadounidense",
    "UY": "uruguayan uruguayo uruguaya",
    "VE": "venezolano venezolana",
}
# A city, a state and a sea that are called after a country.
_NO_COUNTRY = re.compile(
    r"\bciudad de \w+|\b\w+ city\b|\b(?:estado|state|golfo|gulf) (?:de|of) mexico\b"
    r"|\b(?:new|nuevo) mexico\b"
)
# Wider than a country, or a part of one. What is missing only lets a difference pass.
_REGIONS = """
world worldwide global mundo mundial
america american americano americana
latin latina latinoamerica latinoamericano latinoamericana
europe european europa europeo europea
africa african africano africana
asia asian asiatico asiatica
jalisco guadalajara tapatio
yucatan merida
monterrey
puebla
oaxaca
chiapas
veracruz
guanajuato
queretaro
sonora
california
"""


@lru_cache(maxsize=4_096)
def countries_in(text: str) -> frozenset[str]:
    """The countries that a text names, by their ISO 3166 codes."""
    forms, phrases = _countries()
    folded = _NO_COUNTRY.sub(" ", fold(text))
    found = {forms[word] for word in _plain(folded) if word in forms}
    found.update(code for name, code in phrases.items() if re.search(rf"\b{name}\b", folded))
    return frozenset(found)


def places_in(text: str) -> frozenset[str]:
    """A code for each country and each region that a text names."""
    regions = _regions()
    return countries_in(text) | {regions[word] for word in _plain(text) if word in regions}


def _plain(text: str) -> Iterator[str]:
    return (word.removesuffix("'s").removesuffix("’s") for word in words(text))


@lru_cache(maxsize=1)
def _countries() -> tuple[dict[str, str], dict[str, str]]:
    """Codes of two letters (regions have digits) by word in all its forms, and by phrase."""
    from babel import Locale

    names: dict[str, str] = {}
    forms: dict[str, str] = {}
    phrases: dict[str, str] = {}
    for language in LANGUAGES:
        for key, value in Locale(language).territories.items():
            code, name = str(key), fold(str(value))
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
                if name.isalpha():
                    names[name] = code
                    forms.update(dict.fromkeys(_forms(name), code))
                else:
                    phrases[re.escape(name)] = code
    for code, also in _ALSO.items():
        forms.update({form: code for name in also.split() for form in (name, f"{name}s")})
    return forms | names, phrases  # "Nigeria" is no form of "Niger"


def _forms(name: str) -> Iterator[str]:
    stem = name[:-1] if name[-1] in "aeiouy" and len(name) > _KEPT else name
    return (stem + ending + plural for ending in _ENDINGS for plural in ("", "s"))


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    lines = [line.split() for line in _REGIONS.strip().split("\n")]
    return {form: line[0] for line in lines for name in line for form in (name, f"{name}s")}
