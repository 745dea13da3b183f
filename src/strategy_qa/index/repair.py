"""Mends a damaged index: what can be derived is derived again, from the documents a build holds.

A build is never changed, so a mended one is another build in the place of the damaged one: with
its documents and rows, every vector whose file is whole, the others encoded anew, and BM25 made
anew. Where the documents themselves are damaged, the live build is built anew from the corpus.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from strategy_qa.encode import Encoder
from strategy_qa.errors import IndexCorruptError, IndexMismatchError
from strategy_qa.index import STORE, live_build, read_manifest
from strategy_qa.index.gather import Gathered
from strategy_qa.index.lock import writing
from strategy_qa.index.pool import PART, Pool, Wanted
from strategy_qa.index.publish import builds_of, place, point_to
from strategy_qa.index.reuse import Before, vectors_kept
from strategy_qa.index.rows import Progress, passage_of
from strategy_qa.index.sound import altered_files
from strategy_qa.index.store import Store
from strategy_qa.index.verify import Verification, checked_build, verify_build
from strategy_qa.index.write import write_build
from strategy_qa.types import Notice

_LOST = "its documents or its manifest are damaged: it cannot be mended from itself"


def repair_pointer(folder: Path) -> str:
    """Make the newest build that verifies the live one; its name.

    Raises:
        IndexCorruptError: there is none.
        IndexBusyError: a build is running.
    """
    with writing(folder):
        for manifest in reversed(builds_of(folder)):
            if not verify_build(folder / manifest.build).problems:
                point_to(folder, manifest.build)
                return manifest.build
    raise IndexCorruptError(folder, "holds no whole build", remedy="Run `strategy-qa build`.")


def repair_index(
    folder: Path,
    found: Sequence[Verification],
    *,
    encoder: Encoder,
    rebuild: Callable[[], str],
    progress: Callable[[Progress], None] = lambda _: None,
) -> tuple[Notice, ...]:
    """Mend every build in which `verify_index` found problems; what was done with each.

    Args:
        folder: of the index.
        found: what `verify_index` found.
        encoder: encodes what no whole file holds.
        rebuild: builds from the corpus and names the new build; used where the live build has
            lost its documents. A build kept for a rollback stays as it is then.
        progress: told how far encoding is.

    Raises:
        IndexBusyError: a build is running.
        StrategyQAError: the folder cannot be written, or the corpus not be built from.
    """
    done: list[Notice] = []
    for each in found:
        if not each.problems:
            continue
        try:
            now = _mend(folder, each.build, encoder, progress)
        except (IndexCorruptError, IndexMismatchError) as error:
            if each.build != live_build(folder):
                done.append(Notice(each.build, f"{error.reason}; it is only kept for a rollback"))
                continue
            now = rebuild()
            with writing(folder):
                shutil.rmtree(folder / each.build, ignore_errors=True)  # of no use to anybody now
            done.append(Notice(each.build, f"built anew from the corpus as {now}"))
        else:
            done.append(Notice(each.build, f"mended from its own documents as {now}"))
    return tuple(done)


def _mend(folder: Path, name: str, encoder: Encoder, progress: Callable[[Progress], None]) -> str:
    build = folder / name
    with writing(folder):
        manifest = read_manifest(build)
        damaged = altered_files(build, manifest.files)
        if STORE in damaged:
            raise IndexCorruptError(build / STORE, _LOST)
        if manifest.fingerprint != encoder.fingerprint:
            reason = f"was built with the encoder {manifest.encoder}, not {encoder.name}"
            raise IndexMismatchError(name, reason)
        # Files that are as they were written and yet wrong have no vector worth keeping.
        before = Before(build, manifest, frozenset(damaged))
        words = manifest.words > 0
        kept = vectors_kept(folder, before, encoder, with_words=words) if damaged else []
        pool = Pool(folder, encoder, kept, words="stored" if words else "asked")
        store = Store(build / STORE)
        made = Gathered(
            [store.document(id_) for id_ in store.document_ids()],
            list(store.entries()),
            list(manifest.failures),
        )
        _encode(made, pool, progress)
        mended, aside = write_build(
            folder,
            made,
            pool,
            inputs=manifest.inputs,
            encoder=encoder,
            chunk_tokens=manifest.chunk_tokens,
            number=manifest.number,
        )
        checked_build(aside)
        place(folder, aside, mended.build)
        if live_build(folder) == name:
            point_to(folder, mended.build)
        shutil.rmtree(build)
        pool.clear()
        return mended.build


def _encode(made: Gathered, pool: Pool, progress: Callable[[Progress], None]) -> None:
    by_id = {document.id: document for document in made.documents}
    missing = {entry.input_hash: entry for entry in made.entries if entry.input_hash not in pool}
    wanted = [
        Wanted(
            key,
            passage_of(by_id[entry.chunk.document_id], entry.chunk, entry.sentences),
            len(entry.sentences),
        )
        for key, entry in missing.items()
    ]
    for at in range(0, len(wanted), PART):
        pool.encode(wanted[at : at + PART])
        progress(Progress("encode", min(at + PART, len(wanted)), len(wanted)))
