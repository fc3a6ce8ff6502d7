"""Sheets as files: every kind of CSV and Excel that offices hand in, and what must not get any further."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, time
from time import process_time as time_of_work

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from school.imports import sheet_fields, sheet_headers, sheet_xlsx, sheets
from school.lib import text
from school.lib.text import Refused

SOCIAL_SCHOOLS = (
    "Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;E-mailadres ouder/verzorger 1;E-mailadres ouder/verzorger 2;"
    "Klasnaam;Leerjaar"
)


def refused(content: bytes, filename: str = "lijst.csv") -> str:
    with text.speaking("en"), pytest.raises(Refused) as caught:
        sheets.read(content, filename)
    assert caught.value.field == "file"
    return caught.value.sentence


def xlsx(fill: Callable[[Worksheet], None]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    fill(book.active)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def simple_xlsx() -> bytes:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Naam", "E-mail"])
        sheet.append(["Zoë", "zoe@post.example"])

    return xlsx(fill)


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    """The same workbook with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, data)
    return out.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end(delimiter: str, newline: str) -> None:
    content = newline.join(delimiter.join(row) for row in (["Naam", "E-mail"], ["Zoë", "z@post.example"])) + newline
    table = sheets.read(content.encode(), "lijst.csv")
    assert table.headers == ("Naam", "E-mail")
    assert table.rows == (sheets.Row(2, ("Zoë", "z@post.example")),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_that_offices_have(encoding: str) -> None:
    table = sheets.read("Naam;Plaats\nZoë Müller;’s-Gravenhage €\n".encode(encoding), "lijst.csv")
    assert table.rows[0].cells == ("Zoë Müller", "’s-Gravenhage €")


def test_big_endian_utf16_is_read_by_its_mark() -> None:
    assert sheets.read(b"\xfe\xff" + "Naam;X\nZoë;1".encode("utf-16-be"), "lijst.txt").rows[0].cells == ("Zoë", "1")


def test_windows_1252_is_not_taken_for_korean() -> None:
    """A charset guesser did, with a handful of accents; nothing is guessed here."""
    table = sheets.read("Roepnaam;Groep\nZoë;5\nNoé;5\nInès;5\n".encode("cp1252"), "lijst.csv")
    assert [row.cells[0] for row in table.rows] == ["Zoë", "Noé", "Inès"]


@pytest.mark.parametrize("told", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_first_line_of_excel_tells_the_delimiter(told: str) -> None:
    table = sheets.read(f"{told}\r\na,b,c;d\r\n1,2,3;4\r\n".encode(), "lijst.csv")
    assert table.headers == ("a,b,c", "d")
    assert table.rows[0].line == 3


def test_quoted_cells_may_hold_newlines_and_quotes_and_lines_are_counted_on() -> None:
    table = sheets.read(b'Naam;E-mail\n"An ""Ans"" Smit";"a@x.example\nb@x.example"\nBo;b@y.example\n', "lijst.csv")
    assert table.rows[0].cells == ('An "Ans" Smit', "a@x.example\nb@x.example")
    assert [row.line for row in table.rows] == [2, 4]


def test_commas_in_cells_do_not_make_a_comma_the_delimiter() -> None:
    rows = "".join(f"Smit, Bo;{number},{number},{number},{number}\n" for number in range(9))
    assert sheets.read(f"Naam;Leerlingnummers\n{rows}".encode(), "lijst.csv").headers == ("Naam", "Leerlingnummers")


def test_empty_lines_are_skipped_and_ragged_rows_padded() -> None:
    table = sheets.read(b"a;b;c;;\n\n;;;;\n1\n1;2;3;;\n  ;\xc2\xa0;\n", "lijst.csv")
    assert table.headers == ("a", "b", "c")
    assert [(row.line, row.cells) for row in table.rows] == [(4, ("1", "", "")), (5, ("1", "2", "3"))]


def test_a_column_without_a_header_is_kept_when_something_stands_in_it() -> None:
    table = sheets.read(b"a;b\n1;2;3\n", "lijst.csv")
    assert table.headers == ("a", "b", "")
    assert table.rows[0].cells == ("1", "2", "3")


def test_a_title_above_the_headers_is_passed_over() -> None:
    table = sheets.read(b"Groepslijst 2026-2027;;\n\nNaam;E-mail;Groep\nBo;b@x.example;5\n", "lijst.csv")
    assert table.headers == ("Naam", "E-mail", "Groep")
    assert table.rows[0].line == 4


def test_one_column_is_a_table_too() -> None:
    assert sheets.read(b"E-mail\na@x.example\nb@x.example\n", "lijst.csv").headers == ("E-mail",)


def test_what_cannot_be_seen_is_taken_off() -> None:
    """Addresses that were copied from a mail bring marks along that no eye sees."""
    table = sheets.read("E-mail;X\n\u200b\u202aa@x.example\u202c\xa0;1\n".encode(), "lijst.csv")
    assert table.rows[0].cells[0] == "a@x.example"


def test_accents_from_a_mac_are_the_same_accents() -> None:
    assert sheets.read("Naam;X\nZoe\u0308;1\n".encode(), "lijst.csv").rows[0].cells[0] == "Zoë"


def test_a_quotation_mark_that_does_not_close_is_told_with_its_line() -> None:
    content = b'a;b\n1;2\n3;"4\n' + b"5;6\n" * 50
    assert refused(content) == "On line 3 a quotation mark opens and does not close."


def test_so_is_one_that_swallows_more_than_a_cell_can_hold() -> None:
    assert "line 2" in refused(b'a;b\n"1;2\n' + b"5;6\n" * 50_000)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a;b\n1;2\x00\n", "Line 2 is not text"),
        (b"a;b\n1;2\n\x01;2\n", "Line 3 is not text"),
        (b"a;b\n\x81\x8d;2\n", "Line 2 is not text"),
        (b"\xef\xbb\xbfa;b\n\xff;2\n", "Line 2 is not text"),
        (b"", "nothing in this sheet"),
        (b"\n;;\n\n", "nothing in this sheet"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "picture"),
        (b"\xff\xd8\xff\xe0....", "picture"),
        (b"\x00\x00\x00\x18ftypheic", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Excel file, or one with a password"),
        (b'<?xml version="1.0"?>\n<EDEX><school/></EDEX>', "EDEXML"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><e:edex xmlns:e="urn:x"/>', "EDEXML"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "web page"),
        (b"{\\rtf1 hello}", "not an Excel sheet"),
    ],
)
def test_what_is_no_sheet_gets_a_sentence_that_says_what_to_do(content: bytes, told: str) -> None:
    assert told in refused(content)


@pytest.mark.parametrize("name", ["content.xml", "word/document.xml", "Index/Tables.iwa", "xl/workbook.bin"])
def test_other_zip_files_are_not_excel(name: str) -> None:
    """OpenDocument, Word, Numbers, Excel's binary kind."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(name, "<x/>")
    assert "Save the file as .xlsx or .csv" in refused(out.getvalue(), "lijst.ods")


def test_an_old_word_file_is_not_called_excel() -> None:
    assert "not an Excel sheet" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "lijst.doc")


def test_limits_of_size_rows_and_columns() -> None:
    assert "5 MB" in refused(b"a;b\n" + b"x" * sheets.MAX_BYTES)
    assert "5000 rows" in refused(b"a;b\n" + b"1;2\n" * 5001)
    assert len(sheets.read(b"a;b\n" + b"1;2\n" * 5000, "lijst.csv").rows) == 5000
    assert "100 columns" in refused(b";".join([b"x"] * 101) + b"\n1\n")


# ── Excel ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cells_of_excel_are_text_as_people_read_it() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["dag", "moment", "heel", "nummer", "half", "waar", "tekst", "tijd", "fout", "leeg"])
        days = [date(2018, 2, 3), datetime(2018, 2, 3, 12, 5)]
        sheet.append([*days, 612345678.0, 31612345678, 1.5, True, "0612345678", time(8, 30), "#N/A", None])

    table = sheets.read(xlsx(fill), "lijst.xlsx")
    assert table.rows[0].cells == (
        *("03-02-2018", "03-02-2018", "612345678", "31612345678", "1.5", "ja", "0612345678", "08:30", "", ""),
    )


def test_numbers_that_excel_wrote_as_fractions_are_digits() -> None:
    assert sheet_xlsx.written(612345678.0) == "612345678"
    assert sheet_xlsx.written(6.12345678e8) == "612345678"


def test_a_formula_counts_for_what_it_gave() -> None:
    content = simple_xlsx()
    sheet = part(content, "xl/worksheets/sheet1.xml")
    cell = b'<c r="C1" t="str"><f>A1&amp;B1</f><v>uitkomst</v></c></row>'
    content = with_part(content, "xl/worksheets/sheet1.xml", sheet.replace(b"</row>", cell, 1))
    assert sheets.read(content, "lijst.xlsx").headers == ("Naam", "E-mail", "uitkomst")


def test_the_first_visible_sheet_with_something_in_it_is_read() -> None:
    book = openpyxl.Workbook()
    hidden = book.create_sheet("verborgen")
    hidden.append(["geheim"])
    hidden.sheet_state = "hidden"
    book.create_sheet("lijst").append(["Naam", "E-mail"])
    assert sheets.read(saved(book), "lijst.xlsx").headers == ("Naam", "E-mail")


def test_lines_are_counted_as_excel_does() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["B1"], sheet["A7"], sheet["B9"] = "Naam", "E-mail", "Bo", "x"

    table = sheets.read(xlsx(fill), "lijst.xlsx")
    assert [(row.line, row.cells) for row in table.rows] == [(7, ("Bo", "")), (9, ("", "x"))]


def test_an_empty_last_row_far_below_is_no_reason_to_refuse() -> None:
    content = simple_xlsx()
    sheet = part(content, "xl/worksheets/sheet1.xml")
    sheet = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"/></row></sheetData>')
    assert len(sheets.read(with_part(content, "xl/worksheets/sheet1.xml", sheet), "lijst.xlsx").rows) == 1


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (b'<row r="999999999999"><c r="A3"><v>1</v></c></row>', "cannot be read"),
        (b'<row r="3"><c r="ZZZZ3"><v>1</v></c></row>', "cannot be read"),
        (b'<row r="3"><c r="A3" t="s"><v>99999</v></c></row>', "cannot be read"),
        (b'<row r="3"><c r="A3"><v>' + b"9" * 5000 + b"</v></c></row>", "cannot be read"),
        (b'<row r="3"><c r="XFD3"><v>1</v></c></row>', "100 columns"),
        (b"<row", "cannot be read"),
    ],
)
def test_a_twisted_sheet_is_refused_in_words(cell: bytes, told: str) -> None:
    content = simple_xlsx()
    sheet = part(content, "xl/worksheets/sheet1.xml").replace(b"</sheetData>", cell + b"</sheetData>")
    assert told in refused(with_part(content, "xl/worksheets/sheet1.xml", sheet), "lijst.xlsx")


def test_what_the_file_says_about_its_own_size_is_not_believed() -> None:
    content = simple_xlsx()
    sheet = part(content, "xl/worksheets/sheet1.xml").replace(b'ref="A1:B2"', b'ref="A1:A1"')
    assert sheets.read(with_part(content, "xl/worksheets/sheet1.xml", sheet), "lijst.xlsx").rows[0].cells == (
        "Zoë",
        "zoe@post.example",
    )


def test_the_library_reads_with_the_guarded_parser() -> None:
    assert openpyxl.DEFUSEDXML


LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "lachen">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % previous * 10)
        for previous, letter in zip(b"abcdefgh", b"bcdefghi", strict=True)
    )
    + b"]>"
)


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "docProps/core.xml"])
def test_a_billion_laughs_in_any_part_is_refused(name: str) -> None:
    content = simple_xlsx()
    data = part(content, name)
    head, tail = (data[: data.index(b"?>") + 2], data[data.index(b"?>") + 2 :]) if b"?>" in data[:60] else (b"", data)
    assert "cannot be read" in refused(with_part(content, name, head + LAUGHS + tail), "lijst.xlsx")


def test_a_dtd_in_utf_16_is_seen_too() -> None:
    bomb = b"\xff\xfe" + ('<?xml version="1.0"?>' + LAUGHS.decode() + "<x>&i;</x>").encode("utf-16-le")
    assert "cannot be read" in refused(with_part(simple_xlsx(), "xl/styles.xml", bomb), "lijst.xlsx")


def test_should_a_dtd_ever_get_by_then_the_parser_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two locks: this is the second one."""
    monkeypatch.setattr(sheet_xlsx, "_refuse_dtd", lambda data: None)
    content = simple_xlsx()
    data = part(content, "xl/worksheets/sheet1.xml")
    assert "cannot be read" in refused(with_part(content, "xl/worksheets/sheet1.xml", LAUGHS + data), "lijst.xlsx")


def test_too_many_entries_are_refused_from_the_directory() -> None:
    out = io.BytesIO(simple_xlsx())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(200):
            archive.writestr(f"xl/extra{number}.xml", "<x/>")
    assert "too large inside" in refused(out.getvalue(), "lijst.xlsx")


def test_too_much_inside_is_refused_from_the_directory() -> None:
    bomb = with_part(simple_xlsx(), "xl/media/image1.png", bytes(51 * 1024 * 1024))
    assert len(bomb) < 100_000
    assert "too large inside" in refused(bomb, "lijst.xlsx")


def test_a_directory_that_lies_does_not_make_us_unpack_it() -> None:
    """It says 100 bytes, with the checksum of those, and holds 60 MB."""
    bomb = with_part(simple_xlsx(), "xl/worksheets/sheet1.xml", bytes(60 * 1024 * 1024))
    liar = lying(bomb, "xl/worksheets/sheet1.xml", 100)
    refused(simple_xlsx()[:-30], "lijst.xlsx")  # what is imported once does not count
    tracemalloc.start()
    try:
        assert "cannot be read" in refused(liar, "lijst.xlsx")
        assert tracemalloc.get_traced_memory()[1] < 10 * 1024 * 1024
    finally:
        tracemalloc.stop()


def lying(content: bytes, name: str, size: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo(name)
    told = struct.pack("<LLL", zlib.crc32(bytes(size)), entry.compress_size, size)
    true = struct.pack("<LLL", entry.CRC, entry.compress_size, entry.file_size)
    assert true in content
    return content.replace(true, told)


def test_what_is_counted_while_unpacking_stops_it_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_xlsx, "_checked", lambda entries: entries)
    monkeypatch.setattr(sheet_xlsx, "MAX_UNPACKED", 2000)
    assert "too large inside" in refused(simple_xlsx(), "lijst.xlsx")


def test_millions_of_empty_rows_are_refused_before_they_are_read() -> None:
    """100 kB, within every other limit, and half a minute of work."""
    content = simple_xlsx()
    sheet = part(content, "xl/worksheets/sheet1.xml").replace(b"</sheetData>", b"<row/>" * 2_000_000 + b"</sheetData>")
    started = time_of_work()
    assert "too large inside" in refused(with_part(content, "xl/worksheets/sheet1.xml", sheet), "lijst.xlsx")
    assert time_of_work() - started < 3


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_that_no_spreadsheet_uses_are_refused(method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(simple_xlsx())) as old, zipfile.ZipFile(out, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "cannot be read" in refused(out.getvalue(), "lijst.xlsx")


@pytest.mark.parametrize("cut", [30, 500, -30])
def test_half_a_file_is_refused_in_words(cut: int) -> None:
    assert refused(simple_xlsx()[:cut], "lijst.xlsx")


def test_a_chart_on_its_own_sheet_is_passed_over() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["Naam", "E-mail"])
    book.create_chartsheet("grafiek", 0)
    assert sheets.read(saved(book), "lijst.xlsx").headers == ("Naam", "E-mail")


# ── formulas ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cell", ["=1+1", "+49 170", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_a_dangerous_cell_is_neutralised_and_read_back(cell: str) -> None:
    assert sheets.neutralised(cell) == f"'{cell}"
    assert sheets.cleaned(sheets.neutralised(cell)) == cell.strip()


def test_an_apostrophe_of_a_name_stays() -> None:
    assert sheets.cleaned("'t Hof") == sheets.neutralised("'t Hof") == "'t Hof"


# ── headers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def fields(line: str) -> list[str]:
    headers = line.split(";")
    found = sheet_headers.recognise(headers)
    return [found.mapping.get(column, "") for column in range(len(headers))]


def test_the_sheet_of_social_schools_needs_no_mapping() -> None:
    found = sheet_headers.recognise(SOCIAL_SCHOOLS.split(";"))
    assert (found.layout, found.certain, found.unknown, found.missing) == ("child", True, (), ())
    assert list(found.mapping.values()) == [
        *("child.first", "child.prefix", "child.last", "child.birth_date", "guardian1.email", "guardian2.email"),
        *("child.group", "child.level"),
    ]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("spelling", "what"),
    [
        ("verzorger {} naam", "name"),
        ("Verzorger {}: mobiel", "phone"),
        ("Mobiel verzorger {}", "phone"),
        ("VERZORGER{}_E-MAIL", "email"),
        ("E-mail {}", "email"),
        ("e-mailadres ouder {}", "email"),
        ("Ouder {} voornaam", "first"),
        ("Ouder {}: Tussenvoegsel", "prefix"),
        ("contactpersoon {} achternaam", "last"),
        ("Contactpersoon {}", "name"),
        ("Relatie verzorger {}", "relation"),
        ("Relatie ouder {} tot kind", ""),
        ("Gezag (ja/nee) verzorger {}", "authority"),
        ("Ouderlijk gezag {}", "authority"),
        ("Thuistaal verzorger {}", "language"),
        ("Parent {} first name", "first"),
        ("Guardian {} e-mail address", "email"),
        ("Parent {}'s mobile number", "phone"),
        ("Ouder {} postcode", ""),
    ],
)
def test_every_spelling_of_a_numbered_guardian(spelling: str, what: str, number: int) -> None:
    key = f"guardian{number}.{what}" if what else ""
    assert fields(f"Roepnaam;Achternaam;{spelling.format(number)}")[2] == key


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Roepnaam", "child.first"),
        ("Voornaam leerling", "child.first"),
        ("Date of birth", "child.birth_date"),
        ("Geb.datum", "child.birth_date"),
        ("Leerlingnr.", "child.number"),
        ("Pupil number", "child.number"),
        ("KLAS", "child.group"),
        ("Stamgroep", "child.group"),
        ("Jaargroep", "child.level"),
        ("Nr.", ""),
        ("E-mail kind", ""),
        ("Leerkracht", ""),
        ("", ""),
    ],
)
def test_spellings_of_the_child(header: str, key: str) -> None:
    assert fields(f"{header};E-mail ouder 1")[0] == key


