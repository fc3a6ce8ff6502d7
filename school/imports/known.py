"""The school as it is, read in a few questions: what the rows of a file are compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from school.groups import Enrolment, Group, GroupStaff, SchoolYear
from school.imports.edexml_data import EdexName, EdexPupil
from school.lib import names
from school.lib.db import db
from school.people import Person
from school.pupils import Pupil


class Named(Protocol):
    @property
    def full_name(self) -> str: ...


def same_name(one: Named, other: Named) -> bool:
    """Without regard to accents, case, hyphens and how a prefix was split off."""
    return bool(names_of(one) & names_of(other))


def names_of(one: Named) -> set[str]:
    """As it is written, and as it would be with the prefix apart: ``"Berg, van den"`` is "van den Berg"."""
    written = {flat(one.full_name)}
    if isinstance(one, EdexName) and one.prefix_offer:
        written.add(flat(names.full(one.first_name, *one.prefix_offer)))
    return written


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
    file_keys: frozenset[str] = frozenset()
    """Every key the file uses for a pupil: two of them are never one child."""
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

    def _has_a_row_of_its_own(self, pupil: Pupil, row: EdexPupil) -> bool:
        """The file names this pupil by its own key elsewhere; a second row with its name is another child."""
        own = pupil.edex_key or ""
        return row.stable_key and bool(row.key) and own != row.key and own in self.file_keys

    def recognise(self, row: EdexPupil) -> tuple[Pupil | None, str]:
        """The pupil that this row is about, and what is doubtful: then nothing is done by itself.

        A stable key counts when the name or the birth date fits too; otherwise name and birth date together.
        """
        by_key = self.by_key.get(row.key) if row.stable_key and row.key else None
        if by_key is not None:
            fits = same_name(row, by_key) or row.birth_date == by_key.birth_date
            return by_key, "" if fits else "other child"
        found = {one.id: one for name in sorted(names_of(row)) for one in self.by_name.get(name, [])}
        named = list(found.values())
        fitting = [pupil for pupil in named if row.birth_date is None or pupil.birth_date == row.birth_date]
        if len(fitting) > 1:
            return None, "several"
        if fitting and self._has_a_row_of_its_own(fitting[0], row):
            return None, "several"
        if fitting:
            return fitting[0], ""
        if row.birth_date is None:
            return None, "no birth date"
        return None, "same name" if named else ""


def staff_member(
    people: Iterable[Person], row: Named, day: date, *, email: str, last: str, key: str = ""
) -> tuple[Person | None, bool]:
    """Who this is here: by key, by address, or by name among who works here now; and whether it is doubtful.

    Doubtful: the address is of somebody with another surname, or the key is of another account than the address.
    The same name with another address is another person.
    """
    people = list(people)
    by_key = next((one for one in people if key and one.edex_key == key), None)
    by_email = next((one for one in people if email and one.email == email), None)
    if by_email is not None and not same_name(row, by_email) and flat(last) != flat(by_email.last_name):
        return None, True
    if by_key is not None and by_email is not None and by_key.id != by_email.id:
        return None, True
    by_name = [one for one in people if works(one, day) and same_name(row, one) and not (email and one.email)]
    return by_key or by_email or (by_name[0] if len(by_name) == 1 else None), False


def works(person: Person, day: date) -> bool:
    """Has a role that has not ended on this day."""
    return any(held.ends_on is None or held.ends_on >= day for held in person.roles)


def _places(day: date, last: date) -> Select[tuple[Enrolment]]:
    return (
        select(Enrolment)
        .join(Enrolment.group)
        .join(Enrolment.pupil)
        .options(contains_eager(Enrolment.group), contains_eager(Enrolment.pupil))
        .where(Enrolment.starts_on <= last, Enrolment.ends_on >= day, Enrolment.starts_on <= Enrolment.ends_on)
        .order_by(Enrolment.starts_on, Enrolment.id)
    )
