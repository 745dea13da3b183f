"""The reading report and its command."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdf_maker import Put, column, make_pdf
from strategy_qa import cli
from strategy_qa.corpus.readers import read_document
from strategy_qa.corpus.report import garbled_share, read_files, read_report
from strategy_qa.errors import ReadError
from strategy_qa.types import BlockKind

SPANISH = "La estrategia nacional propone cuatro acciones para el país."
ENGLISH = "The national strategy proposes four actions for the country."


@pytest.fixture
def report_pdf(tmp_path: Path) -> Path:
    pages = [
        [Put(20, 20, "The Plan", 20), *column([ENGLISH], y=40)],
        column([SPANISH]),
        [],
    ]
    path = tmp_path / "plan.pdf"
    path.write_bytes(make_pdf(pages, roman=1))
    return path


def call(*arguments: object) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["strategy-qa", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return int(ended.value.code or 0)


def test_pages_and_document_are_described(report_pdf: Path) -> None:
    document = read_document(report_pdf)
    report = read_report(document)
    assert (report.id, report.title, report.characters) == ("plan", "The Plan", len(document.text))
    assert report.blocks == {BlockKind.HEADING: 1, BlockKind.PARAGRAPH: 2}
    assert [page.number for page in report.pages] == [1, 2, 3]
    assert [page.label for page in report.pages] == ["i", "1", "2"]
    assert [page.language for page in report.pages] == ["en", "es", ""]
    assert [page.characters for page in report.pages] == [len(f"The Plan\n\n{ENGLISH}"),
                                                          len(SPANISH), 0]  # fmt: skip
    assert report.pages[0].blocks == {BlockKind.HEADING: 1, BlockKind.PARAGRAPH: 1}
    assert report.pages[2].blocks == {}
    assert not any(page.scanned or page.ocr or page.garbled for page in report.pages)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("", 0),
        ("Plain text, 5 % of 3 + 4 = 7 • and ☑ $ 12", 0),
        ("El año próximo: ¿qué?", 0),
        ("\ufffd\ufffdab", 0.5),
        ("\uf0b7 abc", 0.25),
        ("\ue001\ue002\ue003", 1),
        ("∎ abc", 0.25),
        ("a∎b", 0),
    ],
)
def test_what_nobody_can_read_is_garbled(text: str, share: float) -> None:
    assert garbled_share(text) == pytest.approx(share)


@given(st.text())
def test_the_share_is_a_share(text: str) -> None:
    assert 0 <= garbled_share(text) <= 1


def test_a_file_that_fails_is_a_value_among_the_others(report_pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    first, second = read_files((tmp_path / "bad.pdf", report_pdf))
    assert isinstance(first.result, ReadError)
    assert second.result == read_report(read_document(report_pdf))


def test_the_command_prints_a_table_and_a_line_for_each_failure(
    report_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("read", report_pdf, tmp_path / "none\n.pdf", report_pdf) == 1
    out, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert r"none\n.pdf: cannot be opened (No such file or directory)" in err
    assert out.count("id plan, language es, 3 pages") == 2
    rows = [line.split() for line in out.splitlines() if line.startswith("  ")]
    assert ["1", "i", "70", "en", "0.0%", "1", "heading,", "1", "paragraph"] in rows
    assert ["3", "2", "0", "0.0%", "empty"] in rows
    starts = {line.index("0.0%") for line in out.splitlines() if "0.0%  " in line}
    assert len(starts) == 1


def test_the_command_prints_one_object_a_line(
    report_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("read", report_pdf, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["file"], found["id"], len(found["pages"])) == (str(report_pdf), "plan", 3)
    assert found["pages"][1]["blocks"] == {"paragraph": 1}
    assert call("read", tmp_path / "none.pdf", report_pdf, "--json") == 1
    failed, good = map(json.loads, capsys.readouterr().out.splitlines())
    assert "No such file" in failed["error"]
    assert good == found
