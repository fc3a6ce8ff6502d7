"""What a large change did, row by row, so that it can be undone until something else has changed the same rows.

Written while SQLAlchemy flushes: whoever changes things through the nouns' verbs needs to do nothing for it. Bulk
statements are not seen, so verbs used inside ``recording()`` do not use them on the tables that are followed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, event, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from school.groups import Enrolment, Group, GroupMember, GroupStaff, SchoolYear
from school.guardians import Guardianship
from school.lib.db import Model, db
from school.lib.text import Refused, _
from school.people import Person, StaffRole
from school.pupils import Pupil

FOLLOWED: dict[str, type[Any]] = {
    table.__tablename__: table
    for table in (SchoolYear, Group, Pupil, Person, StaffRole, GroupStaff, GroupMember, Enrolment, Guardianship)
}
"""Created in this order at the latest: a row never comes before one it refers to."""

Values = dict[str, Any]


class ImportChange(Model):
    """One row that an import, or a year change, made or changed: its columns before and after."""

    __tablename__ = "import_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    table_name: Mapped[str] = mapped_column(String(20))
    row_id: Mapped[int]
    before: Mapped[str] = mapped_column(default="")
    """The changed columns as they were, as JSON; empty for a row that was made."""
    after: Mapped[str]
    """The changed columns (of a new row: all) as they became."""


class _Watch:
    def __init__(self) -> None:
        self.made: dict[tuple[str, int], Any] = {}
        self.before: dict[tuple[str, int], Values] = {}

    def after_flush(self, session: Session, _context: object) -> None:
        for row in session.new:
            if row.__tablename__ in FOLLOWED:
                self.made[row.__tablename__, row.id] = row
        for row in session.dirty:
            key = (row.__tablename__, getattr(row, "id", 0))
            if key[0] in FOLLOWED and key not in self.made:
                for name, old in _changed(row).items():
                    self.before.setdefault(key, {}).setdefault(name, old)


def _changed(row: Any) -> Values:
    """The columns of this flush that changed, with what they were."""
    state = inspect(row)
    found = {}
    for column in state.mapper.columns:
        history = state.attrs[column.key].history
        if history.has_changes() and history.deleted:
            found[column.key] = _plain(history.deleted[0])
    return found


@contextmanager
def recording(run_id: int) -> Iterator[None]:
    """Follows what is made and changed inside, and keeps it with the run. Inside a write transaction."""
    watch, session = _Watch(), db.session()
    event.listen(session, "after_flush", watch.after_flush)
    try:
        yield
        session.flush()
    finally:
        event.remove(session, "after_flush", watch.after_flush)
    _keep(run_id, watch)


def _keep(run_id: int, watch: _Watch) -> None:
    for (table, row_id), row in watch.made.items():
        _add(run_id, table, row_id, "", _values(row, _columns(row)))
    for (table, row_id), before in watch.before.items():
        row = db.session.get_one(FOLLOWED[table], row_id)
        after = _values(row, list(before))
        if after != before:
            _add(run_id, table, row_id, json.dumps(before), after)
    db.session.flush()


def _add(run_id: int, table: str, row_id: int, before: str, after: Values) -> None:
    db.session.add(ImportChange(run_id=run_id, table_name=table, row_id=row_id, before=before, after=json.dumps(after)))


def changes(run_id: int) -> list[ImportChange]:
    return list(db.session.scalars(select(ImportChange).where(ImportChange.run_id == run_id).order_by(ImportChange.id)))


def roles_in(run_id: int) -> set[str]:
    """The roles of staff that this run gave or changed."""
    ids = [change.row_id for change in changes(run_id) if change.table_name == StaffRole.__tablename__]
    return set(db.session.scalars(select(StaffRole.role).where(StaffRole.id.in_(ids))))


def undo(run_id: int) -> int:
    """Puts everything back as it was; how many rows. Raises Refused when something has changed since."""
    kept = changes(run_id)
    _held = _loaded(kept)  # in the session until the end, so that each is asked for once
    for change in kept:
        _require_untouched(change)
    try:
        for change in reversed(kept):
            if change.before:
                _put_back(change)
        db.session.flush()
        for name, table in reversed(FOLLOWED.items()):
            for change in (one for one in kept if one.table_name == name and not one.before):
                db.session.delete(db.session.get_one(table, change.row_id))
            db.session.flush()
    except IntegrityError:
        raise Refused(_("This cannot be undone any more: other things hang on what was added.")) from None
    return len(kept)


def _loaded(kept: list[ImportChange]) -> list[Any]:
    """The rows of these changes, read table by table."""
    found: list[Any] = []
    for name, table in FOLLOWED.items():
        ids = [change.row_id for change in kept if change.table_name == name]
        for first in range(0, len(ids), 500):
            found += db.session.scalars(select(table).where(table.id.in_(ids[first : first + 500])))
    return found


def _require_untouched(change: ImportChange) -> None:
    row = db.session.get(FOLLOWED[change.table_name], change.row_id)
    after: Values = json.loads(change.after)
    if row is None or _values(row, list(after)) != after:
        raise Refused(_("This cannot be undone any more: something has changed since."))


def _put_back(change: ImportChange) -> None:
    row = db.session.get_one(FOLLOWED[change.table_name], change.row_id)
    kinds = inspect(row).mapper.columns
    for name, value in json.loads(change.before).items():
        setattr(row, name, _typed(value, kinds[name].type.python_type))


def _columns(row: Any) -> list[str]:
    return [column.key for column in inspect(row).mapper.columns if column.key != "id"]


def _values(row: Any, names: list[str]) -> Values:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _typed(value: Any, kind: type[Any]) -> Any:
    return kind.fromisoformat(value) if value is not None and issubclass(kind, date | datetime) else value
