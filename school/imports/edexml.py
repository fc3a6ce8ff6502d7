"""Reads an EDEXML file, version 1.03, 2.0 or 2.1 (DOMAIN §6), without touching the database.

The order of a file is free and its schema years behind, so nothing is validated: each part is read where it stands,
what is odd becomes a warning with its line, and only what cannot be understood at all is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TypeVar

from school.imports.edexml_data import (
    LEVEL_WORDS,
    LEVELS,
    EdexGroup,
    Edexml,
    EdexName,
    EdexPupil,
    EdexStaff,
    EdexWarning,
    Kind,
    MergedGroup,
    Standing,
    days_of,
    folded,
    from_json,
    merged,
    primary_level,
    to_json,
)
from school.imports.edexml_file import LARGEST, Element, opened
from school.lib import names
from school.lib.text import Refused, _, mark

__all__ = [
    "LARGEST",
    "LEVELS",
    "LEVEL_WORDS",
    "EdexGroup",
    "EdexPupil",
    "EdexStaff",
    "EdexWarning",
    "Edexml",
    "Kind",
    "MergedGroup",
    "Standing",
    "days_of",
    "from_json",
    "merged",
    "primary_level",
    "read",
    "to_json",
]

VERSIONS = frozenset(("1.03", "2.0", "2.1"))
AGES = range(2, 21)
"""Of a pupil, in the year the school year begins. Outside it a birth date is probably a slip of the keyboard."""
HOME, CROSS = "groep", "samengestelde_groep"

Person = TypeVar("Person", EdexPupil, EdexStaff)


def read(content: bytes) -> Edexml:
    """The whole file. Raises ``Refused`` with a sentence that names the line, when there is one."""
    root, guessed = opened(content)
    warnings = Warnings()
    if guessed:
        warnings.add(0, mark("The file is not in the encoding it says. Check names with accents."))
    about = next((child for child in root.children if child.name == "school"), root)
    reference_date = _day(about.value("peildatum"))
    school_year = _school_year(about, reference_date, warnings)
    groups = _groups(root, warnings)
    pupils = _pupils(root, school_year, warnings)
    staff = _staff(root, warnings)
    _look_for_lost_groups(groups, pupils, staff, warnings)
    return Edexml(
        school_year=school_year,
        reference_date=reference_date,
        brin=about.value("brincode").upper(),
        location=about.value("dependancecode"),
        groups=tuple(groups),
        pupils=tuple(pupils),
        staff=tuple(staff),
        warnings=warnings.in_order(),
    )


class Warnings:
    def __init__(self) -> None:
        self._found: list[EdexWarning] = []

    def add(self, line: int, message: str, **values: str) -> None:
        self._found.append(EdexWarning(line=line, message=message, values=tuple(values.items())))

    def in_order(self) -> tuple[EdexWarning, ...]:
        return tuple(sorted(self._found, key=lambda warning: warning.line))


# ── the school ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _school_year(about: Element, reference_date: date | None, warnings: Warnings) -> str:
    """``"2026-2027"``, by the dates in the file when it does not say."""
    version = about.value("xsdversie")
    if version and version not in VERSIONS:
        warnings.add(
            about.line,
            mark("This is version %(version)s. We know 1.03, 2.0 and 2.1. Check well."),
            version=version[:20],
        )
    said = re.fullmatch(r"(2\d{3})\s?[-/]\s?(2\d{3})", about.value("schooljaar"), re.ASCII)
    if said and int(said[2]) == int(said[1]) + 1:
        return f"{said[1]}-{said[2]}"
    made_on = reference_date or _day(about.value("aanmaakdatum"))
    if made_on is None or made_on.year not in range(2000, 3000):
        raise Refused(_("The file does not say which school year it is for. Make the export again."))
    start = made_on.year if made_on.month >= 8 else made_on.year - 1
    guess = f"{start}-{start + 1}"
    warnings.add(about.line, mark("The file does not say the school year. Its date is in %(year)s."), year=guess)
    return guess


def _day(written: str) -> date | None:
    """A day as the standard writes it, with or without a time behind it, or as people do: 31-01-2019."""
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:[T Z+-].*)?", written, re.ASCII)
    parts = found.groups() if found else None
    if parts is None and (found := re.fullmatch(r"(\d\d?)-(\d\d?)-(\d{4})", written, re.ASCII)):
        parts = found.groups()[::-1]
    try:
        return date(*map(int, parts)) if parts else None
    except ValueError:
        return None


# ── groups ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _groups(root: Element, warnings: Warnings) -> list[EdexGroup]:
    """Rows as they stand: a combination group is two of them. ``merged()`` puts them together."""
    rows = [_group(row, warnings) for row in root.each("groepen", HOME, CROSS)]
    groups = _with_own_keys([row for row in rows if row is not None], warnings)
    home = {folded(group.name) for group in groups if group.kind == "home"}
    for group in groups:
        if group.kind == "cross" and folded(group.name) in home:
            warnings.add(group.line, mark("A home group and a cross-group are both called %(name)s."), name=group.name)
    return groups


def _group(row: Element, warnings: Warnings) -> EdexGroup | None:
    if not row.key:
        warnings.add(row.line, mark("A group without a key is left out. Nobody can be in it."))
        return None
    name = row.value("naam")
    if not name:
        warnings.add(row.line, mark("A group has no name. We call it %(name)s, after its key."), name=row.key)
        name = row.key
    kind: Kind = "home" if row.name == HOME else "cross"
    return EdexGroup(key=row.key, name=name, kind=kind, year_level=_level(row, name, warnings), line=row.line)


def _with_own_keys(rows: list[EdexGroup], warnings: Warnings) -> list[EdexGroup]:
    """Rows may share a key when they are one combination group; else the later one cannot be told from the first."""
    called: dict[tuple[Kind, str], str] = {}
    groups: dict[tuple[Kind, str, str], EdexGroup] = {}
    for row in rows:
        name = called.setdefault((row.kind, row.key), folded(row.name))
        place = (row.kind, row.key, row.year_level)
        if name != folded(row.name) or place in groups:
            message = mark("Two groups have the key %(key)s. We leave out %(name)s.")
            warnings.add(row.line, message, key=row.key, name=row.name)
        else:
            groups[place] = row
    return list(groups.values())


def _level(row: Element, whose: str, warnings: Warnings) -> str:
    word = row.value("jaargroep").upper()
    if word and word not in LEVEL_WORDS and not primary_level(word):
        warnings.add(row.line, mark("%(name)s has an unknown year level: %(value)s."), name=whose, value=word)
    return word


# ── pupils ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pupils(root: Element, school_year: str, warnings: Warnings) -> list[EdexPupil]:
    rows = [_pupil(row, school_year, warnings) for row in root.each("leerlingen", "leerling")]
    pupils = _with_trusted_keys([row for row in rows if row is not None], warnings)
    if not pupils:
        raise Refused(_("There are no pupils in this file. Make an export with pupils."))
    _look_for_doubles(pupils, warnings)
    groupless = [pupil for pupil in pupils if not pupil.group_key and pupil.year_level and pupil.year_level != "H"]
    if groupless:
        message = mark("Pupils with a year level but without a group: %(count)s.")
        warnings.add(groupless[0].line, message, count=str(len(groupless)))
    return pupils


def _pupil(row: Element, school_year: str, warnings: Warnings) -> EdexPupil | None:
    name = _name(row, warnings)
    if name is None:
        warnings.add(row.line, mark("A pupil without a name is left out."))
        return None
    pupil = EdexPupil(
        first_name=name.first_name,
        prefix=name.prefix,
        last_name=name.last_name,
        key=row.key,
        stable_key=_is_stable(row.key),
        birth_date=_date_of(row, "geboortedatum", mark("%(name)s has an unreadable birth date: %(value)s."), warnings),
        year_level=_level(row, name.full_name, warnings),
        group_key=_home_group(row, name.full_name, warnings),
        cross_group_keys=_keys(row, CROSS),
        starts_on=_date_of(row, "instroomdatum", mark("%(name)s has an unreadable first day: %(value)s."), warnings),
        leaves_on=_date_of(row, "uitstroomdatum", mark("%(name)s has an unreadable last day: %(value)s."), warnings),
        line=row.line,
    )
    _look_at_dates(pupil, bool(row.value("geboortedatum")), days_of(school_year)[0].year, warnings)
    return pupil


def _date_of(row: Element, field: str, complaint: str, warnings: Warnings) -> date | None:
    written = row.value(field)
    day = _day(written)
    if written and day is None:
        name = _spelled(row).full_name
        warnings.add(row.line, complaint, name=name, value=written[:20])
    return day


def _home_group(row: Element, whose: str, warnings: Warnings) -> str:
    keys = tuple(dict.fromkeys(child.key for child in row.children if child.name == HOME and child.key))
    if len(keys) > 1:
        warnings.add(row.line, mark("%(name)s has more than one home group. We take the first."), name=whose)
    return keys[0] if keys else ""


def _look_at_dates(pupil: EdexPupil, birth_date_given: bool, year: int, warnings: Warnings) -> None:
    if not birth_date_given:
        warnings.add(pupil.line, mark("%(name)s has no birth date."), name=pupil.full_name)
    if pupil.birth_date and year - pupil.birth_date.year not in AGES:
        message = mark("Is the birth date of %(name)s right? It says %(value)s.")
        warnings.add(pupil.line, message, name=pupil.full_name, value=f"{pupil.birth_date:%d-%m-%Y}")
    if pupil.starts_on and pupil.leaves_on and pupil.leaves_on < pupil.starts_on:
        warnings.add(pupil.line, mark("%(name)s leaves before the first day. Check both dates."), name=pupil.full_name)
    if not pupil.group_key and not pupil.year_level:
        warnings.add(pupil.line, mark("%(name)s has no group and no year level."), name=pupil.full_name)


def _look_for_doubles(pupils: list[EdexPupil], warnings: Warnings) -> None:
    """One child under two keys: which of them is in the school's own list cannot be known."""
    seen: set[tuple[str, date]] = set()
    for pupil in pupils:
        if pupil.birth_date is None:
            continue
        who = (names.fold(pupil.full_name), pupil.birth_date)
        if who in seen:
            message = mark("%(name)s is in the file twice, with one birth date.")
            warnings.add(pupil.line, message, name=pupil.full_name)
        seen.add(who)


