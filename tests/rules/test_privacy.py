"""Every column has a reason, a term, and something that ends it (docs/PRIVACY.md)."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from flask import Flask

from school.lib.db import db

PAGE = Path(__file__).parent.parent.parent / "docs" / "PRIVACY.md"
PEOPLE_WORDS = {"verb", "stays", "not yet"}


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_column_stands_in_the_table_once(app: Flask) -> None:
    told = Counter(f"{table}.{column}" for table, columns, *_rest in rows() for column in columns.split(", "))
    there = {f"{table.name}.{column.name}" for table in db.metadata.tables.values() for column in table.columns}
    assert set(told) == there
    assert set(told.values()) == {1}


def test_every_row_says_why_how_long_and_what_ends_it(app: Flask) -> None:
    jobs = {job.name for job in app.extensions["jobs"]}
    for table, columns, why, how_long, ended_by in rows():
        assert why, columns
        assert how_long, columns
        assert set(re.split(r", ", ended_by)) <= jobs | PEOPLE_WORDS, f"{table}: {ended_by}"
