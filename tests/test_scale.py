"""What changes with size: approximate search, words made when asked, arrays checked by block."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from strategy_qa.encode import unit
from strategy_qa.errors import IndexCorruptError
from strategy_qa.index import MANIFEST, Index, blocks, live_build, read_manifest, sound
from strategy_qa.index.build import BuildReport
from strategy_qa.index.dense import FLOOR, Dense
from strategy_qa.index.publish import file_hashes
from strategy_qa.index.sound import file_hash
from strategy_qa.index.vectors import NEAR, SENTENCES, WORDS, Vectors, VectorWriter, packed
from strategy_qa.index.verify import verify_build
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder

Build = Callable[..., BuildReport]


def written(folder: Path, vectors: np.ndarray, exact_up_to: int) -> Vectors:
    """Chunk vectors, each with a sentence a little beside it."""
    beside = unit(vectors + 0.02 * np.random.default_rng(2).normal(size=vectors.shape))
    with VectorWriter(
        folder, len(vectors), len(vectors), 0, vectors.shape[1], exact_up_to=exact_up_to
    ) as writer:
        for vector, sentence in zip(vectors, beside, strict=True):
            writer.add(vector, sentence[None].astype(np.float16), packed(sentence[:0, None]))
    return Vectors.load(folder, writer.dense)


def clustered(count: int) -> np.ndarray:
    generator = np.random.default_rng(1)
    centres = generator.normal(size=(60, 32))
    return unit(centres[np.arange(count) % 60] + 0.3 * generator.normal(size=(count, 32)))


def test_a_large_build_is_searched_approximately_above_its_floor(tmp_path: Path) -> None:
    vectors = clustered(3_000)
    found = written(tmp_path, vectors, exact_up_to=1_000)
    assert found.dense.kind.startswith("IVF")
    assert found.dense.recall >= FLOOR
    assert found.dense.asked == 256
    question = unit(vectors[7:8] + 0.05)[0]
    rows, cosines = found.search(question, 10)
    assert np.allclose(cosines, vectors[rows] @ question, atol=1e-6)  # not those of the bytes
    assert len(np.intersect1d(rows, np.argsort(-vectors @ question)[:10])) >= 9
    allowed = np.arange(5, 3_000, 97)  # far from the question, most of them
    rows, _ = found.search(question, 10, allowed=allowed)
    assert rows.tolist() == allowed[np.argsort(-vectors[allowed] @ question)[:10]].tolist()


def test_where_the_floor_cannot_be_held_search_stays_exact(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(3).normal(size=(2_000, 96)))  # no two are near each other
    found = written(tmp_path, vectors, exact_up_to=1_000)
    assert found.dense == Dense()
    assert not (tmp_path / NEAR).exists()
    rows, _ = found.search(vectors[3], 5)
    assert rows.tolist() == np.argsort(-vectors @ vectors[3])[:5].tolist()


def test_words_made_when_asked_give_the_same_answers(
    build: Build, settings: Settings, encoder: HashEncoder, tmp_path: Path
) -> None:
    question = "How many jobs in manufacturing?"
    build()
    stored = StrategyQA.open(settings=settings, encoder=encoder)
    answer, mentions = stored.ask(question), stored.compare(question).mentions
    report = build(words="asked")
    assert (report.published, report.encoded, report.manifest.words) == (True, 0, 0)
    live = tmp_path / "index" / report.manifest.build
    assert not verify_build(live, encoder=encoder).problems
    asked = StrategyQA.open(settings=settings, encoder=encoder)
    again = asked.ask(question)
    assert again.text == answer.text != ""
    assert again.confidence == pytest.approx(answer.confidence, abs=0.01)
    assert [hit.chunk for hit in again.hits] == [hit.chunk for hit in answer.hits]
    assert [m.document_id for m in asked.compare(question).mentions] == [
        m.document_id for m in mentions
    ]
    assert build(words="auto").manifest.words == 0  # there are none to take over
    report = build(words="stored")
    assert (report.encoded, report.manifest.words > 0) == (0, True)  # the first build has them
    build(words="asked", keep=1)
    assert build(words="stored").encoded == report.manifest.chunks


def rows_read(live: Path) -> list[np.ndarray | None]:
    """Every row of the large arrays of a build, None where it is refused."""
    try:
        vectors = Index.open(live.parent).vectors
    except IndexCorruptError:
        return []
    _, sentences, words, _ = vectors.shape
    found: list[np.ndarray | None] = []
    for read, count in ((vectors.sentence_vectors, sentences), (vectors.word_vectors, words)):
        for row in range(count):
            try:
                found.append(read(row, row + 1))
            except IndexCorruptError:
                found.append(None)
    return found


def test_large_arrays_are_checked_as_they_are_read(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "HASHED_UP_TO", 0)
    monkeypatch.setattr(blocks, "BLOCK", 1000)
    live = tmp_path / "index" / build().manifest.build
    hashed: list[str] = []

    def counted(path: Path) -> str:
        hashed.append(path.name)
        return file_hash(path)

    monkeypatch.setattr(sound, "file_hash", counted)
    right = rows_read(live)
    assert {SENTENCES, WORDS}.isdisjoint(hashed)
    assert {"sentences.sums", "words.sums", "vectors.faiss", "store.sqlite"} <= set(hashed)
    assert not verify_build(live).problems
    assert {SENTENCES, WORDS} <= set(hashed)
    for name in (SENTENCES, WORDS):
        whole = (live / name).read_bytes()
        for at in (0, 90, 128, len(whole) // 2, len(whole) - 1):
            (live / name).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            found = rows_read(live)
            assert not found or any(each is None for each in found)
            for each, kept in zip(found, right, strict=bool(found)):
                assert each is None or np.array_equal(each, kept)
            assert verify_build(live).problems
        (live / name).write_bytes(whole)
    assert all(each is not None for each in rows_read(live))


def test_vectors_of_a_damaged_array_are_encoded_again(
    build: Build, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "HASHED_UP_TO", 0)
    live = tmp_path / "index" / build().manifest.build
    path = live / SENTENCES
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    (corpus / "documents" / "new.md").write_text("# New\n\nA new document.")
    report = build()
    assert report.encoded == report.manifest.chunks
    assert not verify_build(tmp_path / "index" / report.manifest.build).problems


@pytest.mark.parametrize("column", ["text", "pages", "source", "sha256", "blocks"])
def test_a_document_that_a_disk_altered_is_never_quoted(
    build: Build, settings: Settings, encoder: HashEncoder, tmp_path: Path, column: str
) -> None:
    """Below the file's hash, as where a large build was found right before."""
    live = tmp_path / "index" / build().manifest.build
    with closing(sqlite3.connect(live / "store.sqlite")) as db, db:
        db.execute(f"UPDATE documents SET {column} = replace({column}, '1', '2')")
        db.execute("UPDATE documents SET text = replace(text, '2,809,944', '2,809,949')")
    manifest = read_manifest(live)
    (live / MANIFEST).write_text(replace(manifest, files=file_hashes(live)).to_json())
    with pytest.raises(IndexCorruptError, match="was altered"):
        StrategyQA.open(settings=settings, encoder=encoder).ask("Jobs in manufacturing?")


