"""Next year's groups for families and teachers: from the day the school chose, and not a day earlier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from school import teams
from school.groups import Enrolment, Group, GroupStaff, SchoolYear
from school.lib.db import db
from school.policy import Viewer
from school.pupils import Pupil
from school.timeline import group_label


@dataclass(frozen=True)
class NextPlace:
    """Where a child sits next school year."""

    label: str
    hue: int
    teachers: tuple[str, ...]
    starts_on: date


@dataclass(frozen=True)
class NextGroup:
    label: str
    hue: int
    pupils: tuple[Pupil, ...]


def _shown(today: date) -> ColumnElement[bool]:
    """School years that have still to begin, and whose lists may be seen."""
    return (SchoolYear.starts_on > today) & (SchoolYear.lists_on <= today)


def lists_are_shown(today: date) -> bool:
    """Whether there is something to see of a coming year; for whether a link is worth showing."""
    return db.session.scalar(select(SchoolYear.id).where(_shown(today)).limit(1)) is not None


def next_places(pupil_ids: Iterable[int], today: date) -> dict[int, NextPlace]:
    """Of these children who have a place in a coming year that may be told, the home group; two queries."""
    placed = select(Enrolment).join(Group).join(SchoolYear).options(joinedload(Enrolment.group))
    placed = placed.where(Enrolment.pupil_id.in_(list(pupil_ids)), Group.kind == "home", _shown(today))
    placed = placed.where(Enrolment.ends_on >= Enrolment.starts_on).order_by(Enrolment.starts_on.desc())
    found = {place.pupil_id: place for place in db.session.scalars(placed)}
    before = teams.places_in({place.group_id for place in found.values()}) if found else []
    return {pupil_id: _told(place, before) for pupil_id, place in found.items()}


def _told(place: Enrolment, team: list[GroupStaff]) -> NextPlace:
    own = [one for one in team if one.group_id == place.group_id and one.role == "teacher"]
    there = [one.person.called for one in own if one.ends_on is None or one.ends_on >= place.starts_on]
    group = place.group
    return NextPlace(group_label(group.name, group.kind), group.hue, tuple(dict.fromkeys(there)), place.starts_on)


def next_groups(me: Viewer) -> list[NextGroup]:
    """The groups of the coming year a member of staff works with, and who will sit in them; none before that day."""
    own = select(GroupStaff.id).where(GroupStaff.group_id == Group.id, GroupStaff.person_id == me.person.id)
    found = select(Group).join(SchoolYear).where(_shown(me.today), Group.kind != "committee")
    if not me.reads_every_group:
        found = found.where(own.exists())
    coming = list(db.session.scalars(found.order_by(Group.position, Group.name)))
    pupils = _pupils([group.id for group in coming])
    return [NextGroup(group_label(g.name, g.kind), g.hue, tuple(pupils.get(g.id, ()))) for g in coming]


def _pupils(group_ids: list[int]) -> dict[int, list[Pupil]]:
    placed = select(Enrolment.group_id, Pupil).join(Pupil, Pupil.id == Enrolment.pupil_id)
    placed = placed.where(Enrolment.group_id.in_(group_ids), Enrolment.ends_on >= Enrolment.starts_on)
    found: dict[int, list[Pupil]] = {}
    for group_id, pupil in db.session.execute(placed.order_by(Pupil.sort_key, Pupil.id)):
        found.setdefault(group_id, []).append(pupil)
    return found
