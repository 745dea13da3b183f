from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import axe_playwright_python
import docx
import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from chat_pages import ENGLISH, SPANISH, UNKNOWN, browser, put, visit
from chat_server import HOSTILE, Chat, chat
from strategy_qa.feedback import read_feedback
from strategy_qa.strings import EN, ES
from strategy_qa.users import add_user

__all__ = ["browser", "visit"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    with chat(tmp_path_factory.mktemp("chat")) as running:
        yield running


def test_a_question_gets_an_answer_with_its_evidence(
    visit: Callable[..., Page], served: Chat
) -> None:
    page = visit()
    build = httpx.get(f"{served.url}/readyz").json()["index_build"]
    expect(page.locator("#status")).to_contain_text(f"6 documents answer · index build {build}")
    put(page, ENGLISH)
    expect(page.locator("#chat .answer")).to_contain_text("9.8 million jobs")
    card = page.locator("#cite-1-1")
    expect(card).to_contain_text("digest, not the original")
    expect(card).to_contain_text("Institute · 2018 · English")
    expect(card).to_contain_text("Section: Jobs and machines › ")
    mark = card.locator("mark").inner_text()
    assert mark in page.locator("#chat .answer").inner_text()
    assert mark in card.locator("blockquote").inner_text()
    link = card.get_by_role("link")
    expect(link).to_have_attribute("href", "https://www.example.org/jobs")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(page.locator("#question textarea")).to_have_value("")


def test_a_number_selects_its_card_and_a_card_its_number(visit: Callable[..., Page]) -> None:
    page = visit()
    put(page, ENGLISH)
    page.locator("#chat a.cite").nth(1).click()
    expect(page.locator("#panel .picked")).to_have_attribute("id", "cite-1-2")
    expect(page.locator("#cite-1-2")).to_be_in_viewport()
    expect(page.locator("#cite-1-2 .number")).to_be_focused()
    expect(page.locator("#cite-1-2 .number")).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("/")

    page.locator("#cite-1-1 h3").click()
    expect(page.locator("#panel .picked")).to_have_attribute("id", "cite-1-1")
    expect(page.locator("#chat a.cite.picked")).to_have_text("[1]")
    page.locator("#cite-1-1 .number").press("Enter")
    expect(page.locator("#panel .picked, #chat a.cite.picked")).to_have_count(0)


def test_a_number_of_an_older_answer_brings_its_own_evidence_back(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    put(page, ENGLISH)
    put(page, SPANISH)
    expect(page.locator("#cite-2-1")).to_contain_text("Plan nacional")
    page.locator('#chat a[href$="#cite-1-1"]').click()
    expect(page.locator("#panel .picked")).to_have_attribute("id", "cite-1-1")
    expect(page.locator("#cite-1-1")).to_contain_text("Jobs and machines")
    expect(page.locator("#panel .for")).to_contain_text(ENGLISH)
    expect(page.locator('#chat a[href$="#cite-1-1"]')).to_have_class("cite picked")


def test_spanish_from_the_browser_and_by_the_switch(visit: Callable[..., Page]) -> None:
    page = visit(locale="es-MX")
    expect(page.locator("#chat .invitation")).to_contain_text(ES.invitation)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    put(page, SPANISH)
    expect(page.locator("#chat .answer")).to_contain_text("1,500 personas")
    expect(page.locator("#cite-1-1 .tongue")).to_have_count(0)
    expect(page.locator("#cite-1-1 .edition")).to_have_text(
        "reformulado con nuestras palabras, no es el original"
    )

    page.get_by_role("radio", name="English").check(force=True)
    expect(page.locator("#send")).to_have_text(EN.send)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#cite-1-1 .edition")).to_have_text(
        "restated in our words, not the original"
    )
    expect(page.locator("#chat .answer")).to_contain_text("1,500 personas")
    put(page, "consulta nacional personas: how many took part in it online?")
    expect(page.locator("#cite-2-1 .tongue")).to_contain_text("Spanish")
    expect(page.locator("#cite-2-1 blockquote")).to_have_attribute("lang", "es")


def test_silence_looks_different_from_an_answer(visit: Callable[..., Page]) -> None:
    page = visit()
    put(page, UNKNOWN)
    reply = page.locator("#chat .abstained")
    expect(reply).to_contain_text("Nothing in the indexed documents answers this question.")
    expect(reply).to_contain_text("Documents searched: 6.")
    expect(page.locator("#panel h2")).to_have_text("Nearest passages")
    expect(page.locator("#panel .number, #panel mark, #chat a.cite")).to_have_count(0)
    assert page.locator("#panel .card").count() > 0


def test_a_question_too_long_is_a_sentence_and_can_be_mended(visit: Callable[..., Page]) -> None:
    page = visit()
    put(page, "why " * 300)
    expect(page.locator("#chat .problem")).to_have_text(EN.too_long.format(limit=1000))
    assert len(page.locator("#question textarea").input_value()) == 1200
    put(page, ENGLISH)
    expect(page.locator("#cite-2-1")).to_be_visible()


def test_an_empty_question_does_nothing(visit: Callable[..., Page]) -> None:
    page = visit()
    page.locator("#question textarea").fill("   ")
    page.locator("#send").click()
    page.wait_for_timeout(300)
    expect(page.locator("#chat .asked")).to_have_count(0)
    expect(page.locator("#chat .example")).to_have_count(4)


def test_a_hostile_document_and_a_hostile_question_are_text(visit: Callable[..., Page]) -> None:
    page = visit()
    put(page, f"zebra budgets grow {HOSTILE[:120]}")
    expect(page.locator("#cite-1-1 h3")).to_have_text("<b>Zebra</b>")
    expect(page.locator("#cite-1-1 .publisher")).to_have_text("{{value}}")
    assert HOSTILE in page.locator("#cite-1-1 blockquote").inner_text()
    assert HOSTILE[:120] in page.locator("#chat .asked").inner_text()
    said = page.locator("#chat .answer").inner_text()
    assert "<script>window.pwned=2</script>" in said
    inert = "#panel img, #panel script, #panel b, #chat img, #chat script, #chat b, #chat .katex"
    expect(page.locator(inert)).to_have_count(0)
    expect(page.locator('a[href^="javascript"], #chat a:not(.cite)')).to_have_count(0)
    assert page.evaluate("window.pwned") is None


def test_words_in_the_box_are_not_asked_by_themselves(visit: Callable[..., Page]) -> None:
    page = visit()
    page.locator("#question textarea").fill("How many")
    page.wait_for_timeout(600)
    expect(page.locator("#question textarea")).to_have_value("How many")
    expect(page.locator("#chat .asked")).to_have_count(0)


def test_an_example_is_asked_by_a_click(visit: Callable[..., Page]) -> None:
    page = visit()
    page.locator("#chat .example").first.click()
    expect(page.locator("#chat .asked")).to_have_text(EN.examples[0])
    expect(page.locator("#chat .reply:not(.searching)")).to_have_count(1)


def test_a_link_carries_a_question(visit: Callable[..., Page]) -> None:
    page = visit(f"/?q={quote(ENGLISH)}")
    expect(page.locator("#chat .asked")).to_have_text(ENGLISH)
    expect(page.locator("#cite-1-1")).to_be_visible()


def test_what_is_copied_is_what_is_read(visit: Callable[..., Page]) -> None:
    page = visit()
    put(page, ENGLISH)
    expect(page.locator("#cite-1-1")).to_be_visible()
    page.locator("#chat .message-buttons-left button").click()
    page.wait_for_timeout(200)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#chat .reply").inner_text().strip()
    assert "[1]" in copied
    name = page.locator('#chat [data-testid="bot"]').get_attribute("aria-label")
    assert name
    assert "9.8 million" in name
    assert "&#" not in name + copied


def test_a_new_conversation_starts_clean(visit: Callable[..., Page]) -> None:
    page = visit()
    put(page, ENGLISH)
    page.locator("#chat .top-panel button").click()
    expect(page.locator("#chat .example")).to_have_count(4)
    expect(page.locator("#panel .reading")).to_be_visible()
    put(page, SPANISH)
    expect(page.locator("#chat .asked")).to_have_count(1)
    expect(page.locator("#cite-1-1")).to_contain_text("Plan nacional")


def test_the_panes_stack_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit(width=390)
    put(page, ENGLISH)
    expect(page.locator("#cite-1-1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    bottom, top, width = page.evaluate(
        "[conversation, evidence].map(e => e.getBoundingClientRect())"
        ".flatMap((r, i) => i ? [r.top, r.width] : [r.bottom])"
    )
    assert top >= bottom
    assert width > 350
    page.locator("#chat a.cite").last.click()
    expect(page.locator("#panel .picked")).to_be_in_viewport(ratio=0.3)


def test_the_keyboard_alone_asks_and_picks(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_role("textbox", name=EN.box_label).focus()
    page.keyboard.type(ENGLISH)
    page.keyboard.press("Enter")
    link = page.locator("#chat a.cite").first
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cite-1-1 .number")).to_be_focused()
    outline = page.locator("#cite-1-1 .number").evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid"


def test_filters_narrow_what_is_asked_and_are_said(visit: Callable[..., Page]) -> None:
    page = visit()
    page.locator("#filters summary").click()
    page.get_by_label("Originals only").check()
    expect(page.locator("#only")).to_have_text("Only: Originals only")
    put(page, ENGLISH)
    expect(page.locator("#panel .for + .only")).to_have_text("Only: Originals only")
    expect(page.locator("#panel .edition.digest")).to_have_count(0)
    page.get_by_role("button", name=EN.filters_clear).click()
    expect(page.locator("#only")).to_have_text("")
    put(page, ENGLISH)
    expect(page.locator("#cite-2-1 .edition.digest")).to_be_visible()


def test_a_link_opens_with_question_and_filters(visit: Callable[..., Page]) -> None:
    page = visit()
    page.locator("#filters summary").click()
    page.get_by_label("Jobs and machines").check()
    expect(page.locator("#only")).to_contain_text("Jobs and machines")
    put(page, ENGLISH)
    page.get_by_role("button", name=EN.take_link).click()
    expect(page.locator("#toast")).to_have_text(EN.copied)
    link = page.evaluate("navigator.clipboard.readText()")
    again = visit("/" + link.split("/", 3)[3])
    expect(again.locator("#only")).to_contain_text("Jobs and machines")
    expect(again.locator("#chat .asked")).to_have_text(ENGLISH)
    expect(again.locator("#cite-1-1")).to_contain_text("Jobs and machines")


def test_a_follow_up_is_completed_and_says_how(visit: Callable[..., Page]) -> None:
    page = visit()
    put(page, "How many jobs could automation reach within fifteen years?")
    put(page, "And in manufacturing?")
    expect(page.locator("#chat .searched")).to_contain_text("Searched as: ")
    expect(page.locator("#chat .searched")).to_contain_text("manufacturing")
    expect(page.locator("#chat .searched")).to_have_count(1)


def test_documents_are_compared_in_a_table(visit: Callable[..., Page]) -> None:
    page = visit()
    page.locator("#question textarea").fill("automation jobs")
    page.get_by_role("button", name=EN.compare).click()
    table = page.locator("#chat .compared table")
    expect(table.get_by_role("rowheader").first).to_contain_text("Jobs and machines")
    table.locator("a.cite").first.click()
    expect(page.locator("#cite-1-1 .number")).to_be_focused()


def test_the_page_is_marked_where_the_words_are(visit: Callable[..., Page]) -> None:
    page = visit()
    put(page, "How many ferries does the harbour plan buy?")
    card = page.locator("#cite-1-1")
    expect(card.locator(".page")).to_have_text("p. 2")
    expect(card.get_by_role("link")).to_have_attribute("href", re.compile(r"\.pdf#page=2$"))
    button = card.locator(".picture")
    button.locator("img").evaluate("image => image.decode()")
    cropped = button.locator("img").evaluate("i => [i.naturalWidth, i.naturalHeight]")
    assert cropped[1] < cropped[0]
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(button).to_contain_text(EN.page_part)
    source = button.locator("img").get_attribute("src")
    assert source
    assert source.endswith("&whole=1")
    image = Image.open(io.BytesIO(page.request.get(f"{page.url}{source}").body())).convert("RGB")
    width, height = image.size
    # The sentence stands 20 mm from the left and 60 mm from the top of an A4 page.
    inside = image.getpixel((int(width * 22 / 210), int(height * 60.5 / 297)))
    below = image.getpixel((int(width * 22 / 210), int(height * 80 / 297)))
    assert below == (255, 255, 255)
    assert inside != below


@pytest.mark.parametrize(
    ("name", "kind"), [("Word", "docx"), ("Markdown", "md"), ("Print", "html"), ("BibTeX", "bib")]
)
def test_the_conversation_can_be_taken_away(
    visit: Callable[..., Page], name: str, kind: str
) -> None:
    page = visit()
    put(page, ENGLISH)
    put(page, UNKNOWN)
    with page.expect_download() as saved:
        page.locator("#take").get_by_role("button", name=name).click()
    assert saved.value.suggested_filename.endswith(f".{kind}")
    data = saved.value.path().read_bytes()
    expect(page.locator("#toast")).to_contain_text(saved.value.suggested_filename)
    if kind == "docx":
        texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]
        assert ENGLISH in texts
        assert "Nothing in the indexed documents answers this question." in texts
        assert any(text.startswith("[1] Institute (2018). Jobs and machines") for text in texts)
    else:
        assert b"Jobs and machines" in data
        assert b"9.8 million" in data.replace(b"\\", b"") or kind == "bib"


def test_an_answer_is_copied_with_its_references(visit: Callable[..., Page]) -> None:
    page = visit()
    put(page, ENGLISH)
    page.get_by_role("button", name=EN.copy_answer).click()
    expect(page.locator("#toast")).to_have_text(EN.copied)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "9.8 million" in copied
    assert "[1] Institute (2018). Jobs and machines" in copied


def test_what_a_reader_says_is_kept_without_a_name(
    visit: Callable[..., Page], served: Chat
) -> None:
    page = visit()
    put(page, ENGLISH)
    page.get_by_role("button", name=EN.unhelpful).click()
    page.get_by_label(EN.reason_ask).select_option("page")
    page.get_by_label(EN.reason_note).fill("Page 3, not 2")
    page.get_by_role("button", name=EN.reason_send).click()
    expect(page.locator("#toast")).to_have_text(EN.thanks)
    (word,) = read_feedback(served.index.parent / "feedback.jsonl")
    assert (word.helpful, word.reason, word.note) == (False, "page", "Page 3, not 2")
    assert word.question == ENGLISH
    assert word.quotes[0]["document_id"] == "jobs"


def test_the_language_is_remembered(visit: Callable[..., Page]) -> None:
    page = visit(locale="en-GB")
    page.get_by_role("radio", name="Español").check(force=True)
    expect(page.locator("#send")).to_have_text(ES.send)
    page.reload()
    expect(page.locator("#send")).to_have_text(ES.send)
    page.goto(page.url + "documents")
    expect(page.locator("h1")).to_have_text(ES.documents)


def test_every_document_is_listed_and_the_index_has_an_age(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.goto(page.url + "documents")
    expect(page.locator("#jobs")).to_contain_text("digest, not the original")
    expect(page.locator("#harbour")).to_contain_text("2 pages")
    expect(page.locator("#zebra h2")).to_have_text("<b>Zebra</b>")
    page.get_by_role("link", name=EN.back).click()
    page.goto(page.url + "about")
    expect(page.locator("main")).to_contain_text(EN.about_today)


def test_a_new_build_is_taken_up_without_a_new_page(
    visit: Callable[..., Page], served: Chat
) -> None:
    page = visit()
    put(page, ENGLISH)
    served.rebuild()
    build = httpx.get(f"{served.url}/readyz").json()["index_build"]
    put(page, SPANISH)
    expect(page.locator("#status")).to_contain_text(build)
    page.locator('#chat a[href$="#cite-1-1"]').click()
    expect(page.locator("#cite-1-1")).to_contain_text("Jobs and machines")


def test_signing_in_in_the_browser(browser: Browser, tmp_path: Path) -> None:
    add_user(tmp_path / "users", "ana", "correct horse battery")
    with chat(tmp_path, users=tmp_path / "users") as closed:
        page = browser.new_context(locale="es-MX").new_page()
        page.goto(f"{closed.url}/?q={quote(SPANISH)}")
        page.get_by_label(ES.sign_in_name).fill("ana")
        page.get_by_label(ES.sign_in_password).fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text(ES.sign_in_wrong)
        page.get_by_label(ES.sign_in_name).fill("ana")
        page.get_by_label(ES.sign_in_password).fill("correct horse battery")
        page.keyboard.press("Enter")
        expect(page.locator("#chat .asked")).to_have_text(SPANISH)
        expect(page.locator("#cite-1-1")).to_be_visible()
        page.get_by_role("button", name=ES.sign_out).click()
        expect(page.get_by_label(ES.sign_in_name)).to_be_visible()
        page.context.close()


def settle(page: Page) -> None:
    """Wait for what a question had disabled: a button's pale colours are nobody's contrast."""
    expect(page.locator("button:disabled")).to_have_count(0)


@pytest.mark.parametrize("locale", ["en-GB", "es-MX"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_critical_or_serious_for_axe(
    visit: Callable[..., Page], locale: str, theme: str
) -> None:
    page = visit(locale=locale, theme=theme)
    found = findings(page)
    page.locator("#filters summary").click()
    put(page, ENGLISH)
    page.locator("[data-helpful=no]").click()
    settle(page)
    found += findings(page)
    put(page, UNKNOWN)
    settle(page)
    found += findings(page)
    for path in ("documents", "about"):
        page.goto(page.url.split("?")[0].rstrip("/").replace("/documents", "") + "/" + path)
        found += findings(page)
    assert found == []


def findings(page: Page) -> list[str]:
    """What axe-core finds critical or serious, with the element."""
    axe = Path(axe_playwright_python.__file__).with_name("axe.min.js")
    page.evaluate(axe.read_text("utf-8"))
    result = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['impact']} {violation['id']}: {node['html'][:160]}"
        for violation in result["violations"]
        if violation["impact"] in ("critical", "serious")
        for node in violation["nodes"]
    ]