def test_a_row_per_guardian_is_recognised() -> None:
    found = sheet_headers.recognise(["Naam", "E-mail", "Mobiel", "Leerlingnummers", "Relatie", "Gezag"])
    assert (found.layout, found.certain) == ("guardian", True)
    assert list(found.mapping.values()) == [
        *("guardian.name", "guardian.email", "guardian.phone", "child.number", "guardian.relation"),
        "guardian.authority",
    ]


def test_english_headers_of_both_layouts() -> None:
    assert fields("Child first name;Child surname;Date of birth;Parent 1 e-mail;Parent 2 e-mail;Class") == [
        *("child.first", "child.last", "child.birth_date", "guardian1.email", "guardian2.email", "child.group"),
    ]
    assert fields("First name;Surname;Email;Pupil numbers") == [
        *("guardian.first", "guardian.last", "guardian.email", "child.number")
    ]


def test_next_to_a_first_name_naam_is_the_surname() -> None:
    assert fields("Roepnaam;Voorvoegsel;Naam;E-mail 1")[:3] == ["child.first", "child.prefix", "child.last"]


def test_the_mobile_number_is_preferred_and_the_other_one_left_to_a_person() -> None:
    found = sheet_headers.recognise(["Roepnaam", "Achternaam", "Telefoon ouder 1", "Mobiel ouder 1", "E-mail ouder 1"])
    assert found.mapping[3] == "guardian1.phone"
    assert found.unknown == (2,)
    assert not found.certain


