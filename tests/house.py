"""One school for all tests of a worker: made once, its folder put back before each test that uses it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask

from app import create_app
from blueprints import guards, pages
from blueprints.account import throttle
from school import jobs, marks, schema
from school.lib import passwords, text
from school.lib.config import Config
from school.lib.db import db
from tests import cast

REAL_HASHER = passwords._hasher
CONFIG = Config(base_url="http://localhost", free_space_floor=0)


class House:
    """The program on a folder of its own, with two databases to begin from: an empty one and the cast's."""

    def __init__(self, folder: Path) -> None:
        hash_cheaply()
        self.folder = folder
        self.app = make_app(folder, CONFIG)
        self.app.extensions["media"].reserve = 0
        with self.app.app_context():
            schema.prepare(folder)
            self.keep("empty")
            cast.build()
            self.keep("cast")
            db.engine.dispose()

    def keep(self, name: str) -> None:
        """Remembers database and media as they are now, to begin from again."""
        db.session.remove()
        db.engine.dispose()  # the last connection to close empties the write-ahead log
        kept = self._template(name)
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.folder / "media", kept / "media", ignore=shutil.ignore_patterns(".*"))
        shutil.copyfile(self.folder / "school.db", kept / "school.db")

    def has(self, name: str) -> bool:
        return self._template(name).exists()

    def _template(self, name: str) -> Path:
        return self.folder / f"template-{name}"

    def begin(self, name: str) -> None:
        """Puts the folder and everything the program remembers back. Call inside the app's context."""
        db.session.remove()
        db.engine.dispose()
        for ending in ("-wal", "-shm"):
            Path(f"{self.folder / 'school.db'}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self._template(name) / "school.db", self.folder / "school.db")
        self._empty_folders()
        shutil.copytree(self._template(name) / "media", self.folder / "media", dirs_exist_ok=True)
        forget(self.app)
        self.app.extensions["jobs"] = jobs.all_jobs(self.folder, CONFIG, self.app.extensions["media"])

    def _empty_folders(self) -> None:
        for item in (self.folder / "media").iterdir():
            if not item.name.startswith("."):
                shutil.rmtree(item)
        for old in (self.folder / "backups").iterdir():
            old.unlink()

    def end(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.app.extensions["studio"].close()


def make_app(folder: Path, config: Config) -> Flask:
    """``create_app`` without its change to the folder for temporary files."""
    before = os.environ.get("TMPDIR")
    try:
        return create_app(folder, config)
    finally:
        if before is None:
            os.environ.pop("TMPDIR", None)
        else:
            os.environ["TMPDIR"] = before


def hash_cheaply() -> None:
    """Argon2 at its lightest: tests log in often and the strength of the hash is tested in one place."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._nobody = passwords._hasher.hash("nobody at all")


def forget(app: Flask) -> None:
    """What the process remembers between requests."""
    marks._seen.clear()
    for used in marks._used.values():
        used.clear()
    throttle.forget_everything()
    guards.counted.reset()
    pages._remembered.clear()
    text.speak(text.DEFAULT)
