"""The staff of an EDEXML file. What it says about roles is a suggestion: nothing happens until somebody ticks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from school.imports.edexml_data import Edexml, EdexStaff
from school.imports.known import KnownSchool, staff_member, works
from school.imports.plans import Change, Line, line
from school.lib.text import mark
from school.people import Person

ONLY_TOLD = mark("address %(email)s: fill it in on the page of this person")
"""An address logs in: it is never given to an account by a file."""

Targets = Mapping[tuple[str, str], Any]
"""The groups of the file as they will be here, by kind and key."""


def changes(edexml: Edexml, known: KnownSchool, targets: Targets, day: date) -> Iterator[Change]:
    """``day``: from when on it counts; a role that has ended by then is none."""
    taken: set[str] = set()
    for row in edexml.staff:
        person, doubt = staff_member(
            known.people, row, day, email=row.email, last=row.last_name, key=row.key if row.stable_key else ""
        )
        doubt = doubt or row.email in taken
        taken |= {row.email} - {""}
        lines = [*_lines(row, person, known, targets, day)]
        if doubt:
            told = line(mark("The address %(email)s belongs to somebody else here."), email=row.email)
            yield _change(row, None, told, blocked=True)
        elif person is None or any(told[0] != ONLY_TOLD for told in lines):
            yield _change(row, person, *lines)


def _change(row: EdexStaff, person: Person | None, *lines: Line, blocked: bool = False) -> Change:
    key = f"staff:{row.key if row.stable_key and row.key else row.line}"
    return Change(key, "staff", row.full_name, lines=lines, asked=True, blocked=blocked, known=person, data=row)


def works_as(row: EdexStaff) -> str:
    """``"teacher"`` for who stands in front of a group, or is called one; nothing for everybody else."""
    told = " ".join(row.roles).casefold()
    assistant = "assist" in told or "stagi" in told
    if (row.group_keys or row.cross_group_keys or "leerkracht" in told or "leraar" in told) and not assistant:
        return "teacher"
    return "support" if assistant else ""


def missing_places(row: EdexStaff, person: Person | None, known: KnownSchool, targets: Targets) -> list[Any]:
    """The groups of the file in whose team this person is not yet."""
    keys = [("home", key) for key in row.group_keys] + [("cross", key) for key in row.cross_group_keys]
    wanted = {id(target): target for key in keys if (target := targets.get(key)) is not None}
    return [
        target
        for target in wanted.values()
        if person is None or target.known is None or (person.id, target.known.id) not in known.teams
    ]


def _lines(row: EdexStaff, person: Person | None, known: KnownSchool, targets: Targets, day: date) -> Iterator[Line]:
    role = works_as(row)
    if role and (person is None or not works(person, day)):
        yield line(mark("new here, as teacher") if role == "teacher" else mark("new here, as support"))
    elif person is None:
        yield line(mark("new here, without a role: give one by hand"))
    if row.roles and person is None:
        yield line(mark("called in the file: %(roles)s"), roles=", ".join(row.roles))
    if person is not None and row.email and not person.email:
        yield line(ONLY_TOLD, email=row.email)
    places = missing_places(row, person, known, targets)
    if places:
        yield line(mark("in the team of %(groups)s"), groups=", ".join(target.name for target in places))
    if person is None and not row.email:
        yield line(mark("no e-mail address: the invitation is a letter"))
