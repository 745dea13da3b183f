"""The Gradio page: its layout, its events, and nothing else.

A session keeps its turns; what is shown is a function of them and of the interface language. All
events are private: the page is no API.
"""

# No postponed annotations here: Gradio reads `request: gr.Request` from the function, and `gr` is
# a local name because the import is slow and must come after its telemetry is switched off.
import os
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from strategy_qa.app import cards, conversation
from strategy_qa.app.conversation import KEPT_TURNS, Turn
from strategy_qa.app.strings import CATALOGUE, EN, Strings, preferred, strings
from strategy_qa.errors import StrategyQAError
from strategy_qa.qa import StrategyQA

if TYPE_CHECKING:
    from fastapi import FastAPI

Turns = tuple[Turn, ...]

_SESSIONS = 500  # Gradio's default of 10,000 would keep some 700 MB of closed tabs
_WAITING = 64  # questions in the queue before newcomers are told that the service is busy
_AT_ONCE = 2  # questions answered at the same time


def mount_page(app: "FastAPI", qa: StrategyQA) -> None:
    """Build the page over `qa` and mount it at `/`, behind the routes `app` already has."""
    gr = _gradio()
    with gr.Blocks(title=EN.title, analytics_enabled=False, fill_width=True) as demo:
        _wire(gr, demo, _layout(gr, qa), qa)
    demo.queue(max_size=_WAITING, default_concurrency_limit=_AT_ONCE, api_open=False)
    demo.state_session_capacity = _SESSIONS
    font = {"font": ["system-ui", "sans-serif"], "font_mono": ["ui-monospace", "monospace"]}
    gr.mount_gradio_app(
        app,
        demo,
        path="/",
        theme=gr.themes.Base(**font).set(
            body_background_fill="#f6f6f3", body_background_fill_dark="#121615"
        ),
        css=_asset("style.css"),
        head='<meta name="color-scheme" content="light dark">',
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        show_error=False,
        max_file_size="1kb",
    )


class _Parts(NamedTuple):
    """The components of the page."""

    turns: Any
    heading: Any
    language: Any
    chat: Any
    box: Any
    send: Any
    panel: Any
    status: Any


