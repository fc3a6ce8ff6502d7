"""The official vacations: starting data for a school's own calendar. Autumn and spring are advice, any date may differ.

Source: the Dutch government's school vacation dates per region (first Saturday to last Sunday).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from school.groups import year_of
from school.lib.text import _, mark


@dataclass(frozen=True)
class Vacation:
    name: str
    first: date
    last: date
    soon: bool
    """Running now, or the next one to come."""


_Span = tuple[str, str]
_Regions = tuple[_Span, _Span, _Span]
REGIONS = ("noord", "midden", "zuid")


def _all(span: _Span) -> _Regions:
    return span, span, span


OFFICIAL: dict[str, tuple[tuple[str, _Regions], ...]] = {
    "2026-2027": (
        (mark("Autumn vacation"), (
            ("2026-10-10", "2026-10-18"), ("2026-10-17", "2026-10-25"), ("2026-10-17", "2026-10-25"))),
        (mark("Christmas vacation"), _all(("2026-12-19", "2027-01-03"))),
        (mark("Spring vacation"), (
            ("2027-02-20", "2027-02-28"), ("2027-02-20", "2027-02-28"), ("2027-02-13", "2027-02-21"))),
        (mark("May vacation"), _all(("2027-04-24", "2027-05-02"))),
        (mark("Summer vacation"), (
            ("2027-07-10", "2027-08-22"), ("2027-07-17", "2027-08-29"), ("2027-07-24", "2027-09-05"))),
    ),
    "2027-2028": (
        (mark("Autumn vacation"), (
            ("2027-10-16", "2027-10-24"), ("2027-10-16", "2027-10-24"), ("2027-10-23", "2027-10-31"))),
        (mark("Christmas vacation"), _all(("2027-12-25", "2028-01-09"))),
        (mark("Spring vacation"), (
            ("2028-02-19", "2028-02-27"), ("2028-02-26", "2028-03-05"), ("2028-02-26", "2028-03-05"))),
        (mark("May vacation"), _all(("2028-04-29", "2028-05-07"))),
        (mark("Summer vacation"), (
            ("2028-07-15", "2028-08-27"), ("2028-07-08", "2028-08-20"), ("2028-07-22", "2028-09-03"))),
    ),
}  # fmt: skip


def vacations(region: str, today: date) -> list[Vacation]:
    """The vacations of this school year; empty when they have not been set yet."""
    year = year_of(today)[0]
    spells = _of(region, year) if year in OFFICIAL else []
    coming = min((first for _name, first, last in spells if last >= today), default=None)
    return [Vacation(_(name), first, last, first == coming) for name, first, last in spells]


def _of(region: str, year: str) -> list[tuple[str, date, date]]:
    index = REGIONS.index(region)
    spans = [(name, regions[index]) for name, regions in OFFICIAL[year]]
    return [(name, date.fromisoformat(first), date.fromisoformat(last)) for name, (first, last) in spans]
