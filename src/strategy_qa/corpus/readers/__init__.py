"""Reads a file of any known format as a Document: bytes in, one text with spans out.

1. load the bytes, 2. tell the format, 3. read pages and blocks, 4. assemble the text,
5. settle the source: front matter over catalogue over what the file says of itself, 6. tell the
language. The last is left to whoever asked for it where files are read in a process of their own:
it needs tables that take longer to load than a short file takes to read.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from strategy_qa.corpus.files import printable
from strategy_qa.corpus.readers.assemble import Reading, assemble
from strategy_qa.corpus.readers.docx import read_docx
from strategy_qa.corpus.readers.html import read_html
from strategy_qa.corpus.readers.markdown import read_markdown
from strategy_qa.corpus.readers.pdf import read_pdf
from strategy_qa.corpus.readers.plain import read_plain
from strategy_qa.corpus.readers.sniff import media_type
from strategy_qa.corpus.sources import source_from
from strategy_qa.errors import CorpusError, ReadError
from strategy_qa.languages import UNKNOWN, document_language
from strategy_qa.types import Block, BlockKind, Document, Source

__all__ = ["MAX_BYTES", "READERS", "SUFFIXES", "load", "read_document", "read_untold", "told"]

MAX_BYTES = 300_000_000
_TOP = 6  # blocks

_PDF = "application/pdf"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

READERS: Mapping[str, Callable[..., Reading]] = {
    _PDF: read_pdf,
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
    ".pdf": _PDF,
    ".txt": "text/plain",
}


def read_document(
    path: Path,
    *,
    source: Source | None = None,
    catalogue: Mapping[str, Source] | None = None,
    max_bytes: int = MAX_BYTES,
    ocr: Callable[[bytes, Sequence[int]], bytes] | None = None,
) -> Document:
    """Read one file.

    Args:
        path: a file whose format is told from its bytes, else from its suffix.
        source: what is known of it; without one the file's metadata is asked, then its first
            heading, then its name.
        catalogue: where to look up its source, by the id in its front matter or by its stem.
        max_bytes: a larger file is refused unread.
        ocr: makes a PDF with text of a PDF whose pages of these numbers are pictures of text;
            without one such pages stay empty, with a warning.

    Raises:
        ReadError: the file cannot be opened, is empty, too large, damaged or without text.
        UnsupportedFileError: no reader exists for it.
        EncryptedFileError: it asks for a password.
    """
    return told(
        *read_untold(path, source=source, catalogue=catalogue, max_bytes=max_bytes, ocr=ocr)
    )


def read_untold(
    path: Path,
    *,
    source: Source | None = None,
    catalogue: Mapping[str, Source] | None = None,
    max_bytes: int = MAX_BYTES,
    ocr: Callable[[bytes, Sequence[int]], bytes] | None = None,
) -> tuple[Document, bool]:
    """As `read_document`, but without a look at the language of the text; see `told`."""
    data = load(path, max_bytes=max_bytes)
    name = printable(path.name)
    kind = media_type(data, suffix=path.suffix, suffixes=SUFFIXES, subject=name)
    options = {"ocr": ocr} if kind == _PDF else {}
    reading = READERS[kind](data, subject=name, **options)
    text, pages, blocks = assemble(reading.sheets)
    if not blocks:
        raise ReadError(name, "holds no text", remedy="Remove it, or put a full copy there.")
    base, warnings = source or _looked_up(reading, path, catalogue or {}), reading.warnings
    claimed = ""
    if base is None:
        base, doubts = _from_file(reading.about, path=path, title=_title(text, blocks))
        warnings += doubts
        claimed = base.language
        base = replace(base, language="")
    try:
        base = source_from(reading.front_matter, subject=name, base=base)
    except CorpusError as error:
        reason = f"front matter: {error.reason}"
        raise ReadError(name, reason, remedy=error.remedy) from error
    given = bool(base.language)
    base = replace(base, language=base.language or claimed)
    digest = hashlib.sha256(data).hexdigest()
    return Document(base.id, base, digest, text, pages, blocks, warnings), given


def told(document: Document, given: bool) -> Document:
    """A document with the language of its text, or a warning where another one is `given` for it.

    Given by the catalogue or by front matter, that is. Metadata often carries the language of the
    program that wrote the file: where the text itself tells, it decides.
    """
    spoken, source = document_language(document.text), document.source
    if given and spoken not in (UNKNOWN, source.language):
        doubt = f"its text looks like {spoken!r}, its language is given as {source.language!r}"
        return replace(document, warnings=(*document.warnings, doubt))
    if given or (spoken == UNKNOWN and source.language):
        return document
    return replace(document, source=replace(source, language=spoken))


def load(path: Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file. Raises ReadError where it is empty, too large or no file."""
    name = printable(path.name)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ReadError(name, "is a folder", remedy="Name a file in it.")
        if not stat.S_ISREG(status.st_mode):  # a pipe would keep us waiting for ever
            raise ReadError(name, "is no regular file", remedy="Name a file on a disk.")
        if status.st_size > max_bytes:
            reason = f"has {status.st_size:,} bytes, more than the {max_bytes:,} allowed"
            raise ReadError(name, reason, remedy="Split it or save it with smaller pictures.")
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        what = error.strerror if isinstance(error, OSError) else "no name of a file"
        reason = f"cannot be opened ({what or type(error).__name__})"
        passing = isinstance(error, OSError)
        remedy = "Check its name and its rights."
        raise ReadError(name, reason, remedy=remedy, passing=passing) from error
    if not data or data.isspace():
        raise ReadError(name, "is empty", remedy="Fetch or copy it again.")
    return data


def _looked_up(reading: Reading, path: Path, catalogue: Mapping[str, Source]) -> Source | None:
    own = reading.front_matter.get("id")
    return catalogue.get(own if isinstance(own, str) and own else path.stem)


def _title(text: str, blocks: Sequence[Block]) -> str:
    """The first heading of level 1 if it stands at the top: further down it names a part."""
    top = (block for block in blocks[:_TOP] if block.kind is BlockKind.HEADING)
    return next((block.span.of(text) for block in top if block.level == 1), "")


def _from_file(
    about: Mapping[str, object], *, path: Path, title: str
) -> tuple[Source, tuple[str, ...]]:
    """A source from the file alone; metadata that cannot be used is left out with a warning."""
    stem = printable(path.stem)
    name = " ".join(re.split(r"[\s_-]+", stem)).strip()
    source = Source(id=stem, title=" ".join(title.split()) or name or stem, language="")
    doubts: list[str] = []
    for key, value in about.items():
        try:
            source = source_from({key: value}, subject=stem, base=source)
        except CorpusError as error:
            doubts.append(f"the file's own {key} was left out: {error.reason}")
    return source, tuple(doubts)
