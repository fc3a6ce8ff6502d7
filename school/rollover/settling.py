"""Making the year change final, taking that back, and reminding of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from school import audit, guardians
from school.imports import journal, runs
from school.imports.runs import ImportRun
from school.lib import clock
from school.lib.db import db
from school.lib.text import Refused, _, ngettext
from school.people import Person
from school.rollover import places
from school.rollover.places import Step
from school.rollover.rehearsal import grace
from school.rollover.turn import Turn, at_hand, require_open

BACKUP = "before-rollover"
"""The reason in the name of the backup that is made before settling."""
KEEP_BACKUPS = 5
REMIND_FROM = 5
"""The month in which the administration is reminded."""


def require_decided(turn: Turn) -> list[Step]:
    """Every child has a place or leaves; the steps. Raises Refused."""
    require_open(turn)
    if turn.new is None or not any(group.kind == "home" for group in turn.new_groups):
        raise Refused(_("First make the groups of the new year."))
    known = places.steps(turn)
    undecided = sum(step.choice == places.OPEN for step in known)
    if undecided:
        raise Refused(
            ngettext(
                "%(num)s child has no place yet. Give it a place first.",
                "%(num)s children have no place yet. Give them a place first.",
                undecided,
            )
        )
    return known


def settle(turn: Turn, by: Person) -> ImportRun:
    """Who leaves has 31 July as its last day, and its guardians read on for the days of grace. Raises Refused."""
    known = require_decided(turn)
    leavers = [step.pupil for step in known if step.leaves]
    run = runs.begin("rollover", "", by)
    days = grace()
    with journal.recording(run.id):
        if turn.new is not None:
            turn.new.settled_at = clock.now()
        for pupil in leavers:
            guardians.child_leaves(pupil, turn.last, days)
    counts = {"placed": len(known) - len(leavers), "left": len(leavers)}
    runs.settle(run, counts)
    audit.note(by, "settled the new year", run, **counts)
    return run


def last_run() -> ImportRun | None:
    """The newest year change that was settled and not undone."""
    done = select(ImportRun).where(ImportRun.kind == "rollover", ImportRun.state == "applied")
    return db.session.scalar(done.order_by(ImportRun.id.desc()).limit(1))


def undo(turn: Turn, by: Person) -> None:
    """Puts back what settling changed, while nothing else has changed it. Raises Refused."""
    run = last_run()
    if run is None or not turn.is_settled:
        raise Refused(_("This year change has not been settled."))
    runs.undo(run)
    audit.note(by, "undid the new year", run)


def backup_before(run: ImportRun, folder: Path) -> str:
    """The name of the backup made just before this run; empty when it is no longer kept."""
    if run.applied_at is None:
        return ""
    settled = clock.local(run.applied_at).strftime("school-%Y%m%d-%H%M%S")
    made = sorted(file.name for file in folder.glob(f"school-*-{BACKUP}.db"))
    return next((name for name in reversed(made) if name <= f"{settled}-{BACKUP}.db"), "")


def warning(today: date) -> str | None:
    """From 1 May until it is done: a sentence for the administration's first page."""
    turn = at_hand(today)
    if turn.is_settled or not turn.old_groups:
        return None
    if turn.first <= today:
        return _("School year %(year)s has begun. The year change has not been settled yet.", year=turn.name)
    if today < date(turn.last.year, REMIND_FROM, 1):
        return None
    return _("The year change to %(year)s has not been settled yet.", year=turn.name)
