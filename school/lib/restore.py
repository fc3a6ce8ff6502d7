"""Putting a backup back. A crash half-way leaves a folder that refuses to start, never one with half a database."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from school.lib import backup, clock
from school.lib.backup import BackupError, Connected, sync


class RestoreError(Exception):
    """A sentence for the administrator; the database that was there still is."""


def put_back(source: Path, database: Path, *, revisions: Collection[str], forget: Collection[str]) -> Path | None:
    """Replaces the database by a copy of ``source`` and returns where the replaced one is kept.

    ``revisions``: those this version can read. ``forget``: tables that are emptied before anybody can use the copy.
    The caller holds the lock of the instance.
    """
    _require_backup(source, database)
    fresh = database.with_name(f".{database.name}.restored")
    fresh.unlink(missing_ok=True)
    try:
        backup.copy(source, fresh)  # through SQLite: a file with a log beside it comes along whole
        _require_known(fresh, revisions)
        _empty(fresh, forget)
        backup.check(fresh)
        sync(fresh)
        kept = _set_aside(database)
        os.rename(fresh, database)
    except (sqlite3.Error, OSError, BackupError) as problem:
        raise RestoreError(f"{source.name} cannot be put back: {problem}") from problem
    finally:
        fresh.unlink(missing_ok=True)
    sync(database.parent)
    return kept


def _require_backup(source: Path, database: Path) -> None:
    if not source.is_file():
        raise RestoreError(f"there is no file {source}")
    if database.exists() and source.samefile(database):
        raise RestoreError(f"{source.name} is the database in use, not a backup")
    with source.open("rb") as opened:
        if opened.read(16) != b"SQLite format 3\x00":
            raise RestoreError(f"{source.name} is not a database")


def _require_known(fresh: Path, revisions: Collection[str]) -> None:
    with Connected(fresh) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            row = None
    if row is None:
        raise RestoreError("that is a database, but not one of Schoolplein")
    if row[0] not in revisions:
        raise RestoreError("that backup was made by a newer Schoolplein; install that version first")


def _empty(fresh: Path, forget: Collection[str]) -> None:
    """Overwritten, not only unlinked: what is forgotten cannot be read from the file either."""
    with Connected(fresh) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        connection.execute("BEGIN IMMEDIATE")
        for table in there & set(forget):
            connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a name of our own
        connection.execute("COMMIT")


def _set_aside(database: Path) -> Path | None:
    """Renames what is there, log included, so that it can be opened and put back later.

    The database goes first: without it the program refuses to start, so a crash in between is seen. A log that stayed
    beside the new database would be taken for its own.
    """
    with suppress(sqlite3.Error), Connected(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a healthy one becomes a single file
    stamp = clock.local(clock.now()).strftime("%Y%m%d-%H%M%S")
    kept = database.with_name(f"{database.stem}-{stamp}-replaced.db")
    was_there = database.exists()
    for ending in ("", "-wal"):
        there = Path(f"{database}{ending}")
        if there.exists():
            os.rename(there, f"{kept}{ending}")
            sync(database.parent)
    Path(f"{database}-shm").unlink(missing_ok=True)
    return kept if was_there else None
