"""What an EDEXML file would change at this school: a list to look at, each line with a switch of its own.

Pure reading: planning twice gives the same list, and planning after applying gives an empty one. (DOMAIN §6)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from school.groups import Enrolment, Group
from school.imports import edexml_staff
from school.imports.edexml_data import Edexml, EdexPupil, MergedGroup, days_of, merged, primary_level
from school.imports.known import KnownSchool, same_name
from school.imports.plans import Change, Line, line
from school.lib import dates
from school.lib.text import mark
from school.pupils import Pupil

KINDS = ("merge", "group", "new", "planned", "changed", "moved", "left", "missing", "prefix", "unmatched", "staff")


@dataclass
class Target:
    """A group of the file, as it will be called here, and the group it is already."""

    name: str
    kind: str
    keys: tuple[str, ...]
    levels: tuple[str, ...]
    known: Group | None

    @property
    def change_key(self) -> str:
        return f"group:{self.kind}:{self.name.casefold()}"


@dataclass
class Plan:
    edexml: Edexml
    first: date
    last: date
    day: date
    """From which day a change of group counts: today, or the first day of a year that is still to come."""
    targets: dict[tuple[str, str], Target] = field(default_factory=dict)
    """By kind and key: home and cross-groups have keys of their own."""
    changes: list[Change] = field(default_factory=list)
    ignored: int = 0
    """Pupils in the file who left before they were ever here."""

    @property
    def digest(self) -> str:
        """Changes when the list does: what is applied is what was looked at."""
        told = [(change.key, change.kind, change.name, change.lines) for change in self.changes]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def plan(edexml: Edexml, today: date, *, split: Collection[str] = ()) -> Plan:
    """``split``: keys of "merge" changes that were switched off; those groups stay as many as the file has rows."""
    first, last = days_of(edexml.school_year)
    made = Plan(edexml, first, last, day=min(max(today, first), last))
    known = KnownSchool.read(made.day, last)
    known.file_keys = frozenset(row.key for row in edexml.pupils if row.stable_key and row.key)
    _groups(made, known, split)
    seen = {pupil.id for row in edexml.pupils if (pupil := _pupil(made, known, row, today)) is not None}
    made.changes += [_missing(pupil) for pupil in known.placed() if pupil.id not in seen and not pupil.missing_since]
    made.changes += edexml_staff.changes(edexml, known, made.targets, made.day)
    order = {kind: place for place, kind in enumerate(KINDS)}
    made.changes.sort(key=lambda change: (order[change.kind], change.group, change.sort_key))
    return made


# ── groups ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _groups(made: Plan, known: KnownSchool, split: Collection[str]) -> None:
    for group in merged(made.edexml.groups):
        one = Target(plain_name(group.name), group.kind, group.keys, made.edexml.year_levels(group), None)
        apart = [_one_of(made, group, key) for key in group.keys]
        if len(apart) < 2 or group.kind == "cross" or known.group(one.name):
            _target(made, known, one)
        elif f"merge:{one.name.casefold()}" in split or any(known.group(part.name) for part in apart):
            for part in apart:
                _target(made, known, part)
        else:
            made.changes.append(_merge(one))
            _target(made, known, one)
    _levels(made, known)


def _levels(made: Plan, known: KnownSchool) -> None:
    """Pupils with a year level instead of a group: the one group of that level, else (version 1.03) a group of it.

    Where the file does name groups, none is made up: who has no group there gets none here.
    """
    homes = list({id(target): target for target in made.targets.values() if target.kind == "home"}.values())
    alone = {row.year_level for row in made.edexml.pupils if not row.group_key and primary_level(row.year_level)}
    for word in sorted(alone):
        level = primary_level(word)
        fitting = [target for target in homes if level in target.levels]
        if len(fitting) == 1:
            made.targets["home", f"level {word}"] = fitting[0]
        elif not homes and any(row.year_level == word and not _is_past(made, row) for row in made.edexml.pupils):
            _target(made, known, Target(level, "home", (f"level {word}",), (level,), None))


def _is_past(made: Plan, row: EdexPupil) -> bool:
    return row.standing(made.day, made.edexml.school_year) == "left"


def _one_of(made: Plan, group: MergedGroup, key: str) -> Target:
    """One row of a combination group that somebody wants to keep apart."""
    level = next((primary_level(row.year_level) for row in made.edexml.groups if row.key == key), "")
    return Target(f"{plain_name(group.name)} ({level or key})", group.kind, (key,), (level,) if level else (), None)


def _merge(one: Target) -> Change:
    levels = ", ".join(one.levels) or "?"
    message = mark("%(rows)s rows of the file become one group, year levels %(levels)s")
    told = line(message, rows=len(one.keys), levels=levels)
    return Change(key=f"merge:{one.name.casefold()}", kind="merge", name=one.name, lines=(told,))


def _target(made: Plan, known: KnownSchool, target: Target) -> None:
    if any(other.name.casefold() == target.name.casefold() for other in made.targets.values()):
        target.name = f"{target.name} ({target.kind})"  # a cross-group called like a home group
    target.known = known.group(target.name)
    for key in target.keys:
        made.targets[target.kind, key] = target
    if target.known is None:
        told = (line(mark("year levels %(levels)s"), levels=", ".join(target.levels)),) if target.levels else ()
        made.changes.append(Change(target.change_key, "group", target.name, lines=told, data=target))


def plain_name(name: str) -> str:
    """As people say it after the word group: ``"Groep 5"`` → ``"5"``."""
    bare = " ".join(name.split())
    found = re.fullmatch(r"groep\s+(.+)", bare, re.IGNORECASE)
    return found[1] if found else bare


# ── pupils ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pupil(made: Plan, known: KnownSchool, row: EdexPupil, today: date) -> Pupil | None:
    """Adds what this row changes; the pupil it is, when it is one of ours."""
    pupil, doubt = known.recognise(row)
    if doubt:
        made.changes.append(_doubtful(made, row, doubt))
        return pupil
    if row.standing(today, made.edexml.school_year) == "left":
        if pupil is None or (pupil.left_on is not None and pupil.left_on == row.leaves_on):
            made.ignored += pupil is None
        elif pupil.left_on is None or row.leaves_on:
            made.changes.append(_left(made, row, pupil, today))
        return pupil
    if pupil is None:
        made.changes += _new(made, row, today)
    else:
        made.changes += _known(made, known, row, pupil)
    return pupil


def key_of(row: EdexPupil) -> str:
    """What the row is called in switches: its key, or where it stood when the file's key is not one to rely on."""
    return row.key if row.stable_key and row.key else f"line {row.line}"


