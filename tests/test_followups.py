from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_qa.followups import complete

JOBS = "How many jobs could automation affect in Mexico?"
SAYS = "What does the policy brief say about education?"
LEADS = "Who leads the AI sub-commission?"
UNAM = "How many students did the UNAM have in 1910?"
CONSULTA = "¿Cuántas personas participaron en la consulta nacional?"
ALUMNOS = "¿Cuántos alumnos tenía la UNAM en 1910?"
ENCABEZA = "¿Quién encabeza la subcomisión?"
DICE = "¿Qué dice el informe sobre la educación?"
PND = "¿Qué es la Plataforma Digital Nacional?"

LEANING = [
    (JOBS, "and in Spanish?", "How many jobs could automation affect in Mexico in Spanish?"),
    (JOBS, "and in Canada?", "How many jobs could automation affect in Canada?"),
    (JOBS, "In Brazil?", "How many jobs could automation affect in Brazil?"),
    (JOBS, "what about Canada?", "How many jobs could automation affect in Canada?"),
    (JOBS, "And when?", "when jobs could automation affect in Mexico?"),
    (
        JOBS,
        "and in which sectors?",
        "How many jobs could automation affect in Mexico in which sectors?",
    ),
    (JOBS, "and how many companies?", "how many companies could automation affect in Mexico?"),
    (SAYS, "what about health?", "What does the policy brief say about health?"),
    (
        SAYS,
        "And about data infrastructure?",
        "What does the policy brief say about data infrastructure?",
    ),
    (SAYS, "How about women?", "What does the policy brief say about women?"),
    (SAYS, "and ethics", "What does the policy brief say about ethics?"),
    (SAYS, "and for children?", "What does the policy brief say about education for children?"),
    (LEADS, "since when?", "since when leads the AI sub-commission?"),
    (LEADS, "and the coalition?", "Who leads the coalition?"),
    (LEADS, "When was it created?", "When was it (the AI sub-commission) created?"),
    (
        LEADS,
        "How many members does it have?",
        "How many members does it (the AI sub-commission) have?",
    ),
    (LEADS, "what is its budget?", "what is its budget (the AI sub-commission)?"),
    (LEADS, "and its members?", "its members (the AI sub-commission)?"),
    (LEADS, "Is it part of a ministry?", "Is it (the AI sub-commission) part of a ministry?"),
    (LEADS, "why?", "why leads the AI sub-commission?"),
    (UNAM, "and in 2021?", "How many students did the UNAM have in 2021?"),
    (UNAM, "and 2021?", "How many students did the UNAM have in 2021?"),
    (UNAM, "in 2010?", "How many students did the UNAM have in 2010?"),
    (UNAM, "And Harvard?", "How many students did the Harvard have in 1910?"),
    ("What is MiSalud?", "who runs it?", "who runs it (MiSalud)?"),
    ("What is MiSalud?", "and DataLab?", "What is DataLab?"),
    ("What is MiSalud?", "Where was it launched?", "Where was it (MiSalud) launched?"),
    (
        "Which countries attended the meeting?",
        "how many?",
        "how many countries attended the meeting?",
    ),
    ("Who founded C Minds?", "And who directs it?", "who directs it (C Minds)?"),
    (
        "What are the five key actions?",
        "And who proposed them?",
        "who proposed them (the five key actions)?",
    ),
    (
        "What is the National Digital Platform?",
        "Who built that platform?",
        "Who built that platform (the National Digital Platform)?",
    ),
    ("jobs automation Mexico", "how many?", "how many jobs automation Mexico?"),
    (CONSULTA, "¿y cuándo?", "¿cuándo personas participaron en la consulta nacional?"),
    (CONSULTA, "¿Y cuántas empresas?", "¿cuántas empresas participaron en la consulta nacional?"),
    (CONSULTA, "¿y en 2020?", "¿Cuántas personas participaron en la consulta nacional en 2020?"),
    (
        CONSULTA,
        "y en Jalisco",
        "¿Cuántas personas participaron en la consulta nacional en Jalisco?",
    ),
    (
        "¿Qué personas participaron en la consulta?",
        "¿y cuántas?",
        "¿cuántas personas participaron en la consulta?",
    ),
    (ALUMNOS, "¿y en 2010?", "¿Cuántos alumnos tenía la UNAM en 2010?"),
    (ALUMNOS, "¿Y el IPN?", "¿Cuántos alumnos tenía el IPN en 1910?"),
    (ALUMNOS, "¿y en español?", "¿Cuántos alumnos tenía la UNAM en 1910 en español?"),
    (ENCABEZA, "¿y desde cuándo?", "¿desde cuándo encabeza la subcomisión?"),
    (ENCABEZA, "¿Y la coalición?", "¿Quién encabeza la coalición?"),
    (ENCABEZA, "¿Cuándo se creó?", "¿Cuándo se creó (la subcomisión)?"),
    (ENCABEZA, "¿cuántos miembros tiene?", "¿cuántos miembros tiene (la subcomisión)?"),
    (ENCABEZA, "¿Cuáles son sus objetivos?", "¿Cuáles son sus objetivos (la subcomisión)?"),
    (ENCABEZA, "¿Y su presupuesto?", "¿su presupuesto (la subcomisión)?"),
    (ENCABEZA, "¿quién la creó?", "¿quién la creó (la subcomisión)?"),
    (DICE, "¿y sobre la salud?", "¿Qué dice el informe sobre la salud?"),
    (DICE, "¿y sobre salud?", "¿Qué dice el informe sobre salud?"),
    (DICE, "¿Y la salud?", "¿Qué dice el informe sobre la salud?"),
    (DICE, "¿qué hay de las mujeres?", "¿Qué dice el informe sobre las mujeres?"),
    (DICE, "¿por qué?", "¿por qué dice el informe sobre la educación?"),
    (PND, "¿Quién la administra?", "¿Quién la administra (la Plataforma Digital Nacional)?"),
    (PND, "¿Cuánto costó?", "¿Cuánto costó (la Plataforma Digital Nacional)?"),
    (PND, "¿Y MiSalud?", "¿Qué es la MiSalud?"),
    (
        PND,
        "¿quién construyó esa plataforma?",
        "¿quién construyó esa plataforma (la Plataforma Digital Nacional)?",
    ),
    (PND, "y desde cuando existe", "¿desde cuando existe (la Plataforma Digital Nacional)?"),
]

