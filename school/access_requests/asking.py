"""Asking access for somebody else, and taking that back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from school import audit, guardians, outbox, people
from school.access_requests.standing import has_left, may_ask, require_open, require_within_a_year, teachers_of
from school.access_requests.tables import KINDS, OPEN, AccessRequest
from school.lib import clock, names
from school.lib.db import db
from school.lib.text import Refused, _
from school.people import Person
from school.pupils import Pupil

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
MOST_A_DAY = 10
"""Requests of one guardian: each mails the teachers."""


@dataclass(frozen=True)
class Wanted:
    """Who is asked for, as it was filled in."""

    kind: str
    first_name: str
    prefix: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    relation: str = ""
    reason: str = ""
    ends_on: date | None = None


def ask(by: Person, children: Sequence[Pupil], wanted: Wanted) -> list[AccessRequest]:
    """One request a child, all or none. ``by``: a guardian, or staff for one. Raises Refused."""
    if not children:
        raise Refused(_("Choose for which child."), "children")
    wanted = _tidied(wanted)
    _require_whole(by, wanted)
    for child in children:
        no = _why_not(by, child, wanted)
        if no:
            raise Refused(no, "children")
    made = [_put_down(by, child, wanted) for child in children]
    if wanted.kind == "exception":
        _mail_teachers(children, but=by)
    return made


def _tidied(wanted: Wanted) -> Wanted:
    """Without stray spaces; what only counts for an exception is left out for a parent."""
    words = {key: " ".join(str(value).split()) for key, value in vars(wanted).items() if isinstance(value, str)}
    words |= {"reason": wanted.reason.strip(), "email": people.fold_address(wanted.email)}
    return Wanted(**words, ends_on=wanted.ends_on if wanted.kind == "exception" else None)


def _require_whole(by: Person, wanted: Wanted) -> None:
    if wanted.kind not in KINDS:
        raise Refused(_("Choose who this is for your child."), "kind")
    if not wanted.first_name:
        raise Refused(_("Fill in the first name."), "first_name")
    if wanted.email and not ADDRESS.fullmatch(wanted.email):
        raise Refused(_("This is not a complete e-mail address. Look at the @ and the dot."), "email")
    if wanted.email and wanted.email == by.email:
        raise Refused(_("This is your own address. Fill in that of the other person."), "email")
    if wanted.kind == "exception":
        if not wanted.reason:
            raise Refused(_("Write why. The teacher and the director read it."), "reason")
        require_within_a_year(wanted.ends_on)


def _why_not(by: Person, child: Pupil, wanted: Wanted) -> str:
    """The sentence why this cannot be asked for this child; empty when it can."""
    road = guardians.between(by, child)
    if not may_ask(road):
        return _("Only the parents of %(name)s can ask this. Call the school.", name=child.first_name)
    if has_left(child):
        return _("%(name)s has left the school. Nobody new gets access.", name=child.first_name)
    if _is_waiting(by, child, wanted, to_a_guardian=road is not None):
        return _("You asked this for %(name)s already. The school looks at it.", name=child.first_name)
    if road is not None and _asked_today(by) >= MOST_A_DAY:
        return _("You asked for many people today. Go on tomorrow, or call the school.")
    return ""


def _is_waiting(by: Person, child: Pupil, wanted: Wanted, *, to_a_guardian: bool) -> bool:
    """Whether the same is asked already; a guardian hears nothing of what another one asked."""
    waiting = select(AccessRequest).where(AccessRequest.pupil_id == child.id, AccessRequest.state.in_(OPEN))
    if to_a_guardian:
        waiting = waiting.where(AccessRequest.asked_by_id == by.id)
    return any(_same(other, wanted) for other in db.session.scalars(waiting))


def _same(other: AccessRequest, wanted: Wanted) -> bool:
    if other.email and wanted.email:
        return other.email == wanted.email
    return names.fold(other.full_name) == names.fold(names.full(wanted.first_name, wanted.prefix, wanted.last_name))


def _asked_today(by: Person) -> int:
    recent = AccessRequest.asked_by_id == by.id, AccessRequest.created_at > clock.ago(days=1)
    return db.session.scalar(select(func.count()).select_from(AccessRequest).where(*recent)) or 0


def _put_down(by: Person, child: Pupil, wanted: Wanted) -> AccessRequest:
    made = AccessRequest(asked_by=by, pupil=child, **vars(wanted))
    db.session.add(made)
    db.session.flush()
    audit.note(by, "asked for access", made, pupil=child.id)
    return made


def _mail_teachers(children: Iterable[Pupil], but: Person) -> None:
    today = clock.today()
    for teacher in {teacher for child in children for teacher in teachers_of(child, today)} - {but}:
        outbox.put("access_asked", teacher)


def askable(person: Person, children: Iterable[Pupil]) -> list[Pupil]:
    """For which of these children this person can ask."""
    return [child for child in children if not has_left(child) and may_ask(guardians.between(person, child))]


def withdraw(asked: AccessRequest, by: Person) -> None:
    require_open(asked)
    asked.state = "withdrawn"
    audit.note(by, "withdrew a request for access", asked, pupil=asked.pupil_id)
