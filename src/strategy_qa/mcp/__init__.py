"""Tools for a language model (Model Context Protocol): ask, search, list_documents.

What the tools take and give is what the HTTP API takes and gives.
"""

from strategy_qa.mcp.server import check_mcp, mcp_server, serve_stdio
from strategy_qa.mcp.web import mcp_routes

__all__ = ["check_mcp", "mcp_routes", "mcp_server", "serve_stdio"]