STANDING = [
    (JOBS, "What is MiSalud?"),
    (JOBS, "And what is MiSalud?"),
    (JOBS, "Who leads the sub-commission, and when was it created?"),
    (JOBS, "What is AI and how does it work?"),
    (JOBS, "Is it possible to appeal an automated decision?"),
    (JOBS, "How does Canada regulate its algorithms?"),
    (JOBS, "open data"),
    (JOBS, "automation jobs Mexico 2018"),
    (JOBS, "And how many people answered the national survey?"),
    (JOBS, "Does Mexico have a law on AI?"),
    (JOBS, "So does Mexico have a law on AI?"),
    (JOBS, "What do they recommend on privacy?"),
    (JOBS, "What about the recommendations of the 2018 report on data infrastructure?"),
    (JOBS, "In what year did the coalition begin?"),
    (JOBS, "In the 2019 index, which place did Mexico take?"),
    (JOBS, "Why does the brief say that it matters?"),
    (JOBS, "Who wrote the report that the ministry published this year?"),
    (JOBS, "What did Senator Monreal say after he met them in Nuevo León?"),
    (JOBS, "How long does it take to vaccinate a country?"),
    (JOBS, "who are you?"),
    (JOBS, "thanks"),
    (CONSULTA, PND),
    (CONSULTA, "¿Y qué es la Plataforma Digital Nacional?"),
    (CONSULTA, "¿Quién encabeza la subcomisión?"),
    (CONSULTA, "¿Dónde está la sede del hub?"),
    (CONSULTA, "donde esta la sede del hub"),
    (CONSULTA, "¿En qué año se creó la CANIETI?"),
    (CONSULTA, "¿Cuáles son las cinco acciones de la estrategia?"),
    (CONSULTA, "¿Por qué lo que dice el senador importa a la industria?"),
    (CONSULTA, "¿Cómo usa Canadá sus algoritmos?"),
    (CONSULTA, "¿Cuántos empleos hay en la manufactura?"),
    (CONSULTA, "lugar mexico clasificacion libertad de prensa"),
    (CONSULTA, "Según el informe, ¿quién gana más?"),
    (CONSULTA, "¿Qué premios Nobel estudiaron en la UNAM?"),
    (CONSULTA, "Enumera los grupos de trabajo"),
    (CONSULTA, "Gracias"),
]


@pytest.mark.parametrize(("before", "question", "searched"), LEANING)
def test_a_question_that_leans_is_completed(before: str, question: str, searched: str) -> None:
    assert complete(question, [before]) == searched


@pytest.mark.parametrize(("before", "question"), STANDING)
def test_a_question_that_stands_is_left_alone(before: str, question: str) -> None:
    assert complete(question, [before]) == question


def test_the_first_question_is_never_changed() -> None:
    for _, question, _ in LEANING:
        assert complete(question, []) == question


def test_only_a_spanish_question_opens_with_its_mark() -> None:
    searched = complete("When was it?", ["¿Quién redactó la estrategia de 2018?"])
    assert searched == "When was it (la estrategia de 2018)?"
    assert complete("¿Cuándo fue?", ["Who wrote the strategy of 2018?"]).startswith("¿Cuándo fue (")


def test_a_chain_leans_on_what_was_completed() -> None:
    assert complete("and in 2010?", [UNAM, "and in 2021?"]) == UNAM.replace("1910", "2010")
    assert complete("¿y en 2010?", [JOBS, ALUMNOS]) == ALUMNOS.replace("1910", "2010")
    searched = complete("Who took part in it?", [CONSULTA, "¿Cuándo fue?"])
    assert searched == "Who took part in it (la consulta nacional)?"


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_completed_or_left(question: str, before: str) -> None:
    once = complete(question, [before])
    assert once == complete(question, [before])
    assert len(once) <= max(1_000, len(question))
