"""Pupils: the children of the school. They have no account; adults reach them through a guardianship or a group."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from school.lib import clock, names, tokens
from school.lib.db import Model, db
from school.lib.text import Refused, _

OLDEST = 16
"""Years; a birth date before that is a slip of the keyboard."""


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
    edex_key: Mapped[str | None] = mapped_column(unique=True)
    """The key of this pupil in the administration system's EDEXML, when it is a stable one."""
    left_on: Mapped[date | None]
    """The last day at this school, inclusive."""
    missing_since: Mapped[date | None]
    """Since when an import no longer names this pupil; somebody confirms that it left, an import never does."""

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


def rename(pupil: Pupil, first_name: str, prefix: str, last_name: str) -> None:
    pupil.first_name, pupil.prefix, pupil.last_name = first_name, prefix, last_name
    pupil.sort_key = names.sort_key(first_name, last_name)


def register(first_name: str, prefix: str, last_name: str, birth_date: date) -> Pupil:
    """``add`` by hand: not the same child twice. Raises Refused."""
    _require_believable(first_name, last_name, birth_date)
    pupil = add(first_name, last_name, prefix=prefix, birth_date=birth_date)
    db.session.flush()
    return pupil


def change(pupil: Pupil, first_name: str, prefix: str, last_name: str, birth_date: date) -> None:
    """Raises Refused."""
    _require_believable(first_name, last_name, birth_date, but=pupil)
    rename(pupil, first_name, prefix, last_name)
    pupil.birth_date = birth_date


def _require_believable(first_name: str, last_name: str, birth_date: date, but: Pupil | None = None) -> None:
    today = clock.today()
    if not today.year - OLDEST <= birth_date.year or birth_date > today:
        raise Refused(_("This birth date cannot be right. Look at the year."), "birth_date")
    key = names.sort_key(first_name, last_name)
    for other in db.session.scalars(select(Pupil).where(Pupil.birth_date == birth_date, Pupil.sort_key == key)):
        if other is not but:
            raise Refused(_("%(name)s, born on this day, is in the list already.", name=other.full_name), "first_name")
