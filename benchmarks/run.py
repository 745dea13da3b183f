"""The product beside its peers, in one run: `python benchmarks/run.py --sizes 1 4`.

Each size is so many copies of the starter corpus, every copy with figures of its own, so that no
text is met twice. Each system runs by itself, one after the other, on the same files with the same
encoder; the table gives a ratio to the product (above 1: the peer takes, or needs, more). On a
machine that is busy with something else only ratios tell anything, and they little.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from strategy_qa.models import resolve_model

HERE = Path(__file__).parent
STARTER = HERE.parent / "corpus"
GOLD = HERE.parent / "tests" / "gold" / "starter.jsonl"
PEERS = ("langchain", "txtai")


def copies(corpus: Path, count: int) -> None:
    """A corpus of so many copies of the starter corpus, each with other figures and ids."""
    (corpus / "documents").mkdir(parents=True)
    for copy in range(count):
        for path in sorted((STARTER / "documents").glob("*.md")):
            text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(), flags=re.DOTALL)
            if copy:
                text = re.sub(r"\d+", lambda found, c=copy: f"{int(found[0]) + c}", text)
            (corpus / "documents" / f"{path.stem}-{copy}.md").write_text(text)


def run(command: list[str]) -> str:
    """The output of a command; its own errors go to the terminal."""
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def cold(command: list[str]) -> float:
    """Seconds that a command takes, the better of two."""
    times = []
    for _ in range(2):
        started = time.perf_counter()
        run(command)
        times.append(time.perf_counter() - started)
    return min(times)


def measure(name: str, python: str, copies_: int, model: str, questions: list[str]) -> dict:
    """All figures of one system at one size."""
    with tempfile.TemporaryDirectory() as place:
        corpus, folder = Path(place) / "corpus", Path(place) / "index"
        asked = Path(place) / "questions.json"
        copies(corpus, copies_)
        folder.mkdir()
        asked.write_text(json.dumps(questions))
        script = str(HERE / "systems.py")
        out = run([python, script, name, str(corpus), str(folder), model, str(asked)])
        figures = json.loads(out.splitlines()[-1])
        if name == "product":
            command = [python, "-m", "strategy_qa"]
            places = ["--corpus", str(corpus), "--index", str(folder)]
            os.environ["STRATEGY_QA_ENCODER__MODEL"] = model
            figures["first question s"] = cold([*command, "ask", questions[0], *places])
            figures["--help s"] = cold([*command, "--help"])
        else:
            figures["first question s"] = cold(
                [python, script, "first", name, str(folder), model, questions[0]]
            )
        return figures


def main() -> None:
    """Print one table a size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[1, 4])
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--peers", default=str(HERE / ".venv" / "bin" / "python"))
    given = parser.parse_args()
    model = str(resolve_model("multilingual-e5-small"))
    rows = [json.loads(line) for line in GOLD.read_text().splitlines()]
    questions = [row["question"] for row in rows][: given.questions]
    pythons = {"product": sys.executable, **dict.fromkeys(PEERS, given.peers)}
    for size in given.sizes:
        found = {
            name: measure(name, python, size, model, questions) for name, python in pythons.items()
        }
        print(f"\n{size} x the starter corpus, load {os.getloadavg()[0]:.1f} at the end")
        print(f"{'':<28}{'product':>12}" + "".join(f"{name:>12}{'ratio':>8}" for name in PEERS))
        for key, value in found["product"].items():
            line = f"{key:<28}{value:>12.2f}"
            for name in PEERS:
                other = found[name].get(key)
                ratio = f"{other / value:.2f}" if other is not None and value else ""
                line += f"{'' if other is None else f'{other:.2f}':>12}{ratio:>8}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
