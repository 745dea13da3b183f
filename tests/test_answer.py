from __future__ import annotations

import pytest

from strategy_qa.answer.expects import Kind, kind_asked_for, offers
from strategy_qa.answer.leaning import with_antecedent
from strategy_qa.answer.lists import (
    announced,
    asks_for_each,
    asks_for_list,
    items_in,
    list_around,
    number_asked_for,
    opposite,
    row_label,
    superlatives,
)
from strategy_qa.answer.naming import names_asked_for
from strategy_qa.answer.parts import parts_of
from strategy_qa.types import Block, BlockKind, Document, Page, Source, Span


def document(*parts: tuple[BlockKind, str]) -> Document:
    text, blocks = "", []
    for kind, content in parts:
        text += "\n\n" if text else ""
        blocks.append(Block(kind, Span(len(text), len(text) + len(content)), 1))
        text += content
    return Document(
        "d", Source("d", "t"), "0" * 64, text, (Page(1, "", Span(0, len(text))),), tuple(blocks)
    )


def span_of(found: Document, quote: str) -> Span:
    start = found.text.index(quote)
    return Span(start, start + len(quote))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was it published?", Kind.DATE),
        ("¿En qué año se creó?", Kind.DATE),
        ("how many jobs", Kind.NUMBER),
        ("¿Qué porcentaje del PIB?", Kind.NUMBER),
        ("cuantas personas", Kind.NUMBER),
        ("¿Qué distingue a la ley en cuanto a plazos?", Kind.ANY),
        ("Who wrote the report?", Kind.NAME),
        ("¿Dónde está el hub?", Kind.NAME),
        ("What is the sub-commission?", Kind.ANY),
        ("¿Por qué es importante?", Kind.ANY),
        ("On which day did it start?", Kind.DATE),
        ("fecha en que se aprobó", Kind.DATE),
        ("Could you please tell me exactly when it opened?", Kind.DATE),
        ("para cuando se debe entregar", Kind.DATE),
        ("How many people were there when it opened?", Kind.NUMBER),
        ("¿Quién estaba al frente cuando se abrió?", Kind.NAME),
        ("What did she say when she opened it?", Kind.ANY),
        ("plazo para dar respuesta a un caso urgente cuando falta un dato", Kind.ANY),
    ],
)
def test_the_kind_a_question_asks_for(question: str, kind: Kind) -> None:
    assert kind_asked_for(question) is kind


@pytest.mark.parametrize(
    ("text", "kind", "question", "offered"),
    [
        ("It reached 9.8 million jobs.", Kind.NUMBER, "How many jobs in 2018?", True),
        ("It appeared in 2018.", Kind.NUMBER, "How many jobs in 2018?", False),
        ("On 12 April 2019 it came.", Kind.NUMBER, "How many people came?", False),
        ("El 12 de abril vinieron 80.", Kind.NUMBER, "¿Cuántos vinieron?", True),
        ("Se publicó en marzo.", Kind.DATE, "¿Cuándo se publicó?", True),
        ("It appeared in 2018.", Kind.DATE, "When in 2018?", False),
        ("Work was led by Ana Ruiz.", Kind.NAME, "Who led the work?", True),
        ("The work was led well.", Kind.NAME, "Who led the work?", False),
        ("Work was led by C Minds.", Kind.NAME, "Who works with C Minds?", False),
        ("Anything at all.", Kind.ANY, "Why?", True),
    ],
)
def test_what_a_sentence_offers(text: str, kind: Kind, question: str, offered: bool) -> None:
    assert offers(text, kind, question) is offered


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        ("What are the five key actions?", True),
        ("Which five recommendations does it make?", True),
        ("¿Cuáles son las cinco acciones?", True),
        ("Enumera los grupos de trabajo", True),
        ("Which organisations were partners of the programme?", True),
        ("que principios generales publico el gobierno", True),
        ("What did the authors find?", False),
        ("What does the report say about jobs?", False),
        ("What is the basis of the claim?", False),
        ("What is the sub-commission?", False),
        ("¿Qué es la Plataforma Digital Nacional?", False),
        ("Who wrote it?", False),
        ("Who are the contributors to the fund?", True),
        ("name both laboratories", True),
        ("principios IA gobierno federal", True),
        ("principios son estos, ¿como se aplican?", False),
        ("Which of the three parts comes out worst?", False),
        ("¿Cuál de los tres sistemas falló?", False),
        ("jobs automation", True),
        ("automation of jobs", False),
        ("official advisors of the council, according to the brief", True),
        ("misalud estados donde arranco", True),
        ("fields where a government as rule-maker can lower the risks of AI", True),
        ("jobs in farming, how many", False),
        ("nombre antes de las siglas actuales", False),
        ("What does the index consist of?", True),
        ("¿De qué partes consta el índice?", True),
        ("Necesito la relación completa de los sistemas", True),
        ("En relación con los sistemas, ¿quién decide?", False),
        ("el listado de sistemas", True),
        ("What advice does the brief give?", True),
        ("Who else signed it?", True),
    ],
)
def test_questions_that_ask_for_a_list(question: str, yes: bool) -> None:
    assert asks_for_list(question) is yes


