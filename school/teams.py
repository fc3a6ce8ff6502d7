"""Who works with a group on which days: duo's, substitutes for a while, and what a week looks like then.

The table is ``groups.GroupStaff``; these are the verbs of the administration. Access follows the dates of a place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from school.groups import TEAM_ROLES, WEEKDAYS, Group, GroupStaff, SchoolYear
from school.lib.db import db
from school.lib.text import Refused, _
from school.people import Person, StaffRole

IN_FRONT = ("teacher", "substitute")
"""Roles that stand before a group; a day without any of them has nobody."""


@dataclass(frozen=True)
class Shift:
    """What somebody does in a team, as a form hands it over."""

    role: str
    days: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None


def join(person: Person, group: Group, shift: Shift) -> GroupStaff:
    """A place in the team. Raises Refused."""
    fitting = _fitting(person, group, shift)
    return _filled(GroupStaff(person=person, group=group), fitting)


def change(place: GroupStaff, shift: Shift) -> None:
    """Raises Refused."""
    _filled(place, _fitting(place.person, place.group, shift, but=place))


def _filled(place: GroupStaff, shift: Shift) -> GroupStaff:
    if shift.starts_on is None:
        raise ValueError("a place begins on a day")
    place.role, place.days = shift.role, ",".join(day for day in WEEKDAYS if day in shift.days)
    place.starts_on, place.ends_on = shift.starts_on, shift.ends_on
    db.session.add(place)
    db.session.flush()
    return place


def end(place: GroupStaff, last_day: date) -> None:
    """The last day in the team; a place that had not begun is gone. Raises Refused."""
    if place.ends_on is not None and last_day > place.ends_on:
        raise Refused(_("This place ends earlier already."), "last_day")
    if last_day < place.starts_on:
        db.session.delete(place)
    else:
        place.ends_on = last_day
    db.session.flush()


def _fitting(person: Person, group: Group, shift: Shift, but: GroupStaff | None = None) -> Shift:
    """The same with its dates filled in from the school year, when all of it can be."""
    if shift.role not in TEAM_ROLES:
        raise Refused(_("Choose what this person does here."), "role")
    if not set(shift.days) & set(WEEKDAYS):
        raise Refused(_("Choose at least one day."), "days")
    if shift.role == "substitute" and (shift.starts_on is None or shift.ends_on is None):
        raise Refused(_("A substitute comes for a while. Fill in both days."), "ends_on")
    year = group.school_year
    first, last = shift.starts_on or year.starts_on, shift.ends_on or year.ends_on
    if last < first:
        raise Refused(_("The last day lies before the first."), "ends_on")
    if _outside(first, year, but.starts_on if but else None):
        raise Refused(_("This day lies outside school year %(year)s.", year=year.name), "starts_on")
    if _outside(last, year, but.ends_on if but else None):
        raise Refused(_("This day lies outside school year %(year)s.", year=year.name), "ends_on")
    _require_staff(person, first, last)
    _require_alone(person, group, first, last, but)
    return Shift(shift.role, shift.days, first, last)


def _outside(day: date, year: SchoolYear, before: date | None) -> bool:
    """What stood there already may stay."""
    return day != before and not year.starts_on <= day <= year.ends_on


def _require_staff(person: Person, first: date, last: date) -> None:
    held = (StaffRole.starts_on <= last) & or_(StaffRole.ends_on.is_(None), StaffRole.ends_on >= first)
    found = db.session.scalar(select(StaffRole.id).where(StaffRole.person_id == person.id, held).limit(1))
    if found is None or person.deactivated_at is not None:
        raise Refused(
            _("%(name)s does not work at the school in these days. Give a role first.", name=person.full_name)
        )


def _require_alone(person: Person, group: Group, first: date, last: date, but: GroupStaff | None) -> None:
    for place in places_of(group):
        meets = place.starts_on <= last and (place.ends_on is None or place.ends_on >= first)
        if place is not but and place.person_id == person.id and meets:
            raise Refused(_("%(name)s is in this team already in these days.", name=person.full_name), "starts_on")


def places_of(group: Group) -> list[GroupStaff]:
    """Everybody who works, worked or will work with a group: teachers first."""
    return places_in([group.id])


def places_in(group_ids: Iterable[int]) -> list[GroupStaff]:
    """The same of several groups, in two queries."""
    found = select(GroupStaff).where(GroupStaff.group_id.in_(list(group_ids)))
    found = found.options(joinedload(GroupStaff.person).selectinload(Person.roles))
    return list(db.session.scalars(found.order_by(GroupStaff.role.desc(), GroupStaff.starts_on, GroupStaff.id)))


def candidates(year: SchoolYear) -> list[Person]:
    """Who works at the school in some part of a school year, by name."""
    held = (StaffRole.starts_on <= year.ends_on) & or_(StaffRole.ends_on.is_(None), StaffRole.ends_on >= year.starts_on)
    found = select(Person).where(Person.roles.any(held), Person.deactivated_at.is_(None))
    return list(db.session.scalars(found.order_by(Person.sort_key, Person.id)))


# ── a week ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Weekday:
    key: str
    day: date
    places: tuple[GroupStaff, ...]


def week(places: Iterable[GroupStaff], year: SchoolYear, today: date) -> tuple[Weekday, ...]:
    """Who stands before the group on the five days of this week, or of the year's nearest week."""
    monday = _monday(min(max(today, year.starts_on), year.ends_on), year)
    known = [place for place in places if place.role in IN_FRONT]
    days = [(key, monday + timedelta(days=number)) for number, key in enumerate(WEEKDAYS)]
    return tuple(Weekday(key, day, tuple(place for place in known if _there(place, day))) for key, day in days)


def _monday(day: date, year: SchoolYear) -> date:
    """Of a weekend the Monday after it, as long as that is still this school year."""
    monday = day - timedelta(days=day.weekday())
    later = monday + timedelta(days=7)
    begun = monday >= year.starts_on and day.weekday() < len(WEEKDAYS)
    return monday if begun or later > year.ends_on else later


def _there(place: GroupStaff, day: date) -> bool:
    in_time = place.starts_on <= day and (place.ends_on is None or place.ends_on >= day)
    return in_time and place.works_on(day) and works_here(place.person, day)


def works_here(person: Person, day: date) -> bool:
    """A place in a team without a role at the school gives nothing, and nobody stands there."""
    return any(role.starts_on <= day and (role.ends_on is None or role.ends_on >= day) for role in person.roles)


def alone(days: Iterable[Weekday]) -> list[Weekday]:
    """Days on which nobody stands before the group."""
    return [day for day in days if not day.places]


def take_over(source: Group, target: Group) -> int:
    """Gives a group of another year the team of this one, for that whole year; how many came along.

    Substitutes stay behind, and so does who has left the team, or the school, before the year ends.
    """
    there = {place.person_id for place in places_of(target)}
    came = 0
    for place in places_of(source):
        stays = place.ends_on is None or place.ends_on >= source.school_year.ends_on
        if place.role == "substitute" or not stays or place.person_id in there:
            continue
        try:
            join(place.person, target, Shift(place.role, tuple(place.days.split(",")), None, None))
        except Refused:
            continue  # works here no longer then
        came += 1
    return came
