"""Guardian sheets: a table and what its columns are → rows of children and guardians, with what is odd about them.

A row per child (the sheet Social Schools uses, and its richer relatives) or a row per guardian. Nothing is asked of
the database; ``verdicts`` is told whom the school knows. Columns that are not mapped are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from school.imports import prefixes, sheet_fields, sheet_headers, sheet_names, sheet_values
from school.imports.guardian_verdicts import (
    ASKED,
    VERDICTS,
    KnownPerson,
    Verdict,
    shared_mailboxes,
    verdicts,
)
from school.imports.sheet_children import KnownChild
from school.imports.sheet_names import Name
from school.imports.sheet_rows import ChildOnRow, GuardianOnRow, Problem, SheetRow, to_json
from school.imports.sheet_rows import guardian_rows as from_json
from school.imports.sheet_writing import template_csv, write_children_csv, write_csv, write_xlsx
from school.imports.sheets import Row, Table
from school.lib import clock
from school.lib.text import mark

__all__ = [
    "ASKED",
    "VERDICTS",
    "ChildOnRow",
    "GuardianOnRow",
    "KnownChild",
    "KnownPerson",
    "Problem",
    "SheetRow",
    "Verdict",
    "from_json",
    "read",
    "template_csv",
    "to_json",
    "verdicts",
    "write_children_csv",
    "write_csv",
    "write_xlsx",
]


def read(table: Table, mapping: dict[int, str], layout: str, today: date | None = None) -> tuple[SheetRow, ...]:
    """A row for each row of the sheet, in its order. ``mapping`` (column → field) may be anybody's choice."""
    columns = sheet_fields.columns(mapping, layout, len(table.headers))
    relations = {
        key.partition(".")[0]: relation
        for key, column in columns.items()
        if (relation := sheet_headers.relation_in(table.headers[column]))
    }
    rows = tuple(_Reader(row, columns, relations, today or clock.today()).row(layout) for row in table.rows)
    return _with_shared_mailboxes(rows)


def _with_shared_mailboxes(rows: tuple[SheetRow, ...]) -> tuple[SheetRow, ...]:
    shared = shared_mailboxes(rows)
    return tuple(replace(row, problems=row.problems + tuple(_shared(row, shared))) for row in rows) if shared else rows


def _shared(row: SheetRow, shared: dict[str, tuple[str, ...]]) -> list[Problem]:
    return [
        Problem(
            severity="error",
            kind="shared mailbox",
            message=SHARED_NAMED if len(shared[guardian.email]) > 1 else SHARED,
            values=(("address", guardian.email), ("names", ", ".join(shared[guardian.email]))),
            guardian=place,
        )
        for place, guardian in enumerate(row.guardians, start=1)
        if guardian.email in shared
    ]


NO_CHILD = mark("This row names no child.")
NO_GUARDIAN = mark("This row names no guardian.")
NAMELESS = mark("No name is given for %(address)s.")
NO_FIRST_NAME = mark("No first name is given for “%(name)s”.")
ONLY_A_NUMBER = mark("“%(phone)s” is left out: there is no name and no address with it.")
FAMILY = mark("“%(name)s” is a family. Give the name of one person.")
TWO_PEOPLE = mark("“%(names)s” is more than one person. Give each a name and an address.")
TWO_ADDRESSES = mark("There are two addresses: %(address)s is used, %(other)s is not.")
TWO_ADDRESSES_DIVIDED = mark("There are two addresses in one cell. They are read as two guardians.")
PREFIX = mark("The prefix “%(prefix)s” stands in the surname “%(name)s”.")
SHARED = mark("%(address)s belongs to two guardians. Choose whose it is.")
SHARED_NAMED = mark("%(address)s belongs to more than one name: %(names)s. Choose whose it is.")


