"""Groups, who sits in them when (enrolment), and who teaches them when (group staff).

A group belongs to one school year. The school-wide group is nobody's row: it is everybody with a child enrolled today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, ForeignKey, Index, Select, String, UniqueConstraint, bindparam, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from school.lib import clock, tokens
from school.lib.db import Model, db
from school.people import Person
from school.pupils import Pupil

KINDS = ("home", "cross", "care", "committee")
TEAM_ROLES = ("teacher", "substitute", "specialist", "assistant")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
HUES = 10
"""How many group colours the style sheets know (``.hue-0`` … ``.hue-9``)."""


class SchoolYear(Model):
    __tablename__ = "school_year"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(9), unique=True)
    """``"2026-2027"``."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Group(Model):
    __tablename__ = "group"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    name: Mapped[str]
    """As people say it after the word group: ``"5"``, ``"1/2a"``, ``"Plusgroep"``."""
    kind: Mapped[str] = mapped_column(String(10), default="home")
    year_levels: Mapped[str] = mapped_column(default="")
    """Comma-separated year levels: ``"1,2"``."""
    position: Mapped[int] = mapped_column(default=0)
    hue: Mapped[int] = mapped_column(default=0)

    school_year: Mapped[SchoolYear] = relationship()

    __table_args__ = (UniqueConstraint("school_year_id", "name"),)


class Enrolment(Model):
    """A pupil sits in a group from a day until a day, both inclusive."""

    __tablename__ = "enrolment"

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    pupil: Mapped[Pupil] = relationship()
    group: Mapped[Group] = relationship()

    __table_args__ = (
        Index("ix_enrolment_placed", "pupil_id", "ends_on", "starts_on", "group_id"),
        Index("ix_enrolment_group_id_pupil_id", "group_id", "pupil_id"),
    )


class GroupStaff(Model):
    """A member of staff works with a group, on some days of the week, from a day until a day (inclusive)."""

    __tablename__ = "group_staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(10), default="teacher")
    days: Mapped[str] = mapped_column(default="mon,tue,wed,thu,fri")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    group: Mapped[Group] = relationship()
    person: Mapped[Person] = relationship()

    def works_on(self, day: date) -> bool:
        return day.weekday() < len(WEEKDAYS) and WEEKDAYS[day.weekday()] in self.days.split(",")


def year_of(day: date) -> tuple[str, date, date]:
    """Name, first and last day of the school year a day falls in (1 August – 31 July)."""
    start = day.year if day.month >= 8 else day.year - 1
    return f"{start}-{start + 1}", date(start, 8, 1), date(start + 1, 7, 31)


def school_year(day: date) -> SchoolYear:
    """The school year of a day, made when it is not there yet."""
    name, first, last = year_of(day)
    found = db.session.scalar(select(SchoolYear).where(SchoolYear.name == name))
    if found is None:
        found = SchoolYear(name=name, starts_on=first, ends_on=last)
        db.session.add(found)
        db.session.flush()
    return found


def add(name: str, year: SchoolYear, *, kind: str = "home", year_levels: str = "", position: int = 0) -> Group:
    group = Group(
        name=name,
        school_year=year,
        kind=kind,
        year_levels=year_levels,
        position=position,
        hue=position % HUES,
    )
    db.session.add(group)
    return group


def enrol(pupil: Pupil, group: Group, *, starts_on: date | None = None, ends_on: date | None = None) -> Enrolment:
    """Places a pupil; without dates for the whole school year of the group."""
    year = group.school_year
    enrolment = Enrolment(
        pupil=pupil, group=group, starts_on=starts_on or year.starts_on, ends_on=ends_on or year.ends_on
    )
    db.session.add(enrolment)
    return enrolment


def assign(
    person: Person,
    group: Group,
    *,
    role: str = "teacher",
    days: Iterable[str] = WEEKDAYS,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> GroupStaff:
    if role not in TEAM_ROLES:
        raise ValueError(f"unknown team role {role}")
    year = group.school_year
    place = GroupStaff(
        person=person,
        group=group,
        role=role,
        days=",".join(days),
        starts_on=starts_on or year.starts_on,
        ends_on=ends_on or year.ends_on,
    )
    db.session.add(place)
    return place


def on(day: date, starts: ColumnElement[date], ends: ColumnElement[date | None]) -> ColumnElement[bool]:
    """True when the day lies between both dates, inclusive; an empty end is open."""
    return (starts <= day) & or_(ends.is_(None), ends >= day)


def current(day: date | None = None) -> list[Group]:
    """The groups of the school year that runs today, in their own order."""
    day = day or clock.today()
    running = select(Group).join(SchoolYear).where(SchoolYear.starts_on <= day, SchoolYear.ends_on >= day)
    return list(db.session.scalars(running.order_by(Group.position, Group.name)))


def team(group_ids: Iterable[int], day: date | None = None) -> list[GroupStaff]:
    """Who works with these groups today, teachers first."""
    wanted = {"groups": list(group_ids), "day": day or clock.today()}
    return list(db.session.scalars(_team(), wanted)) if wanted["groups"] else []


@cache
def _team() -> Select[tuple[GroupStaff]]:
    """Built once: asked at every look at the timeline."""
    day: Any = bindparam("day", type_=Date)
    return (
        select(GroupStaff)
        .where(GroupStaff.group_id.in_(bindparam("groups", expanding=True)))
        .where(on(day, GroupStaff.starts_on.expression, GroupStaff.ends_on.expression))
        .order_by(GroupStaff.group_id, GroupStaff.role.desc(), GroupStaff.id)
        .options(joinedload(GroupStaff.person))
    )


def by_ids(group_ids: Collection[int]) -> list[Group]:
    if not group_ids:
        return []
    found = select(Group).where(Group.id.in_(sorted(group_ids))).order_by(Group.position, Group.name)
    return list(db.session.scalars(found))


def enrolled_since(pupil: Pupil, group: Group) -> date | None:
    """The first day of this pupil in this group."""
    found = select(Enrolment.starts_on).where(Enrolment.pupil_id == pupil.id, Enrolment.group_id == group.id)
    return db.session.scalar(found.order_by(Enrolment.starts_on).limit(1))
