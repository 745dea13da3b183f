from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from strategy_qa.api import api_routes
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import ApiSettings, Settings

pytest.importorskip("mcp")
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.client.stdio import stdio_client

from strategy_qa.mcp import mcp_routes

JOBS = {"question": "How many jobs in manufacturing?", "k": 3}
KEY = "0123456789abcdef"
HEADERS = {"accept": "application/json, text/event-stream", "authorization": f"Bearer {KEY}"}


@asynccontextmanager
async def session(index: Path) -> AsyncIterator[Client]:
    script = str(Path(__file__).with_name("mcp_stdio.py"))
    program = StdioServerParameters(command=sys.executable, args=[script, str(index)])
    async with Client(stdio_client(program)) as client:
        yield client


def test_a_client_asks_over_standard_input_and_output(qa: StrategyQA, settings: Settings) -> None:
    async def talk() -> dict[str, Any]:
        async with session(settings.index) as client:
            listed = await client.list_tools()
            found = {
                name: await client.call_tool(name, arguments)
                for name, arguments in {
                    "ask": JOBS,
                    "search": {"query": "consulta nacional", "documents": ["plan"]},
                    "list_documents": {},
                }.items()
            }
            refused = [
                await client.call_tool("ask", arguments)
                for arguments in ({"question": "¿?"}, {"question": "x" * 2_000}, {"rumour": 1})
            ]
            return {"tools": [tool.name for tool in listed.tools], "refused": refused, **found}

    said = anyio.run(talk)
    assert said["tools"] == ["ask", "search", "list_documents"]
    answer = said["ask"].structured_content
    (citation, *_) = answer["citations"]
    text = qa.document(citation["document_id"]).text
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert "2,809,944" in citation["quote"]
    assert json.loads(said["ask"].content[0].text) == answer
    assert {hit["document_id"] for hit in said["search"].structured_content["hits"]} == {"plan"}
    documents = said["list_documents"].structured_content["documents"]
    assert [each["id"] for each in documents] == ["jobs", "plan"]
    assert [result.is_error for result in said["refused"]] == [True] * 3
    assert "is empty" in said["refused"][0].content[0].text
    assert "question: Field required" in said["refused"][2].content[0].text


def call(client: TestClient, name: str, arguments: object, **more: Any) -> Any:
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": name, "arguments": arguments},
    }
    return client.post("/mcp", json=body, **{"headers": HEADERS, **more})


def test_the_tools_in_the_server_stand_behind_the_keys_and_limits(qa: StrategyQA) -> None:
    settings = ApiSettings(keys=(KEY,), per_minute=5)  # type: ignore[arg-type]
    app = FastAPI(openapi_url=None)
    app.include_router(api_routes(qa, settings, beside=mcp_routes))
    with TestClient(app) as client:
        refused = call(client, "ask", JOBS, headers={**HEADERS, "authorization": "Bearer no"})
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
        answered = call(client, "ask", JOBS)
        assert answered.status_code == 200
        assert "2,809,944" in answered.json()["result"]["structuredContent"]["answer"]
        nothing = call(client, "forget", {}).json()["result"]
        assert nothing["isError"]
        assert client.get("/mcp", headers=HEADERS).status_code == 405
        large = call(client, "ask", {"question": "x" * 70_000})
        assert large.status_code == 413
        assert call(client, "list_documents", {}).status_code == 200
        assert call(client, "list_documents", {}).status_code == 429
        measured = client.get("/metrics").text
        assert 'strategy_qa_requests_total{route="/mcp",status="200"} 3.0' in measured
