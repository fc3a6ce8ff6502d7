"""What a school has beside its home groups: a parents' council, and things that wait for the office."""

from __future__ import annotations

from datetime import date, timedelta

from school import access_requests, groups, proposals
from school.access_requests import Wanted
from school.groups import GroupMember, SchoolYear
from school.lib.db import db
from school.people import Person
from school.pupils import Pupil

COUNCIL = ("anna", "six", "twins-a", "half-a", "one-a")
"""Members, by their key in special.py."""


def council(year: SchoolYear, guardians: dict[str, Person], host: Person, since: date) -> None:
    group = groups.add("Ouderraad", year, kind="committee", position=20)
    for key in COUNCIL:
        db.session.add(GroupMember(group=group, person=guardians[key], starts_on=since))
    groups.assign(host, group, starts_on=since)
    db.session.flush()


def waiting(guardians: dict[str, Person], pupils: dict[str, Pupil], today: date) -> None:
    """A grandmother somebody asks access for, and a telephone number that has changed."""
    gran = Wanted(
        kind="exception",
        first_name="Riet",
        last_name="Bakker",
        relation="oma",
        email="",
        reason="Zij haalt Sven op woensdag op.",
        ends_on=today + timedelta(days=150),
    )
    access_requests.ask(guardians["six"], [pupils["sven"]], gran)
    person = guardians["twins-a"]
    told = {field: getattr(person, field) for field in proposals.FIELDS}
    proposals.propose(person, **told | {"phone": "06-00112 233"})
