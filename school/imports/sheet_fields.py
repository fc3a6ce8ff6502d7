"""What a column of a sheet can be: the fields of each layout, with the words shown on the mapping page.

A key is ``child.…``, ``guardian1.…`` to ``guardian4.…`` (a row per child), ``guardian.…`` (a row per guardian) or
``staff.…``.
"""

from __future__ import annotations

from school.lib.text import Refused, _, gettext, mark

GUARDIANS = 4
"""On one row of a sheet per child. There is no limit to a child's guardians: it may have another row."""

_CHILD = {
    "first": mark("Child: call name"),
    "prefix": mark("Child: prefix"),
    "last": mark("Child: surname"),
    "name": mark("Child: name in one column"),
    "birth_date": mark("Child: date of birth"),
    "number": mark("Child: pupil number"),
    "group": mark("Child: group"),
    "level": mark("Child: year level"),
}
_GUARDIAN = {
    "first": mark("Guardian %(number)s: first name"),
    "prefix": mark("Guardian %(number)s: prefix"),
    "last": mark("Guardian %(number)s: surname"),
    "name": mark("Guardian %(number)s: name in one column"),
    "email": mark("Guardian %(number)s: e-mail"),
    "phone": mark("Guardian %(number)s: mobile"),
    "relation": mark("Guardian %(number)s: relation"),
    "authority": mark("Guardian %(number)s: parental authority"),
    "language": mark("Guardian %(number)s: home language"),
}
_ONE_GUARDIAN = {
    "first": mark("Guardian: first name"),
    "prefix": mark("Guardian: prefix"),
    "last": mark("Guardian: surname"),
    "name": mark("Guardian: name in one column"),
    "email": mark("Guardian: e-mail"),
    "phone": mark("Guardian: mobile"),
    "relation": mark("Guardian: relation"),
    "authority": mark("Guardian: parental authority"),
    "language": mark("Guardian: home language"),
}
_STAFF = {
    "first": mark("First name"),
    "prefix": mark("Prefix"),
    "last": mark("Surname"),
    "name": mark("Name in one column"),
    "salutation": mark("Juf or meester"),
    "email": mark("E-mail"),
    "phone": mark("Mobile"),
    "role": mark("Role"),
    "groups": mark("Groups"),
    "days": mark("Days"),
}

_CHILD_FIELDS = {f"child.{name}": label for name, label in _CHILD.items()}

FIELDS: dict[str, dict[str, str]] = {
    "child": _CHILD_FIELDS
    | {f"guardian{number}.{name}": label for number in range(1, GUARDIANS + 1) for name, label in _GUARDIAN.items()},
    "guardian": {f"guardian.{name}": label for name, label in _ONE_GUARDIAN.items()}
    | _CHILD_FIELDS
    | {"child.number": mark("Pupil numbers, separated by commas")},
    "staff": {f"staff.{name}": label for name, label in _STAFF.items()},
}
"""Layout → key → English label; ``label()`` gives it in the reader's language, with its number."""


def label(layout: str, key: str) -> str:
    owner = key.partition(".")[0]
    number = owner.removeprefix("guardian") if owner.startswith("guardian") else ""
    return gettext(FIELDS[layout][key], **({"number": number} if number else {}))


def missing(keys: set[str], layout: str) -> tuple[str, ...]:
    """The fields without which a sheet says too little: whose row it is, and whom it names."""
    if layout == "staff":
        return () if keys & {"staff.first", "staff.name"} else ("staff.first",)
    return (*_missing_child(keys, layout), *_missing_guardian(keys, layout))


def _missing_child(keys: set[str], layout: str) -> tuple[str, ...]:
    if keys & {"child.number", "child.name"}:
        return ()
    if layout == "guardian" and not keys & {"child.first", "child.last"}:
        return ("child.number",)
    return tuple(key for key in ("child.first", "child.last") if key not in keys)


def _missing_guardian(keys: set[str], layout: str) -> tuple[str, ...]:
    named = {key.partition(".")[2] for key in keys if key.startswith("guardian")}
    if named & {"email", "name", "first", "last"}:
        return ()
    return ("guardian.email",) if layout == "guardian" else ("guardian1.email",)


def columns(mapping: dict[int, str], layout: str, width: int) -> dict[str, int]:
    """Field → column, of a mapping that somebody chose. Refuses what cannot be read."""
    chosen: dict[str, int] = {}
    for column, key in sorted(mapping.items()):
        if key not in FIELDS[layout] or not 0 <= column < width:
            raise Refused(_("Choose anew what each column is: the sheet has changed."), "mapping")
        if key in chosen:
            raise Refused(_("Two columns are both “%(field)s”.", field=label(layout, key)), "mapping")
        chosen[key] = column
    return chosen
