"""What the builds before can give a new one: documents and vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from strategy_qa.encode import Encoder
from strategy_qa.errors import IndexCorruptError, IndexMissingError
from strategy_qa.index import STORE, Manifest, live_build, read_manifest
from strategy_qa.index.dense import Dense
from strategy_qa.index.pool import Kept
from strategy_qa.index.publish import builds_of
from strategy_qa.index.sound import altered_files, unsound_files
from strategy_qa.index.store import Entry, Store
from strategy_qa.index.vectors import VECTOR_FILES, Vectors
from strategy_qa.types import Document, Notice

Rows = Callable[[Document], list[Entry] | None]


def no_rows(_document: Document) -> None:
    """Where every document is to be cut anew."""


@dataclass(frozen=True, slots=True)
class Before:
    """The live build, as far as it can be relied on; one that is missing or damaged gives less."""

    folder: Path  # of the build
    manifest: Manifest | None = None
    damaged: frozenset[str] = frozenset()  # files that are missing or altered

    @property
    def whole(self) -> bool:
        """Whether it can go on answering."""
        return self.manifest is not None and not self.damaged

    @property
    def name(self) -> str:
        """Its name, "" where there is none."""
        return self.manifest.build if self.manifest else ""

    @property
    def inputs(self) -> str:
        """The hash of what shaped it, "" where there is none."""
        return self.manifest.inputs if self.manifest else ""

    @property
    def has_words(self) -> bool:
        """Whether it holds vectors of words."""
        return self.manifest is not None and self.manifest.words > 0

    def documents(self) -> Mapping[str, Document]:
        """Its documents by id, each read when it is asked for."""
        return _Documents(Store(self.folder / STORE)) if self._has(STORE) else {}

    def warnings(self) -> tuple[Notice, ...]:
        """The warnings of its documents."""
        return Store(self.folder / STORE).warnings() if self._has(STORE) else ()

    def rows(self) -> Rows:
        """Gives the rows of a document as this build has them; None where it has no such one."""
        if not self._has(STORE):
            return no_rows
        documents, store = self.documents(), Store(self.folder / STORE)

        def rows(document: Document) -> list[Entry] | None:
            held = documents.get(document.id)
            same = held is not None and replace(held, warnings=document.warnings) == document
            return list(store.entries(document.id)) if same else None

        return rows

    def _has(self, name: str) -> bool:
        return self.manifest is not None and name not in self.damaged


class _Documents(Mapping[str, Document]):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids = dict.fromkeys(store.document_ids())

    def __getitem__(self, document_id: str) -> Document:
        return self._store.document(document_id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def before(folder: Path) -> Before:
    """The live build of an index folder, its files held against their hashes."""
    try:
        return _look(folder / live_build(folder))
    except (IndexMissingError, IndexCorruptError):
        return Before(folder)


def _look(build: Path) -> Before:
    try:
        manifest = read_manifest(build)
    except IndexCorruptError:
        return Before(build)
    return Before(build, manifest, frozenset(unsound_files(build, manifest.files)))


def vectors_kept(
    folder: Path, live: Before, encoder: Encoder, *, with_words: bool = False
) -> list[Kept]:
    """The vectors by this encoder that can be relied on: the live build's, else of those before.

    A build that holds no vectors of words is passed over where they are wanted `with_words`.
    """
    kept = _kept(live, encoder, with_words)
    if kept is None:
        for manifest in reversed(builds_of(folder)):
            other = _look(folder / manifest.build)
            if other.folder != live.folder and (kept := _kept(other, encoder, with_words)):
                break
    return [kept] if kept else []


def _kept(build: Before, encoder: Encoder, with_words: bool) -> Kept | None:
    manifest = build.manifest
    if manifest is None or manifest.fingerprint != encoder.fingerprint:
        return None
    if with_words and not manifest.words:
        return None
    if altered_files(build.folder, {name: manifest.files[name] for name in (STORE, *VECTOR_FILES)}):
        return None
    store = Store(build.folder / STORE)
    vectors = Vectors.load(build.folder, Dense())  # only to be read
    return Kept(store.rows_by_input(), store.places(), vectors)
