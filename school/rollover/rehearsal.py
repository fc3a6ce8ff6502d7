"""What 1 August will bring, told beforehand: nothing is changed here. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from school import committees, settings, teams
from school.groups import WEEKDAYS, Group, GroupStaff
from school.guardians import Guardianship, live
from school.lib.db import db
from school.people import Person, StaffRole
from school.pupils import Pupil
from school.rollover import places
from school.rollover.places import Step
from school.rollover.turn import Turn
from school.teams import Weekday

STANDS_BEFORE_GROUPS = ("teacher", "support")
"""Roles of which it is worth saying that somebody has no group; a director needs none."""


@dataclass(frozen=True)
class Flow:
    """Children who go the same way; no group before for who is new, none after for who leaves."""

    old: Group | None
    new: Group | None
    pupils: tuple[Pupil, ...]


@dataclass(frozen=True)
class Gap:
    """A home group of the new year in which something is missing."""

    group: Group
    week: tuple[Weekday, ...]

    @property
    def days(self) -> list[Weekday]:
        """Those without anybody."""
        return teams.alone(self.week)

    @property
    def nobody(self) -> bool:
        return len(self.days) == len(WEEKDAYS)


@dataclass(frozen=True)
class Ending:
    """A committee that has no successor in the new year, with its members."""

    group: Group
    members: tuple[Person, ...]


@dataclass(frozen=True)
class Rehearsal:
    moving: list[Flow]
    staying: list[Flow]
    """In the same year level for another year."""
    leaving: list[Flow]
    coming: list[Flow]
    open: list[Step]
    without_child: list[Person]
    """Guardians all of whose children leave."""
    reads_until: date
    gaps: list[Gap]
    without_group: list[Person]
    ending: list[Ending]


def rehearse(turn: Turn) -> Rehearsal:
    known = places.steps(turn)
    placed = [step for step in known if step.future is not None and not step.leaves]
    return Rehearsal(
        moving=_flows(step for step in placed if step.place is not None and not step.stays),
        staying=_flows(step for step in placed if step.stays),
        leaving=_flows(step for step in known if step.leaves),
        coming=_flows(step for step in placed if step.place is None),
        open=[step for step in known if step.choice == places.OPEN],
        without_child=_without_child(turn, {step.pupil.id for step in known if step.leaves}),
        reads_until=turn.last + timedelta(days=grace()),
        gaps=gaps(turn),
        without_group=_without_group(turn),
        ending=_ending(turn),
    )


def grace() -> int:
    """Days in which guardians of a child that left still read."""
    return settings.grace()


def _flows(walking: Iterable[Step]) -> list[Flow]:
    """By group of the old year and of the new one, in the order of the groups."""
    found: dict[tuple[Group | None, Group | None], list[Pupil]] = {}
    for step in walking:
        ways = step.place.group if step.place else None, None if step.leaves or not step.future else step.future.group
        found.setdefault(ways, []).append(step.pupil)
    flows = [Flow(old, new, tuple(pupils)) for (old, new), pupils in found.items()]
    return sorted(flows, key=lambda flow: (_order(flow.old), _order(flow.new)))


def _order(group: Group | None) -> tuple[int, str]:
    return (group.position, group.name) if group else (-1, "")


def _without_child(turn: Turn, leaving: set[int]) -> list[Person]:
    rows = select(Person, Guardianship.pupil_id).join(Guardianship, Guardianship.person_id == Person.id)
    rows = rows.where(live(turn.last), Person.deactivated_at.is_(None)).order_by(Person.sort_key, Person.id)
    children: dict[Person, set[int]] = {}
    for person, pupil_id in db.session.execute(rows):
        children.setdefault(person, set()).add(pupil_id)
    return [person for person, own in children.items() if own <= leaving]


def gaps(turn: Turn) -> list[Gap]:
    """Home groups of the new year without a teacher, or with days without one."""
    homes = [group for group in turn.new_groups if group.kind == "home"]
    there: dict[int, list[GroupStaff]] = {group.id: [] for group in homes}
    for place in teams.places_in(there):
        there[place.group_id].append(place)
    found = [Gap(group, teams.week(there[group.id], group.school_year, turn.first)) for group in homes]
    return [gap for gap in found if gap.days]


def _without_group(turn: Turn) -> list[Person]:
    """Who works at school on 1 August in a role that has a group, and has none."""
    if turn.new is None:
        return []
    held = StaffRole.role.in_(STANDS_BEFORE_GROUPS) & (StaffRole.starts_on <= turn.first)
    held &= or_(StaffRole.ends_on.is_(None), StaffRole.ends_on >= turn.first)
    placed = select(GroupStaff.person_id).where(GroupStaff.group.has(Group.school_year_id == turn.new.id))
    found = select(Person).where(Person.roles.any(held), Person.deactivated_at.is_(None), Person.id.not_in(placed))
    return list(db.session.scalars(found.order_by(Person.sort_key, Person.id)))


def _ending(turn: Turn) -> list[Ending]:
    going_on = {group.name.casefold() for group in turn.new_groups if group.kind == "committee"}
    ending = [g for g in turn.old_groups if g.kind == "committee" and g.name.casefold() not in going_on]
    members = committees.of_today([group.id for group in ending], turn.last)
    return [Ending(group, tuple(members.get(group.id, ()))) for group in ending]
