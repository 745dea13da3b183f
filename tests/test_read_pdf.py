import io
import random
from pathlib import Path
from threading import Thread

import pypdf
import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from pdf_maker import Put, column, make_pdf
from reading_rules import blocks, check_spans, outline
from strategy_qa.corpus.readers import read_document
from strategy_qa.corpus.readers.assemble import assemble
from strategy_qa.corpus.readers.pdf import read_pdf
from strategy_qa.errors import ReadError
from strategy_qa.types import BlockKind, Document

PROSE = [
    "The national strategy sets out how the public offices will work with data and",
    "with artificial intelligence during the years to come, and who answers for it.",
]


def read(folder: Path, data: bytes) -> Document:
    path = folder / "report.pdf"
    path.write_bytes(data)
    return check_spans(read_document(path))


TOPICS = ["health", "education", "justice", "transport", "energy", "farming", "housing"]


def test_every_text_stands_on_its_page_under_its_label(tmp_path: Path) -> None:
    pages = [column([f"What is said of {topic} stands here and nowhere else."]) for topic in TOPICS]
    document = read(tmp_path, make_pdf(pages, roman=3))
    assert [page.label for page in document.pages] == ["i", "ii", "iii", "1", "2", "3", "4"]
    for number, topic in enumerate(TOPICS, 1):
        assert document.page_at(document.text.index(topic)).number == number


def test_without_labels_pages_have_none(tmp_path: Path) -> None:
    document = read(tmp_path, make_pdf([column(["One"]), column(["Two"])]))
    assert [page.label for page in document.pages] == ["", ""]


def test_lines_become_paragraphs_and_never_cross_a_page(tmp_path: Path) -> None:
    lines = [*PROSE, "It ends here."]
    document = read(
        tmp_path, make_pdf([column(lines) + column(PROSE, y=60), column(["goes on there."])])
    )
    assert blocks(document) == [" ".join(lines), " ".join(PROSE), "goes on there."]


def test_an_indent_or_a_short_last_line_ends_a_paragraph(tmp_path: Path) -> None:
    short = column([*PROSE, "A short end.", *PROSE])
    indented = [*column(PROSE, y=100), Put(26, 110, PROSE[0][:70]), Put(20, 115, PROSE[1])]
    document = read(tmp_path, make_pdf([short + indented]))
    joined = " ".join(PROSE)
    assert blocks(document) == [
        f"{joined} A short end.",
        joined,
        joined,
        f"{PROSE[0][:70]} {PROSE[1]}",
    ]


def test_hyphens_at_line_ends_follow_the_documents_words(tmp_path: Path) -> None:
    lines = [
        "El gobierno prepara una estrategia a largo-plazo para la investigación y la",
        "formación. La investiga-",
        "ción y la forma-",
        "ción dependen del gobier-",
        "no, que mira a largo-",
        "plazo.",
    ]
    text = read(tmp_path, make_pdf([column(lines)])).text
    assert text.endswith(
        "La investigación y la formación dependen del gobierno, que mira a largo-plazo."
    )


def test_a_word_broken_over_a_page_keeps_its_hyphen(tmp_path: Path) -> None:
    text = read(tmp_path, make_pdf([column(["the long govern-"]), column(["ment text"])])).text
    assert text == "the long govern-\n\nment text"


def test_running_lines_and_page_numbers_are_boilerplate(tmp_path: Path) -> None:
    bodies = [
        f"Spending on {topic} grew by {n}7 percent in 201{n}." for n, topic in enumerate(TOPICS)
    ]
    pages = [
        [Put(20, 12, "National AI Strategy"), *column([body]), Put(100, 285, str(number))]
        for number, body in enumerate(bodies, 1)
    ]
    document = read(tmp_path, make_pdf(pages))
    assert blocks(document, BlockKind.PARAGRAPH) == bodies
    assert blocks(document, BlockKind.BOILERPLATE)[:2] == ["National AI Strategy", "1"]


