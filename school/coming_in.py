"""Who has no account yet, what was sent to them and whether it arrived; and sending it, to one or to hundreds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from school import audit, invitations, outbox
from school.groups import Enrolment, Group
from school.guardians import Guardianship
from school.invitations import Invitation
from school.lib import clock
from school.lib.db import db
from school.outbox import OutboxMail
from school.people import Person
from school.pupils import Pupil

QUIET = timedelta(days=14)
"""After so long without an answer somebody is on the list of who never arrived: a mail's link has ended by then."""
ONE_GO = timedelta(hours=1)
"""Mails made within this time of one another are shown as one run."""


@dataclass(frozen=True)
class Child:
    pupil: Pupil
    group: Group
    """Where it sits today, or will sit first."""
    is_close: bool
    """Whether this adult is somebody close (an exception), and not a parent."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody with a place at the school and no account yet."""

    person: Person
    children: tuple[Child, ...]
    """Youngest group first."""
    works: bool
    invitation: Invitation | None
    """The newest one, whether or not it still counts."""
    mail: OutboxMail | None
    """The newest mail of that invitation."""

    @property
    def sent_at(self) -> datetime | None:
        """When a mail was last asked for, or a letter last made, whichever came later."""
        sent = (self.invitation.mailed_at, self.invitation.printed_at) if self.invitation else ()
        return max((moment for moment in sent if moment), default=None)

    @property
    def state(self) -> str:
        """``none``, ``ended``, ``expired``, ``unprinted``, ``printed``, ``waiting``, ``mailed`` or ``failed``."""
        if self.invitation is None:
            return "none"
        if self.invitation.ended_at is not None:
            return "ended"
        if self.invitation.ends_at <= clock.now():
            return "expired"
        if self.sent_at is None:
            return "unprinted"
        if self.sent_at == self.invitation.printed_at:
            return "printed"
        state = self.mail.state if self.mail else "sent"
        return "mailed" if state == "sent" else state

    @property
    def never_arrived(self) -> bool:
        """The mail bounced, or whoever was invited did not come in."""
        if self.state in ("printed", "mailed"):
            return self.sent_at is not None and self.sent_at <= clock.now() - QUIET
        return self.state in ("failed", "expired")

    @property
    def needs_paper(self) -> bool:
        """A letter is the next thing that has to be done."""
        return self.never_arrived or self.state == "unprinted"

    @property
    def groups(self) -> list[Group]:
        """Of the children, each once, youngest first."""
        return list({child.group.id: child.group for child in self.children}.values())


@dataclass
class Part:
    """A group of the school, or its staff: who is in, and who is not yet."""

    group: Group | None
    arrived: int = 0
    newcomers: list[Newcomer] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.arrived + len(self.newcomers)


@dataclass(frozen=True)
class Sent:
    """What was made: mails that wait to go, and letters that wait to be printed."""

    mails: int
    letters: int


@dataclass(frozen=True)
class Progress:
    """Of the mails of one run: how many have gone (or were given up), and of how many."""

    done: int
    of: int


def newcomers() -> list[Newcomer]:
    """Everybody who could come in and has not, by name."""
    waiting = select(Person).where(invitations.waiting()).order_by(Person.sort_key, Person.id)
    people = list(db.session.scalars(waiting))
    ids = [person.id for person in people]
    works = set(db.session.scalars(select(Person.id).where(Person.id.in_(ids), invitations.works_here(clock.today()))))
    children, latest, mails = _children(ids), invitations.latest_of(ids), _mails(ids)
    return [
        _newcomer(person, children.get(person.id, []), person.id in works, latest.get(person.id), mails.get(person.id))
        for person in people
    ]


def _newcomer(
    person: Person, children: list[Child], works: bool, invitation: Invitation | None, mail: OutboxMail | None
) -> Newcomer:
    """A mail of an earlier invitation says nothing about this one."""
    is_own = mail is not None and invitation is not None and mail.created_at >= invitation.created_at
    return Newcomer(person, tuple(children), works, invitation, mail if is_own else None)


def _children(person_ids: Sequence[int]) -> dict[int, list[Child]]:
    """The children these adults come in for, each in the group where it sits first from today on."""
    today = clock.today()
    rows = db.session.execute(
        select(Guardianship, Enrolment)
        .join(Enrolment, Enrolment.pupil_id == Guardianship.pupil_id)
        .where(Guardianship.person_id.in_(person_ids), invitations.opens_way(today), Enrolment.ends_on >= today)
        .options(joinedload(Guardianship.pupil), joinedload(Enrolment.group).joinedload(Group.school_year))
    ).all()
    first: dict[tuple[int, int], Child] = {}
    for guardianship, place in sorted(rows, key=lambda row: _soonest(row[1], today)):
        child = Child(guardianship.pupil, place.group, guardianship.kind == "exception")
        first.setdefault((guardianship.person_id, guardianship.pupil_id), child)
    found: dict[int, list[Child]] = {}
    for (person_id, _pupil), child in sorted(first.items(), key=lambda item: _youngest(item[1])):
        found.setdefault(person_id, []).append(child)
    return found


def _soonest(place: Enrolment, today: date) -> tuple[date, bool, int]:
    """A place of today before one that is still to come, a home group before any other."""
    return max(place.starts_on, today), place.group.kind != "home", place.id


def _youngest(child: Child) -> tuple[date, int, str, str]:
    return child.group.school_year.starts_on, child.group.position, child.group.name, child.pupil.sort_key


