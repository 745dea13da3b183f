from __future__ import annotations

import logging
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chat_server import Chat, chat
from strategy_qa.app import cards, serve
from strategy_qa.app.actions import copied_text
from strategy_qa.app.conversation import (
    KEPT_TURNS,
    Problem,
    Turn,
    ask,
    find,
)
from strategy_qa.app.conversation import turn_of as turn_before
from strategy_qa.app.guard import HEADERS
from strategy_qa.app.language import preferred
from strategy_qa.app.messages import literal, messages
from strategy_qa.app.passages import NEAR
from strategy_qa.errors import ConfigError
from strategy_qa.export.bibliography import page_text
from strategy_qa.index import live_build
from strategy_qa.qa import StrategyQA
from strategy_qa.question import MAX_QUESTION
from strategy_qa.settings import Settings
from strategy_qa.strings import CATALOGUE, EN, ES, Strings
from strategy_qa.types import (
    Answer,
    Chunk,
    Citation,
    Claim,
    Conflict,
    Edition,
    Filters,
    Hit,
    Mode,
    Notice,
    Reading,
    Source,
    Span,
)

HOSTILE = (
    '<img src=x onerror="a()"><script>b()</script> ![x](http://evil.example/p.png) {{value}}'
    " ${c()} $$\\frac12$$ [y](javascript:d()) `e` **f** <!-- g --> </article> & \"h\" 'i'"
)
OUR_TAGS = {"section", "article", "header", "h2", "h3", "p", "q", "bdi", "ol", "ul", "li", "span"}
OUR_TAGS |= {"div", "form", "label", "select", "option", "textarea", "img"}
OUR_TAGS |= {"button", "blockquote", "mark", "a", "details", "summary"}
OUR_ATTRIBUTES = {"tabindex", "class", "id", "lang", "type", "href", "target", "rel", "data-turn"}
OUR_ATTRIBUTES |= {"data-copy", "data-said", "data-helpful", "data-whole", "data-part", "alt"}
OUR_ATTRIBUTES |= {"src", "loading", "name", "value", "maxlength", "rows", "hidden"}
OUR_ATTRIBUTES |= {"aria-expanded", "data-number", "aria-label", "aria-pressed", "aria-hidden"}
SOURCE = Source("s", "A title", url="https://www.example.org/a", publisher="P", year=2018)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)


def hit_of(text: str, *, at: int = 0, source: Source = SOURCE, pages: tuple[int, int] = (1, 1)):
    chunk = Chunk(f"c{at}", "s", Span(at, at + len(text)), ("One", "Two"), pages, "en", 9)
    return Hit(chunk, source, text, 1.0)


def citation_of(hit: Hit, start: int, end: int, **changes: Any) -> Citation:
    at = hit.chunk.span.start
    plain = Citation(
        1, hit.source, Span(at + start, at + end), hit.text[start:end], 1, "", hit.section, "s"
    )
    return replace(plain, **changes)


def turn_of(*citations: Citation, hits: tuple[Hit, ...] = (), **changes: Any) -> Turn:
    claims = tuple(Claim(c.quote, (c,)) for c in citations)
    answer = Answer("Why?", claims, not claims, 0.9, hits, Mode.EXTRACTIVE, "build-1")
    return replace(Turn(3, "Why?", "en", answer=answer, documents=7), **changes)


