"""The only place that asks the machine for the time. Stored moments are UTC; a school lives by its own zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
"""The school's zone; a Dutch primary school has one. Never read from TZ: a container runs in UTC."""


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on the school's clock."""
    return moment.astimezone(ZONE)


def today() -> date:
    return local(now()).date()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """The moment (UTC) at which the school's clock shows this time on this day."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


def ago(**parts: float) -> datetime:
    """``ago(hours=24)``: the moment that long before now."""
    return now() - timedelta(**parts)