@pytest.mark.parametrize(
    ("question", "sentence", "yes"),
    [
        ("Which firms are partners?", "Among them are Acme, Bolt, Cora and the Delta Bank.", True),
        ("¿Qué empresas son socias?", "Entre ellas están Acme, Bolt, Cora y Delta.", True),
        ("Which firms are partners?", "Among them are Acme, banks and some schools.", False),
        ("Which firms are partners?", "Acme and Bolt are.", False),
        ("Which firms beside Bolt, Cora and Delta?", "Acme, Bolt, Cora and Delta.", False),
        ("Which steps are there?", "First Acme, then Bolt, Cora and Delta.", False),
        ("Which firm is a partner?", "Acme, Bolt, Cora and Delta.", False),
    ],
)
def test_a_sentence_that_gives_the_names_asked_for(question: str, sentence: str, yes: bool) -> None:
    assert names_asked_for(question, sentence) is yes


def test_the_number_of_things_asked_for() -> None:
    assert number_asked_for("the six groups") == 6
    assert number_asked_for("las 5 acciones") == 5
    assert number_asked_for("Which five sub-sectors lead?") == 5
    assert number_asked_for("¿Cuáles son los seis grupos?") == 6
    assert number_asked_for("name both laboratories") == 2
    assert number_asked_for("For a slide: the ten sub-sectors of table 1") == 10
    assert number_asked_for("the strategy of 2018") is None
    assert number_asked_for("Which institutions lead the six groups?") is None


@pytest.mark.parametrize(
    ("sentence", "items"),
    [
        ("They looked at four levers: funding; risk; skills; and data (quality, security).", 4),
        ("Hidalgo, Morelos, Querétaro y Tlaxcala fueron los cuatro estados.", 4),
        ("UNICEF, the Ministry of Health and BabyCenter were among the partners.", 3),
        ("Fijó dos metas: menos muertes y menos embarazos.", 2),
        ("It seeks three things: that all agree, that they speak as one and that it lasts.", 3),
        ("It took two years: work was slow.", 0),
        ("In 2018, it began.", 0),
        ("It has worked since 2012, with offices in Lima and, by one account, a seat in Quito.", 0),
        ("The lab, which is backed by the EU, and a firm released it.", 0),
        ("Some 1,500,000 people took part.", 0),
    ],
)
def test_the_things_a_sentence_enumerates(sentence: str, items: int) -> None:
    assert items_in(sentence) == items


def test_the_things_a_sentence_announces() -> None:
    assert announced("Two laboratories appear in the sources.") == 2
    assert announced("The three steps gave the country two distinctions.") == 2
    assert announced("Hay tres grandes retos.") == 3
    assert announced("It lasted two years.") == 0
    assert announced("Both workshops closed.") == announced("The two workshops closed.") == 0


def test_each_and_the_highest() -> None:
    assert asks_for_each("¿Cuánto aportó cada quien?")
    assert asks_for_each("What does it expect in each region?")
    assert not asks_for_each("How many jobs?")
    assert opposite("Which have the most jobs?", "Lowest numbers of jobs:")
    assert opposite("¿Cuáles tienen menos empleos?", "Highest numbers of jobs:")
    assert not opposite("Which have the most jobs?", "Highest numbers of jobs:")
    assert not opposite("¿Participaron más de 1,500?", "Lowest numbers")


