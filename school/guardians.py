"""Guardianship: the only road from an adult to a child, one row per adult and child, with its own scopes and dates.

There is no family and no household with rights: siblings and "both parents" are derived. (DOMAIN §3)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, ForeignKey, Index, Select, String, bindparam, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from school import enrolments, groups
from school.groups import Enrolment, Group
from school.lib import clock, names, tokens
from school.lib.db import Model, db
from school.lib.text import Refused, _
from school.people import Person
from school.pupils import Pupil

KINDS = ("guardian", "exception", "blocked")
SCOPES = ("posts", "messages", "absences", "consent")
AUTHORITY = ("yes", "no", "unknown")
LONGEST_EXCEPTION = timedelta(days=366)


class Guardianship(Model):
    __tablename__ = "guardianship"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"))
    relation: Mapped[str] = mapped_column(default="")
    authority: Mapped[str] = mapped_column(String(7), default="unknown")
    kind: Mapped[str] = mapped_column(String(9), default="guardian")
    sees_posts: Mapped[bool] = mapped_column(default=False)
    sends_messages: Mapped[bool] = mapped_column(default=False)
    reports_absences: Mapped[bool] = mapped_column(default=False)
    gives_consent: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day, inclusive. An exception always has one."""
    reason: Mapped[str] = mapped_column(default="")
    """Why an exception or a scope without authority was granted; director and office only."""
    note: Mapped[str] = mapped_column(default="")
    """A restricted note (an arrangement, a court order); director and office only."""
    position: Mapped[int] = mapped_column(default=0)
    """The order in which this child's guardians are called; lower is earlier."""
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The child's teacher who agreed with an exception (rule R1)."""
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The director who approved an exception, or granted a scope without authority."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    pupil: Mapped[Pupil] = relationship()

    __table_args__ = (
        Index("ix_guardianship_person_id_pupil_id", "person_id", "pupil_id", unique=True),
        Index("ix_guardianship_pupil_id_person_id", "pupil_id", "person_id"),
    )


def link(
    person: Person,
    pupil: Pupil,
    *,
    relation: str = "",
    authority: str = "yes",
    kind: str = "guardian",
    scopes: Iterable[str] | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    reason: str = "",
) -> Guardianship:
    """Gives an adult a road to a child. Without authority nothing is automatic: scopes must then be named."""
    if kind == "exception" and ends_on is None:
        raise ValueError("an exception needs an end date")
    guardianship = Guardianship(
        person=person,
        pupil=pupil,
        relation=relation,
        authority=authority,
        kind=kind,
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
        reason=reason,
    )
    give(guardianship, _granted(authority, scopes))
    db.session.add(guardianship)
    return guardianship


def _granted(authority: str, scopes: Iterable[str] | None) -> set[str]:
    if scopes is not None:
        return set(scopes)
    return set(SCOPES) if authority == "yes" else set()


def live(day: date) -> ColumnElement[bool]:
    """The guardianship counts on this day: it gives something, is not blocked, has begun and not ended.

    Without authority nothing is automatic: a row without any scope is a fact about a child and no road to it.
    """
    gives = or_(
        Guardianship.sees_posts,
        Guardianship.sends_messages,
        Guardianship.reports_absences,
        Guardianship.gives_consent,
    )
    return (
        (Guardianship.kind != "blocked")
        & gives
        & groups.on(day, Guardianship.starts_on.expression, Guardianship.ends_on.expression)
    )


def between(person: Person, pupil: Pupil) -> Guardianship | None:
    """The one row of this adult and this child, open, ended or blocked."""
    return db.session.scalar(
        select(Guardianship).where(Guardianship.person_id == person.id, Guardianship.pupil_id == pupil.id)
    )


def connect(person: Person, pupil: Pupil, **options: Any) -> Guardianship:
    """``link``, also where this adult and this child have a row that ended: it is opened again. Raises Refused."""
    found = between(person, pupil) if person.id and pupil.id else None
    if found is None:
        return link(person, pupil, **options)
    if found.kind == "blocked":
        raise Refused(_("%(name)s is blocked for this child. Lift the block first.", name=person.full_name))
    if found.ends_on is None or found.ends_on >= clock.today():
        raise Refused(_("%(name)s is linked to this child already.", name=person.full_name))
    return _open_again(found, **options)


