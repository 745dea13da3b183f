"""Reads a file of any known format as a Document: bytes in, one text with spans out.

1. load the bytes, 2. tell the format, 3. read pages and blocks, 4. assemble the text,
5. settle the source: front matter over catalogue over what the file says of itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from strategy_qa.corpus.readers.assemble import Reading, assemble
from strategy_qa.corpus.readers.docx import read_docx
from strategy_qa.corpus.readers.front_matter import front_matter_id
from strategy_qa.corpus.readers.html import read_html
from strategy_qa.corpus.readers.markdown import read_markdown
from strategy_qa.corpus.readers.pdf import read_pdf
from strategy_qa.corpus.readers.plain import read_plain
from strategy_qa.corpus.readers.sniff import media_type
from strategy_qa.corpus.sources import source_from
from strategy_qa.errors import CorpusError, ReadError
from strategy_qa.text import detect_language
from strategy_qa.types import Block, BlockKind, Document, Source

__all__ = ["MAX_BYTES", "READERS", "SUFFIXES", "front_matter_id", "read_document"]

MAX_BYTES = 300_000_000
_TOP = 6  # blocks

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

READERS: Mapping[str, Callable[..., Reading]] = {
    "application/pdf": read_pdf,
    _WORD: read_docx,
    "text/html": read_html,
    "text/markdown": read_markdown,
    "text/plain": read_plain,
}
SUFFIXES: Mapping[str, str] = {
    ".docx": _WORD,
    ".htm": "text/html",
    ".html": "text/html",
    ".markdown": "text/markdown",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
}


def read_document(
    path: Path, *, source: Source | None = None, max_bytes: int = MAX_BYTES
) -> Document:
    """Read one file.

    Args:
        path: a file whose format is told from its bytes, else from its suffix.
        source: what the catalogue says of it; without one the file's metadata is asked, then
            its first heading, then its name.
        max_bytes: a larger file is refused unread.

    Raises:
        ReadError: the file cannot be opened, is empty, too large, damaged or without text.
        UnsupportedFileError: no reader exists for it.
        EncryptedFileError: it asks for a password.
    """
    data = _load(path, max_bytes=max_bytes)
    kind = media_type(data, suffix=path.suffix, suffixes=SUFFIXES, subject=path.name)
    reading = READERS[kind](data, subject=path.name)
    text, pages, blocks = assemble(reading.sheets)
    if not blocks:
        raise ReadError(path.name, "holds no text", remedy="Remove it, or put a full copy there.")
    base, warnings = source, reading.warnings
    if base is None:
        title = _title(text, blocks)
        base, doubts = _from_file(reading.about, path=path, text=text, title=title)
        warnings += doubts
    try:
        base = source_from(reading.front_matter, subject=path.name, base=base)
    except CorpusError as error:
        reason = f"front matter: {error.reason}"
        raise ReadError(path.name, reason, remedy=error.remedy) from error
    digest = hashlib.sha256(data).hexdigest()
    return Document(base.id, base, digest, text, pages, blocks, warnings)


def _load(path: Path, *, max_bytes: int) -> bytes:
    try:
        if path.is_dir():
            raise ReadError(path.name, "is a folder", remedy="Name a file in it.")
        size = path.stat().st_size
        if size > max_bytes:
            reason = f"has {size:,} bytes, more than the {max_bytes:,} allowed"
            raise ReadError(path.name, reason, remedy="Split it or save it with smaller pictures.")
        data = path.read_bytes()
    except OSError as error:
        reason = f"cannot be opened ({error.strerror or type(error).__name__})"
        raise ReadError(path.name, reason, remedy="Check its name and its rights.") from error
    if not data.strip():
        raise ReadError(path.name, "is empty", remedy="Fetch or copy it again.")
    return data


def _title(text: str, blocks: Sequence[Block]) -> str:
    """The first heading of level 1 if it stands at the top: further down it names a part."""
    top = (block for block in blocks[:_TOP] if block.kind is BlockKind.HEADING)
    return next((block.span.of(text) for block in top if block.level == 1), "")


def _from_file(
    about: Mapping[str, object], *, path: Path, text: str, title: str
) -> tuple[Source, tuple[str, ...]]:
    """A source from the file alone; metadata that cannot be used is left out with a warning."""
    name = " ".join(re.split(r"[\s_-]+", path.stem)).strip()
    source = Source(id=path.stem, title=" ".join(title.split()) or name or path.name)
    doubts: list[str] = []
    for key, value in about.items():
        try:
            source = source_from({key: value}, subject=path.name, base=source)
        except CorpusError as error:
            doubts.append(f"the file's own {key} was left out: {error.reason}")
    # Metadata often carries the language of the program that wrote the file, so that between
    # the languages we can tell apart the text itself decides.
    if about.get("language", "en") in ("en", "es"):
        source = replace(source, language=detect_language(text, default=source.language))
    return source, tuple(doubts)
