"""Accounts: how many there are of which kind, and the list of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, true

from school.groups import Enrolment, on
from school.guardians import Guardianship, live
from school.lib import names as naming
from school.lib.db import db
from school.lib.text import _, mark
from school.people import Person, StaffRole
from school.pupils import Pupil

ROLE_NAMES = {
    "teacher": mark("teacher"),
    "support": mark("support"),
    "care": mark("care coordinator"),
    "office": mark("office"),
    "director": mark("director"),
    "admin": mark("administrator"),
}
KINDS = ("staff", "guardians", "closed")
MOST = 400
"""Rows in a list; who is looked for beyond them is found by name."""


def counts(today: date) -> dict[str, int]:
    """Pupils, guardians, staff, and guardians who never logged in."""
    enrolled = select(func.count(func.distinct(Enrolment.pupil_id))).where(
        Enrolment.starts_on <= today, Enrolment.ends_on >= today
    )
    active = select(func.count()).select_from(Person).where(Person.deactivated_at.is_(None))
    return {
        "pupils": db.session.scalar(enrolled) or 0,
        "guardians": db.session.scalar(active.where(_guards(today))) or 0,
        "staff": db.session.scalar(active.where(_works(today))) or 0,
        "never_in": db.session.scalar(active.where(_guards(today), Person.first_login_at.is_(None))) or 0,
    }


def _guards(today: date) -> ColumnElement[bool]:
    return exists().where(Guardianship.person_id == Person.id, live(today))


def _works(today: date) -> ColumnElement[bool]:
    return exists().where(StaffRole.person_id == Person.id, _current(today))


def _current(today: date) -> ColumnElement[bool]:
    return on(today, StaffRole.starts_on.expression, StaffRole.ends_on.expression)


def everybody(today: date, query: str = "", kind: str = "") -> list[dict[str, Any]]:
    """Accounts with their roles and children; ``query`` looks in names, addresses and children's names."""
    roles, children = _roles(today), _children(today)
    words = naming.fold(query).split()
    found = []
    for person in db.session.scalars(select(Person).where(_of_kind(kind, today)).order_by(Person.sort_key, Person.id)):
        own = children[person.id]
        if not words or all(word in _told(person, own) for word in words):
            found.append(_row(person, roles[person.id], own))
    return found


def _of_kind(kind: str, today: date) -> ColumnElement[bool]:
    open_ones = Person.deactivated_at.is_(None)
    if kind == "closed":
        return Person.deactivated_at.is_not(None)
    if kind == "staff":
        return open_ones & _works(today)
    return open_ones & _guards(today) if kind == "guardians" else true()


def _told(person: Person, children: Iterable[str]) -> str:
    return naming.fold(" ".join([person.full_name, person.email or person.login_name or "", *children]))


def _row(person: Person, roles: list[str], children: list[str]) -> dict[str, Any]:
    return {
        "id": person.public_id,
        "full_name": person.full_name,
        "email": person.email or person.login_name or "",
        "roles": [_(ROLE_NAMES[role]) for role in roles],
        "children": children,
        "last_seen_at": person.last_seen_at,
        "never_in": person.first_login_at is None,
        "active": person.deactivated_at is None,
    }


def _roles(today: date) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for person_id, role in db.session.execute(select(StaffRole.person_id, StaffRole.role).where(_current(today))):
        found[person_id].append(role)
    return found


def _children(today: date) -> defaultdict[int, list[str]]:
    rows = db.session.execute(
        select(Guardianship.person_id, Pupil.first_name, Pupil.prefix, Pupil.last_name)
        .join(Pupil, Pupil.id == Guardianship.pupil_id)
        .where(live(today), or_(Pupil.left_on.is_(None), Pupil.left_on >= today))
        .order_by(Pupil.birth_date)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for person_id, first, prefix, last in rows:
        found[person_id].append(naming.full(first, prefix, last))
    return found


def names(person_ids: Iterable[int]) -> dict[int | None, str]:
    rows = db.session.scalars(select(Person).where(Person.id.in_(set(person_ids))))
    return {person.id: person.full_name for person in rows}