def _open_again(found: Guardianship, **options: Any) -> Guardianship:
    authority = options.get("authority", "yes")
    found.kind, found.authority = options.get("kind", "guardian"), authority
    found.relation = options.get("relation", found.relation)
    found.starts_on, found.ends_on = options.get("starts_on") or clock.today(), options.get("ends_on")
    found.reason = options.get("reason", "")
    found.agreed_by_id = found.approved_by_id = None
    give(found, _granted(authority, options.get("scopes")))
    return found


def give(guardianship: Guardianship, scopes: Iterable[str]) -> None:
    """What this adult gets of this child: exactly these scopes."""
    granted = set(scopes)
    guardianship.sees_posts = "posts" in granted
    guardianship.sends_messages = "messages" in granted
    guardianship.reports_absences = "absences" in granted
    guardianship.gives_consent = "consent" in granted


def scopes_of(guardianship: Guardianship) -> tuple[str, ...]:
    held = {
        "posts": guardianship.sees_posts,
        "messages": guardianship.sends_messages,
        "absences": guardianship.reports_absences,
        "consent": guardianship.gives_consent,
    }
    return tuple(scope for scope in SCOPES if held[scope])


def make_exception(
    guardianship: Guardianship,
    *,
    ends_on: date,
    agreed_by: Person,
    approved_by: Person,
    reason: str | None = None,
    scopes: Iterable[str] | None = None,
) -> None:
    """Rule R1: somebody closely involved, for a school year at most, agreed with the teacher. Raises Refused.

    ``reason`` and ``scopes``: what is new about them; None leaves what there is.
    """
    if guardianship.kind == "blocked":
        raise Refused(
            _("%(name)s is blocked for this child. Lift the block first.", name=guardianship.person.full_name)
        )
    if guardianship.authority == "yes":
        raise Refused(_("Who has authority needs no exception."))
    if not clock.today() <= ends_on <= clock.today() + LONGEST_EXCEPTION:
        raise Refused(_("An exception ends within a year."), "ends_on")
    if scopes is not None:
        give(guardianship, scopes)
    if reason is not None:
        guardianship.reason = reason.strip()
    guardianship.kind, guardianship.ends_on = "exception", ends_on
    guardianship.agreed_by_id, guardianship.approved_by_id = agreed_by.id, approved_by.id


def end(guardianship: Guardianship, last_day: date) -> None:
    """Never later than it ends already. Raises Refused."""
    if guardianship.ends_on is not None and last_day > guardianship.ends_on:
        raise Refused(_("This ends earlier already."), "last_day")
    guardianship.ends_on = last_day


def block(guardianship: Guardianship, reason: str = "") -> None:
    """Ends the road at once; the row stays, so that an import cannot open it again.

    The reason comes above what was written before.
    """
    guardianship.kind = "blocked"
    if reason.strip():
        guardianship.reason = f"{reason.strip()}\n{guardianship.reason}".strip()


def lift_block(guardianship: Guardianship) -> None:
    """A guardian again. What was given without authority (an exception, a part) has to be given anew."""
    if guardianship.kind != "blocked":
        return
    guardianship.kind = "guardian"
    if guardianship.authority != "yes":
        give(guardianship, ())
        guardianship.agreed_by_id = guardianship.approved_by_id = None


def state_of(road: Guardianship, day: date) -> str:
    """``"blocked"``, ``"ended"``, ``"planned"``, ``"nothing"`` (known, without anything given) or ``"live"``."""
    if road.kind == "blocked":
        return "blocked"
    if road.ends_on is not None and road.ends_on < day:
        return "ended"
    if not scopes_of(road):
        return "nothing"
    return "planned" if road.starts_on > day else "live"


def of_pupil(pupil: Pupil) -> list[Guardianship]:
    """Every adult who has or had a road to this child, in the order in which they are called."""
    rows = select(Guardianship).where(Guardianship.pupil_id == pupil.id).options(joinedload(Guardianship.person))
    return list(db.session.scalars(rows.order_by(Guardianship.position, Guardianship.id)))


