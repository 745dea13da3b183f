"""The process in which files are read: `python -m strategy_qa.corpus.worker`.

It takes one line of JSON with the catalogue and its limits, then one line a file, and answers
each with one line. A file that crashes the readers or eats the memory ends this process only.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from strategy_qa.corpus.links import find_links
from strategy_qa.corpus.look import look
from strategy_qa.corpus.readers import load, read_untold
from strategy_qa.corpus.readers.ocr import ocr_available, recognise
from strategy_qa.corpus.wire import (
    OUT_OF_MEMORY,
    document_fields,
    error_fields,
    line_of,
    source_from_fields,
)
from strategy_qa.errors import ReadError
from strategy_qa.types import Source

_GRACE = 60  # seconds of CPU beyond the limit, after which the system ends an orphan

Ocr = Callable[[bytes, Sequence[int]], bytes]


def main() -> None:
    """Answer until the other side closes its end."""
    requests, replies = sys.stdin.buffer, private_stdout()
    setup = json.loads(requests.readline())
    limit_memory(setup["memory"])
    catalogue = {id_: source_from_fields(fields) for id_, fields in setup["sources"].items()}

    def ocr(data: bytes, pages: Sequence[int]) -> bytes:
        send(replies, {"ocr": len(pages)})
        return recognise(data, pages)

    for line in requests:
        request = json.loads(line)
        limit_time(request["seconds"])
        try:
            send(replies, _answer(request, catalogue, ocr if ocr_available() else None))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)  # whatever was left half done goes with it


def private_stdout() -> BinaryIO:
    """The way back, out of reach of libraries that print."""
    replies = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    return replies


def send(replies: BinaryIO, message: Mapping[str, object]) -> None:
    """One message, at once."""
    replies.write(line_of(message))
    replies.flush()


def _answer(
    request: dict[str, Any], catalogue: Mapping[str, Source], ocr: Ocr | None
) -> dict[str, Any]:
    path = Path(request["path"])
    try:
        if "look" in request:
            return {"look": asdict(look(load(path), **request["look"]))}
        if "links" in request:
            return {"links": [asdict(link) for link in find_links(path)]}
        source = source_from_fields(request["source"]) if "source" in request else None
        document, given = read_untold(path, source=source, catalogue=catalogue, ocr=ocr)
        return {"document": document_fields(document), "given": given}
    except ReadError as error:
        return {"error": error_fields(error)}
    except MemoryError:
        raise
    except Exception as error:
        # The one boundary behind the readers: what none of them foresaw costs this file only.
        what = f"the reader failed on it ({type(error).__name__})"
        remedy = "Print it to PDF anew, and tell the maintainers of strategy_qa."
        return {"error": error_fields(ReadError("", what, remedy=remedy))}


def limit_memory(size: int) -> None:
    """Bytes of address space beyond which this process gets no more."""
    # Windows has no such module, macOS may refuse the limit: the time limit still holds there.
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def limit_time(seconds: float) -> None:
    """The system's own limit, for the case that nobody is left to end this process."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        end = int(used.ru_utime + used.ru_stime + seconds) + _GRACE
        _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (end, hard))


if __name__ == "__main__":
    main()
