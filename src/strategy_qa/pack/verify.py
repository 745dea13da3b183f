"""Check a pack without unpacking it; whatever does not agree is named.

1 every file against its SHA-256, 2 the answers say what their quotes say and no more, 3 every
quote stands in its passage, 4 and in the document, where there is an index that holds it.

What is altered together with every hash of it is found by 4, or by the pack's own SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from strategy_qa.contract import AnswerDict, CitationDict
from strategy_qa.errors import ConfigError
from strategy_qa.index.sound import file_hash
from strategy_qa.index.verify import Verification
from strategy_qa.pack.answers import answer_of, parse_answers
from strategy_qa.pack.archive import ANSWERS, MANIFEST, PackReader, reading
from strategy_qa.pack.evidence import FORMAT
from strategy_qa.pack.places import hash_of
from strategy_qa.types import Document, Notice, Source

if TYPE_CHECKING:
    from strategy_qa.index import Index


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)  # what is not named here is not checked


class _Quote(_Strict):
    answer: int
    number: int
    document_id: str
    start: int
    end: int
    sha256: str
    passage: str
    passage_start: int
    images: list[str]


class _Document(_Strict):
    id: str
    sha256: str
    text_sha256: str


class _Manifest(_Strict):
    format: int
    documents: list[_Document]
    quotes: list[_Quote]
    files: dict[str, str]


def verify_pack(path: Path, *, index: Index | None = None) -> Verification:
    """Check a pack against itself, and its quotes against the documents of an open index.

    Raises:
        ConfigError: the file is no pack, or one that may not be read: what is wrong with a pack
            is in `problems`.
    """
    with reading(path) as pack:
        try:
            manifest = _Manifest.model_validate(json.loads(pack.read(MANIFEST)))
        except (ValidationError, ValueError, RecursionError) as error:
            raise ConfigError(path, f"has a {MANIFEST} that cannot be read") from error
        if manifest.format != FORMAT:
            said = f"has format {manifest.format}, not {FORMAT}"
            raise ConfigError(path, said, remedy="Use the version that made it.")
        problems = list(_files(pack, manifest))  # 1
        checked = [f"{len(pack.names)} files"]
        try:
            rows = list(parse_answers(pack.read(ANSWERS).decode()))
        except (ConfigError, KeyError, ValueError) as error:
            problems.append(Notice(ANSWERS, f"cannot be read ({error})"))
            rows = []
        problems += [*_answers(rows), *_differences(rows)]  # 2
        problems += _quotes(pack, manifest, rows)  # 3
        checked += [f"{len(rows)} answers", f"{len(manifest.quotes)} quotes"]
        if index is not None:  # 4
            found, compared = _documents(index, manifest, rows)
            problems += found
            checked.append(f"{compared} of them in the documents of index {index.manifest.build}")
    checked.append(f"SHA-256 {file_hash(path)}")
    return Verification(path.name, tuple(checked), tuple(dict.fromkeys(problems)))


def _files(pack: PackReader, manifest: _Manifest) -> Iterator[Notice]:
    for name, sha256 in manifest.files.items():
        if name not in pack.names:
            yield Notice(name, "is missing")
            continue
        try:
            if hashlib.sha256(pack.read(name)).hexdigest() != sha256:
                yield Notice(name, "was altered: its SHA-256 is another one than the manifest says")
        except ConfigError as error:
            yield Notice(name, error.reason)
    for name in sorted(pack.names - manifest.files.keys() - {MANIFEST}):
        yield Notice(name, "was added: the manifest does not name it")


def _answers(rows: list[AnswerDict]) -> Iterator[Notice]:
    for number, row in enumerate(rows, start=1):
        said = answer_of(row, lambda cited: Source(cited["document_id"], cited["title"])).text
        if said != (row["answer"] or ""):
            yield Notice(f"answer {number}", "says something else than its quotes")
        numbers = [cited["number"] for cited in row["citations"]]
        if len(set(numbers)) < len(numbers):
            yield Notice(f"answer {number}", "has two quotes of one number")


def _differences(rows: list[AnswerDict]) -> Iterator[Notice]:
    cited = _cited(rows)
    for number, row in enumerate(rows, start=1):
        for conflict in row["conflicts"]:
            for given in conflict["readings"]:
                quote = cited.get((number, given["citation"]))
                first = given["start"] - quote["start"] if quote else -1
                last = given["end"] - given["start"] + first
                if not quote or first < 0 or quote["quote"][first:last] != given["value"]:
                    said = f"differs by {given['value']!r}, which its quotes do not say there"
                    yield Notice(f"answer {number}", said)


def _quotes(pack: PackReader, manifest: _Manifest, rows: list[AnswerDict]) -> Iterator[Notice]:
    cited = _cited(rows)
    noted = {(quote.answer, quote.number): quote for quote in manifest.quotes}
    for key in cited.keys() - noted.keys():
        yield Notice(_name(*key), "has no evidence in the manifest")
    texts = cache(lambda name: _text(pack, name))
    for key, note in noted.items():
        if key not in cited:
            yield Notice(_name(*key), "is in the manifest and in no answer")
            continue
        quote = cited[key]
        place = (quote["document_id"], quote["start"], quote["end"])
        if place != (note.document_id, note.start, note.end):
            yield Notice(_name(*key), "is said to stand elsewhere than the manifest says")
        if hash_of(quote["quote"]) != note.sha256:
            yield Notice(_name(*key), "was altered: its SHA-256 is another one")
        passage, first = texts(note.passage), note.start - note.passage_start
        if first < 0 or passage[first : note.end - note.passage_start] != quote["quote"]:
            yield Notice(_name(*key), f"does not stand in its passage, {note.passage}")
        for image in note.images:
            if image not in manifest.files:
                yield Notice(_name(*key), f"has a picture that is not in the pack, {image}")


def _documents(
    index: Index, manifest: _Manifest, rows: list[AnswerDict]
) -> tuple[list[Notice], int]:
    """What does not stand in the documents, and how many quotes were looked for there."""
    problems, compared = [], 0
    packed = {document.id: document for document in manifest.documents}
    held = {
        name: index.store.document(name) for name in packed.keys() & set(index.store.document_ids())
    }
    for key, quote in _cited(rows).items():
        document = held.get(quote["document_id"])
        if document is None:
            continue
        compared += 1
        if not _stands(document, quote, packed):
            where = f"does not stand in {document.id} as the index {index.manifest.build} holds it"
            problems.append(Notice(_name(*key), where))
    return problems, compared


def _stands(document: Document, quote: CitationDict, packed: Mapping[str, _Document]) -> bool:
    """At its place; anywhere, where the index has another reading or edition of the document."""
    if document.text[quote["start"] : quote["end"]] == quote["quote"]:
        return True
    other = packed[document.id].text_sha256 != hash_of(document.text)
    return other and quote["quote"] in document.text


def _cited(rows: list[AnswerDict]) -> dict[tuple[int, int], CitationDict]:
    return {
        (number, cited["number"]): cited
        for number, row in enumerate(rows, start=1)
        for cited in row["citations"]
    }


def _text(pack: PackReader, name: str) -> str:
    try:
        return pack.read(name).decode()
    except (ConfigError, KeyError, UnicodeDecodeError):  # the file itself is named before
        return ""


def _name(answer: int, number: int) -> str:
    return f"answer {answer}, quote [{number}]"
