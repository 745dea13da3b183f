"""What happens to machines at night: two builders, a full disk, a folder that may only be read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from strategy_qa.errors import IndexBusyError, StrategyQAError
from strategy_qa.index import Index, live_build
from strategy_qa.index.build import BuildReport, build_index
from strategy_qa.index.rows import Progress
from strategy_qa.testing import HashEncoder

Build = Callable[..., BuildReport]


def test_a_second_builder_waits_for_the_first(build: Build, tmp_path: Path) -> None:
    build()
    told: list[Progress] = []
    with FileLock(tmp_path / "index" / ".lock", thread_local=False) as held:
        with pytest.raises(IndexBusyError, match=r"for more than 0\.2 seconds"):
            build(wait=0.2, progress=told.append)
        threading.Timer(0.5, held.release).start()
        assert build(wait=60, full=True, progress=told.append).published
    assert [each.stage for each in told[:2]] == ["wait", "wait"]


def test_a_dead_process_keeps_no_lock(build: Build, tmp_path: Path) -> None:
    build()
    lock = tmp_path / "index" / ".lock"
    code = (
        "import sys, os\nfrom filelock import FileLock\n"
        "lock = FileLock(sys.argv[1])\nlock.acquire()\nprint('held', flush=True)\nsys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin
    assert holder.stdout
    with holder.stdin, holder.stdout:
        holder.stdout.readline()
        with pytest.raises(IndexBusyError):
            build()
        holder.kill()
        holder.wait(10)
    assert not build().published  # nothing changed, and nothing is in the way


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that another user may reach, unlike those of pytest."""
    place = Path(tempfile.mkdtemp(prefix="strategy-qa-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


def test_a_folder_that_may_only_be_read_is_asked_but_not_built(
    corpus: Path, open_place: Path
) -> None:
    encoder, folder = HashEncoder(), open_place / "index"
    corpus = shutil.copytree(corpus, open_place / "corpus")
    live = build_index(corpus, folder, encoder=encoder, chunk_tokens=200).manifest.build
    root = os.geteuid() == 0
    folder.chmod(0o555)
    if root:
        os.seteuid(65534)  # may do everything otherwise
    try:
        assert Index.open(folder).manifest.build == live
        with pytest.raises(StrategyQAError, match=r"cannot be written \(Permission denied\)"):
            build_index(corpus, folder, encoder=encoder, chunk_tokens=200, full=True)
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
    assert live_build(folder) == live


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1.5 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1536k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here; test_rebuild limits the size of files instead")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_disk_that_fills_up_costs_the_new_build_alone(corpus: Path, small_disk: Path) -> None:
    encoder, folder = HashEncoder(), small_disk / "index"
    live = build_index(corpus, folder, encoder=encoder, chunk_tokens=200).manifest.build
    for number in range(200):
        text = "".join(f"Region {number * i} has {i} offices in a town. " for i in range(40))
        (corpus / "documents" / f"r{number}.md").write_text(f"# Report {number}\n\n{text}")
    with pytest.raises(StrategyQAError, match="cannot be written"):
        build_index(corpus, folder, encoder=encoder, chunk_tokens=200)
    assert live_build(folder) == live
    assert Index.open(folder).store.document("jobs").text
    assert not list(folder.glob(".building-*"))
    for path in sorted((corpus / "documents").glob("r*.md"))[5:]:
        path.unlink()
    shutil.rmtree(folder / ".encoded", ignore_errors=True)  # what a maintainer may delete
    assert build_index(corpus, folder, encoder=encoder, chunk_tokens=200).published


def test_builds_killed_at_random_harm_no_question() -> None:
    script = Path(__file__).parent.parent / "benchmarks" / "kill_storm.py"
    seed = str(time.time_ns() % 10_000)
    done = subprocess.run(
        [sys.executable, script, "--count", "2", "--seed", seed], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
