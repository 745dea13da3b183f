"""Tables of PDF files: which figure stands under which name, and which words are left alone."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from fpdf import FPDF

from pdf_maker import Put, column, make_pdf
from reading_rules import blocks, check_spans
from strategy_qa.corpus.readers import read_document
from strategy_qa.types import BlockKind

PROSE = [f"Line {n} of running text, long enough to be told from a heading." for n in range(6)]
Rules = Sequence[tuple[float, float, float, float]]


def rows(folder: Path, table: Sequence[Put], *, rules: Rules = ()) -> list[str]:
    """The lines of the tables that are read of one page."""
    path = folder / "a.pdf"
    path.write_bytes(make_pdf([[*column(PROSE), *table, *column(PROSE, y=160)]], rules=rules))
    document = check_spans(read_document(path))
    shown = "".join(put.text for put in table if put.text.isalnum())
    assert set(shown) <= set(document.text)
    return [row for text in blocks(document, BlockKind.TABLE) for row in text.split("\n")]


def line(y: float, *cells: tuple[float, str], bold: bool = False) -> list[Put]:
    return [Put(x, y, text, bold=bold) for x, text in cells]


YEARS = line(76, (20, "Sector"), (70, "2022"), (95, "2021"), (125, "2022"), (150, "2021"))
FIGURES = [
    *line(82, (20, "Law"), (70, "12.5"), (95, "11.0"), (125, "47.1"), (150, "44.0")),
    *line(88, (20, "Trade"), (70, "17.5"), (95, "16.0"), (125, "67.1"), (150, "64.0")),
]


def test_a_name_in_the_middle_of_a_group_names_the_group(tmp_path: Path) -> None:
    over = line(68, (82, "Q4"), (133, "Full year"))
    assert rows(tmp_path, [*over, *YEARS, *FIGURES]) == [
        "Sector: Law; Q4 [2022: 12.5; 2021: 11.0]; Full year [2022: 47.1; 2021: 44.0]",
        "Sector: Trade; Q4 [2022: 17.5; 2021: 16.0]; Full year [2022: 67.1; 2021: 64.0]",
    ]


def test_a_rule_tells_how_far_a_name_reaches(tmp_path: Path) -> None:
    over = line(68, (70, "Q4"), (125, "Full year"))  # not in the middle
    rules = [(69, 70, 108, 70), (124, 70, 163, 70)]
    assert rows(tmp_path, [*over, *YEARS, *FIGURES], rules=rules)[0] == (
        "Sector: Law; Q4 [2022: 12.5; 2021: 11.0]; Full year [2022: 47.1; 2021: 44.0]"
    )


def test_what_is_in_doubt_names_nothing(tmp_path: Path) -> None:
    over = line(68, (70, "Q4"), (125, "Full year"))
    found = rows(tmp_path, [*over, *YEARS, *FIGURES])
    assert "Law | 12.5 | 11.0 | 47.1 | 44.0" in found
    assert not any("Q4 [" in row or "Q4, " in row for row in found)


def test_names_of_several_lines(tmp_path: Path) -> None:
    names = [
        *line(68, (70, "Jobs at"), (110, "Share of")),
        *line(72.5, (20, "Sector"), (70, "high risk"), (110, "all jobs")),
    ]
    body = [
        *line(80, (20, "Manufacturing"), (70, "2,809,944"), (110, "64"), (117, "%")),
        *line(86, (20, "Law"), (70, "47,047"), (110, "12"), (117, "%")),
    ]
    assert rows(tmp_path, [*names, *body]) == [
        "Sector: Manufacturing; Jobs at high risk: 2,809,944; Share of all jobs: 64 %",
        "Sector: Law; Jobs at high risk: 47,047; Share of all jobs: 12 %",
    ]


def test_long_labels_and_groups(tmp_path: Path) -> None:
    table = [
        *line(70, (100, "2022"), (130, "2021")),
        *line(76, (20, "Public spending:")),
        *line(82, (24, "Purchase of property and")),
        *line(86.5, (24, "other equipment"), (100, "527"), (130, "526")),
        *line(92, (24, "Wages"), (100, "118"), (130, "(30)")),
        *line(98, (20, "Total"), (100, "645"), (130, "496")),
    ]
    assert rows(tmp_path, table) == [
        "Public spending:",
        "Public spending, Purchase of property and other equipment; 2022: 527; 2021: 526",
        "Public spending, Wages; 2022: 118; 2021: (30)",
        "Total; 2022: 645; 2021: 496",
    ]


def test_an_empty_cell_moves_no_figure(tmp_path: Path) -> None:
    table = [
        *line(70, (20, "Sector"), (70, "Jobs"), (110, "Cost")),
        *line(76, (20, "Law"), (110, "$"), (116, "12")),
        *line(82, (20, "Trade"), (70, "99"), (110, "$"), (116, "(3)")),
        *line(88, (20, "Health"), (70, "17")),
    ]
    assert rows(tmp_path, table) == [
        "Sector: Law; Cost: $ 12",
        "Sector: Trade; Jobs: 99; Cost: $ (3)",
        "Sector: Health; Jobs: 17",
    ]


def test_a_table_without_names_has_none(tmp_path: Path) -> None:
    table = [
        *line(70, (20, "Law"), (70, "47,047"), (110, "12")),
        *line(76, (20, "Trade"), (70, "2,809,944"), (110, "64")),
    ]
    assert rows(tmp_path, table) == ["Law | 47,047 | 12", "Trade | 2,809,944 | 64"]


GRID = [(20, y, 170, y) for y in (70, 80, 105, 130)] + [(x, 70, x, 130) for x in (20, 60, 125, 170)]
PARTS = ["the teachers of", "every public", "school learn", "to teach data"]


@pytest.mark.parametrize("bold", [True, False])
def test_drawn_cells_hold_their_lines_together(tmp_path: Path, bold: bool) -> None:
    table = [
        *line(76, (22, "Goal"), (62, "Action"), (127, "When"), bold=bold),
        *[Put(62, 85 + 5 * n, text) for n, text in enumerate(PARTS)],
        *line(85, (22, "Skills for all"), (127, "by 2020")),
        *line(110, (22, "Open data"), (62, "Publish data sets"), (127, "by 2022")),
    ]
    action = " ".join(PARTS)
    assert rows(tmp_path, table, rules=GRID) == (
        [
            f"Goal: Skills for all; Action: {action}; When: by 2020",
            "Goal: Open data; Action: Publish data sets; When: by 2022",
        ]
        if bold
        else [
            "Goal | Action | When",
            f"Skills for all | {action} | by 2020",
            "Open data | Publish data sets | by 2022",
        ]
    )


def test_a_drawn_table_is_never_taken_for_columns_of_prose(tmp_path: Path) -> None:
    left = "The ministry of economy takes the lead in this"
    right = "and reports on it every year to the congress"
    ys = [66 + 9 * n for n in range(11)]
    rules = [(20, y, 190, y) for y in ys] + [(x, 66, x, ys[-1]) for x in (20, 105, 190)]
    table = [
        put
        for n, y in enumerate(ys[:-1])
        for put in line(y + 6, (22, f"{left} {n}"), (107, f"{right} {n}"))
    ]
    assert rows(tmp_path, table, rules=rules)[3] == f"{left} 3 | {right} 3"


def test_a_table_with_few_rules_is_read_by_its_lines(tmp_path: Path) -> None:
    rules = [(18, y, 180, y) for y in (62, 71, 84, 90)] + [(110, 62, 110, 90)]
    over = line(68, (82, "Q4"), (133, "Full year"))
    assert rows(tmp_path, [*over, *YEARS, *FIGURES], rules=rules)[0] == (
        "Sector: Law; Q4 [2022: 12.5; 2021: 11.0]; Full year [2022: 47.1; 2021: 44.0]"
    )


NAMED = [
    "Sector: Law; Q4 [2022: 12.5; 2021: 11.0]; Full year [2022: 47.1; 2021: 44.0]",
    "Sector: Trade; Q4 [2022: 17.5; 2021: 16.0]; Full year [2022: 67.1; 2021: 64.0]",
]


def test_names_that_the_file_lists_after_the_rows_stand_over_them(tmp_path: Path) -> None:
    over = line(68, (82, "Q4"), (133, "Full year"))
    note = line(96, (20, "Percentages may not add up to one hundred."))
    assert rows(tmp_path, [*YEARS, *FIGURES, *note, *over]) == NAMED


def test_what_is_listed_late_beside_a_table_stays_where_it_is_listed(tmp_path: Path) -> None:
    late = line(68, (20, "A remark"))  # over the labels, not over figures
    path = tmp_path / "a.pdf"
    page = [*column(PROSE), *YEARS, *FIGURES, *column(PROSE, y=160), *late]
    path.write_bytes(make_pdf([page]))
    text = read_document(path).text
    assert text.index("A remark") > text.rindex("Line 5")


def test_lines_of_a_name_that_are_listed_together_are_one_name(tmp_path: Path) -> None:
    # "Other income" stands over its column and in the middle of all three.
    names = [
        *line(72, (60, "Cost of")), *line(77, (60, "sales")),
        *line(72, (93, "Other")), *line(77, (92, "income")),
        *line(67, (122, "Earnings of")), *line(72, (122, "Example Inc.")), *line(77, (122, "net")),
    ]  # fmt: skip
    figures = [
        *line(83, (20, "Law"), (60, "12.5"), (93, "11.0"), (124, "47.1")),
        *line(89, (20, "Trade"), (60, "17.5"), (93, "16.0"), (124, "67.1")),
    ]
    assert rows(tmp_path, [*names, *figures]) == [
        "Law; Cost of sales: 12.5; Other income: 11.0; Earnings of Example Inc. net: 47.1",
        "Trade; Cost of sales: 17.5; Other income: 16.0; Earnings of Example Inc. net: 67.1",
    ]


def test_words_beside_figures_begin_no_new_table(tmp_path: Path) -> None:
    table = [
        *line(76, (20, "Product"), (60, "Use"), (125, "2022"), (150, "2021")),
        *line(82, (20, "Alpha"), (60, "Against pain"), (125, "47.1"), (150, "44.0")),
        *line(88, (60, "and fever, for the young")),
        *line(94, (20, "Beta"), (60, "Against cold"), (125, "67.1"), (150, "64.0")),
    ]
    found = rows(tmp_path, table)
    assert "Product: Beta; Use: Against cold; 2022: 67.1; 2021: 64.0" in found


def test_a_name_without_a_rule_is_over_columns_named_as_those_that_have_one(tmp_path: Path) -> None:
    years = line(76, (20, "Sector"), (70, "A"), (85, "B"), (100, "C"), (125, "A"), (140, "B"),
                 (155, "C"))  # fmt: skip
    figures = [
        *line(82, (20, "Law"), *((x, f"{x % 61}.5") for x in (70, 85, 100, 125, 140, 155))),
        *line(88, (20, "Trade"), *((x, f"{x % 61}.1") for x in (70, 85, 100, 125, 140, 155))),
    ]
    over = line(68, (86, "Q4"), (140, "Year"))
    rules = [(124, 70, 165, 70)]  # the other one's rule runs below the whole table
    assert rows(tmp_path, [*over, *years, *figures], rules=rules)[0] == (
        "Sector: Law; Q4 [A: 9.5; B: 24.5; C: 39.5]; Year [A: 3.5; B: 18.5; C: 33.5]"
    )


def test_the_mark_of_a_note_stays_behind_the_words_it_marks(tmp_path: Path) -> None:
    marks = [Put(30, 80.5, "(a)", size=6), Put(73.5, 74.5, "(b)", size=6)]
    names = line(76, (20, "Sector"), (65, "2022"), (95, "2021"))
    figures = [
        *line(82, (20, "Trade"), (65, "12.5"), (95, "11.0")),
        *line(88, (20, "Law"), (65, "17.5"), (95, "16.0")),
    ]
    assert rows(tmp_path, [*names, *figures, *marks]) == [
        "Sector: Trade (a); 2022: 12.5; 2021: 11.0",
        "Sector: Law; 2022: 17.5; 2021: 16.0",
    ]


def test_a_row_of_figures_in_small_type_is_no_row_of_marks(tmp_path: Path) -> None:
    small = [Put(x, 90, f"{x}", size=7) for x in (95, 125, 150)]
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf([[*column(PROSE), *small, *column(PROSE, y=160)]]))
    document = read_document(path)
    assert not [text for text in blocks(document, BlockKind.BOILERPLATE) if "125" in text]


def test_a_row_whose_words_stand_far_from_its_figures_names_no_column(tmp_path: Path) -> None:
    table = [
        *line(70, (20, "Product"), (60, "Use"), (125, "2022"), (150, "2021")),
        *line(76, (20, "Alpha"), (60, "Against pain and")),
        *line(85, (60, "fever, for the young"), (125, "47.1"), (150, "44.0")),
        *line(91, (20, "Beta"), (60, "Against cold"), (125, "67.1"), (150, "64.0")),
    ]
    found = rows(tmp_path, table)
    assert "Beta | Against cold | 67.1 | 64.0" in found
    assert not any("Alpha:" in row or "Use Against" in row for row in found)


# Tables as reports have them: cells of several lines, written by a library that lists each whole.

SECTORS = [
    ("Subsector", "Empleos en alto riesgo", "Parte del empleo total", "Inversión (mdp)"),
    ("Industria manufacturera y ensamble de equipo de transporte", "2,809,944", "64.1%", "$1,250"),
    ("Servicios de salud, públicos y privados, en zonas urbanas", "99,001", "n.d.", "$45.2"),
    ("Total nacional", "4,954,365", "41.7%", "$2,275"),
]
ACTIONS = [
    ("Goal", "Action", "Lead agency", "Budget (USD million)", "Year"),
    ("Skills", "Teach data literacy in every public school and train teachers",
     "Ministry of Education", "125.0", "2020"),
    ("Open data", "Publish data sets in open formats", "Digital Agency", "8.5", "2021"),
]  # fmt: skip


def report(folder: Path, cells: Sequence[Sequence[str]], borders: str, align: str) -> list[str]:
    """The lines of the tables of a page with a table between two paragraphs."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    pdf.multi_cell(0, 5, " ".join(PROSE))
    pdf.ln(4)
    widths = (52, 30, 35, 40) if len(cells[0]) == 4 else (22, 60, 38, 30, 15)
    sides = ["LEFT", *("RIGHT" if text[-1] in "%0123456789" else "LEFT" for text in cells[1][1:])]
    with pdf.table(
        borders_layout=borders, v_align=align, col_widths=widths, text_align=sides, padding=1.2,
        line_height=4.6,
    ) as table:  # fmt: skip
        for row in cells:
            table.row(row)
    pdf.ln(4)
    pdf.multi_cell(0, 5, " ".join(PROSE))
    path = folder / "a.pdf"
    path.write_bytes(bytes(pdf.output()))
    document = check_spans(read_document(path))
    return [row for text in blocks(document, BlockKind.TABLE) for row in text.split("\n")]


