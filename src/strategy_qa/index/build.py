"""Build an index aside, verify it, publish it in one rename; the old one serves until then.

Stages: 1 look at the files, stop where nothing changed, 2 read and, at the same time, 3 encode
what no build has vectors of, 4 write, 5 verify, 6 publish, 7 prune old builds. Killed at any
moment, the folder still names the build it named before, and what was encoded is not lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from strategy_qa.corpus import Reading, corpus_files, count_files, read_corpus
from strategy_qa.encode import Encoder
from strategy_qa.index import Index, Manifest
from strategy_qa.index.gather import editions, gather
from strategy_qa.index.inputs import Look, inputs_hash, look, recall, remember, settings_hash
from strategy_qa.index.lock import writing
from strategy_qa.index.plan import Plan, compare
from strategy_qa.index.pool import Pool, Words
from strategy_qa.index.publish import prune, publish
from strategy_qa.index.reuse import Before, before, no_rows, vectors_kept
from strategy_qa.index.rows import Progress
from strategy_qa.index.verify import checked_build
from strategy_qa.index.write import keeps_words, without_words, write_build
from strategy_qa.types import Notice


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    manifest: Manifest  # of the live build, new or not
    published: bool  # False when nothing had changed
    plan: Plan  # what changed against the build before
    encoded: int  # chunks that went through the encoder
    reused: int  # chunks whose vectors were there already
    warnings: tuple[Notice, ...]  # of documents that were read, with what to know of them
    seconds: dict[str, float]  # per stage


class _Clock:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage], self._last = now - self._last, now


def build_index(
    corpus: Path,
    folder: Path,
    *,
    encoder: Encoder,
    chunk_tokens: int,
    full: bool = False,
    anew: bool = False,
    words: Words = "auto",
    keep: int = 3,
    wait: float = 0.0,
    accept: Callable[[Index], None] = lambda _: None,
    planned: Callable[[Plan], None] = lambda _: None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> BuildReport:
    """Bring the index in `folder` up to date with `corpus`.

    Args:
        corpus: the folder with `sources.toml` and `documents/`.
        folder: where builds are kept.
        encoder: turns passages into vectors; used only where something changed.
        chunk_tokens: tiktoken tokens a chunk is filled up to.
        full: read and encode everything anew and publish even when nothing changed.
        anew: publish even when nothing changed, with the vectors that are there.
        words: whether vectors of words are stored, see `Words`.
        keep: how many builds stay, the new one included.
        wait: seconds to wait for another build to end.
        accept: given the verified build before it is published; what it raises stops that.
        planned: told what changes, as soon as everything is read.
        progress: told how far each stage is.

    Raises:
        CorpusError: the corpus cannot be used, or no document of it could be read.
        IndexBusyError: another process is building into the same folder.
        IndexCorruptError: the new build did not verify; the old one is still live.
        StrategyQAError: the folder cannot be written, or the disk is full.
    """
    corpus_files(corpus)  # fails before anything is written
    with writing(folder, wait=wait, waiting=lambda: progress(Progress("wait", 0, 1))):
        clock = _Clock()
        # 1. look
        live = before(folder)
        last = recall(folder)
        found = Look(
            look(corpus, {} if full else last.states),
            settings_hash(encoder, chunk_tokens, words),
        )
        clock.lap("look")
        if live.whole and not (full or anew) and found.same_as(last) and last.build == live.name:
            return _unchanged(folder, live, keep, clock)
        # 2. read, 3. encode
        kept = [] if full else vectors_kept(folder, live, encoder, with_words=words == "stored")
        pool = Pool(folder, encoder, kept, words=words)
        read = found.kept(corpus, folder, taken=not full)
        same = (found.settings, live.name) == (last.settings, last.build) and kept
        rows_of = live.rows() if same and pool.has_words == live.has_words else no_rows
        made = gather(corpus, encoder, chunk_tokens, pool, progress, kept=read, rows_of=rows_of)
        found = found.without(corpus, made.again)
        clock.lap("read and encode")
        inputs = inputs_hash(found.settings, made.documents, made.failures)
        if live.whole and not (full or anew) and live.inputs == inputs:
            remember(folder, replace(found, build=live.name))
            read.prune()
            return _unchanged(folder, live, keep, clock)
        plan = compare(live.documents(), made.documents, made.failures)
        planned(plan)
        # 4. write
        progress(Progress("write", 0, 1))
        made = made if keeps_words(words, len(made.entries), pool) else without_words(made)
        manifest, aside = write_build(
            folder, made, pool, inputs=inputs, encoder=encoder, chunk_tokens=chunk_tokens
        )
        # 5. verify, and let the caller judge
        accept(checked_build(aside))
        # 6. publish
        publish(folder, aside, manifest.build)
        # 7. prune
        prune(folder, keep)
        pool.clear()
        read.prune()
        remember(folder, replace(found, build=manifest.build))
        progress(Progress("write", 1, 1))
        clock.lap("write")
        warnings = tuple(Notice(d.id, w) for d in made.documents for w in d.warnings)
        reused = manifest.chunks - pool.encoded
        return BuildReport(manifest, True, plan, pool.encoded, reused, warnings, clock.seconds)


def plan_build(
    corpus: Path, folder: Path, *, progress: Callable[[Progress], None] = lambda _: None
) -> Plan:
    """What `build_index` would change, after reading the corpus; nothing is written.

    Raises:
        CorpusError: as `build_index`.
    """
    total = count_files(corpus)
    readings: list[Reading] = []
    found = Look(look(corpus, recall(folder).states), "")
    for reading in read_corpus(corpus, kept=found.kept(corpus, folder, written=False)):
        readings.append(reading)
        progress(Progress("read", len(readings), max(total, len(readings))))
    documents, failures = editions(corpus, readings)
    return compare(before(folder).documents(), documents, failures)


def _unchanged(folder: Path, live: Before, keep: int, clock: _Clock) -> BuildReport:
    assert live.manifest is not None
    prune(folder, keep)
    manifest, warnings = live.manifest, live.warnings()
    return BuildReport(manifest, False, Plan(), 0, manifest.chunks, warnings, clock.seconds)