def test_superlatives() -> None:
    assert superlatives("Which has the most jobs and which the fewest?") == (True, True)
    assert superlatives("¿Qué sector tiene menos empleos?") == (False, True)
    assert superlatives("more than 40 jobs") == (False, False)


def test_the_name_of_a_row() -> None:
    row = "Sub-sector: Manufacturing; Jobs: 2,809,944"
    assert row_label(row, Span(0, len(row))).of(row) == "Manufacturing"
    plain = "Manufacturing 2,809,944"
    assert row_label(plain, Span(0, len(plain))).of(plain) == plain


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How many came, and within how many years?", ["How many came", "within how many years?"]),
        ("¿Con cuántas empezó y a cuántas llegó?", ["¿Con cuántas empezó", "a cuántas llegó?"]),
        ("¿Cuándo se creó? ¿Quién la dirige?", ["¿Cuándo se creó", "¿Quién la dirige?"]),
        ("Qué es y a qué se dedica?", ["Qué es", "a qué se dedica?"]),
        ("Who wrote the report and the annex?", None),
        ("What is AI?", None),
        ("Report on what Mexico and Canada do", None),
        ("jobs and how", None),
    ],
)
def test_the_parts_of_a_question(question: str, parts: list[str] | None) -> None:
    assert [part.of(question) for part in parts_of(question)] == (parts or [question])


def test_a_list_is_found_from_its_lead_in_and_from_any_item() -> None:
    found = document(
        (BlockKind.PARAGRAPH, "Before. The groups are these:"),
        (BlockKind.LIST_ITEM, "1. ethics"),
        (BlockKind.LIST_ITEM, "2. data"),
        (BlockKind.PARAGRAPH, "After."),
    )
    for quote in ("The groups are these:", "1. ethics", "2. data"):
        enumeration = list_around(found, span_of(found, quote))
        assert enumeration is not None
        assert [s.of(found.text) for s in enumeration.spans] == [
            "The groups are these:", "1. ethics", "2. data",
        ]  # fmt: skip
    assert list_around(found, span_of(found, "Before.")) is None
    assert list_around(found, span_of(found, "After.")) is None


def test_a_numbered_list_goes_on_beyond_what_interrupts_it() -> None:
    found = document(
        (BlockKind.PARAGRAPH, "Three areas:"),
        (BlockKind.LIST_ITEM, "1. Law."),
        (BlockKind.LIST_ITEM, "2. Work."),
        (BlockKind.TABLE, "Sector: Ports; Jobs: 12"),
        (BlockKind.PARAGRAPH, "Source: the port."),
        (BlockKind.LIST_ITEM, "3. Data."),
        (BlockKind.PARAGRAPH, "Then two more:"),
        (BlockKind.LIST_ITEM, "1. Salt."),
        (BlockKind.HEADING, "Annex"),
        (BlockKind.LIST_ITEM, "2. Sand."),
    )
    for quote in ("Three areas:", "1. Law.", "3. Data."):
        enumeration = list_around(found, span_of(found, quote))
        assert enumeration is not None
        said = [span.of(found.text) for span in enumeration.spans]
        assert said == ["Three areas:", "1. Law.", "2. Work.", "3. Data."]
    assert list_around(found, span_of(found, "2. Sand.")) is None


def test_a_sentence_that_leans_takes_along_what_it_leans_on() -> None:
    found = document(
        (BlockKind.PARAGRAPH, "C Minds is a partner. (So it says.) It also chaired the groups."),
        (BlockKind.PARAGRAPH, "It stands alone. Ethics came first. Este grupo creció."),
    )
    stretched = with_antecedent(found, span_of(found, "It also chaired the groups."))
    assert stretched.of(found.text) == found.text.split("\n\n")[0]
    for quote in ("It stands alone.", "Ethics came first.", "C Minds is a partner."):
        assert with_antecedent(found, span_of(found, quote)) == span_of(found, quote)
    leaning = with_antecedent(found, span_of(found, "Este grupo creció."))
    assert leaning.of(found.text) == "Ethics came first. Este grupo creció."
