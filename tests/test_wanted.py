"""What questions ask for by their form."""

from __future__ import annotations

import pytest

from strategy_qa.answer.expects import Kind
from strategy_qa.answer.wanted import Wanted, asking_part


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("We are drafting a memo. Which firm built it?", "Which firm built it?"),
        ("Para el discurso del lunes: ¿quién la fundó?", "¿quién la fundó?"),
        ("state control: which region prefers it?", "which region prefers it?"),
        ("budget of the portal. In pesos.", "budget of the portal. In pesos."),
        ("", ""),
    ],
)
def test_what_only_leads_to_a_question_is_left_out(question: str, part: str) -> None:
    assert asking_part(question) == part


@pytest.mark.parametrize(
    ("question", "money", "person", "name"),
    [
        ("What was the budget of the portal?", True, False, False),
        ("presupuesto del portal", True, False, False),
        ("Does the portal have a budget?", False, False, False),
        ("¿La ficha le asigna presupuesto al portal?", False, False, False),
        ("¿A cuántas familias les daba dinero?", False, False, False),
        ("¿Cuántos pesos costó?", True, False, False),
        ("What share of the budget was spent?", False, False, False),
        ("Which Mexican minister spoke?", False, True, False),
        ("¿Qué académica moderó el panel?", False, True, False),
        ("autores de la primera edición", False, True, False),
        ("Name of the special rapporteur on privacy?", False, True, True),
        ("Who wrote it?", False, True, True),
        ("¿Quién era la titular del instituto?", False, True, True),
        ("quien encabeza el comité", False, False, True),
        ("Which academic centre ran the panel?", False, False, False),
        ("¿Con qué institución académica se hizo?", False, False, False),
        ("¿Con qué fondos se montó el portal?", False, False, False),
        ("official advisors of the commission", False, False, False),
        ("officials of the commission", False, True, False),
        ("What sum was set aside?", True, False, False),
        ("¿Cuánto pagó la empresa?", True, False, False),
        ("¿Cuánto se tardó la empresa?", False, False, False),
        ("What fine does an office face?", True, False, False),
        ("cuota anual de los miembros", True, False, False),
        ("What did Senator Luna say?", False, False, False),
        ("Which ministry announced it?", False, False, False),
        ("fecha en que el director lo firmó", False, False, False),
        ("The minister will speak, so on what date did it open?", False, False, False),
        ("In the eyes of the two authors, what does it do?", False, False, False),
    ],
)
def test_money_persons_and_names(question: str, money: bool, person: bool, name: bool) -> None:
    wanted = Wanted(question)
    assert (wanted.money, wanted.person, wanted.name) == (money, person, name)


