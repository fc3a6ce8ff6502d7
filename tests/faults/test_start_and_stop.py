"""The refusals at the start, and an end that finishes what was begun."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from tests.faults.conftest import Place
from tests.faults.ledger import Ledger
from tests.faults.test_storm import published
from tests.serving import ROOT, Served, free_port

pytestmark = pytest.mark.faults


def refusal(place: Place) -> str:
    """What the program says when it does not want to start on this folder."""
    environment = {**place.served().environment, "PORT": str(free_port())}
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_second_program_on_one_folder_is_refused(place: Place, school: Served) -> None:
    assert "Another Schoolplein is already running on instance/. Stop that one first." in refusal(place)
    assert place.browser(school, "writer").get("/timeline").status == 200


def test_a_database_of_a_newer_version_is_refused(place: Place) -> None:
    with closing(sqlite3.connect(place.database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "was made by a newer Schoolplein" in refusal(place)
    assert place.value("SELECT version_num FROM alembic_version") == "9999"


def test_a_lost_database_is_not_replaced_by_an_empty_one(place: Place) -> None:
    place.database.unlink()
    assert "school.db is gone from instance/, but a school has been here" in refusal(place)
    assert not place.database.exists()


def test_told_to_stop_it_answers_what_runs_and_writes_what_was_read(place: Place) -> None:
    with place.served() as school:
        post = published(place, school, 1)[0]
        browser = place.browser(school, "parent-0")
        browser.learn_token()
        answers: list[int] = []
        with closing(sqlite3.connect(place.database, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")  # so that the comment is under way when the signal comes
            work = threading.Thread(
                target=lambda: answers.append(browser.post(f"/posts/{post}/comments", {"body": "Net op tijd"}).status)
            )
            work.start()
            assert place.browser(school, "parent-1").get(f"/posts/{post}").status == 200
            time.sleep(1)
            os.kill(school.process.pid, signal.SIGTERM)
            time.sleep(1.2)
            assert answers == []
            holder.execute("ROLLBACK")
        work.join(timeout=30)
        assert school.process.wait(timeout=30) == 0
    assert answers == [303]
    assert place.value("SELECT count(*) FROM comment WHERE body = 'Net op tijd'") == 1
    readers = place.rows("SELECT email FROM read_receipt JOIN person ON person.id = person_id")
    assert "parent-1@school.example" in [row[0] for row in readers]
    assert "Traceback" not in school.log.read_text()


def test_an_end_while_photos_come_in_leaves_each_whole_or_absent(place: Place) -> None:
    ledger, group = Ledger(), place.group
    with place.served() as school:
        works = [
            threading.Thread(target=ledger.write, args=(place.browser(school, who), group, 2))
            for who in ("writer", "photographer", "director")
        ]
        for work in works:
            work.start()
        ledger.wait_for_photos(2)
        os.kill(school.process.pid, signal.SIGTERM)
        assert school.process.wait(timeout=40) == 0
        for work in works:
            work.join(timeout=30)
    assert ledger.photos
    ledger.check(place)
