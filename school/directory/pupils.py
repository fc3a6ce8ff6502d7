"""The list of pupils: where each sits, who is responsible, and what somebody should have a look at."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from school import guardians
from school.groups import Enrolment, Group
from school.guardians import Guardianship
from school.lib import names
from school.lib.db import db
from school.people import Person
from school.pupils import Pupil

STATES = ("alone", "missing", "nowhere", "planned", "left")
"""alone: no guardian has access; missing: no longer in the file; nowhere: in no group; planned: still has to come."""


@dataclass(frozen=True)
class Responsible:
    """A guardian of a pupil in the list."""

    name: str
    state: str


@dataclass
class Row:
    pupil: Pupil
    today: date
    homes: list[Group] = field(default_factory=list)
    """The home group of today, or the first one that still has to come."""
    begins_on: date | None = None
    """The first day of a planned pupil."""
    guardians: list[Responsible] = field(default_factory=list)

    @property
    def has_left(self) -> bool:
        return self.pupil.left_on is not None and self.pupil.left_on < self.today

    @property
    def is_alone(self) -> bool:
        """Nobody at home sees anything of this child, now or on its first day."""
        return not self.has_left and not any(one.state in ("live", "planned") for one in self.guardians)

    def is_in(self, state: str) -> bool:
        if state == "left" or self.has_left:
            return state == "left" and self.has_left
        return {
            "": True,
            "alone": self.is_alone,
            "missing": self.pupil.missing_since is not None,
            "nowhere": not self.homes,
            "planned": self.begins_on is not None,
        }[state]


def pupils(today: date, query: str = "", group: Group | None = None) -> list[Row]:
    """Every pupil that fits, by name, who left included; three questions however many there are."""
    words = names.fold(query).split()
    rows = {
        pupil.id: Row(pupil, today)
        for pupil in db.session.scalars(select(Pupil).order_by(Pupil.sort_key, Pupil.id))
        if all(word in names.fold(pupil.full_name) for word in words)
    }
    _seat(rows, today)
    for pupil_id, found in _responsible(today).items():
        if pupil_id in rows:
            rows[pupil_id].guardians = found
    return [row for row in rows.values() if group is None or group in row.homes]


def _seat(rows: dict[int, Row], today: date) -> None:
    """The home group of today; of who has none, the next one."""
    places = select(Enrolment.pupil_id, Enrolment.starts_on, Group).join(Group, Group.id == Enrolment.group_id)
    places = places.where(Group.kind == "home", Enrolment.ends_on >= today, Enrolment.ends_on >= Enrolment.starts_on)
    for pupil_id, starts_on, group in db.session.execute(places.order_by(Enrolment.starts_on)):
        row = rows.get(pupil_id)
        if row is None or row.homes:
            continue
        row.homes.append(group)
        if starts_on > today:
            row.begins_on = starts_on


def _responsible(today: date) -> dict[int, list[Responsible]]:
    found: defaultdict[int, list[Responsible]] = defaultdict(list)
    rows = select(Guardianship, Person).join(Person, Person.id == Guardianship.person_id)
    for road, person in db.session.execute(rows.order_by(Guardianship.position, Guardianship.id)):
        state = guardians.state_of(road, today)
        if state == "live" and person.deactivated_at is not None:
            state = "closed"
        if state != "ended":
            found[road.pupil_id].append(Responsible(person.full_name, state))
    return found


def matching(query: str, limit: int = 20) -> list[Pupil]:
    """Pupils, also who left, whose name has every word of the query; nothing for an empty one."""
    words = names.fold(query).split()
    if not words:
        return []
    everybody = db.session.scalars(select(Pupil).order_by(Pupil.sort_key, Pupil.id))
    fitting = [pupil for pupil in everybody if all(word in names.fold(pupil.full_name) for word in words)]
    return fitting[:limit]


def missing_count() -> int:
    """How many pupils an import no longer found, about whom nobody has decided."""
    gone = select(func.count()).select_from(Pupil).where(Pupil.missing_since.is_not(None), Pupil.left_on.is_(None))
    return db.session.scalar(gone) or 0