# ── staff ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _staff(root: Element, warnings: Warnings) -> list[EdexStaff]:
    rows = [_one_of_staff(row, warnings) for row in root.each("leerkrachten", "leerkracht")]
    staff = _with_trusted_keys([row for row in rows if row is not None], warnings)
    owners: dict[str, EdexStaff] = {}
    for one in staff:
        first = owners.setdefault(one.email, one) if one.email else one
        if first is not one:
            message = mark("%(name)s and %(other)s have the same mail address.")
            warnings.add(one.line, message, name=one.full_name, other=first.full_name)
    return staff


def _one_of_staff(row: Element, warnings: Warnings) -> EdexStaff | None:
    name = _name(row, warnings)
    if name is None:
        warnings.add(row.line, mark("A member of staff without a name is left out."))
        return None
    return EdexStaff(
        first_name=name.first_name,
        prefix=name.prefix,
        last_name=name.last_name,
        key=row.key,
        stable_key=_is_stable(row.key),
        email=_email(row, name.full_name, warnings),
        roles=_roles(row),
        group_keys=_keys(row, HOME),
        cross_group_keys=_keys(row, CROSS),
        line=row.line,
    )


def _email(row: Element, whose: str, warnings: Warnings) -> str:
    address = row.value("emailadres").casefold()
    if address and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+", address):
        warnings.add(row.line, mark("The mail address of %(name)s is not one: %(value)s."), name=whose, value=address)
        return ""
    return address


