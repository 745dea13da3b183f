from __future__ import annotations

from datetime import date

import pytest

from strategy_qa.answer.dates import read_dates, years_in
from strategy_qa.answer.figures import Measure, read_numbers
from strategy_qa.answer.places import places_in


@pytest.mark.parametrize(
    ("text", "written", "measure", "low", "high"),
    [
        ("2,809,944 jobs", "2,809,944", Measure.COUNT, 2_809_944, 2_809_944),
        ("2.809.944 empleos", "2.809.944", Measure.COUNT, 2_809_944, 2_809_944),
        ("some 9.8 million jobs", "some 9.8 million", Measure.COUNT, 8.82e6, 10.78e6),
        ("9,8 millones de empleos", "9,8 millones", Measure.COUNT, 9.75e6, 9.85e6),
        ("over 1,500 people", "over 1,500", Measure.COUNT, 1_450, 1_875),
        ("al menos 80 expertos", "al menos 80", Measure.COUNT, 80, float("inf")),
        ("hasta 500 becas", "hasta 500", Measure.COUNT, 0, 505),
        ("six groups", "six", Measure.COUNT, 6, 6),
        ("entre 10 y 15 empresas", "entre 10 y 15", Measure.COUNT, 10, 15),
        ("19% of jobs", "19%", Measure.PERCENT, 18.5, 19.5),
        ("el 59 por ciento", "59 por ciento", Measure.PERCENT, 58.5, 59.5),
        ("9 to 12% of GDP", "9 to 12%", Measure.PERCENT, 8.5, 12.5),
        ("500 millones de pesos", "500 millones de pesos", Measure.MONEY, 495e6, 505e6),
        ("15.7 billones de dólares", "15.7 billones de dólares", Measure.MONEY, 15.65e12, 15.75e12),
        ("US$ 1.5 billion", "US$ 1.5 billion", Measure.MONEY, 1.45e9, 1.55e9),
    ],
)
def test_a_number_is_the_range_of_what_it_may_stand_for(
    text: str, written: str, measure: Measure, low: float, high: float
) -> None:
    (figure,) = read_numbers(text, "en")
    assert figure.span.of(text) == written
    assert figure.measure is measure
    assert figure.ranges[0] == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    "text",
    ["COVID-19", "5G and G20", "artículo 6º", "resolución 72/242", "in 2018", "from 89 to 43",
     "3 percentage points", "one of them", "2018-2024"],
)  # fmt: skip
def test_what_is_no_count(text: str) -> None:
    assert read_numbers(text, "en") == ()


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("2.8 million jobs", "2,809,944 jobs", False),
        ("almost 16 trillion dollars", "15.7 trillion dollars", False),
        ("16 trillion dollars", "15.7 trillion dollars", False),
        ("over 1,500 people", "1,623 people", False),
        ("1.500 personas", "1,500 people", False),
        ("9 to 12% of GDP", "10.5% of GDP", False),
        ("below 6% of GDP", "4% of GDP", False),
        ("1,500 people", "2,300 people", True),
        ("over 1,500 people", "1,200 people", True),
        ("six groups", "siete grupos", True),
        ("19% of jobs", "25% of jobs", True),
    ],
)
def test_rounding_brings_figures_together(one: str, other: str, apart: bool) -> None:
    (a,), (b,) = read_numbers(one, "en"), read_numbers(other, "en")
    assert a.apart(b) is b.apart(a) is apart


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("in March 2018", (2018, 3, 1), (2018, 3, 31)),
        ("el 22 de diciembre de 2017", (2017, 12, 22), (2017, 12, 22)),
        ("on July 16, 2018", (2018, 7, 16), (2018, 7, 16)),
        ("en 2019", (2019, 1, 1), (2019, 12, 31)),
        ("spring 2018", (2018, 3, 1), (2018, 6, 30)),
        ("a finales de 2019", (2019, 7, 1), (2019, 12, 31)),
        ("by April 2020", (1000, 1, 1), (2020, 4, 30)),
        ("desde 2012", (2012, 1, 1), (2999, 12, 31)),
        ("31 February 2020", (2020, 2, 29), (2020, 2, 29)),
    ],
)
def test_a_date_is_the_days_it_may_stand_for(
    text: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    (figure,) = read_dates(text)
    assert figure.ranges == ((date(*first).toordinal(), date(*last).toordinal()),)


def test_years_and_places() -> None:
    assert years_in("from 2018 to 2030, 20,180 people, 2,018") == {2018, 2030}
    assert read_dates("2,018 people and 20.19 pesos") == ()
    assert places_in("la estrategia mexicana") == places_in("Mexico's strategy") != frozenset()
    assert places_in("Canadá") != places_in("México")
    assert places_in("the strategy") == frozenset()