def _change(made: Plan, row: EdexPupil, kind: str, *lines: Line, **more: Any) -> Change:
    target = target_of(made, row)
    return Change(
        key=f"{kind}:{key_of(row)}",
        kind=kind,
        name=row.full_name,
        group=target.name if target else "",
        lines=lines,
        data=more.pop("data", row),
        **more,
    )


def target_of(made: Plan, row: EdexPupil) -> Target | None:
    return made.targets.get(("home", row.group_key or f"level {row.year_level}"))


def _doubtful(made: Plan, row: EdexPupil, doubt: str) -> Change:
    """``"same name"`` may be switched on, as a new pupil; the other doubts have to be settled by hand."""
    told = {
        "no birth date": line(mark("No birth date: add this pupil by hand.")),
        "several": line(mark("Several pupils fit: change this one by hand.")),
        "other child": line(mark("The file's key belongs to another child here: change this one by hand.")),
        "same name": line(mark("Somebody with this name has another birth date. Tick when this is a new pupil.")),
    }[doubt]
    return _change(made, row, "unmatched", told, asked=True, blocked=doubt != "same name")


def _new(made: Plan, row: EdexPupil, today: date) -> Iterator[Change]:
    planned = row.standing(today, made.edexml.school_year) == "planned"
    lines = []
    if planned and row.starts_on:
        lines.append(line(mark("from %(day)s"), day=dates.day(row.starts_on)))
    if target_of(made, row) is None or stay(made, row, made.first) is None:
        lines.append(line(mark("without a group")))
    yield _change(made, row, "planned" if planned else "new", *lines)
    if row.prefix_offer:
        yield _prefix(made, row)


def _prefix(made: Plan, row: EdexPupil) -> Change:
    prefix, last_name = row.prefix_offer or ("", "")
    told = line(mark("prefix “%(prefix)s”, surname “%(last_name)s”"), prefix=prefix, last_name=last_name)
    return _change(made, row, "prefix", told, asked=True)


