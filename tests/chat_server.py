"""A chat over a small corpus, served by a process of its own.

Gradio leaves event loops and sockets behind; in the process of the tests they would fail
whichever test happens to run when they are collected.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pdf_maker import Put, make_pdf

HOSTILE = (
    'Zebra budgets <img src=x onerror="window.pwned=1"> <script>window.pwned=2</script>'
    " ![x](http://evil.example/p.png) {{value}} ${Object.assign(window,{pwned:3})}"
    " $$\\frac{1}{2}$$ [here](javascript:window.pwned=4) **bold** grow by 12 percent."
)
# 100,000 characters on one line, half of them in one word, and a turn of direction that would show
# what follows it backwards.
LONG = (
    "Walrus counts: \u202e{{7*7}} <b>${x} \\frac{1}{2} ![walrus](http://evil.example/w.png) "
    + "one walrus after the other " * 1_850 + "w" * 50_000
)  # fmt: skip
_CATALOGUE = """[[source]]
id = "jobs"
title = "Jobs and machines"
publisher = "Institute"
url = "https://www.example.org/jobs"
year = 2018
language = "en"

[[source]]
id = "plan"
title = "Plan nacional"
publisher = "Gobierno"
url = "https://www.example.org/plan"
language = "es"

[[source]]
id = "harbour"
title = "Harbour plan"
publisher = "Port"
url = "https://www.example.org/harbour.pdf"
year = 2019
language = "en"

[[source]]
id = "zebra"
title = "<b>Zebra</b>"
publisher = "{{value}}"
url = "https://www.example.org/zebra"
language = "en"
"""
_JOBS = """\
---
edition: digest
---
# Jobs and machines

## Forecast

Automation changes jobs in three ways:

1. Automation could reach 9.8 million jobs within fifteen years.
2. Jobs in manufacturing are the first that automation reaches, 2,809,944 of them.
3. New jobs appear where automation is built.
"""
_PLAN = """\
---
edition: restated
---
# Plan nacional

## Consulta

En la consulta nacional participaron más de 1,500 personas de todo el país.
"""
# Enough other chunks for a passage to stand out from.
_BIRDS = ("heron", "kestrel", "lapwing", "magpie", "nightjar", "osprey", "plover", "quail", "robin")
_HARBOUR = (
    (Put(20, 40, "Harbour plan"),),
    (Put(20, 60, "The harbour plan buys seven ferries."), Put(20, 90, "Nothing else is bought.")),
)
_FILES = {
    "sources.toml": _CATALOGUE,
    "documents/jobs.md": _JOBS,
    "documents/plan.md": _PLAN,
    "documents/zebra.txt": HOSTILE,
    "documents/walrus.txt": f"Walrus counts are kept by the port.\n\n{LONG}\n",
    "documents/birds.md": "# Birds\n"
    + "".join(f"\n## The {bird}\n\nThis {bird} lives near water.\n" for bird in _BIRDS),
}


@dataclass(frozen=True)
class Chat:
    """A chat that answers at `url`."""

    url: str
    index: Path
    log: Path  # what the process wrote to its standard error

    def rebuild(self) -> None:
        """Publish another build of the same corpus with one document more."""
        from strategy_qa.index.build import build_index
        from strategy_qa.testing import HashEncoder

        corpus = self.index.parent / "corpus"
        (corpus / "documents" / "late.md").write_text("# Late\n\nThe late one.\n", "utf-8")
        build_index(corpus, self.index, encoder=HashEncoder(), chunk_tokens=200)


@contextmanager
def chat(
    folder: Path, *, users: Path | None = None, root_path: str = "", **limits: float
) -> Iterator[Chat]:
    """Serve the corpus from `folder` for as long as the context lasts.

    No question is answered while there is a file `hold` in the folder.

    Args:
        folder: for corpus, index and log.
        users: who may come in.
        root_path: what a proxy strips.
        limits: of the chat, as in its settings.
    """
    log = folder / "log.txt"
    options = {"users": str(users or ""), "root_path": root_path, "limits": limits}
    command = [sys.executable, __file__, str(folder), json.dumps(options)]
    with log.open("wb") as errors, subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=errors, text=True
    ) as process:  # fmt: skip
        assert process.stdout
        try:
            assert select.select([process.stdout], [], [], 180)[0], "no answer within 3 minutes"
            url = process.stdout.readline().strip()
            assert url, log.read_text()
            yield Chat(url, folder / "index", log)
            process.terminate()
            process.wait(timeout=10)  # open tabs must not keep it alive
        finally:
            process.kill()


def _serve(folder: Path, *, users: str, root_path: str, limits: dict[str, float]) -> None:
    from strategy_qa.app import serve
    from strategy_qa.app.access import Access
    from strategy_qa.index.build import build_index
    from strategy_qa.qa import StrategyQA
    from strategy_qa.settings import Settings
    from strategy_qa.testing import HashEncoder
    from strategy_qa.users import Users

    class Held(HashEncoder):
        def encode_passages(self, passages, *, batch_size=8):
            while (folder / "hold").exists():
                time.sleep(0.02)
            return super().encode_passages(passages, batch_size=batch_size)

    corpus = folder / "corpus"
    (corpus / "documents").mkdir(parents=True)
    for name, text in _FILES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    (corpus / "documents" / "harbour.pdf").write_bytes(make_pdf(_HARBOUR))
    index = folder / "index"
    build_index(corpus, index, encoder=HashEncoder(), chunk_tokens=200)
    # The toy encoder knows words, not meaning: its evidence is judged by a lower bar.
    settings = Settings.load(
        corpus=corpus,
        index=index,
        answer={"threshold": 0.4},
        chat={"feedback_file": folder / "feedback.jsonl", **limits},
    )
    qa = StrategyQA.open(settings=settings, encoder=Held())
    access = Access(users=Users(Path(users)) if users else None)
    serve(
        qa,
        settings,
        port=0,
        access=access,
        root_path=root_path,
        ready=lambda url: print(url, flush=True),
    )


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), **json.loads(sys.argv[2]))
