"""The corpus folder: what lies in it, what is refused, which copies and editions stay."""

import os
from pathlib import Path

import pytest

from pdf_maker import column, make_pdf
from strategy_qa.corpus import corpus_files, current_editions, read_corpus
from strategy_qa.corpus.files import printable
from strategy_qa.errors import CorpusError
from strategy_qa.types import Document, Notice

FRONT = "---\nid: {id}\ntitle: {id}\nedition: {edition}\n---\n"
SENTENCES = [
    f"Measure {n} asks office {n * 7} to publish table {n + 3} on skills in year {1990 + n}."
    for n in range(60)
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "corpus" / "documents"
    documents.mkdir(parents=True)
    (documents / "good.txt").write_text("A document that can be read.")
    return documents


def notices(folder: Path) -> dict[str, str]:
    """Subject and reason of every file that is left out."""
    _documents, left_out = editions(folder)
    return {notice.subject: notice.reason for notice in left_out}


def editions(folder: Path) -> tuple[list[Document], list[Notice]]:
    readings = list(read_corpus(folder.parent))
    assert len(readings) == len(corpus_files(folder.parent))
    documents, left_out = current_editions(readings)
    assert len(documents) + len(left_out) == len(readings)
    return documents, left_out


def test_files_are_found_at_any_depth_and_hidden_ones_left_aside(folder: Path) -> None:
    for name in ("b/c/deep.md", ".hidden", ".git/config.txt", "a.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("words")
    found = [str(path.relative_to(folder)) for path in corpus_files(folder.parent)]
    assert found == ["a.txt", "b/c/deep.md", "good.txt"]


def test_a_missing_or_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no folder documents/"):
        corpus_files(tmp_path)
    (tmp_path / "documents").mkdir()
    with pytest.raises(CorpusError, match="is empty"):
        corpus_files(tmp_path)


def test_links_inside_the_corpus_are_read_and_others_are_a_line(
    folder: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Not part of the corpus.")
    (tmp_path / "outside").mkdir()
    kept = folder.parent / "fetched"
    kept.mkdir()
    (kept / "report.txt").write_text("A fetched report.")
    (folder / "report.txt").symlink_to("../fetched/report.txt")
    (folder / "out.txt").symlink_to(secret)
    (folder / "dir").symlink_to(tmp_path / "outside")
    (folder / "inner").symlink_to(kept)
    (folder / "broken.txt").symlink_to("nowhere.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    documents, left_out = editions(folder)
    assert [document.id for document in documents] == ["good", "report"]
    reasons = {notice.subject: notice.reason for notice in left_out}
    assert "leaves the corpus" in reasons["documents/out.txt"]
    assert "leaves the corpus" in reasons["documents/dir"]
    assert "link to a folder" in reasons["documents/inner"]
    assert "link to nothing" in reasons["documents/broken.txt"]
    assert "link to nothing" in reasons["documents/loop.txt"]


def test_a_documents_folder_that_is_a_link_is_the_maintainers_choice(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.txt").write_text("words")
    (elsewhere / "b.txt").symlink_to("a.txt")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "documents").symlink_to(elsewhere)
    assert all(isinstance(reading.result, Document) for reading in read_corpus(corpus))


def test_pipes_are_a_line_and_nobody_waits_for_them(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    assert "a pipe, a socket or a device" in notices(folder)["documents/pipe.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_a_line(folder: Path) -> None:
    (folder / "closed.txt").write_text("words")
    (folder / "closed.txt").chmod(0)
    (folder / "vault").mkdir(mode=0)
    try:
        found = notices(folder)
    finally:
        (folder / "vault").chmod(0o700)
    assert "Permission denied" in found["documents/closed.txt"]
    assert "cannot be listed" in found["documents/vault"]


def test_odd_names_are_shown_in_one_line_and_read(folder: Path) -> None:
    names = [b"two\nlines.txt", b"not-utf8-\xff.txt", b"escape\x1b[31m.txt"]
    try:
        for name in names:
            Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"Text of " + name[:3])
    except OSError:
        pytest.skip("this file system takes no such names")
    (folder / os.fsdecode(b"empty-\xfe.txt")).write_bytes(b"")
    documents, left_out = editions(folder)
    assert {document.id for document in documents} == {
        "good",
        r"two\nlines",
        r"not-utf8-\udcff",
        r"escape\x1b[31m",
    }
    assert [notice.subject for notice in left_out] == [r"documents/empty-\udcfe.txt"]
    for document in documents:
        f"{document.source.title}{document.id}".encode()  # no half characters


def test_printable_names_stay() -> None:
    assert printable("Informe año 2019 (v2).pdf") == "Informe año 2019 (v2).pdf"
    assert printable("an\u0303o \u202egnp") == r"año \u202egnp"


def test_an_original_supersedes_a_restatement_and_that_a_digest(folder: Path) -> None:
    for edition in ("digest", "original", "restated"):
        front = FRONT.format(id="plan", edition=edition)
        (folder / f"{edition}.md").write_text(f"{front}\nText of the {edition}.")
    documents, left_out = editions(folder)
    assert [d.text for d in documents if d.id == "plan"] == ["Text of the original."]
    assert {notice.subject for notice in left_out} == {
        "documents/digest.md",
        "documents/restated.md",
    }
    assert all("superseded by documents/original.md" in notice.reason for notice in left_out)


def test_one_name_in_two_folders_is_told_apart_in_the_line(folder: Path) -> None:
    for year in ("2018", "2019"):
        (folder / year).mkdir()
        (folder / year / "report.txt").write_text(f"The report of {year}.")
    found = notices(folder)
    assert "superseded by documents/2018/report.txt" in found["documents/2019/report.txt"]


def test_the_same_bytes_or_the_same_text_are_indexed_once_and_listed(folder: Path) -> None:
    text = "The strategy names three aims.\n\nAll of them cost money."
    (folder / "one.txt").write_text(text)
    (folder / "two.txt").write_text(text)
    (folder / "three.md").write_text(text.replace("\n", "\r\n"))
    (folder / "four.txt").write_text(text.replace("three", "four"))
    documents, left_out = editions(folder)
    assert [document.id for document in documents] == ["four", "good", "one"]
    assert {notice.subject: notice.reason for notice in left_out} == {
        "documents/three.md": "the same text as documents/one.txt, which is indexed in its place",
        "documents/two.txt": "the same text as documents/one.txt, which is indexed in its place",
    }


def test_of_copies_the_original_stays(folder: Path) -> None:
    for name, edition in (("a", "digest"), ("b", "original")):
        front = FRONT.format(id=name, edition=edition)
        (folder / f"{name}.md").write_text(f"{front}\nThe same text in both.")
    documents, _left_out = editions(folder)
    assert [document.id for document in documents] == ["b", "good"]


def test_near_copies_both_stay_and_warn_of_each_other(folder: Path) -> None:
    (folder / "first.md").write_text("# Plan\n\n" + "\n\n".join(SENTENCES))
    changed = [*SENTENCES[:57], "One more measure was added in the second edition of the plan."]
    lines = [column(changed[at : at + 20]) for at in range(0, len(changed), 20)]
    (folder / "second.pdf").write_bytes(make_pdf(lines))
    (folder / "other.txt").write_text(
        " ".join(text.replace("skills", "") for text in SENTENCES[:9])
    )
    documents, left_out = editions(folder)
    assert left_out == []
    warnings = {document.id: document.warnings for document in documents}
    assert warnings.keys() == {"first", "good", "other", "second"}
    assert warnings["good"] == warnings["other"] == ()
    (first,), (second,) = warnings["first"], warnings["second"]
    assert first.startswith("nearly the same text as second (9")
    assert second.startswith("nearly the same text as first (9")


def test_the_estimate_is_near_the_exact_similarity() -> None:
    from strategy_qa.corpus.duplicates import similar_pairs
    from strategy_qa.text import words
    from strategy_qa.types import Source

    def document(name: str, text: str) -> Document:
        return Document(name, Source(name, name), "", text, (), ())

    def exact(one: str, two: str) -> float:
        runs = [{tuple(w[at : at + 5]) for at in range(len(w) - 4)} for w in map(words, (one, two))]
        return len(runs[0] & runs[1]) / len(runs[0] | runs[1])

    long = [f"word{n * n % 991} is {n}" for n in range(1500)]
    for kept in (1450, 1350, 1250):
        one, two = " ".join(long), " ".join(long[:kept])
        (pair,) = similar_pairs([document("a", one), document("b", two)])
        assert abs(pair.similarity - exact(one, two)) < 0.07
    assert not list(similar_pairs([document("a", one), document("b", " ".join(long[:900]))]))
