"""What a row of a sheet says, as plain values that can be kept as JSON between preview and apply.

A ``line`` is that of the sheet; a ``guardian`` is a place on the row, the first is 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from school.lib import names
from school.lib.text import gettext

SEVERITIES = ("error", "warning", "note")
"""error: not brought in as it stands; warning: look at it; note: good to know."""

Values = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something about a row. The sentence is translated where it is shown."""

    severity: str
    kind: str
    """Two or three English words for programs: "shared mailbox", "birth date"."""
    message: str
    """The English sentence, as in the catalogue."""
    values: Values = ()
    guardian: int = 0
    """Whose problem it is; 0: the row's."""

    @property
    def sentence(self) -> str:
        return gettext(self.message, **dict(self.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOnRow:
    first: str = ""
    """May be initials: sheets have them."""
    prefix: str = ""
    last: str = ""

    @property
    def parts(self) -> tuple[str, str, str]:
        return self.first, self.prefix, self.last

    @property
    def full_name(self) -> str:
        return names.full(self.first, self.prefix, self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildOnRow(NamedOnRow):
    birth_date: date | None = None
    number: str = ""
    """The pupil number of the school's administration; from ``#`` on it is nobody's tomorrow."""
    group: str = ""
    """A name as people say it, with or without the word group."""
    level: str = ""

    @property
    def called(self) -> str:
        return self.full_name or self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardianOnRow(NamedOnRow):
    email: str = ""
    """Folded, and an address; empty when there is none or none that works."""
    unusable: str = ""
    """What stood there instead of an address."""
    phone: str = ""
    """``"06-12345678"``, ``"+49 170 1234567"``."""
    relation: str = ""
    """The sheet's own word, in lower case."""
    authority: str = "unknown"
    """ "yes", "no" or "unknown"."""
    language: str = ""
    """ "nl", "en", or nothing when the sheet does not say."""
    guessed: bool = False
    """The name stood in one cell and was taken apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    line: int
    children: tuple[ChildOnRow, ...] = ()
    """One; several where a guardian's row lists pupil numbers."""
    guardians: tuple[GuardianOnRow, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow(NamedOnRow):
    line: int
    salutation: str = ""
    """ "juf", "meester" or nothing."""
    email: str = ""
    unusable: str = ""
    phone: str = ""
    roles: tuple[str, ...] = ()
    """Of ``people.ROLES``; suggestions that an administrator confirms, never rights."""
    team_role: str = ""
    """What they are in their groups (``groups.TEAM_ROLES``), as a suggestion."""
    role_text: str = ""
    """The sheet's own words."""
    groups: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    """Of ``groups.WEEKDAYS``, in their order; empty when the sheet does not say."""
    guessed: bool = False
    problems: tuple[Problem, ...] = ()


# ── kept between preview and apply ──────────────────────────────────────────────────────────────────────────────────


def to_json(rows: Iterable[SheetRow | StaffRow]) -> str:
    return json.dumps([asdict(row) for row in rows], default=date.isoformat, ensure_ascii=False)


def guardian_rows(kept: str) -> tuple[SheetRow, ...]:
    return tuple(
        SheetRow(
            line=row["line"],
            children=tuple(_child(child) for child in row["children"]),
            guardians=tuple(GuardianOnRow(**guardian) for guardian in row["guardians"]),
            problems=_problems(row),
        )
        for row in json.loads(kept)
    )


def staff_rows(kept: str) -> tuple[StaffRow, ...]:
    lists = ("roles", "groups", "days")
    return tuple(
        StaffRow(**row | {name: tuple(row[name]) for name in lists} | {"problems": _problems(row)})
        for row in json.loads(kept)
    )


def _child(told: dict[str, Any]) -> ChildOnRow:
    born = told["birth_date"]
    return ChildOnRow(**told | {"birth_date": date.fromisoformat(born) if born else None})


def _problems(row: dict[str, Any]) -> tuple[Problem, ...]:
    return tuple(
        Problem(**told | {"values": tuple((name, value) for name, value in told["values"])}) for told in row["problems"]
    )
