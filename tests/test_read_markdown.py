from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reading_rules import blocks, check_spans, outline
from strategy_qa.corpus.readers import read_document
from strategy_qa.corpus.readers.assemble import Sheet, assemble
from strategy_qa.corpus.readers.markdown import markdown_pieces
from strategy_qa.errors import ReadError
from strategy_qa.types import BlockKind, Document, Edition, Source


def read(folder: Path, text: str, *, source: Source | None = None) -> Document:
    path = folder / "a-note.md"
    path.write_text(text, encoding="utf-8")
    return check_spans(read_document(path, source=source))


def test_structure_becomes_blocks(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "# Title\n\nA *first* paragraph\nwith a [link](http://a.b) and `code`.\n\n## Part\n\n"
        "> Quoted.\n\n```\nx = 1\ny = 2\n```\n\n---\n\n[^1]: A note.\n[^2]: Two\n",
    )
    assert outline(document) == [
        ("heading", 1, "Title"),
        ("paragraph", 0, "A first paragraph with a link and code."),
        ("heading", 2, "Part"),
        ("paragraph", 0, "Quoted."),
        ("paragraph", 0, "x = 1\ny = 2"),
        ("footnote", 0, "[^1]: A note."),
        ("footnote", 0, "[^2]: Two"),
    ]


def test_lists_keep_enumerators_and_depth(tmp_path: Path) -> None:
    text = "3. three\n\n   more of three\n\n4) other\n\n- a\n  1. deep\n     - deeper\n- b\n"
    assert outline(read(tmp_path, text)) == [
        ("list_item", 1, "3. three"),
        ("list_item", 1, "more of three"),
        ("list_item", 1, "4) other"),
        ("list_item", 1, "- a"),
        ("list_item", 2, "1. deep"),
        ("list_item", 3, "- deeper"),
        ("list_item", 1, "- b"),
    ]


def test_a_table_is_one_block_of_rows(tmp_path: Path) -> None:
    document = read(tmp_path, "|Sector|Jobs|\n|---|--:|\n|**Health**|1\\|2|\n|Law|3|\n")
    assert blocks(document, BlockKind.TABLE) == ["Sector: Health; Jobs: 1|2\nSector: Law; Jobs: 3"]


def test_html_is_never_followed(tmp_path: Path) -> None:
    text = (
        "CO<sub>2</sub> of <name of entity> <img src=x onerror=alert(1)>here.<br>Next\n\n"
        "<div><p>Kept &amp; shown</p><script>alert(2)</script><!-- hidden --></div>\n\n"
        "![a picture](http://evil/p.png) `<b>`\n"
    )
    document = read(tmp_path, text)
    assert blocks(document)[0] == "CO2 of <name of entity> here.\nNext"
    assert blocks(document)[1] == "Kept & shown"
    assert blocks(document)[2] == "a picture <b>"
    assert "alert" not in document.text
    assert "hidden" not in document.text


def test_raised_type_never_becomes_part_of_a_figure(tmp_path: Path) -> None:
    text = "9.8<sup>1</sup> million, 10<sup>6</sup>, km<sup>2</sup>\n\n|a|\n|-|\n|5<sup>2</sup>|\n"
    assert read(tmp_path, text).text == "9.8 1 million, 10 6, km2\n\na: 5 2"


def test_front_matter_overrides_the_catalogue_and_the_catalogue_fills_it(tmp_path: Path) -> None:
    source = Source(id="brief", title="Catalogue title", publisher="Office", year=2018)
    text = "---\nid: brief\nedition: digest\nnote: Short.\n---\n# Own title\n\nText here.\n"
    document = read(tmp_path, text, source=source)
    assert document.id == "brief"
    assert document.source.title == "Catalogue title"
    assert (document.source.publisher, document.source.year) == ("Office", 2018)
    assert (document.source.edition, document.source.note) == (Edition.DIGEST, "Short.")
    assert document.text.startswith("Own title")


def test_without_a_source_the_file_speaks_for_itself(tmp_path: Path) -> None:
    document = read(tmp_path, "# Estrategia\n\nLa estrategia nacional de inteligencia es nueva.\n")
    assert document.source == Source(id="a-note", title="Estrategia", language="es")
    assert read(tmp_path, "no heading at all").source.title == "a note"


def test_a_leading_rule_is_no_front_matter(tmp_path: Path) -> None:
    assert read(tmp_path, "---\n\nOnly text\n\n---\n\nMore\n").text == "Only text\n\nMore"


@pytest.mark.parametrize(
    ("front", "word"),
    [
        ("a: [1", "not YAML"),
        ("year: 2020-02-31", "not YAML"),
        ("a: &x [1]\nb: *x", "plain values"),
        ("a: " + "[" * 2000, "plain values"),
        ("a: !!python/object/apply:os.system ['true']", "plain values"),
        ("id: !!int ''", "plain values"),
        ("a: 1" + ":59" * 300 + ".5", "not YAML"),
        ("colour: red", "unknown key"),
        ("year: soon", "year"),
    ],
)
def test_bad_front_matter_is_one_clear_line(tmp_path: Path, front: str, word: str) -> None:
    with pytest.raises(ReadError, match=word) as caught:
        read(tmp_path, f"---\n{front}\n---\ntext\n")
    assert caught.value.subject == "a-note.md"
    assert "\n" not in str(caught.value)


WORDS = st.lists(st.from_regex(r"[a-záéñü]{2,9}", fullmatch=True), min_size=1, max_size=6)
INLINE = st.sampled_from(["{}", "**{}**", "*{}*", "`{}`", "[{}](http://x.y)", "~~{}~~", "{}\\*"])
LINE = st.tuples(WORDS, INLINE).map(lambda pair: " ".join(pair[1].format(w) for w in pair[0]))
BLOCK = st.tuples(
    st.sampled_from(
        ["{}", "# {}", "### {}", "- {}", "1. {}", "  - {}", "> {}", "    {}", "```\n{}\n```",
         "|{}|b|\n|-|-|\n|c|{}|", "- # {}", "> 1. {}\n>\n>    {}", "[^a]: {}", "<div>{}</div>"]
    ),
    LINE,
).map(lambda pair: pair[0].replace("{}", pair[1]))  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(BLOCK, st.sampled_from(["\n", "\n\n"])), min_size=1, max_size=7))
def test_every_visible_word_survives_any_markdown(parts: list[tuple[str, str]]) -> None:
    raw = "".join(block + gap for block, gap in parts)
    text, pages, found = assemble([Sheet(tuple(markdown_pieces(raw)))])
    visible = raw.replace("http://x.y", " ").replace("<div>", " ").replace("</div>", " ")
    wanted = "".join(c if c.isalpha() else " " for c in visible).split()
    kept = "".join(c if c.isalpha() else " " for c in text).split()
    assert set(wanted) - set(kept) == set()
    assert "".join(page.span.of(text) for page in pages) == text
    assert all(block.span.of(text).strip() for block in found)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab#*_-`[]()<>|\\!&;:1.\n \t~=+^\"'", max_size=80))
def test_any_text_is_read_without_an_error(raw: str) -> None:
    text, pages, found = assemble([Sheet(tuple(markdown_pieces(raw)))])
    assert "".join(page.span.of(text) for page in pages) == text
    assert all(block.span.of(text).strip() for block in found)
