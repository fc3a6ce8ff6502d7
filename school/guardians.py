"""Guardianship: the only road from an adult to a child, one row per adult and child, with its own scopes and dates.

There is no family and no household with rights: siblings and "both parents" are derived. (DOMAIN §3)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, ForeignKey, Index, Select, String, bindparam, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school import groups
from school.groups import Enrolment, Group
from school.lib import clock
from school.lib.db import Model, db
from school.people import Person
from school.pupils import Pupil

KINDS = ("guardian", "exception", "blocked")
SCOPES = ("posts", "messages", "absences", "consent")
AUTHORITY = ("yes", "no", "unknown")


class Guardianship(Model):
    __tablename__ = "guardianship"

    id: Mapped[int] = mapped_column(primary_key=True)
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

    person: Mapped[Person] = relationship()
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
    granted = set(scopes) if scopes is not None else (set(SCOPES) if authority == "yes" else set())
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
        sees_posts="posts" in granted,
        sends_messages="messages" in granted,
        reports_absences="absences" in granted,
        gives_consent="consent" in granted,
    )
    db.session.add(guardianship)
    return guardianship


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


def end(guardianship: Guardianship, last_day: date) -> None:
    guardianship.ends_on = last_day


def block(guardianship: Guardianship) -> None:
    """Ends the road at once; the row stays, so that an import cannot open it again."""
    guardianship.kind = "blocked"


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