def test_like_sentences_about_unlike_years_are_no_running_lines(tmp_path: Path) -> None:
    bodies = [f"Spending on schools in the year {2001 + 3 * n} went up." for n in range(8)]
    document = read(tmp_path, make_pdf([column([body]) for body in bodies]))
    assert blocks(document, BlockKind.PARAGRAPH) == bodies


def test_chapter_names_beside_the_page_number_are_boilerplate(tmp_path: Path) -> None:
    pages = [
        [Put(20, 12, f"{number} On {topic}"), *column([f"The text speaks of {topic} here."])]
        for number, topic in enumerate(TOPICS, 1)
    ]
    document = read(tmp_path, make_pdf(pages))
    assert blocks(document, BlockKind.PARAGRAPH) == [
        f"The text speaks of {t} here." for t in TOPICS
    ]


def test_a_repetitive_short_document_keeps_its_body(tmp_path: Path) -> None:
    pages = [[*column(["The same sentence stands here."]), Put(100, 285, str(n))] for n in (1, 2)]
    document = read(tmp_path, make_pdf(pages))
    assert blocks(document, BlockKind.PARAGRAPH) == ["The same sentence stands here."] * 2
    assert blocks(document, BlockKind.BOILERPLATE) == ["1", "2"]


def test_headings_by_size_by_type_and_by_outline(tmp_path: Path) -> None:
    page = [
        Put(20, 20, "The National Strategy", 22),
        Put(20, 35, "1 Governance", 15),
        *column(PROSE, y=45),
        Put(20, 65, "Bodies in charge", 11, bold=True),
        *column(PROSE, y=72),
        Put(20, 95, "2 Listed in the outline"),
        *column(PROSE, y=105),
    ]
    data = make_pdf([page], outline=[("Listed in the Outline", 1)])
    found = [(level, text) for kind, level, text in outline(read(tmp_path, data)) if kind[0] == "h"]
    assert found == [
        (1, "The National Strategy"),
        (2, "1 Governance"),
        (3, "Bodies in charge"),
        (1, "2 Listed in the outline"),
    ]


def test_a_heading_of_two_lines_is_one_and_two_headings_are_two(tmp_path: Path) -> None:
    page = [
        Put(20, 20, "A strategy for the whole", 18),
        Put(20, 28, "of the country", 18),
        Put(20, 45, "FIRST PART", bold=True),
        Put(20, 50, "Bodies in charge", bold=True),
        *column(PROSE, y=56),
        Put(95, 80, "Jobs", bold=True),
    ]
    document = read(tmp_path, make_pdf([page]))
    assert blocks(document, BlockKind.HEADING) == [
        "A strategy for the whole of the country",
        "FIRST PART",
        "Bodies in charge",
    ]


def test_bold_list_items_are_no_headings(tmp_path: Path) -> None:
    page = [
        *column(PROSE, y=20),
        Put(20, 35, "- Sales rose to $2.35", bold=True),
        Put(24, 40, "over the whole year", bold=True),
    ]
    document = read(tmp_path, make_pdf([page]))
    assert outline(document)[1:] == [("list_item", 1, "- Sales rose to $2.35 over the whole year")]


def test_list_items_and_their_depth(tmp_path: Path) -> None:
    page = [
        *column(PROSE, y=20),
        Put(20, 35, "1. First of the measures, which is long enough to need a second line"),
        Put(26, 40, "before it ends"),
        Put(26, 45, "- a part of it"),
        Put(20, 50, "2. Second"),
    ]
    assert outline(read(tmp_path, make_pdf([page])))[1:] == [
        ("list_item", 1, f"{page[2].text} before it ends"),
        ("list_item", 2, "- a part of it"),
        ("list_item", 1, "2. Second"),
    ]


