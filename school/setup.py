"""The first minutes of a school: its settings and its first administrator."""

from __future__ import annotations

from typing import Any

from school import groups, guidelines, people, settings
from school.lib import clock
from school.lib.db import db
from school.lib.text import Refused, _
from school.people import Person
from school.settings import School


def begin(school: dict[str, Any], admin: dict[str, str], password_hash: str, logo: str = "") -> Person:
    """Makes the school and its first administrator. Refuses where a school is already."""
    if settings.school() is not None:
        raise Refused(_("This school has been set up already."))
    db.session.add(School(**school, logo=logo))
    groups.school_year(clock.today())
    guidelines.begin()
    person = people.add(admin["first_name"], admin["last_name"], prefix=admin["prefix"], email=admin["email"])
    person.password_hash = password_hash
    people.appoint(person, "admin")
    db.session.flush()
    return person


def change(values: dict[str, Any], logo: str = "") -> School:
    """New settings for the school; an empty logo keeps the one there is."""
    school = settings.school()
    if school is None:
        raise Refused(_("There is no school yet."))
    for name, value in values.items():
        setattr(school, name, value)
    if logo:
        school.logo = logo
    db.session.flush()
    return school
