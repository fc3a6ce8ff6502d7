"""Who did what to whom: append-only, each entry chained to the one before by its hash. No names, texts or tokens."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from school.lib import clock
from school.lib.db import Model, db
from school.lib.text import mark

ACTIONS = (
    mark("set up the school"), mark("changed the school's settings"), mark("logged in"), mark("logged out a device"),
    mark("logged out the other devices"), mark("asked for a new password"), mark("made a link for a new password"),
    mark("set a new password"), mark("changed their password"), mark("published"), mark("withdrew"),
    mark("removed a comment"), mark("put a backup back"),
)  # fmt: skip
"""Everything that is noted; a closed list, so that each has its translation."""


class AuditEntry(Model):
    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_id: Mapped[int | None]
    """Person id, not a foreign key: the log outlives the people in it. None: the program itself."""
    action: Mapped[str] = mapped_column(String(40))
    thing: Mapped[str] = mapped_column(String(20), default="")
    thing_id: Mapped[int | None]
    detail: Mapped[str] = mapped_column(default="")
    """A small JSON object of keys and numbers."""
    hash: Mapped[str] = mapped_column(String(64))


def note(actor: Any | None, action: str, thing: Any | None = None, **detail: Any) -> AuditEntry:
    """Adds an entry in the transaction that is open. ``actor`` and ``thing`` are rows with an id, or None."""
    if action not in ACTIONS:
        raise ValueError(f"unknown action {action}")
    last = db.session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        at=clock.now(),
        actor_id=None if actor is None else actor.id,
        action=action,
        thing="" if thing is None else type(thing).__name__,
        thing_id=None if thing is None else thing.id,
        detail=json.dumps(detail, sort_keys=True, default=str) if detail else "",
    )
    entry.hash = _chain(last or "", entry)
    db.session.add(entry)
    db.session.flush()
    return entry


def _chain(previous: str, entry: AuditEntry) -> str:
    told = [
        previous,
        entry.at.isoformat(),
        entry.actor_id,
        entry.action,
        entry.thing,
        entry.thing_id,
        entry.detail,
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def broken_at() -> int | None:
    """The id of the first entry that does not follow from the one before; None when the log is whole."""
    previous = ""
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        if entry.hash != _chain(previous, entry):
            return entry.id
        previous = entry.hash
    return None


def latest(before: int | None = None, limit: int = 50) -> list[AuditEntry]:
    entries = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    return list(db.session.scalars(entries if before is None else entries.where(AuditEntry.id < before)))