def test_what_is_not_ours_to_read_is_known_and_left() -> None:
    found = sheet_headers.recognise(["Roepnaam", "Achternaam", "BSN", "Geslacht", "Postcode", "E-mail 1"])
    assert found.unread == (2, 3, 4)
    assert found.certain


def test_two_columns_with_one_meaning_are_a_question() -> None:
    found = sheet_headers.recognise(["Roepnaam", "Achternaam", "E-mail", "E-mail"])
    assert (found.unknown, found.certain) == ((3,), False)


def test_what_is_missing_is_named() -> None:
    assert sheet_headers.recognise(["Roepnaam", "Geboortedatum"]).missing == ("child.last", "guardian1.email")
    assert sheet_headers.recognise(["Naam", "E-mail", "Relatie"]).missing == ("child.number",)


def test_a_signature_knows_a_sheet_again_whatever_its_capitals() -> None:
    assert sheet_headers.signature(["E-mail", "Naam"]) == sheet_headers.signature(["e-MAIL ", "naam"])
    assert sheet_headers.signature(["E-mail", "Naam"]) != sheet_headers.signature(["Naam", "E-mail"])


def test_a_mapping_that_was_chosen_is_checked() -> None:
    with text.speaking("en"):
        with pytest.raises(Refused, match="Two columns are both “Child: call name”"):
            sheet_fields.columns({0: "child.first", 1: "child.first"}, "child", 2)
        with pytest.raises(Refused, match="Choose anew"):
            sheet_fields.columns({5: "child.first"}, "child", 2)
        with pytest.raises(Refused, match="Choose anew"):
            sheet_fields.columns({0: "guardian1.email"}, "guardian", 2)


def test_every_field_has_its_words() -> None:
    with text.speaking("en"):
        assert sheet_fields.label("child", "guardian3.email") == "Guardian 3: e-mail"
        assert sheet_fields.label("guardian", "guardian.email") == "Guardian: e-mail"
        for layout, keys in sheet_fields.FIELDS.items():
            labels = [sheet_fields.label(layout, key) for key in keys]
            assert len(set(labels)) == len(labels)
            assert not any("%" in label for label in labels)
