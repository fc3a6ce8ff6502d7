"""The audit log shows when it was touched; a backup is whole, checked and holds nothing that logs in."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from school import audit, feed, passwords
from school.audit import AuditEntry
from school.lib import backup
from school.lib.backup import BackupError
from school.lib.db import db, writing
from tests import factories
from tests.cast import Cast
from tests.house import House


def note(cast: Cast, number: int = 5) -> None:
    for _each in range(number):
        with writing():
            audit.note(cast.teacher, "published", factories.post(cast.teacher, [cast.five]), groups=2)


def test_a_whole_log_is_whole(cast: Cast) -> None:
    assert audit.broken_at() is None
    note(cast)
    assert audit.broken_at() is None
    assert [entry.id for entry in audit.latest()] == [5, 4, 3, 2, 1]
    assert [entry.id for entry in audit.latest(before=3)] == [2, 1]


@pytest.mark.parametrize(
    ("touched", "found_at"),
    [
        ("UPDATE audit_entry SET action = 'logged in' WHERE id = 3", 3),
        ("UPDATE audit_entry SET actor_id = 99 WHERE id = 2", 2),
        ("UPDATE audit_entry SET detail = '{}' WHERE id = 1", 1),
        ("UPDATE audit_entry SET at = '2020-01-01 00:00:00' WHERE id = 4", 4),
        ("DELETE FROM audit_entry WHERE id = 3", 4),
        ("DELETE FROM audit_entry WHERE id = 1", 2),
    ],
)
def test_every_touch_is_found(cast: Cast, touched: str, found_at: int) -> None:
    note(cast)
    with writing():
        db.session.execute(text(touched))
    assert audit.broken_at() == found_at


def test_the_log_knows_numbers_and_no_names(cast: Cast) -> None:
    note(cast, 1)
    kept = " ".join(str(value) for row in db.session.execute(text("SELECT * FROM audit_entry")) for value in row)
    assert "Fleur" not in kept
    assert json.loads(audit.latest()[0].detail) == {"groups": 2}


def test_only_known_actions_are_noted(cast: Cast) -> None:
    with pytest.raises(ValueError, match="unknown action"), writing():
        audit.note(cast.teacher, "did something")
    assert all(len(action) <= AuditEntry.action.type.length for action in audit.ACTIONS)


def test_a_backup_made_while_people_work(cast: Cast, house: House) -> None:
    factories.post(cast.teacher, [cast.five], title="Bewaard")
    with writing():
        feed.draft(cast.duo)
        made = backup.make(house.folder / "school.db", house.folder / "backups", "manual")
    with closing(sqlite3.connect(made)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT title FROM post").fetchall() == [("Bewaard",)]
        assert copy.execute("SELECT rowid FROM post_search WHERE post_search MATCH 'bewaard'").fetchall() == [(1,)]
    assert made.stat().st_mode & 0o077 == 0
    assert not list((house.folder / "backups").glob("*.part"))


def test_a_backup_holds_nothing_that_logs_in(cast: Cast, house: House) -> None:
    _session, token = factories.session(cast.parent)
    with writing():
        link = passwords.new_link(cast.parent)
    key = (house.folder / "secret.key").read_bytes().strip()
    content = backup.make(house.folder / "school.db", house.folder / "backups", "manual").read_bytes()
    assert not any(secret in content for secret in (token.encode(), link.encode(), key))


def test_a_damaged_copy_is_no_backup(cast: Cast, house: House) -> None:
    made = backup.make(house.folder / "school.db", house.folder / "backups", "manual")
    damaged = bytearray(made.read_bytes())
    damaged[8192:12288] = b"\xff" * 4096
    made.write_bytes(damaged)
    with pytest.raises((BackupError, sqlite3.DatabaseError)):
        backup.check(made)


def test_only_the_newest_are_kept(house: House, cast: Cast) -> None:
    folder = house.folder / "backups"
    for number in range(5):
        (folder / f"school-2026010{number}-023000-daily.db").touch()
    (folder / "school-20250101-000000-manual.db").touch()
    backup.keep_newest(folder, "daily", 2)
    assert sorted(file.name for file in folder.glob("*.db")) == [
        "school-20250101-000000-manual.db",
        "school-20260103-023000-daily.db",
        "school-20260104-023000-daily.db",
    ]
