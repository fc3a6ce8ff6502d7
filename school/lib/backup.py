"""An online copy of the database: made while people work, checked, then put in place."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from school.lib import clock


class BackupError(Exception):
    """The copy did not pass its check; the earlier ones are untouched."""


def make(database: Path, folder: Path, reason: str) -> Path:
    """Copies the database to ``folder``; temp file → integrity check → fsync → rename."""
    stamp = clock.local(clock.now()).strftime("%Y%m%d-%H%M%S")
    final = folder / f"school-{stamp}-{reason}.db"
    temp = folder / f".{final.name}.part"
    temp.unlink(missing_ok=True)
    with _Connected(database) as source:
        source.execute("VACUUM INTO ?", (str(temp),))
    check(temp)
    _sync(temp)
    os.rename(temp, final)
    _sync(folder)
    return final


def check(copy: Path) -> None:
    """Opens the copy and has SQLite read all of it."""
    with _Connected(copy) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        strays = connection.execute("PRAGMA foreign_key_check").fetchall()
    if verdict != "ok" or strays:
        raise BackupError(f"{copy.name}: {verdict}, {len(strays)} rows without their owner")


def keep_newest(folder: Path, reason: str, number: int) -> int:
    """Removes older backups of the same kind; returns how many went."""
    found = sorted(folder.glob(f"school-*-{reason}.db"))
    for old in found[:-number]:
        old.unlink()
    return max(0, len(found) - number)


class _Connected:
    """A connection of its own that is closed at the end (``with sqlite3.connect`` only ends the transaction)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> sqlite3.Connection:
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        return self.connection

    def __exit__(self, *_failure: object) -> None:
        self.connection.close()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
