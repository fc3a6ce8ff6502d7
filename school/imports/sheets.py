"""A sheet as people hand it in, CSV or Excel, as one table of text. What stands in it is for others to know.

Nothing is guessed about the encoding: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1252, which is what Excel
writes on a Dutch Windows.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from school.imports import sheet_xlsx
from school.imports.sheet_xlsx import MAX_COLUMNS, Line
from school.lib.text import Refused, _

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5000

DELIMITERS = (";", ",", "\t")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program takes for the beginning of a formula (SAFETY §6)."""
_TOLD_DELIMITER = re.compile(r'"?sep=([;,\t|])"?[;,\t]*\r?\n', re.IGNORECASE)
_END = "\x1e"
"""A line put under the last one: a quotation mark that was never closed swallows it."""
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*")
_UNSEEN = dict.fromkeys([0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F)])
"""Comes along when somebody copies an address from a mail."""
_ABOVE = 5
"""A title or a date may stand above the headers, in at most this many lines."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    """As the spreadsheet program, or an editor, counts them: the first is 1."""
    cells: tuple[str, ...]
    """As many as there are headers."""


@dataclass(frozen=True, slots=True)
class Table:
    headers: tuple[str, ...]
    """As they stand there, on one line; empty for a column without one."""
    rows: tuple[Row, ...]


def read(content: bytes, filename: str) -> Table:
    """The table of a CSV or XLSX file. What it is, is seen from the content; a name can be mistaken."""
    if len(content) > MAX_BYTES:
        raise Refused(_("The file is larger than %(size)s MB.", size=MAX_BYTES // 1024**2), "file")
    _refuse_other_kinds(content, filename)
    return _table(sheet_xlsx.lines(content) if content.startswith(b"PK\3\4") else _csv(_text(content)))


# ── not a sheet ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _refuse_other_kinds(content: bytes, filename: str) -> None:
    start = content[:16]
    if start.startswith(b"{\\rtf") or filename.casefold().endswith((".doc", ".docx", ".ods", ".numbers", ".xlsb")):
        sentence = _("This is not an Excel sheet. Save the file as .xlsx or .csv.")
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        sentence = _("This is an old Excel file, or one with a password. Save it as .xlsx without a password.")
    elif start.startswith(b"%PDF"):
        sentence = _("This is a PDF. Save the list as .xlsx or .csv.")
    elif start.startswith(PICTURES) or start[4:8] == b"ftyp":
        sentence = _("This is a picture. Save the list as .xlsx or .csv.")
    else:
        return
    raise Refused(sentence, "file")


def _refuse_markup(text: str) -> None:
    start = text[:2000].lstrip()
    if not start.startswith("<"):
        return
    if re.search(r"<(\w+:)?edex\b", start, re.IGNORECASE):
        raise Refused(_("This is an EDEXML file, not a sheet. Choose EDEXML to bring it in."), "file")
    raise Refused(_("This is a web page or XML file. Open it in Excel and save it as .xlsx or .csv."), "file")


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(content: bytes) -> str:
    text = _decoded(content)
    if strange := re.search(r"[\0-\x08\x0e-\x1f\ufffe\uffff]", text):
        line = text.count("\n", 0, strange.start()) + 1
        raise Refused(_("Line %(line)s is not text. Save the file as .xlsx or .csv.", line=line), "file")
    _refuse_markup(text)
    return text


def _decoded(content: bytes) -> str:
    encodings = ["utf-8", "cp1252"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif content.startswith(codecs.BOM_UTF8):
        content, encodings = content.removeprefix(codecs.BOM_UTF8), ["utf-8"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as wrong:
            line = content.count(b"\n", 0, wrong.start) + 1
    raise Refused(_("Line %(line)s is not text. Save the file as .xlsx or .csv.", line=line), "file")


def _csv(text: str) -> Iterator[Line]:
    told = _TOLD_DELIMITER.match(text)
    skipped, body = (1, text[told.end() :]) if told else (0, text)
    for line, cells in _records(body, told[1] if told else _delimiter(body)):
        yield line + skipped, cells


def _delimiter(text: str) -> str:
    """The one that cuts the most lines into equally many cells; with a tie, into more cells."""

    def evenness(delimiter: str) -> tuple[int, int]:
        widths: Counter[int] = Counter()
        try:
            widths.update(len(cells) for _line, cells in islice(_records(text, delimiter), 20) if len(cells) > 1)
        except Refused:  # told when the whole is read
            return 0, 0
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(DELIMITERS, key=evenness)


def _records(text: str, delimiter: str) -> Iterator[Line]:
    """Each record with the line it begins on; a quoted cell may go on over several lines."""
    reader = csv.reader(chain(io.StringIO(text, newline=""), [_END]), delimiter=delimiter)
    line = 1
    try:
        for following in reader:
            if following == [_END]:
                return
            if following[-1:] and following[-1].endswith(_END):
                raise _unclosed(line)
            yield line, following
            line = reader.line_num + 1
    except csv.Error as wrong:
        raise _unclosed(line) from wrong


def _unclosed(line: int) -> Refused:
    return Refused(_("On line %(line)s a quotation mark opens and does not close.", line=line), "file")


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(lines: Iterable[Line]) -> Table:
    filled = _filled(lines)
    if not filled:
        raise Refused(_("There is nothing in this sheet."), "file")
    (_line, headers), *rows = filled[_header_line(filled) :]
    if len(rows) > MAX_ROWS:
        raise Refused(_("This sheet has more than %(count)s rows. Divide it.", count=MAX_ROWS), "file")
    width = max(len(headers), *(len(cells) for _line, cells in rows)) if rows else len(headers)
    return Table(
        tuple(" ".join(header.split()) for header in _padded(headers, width)),
        tuple(Row(line, _padded(cells, width)) for line, cells in rows),
    )


def _filled(lines: Iterable[Line]) -> list[Line]:
    """The lines with something in them, without the empty cells at their end."""
    filled: list[Line] = []
    signs = 0
    for line, raw in lines:
        signs += sum(map(len, raw))  # a workbook says a long text once and shows it in a thousand cells
        if signs > MAX_BYTES:
            raise sheet_xlsx.too_large()
        cells = [cleaned(cell) for cell in raw]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise sheet_xlsx.too_wide()
        if cells:
            filled.append((line, cells))
        if len(filled) > MAX_ROWS + _ABOVE:
            break
    return filled


def _padded(cells: list[str], width: int) -> tuple[str, ...]:
    return (*cells, *[""] * (width - len(cells)))


def _header_line(filled: list[Line]) -> int:
    """A title above the headers stands in one cell; headers stand in several."""
    for index, (_line, cells) in enumerate(filled[:_ABOVE]):
        if sum(map(bool, cells)) > 1:
            return index
    return 0


def cleaned(cell: str) -> str:
    """Without space around it, what cannot be seen, and the mark that keeps a formula from running."""
    text = unicodedata.normalize("NFC", cell.translate(_UNSEEN).replace("\xa0", " ")).strip(" \t\r\n")
    return text[1:].strip() if text.startswith("'") and text[1:].startswith(DANGEROUS) else text


def neutralised(cell: str) -> str:
    """The same text, which no spreadsheet program takes for a formula; ``cleaned`` gives it back as it was."""
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell
