"""What was read is kept, and what could not be read for a passing fault is tried again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from strategy_qa.corpus.process import ReadingProcess
from strategy_qa.index.build import BuildReport, plan_build
from strategy_qa.index.rows import cut
from strategy_qa.types import Document

Build = Callable[..., BuildReport]


class Machine:
    """Notes which files are really read, and ends the reading process at some of them.

    As the system does when it is short of memory.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: list[str] = []
        self.short_at: set[str] = set()
        ask = ReadingProcess.ask

        def noted(process: ReadingProcess, path: Path, *given: object) -> object:
            if path.name not in self.read:  # a second, fresh process tries again
                self.read.append(path.name)
            if path.name in self.short_at:
                os.kill(process.pid, signal.SIGKILL)
            return ask(process, path, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(ReadingProcess, "ask", noted)

    def done(self) -> list[str]:
        """What was read since this was asked last."""
        done, self.read = self.read, []
        return done


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_only_what_changed_is_read(build: Build, corpus: Path, machine: Machine) -> None:
    build()
    assert machine.done() == ["jobs.md", "plan.md"]
    documents = corpus / "documents"
    (documents / "new.md").write_text("# New\n\nA new document.")
    assert plan_build(corpus, corpus.parent / "index").added == ("new",)
    assert machine.done() == ["new.md"]
    first = build()
    assert (first.plan.added, machine.done()) == (("new",), ["new.md"])
    (corpus / "sources.toml").write_text(
        '[[source]]\nid = "new"\ntitle = "The new one"\nurl = "https://example.org/"\nyear = 2021\n'
    )
    assert (build().plan.changed, machine.done()) == (("new",), ["new.md"])
    (documents / "new.md").unlink()
    assert (build().plan.removed, machine.done()) == (("new",), [])
    full = build(full=True)
    assert machine.done() == ["jobs.md", "plan.md"]
    again = build(anew=True)
    assert (machine.done(), again.manifest.files) == ([], full.manifest.files)


def test_rows_that_are_taken_over_are_those_that_would_be_made(
    build: Build, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with near-copies, whose warnings are not their own, and with another size of chunks."""
    build()
    counted = " ".join(f"Region {number} has offices." for number in range(60))
    for name in ("a", "b"):
        (corpus / "documents" / f"{name}.md").write_text(f"# Report\n\n{counted} So ends {name}.")
    build()
    (corpus / "documents" / "new.md").write_text("# New\n\nA new document.")
    cuts: list[str] = []

    def noted(document: Document, *given: object) -> object:
        cuts.append(document.id)
        return cut(document, *given)  # type: ignore[arg-type]

    monkeypatch.setattr("strategy_qa.index.gather.cut", noted)
    report = build()
    assert (report.plan.added, report.encoded, cuts) == (("new",), 1, ["new"])
    assert len(report.warnings) == 2
    assert build(full=True).manifest.files == report.manifest.files
    assert len(cuts) == 1 + 5
    build(chunk_tokens=20)
    assert len(cuts) == 1 + 5 + 5


def test_an_altered_reading_is_read_anew(build: Build, corpus: Path, machine: Machine) -> None:
    whole = build().manifest.files
    kept = sorted((corpus.parent / "index" / ".read").iterdir())
    assert len(kept) == 2
    for path, damage in zip(kept, (b"9.8 million", b"1,500"), strict=False):
        data = path.read_bytes()
        path.write_bytes(data.replace(damage, damage[::-1]) if damage in data else data[:-9])
    machine.done()
    assert build(anew=True).manifest.files == whole
    assert machine.done() == ["jobs.md", "plan.md"]


def test_a_file_that_the_machine_gave_up_is_tried_again(
    build: Build, corpus: Path, machine: Machine
) -> None:
    machine.short_at = {"plan.md"}
    first = build()
    assert [f.subject for f in first.manifest.failures] == ["documents/plan.md"]
    assert "out of memory (SIGKILL)" in first.manifest.failures[0].reason
    machine.done()
    second = build()
    assert (second.published, machine.done()) == (False, ["plan.md"])
    machine.short_at = set()
    third = build()
    assert (third.plan.added, machine.done()) == (("plan",), ["plan.md"])
    assert not third.manifest.failures
    assert (build().published, machine.done()) == (False, [])


def test_a_file_that_is_given_up_three_times_waits_for_a_full_build(
    build: Build, corpus: Path, machine: Machine
) -> None:
    machine.short_at = {"plan.md"}
    builds, read = set(), []
    for _ in range(3):
        builds.add(build().manifest.build)
        read += machine.done()
    assert read == ["jobs.md", *["plan.md"] * 3]
    machine.short_at = set()
    last = build()
    assert (last.published, machine.done()) == (False, [])
    assert builds == {last.manifest.build}
    (corpus / "documents" / "new.md").write_text("# New\n\nA new document.")
    assert [f.subject for f in build().manifest.failures] == ["documents/plan.md"]
    assert machine.done() == ["new.md"]
    assert not build(full=True).manifest.failures
