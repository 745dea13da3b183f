from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from strategy_qa.errors import (
    CorpusError,
    IndexBusyError,
    IndexCorruptError,
    IndexMissingError,
    StrategyQAError,
)
from strategy_qa.index import Index, live_build
from strategy_qa.index.build import BuildReport
from strategy_qa.testing import HashEncoder
from strategy_qa.types import Filters

Build = Callable[..., BuildReport]


def test_a_build_holds_what_the_corpus_says(build: Build, tmp_path: Path) -> None:
    report = build()
    index = Index.open(tmp_path / "index")
    assert report.published
    assert index.store.document_ids() == ("jobs", "plan")
    assert index.manifest.documents == 2
    for row in range(index.manifest.chunks):
        stored = index.store.row(row)
        document = index.store.document(stored.chunk.document_id)
        for span in stored.sentences:
            assert span.of(document.text).strip() == span.of(document.text) != ""
    assert index.store.document("jobs").source.publisher == "Example Institute"


def test_a_build_of_the_same_corpus_publishes_nothing(build: Build) -> None:
    first, second = build(), build()
    assert (second.published, second.encoded) == (False, 0)
    assert second.manifest.build == first.manifest.build
    assert build(full=True).encoded == first.manifest.chunks


def test_only_changed_text_is_encoded_again(build: Build, corpus: Path, tmp_path: Path) -> None:
    before = build()
    old = Index.open(tmp_path / "index")
    path = corpus / "documents" / "plan.md"
    path.write_text(path.read_text().replace("1,500", "1,600"))
    after = build()
    assert after.published
    assert 0 < after.encoded < before.manifest.chunks
    assert after.encoded + after.reused == after.manifest.chunks
    new = Index.open(tmp_path / "index")
    assert old.store.row(0).chunk == new.store.row(0).chunk
    assert np.array_equal(
        old.vectors.chunk_vectors(np.array([0])), new.vectors.chunk_vectors(np.array([0]))
    )


def test_a_removed_document_is_gone_from_the_live_build(
    build: Build, corpus: Path, tmp_path: Path
) -> None:
    build()
    (corpus / "documents" / "plan.md").unlink()
    report = build()
    live = tmp_path / "index" / report.manifest.build
    assert Index.open(tmp_path / "index").store.document_ids() == ("jobs",)
    assert not any(b"subcomisi" in p.read_bytes() for p in live.rglob("*") if p.is_file())


def test_a_file_that_cannot_be_read_costs_only_itself(build: Build, corpus: Path) -> None:
    (corpus / "documents" / "broken.pdf").write_bytes(b"%PDF-1.7 nothing here")
    (corpus / "documents" / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    (corpus / "documents" / "empty.md").write_bytes(b"")
    report = build()
    assert report.manifest.documents == 2
    assert {f.subject for f in report.manifest.failures} == {
        "documents/broken.pdf", "documents/picture.jpg", "documents/empty.md",
    }  # fmt: skip
    assert all(f.reason for f in report.manifest.failures)


def test_an_original_supersedes_the_digest_of_the_same_source(
    build: Build, corpus: Path, tmp_path: Path
) -> None:
    (corpus / "documents" / "jobs.txt").write_text("The original report speaks of jobs.")
    report = build()
    document = Index.open(tmp_path / "index").store.document("jobs")
    assert document.text.startswith("The original report")
    assert [f.reason for f in report.manifest.failures] == [
        "superseded by documents/jobs.txt, the same source"
    ]


def test_old_builds_are_pruned_and_the_live_one_stays(
    build: Build, corpus: Path, tmp_path: Path
) -> None:
    for number in range(4):
        (corpus / "documents" / "n.md").write_text(f"# N\n\nNumber {number} is here.")
        last = build(keep=2)
    builds = [p.parent.name for p in (tmp_path / "index").glob("*/manifest.json")]
    assert len(builds) == 2
    assert last.manifest.build in builds
    assert live_build(tmp_path / "index") == last.manifest.build


@pytest.mark.parametrize("name", ["store.sqlite", "vectors.faiss", "sentences.npy", "words.npy"])
def test_an_altered_file_is_never_served(build: Build, tmp_path: Path, name: str) -> None:
    path = tmp_path / "index" / build().manifest.build / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexCorruptError, match=name):
        Index.open(tmp_path / "index")
    assert build().published  # and a damaged build has nothing to give to the next one
    Index.open(tmp_path / "index")