def _layout(gr: Any, qa: StrategyQA) -> _Parts:
    """Place the components; to be called inside a Blocks."""
    choices = [(s.name, code) for code, s in CATALOGUE.items()]
    turns = gr.State((), time_to_live=3600)
    with gr.Row(elem_id="top"):
        heading = gr.HTML(_heading(EN), elem_id="heading")
        language = gr.Radio(choices, value="en", elem_id="language", container=False)
    with gr.Row(elem_id="panes"):
        with gr.Column(elem_id="conversation"):
            chat = gr.Chatbot(
                **_chat(EN),
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
            with gr.Row(elem_id="ask"):
                # Shut until `start` has set the language: its answer would wipe out an earlier one.
                box = gr.Textbox(
                    **_box(EN), elem_id="question", container=False, max_lines=5, interactive=False
                )
                send = gr.Button(EN.send, elem_id="send", variant="primary", interactive=False)
        with gr.Column(elem_id="evidence"):
            panel = gr.HTML(cards.empty(EN), js_on_load=_asset("page.js"), elem_id="panel")
    status = gr.HTML(_status(qa, EN), elem_id="status")
    return _Parts(turns, heading, language, chat, box, send, panel, status)


def _wire(gr: Any, demo: Any, page: _Parts, qa: StrategyQA) -> None:
    """Tie the events; to be called inside the Blocks."""

    def show(turns: Turns, s: Strings, linked: str = "") -> list[Any]:
        """Values for `everything`: all that speaks the interface language."""
        return [
            _heading(s),
            gr.update(value=s.code, label=s.choose_language),
            gr.update(**_chat(s), **({"value": conversation.messages(turns, s)} if turns else {})),
            gr.update(**_box(s), interactive=True),
            gr.update(value=s.send, interactive=True),
            cards.evidence(turns[-1], s) if turns else cards.empty(s, linked=linked),
            _status(qa, s),
        ]

    def start(turns: Turns, request: gr.Request) -> list[Any]:
        s = preferred(request.headers.get("accept-language", ""))
        return show(turns, s, linked=request.query_params.get("q", ""))

    def switch(turns: Turns, code: str) -> list[Any]:
        return show(turns, strings(code))

    def ask(question: str, turns: Turns, code: str) -> Iterator[list[Any]]:
        if not question or not question.strip():
            yield [gr.skip()] * 5
            return
        s, number = strings(code), turns[-1].number + 1 if turns else 1
        before = conversation.messages(turns, s)
        pending = [conversation.asked(conversation.shown(question)), conversation.searching(s)]
        yield [gr.skip(), [*before, *pending], cards.waiting(s), "", gr.skip()]
        turn = conversation.ask(qa, question, number=number, interface=code)
        turns = (*turns, turn)[-KEPT_TURNS:]
        again = gr.skip() if turn.answer else question  # a refused question comes back to be mended
        now = conversation.messages(turns, s)
        yield [turns, now, cards.evidence(turn, s), again, _status(qa, s)]

    def pick(turns: Turns, code: str, event: gr.EventData) -> str:
        s, turn = strings(code), conversation.find(turns, int(event.turn))
        return cards.evidence(turn, s, picked=int(event.number)) if turn else cards.gone(s)

    def ask_linked(turns: Turns, code: str, event: gr.EventData) -> Iterator[list[Any]]:
        yield from ask(str(event.question), turns, code)

    def ask_example(turns: Turns, code: str, event: gr.SelectData) -> Iterator[list[Any]]:
        yield from ask(event.value["text"], turns, code)

    def clear(code: str) -> tuple[Turns, str]:
        return (), cards.empty(strings(code))

    turns, _, language, chat, box, send, panel, status = page
    everything = list(page[1:])
    session = [turns, language]
    private = {"api_visibility": "private"}
    at_once = {"queue": False, "show_progress": "hidden", **private}
    asking = {
        "outputs": [turns, chat, panel, box, status],
        "concurrency_limit": _AT_ONCE,
        "concurrency_id": "ask",
        "show_progress": "minimal",
        "show_progress_on": [chat],
        **private,
    }
    running = [
        gr.on([box.submit, send.click], ask, [box, *session], **asking, trigger_mode="once"),
        chat.example_select(ask_example, session, **asking),
        # Not load().then(): it would run without a question too, and its closing event stream
        # can swallow a question that is sent in the same moment.
        panel.linked(ask_linked, session, **asking),
    ]
    demo.load(start, turns, everything, **at_once)
    language.input(switch, session, everything, **at_once)
    chat.clear(clear, language, [turns, panel], cancels=running, **at_once)
    panel.pick(pick, session, panel, **at_once)


def _chat(s: Strings) -> dict[str, Any]:
    lead = f'<div class="invitation"><h2>{s.invitation}</h2><p>{s.invitation_hint}</p></div>'
    return {
        "label": s.conversation,
        "placeholder": lead,
        "examples": [{"text": question} for question in s.examples],
    }


def _box(s: Strings) -> dict[str, Any]:
    return {"label": s.box_label, "placeholder": s.box_hint}


def _heading(s: Strings) -> str:
    return f'<div lang="{s.code}"><h1>{s.title}</h1><p>{s.tagline}</p></div>'


def _status(qa: StrategyQA, s: Strings) -> str:
    try:
        now = qa.status()
    except StrategyQAError as error:
        return cards.line(f"{s.status_missing} {error}", s)
    made = now.created.strftime("%Y-%m-%d %H:%M %Z").strip()
    line = s.status.format(documents=now.documents, build=now.build, created=made)
    return cards.line(line, s) + cards.doubts((*now.warnings, *now.failures), s)


def _asset(name: str) -> str:
    return files("strategy_qa.app").joinpath(name).read_text(encoding="utf-8")


def _gradio() -> Any:
    """Gradio with its telemetry off; that must be settled before the import."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio

    return gradio
