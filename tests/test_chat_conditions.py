"""The chat where things are less than ideal: many people, small screens, proxies, no mouse."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import docx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from chat_pages import ENGLISH, SPANISH, browser, put, settled, visit
from chat_server import Chat, chat
from prefix_proxy import proxy
from strategy_qa.strings import EN, ES
from strategy_qa.users import add_user

__all__ = ["browser", "visit"]
pytestmark = pytest.mark.browser

FERRIES = "How many ferries does the harbour plan buy?"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat that answers one question at a time and lets two wait."""
    folder = tmp_path_factory.mktemp("chat")
    with chat(folder, at_once=1, waiting=2, seconds=20) as running:
        yield running


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")


def test_people_wait_in_line_see_their_place_and_can_leave(
    visit: Callable[..., Page], served: Chat
) -> None:
    hold = served.index.with_name("hold")
    first, second, third, fourth = visit(), visit(locale="es-MX"), visit(), visit()
    expect(first.locator("#stop")).to_be_hidden()
    hold.touch()
    try:
        ask(first, ENGLISH)
        expect(first.locator("#chat .searching")).to_have_text(EN.searching)
        ask(second, SPANISH)
        expect(second.locator("#chat .searching")).to_have_text(ES.in_line.format(ahead=1))
        ask(third, FERRIES)
        expect(third.locator("#chat .searching")).to_have_text(EN.in_line.format(ahead=2))
        ask(fourth, FERRIES)
        expect(fourth.locator("#chat .problem")).to_have_text(EN.busy)
        expect(fourth.locator("#question textarea")).to_have_value(FERRIES)
        second.get_by_role("button", name=ES.stop).click()
        expect(second.locator("#chat .problem")).to_have_text(ES.stopped)
        expect(second.locator("#stop")).to_be_hidden()
        expect(third.locator("#chat .searching")).to_have_text(EN.in_line.format(ahead=1))
    finally:
        hold.unlink()
    expect(first.locator("#chat .answer")).to_contain_text("9.8 million jobs")
    expect(third.locator("#chat .answer")).to_contain_text("seven ferries")
    settled(second)
    put(second, SPANISH)
    expect(second.locator("#chat .answer")).to_contain_text("1,500 personas")


def test_a_question_that_takes_too_long_is_given_up_and_comes_back(
    browser: Browser, tmp_path: Path
) -> None:
    with chat(tmp_path, seconds=1.5) as slow:
        page = browser.new_page()
        page.goto(slow.url)
        expect(page.locator("#question textarea")).to_be_enabled()
        slow.index.with_name("hold").touch()
        ask(page, ENGLISH)
        expect(page.locator("#chat .problem")).to_have_text(EN.too_late)
        expect(page.locator("#question textarea")).to_have_value(ENGLISH)
        slow.index.with_name("hold").unlink()
        settled(page)
        put(page, ENGLISH)
        expect(page.locator("#chat .answer")).to_contain_text("9.8 million jobs")
        page.close()


def test_everything_works_below_the_path_of_a_proxy(browser: Browser, tmp_path: Path) -> None:
    add_user(tmp_path / "users", "ana", "correct horse battery")
    with (
        chat(tmp_path, users=tmp_path / "users", root_path="/qa") as hidden,
        proxy(hidden.url, "/qa") as (url, strayed),
    ):
        page = browser.new_page(locale="en-GB")
        page.set_default_timeout(10_000)
        page.goto(f"{url}/?q={quote(FERRIES)}")  # the link that was shared leads through the door
        page.get_by_label(EN.sign_in_name).fill("ana")
        page.get_by_label(EN.sign_in_password).fill("correct horse battery")
        page.keyboard.press("Enter")
        expect(page.locator("#chat .asked")).to_have_text(FERRIES)
        expect(page.locator("#cite-1-1")).to_contain_text("seven ferries")
        picture = page.locator("#cite-1-1 .picture img")
        picture.evaluate("image => image.decode()")
        assert picture.evaluate("image => image.naturalWidth") > 500
        settled(page)
        with page.expect_download() as saved:
            page.get_by_role("button", name=EN.take_word).click()
        paragraphs = docx.Document(io.BytesIO(saved.value.path().read_bytes())).paragraphs
        assert FERRIES in [paragraph.text for paragraph in paragraphs]
        page.get_by_role("radio", name="Español").check(force=True)
        expect(page.locator("#send")).to_have_text(ES.send)
        put(page, SPANISH)
        expect(page.locator("#cite-2-1")).to_contain_text("Plan nacional")
        link = page.locator("#take [data-link]").get_attribute("data-link")
        assert link
        page.goto(url + "/" + link)
        expect(page.locator("#chat .asked")).to_have_text(SPANISH)
        for path, heading in (("documents", ES.documents), ("about", ES.about)):
            page.goto(f"{url}/{path}")
            expect(page.locator("h1")).to_have_text(heading)
            page.get_by_role("link", name=ES.back).click()
            expect(page.locator("#question textarea")).to_be_enabled()
        page.get_by_role("button", name=ES.sign_out).click()
        expect(page.get_by_label(ES.sign_in_name)).to_be_visible()
        assert page.url == f"{url}/login"
        assert page.request.get(f"{url}/api/documents").status == 401
        page.close()
    assert [path for path in strayed if path != "/favicon.ico"] == []


