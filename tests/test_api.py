from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from strategy_qa.api import api_routes
from strategy_qa.api.limits import Limits
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import ApiSettings, Settings

JOBS = {"question": "How many jobs in manufacturing?"}
AS_JSON = {"content-type": "application/json"}
KEY = "0123456789abcdef"


def client_of(qa: StrategyQA, **limits: object) -> TestClient:
    app = FastAPI(openapi_url=None)
    app.include_router(api_routes(qa, ApiSettings(**limits)))  # type: ignore[arg-type]
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def client(qa: StrategyQA) -> Iterator[TestClient]:
    with client_of(qa) as client:
        yield client


def test_an_answer_is_the_contract_s_object(client: TestClient, qa: StrategyQA) -> None:
    answer = client.post("/api/ask", json=JOBS).json()
    assert "2,809,944" in answer["answer"]
    assert answer["error"] is None
    (citation,) = answer["citations"][:1]
    text = qa.document(citation["document_id"]).text
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_passages_and_filters(client: TestClient) -> None:
    asked = {"query": "automatable jobs", "documents": ["plan"], "k": 2}
    found = client.post("/api/search", json=asked).json()
    assert {hit["document_id"] for hit in found["hits"]} == {"plan"}
    none = client.post("/api/ask", json={**JOBS, "last_year": 1900}).json()
    assert none["abstained"]
    assert none["citations"] == none["hits"] == []


def test_documents_are_compared(client: TestClient, qa: StrategyQA) -> None:
    asked = {"question": "How many jobs in manufacturing?"}
    compared = client.post("/api/compare", json=asked).json()
    first, *rest = compared["documents"]
    assert first["document_id"] == "jobs"
    assert "2,809,944" in first["citation"]["quote"]
    assert [(each["document_id"], each["citation"]) for each in rest] == [("plan", None)]
    narrowed = client.post("/api/compare", json={**asked, "documents": ["plan"]}).json()
    assert [each["document_id"] for each in narrowed["documents"]] == ["plan"]
    assert client.post("/api/compare", json={**asked, "k": 3}).status_code == 422


def test_documents_are_listed(client: TestClient, qa: StrategyQA) -> None:
    listed = client.get("/api/documents").json()
    assert [each["id"] for each in listed["documents"]] == ["jobs", "plan"]
    assert listed["index_build"] == qa.status().build


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "question: Field required"),
        ({"question": "¿?"}, 422, "question: is empty"),
        ({"question": "x" * 1_001}, 422, "question: "),
        ({**JOBS, "k": 0}, 422, "k: "),
        ({**JOBS, "k": 101}, 422, "k: "),
        ({**JOBS, "language": "French"}, 422, "language: "),
        ({**JOBS, "language": "fr"}, 422, "no passage of the index is in this language"),
        ({**JOBS, "rumour": 1}, 422, "rumour: "),
        ({**JOBS, "first_year": 2020, "last_year": 2018}, 422, "last_year comes before"),
        ({**JOBS, "documents": ["nope"]}, 422, "no document of the index has this id"),
        ({"question": "\ud800"}, 422, "question: "),
        ({"\ud800": 1}, 422, ""),
    ],
)
def test_what_cannot_be_asked_is_a_problem(
    client: TestClient, body: dict[str, object], status: int, said: str
) -> None:
    response = client.post("/api/ask", content=json.dumps(body), headers=AS_JSON)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert said in problem["detail"]


def test_a_body_that_is_no_json_or_too_large(client: TestClient) -> None:
    assert client.post("/api/ask", content=b"{", headers=AS_JSON).status_code == 422
    garbled = client.post("/api/ask", content=b"<\xc4\x1d", headers=AS_JSON)
    assert garbled.status_code == 400
    assert garbled.headers["content-type"] == "application/problem+json"
    large = client.post("/api/ask", content=b" " * 70_000, headers=AS_JSON)
    assert large.status_code == 413
    assert large.headers["content-type"] == "application/problem+json"


def test_a_failure_of_ours_shows_neither_trace_nor_path(
    client: TestClient, qa: StrategyQA, settings: Settings
) -> None:
    away = settings.index.rename(settings.index.with_name("away"))
    try:
        answers = [client.post("/api/ask", json=JOBS), client.get("/readyz")]
        assert client.get("/healthz").status_code == 200
    finally:
        away.rename(settings.index)
    for response in answers:
        assert response.status_code == 503
        assert str(settings.index.parent) not in response.text
    assert client.get("/readyz").json()["documents"] == 2


def test_requests_a_minute_are_counted_by_client(qa: StrategyQA) -> None:
    with client_of(qa, per_minute=2) as client:
        codes = [client.post("/api/search", json={"query": "jobs"}).status_code for _ in range(2)]
        refused = client.post("/api/search", json={"query": "jobs"})
        assert codes == [200, 200]
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 30
        assert client.get("/healthz").status_code == 200


def test_a_minute_s_requests_come_back_with_time() -> None:
    now = [0.0]
    limits = Limits(ApiSettings(per_minute=1), clock=lambda: now[0])
    limits.count("a")
    limits.count("b")
    with pytest.raises(Exception, match="requests a minute"):
        limits.count("a")
    now[0] = 60
    limits.count("a")


def test_places_are_shared_between_clients() -> None:
    limits = Limits(ApiSettings(waiting=3, waiting_each=2))
    with limits.taken_on("a"), limits.taken_on("a"):
        with pytest.raises(Exception, match="of yours"), limits.taken_on("a"):
            pass
        with (
            limits.taken_on("b"),
            pytest.raises(Exception, match="Too many"),
            limits.taken_on("c"),
        ):
            pass
        with limits.taken_on("c"):
            pass
    assert limits.waiting.total() == 0


def test_a_key_is_asked_for_where_keys_are_set(
    qa: StrategyQA, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRATEGY_QA_API__KEYS", f'["{KEY}"]')
    settings = Settings.load().api
    assert KEY not in repr(settings)
    with client_of(qa, keys=settings.keys) as client:
        for given in ({}, {"authorization": "Bearer ñ"}, {"authorization": f"Basic {KEY}"}):
            encoded = {name: value.encode() for name, value in given.items()}
            refused = client.get("/api/documents", headers=encoded)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"
        allowed = client.get("/api/documents", headers={"authorization": f"Bearer {KEY}"})
        assert allowed.status_code == 200
        assert client.get("/metrics").status_code == 200


def test_metrics_count_by_route(client: TestClient) -> None:
    client.post("/api/ask", json={"question": "Who painted the ceiling of the chapel?"})
    client.post("/api/ask", json={})
    families = text_string_to_metric_families(client.get("/metrics").text)
    samples = {(s.name, *s.labels.values()): s.value for f in families for s in f.samples}
    assert samples["strategy_qa_requests_total", "/api/ask", "200"] == 1
    assert samples["strategy_qa_requests_total", "/api/ask", "422"] == 1
    assert samples["strategy_qa_abstentions_total",] == 1
    assert samples["strategy_qa_questions_under_way",] == 0


def test_the_page_says_every_route_and_field(client: TestClient) -> None:
    document = client.get("/api/schema.json").json()
    words = client.get("/api").text
    assert set(document["paths"]) >= {
        "/api/ask", "/api/search", "/api/compare", "/api/documents",
    }  # fmt: skip
    for path in document["paths"]:
        assert path in words
    for field in ("question", "abstained", "first_year", "page_label", "searched", "mentioned"):
        assert f"<code>{field}</code>" in words
    assert "<script" not in words