def test_a_table_keeps_its_rows(tmp_path: Path) -> None:
    page = [
        *column(PROSE),
        *(Put(90, 60, "Jobs"), Put(130, 60, "Cost")),
        *(Put(20, 66, "Manufacturing"), Put(90, 66, "2,809,944"), Put(130, 66, "$ 12")),
        *(Put(20, 72, "Law"), Put(90, 72, "47,047"), Put(130, 72, "$"), Put(142, 72, "(3)")),
        *column(PROSE, y=120),
    ]
    document = read(tmp_path, make_pdf([page]))
    assert blocks(document, BlockKind.TABLE) == [
        "Manufacturing; Jobs: 2,809,944; Cost: $ 12\nLaw; Jobs: 47,047; Cost: $ (3)"
    ]


def test_a_hyphen_in_a_table_stays(tmp_path: Path) -> None:
    page = [
        *(Put(20, 60, "Name"), Put(90, 60, "long-")),
        *(Put(20, 66, "Law"), Put(90, 66, "term plan")),
    ]
    text = read(tmp_path, make_pdf([page])).text
    assert text == "Name | long-\nLaw | term plan"


def test_words_are_mended_inside_columns(tmp_path: Path) -> None:
    left = ["what the new government says of the govern-", "ment before it, and its own"] * 5
    right = [f"right part {n} tells of law and work" for n in range(10)]
    lines = [
        Put(x, 30 + 5 * n, text, 9)
        for n, pair in enumerate(zip(left, right, strict=True))
        for x, text in zip((15, 110), pair, strict=True)
    ]
    text = read(tmp_path, make_pdf([lines])).text
    assert text == " ".join([*left, *right]).replace("govern- ment", "government")


@pytest.mark.parametrize("by_line", [True, False])
def test_two_columns_are_read_one_after_the_other(tmp_path: Path, by_line: bool) -> None:
    left = [Put(15, 30 + 5 * n, f"left part {n} speaks of data and skills", 9) for n in range(12)]
    right = [Put(110, 30 + 5 * n, f"right part {n} tells of law and work", 9) for n in range(12)]
    lines = [put for pair in zip(left, right, strict=True) for put in pair]
    text = read(tmp_path, make_pdf([lines if by_line else left + right])).text
    assert text == " ".join(put.text for put in left + right)


