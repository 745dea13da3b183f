"""The ZIP file of a pack: written to the same bytes each time, read within limits.

Nothing is ever unpacked to the disk, and only names that a pack has are read.
"""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from strategy_qa.errors import ConfigError

MANIFEST = "manifest.json"
ANSWERS = "answers.jsonl"
_NAME = re.compile(
    r"manifest\.json|README\.txt|answers\.(jsonl|html)|bibliography\.(bib|txt)"
    r"|passages/\d{1,7}\.txt|images/\d{1,7}\.png"
)
_ENTRIES = 500_000
_ENTRY = 256 * 2**20  # bytes unpacked: only the answers of a very long batch come near it
_TOTAL = 8 * 2**30  # bytes unpacked
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that ZIP can say: the same pack has the same bytes
_PLAIN = 0o644 << 16  # a file that all may read; what Unix tools take from the archive
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


class PackWriter:
    """Puts files into a pack and remembers their hashes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.files: dict[str, str] = {}  # name: SHA-256

    def put(self, name: str, data: bytes) -> None:
        """Add a file."""
        about = zipfile.ZipInfo(name, _DATE)
        about.create_system, about.external_attr = 3, _PLAIN
        about.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
        self._archive.writestr(about, data, compresslevel=9)
        self.files[name] = hashlib.sha256(data).hexdigest()


@contextmanager
def writing(path: Path) -> Iterator[PackWriter]:
    """A new pack, which takes its place when it is whole.

    Raises:
        ConfigError: it cannot be written there.
    """
    aside = path.with_name(f"{path.name}.tmp")
    try:
        with aside.open("wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                yield PackWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise ConfigError(path, f"cannot be written ({error.strerror})") from error
    finally:
        aside.unlink(missing_ok=True)


class PackReader:
    """An opened pack whose every name and size has been looked at."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        """Raise ConfigError for an archive that is no pack, or that unpacks to too much."""
        self._archive, self._path = archive, path
        listed = archive.infolist()
        self.names = frozenset(about.filename for about in listed)
        for about in listed:
            if not _NAME.fullmatch(about.filename):
                raise _refused(path, f"holds {about.filename[:80]!r}, which no pack has")
            if about.flag_bits & 1:
                raise _refused(path, "is encrypted")
            if about.file_size > _ENTRY:
                raise _refused(path, f"holds {about.filename} of {about.file_size:,} bytes")
        if len(self.names) != len(listed):
            raise _refused(path, "holds two files of one name")
        if len(listed) > _ENTRIES or sum(about.file_size for about in listed) > _TOTAL:
            raise _refused(path, f"unpacks to more than {_TOTAL // 2**30} GiB or too many files")
        if MANIFEST not in self.names:
            raise _refused(path, f"has no {MANIFEST}")

    def read(self, name: str) -> bytes:
        """A file of the pack; ConfigError where it is damaged, KeyError where there is none."""
        try:
            return self._archive.read(name)  # no more than the size that was looked at
        except _DAMAGE as error:
            raise _refused(self._path, f"is damaged at {name}") from error


@contextmanager
def reading(path: Path) -> Iterator[PackReader]:
    """An opened pack; ConfigError where the file is none."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise ConfigError(path, "there is no such file") from error
    except (*_DAMAGE, ValueError) as error:
        raise _refused(path, "is no ZIP file, or a damaged one") from error
    with archive:
        yield PackReader(archive, path)


def _refused(path: Path, reason: str) -> ConfigError:
    return ConfigError(path, reason, remedy="Ask for the pack again where it was made.")
