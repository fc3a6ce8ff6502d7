"""Carrying out a guardian sheet, in one transaction: accounts, links, and the answers that somebody gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sqlalchemy import select

from school import audit, guardians, people, settings
from school.guardians import Guardianship
from school.imports import journal, runs
from school.imports.guardian_plan import Asked, Plan, known, parts_of, placeholder, plan
from school.imports.plans import Change
from school.imports.runs import ImportRun
from school.imports.sheet_names import could_be_same
from school.imports.sheet_rows import guardian_rows
from school.lib.db import db
from school.lib.text import Refused, _
from school.people import Person
from school.pupils import Pupil


def preview(run: ImportRun, today: date) -> Plan:
    runs.require_preview(run)
    return plan(guardian_rows(runs.rows_of(run)), today)


def apply(
    run: ImportRun,
    today: date,
    by: Person | None,
    *,
    on: Collection[str],
    answers: Mapping[str, str],
    seen: str,
    trusted: bool,
) -> Counter[str]:
    """Makes the accounts and links that are in ``on`` or answered; how many of each kind. Raises Refused.

    ``trusted``: where the sheet says nothing of parental authority, these guardians get what guardians get; the school
    has looked. Otherwise they get nothing until somebody decides per guardian (DOMAIN §3).
    """
    made = preview(run, today)
    if made.digest != seen:
        raise Refused(_("Something has changed since this preview. Look at it once more."))
    work = Work(made, today, trusted=trusted)
    with journal.recording(run.id):
        done = work.run(on, answers)
    for link in work.links:
        audit.note(by, "linked a guardian", link)
    runs.settle(run, dict(done))
    audit.note(by, "imported", run, **done)
    return done


def _answer(change: Change, on: Collection[str], answers: Mapping[str, str]) -> str:
    """What somebody wants with this line; ``"skip"`` where nothing is said. Raises Refused for what was not offered."""
    if change.blocked or not change.choices:
        return "yes" if change.key in on and not change.blocked else "skip"
    answer = answers.get(change.key, "skip")
    if answer not in dict(change.choices):
        raise Refused(_("Choose one of the answers that are shown."))
    return answer


class Work:
    def __init__(self, made: Plan, today: date, *, trusted: bool) -> None:
        self.plan, self.today, self.trusted = made, today, trusted
        self.made: dict[tuple[int, int], Person] = {}
        """Who the guardians of earlier rows became, by line and place."""
        self.by_letter: dict[tuple[str, ...], Person] = {}
        """Who shares a mailbox and got an account without it: once, however many children there are."""
        self.done: Counter[str] = Counter()
        self.grace = settings.grace()
        self.pupils = {pupil.id: pupil for pupil in db.session.scalars(select(Pupil))}
        self.by_email = {person.email: person for person in people.everybody() if person.email}
        self.linked = set(db.session.execute(select(Guardianship.person_id, Guardianship.pupil_id)).tuples())
        """(person, pupil): open, ended or blocked. A sheet changes nothing there."""
        self.new_links: set[tuple[int, int]] = set()
        self.links: list[Guardianship] = []

    def run(self, on: Collection[str], answers: Mapping[str, str]) -> Counter[str]:
        """In the order of the sheet: a sibling's row refers to an earlier one."""
        changes = {change.key: change for change in self.plan.changes}
        self._require_one_address_each(answers)
        for key, one in self.plan.asked.items():
            answer = _answer(changes[key], on, answers)
            if answer != "skip":
                self._carry_out(one, answer)
        db.session.flush()
        return self.done

    def _require_one_address_each(self, answers: Mapping[str, str]) -> None:
        taken = Counter(
            self.plan.asked[key].verdict.email
            for key, answer in answers.items()
            if answer == "address" and key in self.plan.asked
        )
        for email, number in taken.items():
            people_with_it = {
                self.plan.asked[key].guardian.parts
                for key, answer in answers.items()
                if answer == "address" and key in self.plan.asked and self.plan.asked[key].verdict.email == email
            }
            if number > 1 and len(people_with_it) > 1:
                raise Refused(_("Only one person can log in with %(email)s. Choose who.", email=email))

    def _carry_out(self, one: Asked, answer: str) -> None:
        children = self._children(one, answer)
        person = self._person(one, answer, children)
        self.made[one.verdict.line, one.verdict.guardian] = person
        for child in children:
            self._link(person, child, one)
        if one.guardian.phone and not person.phone:
            person.phone = one.guardian.phone

    def _children(self, one: Asked, answer: str) -> list[Pupil]:
        other = answer in ("address", "letter")  # somebody else than the account that was suggested
        keys = [*(one.verdict.children if other else one.verdict.links)]
        if answer.startswith("child:"):
            keys.append(int(answer.removeprefix("child:")))
        return [self.pupils[key] for key in dict.fromkeys(keys) if key in self.pupils]

    def _person(self, one: Asked, answer: str, children: list[Pupil]) -> Person:
        verdict = one.verdict
        earlier = self.made.get(verdict.same_as) if verdict.same_as and verdict.kind == "sibling" else None
        if earlier is not None:
            return earlier
        there = known(verdict.person) if verdict.kind in ("existing", "sibling") or answer == "same" else None
        if there is None and verdict.email and answer != "letter":
            there = self._with_address(one)  # the answer to an earlier row may have made the account
        if there is None and answer == "letter" and one.guardian.full_name:
            return self._once(one, children)
        return there or self._new(one, "" if answer == "letter" else verdict.email, children)

    def _with_address(self, one: Asked) -> Person | None:
        """The account of this row's address. Somebody of another name is never linked in their place: Refused."""
        there = self.by_email.get(one.verdict.email)
        if there is not None and not could_be_same(one.guardian.parts, parts_of(there)):
            sentence = _("%(email)s is the address of %(name)s. Correct the row of %(other)s in the sheet.",
                         email=one.verdict.email, name=there.full_name, other=one.guardian.full_name)  # fmt: skip
            raise Refused(sentence)
        return there

    def _once(self, one: Asked, children: list[Pupil]) -> Person:
        who = (one.verdict.email or one.guardian.unusable, *one.guardian.parts)
        if who not in self.by_letter:
            self.by_letter[who] = self._new(one, "", children)
        return self.by_letter[who]

    def _new(self, one: Asked, email: str, children: list[Pupil]) -> Person:
        first, prefix, last = placeholder(one, children)
        person = people.add(
            first,
            last,
            prefix=prefix,
            email=email or None,
            phone=one.guardian.phone,
            language=one.guardian.language or "nl",
        )
        if email:
            self.by_email[email] = person
        self.done["new" if email else "letter"] += 1
        return person

    def _link(self, person: Person, child: Pupil, one: Asked) -> None:
        pair = (id(person), child.id)
        if (person.id, child.id) in self.linked or pair in self.new_links:
            return
        self.new_links.add(pair)
        authority = one.guardian.authority
        scopes = guardians.SCOPES if authority == "yes" or (authority == "unknown" and self.trusted) else ()
        link = guardians.link(
            person,
            child,
            relation=one.guardian.relation,
            authority=authority,
            scopes=scopes,
            starts_on=self.today,
            ends_on=child.left_on + timedelta(days=self.grace) if child.left_on else None,
        )
        link.position = one.verdict.guardian
        self.links.append(link)
        self.done["links"] += 1