def of_person(person: Person) -> list[Guardianship]:
    """Every child this adult has or had a road to."""
    rows = select(Guardianship).where(Guardianship.person_id == person.id).options(joinedload(Guardianship.pupil))
    return list(db.session.scalars(rows.join(Pupil).order_by(Pupil.birth_date, Guardianship.id)))


def blocked_like(pupil: Pupil, first_name: str, last_name: str) -> Guardianship | None:
    """Somebody who is blocked for this child and could be the one of this name, whatever their address is now."""
    first, last = names.fold(first_name)[:1], names.fold(last_name)
    for road in of_pupil(pupil):
        person = road.person
        if (
            road.kind == "blocked"
            and names.fold(person.last_name) == last
            and names.fold(person.first_name)[:1] == first
        ):
            return road
    return None


def others_of(pupil: Pupil, but: Person, day: date | None = None) -> list[Person]:
    """The child's own guardians of today besides this person: who is told when somebody gets access."""
    rows = select(Person).join(Guardianship, Guardianship.person_id == Person.id)
    rows = rows.where(Guardianship.pupil_id == pupil.id, Guardianship.kind == "guardian", live(day or clock.today()))
    return list(db.session.scalars(rows.where(Person.id != but.id, Person.deactivated_at.is_(None))))


def child_leaves(pupil: Pupil, last_day: date, grace: int) -> None:
    """The child's last day at school. Its places end then; its guardians read on for so many days of grace."""
    pupil.left_on, pupil.missing_since = last_day, None
    groups.leave(pupil, last_day)
    until = last_day + timedelta(days=grace)
    for guardianship in of_pupil(pupil):
        if guardianship.ends_on is None or guardianship.ends_on > until:
            guardianship.ends_on = until


def child_stays(pupil: Pupil, grace: int) -> None:
    """It was a mistake: the child is at school. Roads of guardians with authority that ended with it are open again.

    Only those that end on the very last day of grace: what somebody ended by hand stays ended, and what was given for a
    time is not given for ever.
    """
    if pupil.left_on is not None:
        until = pupil.left_on + timedelta(days=grace)
        for road in of_pupil(pupil):
            if road.kind == "guardian" and road.authority == "yes" and road.ends_on == until:
                road.ends_on = None
    pupil.left_on = pupil.missing_since = None


def note_leaving(pupil: Pupil, last_day: date, grace: int) -> None:
    """``child_leaves`` by hand. Raises Refused."""
    if pupil.left_on is not None:
        raise Refused(_("It is noted already that %(name)s leaves. Take that back first.", name=pupil.first_name))
    child_leaves(pupil, last_day, grace)


def take_back(pupil: Pupil, grace: int) -> None:
    """``child_stays`` by hand: its places at school are whole again too. Raises Refused."""
    last_day = pupil.left_on
    if last_day is None and pupil.missing_since is None:
        raise Refused(_("%(name)s is at school already.", name=pupil.first_name))
    child_stays(pupil, grace)
    if last_day is not None:
        enrolments.restore(pupil, last_day)


def children_of(person: Person, day: date | None = None) -> list[tuple[Pupil, Group | None]]:
    """The children an adult reaches today, each with the home group it sits in today, youngest group first."""
    day = day or clock.today()
    rows = db.session.execute(_children_of(), {"person": person.id, "day": day})
    found: dict[int, tuple[Pupil, Group | None]] = {}
    for pupil, group in rows:
        if pupil.id not in found or found[pupil.id][1] is None:
            found[pupil.id] = (pupil, group)
    return list(found.values())


@cache
def _children_of() -> Select[tuple[Pupil, Group]]:
    """Built once: asked at every look at the timeline."""
    day: Any = bindparam("day", type_=Date)
    return (
        select(Pupil, Group)
        .join(Guardianship, Guardianship.pupil_id == Pupil.id)
        .outerjoin(
            Enrolment,
            (Enrolment.pupil_id == Pupil.id) & (Enrolment.starts_on <= day) & (Enrolment.ends_on >= day),
        )
        .outerjoin(Group, (Group.id == Enrolment.group_id) & (Group.kind == "home"))
        .where(Guardianship.person_id == bindparam("person"), live(day))
        .order_by(Group.position.desc(), Pupil.first_name)
    )
