"""The school as it is, read in a few questions: what the rows of a file are compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from school.groups import Enrolment, Group, GroupStaff, SchoolYear
from school.imports.edexml_data import EdexPupil
from school.lib import names
from school.lib.db import db
from school.people import Person
from school.pupils import Pupil


class Named(Protocol):
    @property
    def first_name(self) -> str: ...
    @property
    def full_name(self) -> str: ...


def same_name(one: Named, other: Named) -> bool:
    """Without regard to accents, case, hyphens and how a prefix was split off."""
    return flat(one.full_name) == flat(other.full_name)


def flat(name: str) -> str:
    return " ".join(names.fold(name).replace("-", " ").split())


@dataclass
class KnownSchool:
    groups: dict[str, Group] = field(default_factory=dict)
    """Of the file's school year, by folded name."""
    by_key: dict[str, Pupil] = field(default_factory=dict)
    by_name: dict[str, list[Pupil]] = field(default_factory=dict)
    places: dict[int, list[Enrolment]] = field(default_factory=dict)
    """By pupil id: the places of that year that have not ended, the first one first."""
    people: list[Person] = field(default_factory=list)
    """Everybody who has or had a role, or an address."""
    teams: set[tuple[int, int]] = field(default_factory=set)
    """(person, group) pairs with a place in the team that has not ended."""

    @classmethod
    def read(cls, day: date, last: date) -> KnownSchool:
        """The school in the year that ends on ``last``, as it is from ``day`` on."""
        known = cls()
        in_year = select(Group).join(SchoolYear).where(SchoolYear.ends_on == last)
        known.groups = {group.name.casefold(): group for group in db.session.scalars(in_year)}
        for pupil in db.session.scalars(select(Pupil)):
            known.by_name.setdefault(flat(pupil.full_name), []).append(pupil)
            if pupil.edex_key:
                known.by_key[pupil.edex_key] = pupil
        for place in db.session.scalars(_places(day, last)):
            known.places.setdefault(place.pupil_id, []).append(place)
        known.people = list(db.session.scalars(select(Person).options(joinedload(Person.roles))).unique())
        known.teams = {
            (place.person_id, place.group_id)
            for place in db.session.scalars(select(GroupStaff))
            if place.ends_on is None or place.ends_on >= day
        }
        return known

    def group(self, name: str) -> Group | None:
        return self.groups.get(name.casefold())

    def place(self, pupil: Pupil) -> Enrolment | None:
        """The pupil's place in a home group."""
        return next((place for place in self.places.get(pupil.id, []) if place.group.kind == "home"), None)

    def cross(self, pupil: Pupil) -> list[Enrolment]:
        return [place for place in self.places.get(pupil.id, []) if place.group.kind == "cross"]

    def placed(self) -> list[Pupil]:
        """Everybody with a place in a home group."""
        found = [place.pupil for places in self.places.values() for place in places if place.group.kind == "home"]
        return list({pupil.id: pupil for pupil in found}.values())

    def recognise(self, row: EdexPupil) -> tuple[Pupil | None, str]:
        """The pupil that this row is about, and what is doubtful: then nothing is done by itself.

        A stable key counts when the name or the birth date fits too; otherwise name and birth date together.
        """
        by_key = self.by_key.get(row.key) if row.stable_key and row.key else None
        if by_key is not None:
            fits = same_name(row, by_key) or row.birth_date == by_key.birth_date
            return by_key, "" if fits else "other child"
        named = self.by_name.get(flat(row.full_name), [])
        fitting = [pupil for pupil in named if row.birth_date is None or pupil.birth_date == row.birth_date]
        if len(fitting) > 1:
            return None, "several"
        if fitting:
            return fitting[0], ""
        if row.birth_date is None:
            return None, "no birth date"
        return None, "same name" if named else ""


def _places(day: date, last: date) -> Select[tuple[Enrolment]]:
    return (
        select(Enrolment)
        .join(Enrolment.group)
        .join(Enrolment.pupil)
        .options(contains_eager(Enrolment.group), contains_eager(Enrolment.pupil))
        .where(Enrolment.starts_on <= last, Enrolment.ends_on >= day, Enrolment.starts_on <= Enrolment.ends_on)
        .order_by(Enrolment.starts_on, Enrolment.id)
    )
