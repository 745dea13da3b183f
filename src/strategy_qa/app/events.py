"""Which event of which component leads to which handler.

All events are private: the page is no API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strategy_qa.app.language import LANGUAGE_COOKIE
from strategy_qa.app.page import ASKING

if TYPE_CHECKING:
    from strategy_qa.app.handlers import Handlers
    from strategy_qa.app.page import Parts

# The cookie stays below the page's own address, which behind a proxy is a folder.
_REMEMBER = f"""(code) => {{
  const path = location.pathname.replace(/[^/]*$/, '');
  document.cookie = `{LANGUAGE_COOKIE}=${{code}}; path=${{path}}; max-age=31536000; samesite=lax`;
}}"""


def wire(gr: Any, demo: Any, page: Parts, on: Handlers) -> None:
    """Tie the events; to be called inside the Blocks."""
    everything = list(page[2:14])
    session = [page.turns, page.filters, page.language]
    kept = [page.turns, page.language]
    private = {"api_visibility": "private"}
    at_once = {"queue": False, "show_progress": "hidden", **private}
    asking = {
        "outputs": [getattr(page, name) for name in ASKING],
        "concurrency_id": "ask",
        "concurrency_limit": None,  # the desk has a line of its own, which tells its places
        "show_progress": "hidden",
        **private,
    }
    running = [
        gr.on(
            [page.box.submit, page.send.click], on.ask, [page.box, *session], **asking,
            trigger_mode="once",
        ),
        page.compare.click(
            on.compare, [page.box, *session], **asking, trigger_mode="once"
        ),
        page.chat.example_select(on.ask_example, session, **asking),
        # Not load().then(): it would run without a question too, and its closing event stream
        # can swallow a question that is sent in the same moment.
        page.panel.linked(on.ask_linked, session, **asking),
    ]  # fmt: skip
    demo.load(on.start, page.turns, [*everything, page.filters], **at_once)
    page.language.input(on.switch, session, everything, **at_once)
    page.language.input(None, page.language, None, js=_REMEMBER, **private)
    page.stop.click(
        on.stopped, kept, [page.turns, page.chat, page.panel], cancels=running, **at_once
    )
    page.chat.clear(
        on.clear, page.language, [page.turns, page.panel, page.take], cancels=running, **at_once
    )
    page.panel.pick(on.pick, kept, page.panel, **at_once)
    page.form.choose(on.choose, page.language, [page.filters, page.only], **at_once)
    for event, handle in ((page.panel.said, on.said), (page.take.take, on.take)):
        event(handle, kept, page.news, **at_once).then(
            None, page.news, None, js="(news) => window.strategyQaNews(news)", **private
        )