@pytest.mark.parametrize(
    ("width", "height"), [(640, 400), (390, 844), (320, 640)], ids=["200 %", "phone", "400 %"]
)
def test_small_and_enlarged_everything_can_be_reached(
    visit: Callable[..., Page], width: int, height: int
) -> None:
    page = visit(width=width, height=height)
    page.locator("#filters summary").click()
    put(page, ENGLISH)
    expect(page.locator("#cite-1-1")).to_be_visible()
    page.locator("[data-helpful=no]").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    controls = page.locator("button:visible, a:visible, summary:visible, textarea:visible")
    assert controls.count() > 25
    assert [name for name in map(covered, controls.all()) if name] == []
    page.goto(page.url + "documents")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def covered(control: Locator) -> str:
    """What a click in the middle of a control would not reach, "" where it reaches it."""
    control.scroll_into_view_if_needed()
    return str(
        control.evaluate(
            """(control) => {
              const box = [...control.getClientRects()][0];
              const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
              const there = document.elementFromPoint(x, y);
              const reached = there && (control.contains(there) || there.contains(control));
              const inside = box.left >= 0 && box.right <= innerWidth;
              return reached && inside ? '' : control.outerHTML.slice(0, 120);
            }"""
        )
    )


def test_the_keyboard_alone_does_everything(visit: Callable[..., Page]) -> None:
    page = visit()

    def tab_to(selector: str) -> None:
        """Press Tab until something that matches has the focus, and shows that it has."""
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                break
        else:
            raise AssertionError(f"no Tab leads to {selector}")
        shown = page.evaluate(
            """() => [document.activeElement, document.activeElement.closest('label')].some(
              (e) => e && getComputedStyle(e).outlineStyle !== 'none')"""
        )
        assert shown, selector

    tab_to("#language input")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#send")).to_have_text(ES.send)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#send")).to_have_text(EN.send)
    tab_to("#chat .example")
    tab_to("#filters summary")
    page.keyboard.press("Enter")
    tab_to("#filters [name=document][value=harbour]")
    page.keyboard.press("Space")
    expect(page.locator("#only")).to_have_text("Only: Harbour plan")
    tab_to("#question textarea")
    page.keyboard.type(FERRIES)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .answer")).to_contain_text("seven ferries")
    settled(page)
    page.keyboard.press("Shift+Tab")
    tab_to("#chat a.cite, #question textarea")
    page.locator("#heading a").first.focus()
    tab_to("#chat a.cite")
    page.keyboard.press("Enter")
    expect(page.locator("#cite-1-1 .number")).to_be_focused()
    tab_to("#cite-1-1 .picture")
    page.keyboard.press("Enter")
    expect(page.locator("#cite-1-1 .picture")).to_have_attribute("aria-expanded", "true")
    tab_to("#cite-1-1 .link a")
    page.locator("#heading a").first.focus()
    tab_to("#take [data-take=md]")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert "seven ferries" in saved.value.path().read_text("utf-8")
    tab_to("#filters button[type=reset]")
    page.keyboard.press("Enter")
    expect(page.locator("#only")).to_have_text("")
    tab_to("#question textarea")
    page.keyboard.type("automation jobs")
    tab_to("#compare")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .compared")).to_be_visible()
    page.locator("#heading a").first.focus()
    tab_to("#panel [data-copy]")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_have_text(EN.copied)
    page.locator("#heading a").first.focus()
    tab_to("#chat .top-panel button")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .asked")).to_have_count(0)


def test_a_line_of_100_000_characters_and_turned_directions_are_text(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    put(page, "What are the \u202ewalrus counts <b>7*7</b> ${x}?")
    expect(page.locator("#panel .card").first).to_be_visible()
    shown = page.locator("#panel").inner_text()
    assert (
        "Walrus counts: {{7*7}} <b>${x} \\frac{1}{2} ![walrus](http://evil.example/w.png)" in shown
    )
    assert "\u202e" not in shown.replace(page.locator("#panel .for").inner_text(), "")
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    boxes = page.locator("#panel .card").evaluate_all(
        "cards => cards.map(c => c.scrollWidth - c.clientWidth)"
    )
    assert max(boxes) <= 0
