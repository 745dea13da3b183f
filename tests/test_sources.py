"""The catalogue reader: what a good entry becomes, and the one line each bad one earns."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_qa.corpus.sources import KINDS, CatalogueEntry, read_catalogue, source_from
from strategy_qa.errors import CorpusError
from strategy_qa.types import Edition, Source

FULL = """
[[source]]
id = "annual-report-2019"
title = "Informe  Anual\\t2019"
url = "https://example.org/informe.pdf"
alternates = ["http://example.org/a?b=c#d", "https://mirror.example.org:8080/ñandú"]
publisher = "Cámara"
year = 2019
language = "es"
kind = "news"
cited_for = "What industry needs"
section = "Second action, 2"

[source.digest]
verified = "partial"
read_from = ["https://example.com/about"]

[[source]]
id = "bare"
title = "Nothing else is known"
"""


def entry(line: str) -> str:
    return f'[[source]]\nid = "good"\ntitle = "Good"\n\n[[source]]\n{line}\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_catalogue_becomes_entries_in_its_order(tmp_path: Path) -> None:
    entries = read_catalogue(write(tmp_path, FULL))
    assert list(entries) == ["annual-report-2019", "bare"]
    assert entries["annual-report-2019"] == CatalogueEntry(
        Source(
            id="annual-report-2019",
            title="Informe Anual 2019",
            url="https://example.org/informe.pdf",
            publisher="Cámara",
            year=2019,
            language="es",
            kind="news",
            edition=Edition.ORIGINAL,
            alternates=("http://example.org/a?b=c#d", "https://mirror.example.org:8080/ñandú"),
            cited_for="What industry needs",
        ),
        section="Second action, 2",
        verified="partial",
        read_from=("https://example.com/about",),
    )
    assert entries["bare"] == CatalogueEntry(Source("bare", "Nothing else is known", language=""))


@pytest.mark.parametrize("text", ["", "# only a comment\n", "source = []\n"])
def test_an_empty_catalogue_has_no_entries(tmp_path: Path, text: str) -> None:
    assert read_catalogue(write(tmp_path, text)) == {}


def test_a_missing_file_is_an_empty_catalogue(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path / "sources.toml") == {}


def test_a_byte_order_mark_is_no_part_of_the_catalogue(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_bytes(b"\xef\xbb\xbf" + FULL.encode())
    assert len(read_catalogue(tmp_path / "sources.toml")) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[source]]\nid = "a"\ntitle = unquoted\n',
            "is not TOML in UTF-8: Invalid value (at line 3",
        ),
        ("source = " + "[" * 5_000, "is not TOML in UTF-8"),
        ("year = 1" + "0" * 5_000, "is not TOML in UTF-8"),
        ('[[sources]]\nid = "a"', "unknown key 'sources'"),
        ('[source]\nid = "a"', "`source` is not a list"),
        ('source = ["a"]', "`source` is not a table"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(CorpusError) as caught:
        read_catalogue(path)
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)
    assert caught.value.remedy


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_bytes('[[source]]\nid = "a"\ntitle = "México"\n'.encode("cp1252"))
    with pytest.raises(CorpusError, match="is not TOML in UTF-8: 'utf-8' codec") as caught:
        read_catalogue(path)
    assert caught.value.subject == str(path)


def test_a_folder_in_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").mkdir()
    with pytest.raises(CorpusError, match="cannot be read"):
        read_catalogue(tmp_path / "sources.toml")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('id = "b"', "has no `id` or no `title`"),
        ('title = "B"', "('no id'): has no `id` or no `title`"),
        ('id = "good"\ntitle = "B"', "`id` is taken already"),
        ('id = "Big"', "`id` is not a lower-case slug"),
        ('id = "two--hyphens"', "`id` is not"),
        ('id = "../up"', "`id` is not"),
        (f'id = "{"a" * 101}"', "`id` is not"),
        ("id = 7", "(a int): `id` is not"),
        ('id = "b"\ntitle = 7', "`title` is not text"),
        (f'id = "b"\ntitle = "{"x" * 4_001}"', "`title` is not text"),
        ('id = "b"\ntitle = "   "', "`title` is not text"),
        ('id = "b"\npublished = 2018', "unknown key 'published'. Known keys: id, title, url"),
        ('id = "b"\nurl = "ftp://example.org"', "`url` is not an address"),
        ('id = "b"\nurl = "javascript:alert(1)"', "`url` is not an address"),
        ('id = "b"\nurl = "www.example.org"', "`url` is not an address"),
        ('id = "b"\nurl = "https://"', "`url` is not an address"),
        ('id = "b"\nurl = "https:///path"', "`url` is not an address"),
        ('id = "b"\nurl = "https://bank.example@evil.example/"', "`url` is not an address"),
        ('id = "b"\nurl = "https://example.org/a b"', "`url` is not an address"),
        ('id = "b"\nurl = "https://example.org/\\"><b>"', "`url` is not an address"),
        ('id = "b"\nurl = "https://example.org/\\u202Efdp"', "`url` is not an address"),
        (f'id = "b"\nurl = "https://example.org/{"a" * 2_000}"', "`url` is not an address"),
        ('id = "b"\nalternates = "https://example.org"', "`alternates` is not a list"),
        ('id = "b"\nalternates = ["none found"]', "`alternates` is not an address"),
        ('id = "b"\nyear = 999', "`year` is not a year from 1000 to 2999"),
        ('id = "b"\nyear = 3000', "`year` is not"),
        ('id = "b"\nyear = "c. 2018"', "`year` is not"),
        ('id = "b"\nyear = 2018.0', "`year` is not"),
        ('id = "b"\nyear = true', "`year` is not"),
        ('id = "b"\nyear = 2018-05-24', "`year` is not"),
        ('id = "b"\nlanguage = "spanish"', "`language` is not a code of two letters"),
        ('id = "b"\nkind = "book"', "`kind` is not one of report, page, news, portal, data"),
        ('id = "b"\nedition = "summary"', "`edition` is not original, restated, digest"),
        ('id = "b"\nsection = 3', "`section` is not text"),
        ('id = "b"\ndigest = "yes"', "`digest` is not a table"),
        ('id = "b"\n[source.digest]\nverified = true', "digest: `verified` is not yes, partial"),
        ('id = "b"\n[source.digest]\nread_from = ["x"]', "digest: `read_from` is not an address"),
        ('id = "b"\n[source.digest]\nsection = "1"', "digest: unknown key 'section'"),
    ],
)
def test_a_wrong_entry_is_named_with_its_key(tmp_path: Path, line: str, said: str) -> None:
    path = write(tmp_path, entry(line))
    with pytest.raises(CorpusError) as caught:
        read_catalogue(path)
    message = str(caught.value)
    assert message.startswith(f"{path}, source 2 (")
    assert said in message
    assert "\n" not in message
    assert caught.value.remedy


def test_front_matter_fields_win_over_the_base() -> None:
    base = Source("a", "A", publisher="P", year=2017, language="es", note="old")
    fields = {"id": "a", "edition": "digest", "note": "one\n  two", "year": "2018"}
    assert source_from(fields, subject="a.md", base=base) == Source(
        "a", "A", publisher="P", year=2018, language="es", edition=Edition.DIGEST, note="one two"
    )


def test_empty_fields_leave_the_base_as_it_is() -> None:
    base = Source("a", "A", url="https://example.org", alternates=("https://example.com",))
    assert source_from({"title": "", "url": None}, subject="a.md", base=base) == base
    assert source_from({}, subject="a.md", base=base) == base


def test_front_matter_without_a_base_must_name_id_and_title() -> None:
    assert source_from({"id": "a", "title": "A"}, subject="a.md") == Source("a", "A")
    with pytest.raises(CorpusError) as caught:
        source_from({"id": "a", "title": ""}, subject="a.md")
    assert caught.value.subject == "a.md"


def test_keys_of_the_catalogue_alone_are_unknown_to_front_matter() -> None:
    with pytest.raises(CorpusError, match="unknown key 'verified'"):
        source_from({"id": "a", "title": "A", "verified": "yes"}, subject="a.md")
    with pytest.raises(CorpusError, match="unknown key a int"):
        source_from({2018: "x"}, subject="a.md")  # type: ignore[dict-item]


def test_hidden_characters_do_not_reach_the_reader_of_a_citation() -> None:
    fields = {"id": "a", "title": "Inf\u202eorme\x1b[31m \u200b2019"}
    assert source_from(fields, subject="a.md").title == "Informe[31m 2019"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_accepted(kind: str) -> None:
    assert source_from({"id": "a", "title": "A", "kind": kind}, subject="a.md").kind == kind


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


KEYS = ["id", "title", "url", "alternates", "year", "kind", "language", "edition", "note", "odd"]


@given(fields=st.dictionaries(st.sampled_from(KEYS), values))
def test_whatever_stands_in_the_fields_a_sound_source_or_our_error_comes_out(
    fields: dict[str, object],
) -> None:
    try:
        source = source_from(fields, subject="a.md", base=Source("a", "A"))
    except CorpusError as error:
        source = Source("a", str(error).removeprefix("a.md: "))
    assert source.year is None or 1000 <= source.year <= 2999
    assert all(url.startswith(("http://", "https://")) for url in source.alternates)
    assert source.title == " ".join(source.title.split())
    assert source.title
    assert source.kind in KINDS