def _left(made: Plan, row: EdexPupil, pupil: Pupil, today: date) -> Change:
    last_day = row.leaves_on or today
    told = line(mark("last day %(day)s"), day=dates.day(last_day))
    return _change(made, row, "left", told, known=pupil)


def _missing(pupil: Pupil) -> Change:
    told = line(mark("goes to the list “no longer in the file”; you decide there"))
    return Change(
        f"missing:{pupil.public_id}", "missing", pupil.full_name, lines=(told,), known=pupil, sort_key=pupil.sort_key
    )


def _known(made: Plan, known: KnownSchool, row: EdexPupil, pupil: Pupil) -> Iterator[Change]:
    if pupil.left_on is not None and pupil.left_on < made.day:
        told = line(mark("left on %(day)s, and is in the file again"), day=dates.day(pupil.left_on))
        yield _change(made, row, "changed", told, asked=True, known=pupil)
        return
    lines = [*_facts(row, pupil), *_cross(made, known, row, pupil), *_level(made, known, row, pupil)]
    if row.leaves_on and row.leaves_on != pupil.left_on and row.leaves_on < made.last:
        lines.append(line(mark("leaves on %(day)s"), day=dates.day(row.leaves_on)))
    place, target = known.place(pupil), target_of(made, row)
    if target is not None and place is None and stay(made, row, made.day) is not None:
        lines.append(line(mark("gets a place in group %(group)s"), group=target.name))
    if lines:
        yield _change(made, row, "changed", *lines, known=pupil)
    if target is not None and place is not None and not _is(place.group, target):
        told = line(mark("from group %(old)s to group %(new)s, from %(day)s"),
                    old=place.group.name, new=target.name, day=dates.day(made.day))  # fmt: skip
        yield _change(made, row, "moved", told, known=pupil)


def _is(group: Group, target: Target) -> bool:
    return target.known is not None and target.known.id == group.id


def _facts(row: EdexPupil, pupil: Pupil) -> Iterator[Line]:
    if not same_name(row, pupil) or row.first_name != pupil.first_name:
        yield line(mark("name: %(old)s becomes %(new)s"), old=pupil.full_name, new=row.full_name)
    if row.birth_date and row.birth_date != pupil.birth_date:
        yield line(mark("birth date: %(old)s becomes %(new)s"),
                   old=f"{pupil.birth_date:%d-%m-%Y}", new=f"{row.birth_date:%d-%m-%Y}")  # fmt: skip
    if row.stable_key and row.key and row.key != pupil.edex_key:
        yield line(mark("recognised by the key of the file from now on"))
    if pupil.missing_since is not None:
        yield line(mark("is in the file again"))


def _level(made: Plan, known: KnownSchool, row: EdexPupil, pupil: Pupil) -> Iterator[Line]:
    """Another year level in the same group: what the year change goes by."""
    place, target, level = known.place(pupil), target_of(made, row), primary_level(row.year_level)
    if place is not None and target is not None and _is(place.group, target) and level not in ("", place.year_level):
        yield line(mark("year level %(level)s"), level=level)


def stay(made: Plan, row: EdexPupil, day: date) -> tuple[date, date] | None:
    """First and last day of a place in the file's year, from a day on; None for who comes or leaves outside it."""
    starts_on, ends_on = max(day, row.starts_on or day), min(made.last, row.leaves_on or made.last)
    return (starts_on, ends_on) if starts_on <= ends_on else None


def _cross(made: Plan, known: KnownSchool, row: EdexPupil, pupil: Pupil) -> Iterator[Line]:
    added, ended = cross_changes(made, known.cross(pupil), row)
    for target in added:
        yield line(mark("comes into %(group)s"), group=target.name)
    for place in ended:
        yield line(mark("no longer in %(group)s"), group=place.group.name)


def cross_changes(made: Plan, places: list[Enrolment], row: EdexPupil) -> tuple[list[Target], list[Enrolment]]:
    """The cross-groups to come into and the places to end. Groups that the file does not know are left alone."""
    named = [made.targets.get(("cross", key)) for key in row.cross_group_keys]
    wanted = list({id(target): target for target in named if target is not None}.values())
    ours = {target.known.id for target in made.targets.values() if target.known and target.kind == "cross"}
    there = {place.group_id for place in places}
    kept = {target.known.id for target in wanted if target.known}
    added = [target for target in wanted if target.known is None or target.known.id not in there]
    return added, [place for place in places if place.group_id in ours - kept]
