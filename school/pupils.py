"""Pupils: the children of the school. They have no account; adults reach them through a guardianship or a group."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from school.lib import names, tokens
from school.lib.db import Model, db


class Pupil(Model):
    __tablename__ = "pupil"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    first_name: Mapped[str]
    """The call name (roepnaam)."""
    prefix: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str]
    birth_date: Mapped[date]
    left_on: Mapped[date | None]
    """The last day at this school, inclusive."""

    @property
    def full_name(self) -> str:
        return names.full(self.first_name, self.prefix, self.last_name)

    @property
    def initials(self) -> str:
        return names.initials(self.first_name, "")


def add(first_name: str, last_name: str = "", *, birth_date: date, prefix: str = "") -> Pupil:
    pupil = Pupil(
        first_name=first_name,
        prefix=prefix,
        last_name=last_name,
        sort_key=names.sort_key(first_name, last_name),
        birth_date=birth_date,
    )
    db.session.add(pupil)
    return pupil
