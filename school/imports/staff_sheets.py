"""Staff sheets: a table and what its columns are → rows of staff. Roles are suggestions that somebody confirms."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace

from school.groups import WEEKDAYS
from school.imports import prefixes, sheet_fields, sheet_names, sheet_values
from school.imports.sheet_names import Name
from school.imports.sheet_rows import Problem, StaffRow, to_json
from school.imports.sheet_rows import staff_rows as from_json
from school.imports.sheets import Row, Table
from school.lib import names
from school.lib.text import mark

__all__ = ["Problem", "StaffRow", "from_json", "read", "to_json"]

_ROLES: tuple[tuple[str, str, str], ...] = (
    # What a word begins with, the role it suggests, and what that is in a group. The first that fits counts.
    (r"applicatiebeheer|systeembeheer|beheer|administrator|admin$", "admin", ""),
    (r"adjunct|direct|schoolleid|locatieleid|head ?teacher|headmaster|principal|deputy head", "director", ""),
    (r"administrati|secretar|office|schooladmin|boekhoud", "office", ""),
    (r"intern begeleid|intern begeleidst|ib er|iber|ib$|zorgco|zorg co|kwaliteitsco|care|senco", "care", ""),
    (r"vakleer|vakdocent|gym|bewegingsond|muziek|logoped|specialist|remedial|rt er|rt$", "support", "specialist"),
    (
        r"onderwijsassist|klassenassist|assistent|lerarenonderst|leraaronderst|oop|teaching assist",
        "support",
        "assistant",
    ),
    (r"stagiair|stage|lio|intern$|trainee|onderwijsonderst|conci", "support", "assistant"),
    (r"inval|vervang|substitute|supply", "teacher", "substitute"),
    (r"leerkracht|leraar|lerares|docent|groepsleer|juf|meester|teacher|lk$|duo", "teacher", "teacher"),
)
_TEAM_ORDER = ("teacher", "substitute", "specialist", "assistant")

_DAY_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "ma maandag maa mo mon monday",
            "di dinsdag din tu tue tues tuesday",
            "wo woensdag woe we wed wednesday",
            "do donderdag don th thu thur thurs thursday",
            "vr vrijdag vrij fr fri friday",
        )
    )
    for word in words.split()
}
_EVERY_DAY = {"alle dagen", "hele week", "de hele week", "elke dag", "alle", "all days", "every day", "all"}
_TO = re.compile(r"\s*(?:t\s*/\s*m|tot en met|t\.?e\.?m\.?|until|through|to|tot)\s*")

UNKNOWN_ROLE = mark("“%(word)s” is a role we do not know. Choose one.")
UNKNOWN_DAYS = mark("“%(word)s” is not a school day.")
NO_NAME = mark("This row has no name.")
NO_FIRST_NAME = mark("No first name is given for “%(name)s”.")
NO_ADDRESS = mark("There is no e-mail address.")
PREFIX = mark("The prefix “%(prefix)s” stands in the surname “%(name)s”.")
TWO_PEOPLE = mark("“%(names)s” is more than one person. Give each a row.")
TWO_ADDRESSES = mark("There are two addresses: %(address)s is used, %(other)s is not.")
SHARED = mark("%(address)s belongs to more than one name: %(names)s. Choose whose it is.")
TWICE = mark("%(name)s stands in this sheet more than once.")


def read(table: Table, mapping: dict[int, str]) -> tuple[StaffRow, ...]:
    """A row for each row of the sheet, in its order. ``mapping`` (column → field) may be anybody's choice."""
    columns = sheet_fields.columns(mapping, "staff", len(table.headers))
    return _with_shared_mailboxes([_Reader(row, columns).row() for row in table.rows])


def _with_shared_mailboxes(rows: list[StaffRow]) -> tuple[StaffRow, ...]:
    by_email: dict[str, list[StaffRow]] = defaultdict(list)
    for row in rows:
        by_email[row.email].append(row)
    return tuple(_looked_at(row, by_email[row.email]) for row in rows)


def _looked_at(row: StaffRow, same_address: list[StaffRow]) -> StaffRow:
    if not row.email or len(same_address) == 1:
        return row
    called = ", ".join(dict.fromkeys(one.full_name for one in same_address))
    if all(sheet_names.could_be_same(one.parts, row.parts) for one in same_address):
        problem = Problem(severity="warning", kind="listed twice", message=TWICE, values=(("name", called),))
    else:
        values = (("address", row.email), ("names", called))
        problem = Problem(severity="error", kind="shared mailbox", message=SHARED, values=values)
    return replace(row, problems=(*row.problems, problem))


