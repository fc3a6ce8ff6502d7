"""What an EDEXML file tells, as plain values: groups, pupils and staff, and what is odd about them (DOMAIN §6).

They can be kept as JSON between preview and apply. The ``line`` says where something stood in the file; it helps to
find it and does not count when two are compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from school.imports import prefixes
from school.lib import names
from school.lib.text import gettext

LEVELS = ("1", "2", "3", "4", "5", "6", "7", "8")
LEVEL_WORDS = frozenset(LEVELS) | set("BD0SVCNH") | {str(level) for level in range(11, 17)}
"""Every year level the standard knows; C is a combination, H somebody of the past."""

Kind = Literal["home", "cross"]
Standing = Literal["present", "planned", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EdexWarning:
    """Something odd for which the file need not be refused. The sentence is translated where it is shown."""

    line: int
    """0 when it concerns the whole file."""
    message: str
    """The English sentence, as in the catalogue."""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        return gettext(self.message, **dict(self.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class EdexGroup:
    key: str
    name: str
    kind: Kind = "home"
    year_level: str = ""
    """The word of the file, see ``LEVEL_WORDS``; a cross-group has none."""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EdexName:
    first_name: str
    prefix: str = ""
    last_name: str = ""

    @property
    def full_name(self) -> str:
        return names.full(self.first_name, self.prefix, self.last_name)

    @property
    def prefix_offer(self) -> tuple[str, str] | None:
        """Prefix and surname as they could be, when the prefix stands inside the surname: to offer, not to apply."""
        return prefixes.offer(self.prefix, self.last_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class EdexPupil(EdexName):
    key: str = ""
    stable_key: bool = True
    """When false the key may be another child's tomorrow: recognise on call name, surname and birth date."""
    birth_date: date | None = None
    year_level: str = ""
    group_key: str = ""
    """A home group; empty when the file gives a year level only (version 1.03)."""
    cross_group_keys: tuple[str, ...] = ()
    starts_on: date | None = None
    leaves_on: date | None = None
    """The last day, inclusive."""
    line: int = field(default=0, compare=False)

    def standing(self, day: date, school_year: str) -> Standing:
        """How things are on a day, for a file of this school year.

        Whoever leaves before that year begins is a leaver today already, in a file for next year.
        """
        first, _last = days_of(school_year)
        if self.year_level == "H" or (self.leaves_on and self.leaves_on < max(day, first)):
            return "left"
        return "planned" if self.starts_on and self.starts_on > day else "present"


@dataclass(frozen=True, slots=True, kw_only=True)
class EdexStaff(EdexName):
    key: str = ""
    stable_key: bool = True
    email: str = ""
    """Folded as addresses are compared; empty in version 1.03."""
    roles: tuple[str, ...] = ()
    """The file's own words. Suggestions that an administrator confirms, never rights."""
    group_keys: tuple[str, ...] = ()
    cross_group_keys: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedGroup:
    """Rows of one kind with one name: a combination group arrives as a row per year level."""

    name: str
    kind: Kind
    keys: tuple[str, ...]
    year_levels: tuple[str, ...]
    """``"1"`` … ``"8"``, in order; other words of the file are not in it."""
    lines: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edexml:
    school_year: str
    """``"2026-2027"``."""
    reference_date: date | None = None
    brin: str = ""
    location: str = ""
    """The number of the building (dependancecode): ``"00"``."""
    groups: tuple[EdexGroup, ...] = ()
    pupils: tuple[EdexPupil, ...] = ()
    staff: tuple[EdexStaff, ...] = ()
    warnings: tuple[EdexWarning, ...] = ()

    def year_levels(self, group: MergedGroup) -> tuple[str, ...]:
        """The levels of a group: its own, else (jaargroep C, or none) those of the pupils in it."""
        if group.year_levels or group.kind == "cross":
            return group.year_levels
        return _in_order(pupil.year_level for pupil in self.pupils if pupil.group_key in group.keys)


def primary_level(word: str) -> str:
    """``"1"`` … ``"8"``, or nothing for every other year level of the standard."""
    bare = word.strip().lstrip("0")
    return bare if bare in LEVELS else ""


def days_of(school_year: str) -> tuple[date, date]:
    """First and last day of ``"2026-2027"``: 1 August – 31 July."""
    start = int(school_year[:4])
    return date(start, 8, 1), date(start + 1, 7, 31)


def merged(groups: Iterable[EdexGroup]) -> list[MergedGroup]:
    """Puts rows with one name together, without regard to case and space; home and cross-groups stay apart."""
    rows: dict[tuple[Kind, str], list[EdexGroup]] = {}
    for group in groups:
        rows.setdefault((group.kind, folded(group.name)), []).append(group)
    return [_as_one(same) for same in rows.values()]


def folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _as_one(rows: list[EdexGroup]) -> MergedGroup:
    return MergedGroup(
        name=rows[0].name.strip(),
        kind=rows[0].kind,
        keys=tuple(dict.fromkeys(row.key for row in rows)),
        year_levels=_in_order(row.year_level for row in rows),
        lines=tuple(row.line for row in rows),
    )


def _in_order(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({level for word in words if (level := primary_level(word))}))


# ── kept between preview and apply ──────────────────────────────────────────────────────────────────────────────────


def to_json(edexml: Edexml) -> str:
    return json.dumps(asdict(edexml), default=date.isoformat, ensure_ascii=False)


def from_json(kept: str) -> Edexml:
    told: dict[str, Any] = json.loads(kept)
    return Edexml(
        **_restored(told)
        | {
            "groups": tuple(EdexGroup(**_restored(row)) for row in told["groups"]),
            "pupils": tuple(EdexPupil(**_restored(row)) for row in told["pupils"]),
            "staff": tuple(EdexStaff(**_restored(row)) for row in told["staff"]),
            "warnings": tuple(
                EdexWarning(**row | {"values": tuple((name, value) for name, value in row["values"])})
                for row in told["warnings"]
            ),
        }
    )


DATES = ("reference_date", "birth_date", "starts_on", "leaves_on")


def _restored(row: dict[str, Any]) -> dict[str, Any]:
    """Days and tuples, of which JSON knows neither."""
    days = {name: date.fromisoformat(row[name]) for name in DATES if row.get(name)}
    return row | {name: tuple(value) for name, value in row.items() if isinstance(value, list)} | days