def test_the_mark_of_a_note_never_becomes_part_of_a_figure(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    pdf.text(20, 30, "In all 273,879,750")
    end = 20 + pdf.get_string_width("In all 273,879,750")
    pdf.set_font("Helvetica", size=6)
    pdf.text(end, 28.5, "1")
    pdf.set_font("Helvetica", size=11)
    pdf.text(end + 1.4, 30, " people live there, and 10")
    end += 1.4 + pdf.get_string_width(" people live there, and 10")
    pdf.set_font("Helvetica", size=7)
    pdf.text(end, 28.5, "6")
    assert read(tmp_path, bytes(pdf.output())).text == (
        "In all 273,879,750 1 people live there, and 10 6"
    )


def test_small_numbered_lines_are_notes_and_captions_are_captions(tmp_path: Path) -> None:
    page = [
        *column(PROSE),
        Put(20, 60, "Table 3: Jobs by sector"),
        Put(20, 270, "1 See the report of 2018 for the method.", 7),
        Put(20, 274, "2 Own estimate.", 7),
    ]
    assert outline(read(tmp_path, make_pdf([page])))[1:] == [
        ("caption", 0, "Table 3: Jobs by sector"),
        ("footnote", 0, "1 See the report of 2018 for the method."),
        ("footnote", 0, "2 Own estimate."),
    ]


def test_pages_shown_turned_are_read_like_any_other(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    for at, line in enumerate([*PROSE, "It ends here."]):
        with pdf.rotation(90, 100 + 5 * at, 250):
            pdf.text(100 + 5 * at, 250, line)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(bytes(pdf.output())))
    writer.pages[0].rotate(90)
    buffer = io.BytesIO()
    writer.write(buffer)
    assert read(tmp_path, buffer.getvalue()).text == " ".join([*PROSE, "It ends here."])


def test_metadata_fills_the_source(tmp_path: Path) -> None:
    source = read(tmp_path, make_pdf([column(PROSE)], title="Strategy 2018")).source
    assert (source.title, source.language) == ("Strategy 2018", "en")
    assert source.year is not None
    document = read(tmp_path, make_pdf([column(PROSE)], title="Microsoft Word - draft7.doc"))
    assert document.source.title != "Microsoft Word - draft7.doc"


def test_an_owner_password_alone_does_not_hinder_reading(tmp_path: Path) -> None:
    assert read(tmp_path, make_pdf([column(["Open text"])], owner="secret")).text == "Open text"


def scan_page(pdf: FPDF) -> None:
    from PIL import Image

    pdf.add_page()
    pdf.image(Image.new("L", (60, 80), 200), 0, 0, 210, 297)


def test_a_scanned_page_is_a_warning_and_a_scanned_file_an_error(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    pdf.text(20, 30, "Text on the first page")
    pdf.add_page()
    scan_page(pdf)
    document = read(tmp_path, bytes(pdf.output()))
    assert document.warnings[0].startswith("page 3 looks scanned: no text, or next to none")
    assert "strategy-qa[ocr]" in document.warnings[0]
    assert [len(page.span) for page in document.pages][1:] == [0, 0]
    scan = FPDF()
    scan_page(scan)
    with pytest.raises(ReadError, match="looks scanned") as caught:
        read(tmp_path, bytes(scan.output()))
    assert "OCR" in caught.value.remedy


def test_truncated_and_altered_files_never_escape_as_foreign_errors() -> None:
    data = make_pdf([column(PROSE), column(PROSE)], roman=1, outline=[("Part", 1)])
    chance = random.Random(7)
    refused = 0
    for cut in range(0, len(data), len(data) // 25):
        altered = bytearray(data)
        for _ in range(20):
            altered[chance.randrange(len(data))] = chance.randrange(256)
        for broken in (data[:cut], bytes(altered)):
            try:
                text, pages, _blocks = assemble(read_pdf(broken, subject="broken.pdf").sheets)
            except ReadError:
                refused += 1
            else:
                assert "".join(page.span.of(text) for page in pages) == text
    assert refused >= 10


def test_what_pdfium_refuses_the_second_reader_may_still_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdfium2

    def refuse(*_args: object, **_options: object) -> None:
        raise pypdfium2.PdfiumError("Failed to load document")

    monkeypatch.setattr("strategy_qa.corpus.readers.pdf.read_pages", refuse)
    document = read(tmp_path, make_pdf([column(PROSE), column(["Page two"])], roman=1))
    assert blocks(document) == [" ".join(PROSE), "Page two"]
    assert [page.label for page in document.pages] == ["i", "1"]
    assert "second reader" in document.warnings[-1]


def test_threads_may_read_at_the_same_time() -> None:
    data = make_pdf([column(PROSE * 10) for _ in range(6)])
    lengths: list[int] = []

    def work() -> None:
        for _ in range(4):
            lengths.append(len(assemble(read_pdf(data, subject="x.pdf").sheets)[0]))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lengths) == 16
    assert len(set(lengths)) == 1


WORD = st.from_regex(r"[A-Za-záéíóúñ]{1,9}|[1-9][0-9]{0,2}(,[0-9]{3})?", fullmatch=True)
# PDFium takes single letters that stand under each other for one word, so lines are longer.
LINE = st.lists(WORD, min_size=1, max_size=7).map(lambda words: " ".join(["Line", *words]))
LINES = st.lists(LINE, min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4))
def test_every_word_stays_on_its_page(pages: list[list[str]]) -> None:
    data = make_pdf([column(lines) for lines in pages])
    text, spans, _blocks = assemble(read_pdf(data, subject="random.pdf").sheets)
    for page, lines in zip(spans, pages, strict=True):
        assert sorted(page.span.of(text).split()) == sorted(" ".join(lines).split())