@dataclass(slots=True)
class _Reader:
    """One row, while it is read."""

    source: Row
    columns: dict[str, int]
    relations: dict[str, str]
    """Owner (``"guardian1"``) → the relation that stands in its headers."""
    today: date
    problems: list[Problem] = field(default_factory=list)
    place: int = 0
    """The guardian that is read now."""

    def row(self, layout: str) -> SheetRow:
        children = self._children(several=layout == "guardian")
        guardians: list[GuardianOnRow] = []
        for owner in dict.fromkeys(key.partition(".")[0] for key in sorted(self.columns) if key.startswith("guardian")):
            self.place = len(guardians) + 1
            guardians += self._guardians(owner)
        self.place = 0
        if not children:
            self._tell("error", "no child", NO_CHILD)
        if not guardians:
            self._tell("warning", "no guardian", NO_GUARDIAN)
        return SheetRow(
            line=self.source.line, children=children, guardians=tuple(guardians), problems=tuple(self.problems)
        )

    def _cell(self, key: str) -> str:
        column = self.columns.get(key)
        text = self.source.cells[column][:500] if column is not None else ""
        if "\n" not in text:
            return " ".join(text.split())
        return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()

    def _line(self, key: str) -> str:
        return self._cell(key).replace("\n", " ")

    def _tell(self, severity: str, kind: str, message: str, /, **values: str) -> None:
        told = tuple(values.items())
        self.problems.append(Problem(severity=severity, kind=kind, message=message, values=told, guardian=self.place))

    def _value(self, key: str, read: Callable[[str], tuple[str, str]], kind: str, name: str, severity: str) -> str:
        """A cell as a value; what cannot be read is told."""
        cell = self._cell(key)
        value, wrong = read(cell)
        if wrong:
            self._tell(severity, kind, wrong, **{name: cell})
        return value

    # ── the child ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _children(self, several: bool) -> tuple[ChildOnRow, ...]:
        number = self._line("child.number")
        numbers = [] if sheet_values.is_empty(number) else [number]
        if several:
            numbers = [part for cell in numbers for part in re.split(r"[,;\s/]+", cell) if part]
        if len(numbers) > 1:
            return tuple(ChildOnRow(number=one) for one in dict.fromkeys(numbers))
        first, prefix, last = self._child_name()
        child = ChildOnRow(
            first=first,
            prefix=prefix,
            last=last,
            birth_date=self._birth_date(),
            number="".join(numbers),
            group=self._line("child.group"),
            level=self._line("child.level"),
        )
        return (child,) if child.called else ()

    def _child_name(self) -> tuple[str, str, str]:
        parts = self._line("child.first"), self._line("child.prefix"), self._line("child.last")
        if parts[0] or parts[2]:
            return parts
        named = sheet_names.in_one_cell(self._line("child.name"))
        if len(named) != 1:
            return self._line("child.name"), "", ""
        return named[0].first, named[0].prefix, named[0].last

    def _birth_date(self) -> date | None:
        cell = self._line("child.birth_date")
        day, wrong = sheet_values.birth_date(cell, self.today)
        if wrong:
            self._tell("warning", "birth date", wrong, day=cell)
        return day

    # ── the guardians ───────────────────────────────────────────────────────────────────────────────────────────────

    def _guardians(self, owner: str) -> list[GuardianOnRow]:
        named, guessed = self._names(owner)
        good, unusable = self._addresses(owner)
        phone = self._value(f"{owner}.phone", sheet_values.phone, "phone", "phone", "warning")
        if not named and not good and not unusable:
            if phone:
                self._tell("warning", "no name", ONLY_A_NUMBER, phone=phone)
            return []
        common = GuardianOnRow(
            phone=phone,
            unusable="" if good else unusable,
            relation=self._relation(owner),
            authority=self._value(f"{owner}.authority", sheet_values.authority, "authority", "word", "warning"),
            language=self._value(f"{owner}.language", sheet_values.language, "language", "word", "note"),
            guessed=guessed,
        )
        if not named:
            return self._nameless(common, good)
        return self._named(common, named, good)

    def _nameless(self, common: GuardianOnRow, good: list[str]) -> list[GuardianOnRow]:
        """An address without a name, as in the sheet of Social Schools: one person each."""
        if len(good) > 1:
            self._tell("warning", "two addresses", TWO_ADDRESSES_DIVIDED)
        for address in good:
            self._tell("note", "no name", NAMELESS, address=address)
            self.place += 1
        return [replace(common, email=address) for address in good] or [common]

    def _named(self, common: GuardianOnRow, named: tuple[Name, ...], good: list[str]) -> list[GuardianOnRow]:
        if len(named) > 1:
            whole = ", ".join(" ".join(part for part in (one.first, one.prefix, one.last) if part) for one in named)
            self._tell("error", "two people", TWO_PEOPLE, names=whole)
        if len(good) > 1:
            self._tell("warning", "two addresses", TWO_ADDRESSES, address=good[0], other=", ".join(good[1:]))
        email = good[0] if good else ""
        read = [replace(common, first=one.first, prefix=one.prefix, last=one.last, email=email) for one in named]
        for name, guardian in zip(named, read, strict=True):
            self._look_at(name, guardian)
        return read

    def _look_at(self, name: Name, guardian: GuardianOnRow) -> None:
        if name.family:
            self._tell("warning", "family name", FAMILY, name=guardian.full_name)
        elif not name.first:
            self._tell("note", "no first name", NO_FIRST_NAME, name=guardian.full_name)
        if offered := prefixes.offer(name.prefix, name.last):
            self._tell("note", "prefix", PREFIX, prefix=offered[0], name=name.last)

    def _names(self, owner: str) -> tuple[tuple[Name, ...], bool]:
        """Who is named, and whether a name had to be taken apart for it."""
        first, last = self._cell(f"{owner}.first"), self._line(f"{owner}.last")
        prefix = self._line(f"{owner}.prefix")
        if not first and not last:
            named = sheet_names.in_one_cell(self._cell(f"{owner}.name"))
            return named, bool(named)
        people = sheet_names.in_one_cell(first)
        if len(people) > 1:  # "Anne en Bas", and one surname
            return tuple(Name(one.first or one.last, prefix, last) for one in people), True
        return (Name(first.replace("\n", " "), prefix, last),), False

    def _addresses(self, owner: str) -> tuple[list[str], str]:
        """The addresses that are one, and the first that is not."""
        found = sheet_values.addresses(self._cell(f"{owner}.email"))
        good = [address.text for address in found if not address.wrong]
        for address in found:
            if address.wrong:
                self._tell("warning" if good else "error", "invalid address", address.wrong, address=address.text)
        return good, next((address.text for address in found if address.wrong), "")

    def _relation(self, owner: str) -> str:
        cell = self._line(f"{owner}.relation")
        return cell.casefold() if not sheet_values.is_empty(cell) else self.relations.get(owner, "")