@pytest.mark.parametrize("align", ["TOP", "MIDDLE", "BOTTOM"])
@pytest.mark.parametrize("borders", ["NONE", "HORIZONTAL_LINES", "INTERNAL", "ALL"])
@pytest.mark.parametrize("cells", [SECTORS, ACTIONS], ids=["es", "en"])
def test_rows_of_several_lines_keep_label_and_names(
    tmp_path: Path, cells: Sequence[Sequence[str]], borders: str, align: str
) -> None:
    assert report(tmp_path, cells, borders, align) == [
        "; ".join(f"{name}: {cell}" for name, cell in zip(cells[0], row, strict=True))
        for row in cells[1:]
    ]


def test_figures_a_line_below_their_label_keep_it(tmp_path: Path) -> None:
    table = [
        *line(70, (20, "Product"), (60, "Use"), (125, "2022"), (150, "2021")),
        *line(76, (20, "Alpha"), (60, "Against pain and")),
        *line(80.5, (60, "fever, for the young")),
        *line(85, (125, "47.1"), (150, "44.0")),
        *line(91, (20, "Beta"), (60, "Against cold"), (125, "67.1"), (150, "64.0")),
    ]
    assert rows(tmp_path, table) == [
        "Product: Alpha; Use: Against pain and fever, for the young; 2022: 47.1; 2021: 44.0",
        "Product: Beta; Use: Against cold; 2022: 67.1; 2021: 64.0",
    ]


