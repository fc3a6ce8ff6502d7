"""Staff sheets: names, addresses, suggested roles, groups and days."""

from __future__ import annotations

import pytest

from school import people
from school.groups import TEAM_ROLES, WEEKDAYS
from school.imports import sheet_headers, sheet_writing, sheets, staff_sheets
from school.imports.staff_sheets import StaffRow
from school.lib import text

HEADER = "Voornaam;Tussenvoegsel;Achternaam;Aanhef;E-mailadres;Mobiel;Functie;Groepen;Werkdagen"


def read(*lines: str, header: str = HEADER) -> tuple[StaffRow, ...]:
    table = sheets.read("\n".join([header, *lines]).encode(), "team.csv")
    return staff_sheets.read(table, sheet_headers.recognise_staff(table.headers).mapping)


def kinds(row: StaffRow) -> list[str]:
    return [problem.kind for problem in row.problems]


def test_a_whole_row() -> None:
    (row,) = read("Fleur;van den;Berg;juf;Fleur@School.example;0612345678;Leerkracht;5, 1/2a;ma-wo")
    assert row == StaffRow(
        line=2,
        first="Fleur",
        prefix="van den",
        last="Berg",
        salutation="juf",
        email="fleur@school.example",
        phone="06-12345678",
        roles=("teacher",),
        team_role="teacher",
        role_text="Leerkracht",
        groups=("5", "1/2a"),
        days=("mon", "tue", "wed"),
    )


def test_a_name_in_one_cell_may_say_juf() -> None:
    (row,) = read("juf Fleur de Vries;fleur@school.example", header="Naam;E-mail")
    assert (row.parts, row.salutation, row.guessed) == (("Fleur", "de", "Vries"), "juf", True)


@pytest.mark.parametrize(
    ("cell", "roles", "team_role"),
    [
        ("leerkracht", ("teacher",), "teacher"),
        ("Juf", ("teacher",), "teacher"),
        ("invaller", ("teacher",), "substitute"),
        ("vervanger", ("teacher",), "substitute"),
        ("onderwijsassistent", ("support",), "assistant"),
        ("vakleerkracht gym", ("support",), "specialist"),
        ("stagiaire", ("support",), "assistant"),
        ("ib'er", ("care",), ""),
        ("IB", ("care",), ""),
        ("intern begeleider", ("care",), ""),
        ("administratie", ("office",), ""),
        ("administratief medewerker", ("office",), ""),
        ("directeur", ("director",), ""),
        ("adjunct-directeur", ("director",), ""),
        ("beheerder", ("admin",), ""),
        ("leerkracht groep 5, ib-er", ("teacher", "care"), "teacher"),
        ("teacher", ("teacher",), "teacher"),
        ("", (), ""),
    ],
)
def test_roles_are_suggested(cell: str, roles: tuple[str, ...], team_role: str) -> None:
    found, team, unknown = staff_sheets.roles(cell)
    assert (found, team, unknown) == (roles, team_role, ())
    assert set(found) <= set(people.ROLES)
    assert team in (*TEAM_ROLES, "")


def test_a_role_we_do_not_know_is_told_and_never_guessed() -> None:
    (row,) = read("Bo;;Smit;;bo@school.example;;bouwcoördinator;;")
    assert (row.roles, kinds(row)) == ((), ["role"])
    with text.speaking("en"):
        assert row.problems[0].sentence == "“bouwcoördinator” is a role we do not know. Choose one."


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("ma di wo", "mon tue wed"),
        ("ma-wo", "mon tue wed"),
        ("maandag, dinsdag", "mon tue"),
        ("ma t/m do", "mon tue wed thu"),
        ("ma tot en met vr", "mon tue wed thu fri"),
        ("ma, wo–vr", "mon wed thu fri"),
        ("ma-di-do", "mon tue thu"),
        ("vr-ma", "mon fri"),
        ("wo/ma", "mon wed"),
        ("maandag en dinsdag", "mon tue"),
        ("Mon, Tue & Friday", "mon tue fri"),
        ("hele week", "mon tue wed thu fri"),
        ("", ""),
    ],
)
def test_days(cell: str, days: str) -> None:
    assert staff_sheets.days(cell) == (tuple(days.split()), ())
    assert set(days.split()) <= set(WEEKDAYS)


def test_what_is_no_school_day_is_told() -> None:
    (row,) = read("Bo;;Smit;;bo@school.example;;leerkracht;5;di + do ochtend, za")
    assert row.days == ("tue", "thu")
    assert kinds(row) == ["days", "days"]


@pytest.mark.parametrize(
    ("cell", "groups"),
    [
        ("5", ("5",)),
        ("groep 5, groep 1/2a en Plusgroep", ("5", "1/2a", "Plusgroep")),
        ("Groep5; Groep 6", ("5", "6")),
        ("groepen 3 en 4", ("3", "4")),
        ("-", ()),
    ],
)
def test_groups(cell: str, groups: tuple[str, ...]) -> None:
    assert staff_sheets.groups(cell) == groups


def test_what_is_odd_about_a_row() -> None:
    nameless, broken, two, prefix = read(
        ";;;;a@school.example;;;;",
        "Bo;;;;bo@school;1234;;;",
        "Cas;;Smit;;cas@school.example, cas@thuis.example;;;;",
        "Dee;;van den Berg;;;;;;",
    )
    assert kinds(nameless) == ["no name"]
    assert kinds(broken) == ["invalid address", "phone"]
    assert (broken.email, broken.unusable) == ("", "bo@school")
    assert (two.email, kinds(two)) == ("cas@school.example", ["two addresses"])
    assert kinds(prefix) == ["prefix", "no address"]


def test_one_mailbox_for_two_members_of_staff_is_asked() -> None:
    one, other, third = read(
        "Bo;;Smit;;info@school.example;;;;", "Cas;;Vos;;INFO@school.example;;;;", "Dee;;Bos;;dee@school.example;;;;"
    )
    assert [(problem.severity, problem.kind) for problem in one.problems] == [("error", "shared mailbox")]
    assert (kinds(other), kinds(third)) == (["shared mailbox"], [])


def test_somebody_who_stands_there_twice_is_told() -> None:
    assert [kinds(row) for row in read(*["Bo;;Smit;;bo@school.example;;;;"] * 2)] == [["listed twice"]] * 2


def test_rows_are_kept_as_json() -> None:
    rows = read("Bo;;Smit;meester;kapot;1234;kok;5;za", "Cas;;Vos;;cas@school.example;;ib;6;ma")
    assert staff_sheets.from_json(staff_sheets.to_json(rows)) == rows


def test_the_empty_sheet_is_recognised_when_it_comes_back() -> None:
    table = sheets.read(sheet_writing.template_csv("staff"), "leeg.csv")
    found = sheet_headers.recognise_staff(table.headers)
    assert found.certain
    assert len(found.mapping) == len(table.headers)


def test_columns_about_pupils_are_none_of_a_staff_sheet() -> None:
    found = sheet_headers.recognise_staff(["Medewerker", "E-mail", "Naam leerling"])
    assert found.mapping == {0: "staff.name", 1: "staff.email"}
    assert found.unknown == (2,)
    assert sheet_headers.recognise_staff(["E-mail"]).missing == ("staff.first",)
