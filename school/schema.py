"""The tables come from migrations, applied at the start after an automatic backup."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from school import audit, guidelines, jobs, outbox, passwords, policy, sessions, settings, timeline
from school.lib import backup, instance
from school.lib.db import db
from school.lib.instance import InstanceError

TABLES_OF = (audit, guidelines, jobs, outbox, passwords, policy, sessions, settings, timeline)
"""Importing these (and what they import) makes every table known: what the migrations are compared with."""

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def newest() -> str:
    return ScriptDirectory.from_config(_alembic()).get_current_head() or ""


def current() -> str:
    """The revision the database is at; empty for a new one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def revisions() -> set[str]:
    """Every revision this version knows; a database at another one was made by a newer version."""
    return {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}


def prepare(folder: Path) -> None:
    """Brings the database of this instance up to date. Refuses a missing and a newer one."""
    instance.require_database(folder)
    is_new = not instance.database(folder).exists()
    at = "" if is_new else current()
    if at == newest():
        instance.mark_begun(folder)
        return
    if at and at not in revisions():
        raise InstanceError(
            f"The database in {folder.name}/ was made by a newer Schoolplein. "
            "Install that version, or put a backup back."
        )
    if at:
        backup.make(instance.database(folder), folder / "backups", "before-upgrade")
    command.upgrade(_alembic(), "head")
    instance.database(folder).chmod(0o600)
    instance.mark_begun(folder)
