"""Reads scanned pages by OCR, with the extra `[ocr]` and tesseract installed; see OCRmyPDF."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from strategy_qa.errors import ReadError

INSTALL = "to read such pages: pip install 'strategy-qa[ocr]', and tesseract with eng and spa"
MAX_PAGES = 200  # of one file; at 8 seconds a page (one core, 200 dpi) almost half an hour

# The first leads: with English first, "año" came out as "ano" on 150 dpi; the other way round no
# English word gained an accent.
_LANGUAGES = ("spa", "eng")


def ocr_available() -> bool:
    """Whether scanned pages can be read."""
    return find_spec("ocrmypdf") is not None and shutil.which("tesseract") is not None


def recognise(data: bytes, pages: Sequence[int], *, cache: Path | None = None) -> bytes:
    """The PDF with text laid under its pages of these numbers, in English and Spanish.

    The result is kept in `cache` (the user's cache folder when None), since a scan costs some
    seconds a page and every build reads every file. Raises ReadError where it cannot be done.
    """
    from platformdirs import user_cache_path

    folder = (cache or user_cache_path("strategy-qa", appauthor=False)) / "ocr"
    wanted = ",".join(map(str, pages))
    key = f"{version('ocrmypdf')} {'+'.join(_LANGUAGES)} {wanted} ".encode()
    kept = folder / f"{hashlib.sha256(key + data).hexdigest()}.pdf"
    try:
        return kept.read_bytes()
    except FileNotFoundError:
        pass
    found = _run(data, wanted)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(found)
    unfinished.replace(kept)
    return found


def _run(data: bytes, pages: str) -> bytes:
    import ocrmypdf

    result = io.BytesIO()
    try:
        ocrmypdf.ocr(
            io.BytesIO(data),
            result,
            language=list(_LANGUAGES),
            pages=pages,
            # These pages have been found to be pictures, whatever else stands on them; the
            # result is only read, so that a page's looks and a signature do not matter.
            force_ocr=True,
            invalidate_digital_signatures=True,
            output_type="pdf",
            optimize=0,
            jobs=1,
            use_threads=True,
            progress_bar=False,
        )
    except (ocrmypdf.exceptions.ExitCodeException, OSError, ValueError, RuntimeError) as error:
        what = " ".join(str(error).split())[:200] or type(error).__name__
        raise ReadError("", f"OCR failed ({what})") from error
    return result.getvalue()
