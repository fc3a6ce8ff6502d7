"""Where every child goes: proposed by year level, changed per group or per child, and kept as a place from 1 August.

Leaving is kept as the last day of the child, 31 July; what follows from it comes with settling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from school import groups, guardians, settings
from school.groups import YEAR_LEVELS, Enrolment, Group
from school.lib.db import db
from school.lib.text import Refused, _
from school.pupils import Pupil
from school.rollover.turn import Turn, require_open

LEAVE = "leave"
OPEN = ""
LAST_LEVEL = YEAR_LEVELS[-1]


@dataclass(frozen=True)
class Option:
    """A group of the new year and the year level in it."""

    group: Group
    level: str

    @property
    def value(self) -> str:
        """As forms send it."""
        return f"{self.group.public_id}.{self.level}"


@dataclass
class Step:
    """One child on its way: where it sits at the end of the old year, and where in the new one."""

    pupil: Pupil
    place: Enrolment | None = None
    future: Enrolment | None = None
    spare: Enrolment | None = None
    """A place in the new year that was taken away before it began: used again, so that nothing is doubled."""
    leaves: bool = False

    @property
    def level(self) -> str:
        """The year level in the old year; empty when nobody can know."""
        return level_of(self.place) if self.place else ""

    @property
    def next_level(self) -> str:
        return level_of(self.future) if self.future else ""

    @property
    def choice(self) -> str:
        """What has been decided, as forms send it."""
        if self.leaves:
            return LEAVE
        return Option(self.future.group, self.next_level).value if self.future else OPEN

    @property
    def stays(self) -> bool:
        return self.future is not None and bool(self.level) and self.level == self.next_level


def level_of(place: Enrolment) -> str:
    """What the place says, or the only year level of its group."""
    levels = place.group.levels
    return place.year_level or (levels[0] if len(levels) == 1 else "")


def steps(turn: Turn) -> list[Step]:
    """Every child that is, or comes, at school, by name; three queries."""
    pupils = select(Pupil).where(or_(Pupil.left_on.is_(None), Pupil.left_on >= turn.last)).order_by(Pupil.sort_key)
    found = {pupil.id: Step(pupil, leaves=pupil.left_on == turn.last) for pupil in db.session.scalars(pupils)}
    for place in db.session.scalars(_places(turn)):
        if place.pupil_id in found:
            _put(found[place.pupil_id], place, turn)
    return [step for step in found.values() if not _much_later(step, turn)]


def _places(turn: Turn) -> Select[tuple[Enrolment]]:
    years = [year.id for year in (turn.old, turn.new) if year]
    rows = select(Enrolment).join(Group).where(Group.kind == "home", Group.school_year_id.in_(years))
    return rows.options(joinedload(Enrolment.group)).order_by(Enrolment.ends_on, Enrolment.id)


def _put(step: Step, place: Enrolment, turn: Turn) -> None:
    """The last place of each year counts."""
    began = place.ends_on >= place.starts_on
    if turn.old is not None and place.group.school_year_id == turn.old.id:
        step.place = place if began else step.place
    elif began:
        step.future = place
    else:
        step.spare = place


def _much_later(step: Step, turn: Turn) -> bool:
    """Put down for a year still further away: not four before this one ends."""
    here = step.place or step.future or step.leaves
    return not here and _fourth_birthday(step.pupil) > turn.ends


def _fourth_birthday(pupil: Pupil) -> date:
    born = pupil.birth_date
    return date(born.year + 4, 3, 1) if (born.month, born.day) == (2, 29) else born.replace(year=born.year + 4)


# ── proposing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def options(turn: Turn) -> list[Option]:
    """Every home group of the new year, a combination group once for each of its year levels."""
    homes = [group for group in turn.new_groups if group.kind == "home"]
    return [Option(group, level) for group in homes for level in group.levels or ("",)]


def proposal(group: Group, level: str, offered: Iterable[Option]) -> str:
    """The choice for children of one year level of a group; nothing when somebody has to say it."""
    if level == LAST_LEVEL:
        return LEAVE
    if level not in YEAR_LEVELS:
        return OPEN
    higher = str(int(level) + 1)
    fitting = [option for option in offered if option.level == higher]
    same = [option for option in fitting if option.group.name == group.name]
    sister = [option for option in fitting if _letter(option.group) and _letter(option.group) == _letter(group)]
    for found in (same, sister, fitting):
        if len(found) == 1:
            return found[0].value
    return OPEN


def probable_level(step: Step, turn: Turn) -> str:
    """By the birth date, for a child in a combination group of whom nobody said it; only something to propose.

    Who turns five between 1 October and 30 September of a school year is usually in its first year level.
    """
    levels = step.place.group.levels if step.place else ()
    born = step.pupil.birth_date
    age = (turn.first.year - 1) - born.year - (born.month >= 10) - 3
    known = [level for level in YEAR_LEVELS if level in levels]
    return min(known, key=lambda level: abs(int(level) - age)) if known else ""


def _letter(group: Group) -> str:
    """The letter of ``"3a"``: parallel groups go on together."""
    return group.name[-1:].casefold() if group.name[-1:].isalpha() and group.name[:1].isdigit() else ""


@dataclass
class Row:
    """The children of one year level of a group of the old year, who usually go on together."""

    group: Group
    level: str
    steps: list[Step] = field(default_factory=list)
    proposed: str = OPEN

    @property
    def usual(self) -> str:
        """What most of them do; what is proposed when nothing has been decided yet."""
        decided = [step.choice for step in self.steps if step.choice != OPEN]
        return max(decided, key=decided.count) if decided else self.proposed

    @property
    def exceptions(self) -> list[Step]:
        return [step for step in self.steps if step.choice not in (OPEN, self.usual)]

    @property
    def undecided(self) -> list[Step]:
        return [step for step in self.steps if step.choice == OPEN]


def table(turn: Turn, known: Iterable[Step], offered: list[Option]) -> list[Row]:
    """The groups of the old year in their own order, each by year level."""
    rows: dict[tuple[int, str], Row] = {}
    for step in known:
        if step.place is not None:
            key = (step.place.group_id, step.level)
            rows.setdefault(key, Row(step.place.group, step.level)).steps.append(step)
    for row in rows.values():
        row.proposed = proposal(row.group, row.level, offered)
    return sorted(rows.values(), key=lambda row: (row.group.position, row.group.name, row.level or "9"))


# ── deciding ────────────────────────────────────────────────────────────────────────────────────────────────────────


def decide_rows(turn: Turn, chosen: Mapping[tuple[str, str], str]) -> int:
    """For (public id of the group, year level) a choice for its children, but for the exceptions; how many changed."""
    require_open(turn)
    offered = options(turn)
    changed = 0
    for row in table(turn, steps(turn), offered):
        choice = chosen.get((row.group.public_id, row.level))
        if choice is not None:
            others = [step for step in row.steps if step not in row.exceptions]
            changed += sum(_decide(turn, step, choice, offered) for step in others)
    return changed


def decide(turn: Turn, chosen: Mapping[str, str]) -> list[Pupil]:
    """For the public id of a child a choice; the children for whom it is another one. Raises Refused."""
    require_open(turn)
    offered = options(turn)
    known = [step for step in steps(turn) if step.pupil.public_id in chosen]
    return [step.pupil for step in known if _decide(turn, step, chosen[step.pupil.public_id], offered)]


def _decide(turn: Turn, step: Step, choice: str, offered: list[Option]) -> bool:
    if choice == step.choice:
        return False
    if choice == LEAVE:
        step.pupil.left_on = turn.last
        groups.leave(step.pupil, turn.last)
    elif choice == OPEN:
        _reopen(turn, step)
        _take_away(step)
    else:
        option = next((one for one in offered if one.value == choice), None)
        if option is None:
            raise Refused(_("Choose a group of the list."))
        _reopen(turn, step)
        _place(turn, step, option)
    db.session.flush()
    return True


def _reopen(turn: Turn, step: Step) -> None:
    if step.pupil.left_on == turn.last:
        guardians.child_stays(step.pupil, settings.grace())


def _place(turn: Turn, step: Step, option: Option) -> None:
    """The place there is, or was, is changed; a child has one home group a year."""
    place = step.future or step.spare
    if place is None:
        place = groups.enrol(step.pupil, option.group, starts_on=_first_day(turn, step))
    elif step.future is None:
        place.starts_on, place.ends_on = _first_day(turn, step), option.group.school_year.ends_on
    place.group, place.year_level = option.group, option.level
    if step.place is not None and step.place.ends_on > turn.last:
        step.place.ends_on = turn.last


def _take_away(step: Step) -> None:
    """Kept as a place that never began, so that an import can be undone."""
    if step.future is not None:
        step.future.ends_on = step.future.starts_on - timedelta(days=1)


def _first_day(turn: Turn, step: Step) -> date:
    """1 August; who is new and not four yet comes on that birthday."""
    fourth = _fourth_birthday(step.pupil)
    return fourth if step.place is None and turn.first < fourth <= turn.ends else turn.first
