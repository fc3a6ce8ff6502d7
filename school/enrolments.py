"""Where a pupil sits: moving to another group on a day, cross-groups beside the home group, and coming back.

The table is ``groups.Enrolment``. What a family sees follows from these dates, also of what was posted before.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from school.groups import Enrolment, Group
from school.lib.db import db
from school.lib.text import Refused, _
from school.pupils import Pupil

DAY = timedelta(days=1)


def of_pupil(pupil: Pupil) -> list[Enrolment]:
    """Every place of this pupil that ever counted, the newest first."""
    found = select(Enrolment).where(Enrolment.pupil_id == pupil.id, Enrolment.ends_on >= Enrolment.starts_on)
    found = found.options(joinedload(Enrolment.group).joinedload(Group.school_year))
    return list(db.session.scalars(found.order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())))


def place(pupil: Pupil, group: Group, day: date, year_level: str = "") -> Enrolment:
    """A place from a day on. In a home group it takes the place of the one before, which ends the day before.

    Raises Refused.
    """
    if group.kind == "committee":
        raise Refused(_("A committee is for parents. Choose a group of children."), "group")
    _require_day(pupil, group, day)
    level = _level(group, year_level)
    known = [place for place in of_pupil(pupil) if place.group.school_year_id == group.school_year_id]
    beside = [place for place in known if (place.group.kind == "home") is (group.kind == "home")]
    there = next((place for place in beside if place.group_id == group.id and place.ends_on >= day), None)
    if there is not None:
        return _bring_forward(there, day, beside)
    if group.kind == "home":
        return _move(pupil, group, day, level, beside)
    return _add(pupil, group, day, _last_day(pupil, group), level)


def _bring_forward(planned: Enrolment, day: date, beside: list[Enrolment]) -> Enrolment:
    """A place that was planned begins earlier, when nothing is planned in between."""
    between = [place for place in beside if place is not planned and day <= place.starts_on < planned.starts_on]
    if planned.starts_on <= day or (between and planned.group.kind == "home"):
        raise Refused(_("%(name)s has a place in this group already.", name=planned.pupil.first_name), "group")
    if planned.group.kind == "home":
        for place in beside:
            if place is not planned and place.starts_on < day <= place.ends_on:
                place.ends_on = day - DAY
    planned.starts_on = day
    db.session.flush()
    return planned


def _require_day(pupil: Pupil, group: Group, day: date) -> None:
    year = group.school_year
    if not year.starts_on <= day <= year.ends_on:
        raise Refused(_("This day lies outside school year %(year)s.", year=year.name), "starts_on")
    if pupil.left_on is not None and day > pupil.left_on:
        raise Refused(_("%(name)s has left the school by then.", name=pupil.first_name), "starts_on")


def _level(group: Group, wanted: str) -> str:
    """One of the group's year levels; of a group with one level that one."""
    if not wanted and len(group.levels) == 1:
        return group.levels[0]
    if wanted and group.levels and wanted not in group.levels:
        raise Refused(_("This group has no year %(level)s.", level=wanted), "year_level")
    return wanted


def _last_day(pupil: Pupil, group: Group) -> date:
    return min(group.school_year.ends_on, pupil.left_on or group.school_year.ends_on)


def _move(pupil: Pupil, group: Group, day: date, level: str, homes: list[Enrolment]) -> Enrolment:
    before = next((place for place in homes if place.starts_on <= day <= place.ends_on), None)
    later = [place.starts_on for place in homes if place.starts_on > day]
    last_day = min([_last_day(pupil, group), *(starts_on - DAY for starts_on in later)])
    if before is None:
        return _add(pupil, group, day, last_day, level)
    if before.starts_on == day:  # the choice of that day is put right
        before.group, before.year_level = group, level
        db.session.flush()
        return before
    before.ends_on = day - DAY
    return _add(pupil, group, day, last_day, level)


def _add(pupil: Pupil, group: Group, starts_on: date, ends_on: date, level: str) -> Enrolment:
    made = Enrolment(pupil=pupil, group=group, starts_on=starts_on, ends_on=ends_on, year_level=level)
    db.session.add(made)
    db.session.flush()
    return made


def end(place: Enrolment, last_day: date) -> None:
    """The last day in a group beside the home group; a place that had not begun is gone. Raises Refused."""
    if place.group.kind == "home":
        raise Refused(_("This is the child's own group. Choose another group, or note that the child leaves."))
    if last_day > place.ends_on:
        raise Refused(_("This place ends earlier already."), "last_day")
    if last_day < place.starts_on:
        db.session.delete(place)
    else:
        place.ends_on = last_day
    db.session.flush()


def restore(pupil: Pupil, last_day: date) -> None:
    """Undoes ``groups.leave``: places that ended on that last day, or never began because of it, are whole again."""
    rows = select(Enrolment).where(Enrolment.pupil_id == pupil.id).order_by(Enrolment.starts_on.desc())
    next_home = date.max
    for place in db.session.scalars(rows.options(joinedload(Enrolment.group).joinedload(Group.school_year))):
        year_ends, at_home = place.group.school_year.ends_on, place.group.kind == "home"
        never_began = place.starts_on > last_day and place.ends_on == place.starts_on - DAY
        if place.ends_on == last_day or never_began:
            place.ends_on = min(year_ends, next_home - DAY) if at_home else year_ends
        next_home = place.starts_on if at_home else next_home
    db.session.flush()
