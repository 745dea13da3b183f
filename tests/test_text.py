from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_qa.text import (
    detect_language,
    document_language,
    fold,
    normalise,
    passage_language,
    sentence_spans,
    unnumbered,
    words,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\u00adb", "ab"),
        ("ﬁnal ﬂow", "final flow"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\u00a0\u2009b", "a b"),
        ("a\n\n\n\n b ", "a\n\nb"),
        ("e\u0301", "é"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("x² ½ 1º", "x² ½ 1º"),
        ("\ud800", "\ufffd"),
    ],
)
def test_normalise(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_folding_never_touches_digits(text: str) -> None:
    digits = [c for c in text if c.isdigit()]
    assert [c for c in fold(text) if c.isdigit()] == digits


def test_words_keep_figures_and_names_whole() -> None:
    found = words("¿IA2030.mx dice 2,809,944 empleos (19 %) de Investigación?")
    assert found == ["ia2030.mx", "dice", "2,809,944", "empleos", "19", "de", "investigacion"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One is here. Two is there.", ["One is here.", "Two is there."]),
        (
            "Según el Dr. Pérez crece. Artículo 3. Habla de la ley.",
            ["Según el Dr. Pérez crece.", "Artículo 3. Habla de la ley."],
        ),
        ("It cost 3.5 million. Then it rose.", ["It cost 3.5 million.", "Then it rose."]),
        (
            "Two acts:\n1. First act.\n2. Second act.",
            ["Two acts:", "1. First act.", "2. Second act."],
        ),
        ("Ya no incluyó la IA. Otro perfil.", ["Ya no incluyó la IA.", "Otro perfil."]),
        ("It ratified No. 81. Then No. It left.", ["It ratified No. 81.", "Then No.", "It left."]),
        (
            "1. Government. Name a man. Train him.\n2. Ethics.\n3. Open data: Keep it.",
            ["1. Government. Name a man.", "Train him.", "2. Ethics.", "3. Open data: Keep it."],
        ),
        ("No full stop\n\nA new paragraph", ["No full stop", "A new paragraph"]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [span.of(text) for span in sentence_spans(text)] == sentences


@given(st.text(alphabet=st.sampled_from("aB1 .?!\n•-¿áñ"), max_size=200))
def test_sentences_hold_every_visible_character_once(text: str) -> None:
    spans = sentence_spans(text)
    assert all(span.of(text) == span.of(text).strip() != "" for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    held = "".join("".join(span.of(text).split()) for span in spans)
    assert held == "".join(text.split())


def test_language_of_whole_sentences_and_default_for_stumps() -> None:
    assert detect_language("How many people took part in it?") == "en"
    assert detect_language("¿Cuántas personas participaron en la consulta?") == "es"
    assert detect_language("hola", default="es") == "es"


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


def test_the_mark_of_a_list_item_is_no_word_of_it() -> None:
    assert unnumbered("5. Ethics. Two laws.") == "Ethics. Two laws."
    assert unnumbered("• Open data") == "Open data"
    assert unnumbered("5.1 million people") == "5.1 million people"
    assert unnumbered("A law passed.") == "A law passed."
