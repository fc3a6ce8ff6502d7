"""The staff of an EDEXML file. What it says about roles is a suggestion: nothing happens until somebody ticks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from school.imports.edexml_data import Edexml, EdexStaff
from school.imports.known import KnownSchool, flat, same_name
from school.imports.plans import Change, Line, line
from school.lib.text import mark
from school.people import Person

Targets = Mapping[tuple[str, str], Any]
"""The groups of the file as they will be here, by kind and key."""


def changes(edexml: Edexml, known: KnownSchool, targets: Targets) -> Iterator[Change]:
    for row in edexml.staff:
        person, doubt = recognise(row, known)
        lines = [*_lines(row, person, known, targets)]
        if doubt:
            told = line(mark("The address %(email)s belongs to somebody else here."), email=row.email)
            yield _change(row, None, told, blocked=True)
        elif person is None or lines:
            yield _change(row, person, *lines)


def _change(row: EdexStaff, person: Person | None, *lines: Line, blocked: bool = False) -> Change:
    key = f"staff:{row.key if row.stable_key and row.key else row.line}"
    return Change(key, "staff", row.full_name, lines=lines, asked=True, blocked=blocked, known=person, data=row)


def recognise(row: EdexStaff, known: KnownSchool) -> tuple[Person | None, bool]:
    """Who this is here: by key, by address, or by name among who works here; and whether the address is another's."""
    by_key = [person for person in known.people if row.stable_key and row.key and person.edex_key == row.key]
    by_email = [person for person in known.people if row.email and person.email == row.email]
    if by_email and not same_name(row, by_email[0]) and flat(row.last_name) != flat(by_email[0].last_name):
        return None, True
    by_name = [person for person in known.people if person.roles and same_name(row, person)]
    found = by_key or by_email or (by_name if len(by_name) == 1 else [])
    return (found[0] if found else None), False


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


def _lines(row: EdexStaff, person: Person | None, known: KnownSchool, targets: Targets) -> Iterator[Line]:
    role = works_as(row)
    if role and (person is None or not person.roles):
        yield line(mark("new here, as teacher") if role == "teacher" else mark("new here, as support"))
    elif person is None:
        yield line(mark("new here, without a role: give one by hand"))
    if row.roles and person is None:
        yield line(mark("called in the file: %(roles)s"), roles=", ".join(row.roles))
    if person is not None and row.email and not person.email:
        yield line(mark("address %(email)s"), email=row.email)
    places = missing_places(row, person, known, targets)
    if places:
        yield line(mark("in the team of %(groups)s"), groups=", ".join(target.name for target in places))
    if person is None and not row.email:
        yield line(mark("no e-mail address: the invitation is a letter"))
