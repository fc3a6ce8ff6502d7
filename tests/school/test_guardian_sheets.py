"""Guardian sheets: what a row says, what would happen with it, and that a sheet of ours reads back as it was.

Each trap of DOMAIN §6 that concerns sheets has a test with its name.
"""

from __future__ import annotations

import csv
import io
import json
import string
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from school.imports import guardian_sheets, sheet_headers, sheet_names, sheet_values, sheets
from school.imports.guardian_sheets import (
    ASKED,
    VERDICTS,
    ChildOnRow,
    GuardianOnRow,
    KnownChild,
    KnownPerson,
    SheetRow,
    Verdict,
    verdicts,
)
from school.lib import text

TODAY = date(2026, 11, 25)
NOOR = KnownChild(1, "1001", "Noor", "van den", "Berg", date(2018, 2, 3), "5")
SEM = KnownChild(2, "1002", "Sem", "van den", "Berg", date(2020, 6, 9), "3")
ZOE = KnownChild(3, "1003", "Zoë", "", "Müller-Smit", date(2018, 8, 30), "5")
SAM = KnownChild(4, "", "Sam", "", "Bakker", date(2017, 1, 1), "6")
OTHER_SAM = KnownChild(5, "", "Sam", "", "Bakker", date(2018, 1, 1), "6")
RAYAN = KnownChild(6, "1006", "Rayan", "El", "Amrani", date(2015, 4, 18), "7")
SCHOOL = (NOOR, SEM, ZOE, SAM, OTHER_SAM, RAYAN)