def test_a_rule_keeps_words_out_of_the_row_above(tmp_path: Path) -> None:
    table = [
        *line(70, (20, "Product"), (60, "Use"), (125, "2022"), (150, "2021")),
        *line(76, (20, "Total"), (125, "99.1"), (150, "88.0")),
        *line(80.5, (60, "Against pain")),
        *line(84.5, (20, "Alpha"), (125, "47.1"), (150, "44.0")),
        *line(91, (20, "Beta"), (60, "Against cold"), (125, "67.1"), (150, "64.0")),
    ]
    found = rows(tmp_path, table, rules=[(18, 77.2, 170, 77.2)])
    assert found[0] == "Product: Total; 2022: 99.1; 2021: 88.0"
    assert found[1] == "Product: Alpha; Use: Against pain; 2022: 47.1; 2021: 44.0"


def test_a_label_goes_on_below_its_figures(tmp_path: Path) -> None:
    table = [
        *line(70, (100, "2022"), (130, "2021")),
        *line(76, (20, "Compra de equipo y"), (100, "527"), (130, "526")),
        *line(80.5, (20, "otros bienes")),
        *line(88, (20, "Salarios"), (100, "118"), (130, "(30)")),
    ]
    assert rows(tmp_path, table) == [
        "Compra de equipo y otros bienes; 2022: 527; 2021: 526",
        "Salarios; 2022: 118; 2021: (30)",
    ]


