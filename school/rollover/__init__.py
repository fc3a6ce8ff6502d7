"""From one school year to the next: places prepared beside the running year, a rehearsal, and the day itself.

Nothing runs on 1 August: places, teams and roads have dates, and who may see what is asked by the date.
"""

from school.rollover.lists import NextGroup, NextPlace, lists_are_shown, next_groups, next_places
from school.rollover.places import (
    LEAVE,
    OPEN,
    Option,
    Row,
    Step,
    decide,
    decide_rows,
    options,
    probable_level,
    proposal,
    steps,
    table,
)
from school.rollover.rehearsal import Ending, Flow, Gap, Rehearsal, gaps, grace, rehearse
from school.rollover.settling import (
    BACKUP,
    KEEP_BACKUPS,
    backup_before,
    last_run,
    require_decided,
    settle,
    undo,
    warning,
)
from school.rollover.turn import Turn, at_hand, into, prepare, require_open, show_lists_from, take_over_teams

__all__ = [
    "BACKUP", "KEEP_BACKUPS", "LEAVE", "OPEN", "Ending", "Flow", "Gap", "NextGroup", "NextPlace", "Option",
    "Rehearsal", "Row", "Step", "Turn", "at_hand", "backup_before", "decide", "decide_rows", "gaps", "grace", "into",
    "last_run", "lists_are_shown", "next_groups", "next_places", "options", "prepare", "probable_level", "proposal",
    "rehearse", "require_decided", "require_open", "settle", "show_lists_from", "steps", "table", "take_over_teams",
    "undo", "warning",
]  # fmt: skip
