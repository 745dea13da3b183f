from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_qa.text import fold, normalise, sentence_spans, unnumbered, words


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


def test_the_mark_of_a_list_item_is_no_word_of_it() -> None:
    assert unnumbered("5. Ethics. Two laws.") == "Ethics. Two laws."
    assert unnumbered("• Open data") == "Open data"
    assert unnumbered("5.1 million people") == "5.1 million people"
    assert unnumbered("A law passed.") == "A law passed."
