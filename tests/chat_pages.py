"""The chat in a browser: pages that are watched, and what one does on them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from chat_server import Chat

PATIENCE = 30_000  # ms: two busy cores make the page many times slower
expect.set_options(timeout=PATIENCE)

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
ENGLISH = "What are the three ways in which automation changes jobs?"
SPANISH = "¿Cuántas personas participaron en la consulta nacional?"
UNKNOWN = "Who painted the ceiling of the chapel?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        message = f"NO BROWSER: the chat was not tested in one; install any of {', '.join(names)}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, served: Chat) -> Iterator[Callable[..., Page]]:
    """Opens the chat; at the end no page may have asked another host, or logged an error."""
    asked: list[str] = []
    complaints: list[str] = []
    contexts = []

    def open_page(
        path: str = "/",
        *,
        locale: str = "en-GB",
        width: int = 1280,
        height: int = 800,
        theme: Any = "light",
    ) -> Page:
        context = browser.new_context(
            locale=locale,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            color_scheme=theme,
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: asked.append(request.url))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page = context.new_page()
        page.goto(served.url + path)
        expect(page.locator("#panel .pane")).to_be_visible()
        expect(page.locator("#question textarea")).to_be_enabled()
        return page

    yield open_page
    for context in contexts:
        context.close()
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}
    assert complaints == []


def put(page: Page, question: str) -> None:
    """Ask, and wait for what comes of it."""
    replies = page.locator("#chat .reply:not(.searching)")
    before = replies.count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    expect(replies).to_have_count(before + 1)
    settled(page)


def settled(page: Page) -> None:
    """Wait until Gradio has closed the event: it takes no other question before.

    A stop on a busy machine can close it as an error: Gradio's cancelling races with its queue.
    The box that Gradio would put over the answers then stays out of sight.
    """
    tracker = page.locator("#chat > [data-testid=status-tracker]")
    hidden = page.locator("#chat > [data-testid=status-tracker].hide")
    expect(hidden.or_(tracker.locator(".error")).first).to_be_attached()
    expect(tracker.locator(".error")).to_be_hidden()
