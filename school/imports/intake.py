"""From a file to a preview, whatever kind of file: the same for the page and for the command line.

Reading takes no lock and asks nothing of the database but which columns somebody has named before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from school.imports import edexml, guardian_sheets, runs, sheet_headers, sheet_rows, sheets, staff_sheets
from school.imports.edexml_data import days_of
from school.imports.runs import ImportRun
from school.imports.sheet_headers import Recognised
from school.imports.sheets import Row, Table
from school.lib import clock
from school.lib.text import Refused, _

LARGEST = 5 * 2**20
"""Bytes of a file, whatever it is."""
GUARDIAN_LAYOUTS = ("child", "guardian")


def payload(kind: str, content: bytes, filename: str) -> str:
    """What is kept of a file until somebody has looked at it. Raises Refused."""
    if not content:
        raise Refused(_("This file is empty."), "file")
    if kind == "edexml":
        told = edexml.read(content)
        if days_of(told.school_year)[1] < clock.today():
            raise Refused(_("This file is about school year %(year)s, which is over.", year=told.school_year), "file")
        return edexml.to_json(told)
    table = sheets.read(content, filename)
    recognised = recognise(kind, table.headers)
    chosen = _remembered(table.headers) or (recognised if recognised.certain else None)
    if chosen is None:
        unread = set(recognised.unread)  # what is not ours to read is not kept either
        rows = [[row.line, *("" if n in unread else cell for n, cell in enumerate(row.cells))] for row in table.rows]
        return runs.keep_table(list(table.headers), rows)
    return runs.keep_rows(_read(kind, table, chosen.mapping, chosen.layout))


def recognise(kind: str, headers: tuple[str, ...] | list[str]) -> Recognised:
    return sheet_headers.recognise_staff(headers) if kind == "staff" else sheet_headers.recognise(headers)


@dataclass
class _Chosen:
    layout: str
    mapping: dict[int, str]


def _remembered(headers: tuple[str, ...]) -> _Chosen | None:
    found = runs.remembered(sheet_headers.signature(headers))
    return _Chosen(found["layout"], {int(key): name for key, name in found["mapping"].items()}) if found else None


def _read(kind: str, table: Table, mapping: dict[int, str], layout: str) -> str:
    if kind == "staff":
        return sheet_rows.to_json(staff_sheets.read(table, mapping))
    return sheet_rows.to_json(guardian_sheets.read(table, mapping, layout))


def name_columns(run: ImportRun, layout: str, mapping: dict[int, str]) -> None:
    """Somebody said what each column is: read with that, and remember it for the next sheet like it. Raises Refused."""
    kept = runs.table_of(run)
    if kept is None:
        raise Refused(_("This import has been handled already."))
    headers, rows = kept
    table = Table(tuple(headers), tuple(Row(row[0], tuple(row[1:])) for row in rows))
    rows_read = _read(run.kind, table, mapping, layout)
    runs.name_columns(run, rows_read)
    told: dict[str, Any] = {"layout": layout, "mapping": {str(column): key for column, key in mapping.items()}}
    runs.remember(sheet_headers.signature(headers), told)
