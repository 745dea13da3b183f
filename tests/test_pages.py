from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf.generic import RectangleObject

from pdf_maker import Put, make_pdf
from strategy_qa.pages import PdfFiles, PictureError, Pictures
from strategy_qa.pages.picture import _MARK, Box, quote_boxes
from strategy_qa.pages.quotes import find_quote, occurrence, squash
from strategy_qa.types import Span

MM = 72 / 25.4  # points
A4 = (595.28, 841.89)
LINES = [
    Put(20, 40, "Automation reaches 9.8 million jobs."),
    Put(20, 100, "The plan names four steps and one"),
    Put(20, 106, "sub-commission of its own."),
    Put(20, 200, "Automation reaches 9.8 million jobs."),
    Put(20, 220, "Manufacturing"),
    Put(120, 220, "2,809,944"),
]


def changed(*, turn: int = 0, crop: tuple[float, float, float, float] | None = None) -> bytes:
    """The page turned clockwise and cropped to left, bottom, right, top in points."""
    writer = pypdf.PdfWriter(io.BytesIO(make_pdf([LINES])))
    page = writer.pages[0]
    if crop:
        page.cropbox = RectangleObject(crop)
    if turn:
        page.rotate(turn)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def boxes(data: bytes, quote: str, *, which: int = 0) -> tuple[Box, ...]:
    with pypdfium2.PdfDocument(data) as document:
        return quote_boxes(document[0], quote, which=which)


def test_a_quote_is_found_over_line_ends_and_other_hyphens() -> None:
    first, second = boxes(make_pdf([LINES]), "four steps and one sub‑commission of")
    assert first[1] < 100 * MM / A4[1] < first[3] + 0.002
    assert second[1] < 106 * MM / A4[1] < second[3] + 0.002
    assert second[0] == pytest.approx(20 * MM / A4[0], abs=0.005)
    assert first[0] > second[0]


def test_of_two_equal_sentences_the_cited_one_is_found() -> None:
    text = "Automation reaches 9.8 million jobs. Other.\nAutomation reaches 9.8 million jobs."
    at = text.rindex("Automation")
    which = occurrence(text, Span(at, len(text)), Span(0, len(text)))
    (box,) = boxes(make_pdf([LINES]), text[at:], which=which)
    assert box[1] < 200 * MM / A4[1] < box[3] + 0.002


def test_a_row_of_a_table_is_found_cell_by_cell() -> None:
    found = boxes(make_pdf([LINES]), "Sub-sector: Manufacturing; Jobs: 2,809,944")
    assert [round(box[0] * A4[0] / MM) for box in found] == [20, 120]
    assert boxes(make_pdf([LINES]), "Sub-sector: Construction; Jobs: 1") == ()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (30.0, 100.0, 500.0, 800.0)])
def test_boxes_follow_the_page_as_it_is_shown(
    turn: int, crop: tuple[float, float, float, float] | None
) -> None:
    left, bottom, right, top = crop or (0, 0, *A4)
    # Where the line starts, in shares of the sheet as it is not turned yet.
    x = (20 * MM - left) / (right - left)
    y = (100 * MM - (A4[1] - top)) / (top - bottom)
    (box,) = boxes(changed(turn=turn, crop=crop), LINES[1].text)
    corner = {
        0: (box[0], box[3]), 90: (1 - y, x), 180: (1 - x, 1 - y), 270: (y, 1 - x),
    }[turn]  # fmt: skip
    near = {
        0: (x, y), 90: (box[0], box[1]), 180: (box[2], box[1]), 270: (box[2], box[3]),
    }[turn]  # fmt: skip
    assert corner == pytest.approx(near, abs=0.012)


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    made = Pictures()
    yield made
    made.close()


def put(folder: Path, data: bytes, name: str = "a.pdf") -> tuple[Path, str]:
    path = folder / name
    path.write_bytes(data)
    return path, hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("turn", [0, 90])