LATER = [
    *line(110, (20, "Total"), (70, "29.5"), (125, "110.1")),
    *line(116, (20, "Share"), (70, "1.5"), (125, "4.1"), (150, "4.0")),
]
LATER_NAMED = [
    "Sector: Total; Q4, 2022: 29.5; Full year, 2022: 110.1",
    "Sector: Share; Q4, 2022: 1.5; Full year [2022: 4.1; 2021: 4.0]",
]
OVER = line(68, (82, "Q4"), (133, "Full year"))


@pytest.mark.parametrize("between", ["", "Of which abroad"])
def test_a_table_goes_on_under_its_names_after_a_gap(tmp_path: Path, between: str) -> None:
    heading = [Put(20, 100, between)] * bool(between)
    found = rows(tmp_path, [*OVER, *YEARS, *FIGURES, *heading, *LATER])
    assert found[-2:] == LATER_NAMED


@pytest.mark.parametrize("between", ["Table 7. Another one", "This is not so in the next rows."])
def test_another_table_takes_no_names(tmp_path: Path, between: str) -> None:
    found = rows(tmp_path, [*OVER, *YEARS, *FIGURES, Put(20, 100, between), *LATER])
    assert found[-2:] == ["Total | 29.5 | 110.1", "Share | 1.5 | 4.1 | 4.0"]


