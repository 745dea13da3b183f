import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_qa.corpus.readers.assemble import Piece, Sheet, assemble
from strategy_qa.corpus.readers.hyphens import Joiner
from strategy_qa.corpus.readers.tables import has_header, table_text
from strategy_qa.text import normalise
from strategy_qa.types import BlockKind, Span

PARAGRAPH, ITEM = BlockKind.PARAGRAPH, BlockKind.LIST_ITEM


def test_blocks_are_parted_by_an_empty_line_and_list_items_by_a_line_end() -> None:
    sheet = Sheet((Piece(PARAGRAPH, "One."), Piece(ITEM, "- a", 1), Piece(ITEM, "- b", 1)))
    text, _pages, blocks = assemble([sheet, Sheet((Piece(PARAGRAPH, "Two."),), "ii")])
    assert text == "One.\n\n- a\n- b\n\nTwo."
    assert [block.page for block in blocks] == [1, 1, 1, 2]


def test_the_blank_between_two_pages_belongs_to_the_earlier_one() -> None:
    sheets = [Sheet((Piece(PARAGRAPH, "One."),), "i"), Sheet((Piece(PARAGRAPH, "Two."),), "ii")]
    text, pages, _blocks = assemble(sheets)
    assert [page.span.of(text) for page in pages] == ["One.\n\n", "Two."]
    assert [page.label for page in pages] == ["i", "ii"]


def test_empty_pages_have_empty_spans_wherever_they_stand() -> None:
    one = Sheet((Piece(PARAGRAPH, "One."),))
    _text, pages, blocks = assemble([Sheet(()), one, Sheet((Piece(PARAGRAPH, " \n"),)), Sheet(())])
    assert [page.span for page in pages] == [Span(0, 0), Span(0, 4), Span(4, 4), Span(4, 4)]
    assert [block.page for block in blocks] == [2]


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(list(BlockKind)), st.text(max_size=30)), max_size=4),
        max_size=5,
    )
)
def test_pages_tile_and_blocks_slice_for_any_pieces(raw: list[list[tuple[BlockKind, str]]]) -> None:
    sheets = [Sheet(tuple(Piece(kind, text) for kind, text in page)) for page in raw]
    text, pages, blocks = assemble(sheets)
    assert "".join(page.span.of(text) for page in pages) == text
    expected = [normalise(piece.text) for sheet in sheets for piece in sheet.pieces]
    assert [block.span.of(text) for block in blocks] == [t for t in expected if t]
    assert all(pages[block.page - 1].span.contains(block.span) for block in blocks)


def test_a_row_keeps_each_figure_beside_the_name_of_its_column() -> None:
    rows = [["Sub-sector", "Jobs"], ["Manufacturing", "2,809,944"], ["Construction", "1,750,676"]]
    assert table_text(rows, header=True) == (
        "Sub-sector: Manufacturing; Jobs: 2,809,944\nSub-sector: Construction; Jobs: 1,750,676"
    )


def test_without_a_header_cells_stand_side_by_side() -> None:
    assert table_text([["a", "", "b\nc"], ["", ""]], header=False) == "a | b c"


def test_no_cell_is_lost_in_a_ragged_table() -> None:
    rows = [["Name", "Year", "Never filled"], ["Plan", "2018", "", "extra"]]
    assert table_text(rows, header=True) == (
        "Name | Year | Never filled\nName: Plan; Year: 2018; extra"
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Sector", "Jobs"], ["Health", "12.5 %"], ["Law", "$ 3"]], True),
        ([["", "2018", "2019"], ["Jobs", "1", "2"]], False),  # years are figures: in doubt, no
        ([["Name", "Ana"], ["Office", "Senate"]], False),  # keys at the side
        ([["Sector", "Jobs"]], False),
    ],
)
def test_a_header_is_taken_only_where_it_is_sure(rows: list[list[str]], expected: bool) -> None:
    assert has_header(rows) is expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["the govern\x02", "ment; government"], "the government; government"),
        (["a long-term plan, long\x02", "term"], "a long-term plan, long-term"),
        (["gobier-", "no y el gobierno"], "gobierno y el gobierno"),
        (["la investiga\x02", "ción aplicada"], "la investigación aplicada"),
        (["a state-of-the\x02", "art the art"], "a state-of-the-art the art"),
        (["non\x02", "GAAP"], "non-GAAP"),
        (["COVID-", "19"], "COVID-19"),
        (["2018\x02", "2020"], "2018-2020"),
        (["short-", "and medium-term"], "short- and medium-term"),
        (["a dash -", "and more"], "a dash - and more"),
        (["ends with\x02"], "ends with-"),
        (["", "a", "", "b"], "a b"),
    ],
)
def test_a_hyphen_at_a_line_end_is_judged_by_the_document(lines: list[str], expected: str) -> None:
    assert Joiner(lines).join(lines) == expected


def test_the_document_outvotes_the_fragments() -> None:
    joiner = Joiner(["fixed-price contracts", "a fixed\x02", "price contract"])
    assert joiner.join(["a fixed\x02", "price"]) == "a fixed-price"
