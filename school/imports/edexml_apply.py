"""Carrying out an EDEXML plan, in one transaction: what was switched on, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date, timedelta

from school import audit, groups, guardians, people, pupils, sessions, settings
from school.groups import Enrolment, Group
from school.imports import edexml_staff, journal, runs
from school.imports.edexml_data import Edexml, EdexPupil, from_json, primary_level
from school.imports.edexml_plan import Plan, Target, cross_changes, key_of, plan, stay, target_of
from school.imports.known import KnownSchool, same_name, works
from school.imports.plans import Change
from school.imports.runs import ImportRun
from school.lib.db import db
from school.lib.text import Refused, _
from school.people import Person
from school.pupils import Pupil


def preview(run: ImportRun, today: date) -> Plan:
    runs.require_preview(run)
    return plan(from_json(run.payload), today)


def apply(run: ImportRun, today: date, by: Person | None, *, on: Collection[str], seen: str) -> Counter[str]:
    """Makes the changes whose keys are in ``on``; how many of each kind.

    ``seen`` is the digest of the plan that was looked at: when something has changed since, nothing is done. Refused.
    """
    looked_at = preview(run, today)
    if looked_at.digest != seen:
        raise Refused(_("Something has changed since this preview. Look at it once more."))
    off = {change.key for change in looked_at.changes} - set(on)
    made = plan(looked_at.edexml, today, split={key for key in off if key.startswith("merge:")})
    with journal.recording(run.id):
        done = Work(made, off, today, by).run()
    runs.settle(run, dict(done))
    audit.note(by, "imported", run, **done)
    return done


class Work:
    """The order in which rows need each other: groups, pupils and their places, staff."""

    def __init__(self, made: Plan, off: Collection[str], today: date, by: Person | None) -> None:
        self.plan, self.off, self.today, self.by = made, off, today, by
        self.year = groups.school_year(made.first)
        self.known = KnownSchool.read(made.day, made.last)
        self.rows: dict[int, Group | None] = {}
        self.done: Counter[str] = Counter()
        self.grace = settings.grace()

    def run(self) -> Counter[str]:
        for change in self.plan.changes:
            if change.key not in self.off and not change.blocked:
                carry_out = self.STEPS.get(change.kind)
                if carry_out is not None:
                    carry_out(self, change)
                self.done[change.kind] += 1
        db.session.flush()
        return self.done

    def group(self, change: Change) -> None:
        target: Target = change.data
        place = len(groups.of_year(self.year))
        target.known = groups.add(
            target.name, self.year, kind=target.kind, year_levels=",".join(target.levels), position=place
        )
        db.session.flush()

    def new(self, change: Change) -> None:
        row: EdexPupil = change.data
        first, prefix, last = self._name(row)
        if row.birth_date is None:
            raise ValueError("a pupil without a birth date is never on the list")
        pupil = pupils.add(first, last, prefix=prefix, birth_date=row.birth_date)
        pupil.edex_key = row.key if row.stable_key and row.key and row.key not in self.known.by_key else None
        self._place(pupil, row, self.plan.first)
        if row.leaves_on and row.leaves_on < self.plan.last:
            pupil.left_on = row.leaves_on

    def _name(self, row: EdexPupil) -> tuple[str, str, str]:
        """The prefix stands apart only where somebody said so."""
        wanted = f"prefix:{key_of(row)}"
        offer = row.prefix_offer
        if offer and wanted not in self.off and any(change.key == wanted for change in self.plan.changes):
            return row.first_name, *offer
        return row.first_name, row.prefix, row.last_name

    def _place(self, pupil: Pupil, row: EdexPupil, day: date) -> None:
        """In the home group and the cross-groups of the row, from a day on."""
        days, target = stay(self.plan, row, day), target_of(self.plan, row)
        if days is None:
            return
        if target is not None and target.known is not None:
            place = groups.enrol(pupil, target.known, starts_on=days[0], ends_on=days[1])
            place.year_level = primary_level(row.year_level)
        added, _ended = cross_changes(self.plan, [], row)
        self._into(pupil, added, *days)

    def _into(self, pupil: Pupil, targets: list[Target], starts_on: date, ends_on: date) -> None:
        for target in targets:
            if target.known is not None:
                groups.enrol(pupil, target.known, starts_on=starts_on, ends_on=ends_on)

    def changed(self, change: Change) -> None:
        row, pupil = change.data, change.known
        if pupil.left_on is not None and pupil.left_on < self.plan.day:
            guardians.child_stays(pupil, self.grace)
        if not same_name(row, pupil) or row.first_name != pupil.first_name:
            pupils.rename(pupil, row.first_name, row.prefix, row.last_name)
        pupil.birth_date = row.birth_date or pupil.birth_date
        if row.stable_key and row.key:
            pupil.edex_key = row.key
        pupil.missing_since = None
        place = self.known.place(pupil)
        if place is None:
            self._place(pupil, row, self.plan.day)
        else:
            self._correct_level(place, row)
            added, ended = cross_changes(self.plan, self.known.cross(pupil), row)
            self._into(pupil, added, self.plan.day, self.plan.last)
            for place in ended:
                place.ends_on = self.plan.day - timedelta(days=1)
        if row.leaves_on and row.leaves_on != pupil.left_on and row.leaves_on < self.plan.last:
            self._leaves(pupil, row.leaves_on)

    def _correct_level(self, place: Enrolment, row: EdexPupil) -> None:
        target, level = target_of(self.plan, row), primary_level(row.year_level)
        if level and target is not None and target.known is not None and target.known.id == place.group_id:
            place.year_level = level

    def _leaves(self, pupil: Pupil, last_day: date) -> None:
        """Also later than was said before: then places and roads are whole again first."""
        if pupil.left_on is not None:
            guardians.take_back(pupil, self.grace)
        guardians.child_leaves(pupil, last_day, self.grace)
        audit.note(self.by, "noted that a pupil left", pupil)

    def moved(self, change: Change) -> None:
        row, pupil = change.data, change.known
        place, target = self.known.place(pupil), target_of(self.plan, row)
        if place is None or target is None or target.known is None:
            return
        if place.starts_on >= self.plan.day:
            place.group = target.known
            place.year_level = primary_level(row.year_level)
            return
        ends_on = place.ends_on
        place.ends_on = self.plan.day - timedelta(days=1)
        new: Enrolment = groups.enrol(pupil, target.known, starts_on=self.plan.day, ends_on=ends_on)
        new.year_level = primary_level(row.year_level)

    def left(self, change: Change) -> None:
        row: EdexPupil = change.data
        self._leaves(change.known, row.leaves_on or self.today)

    def missing(self, change: Change) -> None:
        change.known.missing_since = self.today

    def staff(self, change: Change) -> None:
        row, person = change.data, change.known
        role = edexml_staff.works_as(row)
        if person is None:
            person = people.add(row.first_name, row.last_name, prefix=row.prefix, email=row.email or None)
        if row.stable_key and row.key:
            person.edex_key = row.key
        if role and not works(person, self.plan.day):
            held = people.appoint(person, role, starts_on=min(self.plan.first, self.today))
            db.session.flush()
            audit.note(self.by, "gave a role", held)
            if self.by is None or self.by.id != person.id:
                sessions.end_all(person)  # who gets more rights logs in anew
        db.session.flush()
        if works(person, self.plan.day):
            for target in edexml_staff.missing_places(row, person, self.known, self.plan.targets):
                if target.known is not None:
                    groups.assign(person, target.known, role="teacher" if role != "support" else "assistant")

    STEPS: dict[str, Callable[[Work, Change], None]] = {
        "group": group,
        "new": new,
        "planned": new,
        "unmatched": new,
        "changed": changed,
        "moved": moved,
        "left": left,
        "missing": missing,
        "staff": staff,
    }


def begin(edexml: Edexml, kept: str, by: Person | None) -> ImportRun:
    """Keeps what was read for the preview."""
    if not edexml.pupils:
        raise Refused(_("There are no pupils in this file."))
    return runs.begin("edexml", kept, by)
