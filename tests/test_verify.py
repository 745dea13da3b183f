"""Verification and rollback: what is altered is found, and never served."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from strategy_qa.encode import Passage, PassageVectors
from strategy_qa.errors import ConfigError, IndexBusyError, IndexCorruptError
from strategy_qa.index import MANIFEST, STORE, Index, live_build, read_manifest
from strategy_qa.index.build import BuildReport
from strategy_qa.index.publish import builds_of, file_hashes
from strategy_qa.index.repair import repair_index, repair_pointer
from strategy_qa.index.rollback import roll_back
from strategy_qa.index.verify import verify_build, verify_index
from strategy_qa.testing import HashEncoder

Build = Callable[..., BuildReport]


@pytest.fixture
def live(build: Build, tmp_path: Path) -> Path:
    return tmp_path / "index" / build().manifest.build


def reasons(build: Path, encoder: HashEncoder | None = None) -> list[str]:
    return [problem.reason for problem in verify_build(build, encoder=encoder).problems]


def forge(build: Path) -> None:
    """Make the manifest agree with altered files, so that only their contents can tell."""
    manifest = read_manifest(build)
    (build / MANIFEST).unlink()
    (build / MANIFEST).write_text(replace(manifest, files=file_hashes(build)).to_json())


def test_a_whole_build_has_no_problem(live: Path, encoder: HashEncoder) -> None:
    (found,) = verify_index(live.parent, encoder=encoder)
    assert found.problems == ()
    assert any("encoded again" in each for each in found.checked)


def test_a_flipped_byte_is_found_wherever_it_is_and_never_served(live: Path) -> None:
    files = [p for p in live.rglob("*") if p.is_file()]
    assert len(files) > 8
    for path in (*files, live.parent / "current.json"):
        whole = path.read_bytes()
        for at in {0, len(whole) // 3, len(whole) // 2, len(whole) - 1}:
            for flipped in (1, 32, 128):
                path.write_bytes(whole[:at] + bytes([whole[at] ^ flipped]) + whole[at + 1 :])
                with pytest.raises(IndexCorruptError):
                    Index.open(live.parent)
                if path.name != "current.json":
                    assert reasons(live), (path.name, at, flipped)
        path.write_bytes(whole)
    assert not reasons(live)


def test_missing_and_foreign_files_are_named(live: Path) -> None:
    (live / "words.npy").unlink()
    (live / "notes.txt").write_text("not of the build")
    found = verify_build(live).problems
    assert [Path(p.subject).name for p in found] == ["words.npy", "notes.txt"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE chunks SET end = 100000 WHERE row = 1", "does not slice out of its document"),
        ("UPDATE chunks SET start = 0, end = 1 WHERE row = 0", "sentence of chunk"),
        ("UPDATE sentences SET end = start WHERE row = 1", "sentence of chunk"),
        ("UPDATE chunks SET first_word = first_word + 1 WHERE row = 2", "rows that do not follow"),
        ("DELETE FROM sentences WHERE row = 0", "other numbers of"),
        ("UPDATE documents SET text = 'short' WHERE id = 'jobs'", "does not slice out"),
    ],
)
def test_rows_that_do_not_fit_are_found(live: Path, change: str, said: str) -> None:
    with closing(sqlite3.connect(live / "store.sqlite")) as db, db:
        db.execute(change)
    forge(live)
    assert any(said in reason for reason in reasons(live)), reasons(live)


def test_vectors_that_are_not_those_of_the_text_are_found(live: Path, encoder: HashEncoder) -> None:
    sentences = np.load(live / "sentences.npy")
    np.save(live / "sentences.npy", sentences[::-1])
    forge(live)
    assert not reasons(live)  # their lengths are right
    assert any("encoded again gives other vectors" in r for r in reasons(live, encoder))
    np.save(live / "sentences.npy", sentences * np.float16(0.5))
    forge(live)
    assert any("has not length 1" in reason for reason in reasons(live))


def test_bm25_of_other_text_is_found(
    live: Path, build: Build, corpus: Path, encoder: HashEncoder
) -> None:
    path = corpus / "documents" / "jobs.md"
    path.write_text(path.read_text().replace("Manufacturing", "Agronomics"))
    other = live.parent / build().manifest.build
    shutil.rmtree(other / "lexical")
    shutil.copytree(live / "lexical", other / "lexical")
    forge(other)
    assert any("BM25 does not hold the words" in reason for reason in reasons(other))


def test_another_encoder_is_named(live: Path) -> None:
    other = HashEncoder(dimension=64)
    assert any("was built with the encoder hash" in reason for reason in reasons(live, other))


def number(corpus: Path, value: int) -> None:
    (corpus / "documents" / "n.md").write_text(f"# N\n\nNumber {value} is here.")


def test_a_rollback_goes_to_the_build_before_and_can_be_undone(
    build: Build, corpus: Path, tmp_path: Path
) -> None:
    names = []
    for value in range(3):
        number(corpus, value)
        names.append(build().manifest.build)
    folder = tmp_path / "index"
    assert roll_back(folder) == (names[2], names[1])
    assert "Number 1" in Index.open(folder).store.document("n").text
    assert roll_back(folder) == (names[1], names[0])
    with pytest.raises(ConfigError, match="no older build"):
        roll_back(folder)
    assert roll_back(folder, names[2]) == (names[0], names[2])
    with pytest.raises(ConfigError, match="no build nonsense is kept"):
        roll_back(folder, "nonsense")
    assert live_build(folder) == names[2]
    roll_back(folder)
    assert build().published  # a build brings the index up to date again
    assert "Number 2" in Index.open(folder).store.document("n").text


def test_a_damaged_build_is_not_rolled_back_to(build: Build, corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    old = folder / build().manifest.build
    number(corpus, 1)
    live = build().manifest.build
    (old / "words.npy").write_bytes(b"")
    with pytest.raises(IndexCorruptError, match="altered"):
        roll_back(folder)
    assert live_build(folder) == live
    found = verify_index(folder)
    assert [bool(each.problems) for each in found] == [False, True]
    with FileLock(folder / ".lock"), pytest.raises(IndexBusyError):
        roll_back(folder)


def test_a_clock_that_jumps_back_loses_no_build(
    build: Build, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime

    from strategy_qa.index import write as module

    years = iter([2031, 2026, 2024, 2028])

    class Jumping(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Jumping:
            return cls(next(years), 1, 1, tzinfo=tz)

    monkeypatch.setattr(module, "datetime", Jumping)
    names = []
    for value in range(4):
        number(corpus, value)
        names.append(build(keep=2).manifest.build)
        assert live_build(tmp_path / "index") == names[-1]
    kept = [manifest.build for manifest in builds_of(tmp_path / "index")]
    assert kept == names[-2:]  # the last two made, whatever the clock said
    assert roll_back(tmp_path / "index") == (names[-1], names[-2])


def test_the_manifest_is_text_that_says_its_own_digest(live: Path) -> None:
    fields = json.loads((live / MANIFEST).read_text())
    fields["documents"] += 1
    (live / MANIFEST).write_text(json.dumps(fields, ensure_ascii=False, indent=2) + "\n")
    with pytest.raises(IndexCorruptError, match="altered"):
        Index.open(live.parent)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


class Counting(HashEncoder):
    """Counts the passages it encodes."""

    encoded = 0

    def encode_passages(
        self, passages: Iterable[Passage], *, batch_size: int = 8
    ) -> Iterator[PassageVectors]:
        for vectors in super().encode_passages(passages, batch_size=batch_size):
            self.encoded += 1
            yield vectors


def test_each_damaged_file_is_made_anew_and_what_is_whole_is_taken_over(
    build: Build, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    chunks = build().manifest.chunks
    whole = read_manifest(folder / live_build(folder)).files
    names = sorted(whole.keys() - {STORE})
    assert len(names) > 6
    for name in names:
        live = live_build(folder)
        flip(folder / live / name)
        encoder = Counting()
        with pytest.raises(IndexCorruptError):
            Index.open(folder)
        found = verify_index(folder)
        (done,) = repair_index(folder, found, encoder=encoder, rebuild=lambda: "no")
        assert "from its own documents" in done.reason
        assert encoder.encoded == (0 if name.startswith("lexical") else chunks)
        assert read_manifest(folder / live_build(folder)).files == whole
        assert not (folder / live).exists()
    (again,) = verify_index(folder, encoder=HashEncoder())
    assert not again.problems
    assert repair_index(folder, [again], encoder=HashEncoder(), rebuild=lambda: "no") == ()


@pytest.mark.parametrize("name", [STORE, MANIFEST])
def test_a_build_that_lost_its_documents_comes_from_the_corpus(
    build: Build, tmp_path: Path, encoder: HashEncoder, name: str
) -> None:
    folder = tmp_path / "index"
    live = folder / build().manifest.build
    flip(live / name)
    found = verify_index(folder, encoder=encoder)
    (done,) = repair_index(
        folder, found, encoder=encoder, rebuild=lambda: build(anew=True).manifest.build
    )
    assert done.reason == f"built anew from the corpus as {live_build(folder)}"
    assert live_build(folder) != live.name
    (again,) = verify_index(folder, encoder=encoder)
    assert not again.problems


def test_a_kept_build_is_mended_in_its_place_and_a_lost_pointer_found_again(
    build: Build, corpus: Path, tmp_path: Path, encoder: HashEncoder
) -> None:
    folder = tmp_path / "index"
    old = build().manifest.build
    number(corpus, 1)
    live = build().manifest.build
    (folder / old / "words.npy").write_bytes(b"")
    (done,) = repair_index(
        folder, verify_index(folder), encoder=encoder, rebuild=lambda: "not this"
    )
    assert done.subject == old
    assert live_build(folder) == live
    (folder / "current.json").write_text("{}")
    assert repair_pointer(folder) == live_build(folder) == live
    before, now = roll_back(folder)
    assert (before, now) == (live, done.reason.rpartition(" ")[2])
    flip(folder / live / STORE)  # kept now, and beyond repair
    (done,) = repair_index(
        folder, verify_index(folder), encoder=encoder, rebuild=lambda: "not this"
    )
    assert "only kept for a rollback" in done.reason
    assert live_build(folder) == now
