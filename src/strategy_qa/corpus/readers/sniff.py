"""Tells a file's format from its first bytes, and from its suffix where the bytes are mute."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from strategy_qa.errors import EncryptedFileError, UnsupportedFileError

_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<(?:!doctype\s+html|html)\b",
    re.I | re.DOTALL,
)
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # OLE: Word before 2007, or any encrypted Office file
_REMEDY = "Save it as PDF, .docx, .html, .md or .txt."
_FOREIGN = {
    b"{\\rtf": "is Rich Text (RTF)",
    b"\x89PNG": "is a picture",
    b"\xff\xd8\xff": "is a picture",
    b"GIF8": "is a picture",
    b"II*\0": "is a picture",
    b"MM\0*": "is a picture",
    b"\x1f\x8b": "is a gzip archive",
    b"7z\xbc\xaf": "is a 7z archive",
}


def media_type(data: bytes, *, suffix: str, suffixes: Mapping[str, str], subject: str) -> str:
    """The media type of a file, whatever its name says.

    Raises UnsupportedFileError for a format without a reader, EncryptedFileError for an Office
    file under a password.
    """
    if b"%PDF-" in data[:1024]:
        return suffixes[".pdf"]
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data, word=suffixes[".docx"], subject=subject)
    if data.startswith(_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise EncryptedFileError(
                subject, "asks for a password", remedy="Save a copy without the password."
            )
        raise UnsupportedFileError(subject, "is an old Office file", remedy=_REMEDY)
    for magic, reason in _FOREIGN.items():
        if data.startswith(magic):
            raise UnsupportedFileError(subject, reason, remedy=_REMEDY)
    if _HTML.match(data[:4096]):
        return suffixes[".html"]
    if suffix.lower() in suffixes:
        return suffixes[suffix.lower()]
    what = f"files ending in {suffix}" if suffix else "files without a suffix"
    raise UnsupportedFileError(subject, f"{what} cannot be read", remedy=_REMEDY)


def _zipped(data: bytes, *, word: str, subject: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError):
        return word  # cut short: the Word reader says so
    if any(name.startswith("word/") for name in names):
        return word
    raise UnsupportedFileError(subject, "is a zip archive, not a Word document", remedy=_REMEDY)
