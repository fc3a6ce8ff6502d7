"""The school as the files it could have come from: EDEXML for pupils, groups and teachers, a sheet for guardians."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from school import groups
from school.groups import Enrolment, Group, GroupStaff, SchoolYear
from school.guardians import Guardianship
from school.imports.edexml_data import EdexGroup, Edexml, EdexPupil, EdexStaff
from school.imports.sheet_rows import ChildOnRow, GuardianOnRow, SheetRow
from school.lib.db import db
from school.people import Person, StaffRole
from school.pupils import Pupil

ROLE_WORDS = {
    "teacher": "leerkracht",
    "support": "onderwijsassistent",
    "care": "intern begeleider",
    "office": "administratief medewerker",
    "director": "directeur",
    "admin": "ICT-coördinator",
}


def edexml(today: date, brin: str = "") -> Edexml:
    """The pupils, groups and staff of the school year that runs today."""
    year = groups.school_year_of(today)
    if year is None:
        return Edexml(school_year=groups.year_of(today)[0], reference_date=today, brin=brin)
    placed = list(db.session.scalars(_places(year)))
    return Edexml(
        school_year=year.name,
        reference_date=today,
        brin=brin,
        groups=tuple(_groups(year)),
        pupils=tuple(_pupils(year, placed)),
        staff=tuple(_staff(year, today)),
    )


def _places(year: SchoolYear) -> Select[tuple[Enrolment]]:
    return (
        select(Enrolment)
        .join(Enrolment.group)
        .where(Group.school_year_id == year.id, Enrolment.starts_on <= Enrolment.ends_on)
        .options(joinedload(Enrolment.pupil), joinedload(Enrolment.group))
        .order_by(Enrolment.starts_on, Enrolment.id)
    )


def _level(place: Enrolment) -> str:
    """The pupil's year level, also where only its group says it."""
    levels = [level for level in place.group.year_levels.split(",") if level]
    return place.year_level or (levels[0] if len(levels) == 1 else "")


def _groups(year: SchoolYear) -> Iterator[EdexGroup]:
    """A combination group is one row here; the writer splits it per year level, as administration systems do."""
    for group in groups.of_year(year):
        if group.kind == "cross":
            yield EdexGroup(key=group.public_id, name=group.name, kind="cross")
        elif group.kind == "home":
            yield EdexGroup(key=group.public_id, name=group.name, year_level=group.year_levels or "C")


def _pupils(year: SchoolYear, placed: list[Enrolment]) -> Iterator[EdexPupil]:
    """Each pupil once, in the home group of its last place this year."""
    home = {place.pupil_id: place for place in placed if place.group.kind == "home"}
    first = {place.pupil_id: place.starts_on for place in reversed(placed) if place.group.kind == "home"}
    cross: dict[int, list[str]] = {}
    for place in placed:
        if place.group.kind == "cross":
            cross.setdefault(place.pupil_id, []).append(place.group.public_id)
    for pupil_id, place in home.items():
        pupil, level, starts_on = place.pupil, _level(place), first[pupil_id]
        yield EdexPupil(
            key=number_of(pupil),
            first_name=pupil.first_name,
            prefix=pupil.prefix,
            last_name=pupil.last_name,
            birth_date=pupil.birth_date,
            year_level=level,
            group_key=place.group.public_id,
            cross_group_keys=tuple(cross.get(pupil_id, ())),
            starts_on=starts_on if starts_on > year.starts_on else None,
            leaves_on=pupil.left_on,
        )


def number_of(pupil: Pupil) -> str:
    """What a pupil is called in files: the key it came with, else our own."""
    return pupil.edex_key or pupil.public_id


def _staff(year: SchoolYear, today: date) -> Iterator[EdexStaff]:
    held = groups.on(today, StaffRole.starts_on.expression, StaffRole.ends_on.expression)
    in_team = groups.on(today, GroupStaff.starts_on.expression, GroupStaff.ends_on.expression)
    places = select(GroupStaff).join(Group).where(Group.school_year_id == year.id, in_team)
    teams: dict[int, list[Group]] = {}
    for place in db.session.scalars(places.options(joinedload(GroupStaff.group)).order_by(GroupStaff.id)):
        teams.setdefault(place.person_id, []).append(place.group)
    people = select(Person).join(StaffRole).where(held).options(joinedload(Person.roles)).order_by(Person.id)
    for person in db.session.scalars(people).unique():
        own = list(dict.fromkeys(teams.get(person.id, [])))
        yield EdexStaff(
            key=person.edex_key or person.public_id,
            first_name=person.first_name,
            prefix=person.prefix,
            last_name=person.last_name,
            email=person.email or "",
            roles=tuple(ROLE_WORDS[role.role] for role in person.roles),
            group_keys=tuple(group.public_id for group in own if group.kind == "home"),
            cross_group_keys=tuple(group.public_id for group in own if group.kind == "cross"),
        )


# ── guardians ───────────────────────────────────────────────────────────────────────────────────────────────────────


def guardians(today: date) -> list[SheetRow]:
    """A row for each guardian with the children they reach today, without exceptions and blocks."""
    roads = (
        select(Guardianship)
        .join(Person, Person.id == Guardianship.person_id)
        .join(Pupil, Pupil.id == Guardianship.pupil_id)
        .where(Guardianship.kind == "guardian", Person.deactivated_at.is_(None))
        .where(Guardianship.ends_on.is_(None) | (Guardianship.ends_on >= today))
        .where(Pupil.left_on.is_(None) | (Pupil.left_on >= today))
        .options(joinedload(Guardianship.person), joinedload(Guardianship.pupil))
        .order_by(Person.sort_key, Person.id, Pupil.birth_date, Pupil.id)
    )
    rows: dict[tuple[int, str, str], list[Guardianship]] = {}
    for road in db.session.scalars(roads):
        rows.setdefault((road.person_id, road.relation, road.authority), []).append(road)
    return [_row(line, own) for line, own in enumerate(rows.values(), start=2)]


def _row(line: int, roads: list[Guardianship]) -> SheetRow:
    person = roads[0].person
    guardian = GuardianOnRow(
        first=person.first_name,
        prefix=person.prefix,
        last=person.last_name,
        email=person.email or "",
        phone=person.phone,
        relation=roads[0].relation,
        authority=roads[0].authority,
        language=person.language,
    )
    children = tuple(ChildOnRow(number=number_of(road.pupil)) for road in roads)
    return SheetRow(line=line, children=children, guardians=(guardian,))
