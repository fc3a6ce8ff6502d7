"""What somebody is for the school today, read anew with every request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, cast

from sqlalchemy import CompoundSelect, Date, Integer, bindparam, exists, literal, or_, select, union_all

from school.groups import Enrolment, GroupMember, GroupStaff, on
from school.guardians import Guardianship, live
from school.lib import clock
from school.lib.db import db
from school.lib.prepared import plain_rows
from school.people import Person, StaffRole
from school.pupils import Pupil
from school.sessions import Session


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person as they are today: what the database says now, not what a session remembers."""

    person: Person
    roles: frozenset[str]
    is_guardian: bool
    team_of: frozenset[int]
    """Ids of the groups whose team this person is in today."""
    posts_for: frozenset[int]
    """Ids of the groups for which this person writes posts: those they teach today."""
    member_of: frozenset[int]
    """Ids of the committees this guardian is a member of today."""
    responds_in: frozenset[int]
    """Ids of the groups in which a child of this guardian sits or sat that is still at the school."""
    today: date
    session: Session | None = None
    is_looked_at: bool = False
    """The director looks as this guardian: everything is shown and nothing can be done."""

    @property
    def is_staff(self) -> bool:
        return bool(self.roles)

    @property
    def is_office(self) -> bool:
        return "office" in self.roles

    @property
    def is_director(self) -> bool:
        return "director" in self.roles

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles

    @property
    def is_management(self) -> bool:
        return bool(self.roles & {"office", "director", "admin"})

    @property
    def reads_every_group(self) -> bool:
        return bool(self.roles & {"office", "director", "care"})


def viewer(person: Person, session: Session | None = None) -> Viewer:
    """Reads what this person is today, in one query."""
    today = clock.today()
    found = plain_rows(_places(), person=person.id, today=today)
    roles = frozenset(role for kind, role, _group in found if kind == "role")
    team = [(group_id, role) for kind, role, group_id in found if kind == "team" and roles]
    is_guardian = any(kind == "guardian" for kind, _role, _group in found)
    return Viewer(
        person=person,
        roles=roles,
        is_guardian=is_guardian,
        team_of=frozenset(group_id for group_id, _role in team),
        posts_for=frozenset(group_id for group_id, role in team if role in ("teacher", "substitute")),
        member_of=frozenset(group_id for kind, _role, group_id in found if kind == "member" and is_guardian),
        responds_in=frozenset(group_id for kind, _role, group_id in found if kind == "child"),
        today=today,
        session=session,
    )


@cache
def _places() -> CompoundSelect[Any]:
    """Guardian or not, the roles, the places in teams and committees, and the groups of the children of one person."""
    person, today = bindparam("person", type_=Integer), cast("date", bindparam("today", type_=Date))
    guardian = exists().where(Guardianship.person_id == person, live(today))
    employed = on(today, StaffRole.starts_on.expression, StaffRole.ends_on.expression)
    in_team = on(today, GroupStaff.starts_on.expression, GroupStaff.ends_on.expression)
    in_committee = on(today, GroupMember.starts_on.expression, GroupMember.ends_on.expression)
    still_here = or_(Pupil.left_on.is_(None), Pupil.left_on >= today)
    children = (
        select(literal("child"), literal(""), Enrolment.group_id)
        .join(Guardianship, Guardianship.pupil_id == Enrolment.pupil_id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .where(Guardianship.person_id == person, live(today), Guardianship.sees_posts, still_here)
    )
    return union_all(
        select(literal("guardian"), literal(""), literal(0)).where(guardian),
        select(literal("role"), StaffRole.role, literal(0)).where(StaffRole.person_id == person, employed),
        select(literal("team"), GroupStaff.role, GroupStaff.group_id).where(GroupStaff.person_id == person, in_team),
        select(literal("member"), literal(""), GroupMember.group_id).where(
            GroupMember.person_id == person, in_committee
        ),
        children,
    )


def roles_of(person: Person) -> frozenset[str]:
    """What somebody is for the school today; nothing for who is not staff."""
    return roles_among([person.id]).get(person.id, frozenset())


def roles_given(person_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """What these people are or will be for the school: who becomes director next week is above the office today."""
    lasting = StaffRole.ends_on.is_(None) | (StaffRole.ends_on >= clock.today())
    held = select(StaffRole.person_id, StaffRole.role).where(StaffRole.person_id.in_(list(person_ids)), lasting)
    found: dict[int, frozenset[str]] = {}
    for person_id, role in db.session.execute(held):
        found[person_id] = found.get(person_id, frozenset()) | {role}
    return found


def roles_among(person_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The same for several people in one query; who is not staff is not in it."""
    current = on(clock.today(), StaffRole.starts_on.expression, StaffRole.ends_on.expression)
    held = select(StaffRole.person_id, StaffRole.role).where(StaffRole.person_id.in_(list(person_ids)), current)
    found: dict[int, frozenset[str]] = {}
    for person_id, role in db.session.execute(held):
        found[person_id] = found.get(person_id, frozenset()) | {role}
    return found