@pytest.mark.parametrize(
    ("question", "text", "offered"),
    [
        ("Who leads the laboratory?", "The laboratory is led by Rosa Luna Prado.", True),
        ("Which coordinator leads it?", "Institute of Data leads it.", False),
        ("Which coordinator leads it?", "Rosa Luna leads it.", True),
        ("Does Rosa Luna lead it?", "It is led well.", True),
        ("How much did the portal cost?", "The portal cost 3.5 million pesos.", True),
        ("How much did the portal cost?", "The portal opened in 2018.", False),
        ("What share of posts is at risk?", "Of 200 posts 30 are at risk.", False),
        ("What share of posts is at risk?", "A fifth of the posts is at risk.", True),
        ("¿Qué porcentaje se automatizó?", "Se automatizó el 19 % de los puestos.", True),
        ("How many firms make up 7 % of output?", "There are 200 firms.", True),
        ("¿Cuándo se trazó el canal?", "Se trazó en el siglo XVII.", True),
        ("¿Cuándo, ya en el siglo XVII, se trazó?", "Del siglo XVII queda poco.", False),
        ("When was the town first named?", "A charter of 1313 names it.", True),
        ("When did the temple burn?", "It burnt in 430 BC.", True),
        ("¿Cuándo ardió el templo?", "Ardió en 430 a. C.", True),
        ("¿Cuándo llegaron al valle?", "Llegaron hace unos 3.000 años.", True),
        ("When did they reach the valley?", "They came some 3,000 years ago.", True),
        ("When did they reach the valley?", "They came 3,000 years BP.", True),
        ("When did they reach the valley?", "They came by 3,000 roads.", False),
        ("Where does the road end?", "it ends at the northern coast.", True),
        ("Where does the northern road end?", "the northern road ends well.", False),
        ("¿Dónde se enseña?", "se enseña en escuelas.", True),
        ("Who teaches there?", "it is taught in schools.", False),
        ("When did they meet?", "They formed 3 ad hoc groups.", False),
        ("When was the bridge built?", "It is of the 17th century.", True),
        ("When was the bridge built?", "It was a good century for bridges.", False),
        ("¿Cuánto tiempo resistieron?", "Resistieron casi un mes.", True),
        ("How long was it closed?", "It stayed closed until November 1918.", True),
        ("How long was it closed?", "It was closed by the council.", False),
        ("How many were there?", "The course took a year.", False),
        ("How much did the price of oil rise?", "It rose by two per cent a year.", True),
        ("How much did the portal cost?", "It was two per cent of all.", False),
        ("¿Qué grupos con menores ingresos llegan?", "Llegan pocos.", True),
        ("¿Qué órgano rector los nombra?", "Los nombra el consejo.", True),
        ("¿Qué rector los nombra?", "Los nombra el consejo.", False),
        ("¿De qué tipo de ingresos viven?", "Viven de su salario.", True),
        ("¿Con qué porcentaje acierta?", "Acierta 200 veces.", False),
        ("How accurate is it, in per cent?", "It is right 200 times.", False),
        ("share of posts at risk", "Of 200 posts 30 are at risk.", False),
        ("What score did it get?", "It was praised by all.", False),
        ("puntaje del portal en el índice", "El portal obtuvo 0.61.", True),
        ("On what day did it open?", "It opened in June 2018.", False),
        ("On what day did it open?", "It opened on 4 June 2018.", True),
        ("¿En qué mes se abrió?", "Se abrió en 2018.", False),
        ("¿En qué mes se abrió?", "Se abrió en junio de 2018.", True),
        ("How many joined?", "3. IA2030Mx brings COVID-19 experts together.", False),
        ("How many joined?", "IA2030Mx brings 110 bodies together.", True),
        ("places where AI is used", "it is used widely.", True),
        ("And where is it used?", "it is used widely.", False),
        ("Who founded it?", "- A note of May tells how AI began.", False),
        ("When did it open, and for whom?", "It opened in 2018 for Ana.", True),
        ("On which day did it open?", "It opened well.", False),
        ("Why did it open?", "Anything at all.", True),
        ("Which researchers spoke?", "Rosa Eubanks spoke.", True),  # no bank
        ("¿Qué ministro lo firmó?", "Lo firmó Alfredo Riley.", True),  # no network, no law
        ("¿Qué ministro lo firmó?", "Lo firmó la Red Nacional.", False),
        ("¿Qué ministro lo firmó?", "Lo firmó el Banco Mundial.", False),
        ("nombre y apellidos del ministro que firmó", "Firmó la Secretaría de Salud.", False),
        ("nombre y apellidos del ministro que firmó", "Firmó Alfredo Riley.", True),
        ("¿En cuántos niveles se divide?", "Se divide por su impacto.", False),
        ("¿En cuántos niveles se divide?", "Se divide en cuatro.", True),
        ("En cuanto a México, ¿qué se divide?", "Se divide por su impacto.", True),
        ("In which place did Chile finish in the index?", "Chile is in the index.", False),
        ("In which place did Chile finish in the index?", "Chile came seventh.", True),
        ("¿Qué posición logró Chile en el índice?", "Chile logró la posición 12.", True),
        ("lugar de Chile en la clasificación", "Chile subió 3 peldaños.", False),
        ("In which place was the index signed?", "It was signed in Lima.", False),
        ("Which other countries signed in Chile?", "In Chile all of them signed.", False),
        ("Which other countries signed in Chile?", "Peru signed in Chile.", True),
        ("¿De qué 14 países venían?", "Venían 35 personas de 14 países.", False),
        ("países que lo tomaron como modelo", "Varios lo tomaron como modelo.", False),
        ("Name all the member countries", "The group has ten members.", False),
        ("Which country's minister came?", "It was Rosa Luna.", True),
        ("si los países lo firman, quién decide", "Decide Rosa Luna.", True),
        ("What do countries need?", "They need data.", True),
    ],
)
def test_what_a_text_offers(question: str, text: str, offered: bool) -> None:
    assert Wanted(question).offered_by(text) is offered


def test_a_long_word_is_told_at_once() -> None:
    assert Wanted("que " + "a" * 990).kind is Kind.ANY
    assert Wanted("when " * 200).kind is Kind.DATE
    assert asking_part("which. " * 140).startswith("which.")
