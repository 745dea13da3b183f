"""How cost grows with size: `python benchmarks/scale.py 10000 100000 --folder /tmp/scale`.

Builds a synthetic index of each size (see `synthetic`), asks it questions in a process of its own,
and prints a table. Text and vectors are made up; the code that writes, opens and asks is the
product's, and every question goes through the packaged encoder.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from strategy_qa.encode import SentenceEncoder
from strategy_qa.index import Index
from strategy_qa.index.build import build_index
from strategy_qa.index.words import encode_question
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.types import Filters

sys.path.insert(0, str(Path(__file__).parent))
import synthetic

CORPUS = Path(__file__).parent.parent / "corpus"
QUESTIONS = 40


def base_vectors(encoder: SentenceEncoder) -> np.ndarray:
    """The encoder's vectors of the sentences of the starter corpus, (n, d)."""
    with tempfile.TemporaryDirectory() as folder:
        build_index(CORPUS, Path(folder), encoder=encoder, chunk_tokens=300)
        index = Index.open(Path(folder))
        return index.vectors.sentence_vectors(0, index.manifest.sentences)


def questions(count: int) -> list[str]:
    """Questions in the words of the text, common and rare ones."""
    words, generator = synthetic.vocabulary(), np.random.default_rng(9)
    return [
        "What of the " + " ".join(words[int(i)] for i in generator.integers(30, 5_000, 4)) + "?"
        for _ in range(count)
    ]


def memory() -> dict[str, float]:
    """Resident megabytes of this process: of its own, and mapped from files."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        name: int(fields[key].split()[0]) / 1000
        for name, key in (("own", "RssAnon"), ("mapped", "RssFile"))
    }


def ask(folder: Path) -> dict[str, object]:
    """Open an index and ask; seconds, milliseconds and megabytes."""
    encoder = SentenceEncoder.load()
    before = memory()["own"]
    started = time.perf_counter()
    qa = StrategyQA.open(folder, settings=Settings(), encoder=encoder)
    opened = time.perf_counter() - started

    def spent(filters: Filters | None, count: int) -> list[float]:
        times = []
        for question in questions(count):
            at = time.perf_counter()
            qa.ask(question, filters=filters)
            times.append((time.perf_counter() - at) * 1000)
        return times

    first = spent(None, 1)[0]
    plain = spent(None, QUESTIONS)
    year = spent(Filters(years=(2003, 2003)), 10)
    language = spent(Filters(languages=frozenset({"en"})), 10)
    index = Index.open(folder)
    vectors = [encode_question(encoder, question)[0] for question in questions(20)]

    def dense(allowed: np.ndarray | None) -> float:
        at = time.perf_counter()
        for vector in vectors:
            index.vectors.search(vector, 200, allowed=allowed)
        return (time.perf_counter() - at) * 1000 / len(vectors)

    at = time.perf_counter()
    for question in questions(20):
        index.lexical.scores(question, "en")
    bm25 = (time.perf_counter() - at) * 1000 / 20
    at = time.perf_counter()
    for number in range(200):
        index.store.row(number * index.manifest.chunks // 200)
    rows = (time.perf_counter() - at) * 1000 / 200
    used = memory()
    return {
        "open s": round(opened, 2),
        "first ms": round(first),
        "p50 ms": round(float(np.percentile(plain, 50))),
        "p95 ms": round(float(np.percentile(plain, 95))),
        "year filter p50 ms": round(float(np.median(year))),
        "language filter p50 ms": round(float(np.median(language))),
        "dense ms": round(dense(None), 1),
        "dense, exact ms": round(dense(np.arange(index.manifest.chunks)), 1),
        "BM25 ms": round(bm25, 1),
        "SQLite row ms": round(rows, 3),
        "own MB, without encoder": round(used["own"] - before),
        "mapped MB": round(used["mapped"]),
        "search": f"{index.manifest.dense.kind}, probes {index.manifest.dense.probes}",
        "recall@10": index.manifest.dense.recall,
    }


def main() -> None:
    """Build and ask each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "scale")
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    parser.add_argument(
        "--stages", type=int, default=9, help="Stop after so many; call again to go on."
    )
    parser.add_argument("--keep", action="store_true", help="Leave the indexes on the disk.")
    given = parser.parse_args()
    if given.ask:
        print(json.dumps(ask(given.ask)))
        return
    encoder = SentenceEncoder.load()
    base = base_vectors(encoder)
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    for size in given.sizes:
        folder = given.folder / str(size)
        if not (folder / "current.json").exists():
            stages = synthetic.build(folder, size, base, encoder, stages=given.stages)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            print(f"{size:,} chunks, seconds by stage:", flush=True)
            for stage, seconds in stages.items():
                print(f"  {stage:<36}{seconds:>9.1f}", flush=True)
            print(f"  {'peak MB while building':<36}{peak:>9.0f}", flush=True)
            print(f"  {'of these before it began':<36}{idle:>9.0f}", flush=True)
        if not (folder / "current.json").exists():
            continue
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and "lexical" not in str(p)):
            print(f"  {path.name:<36}{path.stat().st_size / 1e6:>9.1f} MB", flush=True)
        lexical = sum(p.stat().st_size for p in folder.rglob("lexical/*"))
        print(f"  {'lexical':<36}{lexical / 1e6:>9.1f} MB", flush=True)
        for _ in range(2):  # the second opening finds the files checked
            told = subprocess.run(
                [sys.executable, __file__, "--ask", str(folder)],
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            for name, value in json.loads(told.stdout).items():
                print(f"  {name:<36}{value!s:>9}", flush=True)
        if not given.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
