"""The school's own settings: one row. What the machine needs is in ``instance/school.toml`` instead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from school.lib import clock
from school.lib.db import Model, db

REGIONS = ("noord", "midden", "zuid")
DEFAULT_HUE = 170
GRACE = 30


class School(Model):
    __tablename__ = "school"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    """What fits on a phone's header and home screen."""
    hue: Mapped[int] = mapped_column(default=DEFAULT_HUE)
    """The school colour as a hue angle in OKLCH, 0–359; the ramp is computed and keeps its contrast."""
    region: Mapped[str] = mapped_column(String(6), default="midden")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    logo: Mapped[str] = mapped_column(default="")
    """Public id of the logo in the media store; empty: our own mark."""
    reading_grace: Mapped[int] = mapped_column(default=GRACE)
    """Days that guardians can still read after their child has left the school."""
    demo: Mapped[bool] = mapped_column(default=False)
    """A demo school says so on every page and never becomes a real one."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def label(self) -> str:
        return self.short_name or self.name


def school() -> School | None:
    """The school of this instance, or None before it has been set up."""
    return db.session.scalar(select(School).limit(1))


def grace() -> int:
    """Days that guardians of a child that left can still read."""
    found = school()
    return found.reading_grace if found is not None else GRACE


def known_media(public_ids: list[str]) -> set[str]:
    """Which of these ids in the media store the settings use."""
    found = school()
    return {found.logo} & set(public_ids) if found else set()
