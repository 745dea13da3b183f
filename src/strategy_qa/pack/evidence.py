"""Make a pack: the same answers, index and files of the corpus give the same bytes.

1 read the answers, 2 check every quote, 3 passages and pictures, 4 what people read, 5 the
manifest, with the hash of all that stands before it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy_qa.contract import AnswerDict
from strategy_qa.errors import ConfigError
from strategy_qa.export import bibliography, to_bibtex, to_html
from strategy_qa.index import MANIFEST as INDEX_MANIFEST
from strategy_qa.index.sound import file_hash
from strategy_qa.pack.answers import answer_of, read_answers
from strategy_qa.pack.archive import ANSWERS, MANIFEST, writing
from strategy_qa.pack.places import Places, hash_of
from strategy_qa.pages import PdfFiles
from strategy_qa.render import source_dict
from strategy_qa.types import Document, Span

if TYPE_CHECKING:
    from strategy_qa.index import Index

FORMAT = 1
_README = """\
Evidence pack of strategy-qa: answers, and what it takes to check them.

answers.html       the answers, to read and print
answers.jsonl      the same as data, one JSON object a line
bibliography.bib   the documents quoted, as BibTeX
bibliography.txt   the places quoted
passages/          the text of the page around each quote
images/            the page around each quote, where the document is a PDF; the quote is marked
manifest.json      which quote stands where, where it came from, and the SHA-256 of every file

`strategy-qa verify FILE.zip` checks every hash and every quote, and compares the quotes with the
documents where there is an index of them. Note down the SHA-256 of this ZIP file: it tells
whether the pack is still the one that was made.
"""


@dataclass(frozen=True, slots=True)
class PackReport:
    """What went into a pack."""

    answers: int
    quotes: int
    pictures: int
    documents: int
    sha256: str  # of the ZIP file


def pack_answers(
    index: Index,
    folder: Path,
    source: Path,
    output: Path,
    *,
    corpus: Path,
    language: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> PackReport:
    """Put the answers of a file into a pack, with the evidence for each quote.

    Args:
        index: an open build that holds the documents quoted.
        folder: of that build.
        source: answers as `batch` writes them in JSON Lines, or `ask --json`.
        output: a .zip file.
        corpus: where the documents lie, for pictures of their pages.
        language: of the bibliography and of our words, by default that of most questions.
        progress: told how many answers are done, and of how many.

    Raises:
        ConfigError: a file cannot be used, or a quote does not stand in the index's documents.
    """
    if output.suffix.lower() != ".zip":
        raise ConfigError(output, "has an unknown format", remedy="Name it evidence.zip.")
    rows = read_answers(source)  # 1
    documents = _checked(index, source, rows)  # 2
    spoken = Counter(row["language"] for row in rows if row["language"])
    language = language or spoken.most_common(1)[0][0] or "en"
    with writing(output) as pack:
        pack.put("README.txt", _README.encode())
        pack.put(ANSWERS, b"".join(_line(row) for row in rows))
        places = Places(pack, documents, PdfFiles(corpus))
        with places.pictures:
            for number, row in enumerate(rows, start=1):  # 3
                progress(number - 1, len(rows))
                for cited in row["citations"]:
                    places.add(number, cited)
            progress(len(rows), len(rows))
        answers = [answer_of(row, lambda cited: documents[cited["document_id"]].source)
                   for row in rows if row["error"] is None]  # 4  # fmt: skip
        pack.put("answers.html", to_html(answers, language=language).encode())
        pack.put("bibliography.bib", to_bibtex(answers, language=language).encode())
        listed = bibliography(answers, language=language).entries
        pack.put("bibliography.txt", "".join(f"[{e.number}] {e.text}\n" for e in listed).encode())
        manifest = {
            "format": FORMAT,
            "version": version("strategy-qa"),
            "language": language,
            "index": {
                "build": index.manifest.build,
                "manifest": file_hash(folder / INDEX_MANIFEST),
                "encoder": index.manifest.encoder,
                "weights": index.manifest.fingerprint,
                "versions": index.manifest.versions,
            },
            "answered_from": sorted({row["index_build"] for row in rows if row["index_build"]}),
            "documents": [_about(documents[name]) for name in sorted(documents)],
            "quotes": places.quotes,
            "files": dict(sorted(pack.files.items())),
        }
        pack.put(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())  # 5
    return PackReport(
        answers=len(rows),
        quotes=len(places.quotes),
        pictures=len(places.images),
        documents=len(documents),
        sha256=file_hash(output),
    )


def _checked(index: Index, source: Path, rows: Sequence[AnswerDict]) -> dict[str, Document]:
    """The documents quoted; ConfigError for the first quote that does not stand in its own."""
    documents: dict[str, Document] = {}
    for number, row in enumerate(rows, start=1):
        for cited in row["citations"]:
            name = cited["document_id"]
            where = f"{source}: answer {number}, quote [{cited['number']}]"
            remedy = "Ask again with this index, or pack with the one that answered."
            if name not in documents:
                try:
                    documents[name] = index.store.document(name)
                except KeyError as error:
                    said = f"is of {name}, which the index does not hold"
                    raise ConfigError(where, said, remedy=remedy) from error
            document, span = documents[name], Span(cited["start"], cited["end"])
            page = document.page_at(span.start)
            stands = 0 <= span.start < span.end and span.of(document.text) == cited["quote"]
            if not stands or (page.number, page.label) != (cited["page"], cited["page_label"]):
                said = f"does not stand in {name} where it says"
                raise ConfigError(where, said, remedy=remedy)
    return documents


def _about(document: Document) -> dict[str, Any]:
    source = document.source
    return {
        **source_dict(source),
        "id": document.id,
        "retrieved": source.retrieved,
        "archived": source.archived,
        "fetched_from": source.fetched_from,
        "sha256": document.sha256,
        "text_sha256": hash_of(document.text),
        "characters": len(document.text),
    }


def _line(row: AnswerDict) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"
