"""Who may import whom (docs/ARCHITECTURE.md), read from the source with ``ast``."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
WRITTEN = re.search(r"^Nouns in import order: ([^.]+)\.", (ROOT / "docs/ARCHITECTURE.md").read_text(), re.MULTILINE)
NOUNS = re.findall(r"\w+", WRITTEN[1]) if WRITTEN else []
ACROSS = {
    "policy", "imports", "rollover", "timeline", "directory", "coming_in", "letters", "jobs", "health", "schema", "cli",
    "demo", "demo_logins",
}  # fmt: skip
"""What looks across the nouns."""
SPEAKING = {"notices", "audit"}
"""Handed objects; they import ``school.lib`` only."""
WEB = {"flask", "wtforms", "flask_login", "flask_wtf", "werkzeug", "blueprints", "app"}
WEB_ALLOWED = {"school/lib/db.py", "school/cli.py"}


def modules(*folders: str) -> list[Path]:
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(file: Path) -> set[str]:
    """Full names of everything a module imports; ``from school import feed`` is ``school.feed``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not _for_types_only(node):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def _for_types_only(node: ast.ImportFrom) -> bool:
    return node.module == "__future__"


def noun_of(name: str) -> str:
    return name.split(".")[1] if name.startswith("school.") else ""


@pytest.mark.parametrize("file", modules("school/lib"), ids=name_of)
def test_the_mechanisms_know_no_school(file: Path) -> None:
    ours = {name for name in imported(file) if name.startswith(("school.", "blueprints", "app"))}
    assert all(name.startswith("school.lib") for name in ours)


@pytest.mark.parametrize("file", [ROOT / f"school/{noun}.py" for noun in sorted(SPEAKING)], ids=name_of)
def test_notices_and_audit_are_handed_objects(file: Path) -> None:
    assert all(name.startswith("school.lib") for name in imported(file) if name.startswith("school."))


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_imports_only_earlier_nouns(noun: str) -> None:
    earlier = {noun, "lib", *SPEAKING, *NOUNS[: NOUNS.index(noun)]}
    for file in modules(f"school/{noun}") or [ROOT / f"school/{noun}.py"]:
        used = {noun_of(name) for name in imported(file)} - {""}
        assert used <= earlier, file.name


@pytest.mark.parametrize("noun", NOUNS)
def test_no_noun_knows_the_policy(noun: str) -> None:
    for file in modules(f"school/{noun}") or [ROOT / f"school/{noun}.py"]:
        assert "policy" not in {noun_of(name) for name in imported(file)}


@pytest.mark.parametrize("file", modules("school"), ids=name_of)
def test_the_school_knows_no_web(file: Path) -> None:
    if str(file.relative_to(ROOT)) in WEB_ALLOWED:
        return
    assert not {name.split(".")[0] for name in imported(file)} & WEB


@pytest.mark.parametrize("file", modules("blueprints"), ids=name_of)
def test_pages_know_no_sql(file: Path) -> None:
    names = imported(file)
    assert not any(name.startswith(("sqlalchemy", "flask_sqlalchemy", "alembic")) for name in names)
    assert "school.lib.db.db" not in names or file.name == "pages.py"


ALLOWED_ACROSS = {
    ("admin", "home"),  # both show the school's settings: at first use and afterwards
    ("invitations", "account"),  # guesses at a letter's code too
    ("home", "account"),  # guesses at the code are counted where those at passwords are
    ("home", "photos"),  # a logo comes in as every picture does
    ("admin", "photos"),
    ("feed", "photos"),  # files that come along with the composer's form
    ("children", "site"),  # the team of a group, shown on two pages
}
"""Features that share a mechanism; each with its reason."""


@pytest.mark.parametrize(
    "file", [file for file in modules("blueprints") if file.parent.name != "blueprints"], ids=name_of
)
def test_a_feature_does_not_use_another_one(file: Path) -> None:
    own = file.parent.name
    others = {name.split(".")[1] for name in imported(file) if name.startswith("blueprints.")}
    features = {folder.name for folder in (ROOT / "blueprints").iterdir() if folder.is_dir()}
    assert {(own, other) for other in others & features - {own}} <= ALLOWED_ACROSS


@pytest.mark.parametrize("file", modules("school", "blueprints", "bench"), ids=name_of)
def test_nobody_imports_the_program_itself(file: Path) -> None:
    if file.parts[-2] == "bench":
        return
    assert "app" not in {name.split(".")[0] for name in imported(file)}


def test_the_written_order_names_every_module_of_the_school() -> None:
    there = {file.stem for file in (ROOT / "school").iterdir() if not file.name.startswith("_")}
    assert there == {*NOUNS, *ACROSS, *SPEAKING, "lib"}
