"""Requests made from the OpenAPI document, good and bad; the API has to keep to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from strategy_qa.settings import ApiSettings
from strategy_qa.testing import api_app


@pytest.fixture(scope="module")
def api() -> Iterator[Any]:
    open_ = ApiSettings(per_minute=10**9)
    with api_app(settings=open_) as app:
        yield schemathesis.openapi.from_asgi("/api/schema.json", app)


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_api_keeps_to_its_document(case: Any) -> None:
    case.call_and_validate()
