from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from strategy_qa.chunk import chunk_document, chunk_sentences, context_of, count_tokens
from strategy_qa.types import Block, BlockKind, Document, Page, Source, Span

K = BlockKind


def document(*parts: tuple[BlockKind, str, int]) -> Document:
    """A document of blocks, each on a line of its own, all on one page."""
    text, blocks = "", []
    for kind, content, level in parts:
        text += "\n\n" if text else ""
        blocks.append(Block(kind, Span(len(text), len(text) + len(content)), 1, level))
        text += content
    page = Page(1, "", Span(0, len(text)))
    return Document("d", Source("d", "The title"), "0" * 64, text, (page,), tuple(blocks))


def texts(found: Document, **options: object) -> list[str]:
    options.setdefault("tokens", 50)
    return [c.span.of(found.text) for c in chunk_document(found, **options)]  # type: ignore[arg-type]


def test_a_chunk_stays_under_its_headings() -> None:
    found = document(
        (K.HEADING, "The title", 1),
        (K.PARAGRAPH, "Alpha comes first.", 0),
        (K.HEADING, "Part two", 2),
        (K.PARAGRAPH, "Beta comes second.", 0),
        (K.HEADING, "Part three", 2),
    )
    chunks = chunk_document(found, tokens=200)
    assert [c.headings for c in chunks] == [
        ("The title",), ("The title", "Part two"), ("The title",),
    ]  # fmt: skip
    assert texts(found) == ["Alpha comes first.", "Beta comes second.", "Part three"]


def test_a_list_stays_whole_with_its_lead_in() -> None:
    items = [(K.LIST_ITEM, f"- item {n} of the long list", 1) for n in range(8)]
    found = document(
        (K.PARAGRAPH, "Something else. " * 8, 0), (K.PARAGRAPH, "The items are:", 0), *items
    )
    assert [t for t in texts(found) if "item 0" in t] == [
        found.text[found.text.index("The items are:") :]
    ]


def test_boilerplate_is_in_no_chunk() -> None:
    found = document(
        (K.PARAGRAPH, "Before the page ends.", 0),
        (K.BOILERPLATE, "Ministry of Examples 4", 0),
        (K.PARAGRAPH, "After it began.", 0),
    )
    assert texts(found) == ["Before the page ends.", "After it began."]


def test_nothing_is_longer_than_the_encoder_reads() -> None:
    found = document((K.PARAGRAPH, "word " * 400 + "x" * 5_000, 0))
    pieces = texts(found, tokens=1_000, fits=lambda text: len(text) <= 300)
    context = context_of("The title", ())
    assert max(map(len, pieces)) + len(context) <= 300
    assert "".join("".join(p.split()) for p in pieces) == "".join(found.text.split())


def test_table_rows_are_sentences() -> None:
    found = document((K.TABLE, "Sector: A; Jobs: 1\nSector: B; Jobs: 2", 0))
    (chunk,) = chunk_document(found, tokens=200)
    assert [s.of(found.text) for s in chunk_sentences(found, chunk)] == found.text.split("\n")


def test_tokens_are_counted_offline_and_quickly_on_unbroken_runs() -> None:
    assert count_tokens("hello world") == 2
    assert count_tokens("<|endoftext|>") > 1  # text, not a control token
    assert count_tokens("a" * 200_000) > 1_000


blocks = st.lists(
    st.tuples(
        st.sampled_from(list(K)),
        st.text(alphabet=st.sampled_from("ab .é1"), min_size=1, max_size=300)
        .map(str.strip)
        .filter(bool),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(blocks, st.integers(16, 120))
def test_chunks_cover_the_blocks_and_sentences_the_chunks(
    parts: list[tuple[BlockKind, str, int]], tokens: int
) -> None:
    found = document(*parts)
    chunks = chunk_document(found, tokens=tokens)
    assert all(a.span.end <= b.span.start for a, b in pairwise(chunks))
    inside = [False] * len(found.text)
    for chunk in chunks:
        inside[chunk.span.start : chunk.span.end] = [True] * len(chunk.span)
        for sentence in chunk_sentences(found, chunk):
            assert chunk.span.contains(sentence)
            assert sentence.of(found.text).strip()
    for block in found.blocks:
        visible = [i for i in range(block.span.start, block.span.end) if found.text[i].strip()]
        if block.kind is K.BOILERPLATE:
            assert not any(inside[i] for i in visible)
        elif block.kind is not K.HEADING:
            assert all(inside[i] for i in visible)


def test_context_is_bounded_and_says_each_heading_once() -> None:
    assert context_of("Title", ("Title", "Part")) == "Title › Part\n"
    assert len(context_of("T" * 10_000, ())) < 400
    assert context_of("", ()) == ""


def test_pages_of_a_chunk_are_those_it_touches(tmp_path: Path) -> None:
    text = "First page text.\n\nSecond page text."
    cut = text.index("Second")
    found = Document(
        "d", Source("d", "t"), "0" * 64, text,
        (Page(1, "i", Span(0, cut)), Page(2, "ii", Span(cut, len(text)))),
        (Block(K.PARAGRAPH, Span(0, cut - 2), 1), Block(K.PARAGRAPH, Span(cut, len(text)), 2)),
    )  # fmt: skip
    (chunk,) = chunk_document(found, tokens=200)
    assert chunk.pages == (1, 2)
