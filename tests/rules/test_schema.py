"""The tables that migrations make are the tables of the program; and what is not understood is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import text

from school import schema
from school.lib import instance
from school.lib.db import db
from school.lib.instance import InstanceError
from tests.house import CONFIG, House, make_app


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Without the shadow tables of the full-text index, which are nobody's model."""
    return not (kind == "table" and name is not None and name.startswith("post_search"))


def test_migrated_is_what_the_program_says(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": include_name, "render_as_batch": True}
        )
        assert compare_metadata(context, db.metadata) == []


def test_every_index_of_the_program_is_there(app: Flask) -> None:
    """Partial indexes are invisible to the comparison above."""
    there = set(db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'index'")))
    wanted = {index.name for table in db.metadata.tables.values() for index in table.indexes}
    assert wanted <= there


def test_revisions_are_one_line(app: Flask) -> None:
    assert schema.current() == schema.newest() == max(schema.revisions())


def test_a_newer_database_is_refused(app: Flask, house: House) -> None:
    db.session.remove()
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA query_only=OFF")
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InstanceError, match="newer Schoolplein"):
        schema.prepare(house.folder)


def test_an_upgrade_begins_with_a_backup(tmp_path: Path) -> None:
    app = make_app(tmp_path, CONFIG)
    with app.app_context():
        command.upgrade(schema._alembic(), "0001")
        schema.prepare(tmp_path)
        assert schema.current() == schema.newest()
        made = list((tmp_path / "backups").glob("*before-upgrade.db"))
        assert len(made) == (1 if schema.newest() != "0001" else 0)
        db.session.remove()
        db.engine.dispose()


def test_a_lost_database_is_not_begun_anew(tmp_path: Path) -> None:
    instance.prepare(tmp_path)
    instance.mark_begun(tmp_path)
    with pytest.raises(InstanceError, match="a school has been here"):
        instance.require_database(tmp_path)


def test_a_second_program_on_one_folder_is_refused(tmp_path: Path) -> None:
    instance.prepare(tmp_path)
    held = instance.lock(tmp_path)
    with pytest.raises(InstanceError, match="already running"):
        instance.lock(tmp_path)
    held.close()
    instance.lock(tmp_path).close()


def test_the_folder_is_its_owners_alone(app: Flask, house: House) -> None:
    for name in ("secret.key", "media", "backups", "tmp"):
        assert (house.folder / name).stat().st_mode & 0o077 == 0
