"""Who can ask, agree and decide about a child now: rules of time and state."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, func, select

from school import guardians
from school.access_requests.tables import AccessRequest
from school.groups import Enrolment, Group, GroupStaff, on
from school.guardians import Guardianship
from school.lib import clock
from school.lib.db import db
from school.lib.text import Refused, _
from school.people import Person, StaffRole
from school.pupils import Pupil


def require_open(asked: AccessRequest) -> None:
    if not asked.is_open:
        raise Refused(_("This request is closed already."))


def require_within_a_year(ends_on: date | None) -> None:
    today = clock.today()
    if ends_on is None or not today <= ends_on <= today + guardians.LONGEST_EXCEPTION:
        raise Refused(_("Choose a day from today on, at most a year ahead."), "ends_on")


def require_standing(asked: AccessRequest) -> None:
    """The child is still here, and who asked still reaches it."""
    if has_left(asked.pupil):
        raise Refused(_("%(name)s has left the school. Nobody new gets access.", name=asked.pupil.first_name))
    if not asker_stands(asked):
        raise Refused(_("Who asked this no longer has access to %(name)s.", name=asked.pupil.first_name))


def has_left(child: Pupil) -> bool:
    return child.left_on is not None and child.left_on < clock.today()


def may_ask(road: Guardianship | None) -> bool:
    """Guardians; staff write it down for one. Who was let in by exception, or kept out, lets nobody in."""
    if road is None or (road.ends_on is not None and road.ends_on < clock.today()):
        return road is None or road.kind != "blocked"
    return road.kind == "guardian"


def asker_stands(asked: AccessRequest) -> bool:
    """A guardian for as long as they reach the child; staff wrote it down for somebody."""
    road = guardians.between(asked.asked_by, asked.pupil)
    return road is None or (_is_live(road) and road.kind == "guardian")


def _is_live(road: Guardianship) -> bool:
    today = clock.today()
    lasts = road.starts_on <= today and (road.ends_on is None or road.ends_on >= today)
    return lasts and road.kind != "blocked" and bool(guardians.scopes_of(road))


def teachers_of(child: Pupil, day: date | None = None) -> list[Person]:
    """Who teaches the child on a day: of today, or of its first day when it still has to come."""
    day = day or _first_day(child)
    placed = exists().where(
        Enrolment.pupil_id == child.id, Enrolment.group_id == GroupStaff.group_id, Group.id == Enrolment.group_id,
        Group.kind == "home", Enrolment.starts_on <= day, Enrolment.ends_on >= day,
    )  # fmt: skip
    in_team = on(day, GroupStaff.starts_on.expression, GroupStaff.ends_on.expression)
    teaches = exists().where(
        GroupStaff.person_id == Person.id, GroupStaff.role.in_(("teacher", "substitute")), in_team, placed
    )
    works = on(day, StaffRole.starts_on.expression, StaffRole.ends_on.expression)
    employed = exists().where(StaffRole.person_id == Person.id, works)
    found = select(Person).where(teaches, employed, Person.deactivated_at.is_(None)).order_by(Person.sort_key)
    return list(db.session.scalars(found))


def _first_day(child: Pupil) -> date:
    today = clock.today()
    placed = select(func.min(Enrolment.starts_on)).where(Enrolment.pupil_id == child.id, Enrolment.ends_on >= today)
    return max(db.session.scalar(placed) or today, today)
