"""Feeds mutated files of every kind to the readers: `python tests/fuzz_readers.py --count 2000`.

Each must end in a document or in one clear error. The reading process may crash, hang or run out
of memory; ours may not, and nothing may be left behind.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import docx

from pdf_maker import Put, column, make_pdf
from reading_rules import check_spans
from strategy_qa.corpus.isolation import IsolatedReader, Limits
from strategy_qa.errors import ReadError

PROSE = [f"El plan número {n} habla de datos, the skills and 2,809,94{n} jobs" for n in range(8)]
SIGNS = {
    "crashed": "crashes",
    "more memory": "out of memory",
    "given up": "timeouts",
    "no sensible": "senseless answers",
}
KINDS = ("pdf", "docx", "html", "md", "txt")


@dataclass
class Figures:
    """What became of the files of one kind."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0  # seconds
    restarts: int = 0


def originals(kind: str) -> list[bytes]:
    """Small whole files of a kind, between them with every feature its reader knows."""
    match kind:
        case "pdf":
            table = [Put(x, 90 + 6 * n, f"{n}{x},000") for n in range(4) for x in (20, 90, 140)]
            pages = [[Put(20, 15, "Heading", 20), *column(PROSE), *table], column(PROSE)]
            small = [[Put(20, 40, "One line")]]
            cells = [(15, y, 170, y) for y in (85, 91, 97, 103, 109)]
            cells += [(x, 85, x, 109) for x in (15, 80, 130, 170)]
            return [
                make_pdf(pages, roman=1, title="Plan", outline=[("Heading", 1)]),
                make_pdf(pages, owner="owner"),
                _inflated(make_pdf(pages, roman=1, outline=[("Heading", 1)])),
                _inflated(make_pdf(small)),
                _inflated(make_pdf(pages, rules=cells)),
            ]
        case "docx":
            return [_word(), _word(stored=True)]
        case "html":
            body = "".join(f"<h2>Parte {n}</h2><p>{text}<sup>1</sup></p>" for n, text in
                           enumerate(PROSE))  # fmt: skip
            table = "<table><tr><th>a<th>b</tr><tr><td>1<td>2</table><ul><li>x<ul><li>y</ul></ul>"
            page = f"<!doctype html><html lang=es><meta charset=utf-8><title>T</title>{body}{table}"
            return [page.encode(), page.replace("utf-8", "latin-1").encode("latin-1")]
        case "md":
            lines = "\n".join(f"- {text}\n  1. *{text}* [a](b)\n" for text in PROSE)
            front = "---\nid: plan\ntitle: Plan\nyear: 2019\nalternates: [https://a.example]\n---\n"
            table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: note\n\n<div>&amp;</div>\n\n> quote\n"
            return [f"{front}\n# Plan\n\n{lines}\n{table}\n```\ncode\n```\n".encode()]
        case _:
            return ["\f".join("\n\n".join(PROSE) for _ in range(3)).encode(), b"\xef\xbb\xbf1. a\n"]


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """The file with bytes flipped, cut off, moved, repeated, or taken from another file."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed) + 1)
        length = min(len(changed) - at, chance.choice((1, 4, 30, 300)))
        match chance.randrange(7):
            case 0 | 1:
                for _ in range(chance.choice((1, 5, 60))):
                    if changed:
                        changed[chance.randrange(len(changed))] = chance.randrange(256)
            case 2:
                del changed[at:]
            case 3:
                del changed[at : at + length]
            case 4:
                changed[at:at] = changed[at : at + length] * chance.choice((1, 3, 200))
            case 5:
                other = chance.choice(others)
                start = chance.randrange(len(other))
                changed[at : at + length] = other[start : start + chance.choice((4, 50, 2000))]
            case _:
                figures = list(re.finditer(rb"\d+", changed))
                if figures:
                    found = chance.choice(figures)
                    value = chance.choice((b"0", b"-1", b"65536", b"2147483648", b"9" * 30))
                    changed[found.start() : found.end()] = value
    return bytes(changed)


def mutants(kind: str, *, count: int, seed: int) -> Iterator[bytes]:
    """Mutated files of a kind, the same ones for the same seed."""
    chance = random.Random(f"{seed} {kind}")
    seeds = originals(kind)
    others = seeds + [data for other in KINDS for data in originals(other)]
    for _ in range(count):
        data = chance.choice(seeds)
        if kind == "docx" and chance.random() < 0.7:
            yield _with_mutated_part(data, others, chance)
        else:
            yield mutated(data, others, chance)


def fuzz(
    kind: str, *, count: int, seed: int, folder: Path, seconds: float, keep: Path | None = None
) -> Figures:
    """Read `count` mutants of a kind; those that a reader did not foresee go to `keep`."""
    figures = Figures()
    path = folder / f"mutant.{kind}"
    pid = None
    with IsolatedReader(limits=Limits(seconds=seconds, seconds_per_megabyte=0)) as reader:
        for number, data in enumerate(mutants(kind, count=count, seed=seed)):
            path.write_bytes(data)
            start = time.monotonic()
            outcome = _outcome(reader, path)
            figures.outcomes[outcome] += 1
            figures.slowest = max(figures.slowest, time.monotonic() - start)
            figures.restarts += pid is not None and reader.pid != pid
            pid = reader.pid
            if keep and outcome not in ("documents", "clear errors"):
                (keep / f"{kind}-{seed}-{number}.{kind}").write_bytes(data)
    return figures


def _outcome(reader: IsolatedReader, path: Path) -> str:
    try:
        check_spans(reader.read(path))
    except ReadError as error:
        if "\n" in str(error):
            raise ValueError("an error of more than one line") from error
        if error.reason.startswith("the reader failed"):
            return error.reason
        return next((kind for sign, kind in SIGNS.items() if sign in error.reason), "clear errors")
    return "documents"


def _with_mutated_part(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """A Word file whose archive is whole and one part of it is not."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        parts = {item.filename: old.read(item) for item in old.infolist()}
        chosen = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
        if chance.random() < 0.5:
            chosen = "word/document.xml"
        parts[chosen] = mutated(parts[chosen], others, chance)
        for name, content in parts.items():
            new.writestr(name, content)
    return buffer.getvalue()


def _inflated(pdf: bytes) -> bytes:
    """The PDF with its streams unpacked, so that a mutant's pages differ in more than garbage."""
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    for page in writer.pages:
        contents = page.get_contents()
        if contents is not None:
            stream = pypdf.generic.DecodedStreamObject()
            stream.set_data(contents.get_data())
            page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _word(*, stored: bool = False) -> bytes:
    word = docx.Document()
    word.add_heading("Plan", 1)
    for text in PROSE:
        word.add_paragraph(text, style="List Number")
    table = word.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Both"
    buffer = io.BytesIO()
    word.save(buffer)
    if not stored:
        return buffer.getvalue()
    plain = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(plain, "w") as new:
        for item in old.infolist():
            if item.filename != "docProps/thumbnail.jpeg":
                new.writestr(item.filename, old.read(item))
    return plain.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="files of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--keep", type=Path, help="folder for files no reader foresaw")
    given = parser.parse_args()
    for kind in given.kind or KINDS:
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            figures = fuzz(kind, count=given.count, seed=given.seed, folder=Path(folder),
                           seconds=30, keep=given.keep)  # fmt: skip
        outcomes = ", ".join(f"{count} {what}" for what, count in figures.outcomes.most_common())
        sys.stdout.write(
            f"{kind}: {outcomes}; {figures.restarts} processes replaced, slowest"
            f" {figures.slowest:.2f} s, {time.monotonic() - start:.0f} s in all\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
