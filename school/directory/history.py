"""What the log says about one person or one pupil: what, about which child or role, when and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from school.audit import EVERYDAY, AuditEntry
from school.directory.people import ROLE_NAMES, names
from school.directory.roads import Roads
from school.groups import Enrolment
from school.guardians import Guardianship
from school.lib.db import db
from school.lib.text import _
from school.people import Person
from school.pupils import Pupil

MOST = 50


@dataclass(frozen=True)
class Happening:
    at: datetime
    what: str
    about: str
    """The child, adult, role or group it was about, when that is not the page's own."""
    by: str


def of_person(person: Person, roads: Roads) -> list[Happening]:
    about: dict[tuple[str, int], str] = {("Person", person.id): ""}
    about |= {("Guardianship", road.guardianship.id): road.pupil.full_name for road in roads.children}
    about |= {("StaffRole", held.id): _(ROLE_NAMES[held.role]) for held in roads.roles}
    about |= {("GroupStaff", place.id): place.group.name for place in roads.teams}
    about |= {("GroupMember", member.id): member.group.name for member in roads.committees}
    return _told(about)


def of_pupil(pupil: Pupil, roads: Iterable[Guardianship], places: Iterable[Enrolment]) -> list[Happening]:
    about: dict[tuple[str, int], str] = {("Pupil", pupil.id): ""}
    about |= {("Guardianship", road.id): road.person.full_name for road in roads}
    about |= {("Enrolment", place.id): place.group.name for place in places}
    return _told(about)


def _told(about: dict[tuple[str, int], str]) -> list[Happening]:
    newest = select(AuditEntry).where(or_(*_among(about)), AuditEntry.action.not_in(EVERYDAY))
    entries = list(db.session.scalars(newest.order_by(AuditEntry.id.desc()).limit(MOST)))
    actors: dict[Any, str] = names({entry.actor_id for entry in entries if entry.actor_id is not None})
    return [
        Happening(
            at=entry.at,
            what=_(entry.action),
            about=about.get((entry.thing, entry.thing_id or 0), ""),
            by=actors.get(entry.actor_id, ""),
        )
        for entry in entries
    ]


def _among(about: Iterable[tuple[str, int]]) -> list[ColumnElement[bool]]:
    by_thing: dict[str, list[int]] = {}
    for thing, number in about:
        by_thing.setdefault(thing, []).append(number)
    return [(AuditEntry.thing == thing) & AuditEntry.thing_id.in_(ids) for thing, ids in by_thing.items()]
