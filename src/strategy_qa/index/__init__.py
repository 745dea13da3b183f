"""The index on disk: one immutable build, opened after its files were checked.

`index/current.json` names the live build, `index/<build>/manifest.json` lists every file of it
with its SHA-256, and itself with its own. A build is never changed; another takes its place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from strategy_qa.errors import IndexCorruptError, IndexMissingError
from strategy_qa.index.dense import Dense
from strategy_qa.index.lexical import LexicalIndex
from strategy_qa.index.sound import Stamp, stamps, unsound_files
from strategy_qa.index.store import Store
from strategy_qa.index.vectors import Vectors
from strategy_qa.types import Notice

FORMAT = 8
CURRENT = "current.json"
MANIFEST = "manifest.json"
STORE = "store.sqlite"
LEXICAL = "lexical"
REBUILD = "Run `strategy-qa verify --repair`, or `strategy-qa build --full` to build it anew."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build says of itself."""

    format: int
    build: str
    number: int  # counts the builds of a folder; clocks jump, this does not
    created: datetime
    encoder: str
    fingerprint: str  # of the encoder's weights and tokenizer
    dimension: int
    chunk_tokens: int
    inputs: str  # hash of everything that shaped the build
    documents: int
    chunks: int
    sentences: int
    words: int  # vectors of words; 0 where they are made when a question is asked
    dense: Dense  # how the chunks are searched
    failures: tuple[Notice, ...]  # files left out
    versions: dict[str, str]  # of the libraries that decide the result
    files: dict[str, str]  # path below the build: SHA-256

    def to_json(self) -> str:
        """The text of `manifest.json`, which ends in the SHA-256 of what stands before it."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        fields["created"] = self.created.isoformat()
        fields["dense"] = asdict(self.dense)
        fields["failures"] = [[f.subject, f.reason] for f in self.failures]
        body = json.dumps(fields, ensure_ascii=False, indent=2)
        fields["digest"] = hashlib.sha256(body.encode()).hexdigest()
        return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read `manifest.json`; KeyError, TypeError or ValueError when it is not one."""
        fields = json.loads(text)
        if fields["format"] != FORMAT:
            raise ValueError(f"format {fields['format']}, expected {FORMAT}")
        del fields["digest"]
        fields["created"] = datetime.fromisoformat(fields["created"])
        fields["dense"] = Dense(**fields["dense"])
        fields["failures"] = tuple(Notice(*f) for f in fields["failures"])
        manifest = cls(**fields)
        if manifest.to_json() != text:
            raise ValueError("it was altered since it was built")
        return manifest


class Index:
    """One build, open for reading: `store`, `vectors` and `lexical` share their row numbers."""

    def __init__(
        self,
        manifest: Manifest,
        store: Store,
        vectors: Vectors,
        lexical: LexicalIndex,
        *,
        folder: Path,
        found: Mapping[str, Stamp],
    ) -> None:
        self.manifest = manifest
        self.store = store
        self.vectors = vectors
        self.lexical = lexical
        self.folder = folder  # of the build
        self._found = found
        self.languages = store.languages
        self.spoken = tuple(str(language) for language in np.unique(self.languages))

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was written into its files since before they were checked.

        Files that are gone, as those of a build that was pruned, are what they were to whoever
        has them open.
        """
        return stamps(self.folder, self.manifest.files).items() <= self._found.items()

    @classmethod
    def open(cls, folder: Path) -> Index:
        """Open the live build of an index folder.

        Raises:
            IndexMissingError: nothing has been published there.
            IndexCorruptError: a file is missing, altered or of another format.
        """
        name = live_build(folder)
        try:
            return cls.open_build(folder / name)
        except IndexCorruptError:
            # Two builds may have been published since, and this one pruned: then there is another.
            if live_build(folder) == name:
                raise
            return cls.open(folder)

    @classmethod
    def open_build(cls, build: Path) -> Index:
        """Open one build after checking every file against its manifest."""
        manifest = read_manifest(build)
        found = stamps(build, manifest.files)
        check_files(build, manifest)
        try:
            return cls(
                manifest,
                Store(build / STORE),
                Vectors.load(build, manifest.dense),
                LexicalIndex.load(build / LEXICAL),
                folder=build,
                found=found,
            )
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            raise IndexCorruptError(build, f"cannot be opened ({error})", remedy=REBUILD) from error


def live_build(folder: Path) -> str:
    """The name of the build that `current.json` points to."""
    pointer = folder / CURRENT
    try:
        text = pointer.read_text(encoding="utf-8")
        name = json.loads(text)["build"]
    except FileNotFoundError as error:
        raise IndexMissingError(
            folder, "there is no index here", remedy="Run `strategy-qa build` first."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorruptError(pointer, "cannot be read", remedy=REBUILD) from error
    if not isinstance(name, str) or not name or Path(name).name != name or pointer_to(name) != text:
        raise IndexCorruptError(pointer, "names no build", remedy=REBUILD)
    return name


def pointer_to(build: str) -> str:
    """The text of `current.json`."""
    return json.dumps({"build": build}) + "\n"


def read_manifest(build: Path) -> Manifest:
    """The manifest of a build; IndexCorruptError when it is missing or not readable."""
    try:
        return Manifest.from_json((build / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorruptError(
            build / MANIFEST, f"cannot be read ({error})", remedy=REBUILD
        ) from error


def check_files(build: Path, manifest: Manifest) -> None:
    """Hold the files of a build against its manifest; IndexCorruptError names one that differs."""
    for name, reason in unsound_files(build, manifest.files).items():
        raise IndexCorruptError(build / name, reason, remedy=REBUILD)
