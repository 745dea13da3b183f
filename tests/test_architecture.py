"""The shape of the package: who may import whom, what loads when, which names are public."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import strategy_qa

PACKAGE = Path(strategy_qa.__file__).parent
# From the ground up: a room imports from its own floor's package and from the floors below.
FLOORS = (
    ("types", "errors"),
    ("strings",),
    (
        "text",
        "languages",
        "followups",
        "settings",
        "confidence",
        "contract",
        "render",
        "comparison",
        "export",
        "tables",
        "feedback",
        "users",
    ),
    (
        "corpus",
        "chunk",
        "leads",
        "pairs",
        "e5s1",
        "bert",
        "networks",
        "models",
        "encode",
        "deferred",
        "together",
    ),
    ("index", "pages", "fetch"),
    ("background", "status"),
    ("late",),
    ("search", "question"),
    ("answer", "many"),
    ("qa",),
    ("batch", "pack", "changes", "evaluate", "audit", "api"),
    ("mcp",),
    ("app", "cli", "testing", "__main__"),
)
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
# A result leads to its writers: `answer.to_docx()`, loaded when it is called.
UPWARDS = {
    ("strategy_qa.types.forms", writer)
    for writer in ("contract", "render", "comparison", "export", "tables")
}
HEAVY = {"torch", "faiss", "gradio", "pypdf", "pypdfium2", "trafilatura", "sentence_transformers",
         "transformers", "docx", "bm25s", "numpy", "httpx", "lxml", "tenacity"}  # fmt: skip


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def modules() -> list[tuple[str, Path]]:
    return [
        ("strategy_qa." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts), path)
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != PACKAGE / "__init__.py"
    ]


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda value: str(value))
def test_imports_point_down(name: str, path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("strategy_qa."):
            target = room(node.module or "")
            if (name, target) in UPWARDS:
                continue
            assert LEVEL[target] <= LEVEL[room(name)], f"{name} imports {node.module}"


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda value: str(value))
def test_no_module_outgrows_its_room(name: str, path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250, name


def test_importing_the_package_and_the_command_line_loads_nothing_heavy() -> None:
    code = "import sys, strategy_qa, strategy_qa.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert HEAVY.isdisjoint(loaded)


def test_public_names_are_sorted_and_all_there() -> None:
    assert strategy_qa.__all__ == sorted(strategy_qa.__all__)
    assert all(getattr(strategy_qa, name) is not None for name in strategy_qa.__all__)
    with pytest.raises(AttributeError):
        _ = strategy_qa.nothing_of_the_kind  # type: ignore[attr-defined]
