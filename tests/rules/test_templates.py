"""Every template compiles, stays small, and holds no script, style or query of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import StrictUndefined

ROOT = Path(__file__).parent.parent.parent / "templates"
ALL = sorted(file for file in ROOT.rglob("*") if file.suffix in {".html", ".txt"})
PAGES = [file for file in ALL if "mail" not in file.parts and file.suffix == ".html"]


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", ALL, ids=name_of)
def test_it_compiles(app: Flask, file: Path) -> None:
    assert app.jinja_env.get_template(name_of(file))


def test_a_forgotten_value_is_an_error(app: Flask) -> None:
    assert app.jinja_env.undefined is StrictUndefined
    assert app.jinja_env.autoescape


@pytest.mark.parametrize("file", ALL, ids=name_of)
def test_it_stays_readable(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 120


@pytest.mark.parametrize("file", PAGES, ids=name_of)
def test_no_inline_script_or_style(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"<style|\sstyle\s*=|\son(click|change|submit|load|input|error)\s*=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\bhx-on\b|hx-vals=['\"]js:|hx-boost|hx-ext", text)


@pytest.mark.parametrize("file", PAGES, ids=name_of)
def test_no_template_asks_the_database(file: Path) -> None:
    assert not re.search(r"\b(query|session\.(execute|scalars?)|db\.)", file.read_text())


@pytest.mark.parametrize("file", ALL, ids=name_of)
def test_what_people_wrote_is_never_called_safe(file: Path) -> None:
    """``| safe`` only behind a piece of text that stands in the template itself."""
    for found in re.finditer(r"([^{}]*)\|\s*safe", file.read_text()):
        assert re.match(r"\s*(\{\{)?\s*(['\"]).*\2\s*$", found[1].strip()), found[0]


@pytest.mark.parametrize("file", [file for file in PAGES if file.name.startswith("_")], ids=name_of)
def test_no_fragment_extends_a_page(file: Path) -> None:
    text = file.read_text()
    assert "{% extends" not in text or "errors" in file.parts
