"""Kills builds at random moments while a reader asks: `benchmarks/kill_storm.py --count 200`.

Every document of a version says its number. A reader asks without a pause, in a process of its
own; a question that fails, or an answer with two numbers in it, is a fault. Builds of version
after version are begun and killed with SIGKILL at a moment between their start and a little after
the time a whole build takes; what they had come to is counted. The last build must complete.
Vectors are those of a hashing encoder, so that a build is over in a second or two: what is tried
here is files, locks and renames.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.synchronize import Event
from pathlib import Path

from strategy_qa.index import live_build
from strategy_qa.index.build import build_index
from strategy_qa.index.verify import verify_index
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder

FILES = 12
_NUMBER = re.compile(r"edition (\d+)")


def write(corpus: Path, version: int) -> None:
    """The documents of one version."""
    for number in range(FILES):
        text = (
            f"# Report {number}\n\nThe report of region {number} is edition {version}.\n\n"
            f"## Jobs\n\nIn edition {version} {number * 37} jobs are counted in region {number}.\n"
        )
        path = corpus / "documents" / f"r{number:02}.md"
        path.with_suffix(".tmp").write_text(text)
        path.with_suffix(".tmp").replace(path)


def build(corpus: Path, folder: Path) -> None:
    """One build, as a night's rebuild does it."""
    build_index(corpus, folder, encoder=HashEncoder(), chunk_tokens=200, keep=2)


def read(folder: Path, stop: Event, told: Path) -> None:
    """Ask until told to stop; then write down what was seen."""
    qa = StrategyQA.open(folder, settings=Settings(), encoder=HashEncoder())
    asked, faults, builds = 0, list[str](), set[str]()
    while not stop.is_set():
        asked += 1
        number = asked % FILES
        try:
            answer = qa.ask(f"How many jobs are counted in region {number}?")
        except Exception as error:
            faults.append(f"{type(error).__name__}: {error}")
            continue
        builds.add(answer.index_build)
        said = [hit.text for hit in answer.hits] + [c.quote for c in answer.citations]
        numbers = {found for text in said for found in _NUMBER.findall(text)}
        if len(numbers) != 1 or not answer.hits:
            faults.append(f"build {answer.index_build} speaks of editions {sorted(numbers)}")
    told.write_text(json.dumps({"asked": asked, "builds": len(builds), "faults": faults}))


def state(folder: Path) -> tuple[str, bool, bool]:
    """The live build, whether a build lies aside, whether encoded parts lie there."""
    aside, parts = any(folder.glob(".building-*")), any((folder / ".encoded").glob("*"))
    return live_build(folder), aside, parts


def storm(count: int, seed: int) -> dict[str, object]:
    """Kill so many builds; what became of them and of the questions."""
    chance = random.Random(seed)
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as place:
        corpus, folder, told = Path(place) / "corpus", Path(place) / "index", Path(place) / "told"
        (corpus / "documents").mkdir(parents=True)
        write(corpus, 0)
        build(corpus, folder)
        stop = context.Event()
        reader = context.Process(target=read, args=(folder, stop, told))
        reader.start()
        write(corpus, 1)
        started = time.perf_counter()
        whole = context.Process(target=build, args=(corpus, folder))
        whole.start()
        whole.join()
        usual = time.perf_counter() - started
        ends: Counter[str] = Counter()
        for number in range(count):
            write(corpus, number + 2)
            before = state(folder)[0]
            child = context.Process(target=build, args=(corpus, folder))
            child.start()
            time.sleep(chance.uniform(0, 1.1 * usual))
            done = child.exitcode is not None
            if not done and child.pid:
                os.kill(child.pid, signal.SIGKILL)
            child.join()
            now, aside, parts = state(folder)
            if done:
                ends["over before the kill"] += 1
            elif now != before:
                ends["killed after publishing"] += 1
            elif aside:
                ends["killed while writing or verifying"] += 1
            elif parts:
                ends["killed after some was encoded"] += 1
            else:
                ends["killed while reading"] += 1
        write(corpus, count + 2)
        build(corpus, folder)
        qa = StrategyQA.open(folder, settings=Settings(), encoder=HashEncoder())
        says = qa.ask("How many jobs are counted in region 7?").hits[0].text
        stop.set()
        reader.join()
        problems = [str(p) for each in verify_index(folder) for p in each.problems]
        return {
            "kills": count,
            "a whole build takes s": round(usual, 2),
            "ends": dict(ends),
            **json.loads(told.read_text()),
            "the last build completes": f"edition {count + 2}" in says,
            "left aside": len(list(folder.glob(".building-*"))),
            "problems found by verify": problems,
        }


def main() -> None:
    """Print what became of it; exit code 1 for any fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = storm(given.count, given.seed)
    print(json.dumps(found, indent=2))
    wrong = found["faults"] or found["problems found by verify"] or found["left aside"]
    sys.exit(bool(wrong or not found["the last build completes"]))


if __name__ == "__main__":
    main()
