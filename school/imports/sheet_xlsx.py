"""The cells of an Excel workbook as text, with limits that are kept before anything is unpacked (SAFETY §6)."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import Any

from school.lib.text import Refused, _

MAX_ENTRIES = 200
MAX_UNPACKED = 50 * 1024 * 1024
MAX_TAGS = 1_000_000
"""A sheet of 400 pupils has a hundred thousand. Two million empty rows fit in 100 kB, and take a minute to read."""
MAX_COLUMNS = 100
LAST_LINE = 1_048_576
"""A sheet of Excel ends here. LibreOffice sometimes writes its last, empty row."""

CHUNK = 64 * 1024
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""What spreadsheet programs use; the others may ask for gigabytes to unpack."""
LEFT_OUT = re.compile(
    r"docProps/|customXml/|xl/(?:chartsheets|charts|drawings|theme|externalLinks|pivot\w+|worksheets/_rels|comments)"
)
"""Looked at for a DTD, and then not handed on: nobody's name stands there."""
ERRORS = {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}

Line = tuple[int, list[str]]


def lines(content: bytes) -> Iterator[Line]:
    """Number and cells of each line of the first visible sheet that has any. Raises Refused."""
    parts = list(_parts(content))
    try:
        yield from _first_with_content(_workbook(parts))
    except (Refused, GeneratorExit):
        raise
    except Exception as wrong:  # whatever a library makes of a workbook that is not one
        raise _unreadable() from wrong


def _unreadable() -> Refused:
    return Refused(_("This Excel file cannot be read. Save it again as .xlsx or .csv."), "file")


def too_large() -> Refused:
    return Refused(_("This Excel file is too large inside. Copy only the list to a new file."), "file")


# ── the zip file ────────────────────────────────────────────────────────────────────────────────────────────────────


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of the XML parts, unpacked in small steps: a directory can lie about their size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from _unpacked(archive, _checked(archive.infolist()))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError) as wrong:
        raise _unreadable() from wrong


def _checked(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise too_large()
    if not any(re.fullmatch(r"/?xl/.*\.xml", entry.filename) for entry in entries):
        # OpenDocument, Numbers, Word, Excel's binary kind, or just a zip file
        raise Refused(_("This is not an Excel sheet. Save the file as .xlsx or .csv."), "file")
    return [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    left, tags = MAX_UNPACKED, 0
    for entry in entries:
        if entry.compress_type not in METHODS:
            raise _unreadable()
        data = _read(archive, entry, left)
        left -= len(data)
        _refuse_dtd(data)
        if LEFT_OUT.match(entry.filename.lstrip("/")):
            continue
        if (tags := tags + data.count(b"<")) > MAX_TAGS:
            raise too_large()
        yield entry.filename, data


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    data = bytearray()
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            data += chunk
            if len(data) > limit:
                raise too_large()
    return bytes(data)


def _refuse_dtd(data: bytes) -> None:
    """No program writes one into a workbook; also found when the part is UTF-16."""
    if b"<!DOCTYPE" in (data.replace(b"\0", b"") if b"\0" in data else data):
        raise _unreadable()


def _workbook(parts: Iterable[tuple[str, bytes]]) -> Any:
    """Opened from a copy that holds only what was checked, in the size that was checked."""
    from openpyxl import load_workbook  # 34 MB, and only an import needs it

    warnings.filterwarnings("ignore", module=r"openpyxl\.")  # about styles and extensions that we do not read
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as archive:
        for name, data in dict(parts).items():
            archive.writestr(name, data)
    return load_workbook(copy, read_only=True, data_only=True, keep_links=False)


# ── the cells ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _first_with_content(book: Any) -> Iterator[Line]:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            found = _sheet(sheet)
            first = next((line for line in found if any(line[1])), None)
            if first:
                yield first
                yield from found
                return


def _sheet(sheet: Any) -> Iterator[Line]:
    sheet.reset_dimensions()  # what the file says about its own size need not be so
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > LAST_LINE:
            raise _unreadable()
        if row:  # between two rows there may be a million empty ones
            cells = row[:MAX_COLUMNS]
            if row[MAX_COLUMNS:].count(None) != len(row) - len(cells):
                raise too_wide()
            yield number, [written(value) for value in cells]


def too_wide() -> Refused:
    return Refused(_("This sheet has more than %(count)s columns. Keep those of the list.", count=MAX_COLUMNS), "file")


def written(value: object) -> str:
    """A cell as a person reads it: days as dd-mm-yyyy, whole numbers as digits (a phone number is no 612345678.0)."""
    if value is None or value in ERRORS:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else str(value)
    if isinstance(value, date):  # a moment as well: nobody's birth has a time here
        return f"{value.day:02}-{value.month:02}-{value.year:04}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value).replace("_x000D_", "")