class Seen(HTMLParser):
    """The tags of some HTML, and the text inside each kind of tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.inside: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        classes = dict(attrs).get("class") or ""
        self._open.append(f"{tag}.{classes}" if classes else tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.inside[tag] = self.inside.get(tag, "") + data


def quoted(html: str) -> tuple[str, str]:
    """The passage of the first card without its ellipses, and what is marked in it."""
    blockquote = re.search(r"<blockquote.*?</blockquote>", html, re.DOTALL)
    assert blockquote
    seen = Seen(re.sub(r'<span class="gap".*?</span>', "", blockquote[0]))
    return seen.inside["blockquote"], seen.inside.get("mark", "")


# Cards


@given(TEXT, TEXT, TEXT, TEXT)
def test_nothing_in_a_document_becomes_markup(title: str, body: str, note: str, asked: str) -> None:
    source = replace(SOURCE, title=HOSTILE + title, publisher=HOSTILE, note=HOSTILE + note)
    hit = hit_of(HOSTILE + body, source=source)
    citation = citation_of(hit, 0, len(HOSTILE), section=HOSTILE, page_label=HOSTILE)
    turn = turn_of(citation, hits=(hit, hit_of(HOSTILE, at=9999)), question=HOSTILE + asked)
    pane = cards.evidence(turn, EN, picture=lambda _: f"page/{HOSTILE}", feedback=True)
    seen = Seen(pane)
    assert set(seen.tags) <= OUR_TAGS
    assert seen.attributes <= OUR_ATTRIBUTES
    assert seen.inside["mark"] == HOSTILE
    assert HOSTILE + asked in seen.inside["bdi"]


@given(st.text(st.sampled_from("ab <&\n“é"), min_size=1, max_size=900), st.data())
def test_the_quote_is_marked_where_it_stands(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    hit = hit_of(text, at=5000)
    html = cards.evidence(turn_of(citation_of(hit, start, end), hits=(hit,)), EN)
    assert quoted(html) == (text, text[start:end])
    before = unescape(html.split("<mark>")[0])
    if start:
        assert before.endswith(text[:start][-NEAR:].lstrip()[-20:])


def test_of_two_equal_sentences_the_cited_one_is_marked() -> None:
    hit = hit_of("Yes. No. Yes. End.", at=40)
    html = cards.evidence(turn_of(citation_of(hit, 9, 13), hits=(hit,)), EN)
    assert "Yes. No. <mark>Yes.</mark> End." in html


def test_a_quote_outside_every_hit_stands_alone() -> None:
    hit = hit_of("Some passage.", at=40)
    far = citation_of(hit, 0, 4, span=Span(900, 904))
    false = citation_of(hit, 0, 4, quote="Same")
    for citation in (far, false):
        html = cards.evidence(turn_of(citation, hits=(hit,)), EN)
        assert quoted(html) == (citation.quote, citation.quote)


@pytest.mark.parametrize(
    ("label", "page", "english", "spanish"),
    [
        ("iv", 6, "p. iv (PDF p. 6)", "p. iv (p. 6 del PDF)"),
        ("6", 6, "p. 6", "p. 6"),
        ("2", 6, "p. 2 (PDF p. 6)", "p. 2 (p. 6 del PDF)"),
        ("1", 1, "p. 1", "p. 1"),
        ("", 6, "p. 6", "p. 6"),
        ("", 1, "", ""),
    ],
)
def test_pages_in_words(label: str, page: int, english: str, spanish: str) -> None:
    citation = citation_of(hit_of("Text."), 0, 5, page_label=label, page=page)
    assert page_text(citation, CATALOGUE["en"]) == english
    assert page_text(citation, CATALOGUE["es"]) == spanish


@pytest.mark.parametrize(
    ("pages", "words"), [((1, 1), ""), ((3, 3), "PDF p. 3"), ((1, 2), "PDF pp. 1–2")]
)
def test_pages_of_a_passage_are_those_of_the_file(pages: tuple[int, int], words: str) -> None:
    html = cards.evidence(turn_of(hits=(hit_of("Text.", pages=pages),)), EN)
    assert Seen(html).inside.get("span.page", "") == words


def test_a_passage_shows_its_printed_pages_too() -> None:
    hit = replace(hit_of("Text.", pages=(6, 7)), labels=("iv", "v"))
    html = cards.evidence(turn_of(hits=(hit,)), EN)
    assert Seen(html).inside.get("span.page", "") == "p. iv–v (PDF pp. 6–7)"


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "data:text/html,x", "ftp://example.org/a", "http://[", "//x.org"],
)
def test_only_web_addresses_are_linked(url: str) -> None:
    hit = hit_of("Text.", source=replace(SOURCE, url=url))
    html = cards.evidence(turn_of(citation_of(hit, 0, 5), hits=(hit,)), EN)
    assert "href" not in html


def test_a_link_names_the_host_it_leads_to_and_opens_apart() -> None:
    hit = hit_of("Text.", source=replace(SOURCE, url='https://good.org@evil.example/"><b>?a=1&b'))
    html = cards.evidence(turn_of(citation_of(hit, 0, 5), hits=(hit,)), EN)
    assert 'href="https://good.org@evil.example/&quot;&gt;&lt;b&gt;?a=1&amp;b"' in html
    assert 'target="_blank" rel="noopener noreferrer"' in html
    assert "at evil.example<" in html


@pytest.mark.parametrize("edition", list(Edition))
def test_every_card_states_its_edition(edition: Edition) -> None:
    hit = hit_of("Text.", source=replace(SOURCE, edition=edition))
    other = hit_of("More.", at=70, source=hit.source)
    html = cards.evidence(turn_of(citation_of(hit, 0, 5), hits=(hit, other)), ES)
    assert html.count(f">{ES.editions[edition]}<") == 2
    assert ("no es el original" in ES.editions[edition]) == (edition is not Edition.ORIGINAL)


def test_every_card_says_from_when_a_copy_is() -> None:
    source = replace(SOURCE, archived="2019-03-02", retrieved="2026-11-25")
    hit, other = hit_of("Text.", source=source), hit_of("More.", at=70, source=source)
    turn = turn_of(citation_of(hit, 0, 5), hits=(hit, other))
    for strings, said in (
        (EN, "archived copy of 2019-03-02"),
        (ES, "copia archivada del 2019-03-02"),
    ):
        # On the card, in the citation that it gives to be copied, and on the passage below.
        assert cards.evidence(turn, strings).count(said) == 3


def test_a_quote_in_another_language_says_so() -> None:
    hit = hit_of("Text.")
    spanish = citation_of(hit, 0, 5, language="es")
    html = cards.evidence(turn_of(spanish, hits=(hit,)), EN)
    assert "Quoted in the original language: Spanish" in html
    assert '<blockquote lang="es">' in html
    assert "Quoted in" not in cards.evidence(turn_of(citation_of(hit, 0, 5), hits=(hit,)), EN)


def test_uncited_passages_are_listed_apart_and_without_numbers() -> None:
    cited, other = hit_of("Cited."), hit_of("Other.", at=70)
    html = cards.evidence(turn_of(citation_of(cited, 0, 6), hits=(cited, other)), EN)
    above, below = html.split('<details class="others">')
    assert "Other passages found (1)" in below
    assert "Other." in below
    assert "Cited." in above
    assert 'class="number"' in above
    assert 'class="number"' not in below
    alone = cards.evidence(turn_of(citation_of(cited, 0, 6), hits=(cited,)), EN)
    assert "<details" not in alone


def test_an_abstention_shows_nearest_passages_as_such() -> None:
    turn = turn_of(hits=(hit_of("Near."),))
    html = cards.evidence(turn, EN)
    assert "<h2>Nearest passages</h2>" in html
    assert "Near." in html
    assert "<mark>" not in html
    assert 'class="number"' not in html
    said = unescape(messages([turn], EN)[1]["content"])
    assert "Nothing in the indexed documents answers this question." in said
    assert "Documents searched: 7." in said


def test_the_picked_card_comes_selected() -> None:
    hit = hit_of("One. Two.")
    first, second = citation_of(hit, 0, 4), citation_of(hit, 5, 9, number=2)
    html = cards.evidence(turn_of(first, second, hits=(hit,)), EN, picked=2)
    assert re.findall(r'class="(card[^"]*)" id="cite-3-(\d)"', html) == [
        ("card", "1"),
        ("card picked", "2"),
    ]


def test_a_question_from_the_address_is_carried_as_a_value() -> None:
    seen = Seen(cards.empty(EN, linked=f'">{HOSTILE}'))
    assert set(seen.tags) == {"section", "h2", "ul", "li"}
    assert "data-ask" in seen.attributes
    assert "data-ask" not in cards.empty(EN, linked=" ")


# Languages


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-GB,es;q=0.9", "en"),
        ("fr-FR,fr;q=0.9,es;q=0.5,en;q=0.3", "es"),
        ("en;q=0.2, es;q=0.7", "es"),
        ("es;q=0, en", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        ("es;q=nonsense,;;q=,=", "en"),
    ],
)
def test_the_first_language_is_the_browsers(header: str, code: str) -> None:
    assert preferred(header) is CATALOGUE[code]


# Conversation


def put(qa: StrategyQA, question: str, *, number: int = 1, interface: str = "en") -> Turn:
    turn = turn_before(question, number=number, interface=interface, filters=Filters())
    return ask(qa, question, turn)


@given(st.text(max_size=200))
def test_a_literal_text_has_no_markup_left_and_loses_nothing(text: str) -> None:
    text = text.replace("\r", "")
    assume("\x00" not in text)
    shown = literal(text)
    bare = shown.replace("<br>", "\n")
    assert all(c.isalnum() or c.isspace() or c in "&#;" or not c.isascii() or not c.isprintable()
               for c in bare)  # fmt: skip
    assert (
        "".join(
            chr(int(part[2:-1])) if re.fullmatch(r"&#\d+;", part) else part
            for part in re.split(r"(&#\d+;)", bare)
        )
        == text
    )


def test_a_hostile_answer_is_one_line_of_entities() -> None:
    hit = hit_of(HOSTILE + "\n\n# x\n\n- y")
    question, reply = messages([turn_of(citation_of(hit, 0, len(hit.text)), hits=(hit,))], EN)
    assert question["role"] == "user"
    assert "\n" not in reply["content"]
    assert set(Seen(reply["content"]).tags) == {"div", "p", "br", "a"}
    assert Seen(reply["content"]).inside["p"].startswith(HOSTILE)
    assert 'href="#cite-3-1"' in reply["content"]


@pytest.mark.parametrize("s", [EN, ES])
def test_where_sources_differ_both_figures_stand_with_their_documents(s: Strings) -> None:
    one, other = hit_of("Over 1,500 people."), hit_of("900 people.", at=50)
    citations = (
        citation_of(one, 0, 18),
        citation_of(other, 0, 11, number=2, source=replace(SOURCE, title="<i>Other</i>")),
    )
    conflict = Conflict(
        "count", (Reading(1, "Over 1,500", Span(0, 10)), Reading(2, "900", Span(50, 53)))
    )
    turn = turn_of(*citations, hits=(one, other))
    assert turn.answer
    turn = replace(turn, answer=replace(turn.answer, conflicts=(conflict,)))
    said = messages([turn], s)[1]["content"]
    shown = re.search(r'<div class="differ">.*?</div>', said)
    assert shown
    assert set(Seen(shown[0]).tags) <= {"div", "p", "ul", "li", "strong", "a"}
    text = unescape(re.sub("<[^>]+>", "", shown[0]))
    assert s.sources_differ in text
    assert "Over 1,500 A title [1]" in text
    assert "900 <i>Other</i> [2]" in text
    assert 'href="#cite-3-2"' in shown[0]
    assert "1,500 [1]; 900 [2]" in copied_text(turn.answer, s)


def test_a_question_is_answered(qa: StrategyQA) -> None:
    turn = put(qa, "How many jobs could automation reach?", number=4, interface="en")
    assert turn.problem is None
    assert turn.answer
    assert turn.documents == 2
    said = unescape(messages([turn], EN)[1]["content"])
    assert "9.8 million jobs" in said
    assert 'href="#cite-4-1"' in said
    passage, mark = quoted(cards.evidence(turn, EN))
    assert mark == turn.answer.citations[0].quote
    assert mark in passage


@pytest.mark.parametrize(
    ("question", "problem", "sentence"),
    [
        ("x" * (MAX_QUESTION + 1), Problem.TOO_LONG, "more than 1000 characters"),
        ("¿?", Problem.NO_WORDS, "Write it in words"),
    ],
)
def test_a_question_that_cannot_be_asked(
    qa: StrategyQA, question: str, problem: Problem, sentence: str
) -> None:
    turn = put(qa, question, number=1, interface="en")
    assert turn.problem is problem
    assert sentence in unescape(messages([turn], EN)[1]["content"])
    assert len(messages([turn], EN)[0]["content"]) < 1000
    assert EN.evidence_none in cards.evidence(turn, EN)


def test_half_a_surrogate_can_be_shown(qa: StrategyQA) -> None:
    turn = put(qa, "jobs \ud83d", number=1, interface="en")
    assert messages([turn], EN)[0]["content"].encode()


def test_an_error_of_ours_says_what_to_do(qa: StrategyQA, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "index")
    turn = put(qa, "How many jobs?", number=1, interface="es")
    assert turn.problem is Problem.OURS
    said = unescape(messages([turn], ES)[1]["content"])
    assert ES.problem in said
    assert "strategy-qa build" in said


def test_an_unforeseen_error_is_a_calm_sentence_and_a_trace_in_the_log(
    qa: StrategyQA, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(qa, "_live")
    with caplog.at_level(logging.ERROR):
        turn = put(qa, "How many jobs?", number=1, interface="en")
    assert unescape(messages([turn], EN)[1]["content"]).count(EN.surprise) == 1
    assert "AttributeError" not in messages([turn], EN)[1]["content"]
    assert "AttributeError" in caplog.text


def test_short_questions_speak_the_language_of_the_interface(qa: StrategyQA) -> None:
    assert put(qa, "consulta nacional", number=1, interface="es").language == "es"
    assert put(qa, "How many jobs could it reach?", number=1, interface="es").language == "en"


def test_turns_are_found_by_number() -> None:
    turns = [Turn(n, "q", "en", problem=Problem.SURPRISE) for n in range(5, 5 + KEPT_TURNS)]
    assert find(turns, 7) is turns[2]
    assert find(turns, 4) is None


# Server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    with chat(tmp_path_factory.mktemp("chat")) as running:
        yield running


def test_the_api_stands_beside_the_page(served: Chat) -> None:
    assert httpx.get(f"{served.url}/healthz").status_code == 200
    ready = httpx.get(f"{served.url}/readyz").json()
    build = live_build(served.index)
    assert ready == {"status": "ok", "index_build": build, "documents": 6}
    answer = httpx.post(f"{served.url}/api/ask", json={"question": "How many jobs?"}).json()
    assert answer["index_build"] == build


def test_the_page_comes_without_an_index(served: Chat) -> None:
    away = served.index.rename(served.index.with_name("away"))
    try:
        assert httpx.get(f"{served.url}/readyz").status_code == 503
        assert httpx.get(served.url).status_code == 200
        assert httpx.get(f"{served.url}/documents").status_code == 503
    finally:
        away.rename(served.index)
    assert httpx.get(f"{served.url}/documents").status_code == 200


@pytest.mark.parametrize(
    "path", ["/gradio_api/upload", "/gradio_api/upload/", "//gradio_api/upload"]
)
def test_nothing_can_be_uploaded(served: Chat, path: str) -> None:
    response = httpx.post(f"{served.url}{path}", files={"files": ("a.html", b"<b>x</b>")})
    assert response.status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/docs", "/openapi.json", "/gradio_api/runs", "/gradio_api/file=x", "/monitoring/summary"],
)
def test_what_the_page_does_not_need_is_not_there(served: Chat, path: str) -> None:
    assert httpx.get(f"{served.url}{path}").status_code in (403, 404)


def test_the_page_is_no_api_and_tells_nobody(served: Chat) -> None:
    info = httpx.get(f"{served.url}/gradio_api/info").json()
    assert info == {"named_endpoints": {}, "unnamed_endpoints": {}}
    config = httpx.get(f"{served.url}/config").json()
    assert config["analytics_enabled"] is False
    assert config["run_history"] is False
    assert config["footer_links"] == []


@pytest.mark.parametrize("path", ["/", "/healthz", "/config", "/theme.css", "/gradio_api/upload"])
def test_every_response_is_guarded(served: Chat, path: str) -> None:
    headers = httpx.get(f"{served.url}{path}").headers
    for name, value in HEADERS.items():
        assert headers.get_list(name) == [value]


def test_a_port_in_use_is_said_before_anything_starts(qa: StrategyQA) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"127.0.0.1:{port}.*--port"):
            serve(qa, Settings.load(), port=port, ready=pytest.fail)


def test_importing_the_chat_does_not_import_gradio() -> None:
    code = "import sys, strategy_qa.app; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_doubts_about_documents_are_shown_escaped_and_only_when_there_are_any() -> None:
    assert cards.doubts((), EN) == ""
    shown = cards.doubts((Notice("<b>scan.pdf", "page 3 looks scanned"),), ES)
    assert "&lt;b&gt;scan.pdf: page 3 looks scanned" in shown
    assert "<details" in shown
