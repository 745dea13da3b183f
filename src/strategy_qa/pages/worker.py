"""The process in which pages are drawn: `python -m strategy_qa.pages.worker`.

It takes one line of JSON with its limit of memory, then one line a picture, and answers each with
one line. PDFium is not safe between threads, and a hostile file ends this process only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy_qa.corpus.worker import limit_memory, limit_time, private_stdout, send
from strategy_qa.pages.picture import draw

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument


def main() -> None:
    """Answer until the other side closes its end."""
    requests, replies = sys.stdin.buffer, private_stdout()
    limit_memory(json.loads(requests.readline())["memory"])
    opened = _Opened()
    for line in requests:
        request = json.loads(line)
        limit_time(request["seconds"])
        try:
            send(replies, _answer(request, opened))
        except MemoryError:
            os._exit(1)


class _Opened:
    """The file drawn last: the cards of one answer are often of one document."""

    def __init__(self) -> None:
        self.sha256 = ""
        self.document: PdfDocument | None = None

    def get(self, path: Path, sha256: str) -> PdfDocument:
        """Open it; ValueError when it is no longer the file with this hash."""
        import pypdfium2

        if self.document is None or self.sha256 != sha256:
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != sha256:
                raise ValueError("the file has changed since the index was built")
            if self.document is not None:
                self.document.close()
            self.document, self.sha256 = pypdfium2.PdfDocument(data), sha256
        return self.document


def _answer(request: dict[str, Any], opened: _Opened) -> dict[str, Any]:
    import pypdfium2

    try:
        document = opened.get(Path(request["path"]), request["sha256"])
        png, boxes = draw(
            document,
            request["page"],
            quote=request["quote"],
            which=request["which"],
            whole=request["whole"],
        )
    except IndexError:
        return {"error": "there is no such page"}
    except (OSError, ValueError, pypdfium2.PdfiumError) as error:
        return {"error": str(error)}
    return {"png": base64.b64encode(png).decode(), "boxes": boxes}


if __name__ == "__main__":
    main()
