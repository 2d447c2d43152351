"""Types, lint, names and docstrings of the whole house."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STOREYS = ("forms", "bpmn", "engine", "webui")
OURS = (*STOREYS, "setup")

# Names that say nothing: whatever is kept under them has a better one.
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "base", "core", "misc", "manager", "service", "handler"}


def modules(*packages: str) -> list[Path]:
    return sorted(
        path for package in packages for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts
    )


def run(*command: str | Path) -> None:
    answer = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_types_are_strict() -> None:
    run("mypy", "--no-incremental", *(part for name in OURS for part in ("-p", name)))


def test_lint_is_clean() -> None:
    run("ruff", "check", "--no-cache", ".")


def test_format_is_kept() -> None:
    run("ruff", "format", "--no-cache", "--check", ".")


@pytest.mark.parametrize("storey", OURS)
def test_each_package_says_what_it_is_for(storey: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules(storey)
        if path.name == "__init__.py" and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


@pytest.mark.parametrize("storey", OURS)
def test_no_module_has_a_name_that_says_nothing(storey: str) -> None:
    folders = {path.parent for path in modules(storey)}
    named = [*modules(storey), *folders]
    assert not [str(path.relative_to(ROOT)) for path in named if set(path.stem.split("_")) & EMPTY_NAMES]


def test_types_are_ignored_only_where_spiffworkflow_is_met() -> None:
    ignored = {
        str(path.relative_to(ROOT)): count
        for path in modules(*OURS)
        if (count := len(re.findall(r"#\s*type:\s*ignore", path.read_text(encoding="utf-8"))))
    }
    strangers = [name for name in ignored if not name.startswith(("bpmn/compiling", "engine/running"))]
    assert not strangers
    assert sum(ignored.values()) < 10


def test_nothing_is_evaluated_by_python_itself() -> None:
    """No text from a diagram, form or table can reach `eval`, `exec` or `compile`: nobody calls them."""
    called = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules(*STOREYS)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "compile")
    ]
    assert not called
