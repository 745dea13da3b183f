from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from strategy_qa.confidence import Level, level
from strategy_qa.export import apa, bibliography, to_bibtex, to_docx, to_html, to_markdown
from strategy_qa.types import (
    Answer,
    Chunk,
    Citation,
    Claim,
    Comparison,
    Edition,
    Hit,
    Mention,
    Mode,
    Source,
    Span,
)

JOBS = Source("jobs", "Jobs & machines", url="https://example.org/a_b", publisher="Institute",
              year=2018, edition=Edition.DIGEST)  # fmt: skip
PLAN = Source("plan", "Plan nacional", language="es", kind="page")
HOSTILE = '<img src=x onerror="a()"> ![x](http://evil.example/p.png) # h {{v}} $$x$$ *b* [y](z) \\'


def cited(number: int, source: Source, page: int = 1, quote: str = "A quote.") -> Citation:
    return Citation(number, source, Span(0, len(quote)), quote, page, "", "Forecast", source.id)


def answer(*citations: Citation, question: str = "Why?", hits: tuple[Hit, ...] = ()) -> Answer:
    claims = tuple(Claim(c.quote, (c,)) for c in citations)
    build = "20261123T181123.099706-053d7e9b"
    return Answer(question, claims, not claims, 0.9, hits, Mode.EXTRACTIVE, build)


def hit(text: str) -> Hit:
    return Hit(Chunk("c", "jobs", Span(0, len(text)), (), (1, 1), "en", 3), JOBS, text, 1.0)


TWO = (
    answer(cited(1, JOBS, 3), cited(2, PLAN), question="First?"),
    answer(cited(1, PLAN), cited(2, JOBS, 4), cited(3, JOBS, 3), question="Second?"),
)


def test_places_are_numbered_through_all_answers_each_once() -> None:
    found = bibliography(TWO)
    assert [(e.number, e.document_id) for e in found.entries] == [
        (1, "jobs"), (2, "plan"), (3, "jobs"),
    ]  # fmt: skip
    assert [found.number_of(c) for c in TWO[1].citations] == [2, 3, 1]
    assert found.entries[0].text == (
        "Institute (2018). Jobs & machines, p. 3, section “Forecast” [digest, not the original]."
        " https://example.org/a_b Read for the index on 2026-11-23."
    )
    with pytest.raises(KeyError):
        found.number_of(cited(1, JOBS, 99))


def test_a_reference_without_author_year_and_address() -> None:
    assert apa(PLAN, language="es") == "Plan nacional [original] (s. f.)."
    assert apa(PLAN, indexed=date(2026, 1, 2)) == (
        "Plan nacional [original] (n.d.). Read for the index on 2026-01-02."
    )


def test_bibtex_has_one_entry_a_document_with_pages_and_edition() -> None:
    text = to_bibtex(TWO)
    assert re.findall(r"^@(\w+)\{(.+),$", text, re.MULTILINE) == [
        ("techreport", "jobs"),
        ("misc", "plan"),
    ]
    assert "  title = {{Jobs \\& machines}}," in text
    assert "  url = {https://example.org/a_b}," in text
    assert "  urldate = {2026-11-23}," in text
    assert "digest, not the original; p. 3; p. 4; Read for the index on 2026-11-23" in text
    assert to_bibtex([answer()]) == ""


def test_bibtex_keys_are_plain_and_differ() -> None:
    ids = ("año/1", "ano 1", "…")
    twins = [replace(cited(n, JOBS), document_id=id_) for n, id_ in enumerate(ids, start=1)]
    keys = re.findall(r"^@\w+\{(.+),$", to_bibtex([answer(*twins)]), re.MULTILINE)
    assert keys == ["ano-1", "ano-1-2", "document"]