@pytest.mark.parametrize("text", ["", "{}", '{"build": "../x"}', '{"build": 3}', "[1]"])
def test_a_spoilt_pointer_is_one_clear_error(build: Build, tmp_path: Path, text: str) -> None:
    build()
    (tmp_path / "index" / "current.json").write_text(text)
    with pytest.raises(IndexCorruptError, match=r"current\.json"):
        Index.open(tmp_path / "index")


def test_a_missing_index_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="strategy-qa build"):
        Index.open(tmp_path / "none")


def test_an_unusable_corpus_leaves_the_index_alone(
    build: Build, corpus: Path, tmp_path: Path
) -> None:
    live = build().manifest.build
    documents = corpus / "documents"
    for path in documents.iterdir():
        path.write_bytes(b"")
    with pytest.raises(CorpusError, match="none of its 2 files can be read"):
        build()
    for path in documents.iterdir():
        path.unlink()
    with pytest.raises(CorpusError, match="is empty"):
        build()
    documents.rmdir()
    with pytest.raises(CorpusError, match="has no folder documents/"):
        build()
    assert live_build(tmp_path / "index") == live


def test_a_second_builder_leaves_with_a_clear_line(build: Build, tmp_path: Path) -> None:
    build()
    with FileLock(tmp_path / "index" / ".lock"), pytest.raises(IndexBusyError, match="running"):
        build()


def test_a_place_that_cannot_be_written_is_one_line(build: Build, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file where the folder should be")
    with pytest.raises(StrategyQAError, match="cannot be written"):
        build()


KILLED = """
import sys, time
from pathlib import Path
from strategy_qa.index.build import build_index
from strategy_qa.testing import HashEncoder

class Slow(HashEncoder):
    def encode_passages(self, passages, **options):
        for vectors in super().encode_passages(passages, **options):
            print("encoding", flush=True)
            time.sleep(0.2)
            yield vectors

build_index(Path(sys.argv[1]), Path(sys.argv[2]), encoder=Slow(), chunk_tokens=20, full=True)
"""


def test_a_build_killed_half_way_leaves_the_old_one_serving(
    build: Build, corpus: Path, tmp_path: Path
) -> None:
    live = build().manifest.build
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, corpus, tmp_path / "index"], stdout=subprocess.PIPE
    )
    assert child.stdout
    with child.stdout:
        assert child.stdout.readline() == b"encoding\n"
        os.kill(child.pid, signal.SIGKILL)
        child.wait(timeout=10)
    assert live_build(tmp_path / "index") == live
    Index.open(tmp_path / "index")
    build(full=True)  # neither the dead process's lock nor its leftovers stand in the way
    assert not list((tmp_path / "index").glob(".building-*"))


def test_filters_name_rows_before_the_search(build: Build, tmp_path: Path) -> None:
    build()
    store = Index.open(tmp_path / "index").store

    def documents(**fields: object) -> set[str]:
        rows = store.rows_matching(Filters(**fields))  # type: ignore[arg-type]
        return {store.row(int(row)).chunk.document_id for row in rows}

    assert documents() == {"jobs", "plan"}
    assert documents(documents=frozenset({"plan"})) == {"plan"}
    assert documents(languages=frozenset({"en"})) == {"jobs"}
    assert documents(years=(2019, None)) == {"plan"}
    assert documents(years=(None, 2018)) == {"jobs"}
    assert documents(publishers=frozenset({"GOBIERNO"})) == {"plan"}
    assert documents(kinds=frozenset({"page"})) == {"plan"}
    assert documents(editions=frozenset({"original"})) == {"plan"}
    assert documents(editions=frozenset({"digest", "restated"})) == {"jobs"}
    assert documents(documents=frozenset({"'; DROP TABLE chunks; --"})) == set()


def test_equal_input_gives_equal_files(
    build: Build, corpus: Path, tmp_path: Path, encoder: HashEncoder
) -> None:
    files = build().manifest.files
    time.sleep(0.01)
    again = build(full=True).manifest.files
    assert {k: v for k, v in again.items()} == files
    assert json.loads((tmp_path / "index" / "current.json").read_text())
