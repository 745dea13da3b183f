"""What shapes a build: files, code, libraries, encoder, settings; and the last look at them.

Where all of it is as it was, nothing has to be read to know that nothing changed. A file whose
size, times and inode are those of the last look is taken to hold what it held then, as version
control does; all others are hashed.
"""

from __future__ import annotations

import hashlib
import json
import stat
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import strategy_qa
from strategy_qa.corpus import CATALOGUE, DOCUMENTS
from strategy_qa.corpus.kept import Kept
from strategy_qa.corpus.provenance import FETCHED
from strategy_qa.corpus.readers.ocr import ocr_available
from strategy_qa.encode import Encoder
from strategy_qa.index import FORMAT
from strategy_qa.index.sound import Stamp, file_hash, stamp_of
from strategy_qa.types import Document, Notice

LOOKED = ".looked.json"  # below the index folder
READ = ".read"  # likewise
# A file changed just before it was looked at may change again within the clock's grain.
_SETTLED = 2_000_000_000  # nanoseconds

# Code that turns files into rows; its text is part of every build, so an upgrade is noticed.
_ROOMS = ("corpus", "index", "bert.py", "chunk.py", "encode.py", "networks.py", "text.py")
_LIBRARIES = (
    "bm25s", "faiss-cpu", "lxml", "markdown-it-py", "nupunkt", "ocrmypdf", "py3langid", "pypdf",
    "pypdfium2", "PyStemmer", "python-docx", "PyYAML", "tiktoken", "torch", "trafilatura",
)  # fmt: skip


def is_settled(stamp: Stamp) -> bool:
    """Whether a stamp can be relied on: another write would give another one."""
    return abs(time.time_ns() - max(stamp[1], stamp[2])) > _SETTLED


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of the corpus as it was found."""

    sha256: str  # "" for what is no file or cannot be read
    stamp: Stamp | None  # None where it could not be relied on later

    @classmethod
    def of(cls, path: Path, corpus: Path, known: FileState | None) -> FileState:
        """Look at a file; what is `known` of it spares hashing it."""
        try:
            info = path.stat()
            if not stat.S_ISREG(info.st_mode):
                return cls("", None)
            stamp = stamp_of(info)
            if known and known.stamp == stamp:
                return known
            if path.is_symlink() and not path.resolve().is_relative_to(corpus.resolve()):
                return cls("", None)  # never read either
            return cls(file_hash(path), stamp if is_settled(stamp) else None)
        except OSError:
            return cls("", None)  # the reader says what is wrong with it


States = Mapping[str, FileState]  # by path below the corpus


def look(corpus: Path, known: States) -> dict[str, FileState]:
    """The state of everything a build may read but hidden files, by its path below the corpus."""
    places = [corpus / CATALOGUE, corpus / DOCUMENTS, corpus / FETCHED]
    found = sorted(path for place in places for path in (place, *place.rglob("*")))
    return {
        name: FileState.of(path, corpus, known.get(name))
        for path in found
        if not any(part.startswith(".") for part in path.relative_to(corpus).parts)
        and (path.is_symlink() or path.exists())
        and not path.is_dir()
        for name in [path.relative_to(corpus).as_posix()]
    }


@dataclass(frozen=True, slots=True)
class Look:
    """What was found, and the build it led to; only ever a shortcut, so losing it loses nothing."""

    states: States
    settings: str  # hash of what shapes a build beside the corpus
    build: str = ""

    def without(self, corpus: Path, files: Collection[Path]) -> Look:
        """The same but for some files, which are then looked at anew, and tried again."""
        gone = {path.relative_to(corpus).as_posix() for path in files}
        return replace(self, states={n: s for n, s in self.states.items() if n not in gone})

    def kept(self, corpus: Path, folder: Path, *, taken: bool = True, written: bool = True) -> Kept:
        """What was made of the files that were found, kept in an index folder."""
        hashes = {corpus / name: state.sha256 for name, state in self.states.items()}
        return Kept(folder / READ, recipe(), hashes, taken=taken, written=written)

    def same_as(self, other: Look) -> bool:
        """Whether the same build comes of both."""
        hashes = [{name: s.sha256 for name, s in each.states.items()} for each in (self, other)]
        return self.settings == other.settings and hashes[0] == hashes[1]


def settings_hash(encoder: Encoder, chunk_tokens: int, words: str) -> str:
    """One hash of what shapes a build beside the corpus: code, libraries, encoder, settings."""
    parts = f"{recipe()} {encoder.fingerprint} {chunk_tokens} {words}"
    return hashlib.sha256(parts.encode()).hexdigest()


def inputs_hash(settings: str, documents: Sequence[Document], failures: Sequence[Notice]) -> str:
    """One hash of everything that shapes a build."""
    parts = [
        settings,
        *(f"{d.sha256} {d!r}" for d in documents),
        *(f"{f.subject} {f.reason}" for f in failures),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@lru_cache(maxsize=1)
def recipe() -> str:
    """A hash of the code and the libraries that turn files into rows."""
    package = Path(strategy_qa.__file__).parent
    total = hashlib.sha256(f"{FORMAT} {ocr_available()}".encode())
    for room in _ROOMS:
        at = package / room
        for path in [at] if at.is_file() else sorted(at.rglob("*.py")):
            total.update(path.read_bytes())
    for name in _LIBRARIES:
        total.update(f"{name} {_version(name)}\n".encode())
    return total.hexdigest()


def remember(folder: Path, look: Look) -> None:
    """Keep a look for the next build."""
    states = {name: [state.sha256, state.stamp] for name, state in look.states.items()}
    fields = {"build": look.build, "settings": look.settings, "states": states}
    aside = folder / f"{LOOKED}.part"
    aside.write_text(json.dumps(fields) + "\n", encoding="utf-8")
    aside.replace(folder / LOOKED)


def recall(folder: Path) -> Look:
    """The last look that was kept; an empty one where it cannot be read."""
    try:
        fields = json.loads((folder / LOOKED).read_text(encoding="utf-8"))
        states = {
            name: FileState(sha256, tuple(stamp) if stamp else None)
            for name, (sha256, stamp) in fields["states"].items()
        }
        return Look(states, fields["settings"], fields["build"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Look({}, "")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
