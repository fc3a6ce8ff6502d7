"""Every road between adults and children, and since when: guardianships, teams, roles, committees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from school import groups, guardians
from school.directory.people import names
from school.groups import Group, GroupMember, GroupStaff
from school.guardians import Guardianship
from school.lib.db import db
from school.people import Person, StaffRole
from school.pupils import Pupil


@dataclass(frozen=True)
class Road:
    """One adult and one child, with what a page says about them."""

    guardianship: Guardianship
    state: str
    """As ``guardians.state_of``; "closed" where only the account is."""
    scopes: tuple[str, ...]
    groups: tuple[Group, ...]
    """Where the child sits today."""
    agreed_by: str
    approved_by: str

    @property
    def person(self) -> Person:
        return self.guardianship.person

    @property
    def pupil(self) -> Pupil:
        return self.guardianship.pupil

    @property
    def is_open(self) -> bool:
        """Not blocked and not over: among those who are called."""
        return self.state not in ("blocked", "ended")


@dataclass(frozen=True)
class Roads:
    """Everything through which somebody reaches children, or did or will."""

    children: tuple[Road, ...]
    roles: tuple[StaffRole, ...]
    teams: tuple[GroupStaff, ...]
    committees: tuple[GroupMember, ...]


def roads_of_person(person: Person, today: date) -> Roads:
    return Roads(
        children=_roads(guardians.of_person(person), today),
        roles=tuple(sorted(person.roles, key=lambda held: held.starts_on, reverse=True)),
        teams=tuple(db.session.scalars(_teams(person))),
        committees=tuple(db.session.scalars(_committees(person))),
    )


def roads_of_pupil(pupil: Pupil, today: date) -> tuple[Road, ...]:
    """In the order in which they are called."""
    return _roads(guardians.of_pupil(pupil), today)


def _teams(person: Person) -> Select[tuple[GroupStaff]]:
    found = select(GroupStaff).where(GroupStaff.person_id == person.id)
    return found.options(joinedload(GroupStaff.group)).order_by(GroupStaff.starts_on.desc(), GroupStaff.id)


def _committees(person: Person) -> Select[tuple[GroupMember]]:
    found = select(GroupMember).where(GroupMember.person_id == person.id)
    return found.options(joinedload(GroupMember.group)).order_by(GroupMember.starts_on.desc(), GroupMember.id)


def _roads(found: Sequence[Guardianship], today: date) -> tuple[Road, ...]:
    placed = groups.groups_of({road.pupil_id for road in found}, today)
    told = names(_deciders(found))
    return tuple(
        Road(
            guardianship=road,
            state=_state(road, today),
            scopes=guardians.scopes_of(road),
            groups=tuple(placed.get(road.pupil_id, [])),
            agreed_by=told.get(road.agreed_by_id, ""),
            approved_by=told.get(road.approved_by_id, ""),
        )
        for road in found
    )


def _deciders(found: Iterable[Guardianship]) -> set[int]:
    return {by for road in found for by in (road.agreed_by_id, road.approved_by_id) if by is not None}


def _state(road: Guardianship, today: date) -> str:
    state = guardians.state_of(road, today)
    return "closed" if state == "live" and road.person.deactivated_at is not None else state
