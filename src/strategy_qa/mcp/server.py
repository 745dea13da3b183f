"""The tools, and a server of them over standard input and output."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from strategy_qa import render
from strategy_qa.api.models import Documents, Passages, Query, Question
from strategy_qa.api.problems import said_of
from strategy_qa.contract import AnswerDict
from strategy_qa.errors import MissingExtraError, StrategyQAError

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

    from strategy_qa.qa import StrategyQA

Call = Callable[["StrategyQA"], Mapping[str, Any]]
Run = Callable[[Call], Awaitable[Mapping[str, Any]]]
_INSTRUCTIONS = (
    "Answers come from an index of documents about a country's AI strategy, as quotes that stand in"
    " them to the letter. Repeat a quote word for word, with its title, page and edition; a digest"
    " or a restatement is not the original. Where an answer is abstained, the documents do not"
    " answer: the hits are only the nearest passages."
)


class _Nothing(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _ask(given: Question) -> Call:
    return lambda qa: render.answer_dict(qa.ask(given.question, filters=given.filters(), k=given.k))


def _search(given: Query) -> Call:
    def find(qa: StrategyQA) -> Mapping[str, Any]:
        fixed = qa.pinned()
        hits = fixed.search(given.query, filters=given.filters(), k=given.k)
        build = fixed.index.manifest.build
        return {"query": given.query, "index_build": build, "hits": hits.to_dict()}

    return find


def _list(given: _Nothing) -> Call:
    def listed(qa: StrategyQA) -> Mapping[str, Any]:
        fixed = qa.pinned()
        build = fixed.index.manifest.build
        return {"index_build": build, "documents": fixed.documents().to_dict()}

    return listed


# name: what it does, what it takes, what it gives, what it puts to `qa`
_TOOLS: dict[str, tuple[str, type[BaseModel], Any, Callable[[Any], Call]]] = {
    "ask": (
        "Answer a question (English or Spanish) from the documents with exact quotes and their"
        " places, or abstain.",
        Question,
        AnswerDict,
        _ask,
    ),
    "search": (
        "Find the passages nearest to a query, best first.",
        Query,
        Passages,
        _search,
    ),
    "list_documents": ("List the documents of the index.", _Nothing, Documents, _list),
}


def check_mcp() -> None:
    """Raise MissingExtraError where the package `mcp` is not installed."""
    try:
        import mcp.server.lowlevel  # noqa: F401
    except ImportError as error:
        remedy = "pip install 'strategy-qa[mcp]'"
        raise MissingExtraError("mcp", "is not installed", remedy=remedy) from error


def mcp_server(run: Callable[[Any], Run]) -> Server[Any]:
    """A server of the tools.

    Args:
        run: given the HTTP request of a call, or None, what puts the call to a `qa`.
    """
    import mcp_types as types
    from mcp.server.lowlevel import Server

    tools = [
        types.Tool(
            name=name,
            description=said,
            input_schema=takes.model_json_schema(),
            output_schema=TypeAdapter(gives).json_schema(),
            annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
        )
        for name, (said, takes, gives, _) in _TOOLS.items()
    ]

    def refused(said: str) -> types.CallToolResult:
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=said)], is_error=True
        )

    async def on_list(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def on_call(context: Any, params: Any) -> types.CallToolResult:
        if params.name not in _TOOLS:
            return refused(f"{params.name[:60]}: there is no such tool; {', '.join(_TOOLS)} are.")
        _, takes, _, put = _TOOLS[params.name]
        try:
            given = takes.model_validate(params.arguments or {})
            found = await run(context.request)(put(given))
        except ValidationError as error:
            return refused("; ".join(said_of(each) for each in error.errors()[:5]))
        except StrategyQAError as error:
            return refused(str(error))
        text = json.dumps(found, ensure_ascii=False)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)], structured_content=dict(found)
        )

    return Server(
        "strategy-qa",
        version=version("strategy-qa"),
        instructions=_INSTRUCTIONS,
        on_list_tools=on_list,
        on_call_tool=on_call,
    )


def serve_stdio(qa: StrategyQA) -> None:
    """Serve the tools over standard input and output, until the other side closes its end.

    Raises:
        MissingExtraError: the package `mcp` is not installed.
    """
    check_mcp()
    anyio.run(_serve, qa)


async def _serve(qa: StrategyQA) -> None:
    from mcp.server.stdio import stdio_server

    async def run(call: Call) -> Mapping[str, Any]:
        return await anyio.to_thread.run_sync(call, qa)

    server = mcp_server(lambda request: run)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
