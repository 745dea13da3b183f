"""Countries by their names and by what belongs to them, in both languages."""

import pytest

from strategy_qa.answer.places import countries_in, places_in


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("en que año publico chile su politica", {"CL"}),
        ("Canadian departments, la ley canadiense", {"CA"}),
        ("la herramienta israelí y la francesa", {"IL", "FR"}),
        ("the United States, South Korea and the UK", {"US", "KR", "GB"}),
        ("Estados Unidos, Corea del Sur y el Reino Unido", {"US", "KR", "GB"}),
        ("los países de la Unión Europea, en una reunión", set()),
        ("el índice indica una mejora; it mandates an oath", set()),
        ("Niger y Nigeria", {"NE", "NG"}),
        ("Mexico's economy, la economía mexicana", {"MX"}),
        ("la estrategia uruguaya y la portuguesa", {"UY", "PT"}),
        ("en la Ciudad de México; outside Mexico City", set()),
        ("costarricenses, neozelandeses y alemanas", {"CR", "NZ", "DE"}),
    ],
)
def test_countries_of_a_text(text: str, codes: set[str]) -> None:
    assert countries_in(text) == codes


def test_regions_are_places_and_no_countries() -> None:
    assert places_in("Latin American countries") == {"latin", "america"}
    assert places_in("en Jalisco, México") == {"MX", "jalisco"}
    assert not countries_in("Latin American countries, el mundo")
