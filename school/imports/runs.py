"""One import from preview to undo: what was read is kept until it is applied, thrown away, or a day old.

The file itself is never kept, and no name of it reaches a log.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school import people
from school.imports import journal
from school.imports.journal import ImportChange
from school.lib import clock, tokens
from school.lib.db import Model, db
from school.lib.text import Refused, _
from school.people import Person

KINDS = ("edexml", "guardians", "staff", "rollover")
STATES = ("preview", "applied", "undone", "dropped")
KEEP_PREVIEW = timedelta(days=1)
KEEP_JOURNAL = timedelta(days=60)


class ImportRun(Model):
    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    kind: Mapped[str] = mapped_column(String(9))
    state: Mapped[str] = mapped_column(String(8), default="preview")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    payload: Mapped[str] = mapped_column(default="")
    """What was read from the file, as JSON, while it is only a preview."""
    counts: Mapped[str] = mapped_column(default="{}")
    """What was done, as a JSON object of numbers."""

    by: Mapped[Person | None] = relationship()

    @property
    def told(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.counts)
        return found


class HeaderMapping(Model):
    """Which column of a sheet means what, remembered for the next sheet with the same headers."""

    __tablename__ = "header_mapping"

    id: Mapped[int] = mapped_column(primary_key=True)
    signature: Mapped[str] = mapped_column(String(64), unique=True)
    mapping: Mapped[str]
    """JSON: the layout, and the field of each column by its number."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


def begin(kind: str, payload: str, by: Person | None) -> ImportRun:
    """A preview; earlier ones of this kind that were never applied are dropped."""
    for earlier in db.session.scalars(select(ImportRun).where(ImportRun.kind == kind, ImportRun.state == "preview")):
        drop(earlier)
    run = ImportRun(kind=kind, payload=payload, by_id=by.id if by else None)
    db.session.add(run)
    db.session.flush()
    return run


def require_preview(run: ImportRun) -> None:
    if run.state != "preview":
        raise Refused(_("This import has been handled already."))


def keep_table(headers: list[str], rows: list[list[Any]]) -> str:
    """The payload of a sheet whose columns somebody still has to name: its cells, until then."""
    return json.dumps({"headers": headers, "table": rows}, ensure_ascii=False)


def keep_rows(rows: str) -> str:
    """The payload of a sheet that has been read: its rows as JSON."""
    return json.dumps({"rows": rows}, ensure_ascii=False)


def table_of(run: ImportRun) -> tuple[list[str], list[list[Any]]] | None:
    """Headers and rows (line number first) of a sheet whose columns have no names yet."""
    told = json.loads(run.payload or "{}")
    return (told["headers"], told["table"]) if "table" in told else None


def rows_of(run: ImportRun) -> str:
    """Raises Refused while nobody has said what each column is."""
    rows: str | None = json.loads(run.payload or "{}").get("rows")
    if rows is None:
        raise Refused(_("Say first what each column is."))
    return rows


def name_columns(run: ImportRun, rows: str) -> None:
    require_preview(run)
    run.payload = keep_rows(rows)


def settle(run: ImportRun, counts: dict[str, int]) -> None:
    """The import has been applied; what was read is forgotten, what was done is kept for undoing."""
    run.state, run.applied_at, run.payload = "applied", clock.now(), ""
    run.counts = json.dumps(counts)
    db.session.flush()


def drop(run: ImportRun) -> None:
    require_preview(run)
    run.state, run.payload = "dropped", ""


def is_newest(run: ImportRun) -> bool:
    """Nothing was applied after it: only then it can be undone."""
    applied = select(ImportRun.id).where(ImportRun.state == "applied")
    return db.session.scalar(applied.order_by(ImportRun.applied_at.desc(), ImportRun.id.desc()).limit(1)) == run.id


def undo(run: ImportRun, may_give: Callable[[str], bool] = lambda _role: True) -> int:
    """Puts back what the run did; how many rows. Only the newest applied run can be undone. Raises Refused.

    ``may_give``: roles that are taken away by it must be the person's to give.
    """
    if run.state != "applied":
        raise Refused(_("Only an import that was applied can be undone."))
    if not is_newest(run):
        raise Refused(_("Something newer was imported since. Undo that first."))
    if not journal.changes(run.id) and any(run.told.values()):
        raise Refused(_("This is too long ago to be undone."))
    given = journal.roles_in(run.id)
    if not all(may_give(role) for role in given):
        raise Refused(_("This import gave roles that only the director or the administrator takes away."))
    keepers = {role: people.holders(role) for role in ("admin", "director")}
    rows = journal.undo(run.id)
    if any(before and not people.holders(role) for role, before in keepers.items()):
        raise Refused(_("Then nobody would be left to look after the school. Give that role to somebody first."))
    run.state, run.undone_at = "undone", clock.now()
    db.session.execute(delete(ImportChange).where(ImportChange.run_id == run.id))
    db.session.flush()
    return rows


def latest(limit: int = 20) -> list[ImportRun]:
    """Newest first, without the ones nobody applied."""
    shown = select(ImportRun).where(ImportRun.state.in_(("preview", "applied", "undone")))
    return list(db.session.scalars(shown.order_by(ImportRun.id.desc()).limit(limit)))


def remember(signature: str, mapping: dict[str, Any]) -> None:
    found = db.session.scalar(select(HeaderMapping).where(HeaderMapping.signature == signature))
    if found is None:
        found = HeaderMapping(signature=signature, mapping="")
        db.session.add(found)
    found.mapping = json.dumps(mapping, sort_keys=True)
    db.session.flush()


def remembered(signature: str) -> dict[str, Any] | None:
    found = db.session.scalar(select(HeaderMapping.mapping).where(HeaderMapping.signature == signature))
    return json.loads(found) if found else None


def forget_old() -> int:
    """Previews of yesterday, and the notes for undoing what was imported long ago."""
    now = clock.now()
    stale = select(ImportRun).where(ImportRun.state == "preview", ImportRun.created_at < now - KEEP_PREVIEW)
    dropped = list(db.session.scalars(stale))
    for run in dropped:
        drop(run)
    old = select(ImportRun.id).where(ImportRun.applied_at < now - KEEP_JOURNAL)
    gone = db.session.execute(delete(ImportChange).where(ImportChange.run_id.in_(old)))
    return len(dropped) + int(getattr(gone, "rowcount", 0))
