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
    # people and rights
    mark("added a person"), mark("changed a person"), mark("changed an address"), mark("closed an account"),
    mark("opened an account again"), mark("gave a role"), mark("ended a role"),
    mark("added a pupil"), mark("changed a pupil"), mark("noted that a pupil left"), mark("noted that a pupil stays"),
    mark("placed a pupil in a group"), mark("ended a place in a group"),
    mark("added a group"), mark("changed a group"), mark("removed a group"),
    mark("gave a place in a team"), mark("changed a place in a team"),
    mark("ended a place in a team"), mark("made somebody a member"), mark("ended a membership"),
    mark("linked a guardian"), mark("changed a guardianship"), mark("ended a guardianship"),
    mark("blocked a guardian"), mark("lifted a block"), mark("approved an exception"),
    mark("granted something without authority"),
    mark("asked for access"), mark("agreed with access"), mark("granted access"), mark("refused access"),
    mark("withdrew a request for access"), mark("proposed a change"), mark("accepted a change"),
    mark("refused a change"), mark("withdrew a change"),
    # coming in
    mark("invited"), mark("printed a letter"), mark("ended an invitation"), mark("accepted an invitation"),
    mark("accepted the guideline"), mark("looked as a guardian"), mark("stopped looking as a guardian"),
    mark("gave the password again"),
    # many at once
    mark("imported"), mark("undid an import"), mark("exported"), mark("prepared the new year"),
    mark("settled the new year"), mark("undid the new year"), mark("chose when class lists are shown"),
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


EVERYDAY = ("logged in", "gave the password again")
"""What happens all day: left out where somebody looks for changes."""


def latest(before: int | None = None, limit: int = 50, *, changes_only: bool = False) -> list[AuditEntry]:
    """Newest first, from before an id when one is given."""
    entries = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if changes_only:
        entries = entries.where(AuditEntry.action.not_in(EVERYDAY))
    return list(db.session.scalars(entries if before is None else entries.where(AuditEntry.id < before)))
