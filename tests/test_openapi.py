"""Requests made from the OpenAPI document, good and bad; the API has to keep to it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from strategy_qa.settings import ApiSettings
from strategy_qa.testing import api_app

# A schema cannot say what else is refused: a question without a letter, an unknown document.
EXAMPLES = 15  # of each route, good ones and as many bad


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_api_keeps_to_its_document() -> None:
    asked = set[str]()
    with api_app(settings=ApiSettings(per_minute=10**9)) as app:
        schema = schemathesis.openapi.from_asgi("/api/schema.json", app)
        for operation in (result.ok() for result in schema.get_all_operations()):
            for mode in GenerationMode:
                if not operation.body and mode is GenerationMode.NEGATIVE:
                    continue  # nothing in it can be wrong

                @settings(
                    max_examples=EXAMPLES,
                    deadline=None,
                    derandomize=True,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                )
                @given(case=operation.as_strategy(generation_mode=mode))
                def check(case: Any) -> None:
                    case.call_and_validate(excluded_checks=[positive_data_acceptance])

                check()
            asked.add(operation.path)
    assert asked == {"/api/ask", "/api/search", "/api/compare", "/api/documents"}
