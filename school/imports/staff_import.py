"""A staff sheet: who gets an account, a role and a place in a team. Nothing happens until somebody ticks it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from school import audit, groups, people, sessions
from school.directory import ROLE_NAMES
from school.groups import Group, GroupStaff
from school.imports import journal, runs
from school.imports.known import staff_member
from school.imports.plans import Change, Line, line
from school.imports.runs import ImportRun
from school.imports.sheet_children import group_key
from school.imports.sheet_rows import StaffRow, staff_rows
from school.lib.db import db
from school.lib.text import Refused, _, mark
from school.people import Person

KINDS = ("staff",)


@dataclass
class Plan:
    changes: list[Change]
    unchanged: int

    @property
    def digest(self) -> str:
        told = [(change.key, change.name, change.lines, change.blocked) for change in self.changes]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


@dataclass
class _Known:
    people: list[Person]
    groups: dict[str, Group]
    teams: set[tuple[int, int]]

    @classmethod
    def read(cls, today: date) -> _Known:
        current = groups.current(today)
        places = db.session.scalars(select(GroupStaff).where(GroupStaff.group_id.in_([one.id for one in current])))
        return cls(
            people=list(db.session.scalars(select(Person).options(joinedload(Person.roles))).unique()),
            groups={group_key(group.name): group for group in current},
            teams={(p.person_id, p.group_id) for p in places if p.ends_on is None or p.ends_on >= today},
        )


@dataclass
class _Wanted:
    row: StaffRow
    person: Person | None
    roles: tuple[str, ...]
    """Those of the sheet that who imports may give and the person does not hold."""
    places: list[Group]
    doubt: bool
    works: bool
    """Has a role that lasts."""


def plan(rows: Iterable[StaffRow], today: date, may_give: Callable[[str], bool]) -> Plan:
    known = _Known.read(today)
    taken: set[str] = set()
    found = [_wanted(row, known, may_give, today, taken) for row in rows]
    changes = [
        Change(
            f"staff:{one.row.line}",
            "staff",
            one.row.full_name or one.row.email,
            lines=tuple(_lines(one, known, may_give)),
            asked=True,
            blocked=one.doubt or not one.row.first,
            known=one.person,
            data=one,
        )
        for one in found
        if one.doubt or one.person is None or one.roles or one.places
    ]
    return Plan(sorted(changes, key=lambda change: change.sort_key), len(found) - len(changes))


def _wanted(row: StaffRow, known: _Known, may_give: Callable[[str], bool], today: date, taken: set[str]) -> _Wanted:
    person, doubt = staff_member(known.people, row, today, email=row.email, last=row.last)
    held = {role.role for role in person.roles if role.ends_on is None or role.ends_on >= today} if person else set()
    named = [known.groups[group_key(name)] for name in row.groups if group_key(name) in known.groups]
    doubt = doubt or row.email in taken
    taken |= {row.email} - {""}
    return _Wanted(
        row=row,
        person=person,
        roles=tuple(role for role in row.roles if role not in held and may_give(role)),
        places=[group for group in named if person is None or (person.id, group.id) not in known.teams],
        doubt=doubt,
        works=bool(held),
    )


def _lines(one: _Wanted, known: _Known, may_give: Callable[[str], bool]) -> Iterator[Line]:
    row = one.row
    if one.doubt:
        yield line(mark("The address %(email)s belongs to somebody else here."), email=row.email)
        return
    yield line(mark("has an account already")) if one.person else line(mark("new here"))
    for role in one.roles:
        yield line(mark("role: %(role)s"), role=_(ROLE_NAMES[role]))
    for role in row.roles:
        if not may_give(role):
            yield line(mark("role %(role)s: the director or the administrator gives it"), role=_(ROLE_NAMES[role]))
    if one.places:
        yield line(mark("in the team of %(groups)s"), groups=", ".join(group.name for group in one.places))
    for name in row.groups:
        if group_key(name) not in known.groups:
            yield line(mark("there is no group %(name)s"), name=name)
    if one.person is None and not row.email:
        yield line(mark("no e-mail address: the invitation is a letter"))
    for problem in row.problems:
        yield problem.message, problem.values


def preview(run: ImportRun, today: date, may_give: Callable[[str], bool]) -> Plan:
    runs.require_preview(run)
    return plan(staff_rows(runs.rows_of(run)), today, may_give)


def apply(
    run: ImportRun, today: date, by: Person | None, *, on: Collection[str], seen: str, may_give: Callable[[str], bool]
) -> Counter[str]:
    """Makes the accounts, roles and places that were ticked; how many. Raises Refused."""
    made = preview(run, today, may_give)
    if made.digest != seen:
        raise Refused(_("Something has changed since this preview. Look at it once more."))
    done: Counter[str] = Counter()
    with journal.recording(run.id):
        for change in made.changes:
            if change.key in on and not change.blocked:
                _carry_out(change.data, today, by, done)
        db.session.flush()
    runs.settle(run, dict(done))
    audit.note(by, "imported", run, **done)
    return done


def _carry_out(one: _Wanted, today: date, by: Person | None, done: Counter[str]) -> None:
    row, person = one.row, one.person
    if person is None:
        person = people.add(
            row.first, row.last, prefix=row.prefix, email=row.email or None, salutation=row.salutation, phone=row.phone
        )
        done["staff"] += 1
    db.session.flush()
    for role in one.roles:
        given = people.appoint(person, role, starts_on=today)
        db.session.flush()
        audit.note(by, "gave a role", given)
        if by is None or by.id != person.id:
            sessions.end_all(person)  # who gets more rights logs in anew
        done["roles"] += 1
    if not (one.works or one.roles):
        return  # without a role nobody stands in a team
    for group in one.places:
        groups.assign(person, group, role=row.team_role or "teacher", days=row.days or groups.WEEKDAYS)
        done["places"] += 1
