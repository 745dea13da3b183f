from __future__ import annotations

from strategy_qa.answer.citations import cite, is_faithful
from strategy_qa.chunk import chunk_document, context_of
from strategy_qa.leads import lead_in
from strategy_qa.types import BlockKind, Document, Span
from test_chunk import K, document

ROWS = "\n".join(f"Sector number {n}; Jobs: {n},944" for n in range(40))


def leads_of(found: Document, **options: int) -> list[str]:
    return [chunk.lead_in for chunk in chunk_document(found, tokens=options.get("tokens", 60))]


def at(found: Document, quote: str) -> str | None:
    span = lead_in(found, found.text.index(quote))
    return span.of(found.text) if span else None


def test_every_later_part_of_a_cut_list_carries_the_line_that_leads_into_it() -> None:
    items = [(K.LIST_ITEM, f"- a long item with the number {n}", 1) for n in range(40)]
    found = document((K.PARAGRAPH, "We saw much. The plan names forty actions:", 0), *items)
    first, *later = leads_of(found)
    assert first == ""
    assert len(later) > 2
    assert set(later) == {"We saw much. The plan names forty actions:"}


def test_later_parts_of_a_cut_table_carry_caption_and_names_of_columns() -> None:
    head = "Jobs in danger\nSector | 2019 | 2020"
    rows = "\n".join(f"Sector {n} | {n},944 | {n},001" for n in range(40))
    found = document((K.CAPTION, "Table 3. Jobs by sector", 0), (K.TABLE, f"{head}\n{rows}", 0))
    first, *later = leads_of(found)
    assert first == ""
    assert set(later) == {f"Table 3. Jobs by sector\n\n{head}"}


def test_a_table_without_a_line_of_its_own_above_the_figures_has_only_what_leads_into_it() -> None:
    found = document((K.PARAGRAPH, "Jobs by sector:", 0), (K.TABLE, ROWS, 0))
    assert set(leads_of(found)[1:]) == {"Jobs by sector:"}
    assert set(leads_of(document((K.PARAGRAPH, "Much was said.", 0), (K.TABLE, ROWS, 0)))) == {""}


def test_a_second_table_has_its_own_names_and_not_those_of_the_first() -> None:
    found = document(
        (K.PARAGRAPH, "By sector:", 0), (K.TABLE, "Jobs | Share\nA | 1\nB | 2", 0),
        (K.TABLE, "Firms | Staff\nC | 3\nD | 4", 0),
    )  # fmt: skip
    assert at(found, "B | 2") == "By sector:\n\nJobs | Share"
    assert at(found, "D | 4") == "Firms | Staff"


def test_a_list_that_goes_on_over_the_page_keeps_its_line() -> None:
    found = document(
        (K.PARAGRAPH, "The actions are:", 0), (K.LIST_ITEM, "- one", 1),
        (K.FOOTNOTE, "1 A note.", 0), (K.BOILERPLATE, "Ministry 4", 0), (K.LIST_ITEM, "- two", 1),
    )  # fmt: skip
    assert at(found, "- two") == "The actions are:"
    assert at(found, "1 A note.") is None


def test_a_table_of_words_and_a_long_line_lead_into_nothing() -> None:
    words = document((K.TABLE, "Who | What\nA | writes\nB | reads", 0))
    assert at(words, "B | reads") is None
    long = document((K.PARAGRAPH, "word " * 100 + "and so on:", 0), (K.LIST_ITEM, "- one", 1))
    assert at(long, "- one") is None


def test_a_citation_shows_what_leads_into_its_row_and_still_slices() -> None:
    found = document((K.PARAGRAPH, "Jobs by sector:", 0), (K.TABLE, ROWS, 0))
    start = found.text.index("Sector number 7")
    citation = cite(found, Span(start, start + 20), number=1, headings=(), language="en")
    assert citation.lead_in == "Jobs by sector:"
    assert is_faithful(citation, found)
    whole = cite(found, Span(0, 14), number=1, headings=(), language="en")
    assert whole.lead_in == ""


def test_the_lead_in_stands_between_the_headings_and_the_text() -> None:
    assert context_of("T", ("H",), "Jobs:") == "T › H\nJobs:\n"
    assert context_of("T", ()) == "T\n"


def test_nothing_leads_where_nothing_is() -> None:
    kinds: list[tuple[BlockKind, str, int]] = [(K.LIST_ITEM, "- one", 1)]
    assert lead_in(document(*kinds), 0) is None