def test_columns_at_other_places_take_no_names(tmp_path: Path) -> None:
    other = [
        *line(110, (20, "Total"), (86, "29.5"), (139, "110.1")),
        *line(116, (20, "Share"), (86, "1.5"), (139, "4.1")),
    ]
    found = rows(tmp_path, [*OVER, *YEARS, *FIGURES, *other])
    assert found[-2:] == ["Total | 29.5 | 110.1", "Share | 1.5 | 4.1"]


@pytest.mark.parametrize("ruled", [False, True])
def test_a_table_goes_on_over_the_end_of_a_page(tmp_path: Path, ruled: bool) -> None:
    header = line(75, (22, "Sector"), (72, "Jobs"), (122, "Cost"), bold=True)
    places = [(85 + 10 * n, n) for n in range(3)]
    cells = {x: [line(y, (22, f"{x}{n}"), (72, f"1{n}.5"), (122, f"2{n}.5")) for y, n in places]
             for x in "AB"}  # fmt: skip
    first = [*column(PROSE), *header, *itertools.chain(*cells["A"])]
    then = [*itertools.chain(*cells["B"])]
    rules = [(20, y, 170, y) for y in (70, 79, 89, 99, 109)] if ruled else []
    rules += [(x, 70, x, 109) for x in (20, 70, 120, 170)] if ruled else []
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf([first, then], rules=rules))
    text = read_document(path).text
    assert "Sector: B2; Jobs: 12.5; Cost: 22.5" in text


