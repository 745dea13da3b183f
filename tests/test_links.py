"""Links of documents, addresses in one form, and a catalogue that only grows."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from fpdf import FPDF

from strategy_qa.corpus.address import canonical, document_address, identity
from strategy_qa.corpus.discover import discover
from strategy_qa.corpus.edit import append_entries
from strategy_qa.corpus.links import Link, find_links
from strategy_qa.corpus.links.bare import addresses_in
from strategy_qa.corpus.sources import CatalogueEntry, read_catalogue
from strategy_qa.errors import CorpusError
from strategy_qa.types import Source


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Example.ORG:80/a?utm_source=x&b=1#part", "http://example.org/a?b=1"),
        ("https://example.org:443", "https://example.org/"),
        ("https://example.org/año", "https://example.org/a%C3%B1o"),
        ("https://docs.google.com/document/d/x/edit?usp=sharing",
         "https://docs.google.com/document/d/x/edit"),
    ],
)  # fmt: skip
def test_an_address_has_one_form(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


def test_two_addresses_of_one_thing_are_one() -> None:
    same = {"http://www.example.org/a/", "https://example.org/a", "HTTPS://EXAMPLE.org:443/a#x"}
    assert len({identity(url) for url in same}) == 1
    assert identity("https://example.org/a?x=1") != identity("https://example.org/a?x=2")


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "https://u:p@a.example/", "mailto:a@b.example", "https:///x", "x"]
)
def test_what_is_not_to_be_asked_for_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"holds|begins|names"):
        canonical(url)


def test_an_editor_of_google_leads_to_its_export() -> None:
    key = "1wzKvnrNN9SPMnK6Sf4-fNFSyPeaItieN8x7OR9_rlAk"
    url = f"https://docs.google.com/document/d/{key}/edit"
    assert document_address(url) == url.replace("/edit", "/export?format=pdf")


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("See https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/x_(y)), www.b.example", ["https://a.example/x_(y)",
                                                      "https://www.b.example"]),
        ("https://a.example/long-\nname and more", ["https://a.example/long-name"]),
        ("https://a.example/reports/\nai-strategy.pdf for", ["https://a.example/reports/ai-strategy.pdf"]),
        ("at https://a.example/a/\nlong-report-of-th\ne-year-2019.pdf for",
         ["https://a.example/a/long-report-of-the-year-2019.pdf"]),
        ("https://a.example/alone\nstate-of-the-art work", ["https://a.example/alone"]),
        ("https://a.example/misalud/\n There were", ["https://a.example/misalud/"]),
        ("https://a.example/x\nhttps://b.example/y", ["https://a.example/x", "https://b.example/y"]),
        ("https://a.example/x\n\nSummary", ["https://a.example/x"]),
        ("<https://a.example/one\n/two>", ["https://a.example/one/two"]),
        ("someone@a.example", []),
    ],
)  # fmt: skip
def test_addresses_in_text_go_on_over_lines(text: str, urls: list[str]) -> None:
    assert [found.url for found in addresses_in(text)] == urls


def test_links_of_a_text_with_the_sentence_that_cites_them(tmp_path: Path) -> None:
    path = tmp_path / "brief.md"
    path.write_text(
        "# Brief\n\n## Uses\n\nIt is used in [every street](https://a.example/maps). More text"
        " follows here.\n\nhttps://b.example/alone\n", encoding="utf-8",
    )  # fmt: skip
    first, second = find_links(path)
    assert first == Link(url="https://a.example/maps", anchor="every street",
                         sentence="It is used in every street.", section="Uses")  # fmt: skip
    assert (second.url, second.sentence) == ("https://b.example/alone", "")


def test_links_of_a_pdf_have_page_and_anchor(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    pdf.add_page()
    pdf.write(8, "A first page without any links in its text.")
    pdf.add_page()
    pdf.write(8, "The plan was praised by ")
    pdf.write(8, "the institute", link="https://a.example/praise")
    pdf.write(8, " in its report. It is also at https://b.example/bare today.")
    path = tmp_path / "brief.pdf"
    pdf.output(str(path))
    annotated, bare = find_links(path)
    assert (annotated.url, annotated.page) == ("https://a.example/praise", 2)
    assert "institute" in annotated.anchor
    assert annotated.sentence.startswith("The plan was praised by the institute")
    assert (bare.url, bare.page) == ("https://b.example/bare", 2)


def test_an_address_over_several_lines_of_a_narrow_page_is_one(tmp_path: Path) -> None:
    url = (
        "https://www.example.org/very/long/path/with-many-hyphens/report-of-the-year-2019-final.pdf"
    )
    pdf = FPDF(format=(90, 120))
    pdf.set_font("helvetica", size=11)
    pdf.add_page()
    pdf.multi_cell(0, 6, f"See the report at {url} for the figures on jobs and growth.")
    path = tmp_path / "brief.pdf"
    pdf.output(str(path))
    (only,) = find_links(path)
    assert only.url == url
    assert only.sentence == "See the report at for the figures on jobs and growth."


def test_links_of_a_page_are_those_of_its_text(tmp_path: Path) -> None:
    path = tmp_path / "brief.html"
    path.write_text(
        "<html><body><nav><a href='https://menu.example/'>Menu</a></nav><h2>Uses</h2><p>It was"
        " said in <a href='https://a.example/x'>a report</a> of 2019. The figures stand at"
        " <b>https://b.example/figures</b> today.</p></body></html>",
        encoding="utf-8",
    )
    only, bare = find_links(path)
    assert (only.url, only.anchor, only.section) == ("https://a.example/x", "a report", "Uses")
    assert only.sentence == "It was said in a report of 2019."
    assert (bare.url, bare.sentence) == ("https://b.example/figures", "The figures stand at today.")


def test_links_of_a_word_document(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Uses", level=1)
    paragraph = document.add_paragraph("The plan is described in ")
    rid = document.part.relate_to("https://a.example/x", RELATIONSHIP_TYPE.HYPERLINK, True)
    element = OxmlElement("w:hyperlink")
    element.set(qn("r:id"), rid)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "a report"
    run.append(text)
    element.append(run)
    paragraph._p.append(element)
    data = io.BytesIO()
    document.save(data)
    path = tmp_path / "brief.docx"
    path.write_bytes(data.getvalue())
    (only,) = find_links(path)
    assert only == Link(url="https://a.example/x", anchor="a report", section="Uses",
                        sentence="The plan is described in a report")  # fmt: skip


def test_discovery_names_each_address_once_and_knows_the_catalogue() -> None:
    links = [
        Link(url="http://www.a.example/plan/", section="One"),
        Link(url="https://a.example/plan", sentence="The plan says so.", section="Two", page=3),
        Link(url="https://b.example/"), Link(url="mailto:x@a.example"),
    ]  # fmt: skip
    known = {"bee": CatalogueEntry(Source("bee", "B", url="http://b.example"))}
    found = discover(links, known)
    plan, bee = found.proposals
    assert (plan.entry.source.url, plan.links) == ("https://a.example/plan", 2)
    assert (plan.entry.source.cited_for, plan.entry.page) == ("The plan says so.", 3)
    assert bee.known_as == "bee"
    assert sum(found.left_out.values()) == 1


def test_a_catalogue_only_grows(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    own = '# my own words\n[[source]]\nid="mine"\ntitle="Mine"   # as I like it'
    path.write_text(own, encoding="utf-8")
    entry = CatalogueEntry(Source("new", 'A "new" one \\ ñ', url="https://a.example/"), page=4)
    append_entries(path, [entry])
    assert path.read_text(encoding="utf-8").startswith(own + "\n")
    assert read_catalogue(path)["new"] == entry
    with pytest.raises(CorpusError, match="holds new already"):
        append_entries(path, [entry])
    assert not list(tmp_path.glob(".sources-*"))