def test_the_picture_is_marked_where_the_words_are(
    tmp_path: Path, pictures: Pictures, turn: int
) -> None:
    data = changed(turn=turn)
    png = pictures.page(*put(tmp_path, data), 1, quote=LINES[0].text, whole=True)
    image = Image.open(io.BytesIO(png)).convert("RGB")
    (box,) = boxes(data, LINES[0].text)
    w, h = image.size
    inside = (box[0] * w, box[1] * h, box[2] * w, box[3] * h)
    marked = [
        (x, y)
        for y in range(h)
        for x in range(w)
        if all(abs(a - b) < 8 for a, b in zip(image.getpixel((x, y)), _MARK, strict=True))
    ]
    area = (inside[2] - inside[0]) * (inside[3] - inside[1])
    assert 0.5 * area < len(marked) < 1.1 * area + 500
    assert min(x for x, _ in marked) >= inside[0] - 2
    assert max(y for _, y in marked) <= inside[3] + 2


def test_a_picture_is_cropped_around_the_quote_and_whole_on_request(
    tmp_path: Path, pictures: Pictures
) -> None:
    path, hash_ = put(tmp_path, make_pdf([LINES]))

    def size(**options: object) -> tuple[int, int]:
        png = pictures.page(path, hash_, 1, **options)  # type: ignore[arg-type]
        return Image.open(io.BytesIO(png)).size

    assert size(quote=LINES[0].text, whole=True) == (1100, 1556)
    width, height = size(quote=LINES[0].text, whole=False)
    assert width == 1100
    assert height < 400
    assert size(quote="words that are not there", whole=False) == (1100, 1556)


def test_another_file_under_the_same_name_is_refused(tmp_path: Path, pictures: Pictures) -> None:
    path, hash_ = put(tmp_path, make_pdf([LINES]))
    path.write_bytes(make_pdf([LINES[:1]]))
    with pytest.raises(PictureError, match="has changed"):
        pictures.page(path, hash_, 1, whole=True)
    with pytest.raises(PictureError, match="no such page"):
        pictures.page(*put(tmp_path, make_pdf([LINES])), 2, whole=True)
    with pytest.raises(PictureError):
        pictures.page(tmp_path / "none.pdf", "0" * 64, 1, whole=True)


def test_a_crash_costs_one_picture(tmp_path: Path, pictures: Pictures) -> None:
    path, hash_ = put(tmp_path, make_pdf([LINES]))
    assert pictures.page(path, hash_, 1, whole=True)
    assert pictures._process
    pictures._process.kill()
    pictures._process.wait()
    with pytest.raises(PictureError):
        pictures.page(path, hash_, 1, whole=False, quote="Automation")
    assert pictures.page(path, hash_, 1, whole=False, quote="Automation")


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7 and no more", b"<html>"])
def test_what_is_no_pdf_has_no_picture(tmp_path: Path, pictures: Pictures, junk: bytes) -> None:
    with pytest.raises(PictureError):
        pictures.page(*put(tmp_path, junk), 1, whole=True)


def test_many_threads_share_the_pictures(tmp_path: Path, pictures: Pictures) -> None:
    path, hash_ = put(tmp_path, make_pdf([LINES] * 8))
    got: list[bytes] = []

    def ask(number: int) -> None:
        got.append(pictures.page(path, hash_, number, whole=True))

    threads = [threading.Thread(target=ask, args=(1 + at % 8,)) for at in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 16
    assert len(set(got)) == 1


def test_the_file_is_the_one_whose_hash_the_index_names(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "fetched").mkdir()
    one, hash_one = put(tmp_path / "documents", make_pdf([LINES]), "one.PDF")
    two, hash_two = put(tmp_path / "fetched", make_pdf([LINES[:1]]), "x.pdf")
    (tmp_path / "secret.pdf").write_bytes(b"secret")
    os.symlink(tmp_path / "secret.pdf", tmp_path / "documents" / "link.pdf")
    files = PdfFiles(tmp_path / "documents" / "..")
    assert PdfFiles(tmp_path).path_of(hash_one) == one
    assert PdfFiles(tmp_path).path_of(hash_two) == two
    assert files.path_of(hashlib.sha256(b"none").hexdigest()) is None


def test_a_link_out_of_the_corpus_is_not_followed(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "documents").mkdir(parents=True)
    secret, hash_ = put(tmp_path, b"secret", "secret.pdf")
    os.symlink(secret, corpus / "documents" / "link.pdf")
    assert PdfFiles(corpus).path_of(hash_) is None


@given(st.text(max_size=60), st.data())
def test_a_found_quote_is_the_quote(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    which = occurrence(text, Span(start, end), Span(0, len(text)))
    for span in find_quote(list(text), text[start:end], which=which):
        assert squash(span.of(text))[0] in squash(text)[0]