def _roles(row: Element) -> tuple[str, ...]:
    """As written, each once, also those that stand with a group."""
    roles: dict[str, str] = {}
    for child in row.below():
        if child.name in {"rol", "rolomschrijving"} and child.text:
            roles.setdefault(child.text.casefold(), child.text)
    return tuple(roles.values())


# ── what pupils and staff share ─────────────────────────────────────────────────────────────────────────────────────


def _name(row: Element, warnings: Warnings) -> EdexName | None:
    name = _spelled(row)
    if not name.first_name and not name.last_name:
        return None
    if not row.value("roepnaam", "voornamen"):
        warnings.add(row.line, mark("%(name)s has no call name. Fill it in later."), name=name.full_name)
    return name


def _spelled(row: Element) -> EdexName:
    """Call name, else the first of the first names, else the initials. A prefix in the surname stays there."""
    first_of_all = re.split(r"[\s,]+", row.value("voornamen").strip(" ,"))[0]
    return EdexName(
        first_name=row.value("roepnaam") or first_of_all or row.value("voorletters-1", "voorletters"),
        prefix=row.value("voorvoegsel"),
        last_name=row.value("achternaam"),
    )


def _is_stable(key: str) -> bool:
    return bool(key) and not key.startswith("#")


def _keys(row: Element, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(child.key for child in row.below() if child.name == name and child.key))


def _with_trusted_keys(rows: list[Person], warnings: Warnings) -> list[Person]:
    """A row that stands there twice counts once; a key that two people share recognises neither of them."""
    people: list[Person] = []
    seen: set[Person] = set()
    for row in rows:
        if row.key and row in seen:
            warnings.add(row.line, mark("%(name)s is in the file twice. One counts."), name=row.full_name)
        else:
            people.append(row)
        seen.add(row)
    uses = Counter(one.key for one in people if one.key)
    return [_distrusted(one, warnings) if uses[one.key] > 1 else one for one in people]


def _distrusted(one: Person, warnings: Warnings) -> Person:
    message = mark("%(name)s shares the key %(key)s. We go by name and birth date.")
    warnings.add(one.line, message, name=one.full_name, key=one.key)
    return replace(one, stable_key=False)


# ── what belongs together ───────────────────────────────────────────────────────────────────────────────────────────


def _look_for_lost_groups(
    groups: list[EdexGroup], pupils: list[EdexPupil], staff: list[EdexStaff], warnings: Warnings
) -> None:
    """A key that leads nowhere is kept: the group may come with the next export."""
    known = {(group.kind, group.key) for group in groups}
    named: list[tuple[EdexPupil | EdexStaff, str, tuple[str, ...]]] = []
    named += [(pupil, "home", (pupil.group_key,) if pupil.group_key else ()) for pupil in pupils]
    named += [(one, "home", one.group_keys) for one in staff]
    named += [(pupil, "cross", pupil.cross_group_keys) for pupil in pupils]
    named += [(one, "cross", one.cross_group_keys) for one in staff]
    for one, kind, keys in named:
        for key in keys:
            if (kind, key) not in known:
                message = mark("%(name)s is in group %(key)s, which is not in the file.")
                warnings.add(one.line, message, name=one.full_name, key=key)