@given(st.text(max_size=60))
def test_no_title_breaks_out_of_its_bibtex_field(title: str) -> None:
    text = to_bibtex([answer(cited(1, replace(JOBS, title=title)))])
    line = next(line for line in text.splitlines() if line.startswith("  title"))
    depth = 0
    bare = re.sub(r"\\[{}\\$&#_%]", "", line)
    for at, sign in enumerate(bare):
        depth += (sign == "{") - (sign == "}")
        assert depth > 0 or at >= len(bare) - 2 or "{" not in bare[:at]
    assert depth == 0
    assert text.endswith("}\n")


class Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


HOSTILE_ANSWERS = (
    answer(cited(1, replace(JOBS, title=HOSTILE), quote=HOSTILE), question=HOSTILE),
    answer(question=HOSTILE, hits=(hit(HOSTILE),)),
)


def test_markdown_reads_as_exactly_what_was_said() -> None:
    html = MarkdownIt().render(to_markdown(HOSTILE_ANSWERS))
    assert set(Text(html).tags) <= {"h1", "h2", "p", "em", "ol", "ul", "li"}
    assert Text(html).text.count(HOSTILE) == 5
    assert "[1]" in Text(html).text


def test_the_page_to_print_holds_nothing_that_acts() -> None:
    html = to_html(HOSTILE_ANSWERS)
    tags = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "a", "ol", "ul"}
    assert set(Text(html).tags) <= tags | {"li"}
    assert Text(html).text.count(HOSTILE) == 5
    assert "http" not in html.replace("http-equiv", "").replace(
        "https://example.org/a_b", ""
    ).replace("http://evil.example/p.png", "")
    assert 'href="#source-1"' in html
    assert 'id="source-1"' in html


def test_word_can_be_read_back() -> None:
    data = to_docx([*TWO, answer(question="No\x00thing \ud800?", hits=(hit("Near."),))])
    paragraphs = docx.Document(io.BytesIO(data)).paragraphs
    texts = [p.text for p in paragraphs]
    headings = [p.text for p in paragraphs if p.style.name == "Heading 1"]
    assert headings == ["First?", "Second?", "No\ufffdthing \ufffd?", "Sources"]
    assert "A quote. [2]" in texts
    assert "Nothing in the indexed documents answers this question." in texts
    assert "Jobs & machines: Near." in texts
    assert texts[-3].startswith("[1] Institute (2018). Jobs & machines, p. 3")


def test_a_comparison_is_exported_beside_answers() -> None:
    citations = cited(1, JOBS, 3), cited(2, PLAN)
    mentions = tuple(Mention(c.document_id, c.source, c, 0.9) for c in citations)
    silent = Mention("other", replace(PLAN, id="other", title="Other"), None, 0.1)
    compared = Comparison("Which?", (*mentions, silent), TWO[0].index_build)
    texts = [p.text for p in docx.Document(io.BytesIO(to_docx([TWO[0], compared]))).paragraphs]
    assert "Jobs & machines: A quote. [1]" in texts
    assert "Plan nacional: A quote. [2]" in texts
    assert sum("Confidence" in text for text in texts) == 1
    for text in (to_markdown([compared]), to_html([compared])):
        assert "Plan nacional: A quote" in text.replace("\\", "")
        assert "Confidence" not in text
    assert to_bibtex([compared]).count("@") == 2


@pytest.mark.parametrize("make", [to_markdown, to_html])
def test_exports_speak_spanish(make) -> None:  # type: ignore[no-untyped-def]
    text = make(TWO, language="es").replace("\\", "")
    assert "Fuentes" in text
    assert "resumen, no es el original" in text
    assert "Confianza: media" in text
    assert "Sources" not in text


def test_nothing_asked_is_an_empty_export() -> None:
    assert to_markdown([]) == "# Questions and answers\n"
    assert "<ol>" not in to_html([])
    assert len(docx.Document(io.BytesIO(to_docx([]))).paragraphs) == 1


def test_confidence_in_words() -> None:
    assert [level(x) for x in (1.0, 0.8, 0.5)] == [Level.HIGH, Level.MEDIUM, Level.LOW]
