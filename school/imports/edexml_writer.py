"""Writes EDEXML 2.1: the school as an administration system would export it. The same school gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from itertools import chain
from xml.sax.saxutils import escape, quoteattr

from school.imports.edexml_data import EdexGroup, Edexml, EdexName, EdexPupil, EdexStaff, days_of

AUTHOR = "Schoolplein"
VERSION = "2.1"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Lines = Iterator[str]


def write(edexml: Edexml, brin: str = "", *, made_at: datetime | None = None) -> bytes:
    """The file in UTF-8. ``brin`` replaces that of the school; without ``made_at`` it is dated on its reference date.

    A combination group, told by a year level like ``"1,2"``, is written as ``split()`` makes of it.
    """
    school = split(replace(edexml, brin=brin or edexml.brin))
    made_at = made_at or datetime.combine(school.reference_date or days_of(school.school_year)[0], time())
    lines = chain(
        ['<?xml version="1.0" encoding="UTF-8"?>', "<EDEX>"],
        _school(school, made_at),
        _block("groepen", map(_group, school.groups)),
        _block("leerlingen", map(_pupil, school.pupils)),
        _block("leerkrachten", map(_one_of_staff, school.staff)),
        ["</EDEX>", ""],
    )
    return "\n".join(lines).encode()


# ── combination groups ──────────────────────────────────────────────────────────────────────────────────────────────


def split(edexml: Edexml) -> Edexml:
    """A row per year level, all with one name, for every home group that has several: so it leaves a real system.

    Pupils go to the row of their own level, staff to each of them.
    """
    taken = {group.key for group in edexml.groups}
    rows = [_rows_of(group, taken) for group in edexml.groups]
    combined = {own[0].key: own for own in rows if len(own) > 1}
    return replace(
        edexml,
        groups=tuple(chain.from_iterable(rows)),
        pupils=tuple(replace(pupil, group_key=_row_for(pupil, combined)) for pupil in edexml.pupils),
        staff=tuple(replace(one, group_keys=_rows_for(one, combined)) for one in edexml.staff),
    )


def _rows_of(group: EdexGroup, taken: set[str]) -> list[EdexGroup]:
    """The first row keeps the key; the others get one that nobody has."""
    levels = [level.strip() for level in group.year_level.split(",") if level.strip()]
    if group.kind == "cross" or len(levels) < 2:
        return [group]
    rows = [replace(group, year_level=levels[0])]
    for level in levels[1:]:
        key = f"{group.key}-{level}"
        while key in taken:
            key += "-"
        taken.add(key)
        rows.append(replace(group, key=key, year_level=level))
    return rows


def _row_for(pupil: EdexPupil, combined: dict[str, list[EdexGroup]]) -> str:
    rows = combined.get(pupil.group_key, ())
    return next((row.key for row in rows if row.year_level == pupil.year_level), pupil.group_key)


def _rows_for(one: EdexStaff, combined: dict[str, list[EdexGroup]]) -> tuple[str, ...]:
    return tuple(row_key for key in one.group_keys for row_key in [row.key for row in combined.get(key, ())] or [key])


# ── the elements, in the order of the standard ──────────────────────────────────────────────────────────────────────


def _school(edexml: Edexml, made_at: datetime) -> Lines:
    yield "  <school>"
    yield from _value(4, "schooljaar", edexml.school_year)
    yield from _value(4, "peildatum", edexml.reference_date)
    yield from _value(4, "brincode", edexml.brin)
    yield from _value(4, "dependancecode", edexml.location)
    yield from _value(4, "aanmaakdatum", made_at.isoformat(timespec="seconds"))
    yield from _value(4, "auteur", AUTHOR)
    yield from _value(4, "xsdversie", VERSION)
    yield "  </school>"


def _block(name: str, rows: Iterable[Lines]) -> Lines:
    yield f"  <{name}>"
    yield from chain.from_iterable(rows)
    yield f"  </{name}>"


def _group(group: EdexGroup) -> Lines:
    name = "groep" if group.kind == "home" else "samengestelde_groep"
    yield f"    <{name}{_key(group.key)}>"
    yield from _value(6, "naam", group.name)
    if group.kind == "home":
        yield from _value(6, "jaargroep", group.year_level)
    yield f"    </{name}>"


def _pupil(pupil: EdexPupil) -> Lines:
    yield f"    <leerling{_key(pupil.key)}>"
    yield from _name(pupil)
    yield from _value(6, "geboortedatum", pupil.birth_date)
    yield from _value(6, "jaargroep", pupil.year_level)
    if pupil.group_key:
        yield f"      <groep{_key(pupil.group_key)}/>"
    yield from _references("samengestelde_groepen", (), pupil.cross_group_keys)
    yield from _value(6, "instroomdatum", pupil.starts_on)
    yield from _value(6, "uitstroomdatum", pupil.leaves_on)
    yield "    </leerling>"


def _one_of_staff(one: EdexStaff) -> Lines:
    yield f"    <leerkracht{_key(one.key)}>"
    yield from _name(one)
    yield from _value(6, "emailadres", one.email)
    for role in one.roles:
        yield from _value(6, "rolomschrijving", role)
    yield from _references("groepen", one.group_keys, one.cross_group_keys)
    yield "    </leerkracht>"


def _name(one: EdexName) -> Lines:
    yield f"      <achternaam>{_clean(one.last_name)}</achternaam>"  # a name without one is still a name
    yield from _value(6, "voorvoegsel", one.prefix)
    yield from _value(6, "roepnaam", one.first_name)


def _references(name: str, home: Iterable[str], cross: Iterable[str]) -> Lines:
    rows = [f"        <groep{_key(key)}/>" for key in home]
    rows += [f"        <samengestelde_groep{_key(key)}/>" for key in cross]
    if rows:
        yield from (f"      <{name}>", *rows, f"      </{name}>")


def _value(indent: int, name: str, value: str | date | None) -> Lines:
    """An element that says something, or no element."""
    if value:
        yield f"{' ' * indent}<{name}>{_clean(str(value))}</{name}>"


def _key(key: str) -> str:
    return f" key={quoteattr(NOT_IN_XML.sub('', key))}" if key else ""


def _clean(text: str) -> str:
    return escape(NOT_IN_XML.sub("", text))
