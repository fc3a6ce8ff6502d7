"""What a request for access is made of."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.lib import clock, names, tokens
from school.lib.db import Model
from school.people import Person
from school.pupils import Pupil

KINDS = ("guardian", "exception")
"""guardian: another parent or carer; exception: somebody closely involved, for a time."""
STATES = ("asked", "agreed", "granted", "refused", "withdrawn")
"""agreed: the child's teacher has said yes to an exception; the director decides."""
OPEN = ("asked", "agreed")


class AccessRequest(Model):
    __tablename__ = "access_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """The guardian, or a member of staff who writes down what was asked."""
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"), index=True)
    kind: Mapped[str] = mapped_column(String(9))
    first_name: Mapped[str]
    prefix: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    relation: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    ends_on: Mapped[date | None]
    """Until when an exception is asked for, inclusive; at most a school year ahead."""
    state: Mapped[str] = mapped_column(String(9), default="asked")
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    """The reason of a refusal, for who asked."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    agreed_by: Mapped[Person | None] = relationship(foreign_keys=[agreed_by_id])
    pupil: Mapped[Pupil] = relationship()

    @property
    def full_name(self) -> str:
        return names.full(self.first_name, self.prefix, self.last_name)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
