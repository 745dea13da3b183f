"""The starter corpus: catalogue and documents agree, and the documents keep the house rules."""

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from strategy_qa.corpus.sources import CatalogueEntry, read_catalogue, source_from
from strategy_qa.languages import detect_language
from strategy_qa.types import Edition, Source

CORPUS = Path(__file__).parents[1] / "corpus"
BRIEF = "policy-brief"
WITHOUT_DOCUMENT = {"cminds-second-pdf"}  # what the link leads to is not known

CATALOGUE = read_catalogue(CORPUS / "sources.toml")
PATHS = sorted((CORPUS / "documents").iterdir())
EVERY_DOCUMENT = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
EVERY_ENTRY = pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda e: e.source.id)

CAVEAT_HEADINGS = re.compile(
    r"^#+ .*(not established|not available|could not|status of|about the link|lo que falta"
    r"|no se pudo|sin comprobar|advertencia|el enlace)",
    re.IGNORECASE | re.MULTILINE,
)
WRITERS = re.compile(
    r"\b([Ww]e|us|[Oo]urs?|stored copy|[Ee]ncontramos|[Pp]udimos|[Ss]abemos|[Nn]uestr[oa]s?)\b"
)
TABLE_1 = {
    "Manufacturing": "2,809,944",
    "Construction": "1,750,676",
    "Wholesale and retail": "1,653,335",
    "Agriculture": "942,705",
    "Accommodation and food services": "725,092",
    "Management and self-employed": "29,448",
    "Information and communication": "32,382",
    "Arts, entertainment and recreation": "42,769",
    "Financial and insurance activities": "47,047",
    "Education services": "51,401",
}


def parts(path: Path) -> tuple[dict[str, object], str]:
    """The front matter and the text of a document."""
    opening, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == ""
    fields = yaml.safe_load(front)
    assert isinstance(fields, dict)
    return fields, body.strip()


def as_read(path: Path) -> Source:
    fields, _ = parts(path)
    return source_from(fields, subject=path.name, base=CATALOGUE[path.stem].source)


def test_the_brief_and_its_35_links_stand_in_the_catalogue_the_brief_first() -> None:
    assert len(CATALOGUE) == 36
    assert next(iter(CATALOGUE)) == BRIEF


def test_every_source_but_one_has_a_document_and_every_document_a_source() -> None:
    assert {path.name for path in PATHS} == {
        f"{id}.md" for id in CATALOGUE if id not in WITHOUT_DOCUMENT
    }
    assert set(CATALOGUE) >= WITHOUT_DOCUMENT


def test_no_address_belongs_to_two_sources() -> None:
    sources = [entry.source for entry in CATALOGUE.values()]
    addresses = [url for source in sources for url in {source.url, *source.alternates} if url]
    assert len(addresses) == len(set(addresses))


@EVERY_ENTRY
def test_an_entry_says_where_and_for_what_the_brief_cites_it(entry: CatalogueEntry) -> None:
    source = entry.source
    if source.id == BRIEF:
        assert source.year == 2020
        assert not source.url
        return
    assert urlsplit(source.url).hostname
    assert source.url not in source.alternates
    assert source.publisher
    assert source.cited_for
    assert entry.section
    assert source.language in ("en", "es")
    assert source.edition is Edition.ORIGINAL  # what a file says of itself stays out of it
    assert not source.note
    assert bool(entry.read_from) == (entry.verified != "no")


@EVERY_DOCUMENT
def test_front_matter_holds_what_is_about_the_file_alone(path: Path) -> None:
    fields, _ = parts(path)
    assert set(fields) == {"id", "edition", "note"}
    assert fields["id"] == path.stem


@EVERY_DOCUMENT
def test_a_document_tells_its_edition_and_its_caveats(path: Path) -> None:
    source = as_read(path)
    expected = Edition.RESTATED if path.stem == BRIEF else Edition.DIGEST
    assert source.edition is expected
    assert len(source.note) > 60
    for url in re.findall(r"https?://\S+", source.note):
        assert urlsplit(url.rstrip(".),;")).hostname
    assert source.title == CATALOGUE[path.stem].source.title


@EVERY_DOCUMENT
def test_text_and_note_are_in_the_language_of_the_catalogue(path: Path) -> None:
    _, body = parts(path)
    source = as_read(path)
    assert detect_language(body) == source.language
    assert detect_language(source.note) == source.language


@EVERY_DOCUMENT
def test_a_document_has_one_title_and_no_gap_between_its_headings(path: Path) -> None:
    _, body = parts(path)
    levels = [len(marks) for marks in re.findall(r"^(#+) \S", body, re.MULTILINE)]
    assert body.startswith("# ")
    assert levels.count(1) == 1
    assert levels.count(2) >= 2
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert not re.search(r"^(#+) .*\n+(?=\1 |\Z)", body, re.MULTILINE), "a heading without text"


@EVERY_DOCUMENT
def test_caveats_and_the_writers_stay_out_of_the_text(path: Path) -> None:
    _, body = parts(path)
    assert not CAVEAT_HEADINGS.findall(body)
    assert not WRITERS.findall(body)
    assert "http" not in body


@EVERY_DOCUMENT
def test_the_rows_of_a_table_have_as_many_cells_as_its_head(path: Path) -> None:
    _, body = parts(path)
    for table in re.findall(r"(?:^\|.*\n?)+", body, re.MULTILINE):
        head, rule, *rows = table.strip().split("\n")
        assert set(rule) == {"|", "-"}
        assert rows
        assert {row.count("|") for row in rows} == {head.count("|")} == {rule.count("|")}


def test_table_1_of_the_brief_is_complete() -> None:
    _, body = parts(CORPUS / "documents" / f"{BRIEF}.md")
    rows = dict(re.findall(r"^\| (.+?) \| ([\d,]+) \|$", body, re.MULTILINE))
    assert rows == TABLE_1


@pytest.mark.parametrize(
    "figure",
    ["19%", "9.8 million", "15 years", "16 trillion", "2030", "30 million", "over 80", "1,500",
     "110", "10 institutions", "March 2018", "December 2018", "spring 2018", "2018-2024"],
)  # fmt: skip
def test_the_figures_of_the_brief_are_in_its_restatement(figure: str) -> None:
    assert figure in parts(CORPUS / "documents" / f"{BRIEF}.md")[1]
