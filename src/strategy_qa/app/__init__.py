"""The chat: our own FastAPI app with the Gradio page mounted last. Surfaces only, no logic."""

from strategy_qa.app.server import create_app, serve

__all__ = ["create_app", "serve"]
