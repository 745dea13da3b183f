"""Tables of PDF files: which figure stands under which name, and which words are left alone."""

from collections.abc import Sequence
from pathlib import Path

import pytest

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


def test_a_row_whose_words_go_on_below_names_no_column(tmp_path: Path) -> None:
    table = [
        *line(70, (20, "Product"), (60, "Use"), (125, "2022"), (150, "2021")),
        *line(76, (20, "Alpha"), (60, "Against pain and")),
        *line(82, (60, "fever, for the young"), (125, "47.1"), (150, "44.0")),
        *line(88, (20, "Beta"), (60, "Against cold"), (125, "67.1"), (150, "64.0")),
    ]
    found = rows(tmp_path, table)
    assert "Beta | Against cold | 67.1 | 64.0" in found
    assert not any("Alpha:" in row or "Use Against" in row for row in found)