def test_a_byte_that_changes_while_a_reader_has_it_open_is_not_served(
    build: Build, settings: Settings, encoder: HashEncoder, tmp_path: Path
) -> None:
    live = tmp_path / "index" / build().manifest.build
    qa = StrategyQA.open(settings=settings, encoder=encoder)
    question = "How many jobs in manufacturing?"
    answer = qa.ask(question)
    for name in read_manifest(live).files:
        with (live / name).open("r+b") as file:  # in place, as what is mapped
            file.seek(-1, 2)
            last = file.read(1)[0]
            file.seek(-1, 2)
            file.write(bytes([last ^ 1]))
            file.flush()
            with pytest.raises(IndexCorruptError, match="was altered"):
                qa.ask(question)
            file.seek(-1, 2)
            file.write(bytes([last]))
        again = qa.ask(question)
        assert (again.text, again.index_build) == (answer.text, answer.index_build)


def test_while_a_new_build_is_checked_the_one_before_answers(
    qa: StrategyQA, build: Build, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = qa.ask("Jobs in manufacturing?").index_build
    (corpus / "documents" / "n.md").write_text("# N\n\nNumber 5 is here.")
    build()
    opened = Index.open

    def slow(folder: Path) -> Index:
        time.sleep(0.5)
        return opened(folder)

    monkeypatch.setattr(Index, "open", slow)
    monkeypatch.setattr("strategy_qa.index.live._PATIENCE", 0.05)
    assert qa.ask("Jobs in manufacturing?").index_build == before
    assert qa.ask("Jobs in manufacturing?").index_build == before
    deadline = time.monotonic() + 10
    while qa.ask("Jobs in manufacturing?").index_build == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert qa.ask("What is number 5?").index_build == live_build(tmp_path / "index")
