"""Requests as lists, and who reads along with a child."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from school.access_requests.tables import OPEN, AccessRequest
from school.guardians import Guardianship, live
from school.lib import clock
from school.lib.db import db
from school.people import Person
from school.pupils import Pupil


def of_guardian(person: Person, limit: int = 50) -> list[AccessRequest]:
    """What this guardian asked for the children they still reach, newest first."""
    reached = exists().where(
        Guardianship.person_id == person.id, Guardianship.pupil_id == AccessRequest.pupil_id,
        Guardianship.kind == "guardian", live(clock.today()),
    )  # fmt: skip
    return _listed(AccessRequest.asked_by_id == person.id, reached, newest_first=True, limit=limit)


def waiting(person: Person, scope: ColumnElement[bool]) -> list[AccessRequest]:
    """Open requests of others within ``scope`` (what this member of staff may see), oldest first."""
    return _listed(scope, _of_others(person), AccessRequest.state.in_(OPEN), newest_first=False)


def decided(person: Person, scope: ColumnElement[bool], limit: int = 20) -> list[AccessRequest]:
    """The last ones of others that are closed."""
    return _listed(scope, _of_others(person), AccessRequest.state.not_in(OPEN), newest_first=True, limit=limit)


def count_waiting(person: Person, scope: ColumnElement[bool], *, to_agree: bool) -> int:
    """How many are open; ``to_agree``: only those on which a teacher still has to say something."""
    counted = select(func.count()).select_from(AccessRequest)
    counted = counted.where(scope, _of_others(person), AccessRequest.state.in_(("asked",) if to_agree else OPEN))
    return db.session.scalar(counted.where(AccessRequest.kind == "exception") if to_agree else counted) or 0


def _of_others(person: Person) -> ColumnElement[bool]:
    """Not what this person asked as a guardian; what they wrote down for one is in it."""
    own = exists().where(Guardianship.person_id == person.id, Guardianship.pupil_id == AccessRequest.pupil_id)
    return ~((AccessRequest.asked_by_id == person.id) & own)


def _listed(*conditions: ColumnElement[bool], newest_first: bool, limit: int = 200) -> list[AccessRequest]:
    order = AccessRequest.id.desc() if newest_first else AccessRequest.id
    found = select(AccessRequest).where(*conditions).order_by(order).limit(limit)
    asked_with = joinedload(AccessRequest.pupil), joinedload(AccessRequest.asked_by)
    return list(db.session.scalars(found.options(*asked_with)))


def reading_along(children: Iterable[Pupil]) -> dict[int, list[Guardianship]]:
    """Who has access today by exception, by pupil id: what the child's own guardians may know."""
    ids = [child.id for child in children]
    rows = select(Guardianship).where(
        Guardianship.pupil_id.in_(ids), Guardianship.kind == "exception", live(clock.today())
    )
    found: dict[int, list[Guardianship]] = {}
    for road in db.session.scalars(rows.order_by(Guardianship.id).options(joinedload(Guardianship.person))):
        found.setdefault(road.pupil_id, []).append(road)
    return found
