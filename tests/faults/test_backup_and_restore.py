"""The drill: a backup while people post, the worst that can happen, and the school is back."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from school import schema
from school.lib import restore
from tests.faults.conftest import Place
from tests.faults.ledger import Ledger
from tests.faults.test_storm import published

pytestmark = pytest.mark.faults


def backup_of(place: Place) -> Path:
    name = place.command("backup").split(",")[0]
    return place.folder / "backups" / name


def count(database: Path, table: str) -> int:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])


def post_and_back_up(place: Place, ledger: Ledger, made: list[Path]) -> None:
    """People post; halfway a backup is made; in the end the program is killed."""
    with place.served() as school:
        group = place.group
        works = [
            threading.Thread(target=ledger.write, args=(place.browser(school, who), group, photos))
            for who, photos in (("writer", 0), ("photographer", 1))
        ]
        for work in works:
            work.start()
        ledger.wait_for_photos(3)
        made.append(backup_of(place))
        before = len(ledger.published)
        patience = time.monotonic() + 20
        while len(ledger.published) <= before + 2 and time.monotonic() < patience:
            time.sleep(0.05)
        school.kill()
        for work in works:
            work.join(timeout=60)


def test_a_backup_while_people_post_is_whole(place: Place) -> None:
    ledger, made = Ledger(), []
    post_and_back_up(place, ledger, made)
    copy = made[0]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"  # one file, no log beside it
        kept = {row[0] for row in connection.execute("SELECT public_id FROM photo")}
    manifest = json.loads(copy.with_suffix(".json").read_text())
    assert 0 < count(copy, "post") < place.value("SELECT count(*) FROM post")
    for table in ("post", "photo", "person", "audit_entry"):
        assert manifest["tables"][table] == count(copy, table)
    assert kept
    assert kept <= set(manifest["media"])  # database first, media second
    for public_id in kept:
        folder = place.folder / "media" / public_id[:2] / public_id
        assert manifest["media"][public_id] == {file.name: file.stat().st_size for file in folder.iterdir()}
    assert oct(copy.stat().st_mode)[-3:] == "600"
    assert [name for name in os.listdir(copy.parent) if name.startswith(".")] == []


def test_restore_brings_back_everything_of_the_backup(place: Place) -> None:
    ledger, made = Ledger(), []
    post_and_back_up(place, ledger, made)
    posts, photos = count(made[0], "post"), count(made[0], "photo")
    Path(f"{place.database}-wal").write_bytes(b"stale" * 1000)
    said = place.command("restore", made[0].name)
    assert "Everybody has to log in again" in said
    assert "All photos and documents of this backup are there" in said
    assert not Path(f"{place.database}-wal").exists()
    assert not Path(f"{place.database}-shm").exists()
    assert place.value("SELECT count(*) FROM post") == posts
    assert place.value("SELECT count(*) FROM photo") == photos
    assert place.command("doctor").startswith("✓")


def test_after_a_restore_nobody_is_logged_in_and_no_link_works(place: Place) -> None:
    link = place.command("new-password", "parent-0@school.example").strip()
    copy = backup_of(place)
    assert count(copy, "password_reset") == 1
    place.command("restore", copy.name)
    assert place.value("SELECT count(*) FROM session") == 0
    assert place.value("SELECT count(*) FROM password_reset") == 0
    assert place.value("SELECT action FROM audit_entry ORDER BY id DESC LIMIT 1") == "put a backup back"
    with place.served() as school:
        browser = place.browser(school, "parent-0")
        assert browser.get("/timeline").location == "/login"
        assert browser.get("/password/new/" + link.rpartition("/")[2]).status == 404


def test_what_a_restore_replaced_is_kept_and_can_come_back(place: Place) -> None:
    copy = backup_of(place)
    with place.served() as school:
        later = published(place, school, 2)
        school.kill()  # the newest posts are in the log only
    said = place.command("restore", copy.name)
    assert place.value("SELECT count(*) FROM post") == 0
    kept = next(place.folder.glob("school-*-replaced.db"))
    assert kept.name in said
    place.command("restore", str(kept))
    assert {row[0] for row in place.rows("SELECT public_id FROM post")} == set(later)


def test_a_restore_tells_which_photos_are_missing_or_damaged(place: Place) -> None:
    ledger, made = Ledger(), []
    post_and_back_up(place, ledger, made)
    with closing(sqlite3.connect(made[0])) as connection:
        ids = [row[0] for row in connection.execute("SELECT public_id FROM photo ORDER BY id")]
    assert len(ids) >= 2
    gone, cut = (place.folder / "media" / public_id[:2] / public_id for public_id in ids[:2])
    shutil.rmtree(gone)
    os.truncate(next(cut.glob("large.*")), 100)
    said = place.command("restore", made[0].name)
    assert "2 photos or documents are missing or damaged" in said
    assert f"media/{ids[0][:2]}/{ids[0]}/" in said
    assert f"media/{ids[1][:2]}/{ids[1]}/" in said


def test_a_restore_is_refused_while_the_program_runs(place: Place) -> None:
    copy = backup_of(place)
    with place.served() as school:
        post = published(place, school, 1)[0]
        done = place.try_command("restore", copy.name)
        assert done.returncode == 1
        assert "Another Schoolplein is already running" in done.stderr
        assert place.browser(school, "parent-0").get(f"/posts/{post}").status == 200


def test_a_lost_database_comes_back(place: Place) -> None:
    people = place.value("SELECT count(*) FROM person")
    copy = backup_of(place)
    place.database.unlink()
    place.command("restore", str(copy))
    assert place.value("SELECT count(*) FROM person") == people


def spoil(copy: Path, how: str) -> str:
    """A file that must not be put back, and what is said about it."""
    if how == "cut":
        os.truncate(copy, copy.stat().st_size // 2)
        return "cannot be put back"
    if how == "text":
        copy.write_text("Beste ouders")
        return "is not a database"
    if how == "absent":
        copy.unlink()
        return "there is no file"
    with closing(sqlite3.connect(copy)) as connection, connection:
        if how == "newer":
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            return "made by a newer Schoolplein"
        connection.execute("DROP TABLE alembic_version")
        return "not one of Schoolplein"


@pytest.mark.parametrize("how", ["cut", "text", "absent", "newer", "foreign"])
def test_what_is_no_good_backup_changes_nothing(place: Place, how: str) -> None:
    copy = backup_of(place)
    before, listed = place.database.read_bytes(), {*os.listdir(place.folder), "lock"}
    sentence = spoil(copy, how)
    done = place.try_command("restore", str(copy))
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert place.database.read_bytes() == before
    assert set(os.listdir(place.folder)) == listed


def test_a_crash_half_way_leaves_a_folder_that_refuses_to_start(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    copy, rename = backup_of(place), os.rename

    def dies(source: Path, target: Path) -> None:
        if Path(target) == place.database:
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(restore.os, "rename", dies)
    with pytest.raises(KeyboardInterrupt):
        restore.put_back(copy, place.database, revisions=schema.revisions(), forget=())
    monkeypatch.undo()
    assert not place.database.exists()
    assert "is gone from instance/" in place.try_command("doctor").stderr
    place.command("restore", copy.name)
    assert place.command("doctor").startswith("✓")
