"""Languages of questions, passages and documents."""

import pytest

from strategy_qa.languages import (
    detect_language,
    document_language,
    passage_language,
    question_language,
)


def test_language_of_whole_sentences_and_default_for_stumps() -> None:
    assert detect_language("How many people took part in it?") == "en"
    assert detect_language("¿Cuántas personas participaron en la consulta?") == "es"
    assert detect_language("hola", default="es") == "es"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("¿Cuándo fue?", "es"), ("quien dirige IA2030Mx", "es"), ("¿Y por qué?", "es"),
        ("¿IA2030Mx?", "es"), ("Who leads IA2030Mx?", "en"), ("and since when?", "en"),
        ('Who wrote "Panorama de la Inteligencia Artificial en México"?', "en"),
        ("¿Qué dice «The Government AI Readiness Index of Oxford»?", "es"),
        ("quienes dirigen los grupos de trabajo de la coalicion", "es"),
        ("budget of the coalition in its first year", "en"), ("IA2030Mx", ""),
    ],
)  # fmt: skip
def test_a_short_question_tells_its_language_by_how_it_opens(question: str, language: str) -> None:
    assert question_language(question, default="") == language


GERMAN = (
    "Die Bundesregierung hat im November eine Strategie für künstliche Intelligenz vorgelegt. "
    "Sie will Forschung und Ausbildung stärken, Daten besser zugänglich machen und die Verwaltung "
    "mit neuen Werkzeugen ausstatten. "
)
FRENCH = (
    "Le gouvernement présente une stratégie nationale pour l'intelligence artificielle. Elle "
    "prévoit de renforcer la recherche et d'ouvrir les données publiques aux entreprises. "
)
PORTUGUESE = (
    "O governo apresentou uma estratégia nacional de inteligência artificial. Ela prevê o reforço "
    "da investigação, a formação de professores e a abertura de dados públicos às empresas. "
)
ENGLISH = "The government has presented a national strategy and will open its data to all. "
SPANISH = "El gobierno presentó una estrategia nacional y abrirá sus datos a todas las personas. "


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (GERMAN, "de"), (FRENCH, "fr"), (PORTUGUESE, "pt"), (ENGLISH, "en"), (SPANISH, "es"),
        (GERMAN * 30 + ENGLISH * 10, "de"), (ENGLISH * 30 + GERMAN * 5, "en"),
        (ENGLISH * 12 + SPANISH * 15, "es"), ("Ministry of Examples, plan for the year", "en"),
        ("12 | 34 | 5,600\n" * 50, "und"), ("hola", "und"), ("", "und"),
        (GERMAN * 12 + FRENCH * 12 + PORTUGUESE * 12, "und"),
    ],
)  # fmt: skip
def test_the_language_of_a_document_is_what_it_is_or_unknown(text: str, language: str) -> None:
    assert document_language(text) == language


def test_a_passage_is_in_the_language_of_its_document_or_in_one_of_ours() -> None:
    assert passage_language(GERMAN, within="de") == "de"
    assert passage_language(ENGLISH, within="de") == "en"
    assert passage_language(SPANISH, within="en") == "es"
    assert passage_language("drei Worte nur", within="de") == "de"
    assert passage_language("drei Worte nur", within="de", default="") == ""
    assert passage_language(FRENCH, within="und") == "fr"
    assert passage_language("Aski mayiri ukham", within="ay") == "ay"  # unknown to the detector
