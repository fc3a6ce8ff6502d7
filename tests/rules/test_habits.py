"""Laws of the source: one clock, one commit, sizes, no unfinished work, nothing of this machine."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
OURS = [file for folder in ("school", "blueprints") for file in sorted((ROOT / folder).rglob("*.py"))] + [
    ROOT / "app.py"
]
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def calls(file: Path) -> set[tuple[str, str]]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add((node.value.id, node.attr))
    return found


@pytest.mark.parametrize("file", OURS, ids=name_of)
def test_only_the_clock_asks_for_the_time(file: Path) -> None:
    if file.name == "clock.py":
        assert ("datetime", "now") in calls(file)
    else:
        assert not calls(file) & CLOCKS


@pytest.mark.parametrize("file", OURS, ids=name_of)
def test_only_the_database_module_commits(file: Path) -> None:
    if name_of(file) != "school/lib/db.py":
        assert not re.search(r"\.commit\(\)", file.read_text())


@pytest.mark.parametrize("file", OURS, ids=name_of)
def test_a_module_stays_readable(file: Path) -> None:
    limit = 500 if "demo" in file.parts else 400  # drawings of the demo are tables of numbers
    assert len(file.read_text().splitlines()) <= limit


@pytest.mark.parametrize("file", sorted((ROOT / "static/css").glob("*.css")), ids=name_of)
def test_a_style_sheet_stays_readable(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 200


def functions() -> list[int]:
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for file in OURS
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_functions_are_short() -> None:
    lengths = functions()
    assert statistics.median(lengths) <= 8
    assert statistics.quantiles(lengths, n=10)[-1] <= 30


def test_routes_are_short() -> None:
    long = [
        f"{name_of(file)}:{node.name}"
        for file in (ROOT / "blueprints").rglob("*.py")
        for node in routes(file)
        if lines(node) > 25
    ]
    assert not long


def routes(file: Path) -> list[ast.FunctionDef]:
    found = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)]
    return [node for node in found if any("route" in ast.dump(one) for one in node.decorator_list)]


def lines(node: ast.FunctionDef) -> int:
    return (node.end_lineno or 0) - node.body[0].lineno + 1


@pytest.mark.parametrize("file", OURS, ids=name_of)
def test_nothing_is_left_for_later(file: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError", file.read_text())


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_the_repository_knows_no_machine() -> None:
    """Paths of whoever wrote it mean nothing to whoever reads it."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    found = []
    for name in listed:
        file = ROOT / name
        if file.suffix in {".py", ".md", ".html", ".toml", ".txt", ".css", ".yml", ".yaml", ""} and file.is_file():
            text = file.read_text(errors="replace")
            if re.search(r"/(home|work|Users|root)/[\w.]+", text) and name != name_of(Path(__file__)):
                found.append(name)
    assert not found
