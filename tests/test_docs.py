"""Documents that must not lie: the command reference is generated, README commands exist.

`python tests/test_docs.py` writes docs/cli.md anew.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from strategy_qa.cli import app
from strategy_qa.encode import SentenceEncoder
from strategy_qa.index.build import build_index
from strategy_qa.settings import Settings

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "cli.md"
HEAD = "# Commands\n\nGenerated from `--help`; do not edit.\n"


def commands(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its full name, a group before its own."""
    for name, command in group.commands.items():
        yield prefix + name, command
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix}{name} ")


def reference() -> str:
    parts = [HEAD]
    for name, command in commands(typer.main.get_command(app)):
        context = typer.Context(command, info_name=f"strategy-qa {name}", terminal_width=90)
        parts.append(f"## {name}\n\n```text\n{command.get_help(context).strip()}\n```\n")
    return "\n".join(parts)


def test_the_command_reference_is_fresh() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(), "run: python tests/test_docs.py"


def test_every_command_shows_an_example() -> None:
    for name, command in commands(typer.main.get_command(app)):
        assert f"Example: strategy-qa {name}" in (command.epilog or "")


def test_the_readme_names_only_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert set(re.findall(r"^\.venv/bin/strategy-qa (\w+)", text, re.MULTILINE)) <= known
    targets = set(re.findall(r"^make (\w+)", text, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_the_settings_of_the_readme_are_the_defaults(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    file = tmp_path / "strategy-qa.toml"
    file.write_text(block, encoding="utf-8")
    assert Settings.load(file) == Settings.load()


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the index of the starter corpus."""
    folder = tmp_path_factory.mktemp("starter")
    encoder = SentenceEncoder.load()
    build_index(ROOT / "corpus", folder / "index", encoder=encoder, chunk_tokens=300)
    return folder


@pytest.mark.model
def test_the_python_of_the_readme_runs(starter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    monkeypatch.chdir(starter)
    names: dict[str, object] = {}
    exec(block, names)
    assert "9.8 million" in names["answer"].text  # type: ignore[attr-defined]
    assert names["hits"]


@pytest.mark.model
def test_the_notebook_runs_and_says_what_it_shows(
    starter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = json.loads((ROOT / "examples" / "research.ipynb").read_text("utf-8"))
    shown = json.dumps(notebook, ensure_ascii=False)
    monkeypatch.chdir(starter)
    names: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
            assert cell["outputs"]
    for citation in names["answer"].citations:  # type: ignore[attr-defined]
        assert json.dumps(html.escape(citation.quote), ensure_ascii=False)[1:-1] in shown
    assert "site-packages" not in shown


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
