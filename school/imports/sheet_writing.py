"""Guardian sheets as files: what ``guardian_sheets.read`` reads back as it was, and empty ones for the office.

Headers and answers are Dutch, as in the sheets that schools have; no cell can run as a formula (SAFETY §6).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from school.imports.sheet_fields import GUARDIANS
from school.imports.sheet_rows import ChildOnRow, GuardianOnRow, SheetRow
from school.imports.sheets import neutralised

_GUARDIAN = ("voornaam", "tussenvoegsel", "achternaam", "e-mail", "mobiel", "relatie", "gezag", "thuistaal")
_CHILD = ("Roepnaam", "Tussenvoegsel", "Achternaam", "Geboortedatum", "Leerlingnummer", "Groep", "Leerjaar")
PER_GUARDIAN = (
    *(name.capitalize() for name in _GUARDIAN),
    *("Leerlingnummers", "Roepnaam kind", "Tussenvoegsel kind", "Achternaam kind", "Geboortedatum kind"),
    *("Groep kind", "Leerjaar kind"),
)
STAFF = (
    *("Voornaam", "Tussenvoegsel", "Achternaam", "Juf/meester", "E-mail", "Mobiel", "Functie", "Groepen", "Werkdagen"),
)
_ANSWERS = {"yes": "ja", "no": "nee", "unknown": ""}

Cells = list[str]


def per_child(guardians: int = GUARDIANS) -> tuple[str, ...]:
    numbers = range(1, guardians + 1)
    return (*_CHILD, *(f"Verzorger {number} {name}" for number in numbers for name in _GUARDIAN))


def template_csv(layout: str) -> bytes:
    """An empty sheet to hand to the office: "child", "guardian" or "staff".

    Four guardians a child, not two: who sees two places thinks that two is the limit.
    """
    headers = {"child": per_child(), "guardian": PER_GUARDIAN, "staff": STAFF}[layout]
    return _csv([list(headers)])


def write_csv(rows: Iterable[SheetRow]) -> bytes:
    """A row per guardian; for each child that is more than a number, a row of its own."""
    return _csv([list(PER_GUARDIAN), *_per_guardian(rows)])


def write_children_csv(rows: Iterable[SheetRow]) -> bytes:
    """A row per child, with as many guardians on it as there are places; the others follow on a next row."""
    rows = list(rows)
    most = max((len(row.guardians) for row in rows), default=0)
    places = min(max(most, 2), GUARDIANS)
    return _csv([list(per_child(places)), *_per_child(rows, places)])


def write_xlsx(rows: Iterable[SheetRow]) -> bytes:
    """The same as ``write_csv``, every cell as text: Excel must not make numbers of telephone numbers."""
    from openpyxl import Workbook  # 34 MB, and only an export needs it
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Verzorgers")
    sheet.freeze_panes = "A2"
    for cells in [list(PER_GUARDIAN), *_per_guardian(rows)]:
        written = [WriteOnlyCell(sheet, _safe(cell)) for cell in cells]
        for cell in written:
            cell.data_type, cell.number_format = "s", "@"
        sheet.append(written)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(lines: Iterable[Cells]) -> bytes:
    """As Excel on a Dutch Windows opens it at once: with a mark in front, and semicolons."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([_safe(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    return neutralised(re.sub(r"[\0-\x08\x0b-\x1f]", "", cell))


def _per_guardian(rows: Iterable[SheetRow]) -> Iterator[Cells]:
    for row in rows:
        for guardian in row.guardians or [GuardianOnRow()]:
            for child in _together(row.children):
                yield [*_guardian(guardian), child.number, *_named(child), child.group, child.level]


def _together(children: tuple[ChildOnRow, ...]) -> list[ChildOnRow]:
    """Children of whom only the number is known stand in one cell."""
    if len(children) > 1 and all(child == ChildOnRow(number=child.number) for child in children):
        return [ChildOnRow(number=", ".join(child.number for child in children))]
    return list(children) or [ChildOnRow()]


def _per_child(rows: Iterable[SheetRow], places: int) -> Iterator[Cells]:
    for row in rows:
        for child in row.children or [ChildOnRow()]:
            for start in range(0, max(len(row.guardians), 1), places):
                here = row.guardians[start : start + places]
                filled = [*here, *[GuardianOnRow()] * (places - len(here))]
                cells = [cell for guardian in filled for cell in _guardian(guardian)]
                yield [*_named(child), child.number, child.group, child.level, *cells]


def _named(child: ChildOnRow) -> Cells:
    born = f"{child.birth_date:%d-%m-%Y}" if child.birth_date else ""
    return [child.first, child.prefix, child.last, born]


def _guardian(one: GuardianOnRow) -> Cells:
    answer = _ANSWERS[one.authority]
    return [one.first, one.prefix, one.last, one.email or one.unusable, one.phone, one.relation, answer, one.language]
