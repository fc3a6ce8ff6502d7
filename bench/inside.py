"""What is counted from within: questions to the database, and how the database answers them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from app import create_app
from bench.seed import Facts
from school.lib.db import db
from school.timeline import posts

LARGE = ("post", "photo", "comment", "read_receipt", "reaction")


@contextmanager
def questions(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        asked.append((statement, values))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def asked_for(facts: Facts, token: str, sizes: tuple[int, ...] = (20,)) -> list[list[tuple[str, Any]]]:
    """The questions of one timeline of each of these sizes."""
    app = create_app(facts.folder)
    usual, found = posts.PAGE, []
    with questions(app) as asked:
        browser = app.test_client()
        browser.set_cookie("login", token)
        browser.get("/timeline")  # the school's own row is read and remembered
        for size in sizes:
            asked.clear()
            posts.PAGE = size
            browser.get("/timeline")
            found.append(list(asked))
    posts.PAGE = usual
    app.extensions["studio"].close()
    return found


def full_scans(facts: Facts, asked: list[tuple[str, Any]]) -> list[str]:
    """Steps of the query plans that walk a whole large table."""
    database = sqlite3.connect(Path(facts.folder) / "school.db")
    steps = [
        step[3]
        for statement, values in asked
        if statement.lstrip().upper().startswith(("SELECT", "WITH"))
        for step in database.execute(f"EXPLAIN QUERY PLAN {statement}", values)
    ]
    database.close()
    scans = re.compile(rf"SCAN ({'|'.join(LARGE)})(_\d+)?\b(?!.*USING)")
    return [step for step in steps if scans.match(step)]
