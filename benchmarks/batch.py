"""Many questions together against one by one: `python benchmarks/batch.py --folder /tmp/bench`.

1,000 made-up questions over a synthetic index of 10,000 chunks (see `synthetic`), in processes of
their own: one by one (a part of them), all in one batch, and the same batch killed half-way with
SIGKILL, resumed, and compared byte by byte. Seconds are of CPU and of the clock: on a machine with
other work only the first can be compared.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from strategy_qa.batch import run_batch
from strategy_qa.encode import SentenceEncoder
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))
import scale
import synthetic

_WORDS = 2_000  # the most frequent ones: a question finds some of them


def main() -> None:
    """Measure, and print one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="for the index and the files")
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--alone", type=int, default=200, help="questions asked one by one")
    parser.add_argument("--role", choices=("alone", "batch"), help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    index, source = given.folder / "index", given.folder / "questions.txt"
    if given.role:
        work(index, source, given.role, given.output, given.alone)
        return
    given.folder.mkdir(parents=True, exist_ok=True)
    if not (index / "current.json").exists():
        encoder = SentenceEncoder.load()
        synthetic.build(index, given.chunks, scale.base_vectors(encoder), encoder)
    source.write_text("\n".join(questions(given.questions)) + "\n", encoding="utf-8")
    again = [sys.executable, __file__, *sys.argv[1:]]
    subprocess.run([*again, "--role", "alone"], check=True)
    whole, resumed = given.folder / "whole.jsonl", given.folder / "resumed.jsonl"
    subprocess.run([*again, "--role", "batch", "--output", str(whole)], check=True)
    killed = kill_half_way([*again, "--role", "batch", "--output", str(resumed)], resumed, given)
    subprocess.run([*again, "--role", "batch", "--output", str(resumed)], check=True)
    same = whole.read_bytes() == resumed.read_bytes()
    print(json.dumps({"killed_after": killed, "same_bytes": same}), flush=True)


def questions(number: int) -> list[str]:
    """Different questions of made-up words."""
    words, choose = synthetic.vocabulary(_WORDS)[50:], random.Random(1)
    return [
        f"How many {' '.join(choose.sample(words, 3))} are there in {choose.choice(words)} {n}?"
        for n in range(number)
    ]


def work(index: Path, source: Path, role: str, output: Path | None, alone: int) -> None:
    """Answer in this process, and print how long it took."""
    qa = StrategyQA.open(settings=Settings(index=index))
    asked = source.read_text(encoding="utf-8").splitlines()
    for question in asked[:5]:  # what loads late has loaded
        qa.ask(question)
    started, cpu = time.perf_counter(), time.process_time()
    if output is None:
        asked = asked[:alone]
        for question in asked:
            qa.ask(question)
        done = len(asked)
    else:
        report = run_batch(qa, source, output, resume=True)
        done = report.rows - report.resumed
    seconds, used = time.perf_counter() - started, time.process_time() - cpu
    print(
        json.dumps(
            {
                "role": role,
                "questions": done,
                "per_second": round(done / seconds, 2),
                "per_cpu_second": round(done / used, 2),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        ),
        flush=True,
    )


def kill_half_way(command: list[str], output: Path, given: argparse.Namespace) -> int:
    """Start a batch and kill it when half of its rows are on the disk; how many those were."""
    journal = output.with_name(f"{output.name}.part")
    output.unlink(missing_ok=True)
    journal.unlink(missing_ok=True)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    rows = 0
    while process.poll() is None and rows < given.questions / 2:
        time.sleep(0.2)
        rows = journal.read_bytes().count(b"\n") - 1 if journal.exists() else 0
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return rows


if __name__ == "__main__":
    main()
