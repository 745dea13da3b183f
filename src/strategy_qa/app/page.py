"""The Gradio page: its components and where they stand. What they do is in `events`."""

# No postponed annotations: `gr` is a local name, because the import is slow and must come after
# its telemetry is switched off.
import os
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from strategy_qa.app import cards
from strategy_qa.app.desk import Desk
from strategy_qa.app.view import View
from strategy_qa.settings import ChatSettings
from strategy_qa.strings import CATALOGUE, EN
from strategy_qa.types import Filters

if TYPE_CHECKING:
    from fastapi import FastAPI

# The components that a question changes.
ASKING = ("turns", "chat", "panel", "box", "take", "status")
_SPARE = 50  # events beside questions: clicks on numbers, filters, exports


class Parts(NamedTuple):
    """The components of the page."""

    turns: Any
    filters: Any
    heading: Any
    language: Any
    chat: Any
    take: Any
    form: Any
    only: Any
    box: Any
    send: Any
    compare: Any
    stop: Any
    panel: Any
    status: Any
    news: Any


def mount_page(
    app: "FastAPI", desk: Desk, view: View, settings: ChatSettings, *, root_path: str
) -> None:
    """Build the page and mount it at `/`, behind the routes `app` already has."""
    gr = _gradio()
    from strategy_qa.app.events import wire
    from strategy_qa.app.handlers import Handlers

    with gr.Blocks(title=EN.title, analytics_enabled=False, fill_width=True) as demo:
        wire(gr, demo, _layout(gr, view), Handlers(desk, view, settings))
    demo.queue(
        max_size=settings.at_once + settings.waiting + _SPARE,
        default_concurrency_limit=settings.at_once + settings.waiting + _SPARE,
        api_open=False,
    )
    demo.state_session_capacity = settings.sessions  # by default 10,000, some 700 MB
    font = {"font": ["system-ui", "sans-serif"], "font_mono": ["ui-monospace", "monospace"]}
    gr.mount_gradio_app(
        app,
        demo,
        path="/",
        root_path=root_path or None,
        theme=gr.themes.Base(**font).set(
            body_background_fill="#f6f6f3", body_background_fill_dark="#121615"
        ),
        css=asset("style.css") + asset("evidence.css"),
        head='<meta name="color-scheme" content="light dark">',
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        show_error=False,
        max_file_size="1kb",
    )


def _layout(gr: Any, view: View) -> Parts:
    """Place the components; to be called inside a Blocks."""
    choices = [(s.name, code) for code, s in CATALOGUE.items()]
    turns = gr.State((), time_to_live=3600)
    filters = gr.State(Filters(), time_to_live=3600)
    with gr.Row(elem_id="top"):
        heading = gr.HTML(view.heading(EN), elem_id="heading")
        language = gr.Radio(choices, value="en", elem_id="language", container=False)
    with gr.Row(elem_id="panes"):
        with gr.Column(elem_id="conversation"):
            chat = gr.Chatbot(
                **view.chat(EN),
                elem_id="chat",
                container=False,
                height="auto",
                autoscroll=False,
                buttons=["copy"],
                latex_delimiters=[],
                allow_tags=False,
                group_consecutive_messages=False,
                layout="bubble",
            )
            take = gr.HTML("", js_on_load=asset("take.js"), elem_id="take")
            form = gr.HTML("", js_on_load=asset("filters.js"), elem_id="filters")
            only = gr.HTML("", elem_id="only")
            with gr.Row(elem_id="ask"):
                # Shut until `start` has set the language: its answer would wipe out an earlier one.
                box = gr.Textbox(
                    **view.box(EN),
                    elem_id="question",
                    container=False,
                    max_lines=5,
                    interactive=False,
                )
                send = gr.Button(EN.send, elem_id="send", variant="primary", interactive=False)
                compare = gr.Button(EN.compare, elem_id="compare", interactive=False)
                stop = gr.Button(EN.stop, elem_id="stop")
        with gr.Column(elem_id="evidence"):
            panel = gr.HTML(cards.empty(EN), js_on_load=asset("page.js"), elem_id="panel")
    status = gr.HTML(view.status(EN), elem_id="status")
    news = gr.JSON(visible=False)
    return Parts(
        turns, filters, heading, language, chat, take, form, only, box, send, compare, stop, panel,
        status, news,
    )  # fmt: skip


def asset(name: str) -> str:
    """A file beside this one."""
    return files("strategy_qa.app").joinpath(name).read_text(encoding="utf-8")


def _gradio() -> Any:
    """Gradio with its telemetry off; that must be settled before the import."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio

    return gradio
