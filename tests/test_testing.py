from __future__ import annotations

import httpx
from fastapi.testclient import TestClient

from strategy_qa.settings import ApiSettings
from strategy_qa.testing import api_app, api_server

FLEET = {
    "ships.md": "# The fleet\n\nThe fleet of the north has 31 ships.\n",
    "sky.md": "# The sky\n\nThe observatory stands in Puebla, on a hill.\n",
}


def test_a_client_is_tested_over_a_port() -> None:
    with api_server(FLEET) as url:
        asked = {"question": "How many ships has the fleet of the north?"}
        answer = httpx.post(f"{url}/api/ask", json=asked).json()
    assert answer["citations"][0]["quote"] == "The fleet of the north has 31 ships."
    assert answer["error"] is None


def test_a_client_is_tested_within_the_process() -> None:
    with api_app(settings=ApiSettings(per_minute=1)) as app, TestClient(app) as client:
        found = client.post("/api/search", json={"query": "puertos", "language": "es"}).json()
        assert [hit["document_id"] for hit in found["hits"]] == ["puertos"]
        assert client.get("/api/documents").status_code == 429
