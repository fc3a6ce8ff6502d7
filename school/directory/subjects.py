"""Whom or what the entries of the log are about, in words of today; what is gone has only its number left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from school.access_requests import AccessRequest
from school.audit import AuditEntry
from school.groups import Enrolment, Group, GroupMember, GroupStaff, SchoolYear
from school.guardians import Guardianship
from school.invitations import Invitation
from school.lib.db import db
from school.people import Person, StaffRole
from school.proposals import Proposal
from school.pupils import Pupil

_CALLED: dict[type[Any], Callable[[Any], str]] = {
    Person: lambda one: one.full_name,
    Pupil: lambda one: one.full_name,
    Group: lambda one: one.name,
    SchoolYear: lambda one: one.name,
    StaffRole: lambda one: one.person.full_name,
    Enrolment: lambda one: f"{one.pupil.full_name} · {one.group.name}",
    GroupStaff: lambda one: f"{one.person.full_name} · {one.group.name}",
    GroupMember: lambda one: f"{one.person.full_name} · {one.group.name}",
    Guardianship: lambda one: f"{one.person.full_name} · {one.pupil.full_name}",
    Invitation: lambda one: one.person.full_name,
    Proposal: lambda one: one.person.full_name,
    AccessRequest: lambda one: one.pupil.full_name,
}


def of_entries(entries: Iterable[AuditEntry]) -> dict[tuple[str, int | None], str]:
    """By the entry's ``(thing, thing_id)``. One question a kind of thing, however many entries."""
    entries = list(entries)
    found: dict[tuple[str, int | None], str] = {}
    for table, called in _CALLED.items():
        ids = {entry.thing_id for entry in entries if entry.thing == table.__name__}
        if ids:
            whole = [joinedload(getattr(table, name)) for name in ("person", "pupil", "group") if hasattr(table, name)]
            for row in db.session.scalars(select(table).where(table.id.in_(ids)).options(*whole)):
                found[table.__name__, row.id] = called(row)
    return found
