"""One word per feature, the same in every layer (docs/ARCHITECTURE.md)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parent.parent.parent
FEATURES = sorted(folder.name for folder in (ROOT / "blueprints").iterdir() if (folder / "routes.py").exists())
OWN_PARTS = {"throttle.py", "writing.py", "intake.py", "proposals.py", "next_year.py"}
FILES = {"__init__.py", "routes.py", "forms.py"} | OWN_PARTS
PAGES_OF = {"home": "setup", "photos": "feed"}
"""Where a feature's pages have another name: first use is "setup"; a photo's tile belongs to the composer."""
SHARED = {"_macros", "errors", "mail"}


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_looks_like_the_others(feature: str) -> None:
    folder = ROOT / "blueprints" / feature
    if feature != "admin":  # one file a noun, DESIGN §1
        assert {file.name for file in folder.glob("*.py")} <= FILES
    assert re.search(
        rf'^{feature} = Section\("{feature}", __name__\)$', (folder / "routes.py").read_text(), re.MULTILINE
    )
    assert f'__all__ = ["{feature}"]' in (folder / "__init__.py").read_text()


@pytest.mark.parametrize("feature", FEATURES)
def test_its_pages_and_tests_have_its_name(feature: str) -> None:
    assert (ROOT / "templates" / PAGES_OF.get(feature, feature)).is_dir()
    assert (ROOT / "tests/pages" / f"test_{feature}.py").exists()


def test_every_folder_of_pages_is_a_features() -> None:
    folders = {folder.name for folder in (ROOT / "templates").iterdir() if folder.is_dir()}
    assert folders == {PAGES_OF.get(feature, feature) for feature in FEATURES} | SHARED


def test_every_feature_is_part_of_the_program(app: Flask) -> None:
    assert set(app.blueprints) == set(FEATURES)


def test_every_template_is_used() -> None:
    """A page or fragment that nothing names is a leftover."""
    sources = [*(ROOT / "blueprints").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    told = " ".join(file.read_text() for file in sources)
    for file in (ROOT / "templates").rglob("*.html"):
        name = str(file.relative_to(ROOT / "templates"))
        if not name.startswith(("mail/", "errors/")):
            assert f'"{name}"' in told, name


@pytest.mark.parametrize("kind", ["css", "js"])
def test_every_style_sheet_and_script_is_loaded(kind: str) -> None:
    folder = ROOT / "static" / kind
    listed = (folder / "order.txt").read_text().split()
    own = {f"{kind}/{file.name}" for file in folder.glob(f"*.{kind}")}
    assert {name for name in listed if not name.startswith("vendor/")} == own
    assert len(set(listed)) == len(listed)
