"""Documents that must not lie: the command reference is generated, README commands exist.

`python tests/test_docs.py` writes docs/cli.md anew.
"""

from __future__ import annotations

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


@pytest.mark.model
def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    build_index(
        ROOT / "corpus", tmp_path / "index", encoder=SentenceEncoder.load(), chunk_tokens=300
    )
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(block, names)
    assert "9.8 million" in names["answer"].text  # type: ignore[attr-defined]
    assert names["hits"]


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
