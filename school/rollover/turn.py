"""Which change of year is at hand: from the year that runs to the next, or the one of last summer that is not done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from school import groups, teams
from school.groups import Facts, Group, SchoolYear
from school.lib import clock
from school.lib.text import Refused, _

LOOKING_BACK = 60
"""Days after 1 August in which a year change that was settled is still the one at hand, to undo it."""


@dataclass(frozen=True)
class Turn:
    old: SchoolYear | None
    new: SchoolYear | None
    """None until something has been prepared for it."""
    name: str
    """Of the new year: ``"2027-2028"``."""
    last: date
    """31 July, the last day of the old year."""
    first: date
    """1 August, the first day of the new one."""

    @property
    def ends(self) -> date:
        """The last day of the new year."""
        return groups.year_of(self.first)[2]

    @property
    def is_settled(self) -> bool:
        return self.new is not None and self.new.settled_at is not None

    @property
    def old_groups(self) -> list[Group]:
        return groups.of_year(self.old) if self.old else []

    @property
    def new_groups(self) -> list[Group]:
        return groups.of_year(self.new) if self.new else []


def at_hand(today: date) -> Turn:
    """Nothing happens by itself on 1 August, so a change that was not settled stays at hand until the new year."""
    _name, first, last = groups.year_of(today)
    late = into(first)
    begun = late.old is not None and bool(late.old_groups)
    until = first + timedelta(days=LOOKING_BACK) if late.is_settled else date(first.year + 1, 1, 1)
    return late if begun and today < until else into(last + timedelta(days=1))


def into(first: date) -> Turn:
    """The change of year on a 1 August."""
    last = first - timedelta(days=1)
    return Turn(groups.school_year_of(last), groups.school_year_of(first), groups.year_of(first)[0], last, first)


def require_open(turn: Turn) -> None:
    if turn.is_settled:
        raise Refused(_("This year change has been settled. Change a child on its own page, or undo it first."))


def prepare(turn: Turn, chosen: Iterable[Group]) -> int:
    """Makes these groups of the old year for the new one too, where they are not there yet; how many."""
    require_open(turn)
    year = groups.school_year(turn.first)
    there = {group.name.casefold() for group in groups.of_year(year)}
    wanted = [group for group in chosen if group.name.casefold() not in there]
    for group in wanted:
        groups.create(year, Facts(group.name, group.kind, group.levels, group.position, group.hue))
    return len(wanted)


def take_over_teams(turn: Turn) -> int:
    """Gives every home group of the new year that has nobody the team of its namesake; how many people."""
    require_open(turn)
    known = {group.name.casefold(): group for group in turn.old_groups if group.kind == "home"}
    came = 0
    for group in turn.new_groups:
        source = known.get(group.name.casefold())
        if group.kind == "home" and source is not None and not teams.places_of(group):
            came += teams.take_over(source, group)
    return came


def show_lists_from(turn: Turn, day: date | None) -> None:
    """From which day families and teachers see the new groups; None: not yet. Raises Refused."""
    if turn.new is None:
        raise Refused(_("First make the groups of the new year."))
    if day is not None and not clock.today() <= day <= turn.first:
        raise Refused(_("Choose a day from today up to 1 August."), "lists_on")
    turn.new.lists_on = day