def test_rates_in_the_first_column_are_named(tmp_path: Path) -> None:
    table = [
        *line(70, (20, "Interest rate"), (70, "Maturity"), (125, "Principal")),
        *line(76, (20, "4.65%"), (70, "May 19, 2025"), (125, "3,000")),
        *line(82, (20, "4.45%"), (70, "May 19, 2026"), (125, "4,000")),
    ]
    assert rows(tmp_path, table)[0] == (
        "Interest rate: 4.65%; Maturity: May 19, 2025; Principal: 3,000"
    )


def test_two_lines_of_the_name_of_a_group(tmp_path: Path) -> None:
    over = [*line(64, (82, "Fourth")), *line(68, (80, "quarter"), (133, "Full year"))]
    rules = [(69, 70, 108, 70), (124, 70, 163, 70)]
    assert rows(tmp_path, [*over, *YEARS, *FIGURES], rules=rules)[0] == (
        "Sector: Law; Fourth quarter [2022: 12.5; 2021: 11.0]; Full year [2022: 47.1; 2021: 44.0]"
    )


def test_the_last_line_of_a_paragraph_is_no_name(tmp_path: Path) -> None:
    wide = "The shareholders approved on an advisory basis the holding of a vote every single"
    table = [
        *column([wide, "year:"], y=66),
        *line(77, (20, "One year"), (125, "994,856")),
        *line(82, (20, "Two years"), (125, "4,331")),
    ]
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf([[*column(PROSE), *table, *column(PROSE, y=160)]]))
    assert f"{wide} year:" in read_document(path).text


def test_a_column_of_nothing_between_two_tables_names_nothing(tmp_path: Path) -> None:
    xs = (20, 60, 95, 100, 140)  # the third is a gap
    rules = [(20, y, 140, y) for y in (70, 80, 90, 100)] + [(x, 70, x, 100) for x in xs]
    table = [
        *line(76, (22, "Sector"), (62, "Jobs"), (102, "Cost"), bold=True),
        *line(86, (22, "Law"), (62, "12.5"), (102, "$ 3")),
        *line(96, (22, "Trade"), (62, "17.5"), (102, "$ 4")),
    ]
    assert rows(tmp_path, table, rules=rules) == [
        "Sector: Law; Jobs: 12.5; Cost: $ 3",
        "Sector: Trade; Jobs: 17.5; Cost: $ 4",
    ]


def test_texts_beside_each_other_are_no_rows(tmp_path: Path) -> None:
    # Two boxes of text, listed one after the other, with a figure in neither.
    left = [Put(20, 70 + 5 * n, f"Left box line {n} of its words") for n in range(4)]
    right = [Put(110, 70 + 5 * n, f"Right box line {n} of others") for n in range(4)]
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf([[*column(PROSE), *left, *right, *column(PROSE, y=160)]]))
    text = " ".join(read_document(path).text.split())
    assert "Left box line 0 of its words Left box line 1" in text


def test_a_cell_as_tall_as_several_rows_is_in_each_of_them(tmp_path: Path) -> None:
    xs = [(20, 45), (50, 75), (80, 100), (105, 130), (135, 160)]
    table = [
        *line(69, (22, "Product"), (52, "Period"), (82, "Region"), (107, "Jobs"), (137, "Cost")),
    ]
    rules = [(19, 64, 161, 64)] + [(a, 71, b, 71) for a, b in xs]
    for n, (product, period) in enumerate(
        [("Alpha", "Q1"), ("Alpha", "Q2"), ("Beta", "Q1"), ("Beta", "Q2")]
    ):
        top = 71 + 14 * n
        table += line(top + 5, (82, "North"), (107, f"{n}1.5"), (137, f"{n}3.5"))
        table += line(top + 12, (82, "South"), (107, f"{n}2.5"), (137, f"{n}4.5"))
        table += line(top + 8.5, (52, period))
        table += line(top + 15, (22, product)) if n % 2 == 0 else []
        ruled = xs if n % 2 else xs[1:]
        rules += [(a, top + 14, b, top + 14) for a, b in ruled]
    found = rows(tmp_path, table, rules=rules)
    assert len(found) == 8
    assert found[1] == "Product: Alpha; Period: Q1; Region: South; Jobs: 02.5; Cost: 04.5"
    assert found[6] == "Product: Beta; Period: Q2; Region: North; Jobs: 31.5; Cost: 33.5"