# ── one row ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Reader:
    """One row, while it is read."""

    source: Row
    columns: dict[str, int]
    problems: list[Problem] = field(default_factory=list)

    def row(self) -> StaffRow:
        name, guessed = self._name()
        email, unusable = self._address()
        found, team_role = self._roles()
        return StaffRow(
            line=self.source.line,
            first=name.first,
            prefix=name.prefix,
            last=name.last,
            salutation=self._salutation() or name.salutation,
            email=email,
            unusable=unusable,
            phone=self._phone(),
            roles=found,
            team_role=team_role,
            role_text=self._cell("role"),
            groups=groups(self._cell("groups")),
            days=self._days(),
            guessed=guessed,
            problems=tuple(self.problems),
        )

    def _cell(self, what: str) -> str:
        column = self.columns.get(f"staff.{what}")
        return " ".join(self.source.cells[column][:500].split()) if column is not None else ""

    def _tell(self, severity: str, kind: str, message: str, /, **values: str) -> None:
        self.problems.append(Problem(severity=severity, kind=kind, message=message, values=tuple(values.items())))

    def _name(self) -> tuple[Name, bool]:
        name, guessed = Name(self._cell("first"), self._cell("prefix"), self._cell("last")), False
        if not name.first and not name.last:
            named = sheet_names.in_one_cell(self._cell("name"))
            name, guessed = (named or (Name(),))[0], bool(named)
            if len(named) > 1:
                self._tell("error", "two people", TWO_PEOPLE, names=self._cell("name"))
        self._look_at(name)
        return name, guessed

    def _look_at(self, name: Name) -> None:
        if not name.first and not name.last:
            self._tell("error", "no name", NO_NAME)
        elif not name.first:
            self._tell("warning", "no first name", NO_FIRST_NAME, name=names.full("", name.prefix, name.last))
        if offered := prefixes.offer(name.prefix, name.last):
            self._tell("note", "prefix", PREFIX, prefix=offered[0], name=name.last)

    def _address(self) -> tuple[str, str]:
        found = sheet_values.addresses(self._cell("email"))
        good = [address.text for address in found if not address.wrong]
        bad = [address for address in found if address.wrong]
        for address in bad:
            self._tell("warning" if good else "error", "invalid address", address.wrong, address=address.text)
        if len(good) > 1:
            self._tell("warning", "two addresses", TWO_ADDRESSES, address=good[0], other=", ".join(good[1:]))
        if not found:
            self._tell("warning", "no address", NO_ADDRESS)
        return (good[0], "") if good else ("", bad[0].text if bad else "")

    def _phone(self) -> str:
        number, wrong = sheet_values.phone(self._cell("phone"))
        if wrong:
            self._tell("warning", "phone", wrong, phone=self._cell("phone"))
        return number

    def _salutation(self) -> str:
        word = names.fold(self._cell("salutation"))
        return "juf" if word.startswith("juf") else "meester" if word.startswith(("meester", "mees")) else ""

    def _roles(self) -> tuple[tuple[str, ...], str]:
        found, team_role, unknown = roles(self._cell("role"))
        for word in unknown:
            self._tell("warning", "role", UNKNOWN_ROLE, word=word)
        return found, team_role

    def _days(self) -> tuple[str, ...]:
        found, unknown = days(self._cell("days"))
        for word in unknown:
            self._tell("warning", "days", UNKNOWN_DAYS, word=word)
        return found


# ── a cell ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def roles(cell: str) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """The roles a cell suggests, what that is in a group, and the words that are no role of ours."""
    parts = [part.strip() for part in re.split(r"[,;/&+\n]|\s+en\s+|\s+and\s+", cell) if part.strip()]
    parts = [part for part in parts if not sheet_values.is_empty(part)]
    told = [(part, _role(part)) for part in parts]
    found = dict.fromkeys(role for _part, suggested in told if suggested for role in [suggested[0]])
    team = {suggested[1] for _part, suggested in told if suggested}
    return (
        tuple(found),
        next((role for role in _TEAM_ORDER if role in team), ""),
        tuple(part for part, suggested in told if not suggested),
    )


def _role(part: str) -> tuple[str, str] | None:
    words = re.sub(r"[\W_]+", " ", names.fold(part)).strip()
    for pattern, role, team_role in _ROLES:
        if re.search(rf"\b(?:{pattern})", words):
            return role, team_role
    return None


def groups(cell: str) -> tuple[str, ...]:
    """``"groep 5, groep 1/2a en Plusgroep"`` → 5, 1/2a, Plusgroep. A slash belongs to a name."""
    parts = re.split(r"[,;+&\n]|\s+en\s+|\s+and\s+", "" if sheet_values.is_empty(cell) else cell)
    bare = (re.sub(r"^(?:groep|group)(?:en|s)?(?=[\s\d])\s*", "", part.strip(), flags=re.IGNORECASE) for part in parts)
    return tuple(dict.fromkeys(part for part in bare if part))


def days(cell: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Weekdays in their order, and the words that are none: "ma di wo" and "maandag t/m woensdag" are alike."""
    text = names.fold(cell).strip()
    if sheet_values.is_empty(text):
        return (), ()
    if text.strip(".") in _EVERY_DAY:
        return WEEKDAYS, ()
    runs = re.split(r"[,;+&/.\s]+", re.sub(r"\s*[-–]\s*", "-", _TO.sub("-", text)))
    found: set[int] = set()
    unknown: list[str] = []
    for run in runs:
        numbers = [_DAY_WORDS.get(word.rstrip("en") if word.endswith("dagen") else word) for word in run.split("-")]
        if None in numbers:
            unknown += [run] if run not in ("", "en", "and") else []
        else:
            found |= _days_of([number for number in numbers if number is not None])
    return tuple(WEEKDAYS[number] for number in sorted(found)), tuple(unknown)


def _days_of(numbers: list[int]) -> set[int]:
    """ "ma-wo" is a stretch of days, "ma-di-do" a list."""
    return set(range(numbers[0], numbers[1] + 1)) if len(numbers) == 2 and numbers[0] < numbers[1] else set(numbers)
