import time
from pathlib import Path

import pytest

from reading_rules import blocks, check_spans, outline
from strategy_qa.corpus.readers import read_document
from strategy_qa.errors import ReadError
from strategy_qa.types import BlockKind, Document

LONG = "Un párrafo largo que habla de la inteligencia artificial en la industria nacional"
PAGE = f"""<!doctype html>
<html lang="es-MX"><head><title>La IA en la industria - Sitio</title>
<meta property="og:site_name" content="El Sitio">
<meta property="article:published_time" content="2019-05-06">
<link rel="canonical" href="https://sitio.example/ia"></head><body>
<nav><a href="/">Menú principal</a><a href="/b">Suscríbase</a></nav>
<article><h1>La IA en la industria</h1>
<p>{LONG},
  con <b>negritas</b>, <a href="javascript:alert(1)">un enlace</a> y &lt;script&gt;.</p>
<h2>Datos del sector</h2>
<ul><li>uno <i>dos</i><ul><li>hijo anidado</li></ul></li><li>tres</li></ul>
<ol><li>primero</li><li>segundo</li></ol>
<table><tr><th>Sector</th><th>Empleos</th></tr>
<tr><td>Manufactura</td><td>2,809,944</td></tr><tr><td>Comercio</td><td>1,653,335</td></tr></table>
<p>{LONG} y de las finanzas públicas.</p><script>alert("no")</script></article>
<footer>Derechos reservados</footer></body></html>"""


def read(folder: Path, data: str | bytes, name: str = "page.html") -> Document:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return check_spans(read_document(path))


def test_the_main_text_comes_with_its_structure(tmp_path: Path) -> None:
    assert outline(read(tmp_path, PAGE)) == [
        ("heading", 1, "La IA en la industria"),
        ("paragraph", 0, f"{LONG}, con negritas, un enlace y <script>."),
        ("heading", 2, "Datos del sector"),
        ("list_item", 1, "- uno dos"),
        ("list_item", 2, "- hijo anidado"),
        ("list_item", 1, "- tres"),
        ("list_item", 1, "1. primero"),
        ("list_item", 1, "2. segundo"),
        (
            "table",
            0,
            "Sector: Manufactura; Empleos: 2,809,944\nSector: Comercio; Empleos: 1,653,335",
        ),
        ("paragraph", 0, f"{LONG} y de las finanzas públicas."),
    ]


def test_the_page_tells_its_source(tmp_path: Path) -> None:
    source = read(tmp_path, PAGE).source
    assert source.title == "La IA en la industria"
    assert source.url == "https://sitio.example/ia"
    assert (source.publisher, source.year, source.language) == ("El Sitio", 2019, "es")


def test_raised_type_never_becomes_part_of_a_figure(tmp_path: Path) -> None:
    page = PAGE.replace("2,809,944", "2,809,944<sup>1</sup>").replace(
        "tres", "CO<sub>2</sub>, 10<sup>6</sup>"
    )
    text = read(tmp_path, page).text
    assert "Empleos: 2,809,944 1\n" in text
    assert "- CO2, 10 6\n" in text


def test_no_year_is_made_up(tmp_path: Path) -> None:
    page = PAGE.replace("2019-05-06", "").replace("del sector", "del sector en 2025")
    assert read(tmp_path, page).source.year is None


def test_metadata_that_cannot_be_used_is_left_out_with_a_warning(tmp_path: Path) -> None:
    document = read(tmp_path, PAGE.replace('"El Sitio"', f'"{"x" * 5000}"'))
    assert document.source.publisher == ""
    assert [warning for warning in document.warnings if "publisher" in warning]


def test_latin_1_pages(tmp_path: Path) -> None:
    page = PAGE.replace("<head>", '<head><meta charset="iso-8859-1">').encode("iso-8859-1")
    assert LONG in read(tmp_path, page).text


def test_a_page_without_main_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no main text"):
        read(tmp_path, "<html><body><nav><a href='/'>Menu</a></nav></body></html>")


def test_a_web_page_under_a_wrong_name_is_read_as_one(tmp_path: Path) -> None:
    document = read(tmp_path, PAGE, name="page.pdf")
    assert blocks(document, BlockKind.HEADING)[0] == "La IA en la industria"


@pytest.mark.parametrize(("depth", "readable"), [(100, True), (3000, False)])
def test_deep_nesting_ends_in_text_or_in_our_error(
    tmp_path: Path, depth: int, readable: bool
) -> None:
    page = f"<html><body>{'<div>' * depth}<p>{LONG}. {LONG}.</p>{'</div>' * depth}</body></html>"
    if readable:
        assert LONG in read(tmp_path, page).text
    else:
        with pytest.raises(ReadError):
            read(tmp_path, page)


def test_tables_in_tables_are_read_once(tmp_path: Path) -> None:
    # Each level was read again at every level above it: a hundred of them took ten seconds.
    nested = "<table><tr><th>Sector<th>Jobs</t>Law has 12 jobs and <sup>1</sup><p>more</p>" * 100
    page = f"<title>t</title><h1>Plan</h1><p>{'Enough words to be read. ' * 9}</p>{nested}"
    start = time.process_time()
    document = read(tmp_path, page)
    assert time.process_time() - start < 3
    assert len(document.text) < 3 * len(page)
