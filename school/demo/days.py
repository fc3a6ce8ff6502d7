"""School days and the vacations of region Midden; beyond the years that are fixed, the usual pattern."""

from __future__ import annotations

from datetime import date, timedelta

Span = tuple[date, date]

_FIXED: dict[int, tuple[tuple[int, int, int, int], ...]] = {  # month, day – month, day; by the year they begin in
    2025: ((7, 19, 8, 31), (10, 18, 10, 26), (12, 20, 1, 4)),
    2026: ((2, 14, 2, 22), (4, 25, 5, 3), (7, 18, 8, 30), (10, 17, 10, 25), (12, 19, 1, 3)),
    2027: ((2, 20, 2, 28), (4, 24, 5, 2), (7, 17, 8, 29), (10, 16, 10, 24), (12, 25, 1, 9)),
    2028: ((2, 26, 3, 5), (4, 29, 5, 7), (7, 8, 8, 20), (10, 14, 10, 22), (12, 23, 1, 7)),
}
_USUAL = ((2, 20, 9), (4, 27, 9), (7, 15, 44), (10, 17, 9), (12, 22, 16))  # near which day, how long


def vacations(year: int) -> tuple[Span, ...]:
    """The vacations that begin in this calendar year."""
    if year in _FIXED:
        return tuple((date(year, a, b), date(year + (c < a), c, d)) for a, b, c, d in _FIXED[year])
    spans = []
    for month, day, length in _USUAL:
        near = date(year, month, day)
        first = near + timedelta(days=(5 - near.weekday() + 3) % 7 - 3)  # the nearest Saturday
        spans.append((first, first + timedelta(days=length - 1)))
    return tuple(spans)


def easter(year: int) -> date:
    """Easter Sunday, after the method of Butcher and Meeus."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    rest = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * rest) // 451
    month, day = divmod(h + rest - 7 * m + 114, 31)
    return date(year, month, day + 1)


def is_school_day(day: date) -> bool:
    if day.weekday() > 4 or (day.month, day.day) in ((4, 27), (1, 1), (12, 25), (12, 26)):
        return False
    spans = (*vacations(day.year), *vacations(day.year - 1)[-1:])
    if any(first <= day <= last for first, last in spans):
        return False
    return (day - easter(day.year)).days not in (-2, 1, 39, 40, 50)


def school_days(first: date, last: date) -> list[date]:
    """Both inclusive."""
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in span if is_school_day(day)]
