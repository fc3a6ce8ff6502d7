"""Groups, who sits in them when (enrolment), and who teaches them when (group staff).

A group belongs to one school year. The school-wide group is nobody's row: it is everybody with a child enrolled today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from school.lib import clock, tokens
from school.lib.db import Model, db
from school.lib.text import Refused, _
from school.people import Person
from school.pupils import Pupil

KINDS = ("home", "cross", "care", "committee")
TEAM_ROLES = ("teacher", "substitute", "specialist", "assistant")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
YEAR_LEVELS = ("1", "2", "3", "4", "5", "6", "7", "8")
HUES = 10
"""How many group colours the style sheets know (``.hue-0`` … ``.hue-9``)."""


class SchoolYear(Model):
    __tablename__ = "school_year"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(9), unique=True)
    """``"2026-2027"``."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    lists_on: Mapped[date | None]
    """From which day families and teachers see who sits in which group of this year before it begins; None: not yet."""
    settled_at: Mapped[datetime | None]
    """When everybody's place in this year was made final: who has none has left."""


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

    @property
    def levels(self) -> tuple[str, ...]:
        return tuple(level for level in self.year_levels.split(",") if level)


class Enrolment(Model):
    """A pupil sits in a group from a day until a day, both inclusive."""

    __tablename__ = "enrolment"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    year_level: Mapped[str] = mapped_column(String(2), default="")
    """``"1"`` … ``"8"``: which of the group's year levels the pupil is in; empty when nobody said."""

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
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
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


class GroupMember(Model):
    """A guardian is a member of a committee (ouderraad, MR) from a day until a day, both inclusive."""

    __tablename__ = "group_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    group: Mapped[Group] = relationship()
    person: Mapped[Person] = relationship()


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


def school_year_of(day: date) -> SchoolYear | None:
    """The school year of a day, when there is one."""
    return db.session.scalar(select(SchoolYear).where(SchoolYear.name == year_of(day)[0]))


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


def of_year(year: SchoolYear) -> list[Group]:
    """The groups of one school year, in their own order."""
    found = select(Group).where(Group.school_year_id == year.id)
    return list(db.session.scalars(found.order_by(Group.position, Group.name)))


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


def groups_of(pupil_ids: Iterable[int], day: date | None = None) -> dict[int, list[Group]]:
    """The groups each of these pupils sits in on a day, its home group first."""
    day = day or clock.today()
    placed = (
        select(Enrolment.pupil_id, Group)
        .join(Group, Group.id == Enrolment.group_id)
        .where(Enrolment.pupil_id.in_(list(pupil_ids)), Enrolment.starts_on <= day, Enrolment.ends_on >= day)
        .order_by(Group.kind != "home", Group.position, Group.name)
    )
    found: dict[int, list[Group]] = {}
    for pupil_id, group in db.session.execute(placed):
        found.setdefault(pupil_id, []).append(group)
    return found


def leave(pupil: Pupil, last_day: date) -> None:
    """Ends every place of this pupil on its last day; a place that would begin later is taken away."""
    for place in db.session.scalars(select(Enrolment).where(Enrolment.pupil_id == pupil.id)):
        if place.starts_on > last_day:
            place.ends_on = place.starts_on - timedelta(days=1)  # never began; kept, so that it can be undone
        elif place.ends_on > last_day:
            place.ends_on = last_day


def enrolled_since(pupil: Pupil, group: Group) -> date | None:
    """The first day of this pupil in this group."""
    found = select(Enrolment.starts_on).where(Enrolment.pupil_id == pupil.id, Enrolment.group_id == group.id)
    return db.session.scalar(found.order_by(Enrolment.starts_on).limit(1))


# ── changing a group ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Facts:
    """What a group is, as a form hands it over."""

    name: str
    kind: str = "home"
    levels: tuple[str, ...] = ()
    position: int = 0
    hue: int = 0


def create(year: SchoolYear, facts: Facts) -> Group:
    """A new group. Raises Refused."""
    name = _free_name(year, facts)
    return _filled(Group(school_year=year, name=name), facts)


def change(group: Group, facts: Facts) -> None:
    """Raises Refused; the kind of a group stays what it is once somebody belongs to it."""
    name = _free_name(group.school_year, facts, but=group)
    if facts.kind != group.kind and _somebody_in(group):
        raise Refused(_("Children or members belong to this group. So its kind stays as it is."), "kind")
    group.name = name
    _filled(group, facts)


def _filled(group: Group, facts: Facts) -> Group:
    group.kind, group.position, group.hue = facts.kind, facts.position, facts.hue % HUES
    group.year_levels = ",".join(level for level in YEAR_LEVELS if level in facts.levels)
    db.session.add(group)
    db.session.flush()
    return group


def _free_name(year: SchoolYear, facts: Facts, but: Group | None = None) -> str:
    """The name as people say it after the word group, when no other group of the year has it."""
    words = facts.name.split()
    if facts.kind == "home" and len(words) > 1 and words[0].casefold() == "groep":
        words = words[1:]
    name = " ".join(words)
    if any(group.name.casefold() == name.casefold() for group in of_year(year) if group is not but):
        raise Refused(_("There is a group %(name)s in this school year already.", name=name), "name")
    return name


def _somebody_in(group: Group) -> bool:
    child, member = exists().where(Enrolment.group_id == group.id), exists().where(GroupMember.group_id == group.id)
    return bool(db.session.scalar(select(or_(child, member))))


def remove(group: Group) -> None:
    """Takes away a group that was never used. Raises Refused."""
    used = Refused(_("This group is in use. Only an empty group can be removed."))
    tables: tuple[Any, ...] = (Enrolment, GroupStaff, GroupMember)
    for table in tables:
        for row in db.session.scalars(select(table).where(table.group_id == group.id)):
            if row.ends_on is None or row.ends_on >= row.starts_on:
                raise used
            db.session.delete(row)
    try:
        with db.session.begin_nested():
            db.session.delete(group)
    except IntegrityError:
        raise used from None  # something was written for it


def pupils_in(group: Group, day: date) -> list[Enrolment]:
    """Who sits in a group on a day, by name."""
    placed = select(Enrolment).join(Enrolment.pupil).where(Enrolment.group_id == group.id)
    placed = placed.where(Enrolment.starts_on <= day, Enrolment.ends_on >= day).order_by(Pupil.sort_key, Enrolment.id)
    return list(db.session.scalars(placed.options(joinedload(Enrolment.pupil))))


def sizes(year: SchoolYear, day: date) -> dict[int, int]:
    """How many children, or members of a committee, each group of a year has on a day."""
    found: dict[int, int] = {}
    for table, who in ((Enrolment, Enrolment.pupil_id), (GroupMember, GroupMember.person_id)):
        there = on(day, table.starts_on.expression, table.ends_on.expression)
        counted = select(table.group_id, func.count(who.distinct())).join(Group, Group.id == table.group_id)
        for group_id, number in db.session.execute(
            counted.where(Group.school_year_id == year.id, there).group_by(table.group_id)
        ):
            found[group_id] = found.get(group_id, 0) + number
    return found