def _mails(person_ids: Sequence[int]) -> dict[int, OutboxMail]:
    """The newest invitation by mail of each person, as the outbox has it."""
    sent = select(OutboxMail).where(OutboxMail.kind == "invitation", OutboxMail.person_id.in_(person_ids))
    return {mail.person_id: mail for mail in db.session.scalars(sent.order_by(OutboxMail.id))}


def parts(found: Sequence[Newcomer]) -> list[Part]:
    """The groups that run or will run, youngest first, and then the staff."""
    by_group: dict[int, Part] = {}
    for group, arrived in _arrived():
        by_group.setdefault(group.id, Part(group)).arrived = arrived
    staff = Part(None, _staff_arrived())
    for newcomer in found:
        for group in newcomer.groups:
            by_group.setdefault(group.id, Part(group)).newcomers.append(newcomer)
        if newcomer.works:
            staff.newcomers.append(newcomer)
    return [*sorted(by_group.values(), key=_order), staff]


def _order(part: Part) -> tuple[date, int, str]:
    group = part.group
    assert group is not None
    return group.school_year.starts_on, group.position, group.name


def _arrived() -> list[tuple[Group, int]]:
    """Of each home group of today: how many of its guardians have an account."""
    today = clock.today()
    rows = db.session.execute(
        select(Group, func.count(func.distinct(Person.id)))
        .join(Enrolment, Enrolment.group_id == Group.id)
        .join(Guardianship, Guardianship.pupil_id == Enrolment.pupil_id)
        .join(Person, Person.id == Guardianship.person_id)
        .where(Group.kind == "home", Enrolment.starts_on <= today, Enrolment.ends_on >= today)
        .where(invitations.opens_way(today), Person.password_hash.is_not(None), Person.deactivated_at.is_(None))
        .group_by(Group.id)
        .options(joinedload(Group.school_year))
    )
    return [(group, number) for group, number in rows]


def _staff_arrived() -> int:
    employed = select(func.count()).select_from(Person).where(invitations.works_here(clock.today()))
    in_already = employed.where(Person.password_hash.is_not(None), Person.deactivated_at.is_(None))
    return db.session.scalar(in_already) or 0


def plan(found: Iterable[Newcomer], *, by_mail: bool = True) -> Sent:
    """What inviting these people would make, before it is done."""
    mails = [by_mail and bool(newcomer.person.email) for newcomer in found]
    return Sent(sum(mails), len(mails) - sum(mails))


def send(found: Sequence[Newcomer], by: Person | None, key: bytes, *, by_mail: bool = True) -> Sent:
    """Invites each of them: by mail where there is an address, otherwise for a letter.

    ``by_mail=False``: for a letter, whoever it is, because no mail would arrive.
    """
    lasting = _lasting(found, by, key)
    mails = 0
    for newcomer in found:
        person, invitation = newcomer.person, lasting.get(newcomer.person.id)
        if invitation is None:
            continue
        if person.email and by_mail:
            if newcomer.state != "waiting":
                outbox.put("invitation", person)
            invitation.mailed_at, mails = clock.now(), mails + 1
        audit.note(by, "invited", person)
    db.session.flush()
    return Sent(mails, len(lasting) - mails)


def print_letters(found: Sequence[Newcomer], by: Person | None, key: bytes) -> datetime:
    """Makes the letters of these people, each with a code that lasts; the moment by which they can be found again."""
    printed_at = clock.now()
    for invitation in _lasting(found, by, key).values():
        invitation.printed_at = printed_at
        audit.note(by, "printed a letter", invitation.person)
    db.session.flush()
    return printed_at


def _lasting(found: Sequence[Newcomer], by: Person | None, key: bytes) -> dict[int, Invitation]:
    """An invitation for each that lasts as long as a mail's link: the one there is, so that a letter that lies on
    somebody's table keeps its code, or a new one.
    """
    ids = [newcomer.person.id for newcomer in found]
    enough = clock.now() + invitations.LINK_VALID
    kept = {
        person_id: invitation
        for person_id, invitation in invitations.open_of(ids).items()
        if invitation.ends_at >= enough and invitations.has_its_code(invitation, key)
    }
    others = [newcomer.person for newcomer in found if newcomer.person.id not in kept]
    return kept | {invitation.person_id: invitation for invitation in invitations.invite_all(others, by, key)}


def end(person: Person, by: Person | None) -> bool:
    """Ends somebody's invitation; whether there was one."""
    ended = invitations.end(person)
    if ended:
        audit.note(by, "ended an invitation", person)
    return ended


def send_new_link(token: str) -> None:
    """For who holds a link that has ended while the invitation goes on: a mail with a new one, to the same address."""
    invitation = invitations.by_old_link(token)
    if invitation is None:
        return
    newest = _mails([invitation.person_id]).get(invitation.person_id)
    if newest is None or newest.state != "waiting":
        outbox.put("invitation", invitation.person)
        invitation.mailed_at = clock.now()
        audit.note(None, "invited", invitation.person)


def progress() -> Progress | None:
    """How far the mails of invitations are; None when none waits."""
    mails = select(func.min(OutboxMail.created_at)).where(OutboxMail.kind == "invitation")
    oldest = db.session.scalar(mails.where(OutboxMail.due_at.is_not(None), OutboxMail.attempts == 0))
    if oldest is None:
        return None
    run = select(func.count(), func.count(OutboxMail.due_at).filter(OutboxMail.attempts == 0))
    run = run.where(OutboxMail.kind == "invitation", OutboxMail.created_at >= oldest - ONE_GO)
    of, left = db.session.execute(run).one()
    return Progress(of - left, of)
