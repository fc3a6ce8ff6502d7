"""An online copy of the database: made while people work, checked, then put in place, with a manifest next to it.

The database first, the list of media second: every photo the copy knows was safe on disk before its row was written,
so whoever copies the media folder after the backup has all of them. Media never change; they are not copied here.
"""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

from school.lib import clock
from school.lib.files import MediaStore


class BackupError(Exception):
    """The copy could not be made or did not pass its check; the earlier ones are untouched."""


def make(database: Path, folder: Path, reason: str, media: MediaStore | None = None) -> Path:
    """Copies the database to ``folder``; temp file → integrity check → fsync → rename → manifest."""
    stamp = clock.local(clock.now()).strftime("%Y%m%d-%H%M%S")
    final = folder / f"school-{stamp}-{reason}.db"
    temp = folder / f".{final.name}.part"
    temp.unlink(missing_ok=True)
    try:
        copy(database, temp)
        counts = check(temp)
        os.rename(temp, final)
    except (sqlite3.Error, OSError) as problem:
        raise BackupError(f"no backup was made: {problem}") from problem
    finally:
        temp.unlink(missing_ok=True)
    sync(folder)
    _describe(final, counts, media)
    return final


def copy(database: Path, target: Path) -> None:
    """One moment of a database that others are writing to, as a file that needs no other file beside it."""
    with Connected(database) as source:
        source.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    sync(target)


def check(copied: Path) -> dict[str, int]:
    """Opens the copy and has SQLite read all of it; returns how many rows each table has."""
    with Connected(copied) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        strays = connection.execute("PRAGMA foreign_key_check").fetchall()
        if verdict != "ok" or strays:
            raise BackupError(f"{copied.name}: {verdict}, {len(strays)} rows without their owner")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}  # noqa: S608


def manifest_of(made: Path) -> Path:
    return made.with_suffix(".json")


def read_manifest(made: Path) -> dict[str, Any]:
    """What stands next to a backup; nothing when it is not there or cannot be read."""
    try:
        found = json.loads(manifest_of(made).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _describe(made: Path, counts: dict[str, int], media: MediaStore | None) -> None:
    told = {
        "database": made.name,
        "bytes": made.stat().st_size,
        "tables": counts,
        "media": media.inventory() if media is not None else None,
    }
    temp = made.with_name(f".{made.stem}.json.part")
    temp.write_text(json.dumps(told, indent=1), encoding="utf-8")
    temp.chmod(0o600)
    sync(temp)
    os.rename(temp, manifest_of(made))
    sync(made.parent)


def keep_newest(folder: Path, reason: str, number: int) -> int:
    """Removes older backups of the same kind; returns how many went."""
    found = sorted(folder.glob(f"school-*-{reason}.db"))
    for old in found[:-number]:
        old.unlink()
        manifest_of(old).unlink(missing_ok=True)
    return max(0, len(found) - number)


class Connected:
    """A connection of its own that is closed at the end (``with sqlite3.connect`` only ends the transaction)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> sqlite3.Connection:
        address = f"{self.path.absolute().as_uri()}?mode=rw"  # never makes a new file where none is
        self.connection = sqlite3.connect(address, uri=True, isolation_level=None)
        return self.connection

    def __exit__(self, *_failure: object) -> None:
        self.connection.close()


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
