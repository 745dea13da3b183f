"""Turns the bytes of a text or a web page into characters."""

from __future__ import annotations

import codecs
import re

from strategy_qa.errors import UnsupportedFileError

# Names a web page may use; others are codecs of Python that are no encodings of text.
_KNOWN = re.compile(
    r"(?:iso-?8859-?|windows-?|cp)\d{1,4}|macintosh|koi8-[ru]|gb(?:k|2312|18030)|big5|shift_jis"
    r"|euc-(?:jp|kr)"
)
# Browsers read these as Windows-1252, which adds quotation marks and dashes to them.
_LATIN = re.compile(r"iso-?8859-?1|windows-?1252|cp1252")
_STRAY = 0.1  # share of the characters beyond ASCII that may be broken in a UTF-8 text


def decode(data: bytes, *, subject: str, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """The text of a file, its line ends as line feeds, and a warning where its encoding is a guess.

    A byte order mark decides; then UTF-8, which no other text is by chance; then what the file
    declares; then Windows-1252, of which every text is valid. Detectors are left aside: one took
    Spanish "año" for the Polish "ańo".
    """
    text, warnings = _decoded(data, declared.strip().lower())
    if "\0" in text:
        raise UnsupportedFileError(
            subject, "is not a text file", remedy="Save it as UTF-8 text, PDF or Word."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), warnings


def _decoded(data: bytes, declared: str) -> tuple[str, tuple[str, ...]]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), ()
    if declared and data[1:2] == b"\0" != data[:1]:
        return data.decode("utf-16-le", "replace"), ()
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    if broken <= _STRAY * sum(not char.isascii() for char in text):
        return text, (f"{broken} characters are broken: the file is damaged or cut short",)
    if _KNOWN.fullmatch(declared) and not _LATIN.fullmatch(declared):
        try:
            return data.decode(declared.replace("macintosh", "mac_roman"), "replace"), ()
        except LookupError:
            pass
    warnings = () if _LATIN.fullmatch(declared) else (
        "not UTF-8: read as Windows-1252, check the accents",
    )  # fmt: skip
    return data.decode("cp1252", "replace"), warnings
