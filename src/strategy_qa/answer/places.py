"""The countries and regions that a text names, in English or Spanish, as one code each."""

from __future__ import annotations

from functools import lru_cache

from strategy_qa.text import words

# Name and adjectives, folded, of both languages. What is missing only lets a difference pass.
_PLACES = """
mexico mexican mexicans mexicano mexicana mexicanos mexicanas
canada canadian canadians canadiense canadienses
usa us eeuu american americans estadounidense estadounidenses unidos
brazil brasil brazilian brazilians brasileno brasilena brasilenos brasilenas brasileiro
argentina argentine argentinian argentino argentinos argentinas
chile chilean chileans chileno chilena chilenos chilenas
colombia colombian colombians colombiano colombiana colombianos colombianas
peru peruvian peruvians peruano peruana peruanos peruanas
uruguay uruguayan uruguayo uruguaya uruguayos
ecuador ecuadorian ecuatoriano ecuatoriana
bolivia bolivian boliviano boliviana
paraguay paraguayan paraguayo paraguaya
venezuela venezuelan venezolano venezolana
guatemala guatemalan guatemalteco guatemalteca
panama panamanian panameno panamena
cuba cuban cubano cubana
dominican dominicana dominicano
salvador salvadoran salvadoreno salvadorena
honduras honduran hondureno
nicaragua nicaraguan nicaraguense
rica costarricense
spain spanish espana espanol espanola espanoles
portugal portuguese portugues portuguesa
france french francia frances francesa franceses
germany german germans alemania aleman alemana alemanes
italy italian italia italiano italiana
uk british britain kingdom reino britanico britanica britanicos
ireland irish irlanda irlandes irlandesa
netherlands dutch holanda neerlandes
belgium belgian belgica belga
switzerland swiss suiza suizo
austria austrian austriaco
sweden swedish suecia sueco sueca
norway norwegian noruega noruego
denmark danish dinamarca danes danesa
finland finnish finlandia finlandes finlandesa
estonia estonian estonio estonia
poland polish polonia polaco polaca
russia russian rusia ruso rusa
ukraine ukrainian ucrania ucraniano
turkey turkish turquia turco turca
israel israeli israelies
china chinese chino china chinos
japan japanese japon japones japonesa
korea korean corea coreano coreana
india indian indio
singapore singapur
indonesia indonesian
vietnam vietnamese vietnamita
australia australian australiano
zealand zelanda zelandia
africa african africano africana
egypt egyptian egipto
nigeria nigerian
kenya kenyan kenia
rwanda rwandan ruanda
europe european europa europeo europea europeos
asia asian asiatico asiatica
latin latina latinoamerica latinoamericano latinoamericana
world worldwide global mundo mundial
jalisco guadalajara tapatio
yucatan merida
nuevo monterrey
puebla
oaxaca
chiapas
veracruz
guanajuato
queretaro
sonora
california
"""


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {name: line.split()[0] for line in _PLACES.split("\n") if line for name in line.split()}


@lru_cache(maxsize=4_096)
def places_in(text: str) -> frozenset[str]:
    """A code for each place that a text names."""
    codes = _codes()
    named = (word.removesuffix("'s").removesuffix("’s") for word in words(text))
    return frozenset(codes[name] for name in named if name in codes)
