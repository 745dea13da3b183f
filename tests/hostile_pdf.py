"""Writes PDF files by hand, object by object, as no honest program would."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

WORDS = b"BT /F 12 Tf 20 700 Td (Some words stand here) Tj ET"


def simple(
    content: bytes = WORDS,
    *,
    filters: bytes = b"",
    catalogue: bytes = b"",
    trailer: bytes = b"",
    page: bytes = b"",
    pages: int = 1,
    more: Sequence[bytes] = (),
) -> bytes:
    """A PDF whose pages all show `content`; object 5 is the first page, `more` follow the last."""
    kids = b" ".join(b"%d 0 R" % (5 + at) for at in range(pages))
    leaf = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F 3 0 R>>>>" + page + b">>"
    )
    return _file(
        [
            b"<</Type/Catalog/Pages 2 0 R" + catalogue + b">>",
            b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            stream(content, b"/Filter" + filters if filters else b""),
            *[leaf] * pages,
            *more,
        ],
        trailer,
    )


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), entries, data)


def bomb(megabytes: int) -> bytes:
    """Deflated blanks, a thousandth of what they unpack to."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(b" " * 2**20) for _ in range(megabytes)]
    return b"".join(parts) + packer.flush()


def _file(objects: Sequence[bytes], trailer: bytes) -> bytes:
    parts = [b"%PDF-1.7\n"]
    offsets: list[int] = []
    at = len(parts[0])
    for number, content in enumerate(objects, 1):
        offsets.append(at)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        at += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return b"".join(parts) + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\n"
        b"startxref\n%d\n%%%%EOF" % (size, table, size, trailer, at)
    )
