"""Committees of guardians (ouderraad, MR): who is a member, from a day until a day.

The table is ``groups.GroupMember``; that members read what is published for their committee is in ``feed.audience``.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload

from school.groups import Group, GroupMember, on
from school.guardians import Guardianship, live
from school.lib import clock, names
from school.lib.db import db
from school.lib.text import Refused, _
from school.people import Person


def join(person: Person, group: Group, starts_on: date, ends_on: date | None) -> GroupMember:
    """Makes a guardian a member. Raises Refused."""
    if group.kind != "committee":
        raise Refused(_("Only a committee has members."))
    if not db.session.scalar(select(_guardian(clock.today(), person.id))) or person.deactivated_at is not None:
        raise Refused(_("%(name)s has no child at the school now.", name=person.full_name))
    if ends_on is not None and ends_on < starts_on:
        raise Refused(_("The last day lies before the first."), "ends_on")
    for member in members_of(group):
        if member.person_id == person.id and _meets(member, starts_on, ends_on):
            raise Refused(_("%(name)s is a member already.", name=person.full_name))
    member = GroupMember(person=person, group=group, starts_on=starts_on, ends_on=ends_on)
    db.session.add(member)
    db.session.flush()
    return member


def _guardian(day: date, person_id: ColumnElement[int] | int) -> ColumnElement[bool]:
    return exists().where(Guardianship.person_id == person_id, live(day))


def _meets(member: GroupMember, starts_on: date, ends_on: date | None) -> bool:
    begins_in_time = ends_on is None or member.starts_on <= ends_on
    return begins_in_time and (member.ends_on is None or member.ends_on >= starts_on)


def end(member: GroupMember, last_day: date) -> None:
    """The last day as a member; a membership that had not begun is gone. Raises Refused."""
    if member.ends_on is not None and last_day > member.ends_on:
        raise Refused(_("This membership ends earlier already."), "last_day")
    if last_day < member.starts_on:
        db.session.delete(member)
    else:
        member.ends_on = last_day
    db.session.flush()


def members_of(group: Group) -> list[GroupMember]:
    """Who is, was or will be a member, by name."""
    found = select(GroupMember).join(GroupMember.person).where(GroupMember.group_id == group.id)
    found = found.options(joinedload(GroupMember.person))
    return list(db.session.scalars(found.order_by(Person.sort_key, GroupMember.starts_on)))


def of_today(group_ids: list[int], day: date) -> dict[int, list[Person]]:
    """The members of each of these committees on a day who still have a child at the school."""
    there = on(day, GroupMember.starts_on.expression, GroupMember.ends_on.expression)
    rows = select(GroupMember.group_id, Person).join(Person, Person.id == GroupMember.person_id)
    rows = rows.where(GroupMember.group_id.in_(group_ids), there, _guardian(day, Person.id.expression))
    found: dict[int, list[Person]] = {}
    for group_id, person in db.session.execute(rows.order_by(Person.sort_key)):
        found.setdefault(group_id, []).append(person)
    return found


def candidates(query: str, today: date, limit: int = 20) -> list[Person]:
    """Guardians of today whose name or address has every word of the query; nothing for an empty one."""
    words = names.fold(query).split()
    if not words:
        return []
    rows = select(Person).where(Person.deactivated_at.is_(None), _guardian(today, Person.id.expression))
    found = db.session.scalars(rows.order_by(Person.sort_key, Person.id))
    fitting = [person for person in found if all(word in _told(person) for word in words)]
    return fitting[:limit]


def _told(person: Person) -> str:
    return names.fold(f"{person.full_name} {person.email or person.login_name or ''}")


def take_over(source: Group, target: Group) -> int:
    """Makes who is a member at the end of one year a member of the next year's committee; how many.

    They stay members of the old one too, and so keep reading what was written there.
    """
    last_day = source.school_year.ends_on
    came = 0
    for member in members_of(source):
        if member.ends_on is None or member.ends_on > last_day:
            try:
                join(member.person, target, target.school_year.starts_on, member.ends_on)
            except Refused:
                continue  # a member already, or without a child at the school
            came += 1
    return came
