"""Makes small PDF files for tests, each line of text at a place of the test's choosing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fpdf import FPDF
from fpdf.enums import AccessPermission


@dataclass(frozen=True)
class Put:
    """A line of text: millimetres from the left and the top, size in points."""

    x: float
    y: float
    text: str
    size: float = 11
    bold: bool = False


def column(texts: Sequence[str], *, x: float = 20, y: float = 30, step: float = 5) -> list[Put]:
    """Lines of running text under each other."""
    return [Put(x, y + at * step, text) for at, text in enumerate(texts)]


def make_pdf(
    pages: Sequence[Sequence[Put]],
    *,
    roman: int = 0,
    title: str = "",
    password: str = "",
    owner: str = "",
    outline: Sequence[tuple[str, int]] = (),
    turned: bool = False,
    rules: Sequence[tuple[float, float, float, float]] = (),
) -> bytes:
    """A PDF of the given lines; the first `roman` pages are labelled i, ii, …, the rest 1, 2, …

    `rules` are drawn on every page, each from one place to another, in millimetres.
    """
    pdf = FPDF()
    pdf.set_auto_page_break(False)
    if title:
        pdf.set_title(title)
    if password or owner:
        pdf.set_encryption(owner or "owner", password, permissions=AccessPermission.all())
    for number, lines in enumerate(pages):
        if roman and number < roman:
            pdf.add_page(label_style="r", label_start=1 + number)
        elif roman:
            pdf.add_page(label_style="D", label_start=1 + number - roman)
        else:
            pdf.add_page()
        for bookmark, page in outline:
            if page == number + 1:
                pdf.start_section(bookmark)
        for put in lines:
            pdf.set_font("Helvetica", "B" if put.bold else "", put.size)
            pdf.text(put.x, put.y, put.text)
        for rule in rules:
            pdf.line(*rule)
    return bytes(pdf.output())
