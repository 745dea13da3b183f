"""The HTTP API as a router: `app.include_router(api_routes(qa, settings.api))`."""

from strategy_qa.api.routes import api_routes

__all__ = ["api_routes"]
