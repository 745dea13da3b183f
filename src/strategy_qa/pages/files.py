"""Finds the PDF file a document was read from: the one whose SHA-256 the index names."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from strategy_qa.corpus import DOCUMENTS
from strategy_qa.corpus.files import check_file, entries
from strategy_qa.errors import ReadError

_FETCHED = "fetched"
_LIMIT = 200 * 2**20  # bytes; no larger file is hashed or drawn
_AGAIN = 30.0  # seconds after which the folder is looked at anew

_Stamp = tuple[int, int]


class PdfFiles:
    """The PDF files of a corpus by hash; safe to share between threads.

    A file is hashed again only when its size or its time has changed.
    """

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self._hashes: dict[Path, tuple[_Stamp, str]] = {}
        self._by_hash: dict[str, Path] = {}
        self._looked = float("-inf")
        self._lock = threading.Lock()

    def path_of(self, sha256: str) -> Path | None:
        """The file with this hash, None where the corpus has none (any more)."""
        with self._lock:
            if time.monotonic() - self._looked > _AGAIN:
                self._by_hash = {hash_: path for path in self._pdfs() if (hash_ := self._of(path))}
                self._looked = time.monotonic()
            return self._by_hash.get(sha256)

    def _pdfs(self) -> Iterator[Path]:
        allowed = (self._corpus, self._corpus / DOCUMENTS)
        for folder in (self._corpus / DOCUMENTS, self._corpus / _FETCHED):
            if not folder.is_dir():
                continue
            for path in sorted(entries(folder)):
                if path.suffix.lower() != ".pdf":
                    continue
                try:
                    check_file(path, within=allowed)
                except ReadError:  # the build reports it; there is no picture of it
                    continue
                yield path

    def _of(self, path: Path) -> str:
        """The file's hash, "" for one that is too large or gone."""
        try:
            about = path.stat()
            stamp = about.st_size, about.st_mtime_ns
            known = self._hashes.get(path)
            if known and known[0] == stamp:
                return known[1]
            if about.st_size > _LIMIT:
                return ""
            with path.open("rb") as file:
                hash_ = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return ""
        self._hashes[path] = stamp, hash_
        return hash_
