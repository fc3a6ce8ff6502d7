"""The children of a guardian, each with its group and who is there today: above every timeline, hence one query."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Row, Select, and_, bindparam, select

from school.groups import WEEKDAYS, Enrolment, Group, GroupStaff, on
from school.guardians import Guardianship, live
from school.lib import names
from school.lib.prepared import plain_rows
from school.lib.text import _
from school.people import Person
from school.policy import Viewer
from school.pupils import Pupil
from school.timeline.cards import called, group_label


class Child(NamedTuple):
    key: int
    """The id in the database; never shown."""
    id: str
    name: str
    initials: str
    hue: int
    group_label: str
    team_today: str
    """Who is in front of the group today: one or two names."""
    url: str


def children(me: Viewer) -> tuple[Child, ...]:
    """The children somebody reaches today, youngest group first."""
    if not me.is_guardian:
        return ()
    homes: dict[int, tuple[Row[Any], list[str]]] = {}
    for row in plain_rows(_children(), me=me.person.id, today=me.today):
        known = homes.get(row.pupil_id)
        if known is None or (known[0].group_id is None and row.group_id is not None):
            known = homes[row.pupil_id] = (row, [])
        if row.role and row.group_id == known[0].group_id and _works(row.days, me.today):
            known[1].append(called(row.salutation, row.person_name, row.prefix, row.last_name))
    return tuple(_child(row, there) for row, there in homes.values())


def _child(row: Row[Any], there: list[str]) -> Child:
    return Child(
        key=row.pupil_id,
        id=row.public_id,
        name=row.first_name,
        initials=names.initials(row.first_name, ""),
        hue=row.hue or 0,
        group_label=group_label(row.name, row.kind) if row.group_id else "",
        team_today=_("%(one)s and %(other)s", one=there[0], other=there[1]) if len(there) > 1 else "".join(there),
        url=f"/timeline?child={row.public_id}",
    )


def _works(days: str, day: date) -> bool:
    return day.weekday() < len(WEEKDAYS) and WEEKDAYS[day.weekday()] in days.split(",")


@cache
def _children() -> Select[Any]:
    """Child × group of today × teacher of today; values: me, today."""
    today: Any = bindparam("today", type_=Date)
    placed = and_(Enrolment.pupil_id == Pupil.id, Enrolment.starts_on <= today, Enrolment.ends_on >= today)
    taught = and_(
        GroupStaff.group_id == Group.id,
        GroupStaff.role.in_(("teacher", "substitute")),
        on(today, GroupStaff.starts_on.expression, GroupStaff.ends_on.expression),
    )
    return (
        select(
            Pupil.id.label("pupil_id"), Pupil.public_id, Pupil.first_name,
            Group.id.label("group_id"), Group.name, Group.kind, Group.hue, GroupStaff.role, GroupStaff.days,
            Person.salutation, Person.first_name.label("person_name"), Person.prefix, Person.last_name,
        )
        .select_from(Guardianship)
        .join(Pupil, Pupil.id == Guardianship.pupil_id)
        .outerjoin(Enrolment, placed)
        .outerjoin(Group, and_(Group.id == Enrolment.group_id, Group.kind == "home"))
        .outerjoin(GroupStaff, taught)
        .outerjoin(Person, Person.id == GroupStaff.person_id)
        .where(Guardianship.person_id == bindparam("me", type_=Integer), live(today))
        .order_by(Group.position.desc(), Pupil.first_name, Pupil.id, GroupStaff.role.desc(), GroupStaff.id)
    )  # fmt: skip
