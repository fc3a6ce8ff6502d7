"""A small school around a summer: May 2027 for ``MAY``, with the groups 1/2, 5, 6 and 8 and a committee.

Made at any moment (travel first); the cast of ``tests/cast.py`` counts from today and knows no summer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import time_machine

from school import committees, groups, guardians, people, pupils, teams
from school.groups import WEEKDAYS, Group, SchoolYear
from school.lib import clock
from school.lib.db import db, writing
from school.people import Person
from school.pupils import Pupil
from school.settings import School

MAY = date(2027, 5, 10)
LAST, FIRST = date(2027, 7, 31), date(2027, 8, 1)
DOMAIN = "school.example"

STAFF = {
    "fleur": ("juf", "Fleur", "teacher"),
    "deniz": ("meester", "Deniz", "teacher"),
    "sanne": ("juf", "Sanne", "teacher"),
    "koen": ("meester", "Koen", "teacher"),
    "olga": ("", "Olga", "office"),
    "dirk": ("", "Dirk", "director"),
}
GUARDIANS = {"anna": ("Noor",), "frank": ("Lotte",), "mila": ("Storm", "Bram"), "leo": ("Bram",), "eva": ("Ayşe",)}
CHILDREN = {
    "Noor": ("5", "5"),
    "Lotte": ("5", "5"),
    "Storm": ("6", "6"),
    "Bram": ("8", "8"),
    "Ayşe": ("1/2", "1"),
    "Tim": ("1/2", "2"),
    "Kas": ("1/2", ""),
}
LEVELS = {"1/2": "1,2", "5": "5", "6": "6", "8": "8"}


@contextmanager
def on(day: date, hour: int = 12) -> Iterator[None]:
    """The school's clock shows this hour of this day."""
    with time_machine.travel(clock.at(day, hour).astimezone(UTC), tick=False):
        yield


class Summer:
    """People by key (``summer.anna``), groups and children by name."""

    def __getattr__(self, key: str) -> Person:
        found = people.by_login(f"{key}@{DOMAIN}")
        if found is None:
            raise AttributeError(key)
        return found

    def group(self, name: str, day: date = MAY) -> Group:
        return next(group for group in groups.of_year(year(day)) if group.name == name)

    def child(self, first_name: str) -> Pupil:
        return db.session.query(Pupil).filter_by(first_name=first_name).one()


def year(day: date) -> SchoolYear:
    found = groups.school_year_of(day)
    assert found is not None, f"no school year on {day}"
    return found


def build() -> Summer:
    """In the school year of today, which is expected to be 2026-2027."""
    with writing():
        db.session.add(School(name="Zomerschool", phone="0123-456789", reading_grace=30))
        this = groups.school_year(clock.today())
        made = {
            name: groups.add(name, this, year_levels=levels, position=place)
            for place, (name, levels) in enumerate(LEVELS.items())
        }
        made["OR"] = groups.add("OR", this, kind="committee", position=9)
        db.session.flush()
        for key, told in STAFF.items():
            _staff(key, *told)
        for name, (group, level) in CHILDREN.items():
            child = pupils.add(name, "Bakker", birth_date=date(2018, 3, 3))
            groups.enrol(child, made[group]).year_level = level
        db.session.flush()
    with writing():
        _teams()
        _families()
    return Summer()


def _staff(key: str, salutation: str, first_name: str, role: str) -> None:
    person = people.add(first_name, "Jansen", email=f"{key}@{DOMAIN}", salutation=salutation)
    person.first_login_at = datetime(2026, 9, 1, tzinfo=UTC)
    people.appoint(person, role, starts_on=date(2026, 8, 1))


def _teams() -> None:
    summer = Summer()
    work = {"fleur": ("5", WEEKDAYS[:3]), "deniz": ("5", WEEKDAYS[3:]), "sanne": ("6", WEEKDAYS)}
    for key, (name, days) in work.items():
        teams.join(getattr(summer, key), summer.group(name), teams.Shift("teacher", tuple(days), None, None))


def _families() -> None:
    summer = Summer()
    for key, children in GUARDIANS.items():
        person = people.add(key.title(), "Bakker", email=f"{key}@{DOMAIN}")
        person.first_login_at = datetime(2026, 9, 1, tzinfo=UTC)
        for name in children:
            guardians.link(person, summer.child(name), starts_on=date(2026, 8, 1))
    db.session.flush()
    committees.join(summer.anna, summer.group("OR"), date(2026, 9, 1), None)