def read(*lines: str) -> tuple[SheetRow, ...]:
    """The rows of a sheet given as its lines, read as its headers say."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(line.split(";") for line in lines)
    return rows_of(out.getvalue().encode())


def rows_of(content: bytes, filename: str = "lijst.csv") -> tuple[SheetRow, ...]:
    table = sheets.read(content, filename)
    found = sheet_headers.recognise(table.headers)
    return guardian_sheets.read(table, found.mapping, found.layout, TODAY)


def one(header: str, line: str) -> SheetRow:
    (row,) = read(header, line)
    return row


def kinds(row: SheetRow) -> list[str]:
    return [problem.kind for problem in row.problems]


def row(
    line: int, *guardians: GuardianOnRow, children: tuple[ChildOnRow, ...] = (ChildOnRow(number="1001"),)
) -> SheetRow:
    return SheetRow(line=line, children=children, guardians=guardians)


def somebody(first: str = "Anne", last: str = "Smit", email: str = "anne@post.example", **more: str) -> GuardianOnRow:
    return GuardianOnRow(first=first, last=last, email=email, **more)  # type: ignore[arg-type]


def known(key: int, first: str, last: str, email: str, *children: int, phone: str = "") -> KnownPerson:
    return KnownPerson(key, first, "", last, email, phone, frozenset(children))


def judged(rows: Iterable[SheetRow], *people: KnownPerson, school: tuple[KnownChild, ...] = SCHOOL) -> list[Verdict]:
    return list(verdicts(rows, school, people))


def kinds_of(rows: Iterable[SheetRow], *people: KnownPerson) -> list[str]:
    return [verdict.kind for verdict in judged(rows, *people)]


# ── the two layouts ─────────────────────────────────────────────────────────────────────────────────────────────────

SOCIAL_SCHOOLS = (
    "Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;E-mailadres ouder/verzorger 1;E-mailadres ouder/verzorger 2;"
    "Klasnaam;Leerjaar"
)


def test_the_sheet_of_social_schools_is_read_as_it_is() -> None:
    found = one(SOCIAL_SCHOOLS, "Noor;van den;Berg;03-02-2018;Anne@Post.example;bas@post.example;groep 5;5")
    assert found.line == 2
    assert found.children == (
        ChildOnRow(
            first="Noor", prefix="van den", last="Berg", birth_date=date(2018, 2, 3), group="groep 5", level="5"
        ),
    )
    assert found.guardians == (GuardianOnRow(email="anne@post.example"), GuardianOnRow(email="bas@post.example"))


def test_with_an_address_only_the_guardian_has_no_name_yet() -> None:
    found = one(SOCIAL_SCHOOLS, "Noor;van den;Berg;03-02-2018;anne@post.example;;5;5")
    assert [(problem.severity, problem.kind, problem.guardian) for problem in found.problems] == [
        ("note", "no name", 1)
    ]
    with text.speaking("en"):
        assert found.problems[0].sentence == "No name is given for anne@post.example."


def test_four_guardians_on_a_row_and_more_on_the_next() -> None:
    """There is no limit of two guardians."""
    header = "Roepnaam;Achternaam;Groep;" + ";".join(f"verzorger {n} naam;verzorger {n} e-mail" for n in range(1, 5))
    names = ("An Smit", "Bo Smit", "Cas Smit", "Dee Smit")
    line = "Noor;Berg;5;" + ";".join(f"{name};{name[:2].strip().lower()}@post.example" for name in names)
    assert [guardian.full_name for guardian in one(header, line).guardians] == list(names)
    rows = read(header, line, "Noor;Berg;5;Eva Smit;eva@post.example;;;;;;")
    assert kinds_of(rows) == ["new account"] * 5


def test_everything_about_a_guardian_of_a_row_per_child() -> None:
    header = (
        "Leerlingnummer;verzorger 2 naam;verzorger 2 e-mail;verzorger 2 mobiel;verzorger 2 relatie;verzorger 2 gezag;"
        "verzorger 2 thuistaal"
    )
    found = one(header, "1001;Anne van den Berg;anne@post.example;0612345678;Stiefmoeder;Nee;Engels")
    assert found.guardians == (
        GuardianOnRow(
            first="Anne",
            prefix="van den",
            last="Berg",
            email="anne@post.example",
            phone="06-12345678",
            relation="stiefmoeder",
            authority="no",
            language="en",
            guessed=True,
        ),
    )
    assert not found.problems


def test_a_row_per_guardian_lists_pupil_numbers() -> None:
    found = one("Naam;E-mail;Leerlingnummers;Relatie;Gezag", "Anne Smit;anne@post.example;1001, 1002,1002;Moeder;ja")
    assert found.children == (ChildOnRow(number="1001"), ChildOnRow(number="1002"))
    (verdict,) = judged([found])
    assert (verdict.kind, verdict.children, verdict.links) == ("new account", (1, 2), (1, 2))


def test_a_row_per_guardian_may_name_the_child_instead() -> None:
    found = one(
        "Voornaam;Achternaam;E-mail;Roepnaam kind;Achternaam kind;Geboortedatum kind",
        "Anne;Smit;anne@post.example;Noor;Berg;3-2-2018",
    )
    assert judged([found])[0].children == (1,)


def test_a_column_for_mother_and_father_says_the_relation() -> None:
    found = one(
        "Roepnaam;Achternaam;Groep;Moeder;E-mail moeder;Vader;E-mail vader",
        "Noor;Berg;5;An Smit;a@x.example;Bo Vos;b@x.example",
    )
    assert [guardian.relation for guardian in found.guardians] == ["moeder", "vader"]


def test_columns_that_are_not_mapped_are_never_looked_at() -> None:
    found = one("Roepnaam;Achternaam;Groep;BSN;E-mail 1", "Noor;Berg;5;111222333;a@x.example")
    assert "111222333" not in guardian_sheets.to_json([found])


def test_a_mapping_that_somebody_chose_counts() -> None:
    table = sheets.read(b"A;B;C\nanne@post.example;1001;Anne Smit\n", "lijst.csv")
    chosen = {0: "guardian.email", 1: "child.number", 2: "guardian.name"}
    (found,) = guardian_sheets.read(table, chosen, "guardian", TODAY)
    assert found.guardians[0].full_name == "Anne Smit"
    assert found.children[0].number == "1001"


# ── what is odd about a row ─────────────────────────────────────────────────────────────────────────────────────────

SHORT = "Roepnaam;Achternaam;Geboortedatum;Verzorger 1 naam;Verzorger 1 e-mail;Verzorger 1 mobiel"


def test_a_row_without_a_child_and_one_without_a_guardian() -> None:
    assert kinds(one(SHORT, ";;;Anne Smit;anne@post.example;")) == ["no child"]
    assert kinds(one(SHORT, "Noor;Berg;03-02-2018;;;")) == ["no guardian"]


def test_a_number_alone_is_no_guardian() -> None:
    found = one(SHORT, "Noor;Berg;03-02-2018;;;0612345678")
    assert found.guardians == ()
    assert kinds(found) == ["no name", "no guardian"]


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("annepost.example", "there is no @ in it"),
        ("anne@@post.example", "it has more than one @"),
        ("anne @post.example", "there is a space in it"),
        ("@post.example", "a part is missing beside the @"),
        ("anne@", "a part is missing beside the @"),
        ("anne@post", "after the @ it ends too soon"),
        ("zoë@post.example", "look for a typing mistake"),
        ("an..ne@post.example", "look for a typing mistake"),
        ("anne@-post.example", "look for a typing mistake"),
    ],
)
def test_an_invalid_address_says_what_is_wrong_with_it(address: str, wrong: str) -> None:
    found = one(SHORT, f"Noor;Berg;03-02-2018;Anne Smit;{address};")
    assert (found.guardians[0].email, found.guardians[0].unusable) == ("", address)
    assert [(problem.severity, problem.kind) for problem in found.problems] == [("error", "invalid address")]
    with text.speaking("en"):
        assert found.problems[0].sentence == f"“{address}” is not an e-mail address: {wrong}."


@pytest.mark.parametrize(
    "written", ["Anne@Post.Example", " anne@post.example.", "mailto:anne@post.example", "A <anne@post.example>"]
)
def test_an_address_is_folded_and_freed_of_what_a_mail_program_puts_around_it(written: str) -> None:
    assert sheet_values.addresses(written) == (sheet_values.Address("anne@post.example"),)


@pytest.mark.parametrize("written", ["geen", "-", "n.v.t.", "onbekend", ""])
def test_words_for_nothing_are_nothing(written: str) -> None:
    assert sheet_values.addresses(written) == ()
    assert sheet_values.phone(written) == ("", "")


@pytest.mark.parametrize("between", ["; ", ",", " ", " / ", "\n", " en "])
def test_two_addresses_in_one_cell_are_split_and_flagged(between: str) -> None:
    table = sheets.Table(
        tuple(SHORT.split(";")),
        (sheets.Row(2, ("Noor", "Berg", "03-02-2018", "", f"a@x.example{between}b@x.example", "")),),
    )
    (found,) = guardian_sheets.read(table, sheet_headers.recognise(table.headers).mapping, "child", TODAY)
    assert [guardian.email for guardian in found.guardians] == ["a@x.example", "b@x.example"]
    assert "two addresses" in kinds(found)


def test_two_addresses_with_one_name_stay_one_person() -> None:
    found = one(SHORT, "Noor;Berg;03-02-2018;Anne Smit;a@x.example, b@x.example;")
    assert [guardian.email for guardian in found.guardians] == ["a@x.example"]
    with text.speaking("en"):
        assert found.problems[0].sentence == "There are two addresses: a@x.example is used, b@x.example is not."


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("03-02-2018", date(2018, 2, 3)),
        ("3-2-2018", date(2018, 2, 3)),
        ("2018-02-03", date(2018, 2, 3)),
        ("03/02/2018", date(2018, 2, 3)),
        ("3 februari 2018", date(2018, 2, 3)),
        ("3-feb-18", date(2018, 2, 3)),
        ("03-02-18", date(2018, 2, 3)),  # 2003 would be an adult
        ("12-03-15", None),  # 12 March 2015, or 15 March 2012
        ("02/25/2018", None),  # never month first
        ("31-02-2018", None),
        ("43134", None),
        ("vorig jaar", None),
    ],
)
def test_dates_of_birth_in_every_accepted_form(cell: str, born: date | None) -> None:
    found = one(SHORT, f"Noor;Berg;{cell};Anne Smit;anne@post.example;")
    assert found.children[0].birth_date == born
    assert kinds(found) == ([] if born else ["birth date"])


def test_an_unlikely_date_of_birth_is_told_and_kept() -> None:
    found = one(SHORT, "Noor;Berg;03-02-1984;Anne Smit;anne@post.example;")
    assert (found.children[0].birth_date, kinds(found)) == (date(1984, 2, 3), ["birth date"])


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("0612345678", "06-12345678"),
        ("06 12 34 56 78", "06-12345678"),
        ("+31 (0)6 1234 5678", "06-12345678"),
        ("0031612345678", "06-12345678"),
        ("612345678", "06-12345678"),  # Excel took the zero
        ("31612345678", "06-12345678"),  # and the plus
        ("06-12345678 (werk)", "06-12345678"),
        ("0201234567", "020-1234567"),
        ("0492/123456", "0492-123456"),
        ("+49 170 / 1234567", "+49 170 1234567"),
        ("0032 470 12 34 56", "+32 470 12 34 56"),
    ],
)
def test_telephone_numbers_are_shown_in_one_way(cell: str, shown: str) -> None:
    assert sheet_values.phone(cell) == (shown, "")
    assert sheet_values.phone(shown) == (shown, "")


def test_a_number_that_is_none_and_two_in_one_cell_are_told() -> None:
    assert kinds(one(SHORT, "Noor;Berg;03-02-2018;Anne Smit;anne@post.example;1234")) == ["phone"]
    found = one(SHORT, "Noor;Berg;03-02-2018;Anne Smit;anne@post.example;020-1234567 / 0612345678")
    assert (found.guardians[0].phone, kinds(found)) == ("06-12345678", ["phone"])


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        *(("ja", "yes"), ("J", "yes"), ("yes", "yes"), ("1", "yes")),
        *(("nee", "no"), ("N", "no"), ("0", "no"), ("geen", "no")),
        *(("", "unknown"), ("onbekend", "unknown")),
    ],
)
def test_parental_authority_is_yes_no_or_unknown(cell: str, answer: str) -> None:
    assert sheet_values.authority(cell) == (answer, "")


def test_another_answer_about_authority_is_never_taken_for_yes() -> None:
    assert sheet_values.authority("gedeeld?") == ("unknown", sheet_values.UNREADABLE_AUTHORITY)


def test_a_home_language_we_do_not_speak_is_noted() -> None:
    assert sheet_values.language("Nederlands") == ("nl", "")
    assert sheet_values.language("English") == ("en", "")
    assert sheet_values.language("Turks") == ("", sheet_values.OTHER_LANGUAGE)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("Jansen, A.", ("A.", "", "Jansen")),
        ("A. Jansen", ("A.", "", "Jansen")),
        ("A.B. Jansen", ("A.B.", "", "Jansen")),
        ("mevrouw Van den Berg", ("", "van den", "Berg")),
        ("Anne van den Berg", ("Anne", "van den", "Berg")),
        ("Berg, Anne van den", ("Anne", "van den", "Berg")),
        ("Berg, van den, Anne", ("Anne", "van den", "Berg")),
        ("van den Berg, Anne", ("Anne", "van den", "Berg")),
        ("mw. A.M. (Anne) de Vries", ("Anne", "de", "Vries")),
        ("J. 't Hof", ("J.", "'t", "Hof")),
        ("Naima El Amrani", ("Naima", "El", "Amrani")),
        ("de heer El Amrani", ("", "El", "Amrani")),
        ("meneer Ben Smit", ("Ben", "", "Smit")),
        ("Anna Maria Smit", ("Anna Maria", "", "Smit")),
        ("Anne de Vries - van Dijk", ("Anne", "de", "Vries - van Dijk")),
        ("Jan Balk-de Wit", ("Jan", "", "Balk-de Wit")),
        ("Ayşe", ("Ayşe", "", "")),
        ("mevrouw", ("", "", "")),
    ],
)
def test_a_name_in_one_cell_is_taken_apart(cell: str, parts: tuple[str, str, str]) -> None:
    (name,) = sheet_names.in_one_cell(cell)
    assert (name.first, name.prefix, name.last) == parts


def test_a_name_that_was_taken_apart_is_marked_as_a_guess() -> None:
    assert one(SHORT, "Noor;Berg;03-02-2018;Anne van den Berg;anne@post.example;").guardians[0].guessed
    found = one("Leerlingnummer;Verzorger 1 voornaam;Verzorger 1 achternaam", "1001;Anne;Smit")
    assert not found.guardians[0].guessed


def test_a_prefix_inside_the_surname_is_offered_and_not_split() -> None:
    found = one("Leerlingnummer;Verzorger 1 voornaam;Verzorger 1 achternaam", "1001;Anne;van den Berg")
    assert (found.guardians[0].last, kinds(found)) == ("van den Berg", ["prefix"])


def test_a_family_is_not_a_person() -> None:
    found = one(SHORT, "Noor;Berg;03-02-2018;fam. Van den Berg;anne@post.example;")
    assert (found.guardians[0].parts, kinds(found)) == (("", "van den", "Berg"), ["family name"])


def test_a_guardian_with_a_surname_only_is_noted() -> None:
    assert kinds(one(SHORT, "Noor;Berg;03-02-2018;mevrouw Smit;anne@post.example;")) == ["no first name"]


@pytest.mark.parametrize("cell", ["Anne en Bas Smit", "Anne & Bas Smit", "Anne Smit / Bas Vos"])
def test_two_names_in_one_cell_are_two_people_who_are_asked_about(cell: str) -> None:
    found = one(SHORT, f"Noor;Berg;03-02-2018;{cell};thuis@post.example;")
    assert [guardian.first for guardian in found.guardians] == ["Anne", "Bas"]
    assert kinds(found) == ["two people", "shared mailbox", "shared mailbox"]
    assert kinds_of([found]) == ["shared mailbox"] * 2


def test_a_very_long_cell_is_cut_and_read_at_once() -> None:
    table = sheets.Table(
        tuple(SHORT.split(";")), (sheets.Row(2, ("Noor", "Berg", "", "A" + " " * 30_000 + "B", "x" * 30_000, "")),)
    )
    started = time.perf_counter()
    (found,) = guardian_sheets.read(table, sheet_headers.recognise(table.headers).mapping, "child", TODAY)
    assert time.perf_counter() - started < 1
    assert len(found.guardians[0].unusable) == 500


# ── which child ─────────────────────────────────────────────────────────────────────────────────────────────────────


def found(child: ChildOnRow, school: tuple[KnownChild, ...] = SCHOOL) -> Verdict:
    return judged([row(2, somebody(), children=(child,))], school=school)[0]


@pytest.mark.parametrize(
    ("child", "key"),
    [
        (ChildOnRow(number="1001"), 1),
        (ChildOnRow(number="01001"), 1),
        (ChildOnRow(number="1001", first="Noor", last="Berg", birth_date=date(2018, 3, 2)), 1),  # a slip in the date
        (ChildOnRow(first="noor", last="Berg", birth_date=date(2018, 2, 3)), 1),  # without its prefix
        (ChildOnRow(first="Noor", last="van den Berg", birth_date=date(2018, 2, 3)), 1),  # prefix in the surname
        (ChildOnRow(first="NOOR", prefix="Van Den", last="BERG", group="Groep 5"), 1),
        (ChildOnRow(first="Zoe", last="Muller Smit", birth_date=date(2018, 8, 30)), 3),  # accents, hyphen
        (ChildOnRow(first="Rayan", last="El Amrani", group="7"), 6),
        (ChildOnRow(first="Rayan", prefix="el", last="Amrani", group="groep7"), 6),
        (ChildOnRow(first="Sam", last="Bakker", birth_date=date(2017, 1, 1)), 4),
        (ChildOnRow(number="#7", first="Noor", last="Berg", group="5"), 1),  # an unstable number does not count
        (ChildOnRow(number="9999", first="Noor", last="Berg", group="5"), 1),  # a number we do not know
    ],
)
def test_a_child_is_found(child: ChildOnRow, key: int) -> None:
    verdict = found(child)
    assert (verdict.kind, verdict.children) == ("new account", (key,))


def test_a_child_that_is_not_found_comes_with_who_looks_like_it() -> None:
    verdict = found(ChildOnRow(first="Nora", last="van den Berg", birth_date=date(2018, 2, 3)))
    assert (verdict.kind, verdict.children, verdict.lost) == ("child not found", (), ("Nora van den Berg",))
    assert verdict.candidates[0] == (1, "Noor van den Berg")
    assert found(ChildOnRow(first="Xiomara", last="Qwest", birth_date=date(2018, 2, 3))).candidates == ()


def test_without_a_birthday_a_name_must_be_the_only_one_in_its_group() -> None:
    verdict = found(ChildOnRow(first="Sam", last="Bakker", group="6"))
    assert (verdict.kind, verdict.children) == ("several children fit", ())
    assert verdict.candidates == ((4, "Sam Bakker"), (5, "Sam Bakker"))


def test_a_name_in_another_group_or_with_another_birthday_is_no_match() -> None:
    assert found(ChildOnRow(first="Noor", last="Berg", group="6")).kind == "child not found"
    assert found(ChildOnRow(first="Noor", last="Berg", birth_date=date(2017, 2, 3))).kind == "child not found"
    assert found(ChildOnRow(first="Noor", last="Berg")).kind == "child not found"


def test_a_number_that_contradicts_the_name_is_a_question() -> None:
    """Somebody sorted one column of the sheet and not the others."""
    verdict = found(ChildOnRow(number="1001", first="Sem", prefix="van den", last="Berg", birth_date=date(2020, 6, 9)))
    assert (verdict.kind, verdict.children) == ("several children fit", ())
    assert {key for key, _name in verdict.candidates} == {1, 2}
    alone = found(ChildOnRow(number="1001", first="Xiomara", last="Qwest"))
    assert (alone.kind, alone.candidates) == ("child not found", ((1, "Noor van den Berg"),))


def test_a_short_call_name_with_the_right_number_is_no_contradiction() -> None:
    samuel = KnownChild(9, "1009", "Samuel", "", "Vos", date(2018, 1, 1), "5")
    assert found(ChildOnRow(number="1009", first="Sam", last="Vos"), (*SCHOOL, samuel)).children == (9,)


def test_the_exact_prefix_decides_between_two_that_differ_in_nothing_else() -> None:
    other = KnownChild(9, "", "Noor", "de", "Berg", date(2018, 2, 3), "5")
    school = (*SCHOOL, other)
    assert found(ChildOnRow(first="Noor", prefix="de", last="Berg", group="5"), school).children == (9,)
    assert found(ChildOnRow(first="Noor", last="Berg", group="5"), school).kind == "several children fit"


def test_a_child_with_one_name_only() -> None:
    only = KnownChild(9, "", "Indra", "", "", date(2018, 1, 1), "5")
    assert found(ChildOnRow(first="Indra", group="5"), (*SCHOOL, only)).children == (9,)


def test_one_lost_child_of_a_row_holds_the_row_and_tells_the_others() -> None:
    guardian = row(2, somebody(), children=(ChildOnRow(number="1001"), ChildOnRow(number="4711")))
    (verdict,) = judged([guardian])
    assert (verdict.kind, verdict.children, verdict.lost) == ("child not found", (1,), ("4711",))


# ── which person ────────────────────────────────────────────────────────────────────────────────────────────────────

FOR_SEM = (ChildOnRow(number="1002"),)


def test_same_address_on_two_children_is_one_account() -> None:
    first, second = judged([row(2, somebody()), row(3, somebody("A."), children=FOR_SEM)])
    assert (first.kind, second.kind, second.same_as) == ("new account", "sibling", (2, 1))
    assert second.links == (2,)


def test_an_earlier_row_that_did_not_find_its_child_makes_no_account() -> None:
    rows = [row(2, somebody(), children=(ChildOnRow(number="4711"),)), row(3, somebody(), children=FOR_SEM)]
    assert kinds_of(rows) == ["child not found", "new account"]


def test_same_name_with_different_addresses_are_different_people() -> None:
    rows = [row(2, somebody()), row(3, somebody(email="anne.smit@mail.example"), children=FOR_SEM)]
    assert kinds_of(rows) == ["new account", "new account"]


def test_one_mailbox_for_two_parents_on_a_row_is_asked() -> None:
    found = one(
        "Leerlingnummer;Verzorger 1 naam;Verzorger 1 e-mail;Verzorger 2 naam;Verzorger 2 e-mail",
        "1001;Anne Smit;thuis@post.example;Bas Vos;THUIS@post.example",
    )
    assert [(problem.severity, problem.kind, problem.guardian) for problem in found.problems] == [
        *(("error", "shared mailbox", 1), ("error", "shared mailbox", 2))
    ]
    with text.speaking("en"):
        assert "thuis@post.example belongs to more than one name: Anne Smit, Bas Vos." in found.problems[0].sentence
    assert kinds_of([found]) == ["shared mailbox"] * 2
    assert "shared mailbox" in ASKED


def test_one_mailbox_for_two_parents_on_different_rows_is_asked() -> None:
    found = read(
        "Naam;E-mail;Leerlingnummers",
        "Anne Smit;thuis@post.example;1001",
        "Bas Vos;thuis@post.example;1001",
        "Cas Bos;cas@post.example;1002",
    )
    assert [kinds(row) for row in found] == [["shared mailbox"], ["shared mailbox"], []]
    assert kinds_of(found) == ["shared mailbox", "shared mailbox", "new account"]


def test_one_mailbox_twice_on_a_row_without_names_is_asked_too() -> None:
    found = one(SOCIAL_SCHOOLS, "Noor;van den;Berg;03-02-2018;thuis@post.example;thuis@post.example;5;5")
    assert kinds_of([found]) == ["shared mailbox"] * 2


def test_somebody_who_stands_on_a_row_twice_is_one_person() -> None:
    assert kinds_of([row(2, somebody(), somebody())]) == ["new account", "sibling"]


@pytest.mark.parametrize(
    ("one_name", "other", "alike"),
    [
        (("Anne", "", "Smit"), ("A.", "", "Smit"), True),
        (("Anne", "", "Smit"), ("", "", ""), True),
        (("Anne", "", "Smit"), ("Anne Marie", "", "Smit"), True),
        (("Anne", "de", "Vries"), ("Anne", "", "Vries"), True),
        (("Anne", "de", "Vries"), ("Anne", "de", "Vries-Jansen"), True),
        (("Anne", "", "Smit"), ("", "", "Smit"), True),
        (("Anne", "", "Smit"), ("B.", "", "Smit"), False),
        (("Anne", "", "Smit"), ("Bas", "", "Smit"), False),
        (("Anne", "", "Smit"), ("Anne", "", "Vos"), False),
        (("Ann", "", "Smit"), ("Anne", "", "Smit"), False),
    ],
)
def test_when_two_names_may_be_one_person(
    one_name: tuple[str, str, str], other: tuple[str, str, str], alike: bool
) -> None:
    assert sheet_names.could_be_same(one_name, other) is alike
    assert sheet_names.could_be_same(other, one_name) is alike


def test_somebody_the_school_knows_gets_the_children_that_are_new() -> None:
    rows = [row(2, somebody(), children=(ChildOnRow(number="1001"), ChildOnRow(number="1002")))]
    (verdict,) = judged(rows, known(7, "Anne", "Smit", "anne@post.example", 1))
    assert (verdict.kind, verdict.person, verdict.children, verdict.links) == ("existing", 7, (1, 2), (2,))


def test_somebody_linked_already_needs_nothing() -> None:
    (verdict,) = judged([row(2, somebody())], known(7, "Anne", "Smit", "anne@post.example", 1))
    assert (verdict.kind, verdict.person, verdict.links) == ("linked already", 7, ())


def test_an_address_known_under_another_name_is_asked() -> None:
    (verdict,) = judged([row(2, somebody("Bas"))], known(7, "Anne", "Smit", "anne@post.example", 1))
    assert (verdict.kind, verdict.person) == ("other name", 7)
    assert "other name" in ASKED


def test_the_same_name_with_the_same_child_under_another_address_is_asked() -> None:
    (verdict,) = judged([row(2, somebody())], known(7, "Anne", "Smit", "oud@post.example", 1))
    assert (verdict.kind, verdict.person) == ("other address", 7)
    elsewhere = judged([row(2, somebody())], known(7, "Anne", "Smit", "oud@post.example", 2))
    assert elsewhere[0].kind == "new account"


def test_an_invalid_address_is_asked_and_does_not_become_a_letter_by_itself() -> None:
    assert kinds_of([row(2, somebody(email="", unusable="anne@post"))]) == ["invalid address"]


def test_without_an_address_there_is_a_login_name_and_a_letter() -> None:
    first, second = judged([row(2, somebody(email="")), row(3, somebody(email=""), children=FOR_SEM)])
    assert (first.kind, first.same_as) == ("no address", None)
    assert (second.kind, second.same_as) == ("no address", (2, 1)), "the same name may be the same person: told"


def test_without_an_address_the_same_name_and_mobile_is_one_person() -> None:
    anne = somebody(email="", phone="06-12345678")
    assert kinds_of([row(2, anne), row(3, anne, children=FOR_SEM)]) == ["no address", "sibling"]
    at_home = somebody(email="", phone="020-1234567")
    assert kinds_of([row(2, at_home), row(3, at_home, children=FOR_SEM)]) == ["no address", "no address"]


def test_an_address_that_another_row_gives_to_the_same_name_and_mobile_counts() -> None:
    bare, whole = somebody(email="", phone="06-12345678"), somebody(phone="06-12345678")
    first, second = judged([row(2, bare), row(3, whole, children=FOR_SEM)])
    assert (first.kind, first.email) == ("new account", "anne@post.example")
    assert (second.kind, second.same_as) == ("sibling", (2, 1))


def test_initials_without_an_address_are_never_taken_together() -> None:
    initials = somebody("A.", email="", phone="06-12345678")
    _first, second = judged([row(2, initials), row(3, initials, children=FOR_SEM)])
    assert (second.kind, second.same_as) == ("no address", None)


def test_the_same_sheet_once_more_changes_nothing() -> None:
    """Also for who got a login name, and for two people with one mailbox once that was answered."""
    rows = [
        row(2, somebody(), somebody("Bas", email="")),
        row(3, somebody("Cas", "Bos", "thuis@post.example"), somebody("Dee", "Bos", "thuis@post.example")),
        row(4, somebody("Eva", "Vos", email="", unusable="eva@post")),
    ]
    after = (
        known(1, "Anne", "Smit", "anne@post.example", 1),
        known(2, "Bas", "Smit", "", 1),
        known(3, "Cas", "Bos", "thuis@post.example", 1),
        known(4, "Dee", "Bos", "", 1),
        known(5, "Eva", "Vos", "", 1),
    )
    assert kinds_of(rows) == ["new account", "no address", "shared mailbox", "shared mailbox", "invalid address"]
    assert kinds_of(rows, *after) == ["linked already"] * 5


def test_a_new_address_for_somebody_with_a_login_name_is_told() -> None:
    (verdict,) = judged([row(2, somebody())], known(7, "Anne", "Smit", "", 1))
    assert (verdict.kind, verdict.person, verdict.email, verdict.links) == ("existing", 7, "anne@post.example", ())


def test_every_kind_has_its_words() -> None:
    assert set(VERDICTS) >= ASKED
    assert len(set(VERDICTS.values())) == len(VERDICTS)


# ── kept, and written ───────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_are_kept_as_json_with_their_problems() -> None:
    rows = read(SHORT, "Noor;Berg;03-02-18;Anne en Bas Smit;a@x.example;1234", ";;;Cas;kapot;", "Sem;;;;;")
    assert any(row.problems for row in rows)
    kept = guardian_sheets.to_json(rows)
    assert guardian_sheets.from_json(kept) == rows
    json.loads(kept)


LETTERS = st.sampled_from(string.ascii_letters + "éëïöüçñşğžåøßÉÖŞĐł")
WORD = st.text(LETTERS, min_size=2, max_size=9)
FIRST = st.one_of(WORD, st.builds("{}-{}".format, WORD, WORD), st.builds("{} {}".format, WORD, WORD), st.just("A."))
LAST = st.one_of(WORD, st.builds("{}-{}".format, WORD, WORD), st.sampled_from(["IJsselstein", "O'Brien", "Hof"]))
PREFIX = st.sampled_from(["", "", "van", "van den", "'t", "El", "d'"])
EMAIL = st.builds(
    "{}@{}.example".format, st.from_regex(r"[a-z][a-z0-9]{0,5}(\.[a-z]{1,4})?", fullmatch=True), st.just("post")
)
MOBILE = st.from_regex(r"06-[0-9]{8}", fullmatch=True)
PHONE = st.one_of(st.just(""), MOBILE, st.sampled_from(["020-1234567", "+49 170 1234567", "+32 470 12 34 56"]))
GUARDIAN = st.builds(
    GuardianOnRow,
    first=FIRST,
    prefix=PREFIX,
    last=LAST,
    email=st.one_of(st.just(""), EMAIL),
    phone=PHONE,
    relation=st.sampled_from(["", "moeder", "vader", "stiefvader", "pleegouder", "oma; opa", 'zeg "ma"']),
    authority=st.sampled_from(["yes", "no", "unknown"]),
    language=st.sampled_from(["", "nl", "en"]),
)
CHILD = st.builds(
    ChildOnRow,
    first=FIRST,
    prefix=PREFIX,
    last=LAST,
    birth_date=st.one_of(st.none(), st.dates(date(2012, 1, 1), date(2023, 12, 31))),
    number=st.one_of(st.just(""), st.from_regex(r"[0-9]{4,9}", fullmatch=True)),
    group=st.sampled_from(["", "5", "1/2a", "Plusgroep"]),
    level=st.sampled_from(["", "5"]),
)
NUMBERS = st.lists(st.from_regex(r"[1-9][0-9]{3,6}", fullmatch=True), min_size=2, max_size=4, unique=True)
CHILDREN = st.one_of(
    CHILD.map(lambda child: (child,)), NUMBERS.map(lambda found: tuple(ChildOnRow(number=one) for one in found))
)


def as_rows(given_rows: list[tuple[tuple[ChildOnRow, ...], tuple[GuardianOnRow, ...]]]) -> tuple[SheetRow, ...]:
    return tuple(
        SheetRow(line=line, children=children, guardians=guardians)
        for line, (children, guardians) in enumerate(given_rows, start=2)
    )


def without_problems(rows: Iterable[SheetRow]) -> tuple[SheetRow, ...]:
    """Two made-up people may share a mailbox; that is told again, and is not what was written."""
    rows = tuple(rows)
    assert all(set(kinds(row)) <= {"shared mailbox", "prefix"} for row in rows)
    return tuple(replace(row, problems=()) for row in rows)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CHILDREN, GUARDIAN.map(lambda one: (one,))), min_size=1, max_size=6))
def test_a_sheet_per_guardian_reads_back_as_it_was(
    pairs: list[tuple[tuple[ChildOnRow, ...], tuple[GuardianOnRow, ...]]],
) -> None:
    rows = as_rows(pairs)
    assert without_problems(rows_of(guardian_sheets.write_csv(rows))) == rows


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(CHILDREN, GUARDIAN.map(lambda one: (one,))), min_size=1, max_size=4))
def test_so_does_an_excel_sheet(pairs: list[tuple[tuple[ChildOnRow, ...], tuple[GuardianOnRow, ...]]]) -> None:
    rows = as_rows(pairs)
    assert without_problems(rows_of(guardian_sheets.write_xlsx(rows), "lijst.xlsx")) == rows


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(CHILD.map(lambda one: (one,)), st.lists(GUARDIAN, min_size=1, max_size=4).map(tuple)),
        min_size=1,
        max_size=5,
    )
)
def test_a_sheet_per_child_reads_back_as_it_was(
    pairs: list[tuple[tuple[ChildOnRow, ...], tuple[GuardianOnRow, ...]]],
) -> None:
    rows = as_rows(pairs)
    assert without_problems(rows_of(guardian_sheets.write_children_csv(rows))) == rows


@given(st.text(max_size=12))
@example("=HYPERLINK(1)")
@example("+49")
@example("\t=1")
def test_no_cell_we_write_begins_as_a_formula(name: str) -> None:
    assume("\0" not in name)
    guardian = GuardianOnRow(first=name, last=name, email=name, phone=name, relation=name)
    rows = [SheetRow(line=2, children=(ChildOnRow(first=name, number=name, group=name),), guardians=(guardian,))]
    for written in (guardian_sheets.write_csv(rows), guardian_sheets.write_children_csv(rows)):
        for cells in csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"):
            assert not any(cell.startswith(sheets.DANGEROUS) for cell in cells)


def test_no_cell_of_an_excel_sheet_is_a_formula() -> None:
    rows = [SheetRow(line=2, children=(ChildOnRow(number="1"),), guardians=(somebody("=1+1", "\x07@x"),))]
    sheet = openpyxl.load_workbook(io.BytesIO(guardian_sheets.write_xlsx(rows))).active
    assert sheet is not None
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "inlineStr", "n"}
    assert [cell.value for cell in sheet[2]][:3] == ["'=1+1", None, "'@x"]


def test_more_guardians_than_places_go_on_a_next_row() -> None:
    six = tuple(somebody(f"An{letter}", email=f"{letter}@post.example") for letter in "abcdef")
    found = rows_of(guardian_sheets.write_children_csv([row(2, *six, children=(ChildOnRow(number="1001"),))]))
    assert [len(one.guardians) for one in found] == [4, 2]
    assert tuple(guardian for one in found for guardian in one.guardians) == six


def test_a_csv_opens_in_excel_at_once() -> None:
    written = guardian_sheets.write_csv([row(2, somebody())])
    assert written.startswith(b"\xef\xbb\xbfVoornaam;")
    assert b"\r\n" in written


@pytest.mark.parametrize("layout", ["child", "guardian"])
def test_an_empty_sheet_for_the_office_is_recognised_when_it_comes_back(layout: str) -> None:
    table = sheets.read(guardian_sheets.template_csv(layout), "leeg.csv")
    found = sheet_headers.recognise(table.headers)
    assert (found.layout, found.certain, table.rows) == (layout, True, ())
    assert len(found.mapping) == len(table.headers)


def test_four_hundred_rows_take_no_time() -> None:
    guardians = tuple(somebody(f"An{n}", email=f"an{n}@post.example", phone="06-12345678") for n in range(2))
    rows = [
        row(n, *guardians, children=(ChildOnRow(first="Noor", last=f"Berg{n}", birth_date=date(2018, 2, 3)),))
        for n in range(2, 402)
    ]
    content = guardian_sheets.write_children_csv(rows)
    started = time.process_time()
    judged(rows_of(content))
    assert time.process_time() - started < 1, "measured: a quarter of a second"
