"""Importing as the office does it: choose a file, look, tick, apply, undo; and what is wrong is said in a sentence."""

from __future__ import annotations

import gc
from datetime import date
from io import BytesIO

import pytest

from school import people
from school.groups import year_of
from school.imports import edexml_writer
from school.imports.edexml_data import EdexGroup, Edexml, EdexPupil, EdexStaff
from school.imports.runs import ImportRun
from school.lib import clock
from school.lib.db import db, writing
from school.pupils import Pupil
from tests.cast import Cast
from tests.client import Client, ClientOf

PAGE = "/admin/imports"


def told(*pupils: EdexPupil, staff: tuple[EdexStaff, ...] = ()) -> bytes:
    groups = (EdexGroup(key="g5", name="5", year_level="5"), EdexGroup(key="g6", name="6", year_level="6"))
    return edexml_writer.write(Edexml(school_year=year_of(clock.today())[0], groups=groups, pupils=pupils, staff=staff))


def new(first: str, key: str = "k1", **more: object) -> EdexPupil:
    return EdexPupil(
        key=key,
        first_name=first,
        last_name="Nieuw",
        birth_date=date(2017, 5, 5),
        group_key="g5",
        year_level="5",
        **more,
    )  # type: ignore[arg-type]


def send(browser: Client, kind: str, content: bytes, name: str = "file.xml") -> Client:
    browser.get(PAGE)
    answer = browser.press(f"{PAGE}/{kind}", file=(BytesIO(content), name))
    assert answer.status_code == 303, answer.text[-2000:]
    browser.get(answer.location)
    return browser


def run_id() -> str:
    return db.session.query(ImportRun).order_by(ImportRun.id.desc()).first().public_id  # type: ignore[union-attr]


def test_a_file_is_looked_at_applied_and_undone(cast: Cast, client_of: ClientOf) -> None:
    office = send(client_of(cast.office), "edexml", told(new("Fenna")))
    assert office.page is not None
    assert "Fenna Nieuw" in office.page.text
    assert db.session.query(Pupil).filter_by(first_name="Fenna").count() == 0
    done = office.press(f"{PAGE}/{run_id()}/application")
    page = office.follow(done).text
    assert "1 nieuw" in page
    assert db.session.query(Pupil).filter_by(first_name="Fenna").count() == 1
    undone = office.follow(office.press(f"{PAGE}/{run_id()}/reversal")).text
    assert "Alles is zoals vóór deze import" in undone
    assert db.session.query(Pupil).filter_by(first_name="Fenna").count() == 0
    assert db.session.query(Pupil).filter(Pupil.missing_since.is_not(None)).count() == 0


def test_what_is_not_ticked_is_not_done(cast: Cast, client_of: ClientOf) -> None:
    office = send(client_of(cast.office), "edexml", told(new("Fenna"), new("Guus", "k2")))
    office.press(f"{PAGE}/{run_id()}/application", on=["new:k2"])
    assert [p.first_name for p in db.session.query(Pupil).filter_by(last_name="Nieuw")] == ["Guus"]


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        ("edexml", b"<EDEX>\n<school>\n</EDEX>", "regel 3"),
        ("edexml", b'<?xml version="1.0"?>\n<!DOCTYPE EDEX [<!ENTITY a "b">]>\n<EDEX/>', "DTD"),
        ("edexml", b"", "leeg"),
        ("edexml", b"<html></html>", "EDEX"),
        ("guardians", b"%PDF-1.4", ".csv"),
        ("staff", b"", "leeg"),
    ],
    ids=["not well-formed", "dtd", "empty", "other xml", "pdf", "no sheet"],
)
def test_a_wrong_file_gets_a_sentence_and_leaves_nothing(
    cast: Cast, client_of: ClientOf, kind: str, content: bytes, sentence: str
) -> None:
    office = client_of(cast.office)
    office.get(PAGE)
    answer = office.press(f"{PAGE}/{kind}", file=(BytesIO(content), "file.xml"))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(ImportRun).count() == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_large_file_is_refused(cast: Cast, client_of: ClientOf) -> None:
    """The test client keeps a large body in a file that it does not close."""
    office = client_of(cast.office)
    office.get(PAGE)
    answer = office.press(f"{PAGE}/edexml", file=(BytesIO(b"x" * (5 * 2**20 + 10)), "file.xml"))
    assert answer.status_code == 422
    assert "5 MB" in answer.text
    del answer
    gc.collect()
    assert db.session.query(ImportRun).count() == 0


def test_no_file_is_asked_for_one(cast: Cast, client_of: ClientOf) -> None:
    office = client_of(cast.office)
    office.get(PAGE)
    assert "Kies eerst een bestand" in office.press(f"{PAGE}/edexml").text


SHEET = b"""Roepnaam;Achternaam;Geboortedatum;Verzorger 1 naam;Verzorger 1 e-mail
Noor;Bakker;03-03-2018;Petra Nieuw;petra@school.example
"""


def test_a_sheet_without_authority_asks_what_the_school_knows(cast: Cast, client_of: ClientOf) -> None:
    office = send(client_of(cast.office), "guardians", SHEET, "ouders.csv")
    refused = office.press(f"{PAGE}/{run_id()}/application")
    assert refused.status_code == 422
    assert "gezag" in refused.text
    assert "Petra Nieuw" in refused.text, "what was ticked is still there"
    office.get(f"{PAGE}/{run_id()}")
    office.follow(office.press(f"{PAGE}/{run_id()}/application", authority="yes"))
    assert people.by_login("petra@school.example") is not None


def test_unknown_columns_are_named_by_hand(cast: Cast, client_of: ClientOf) -> None:
    content = b"AA;BB;CC;DD;EE\nPetra;Nieuw;petra@school.example;Noor;Bakker\n"
    office = send(client_of(cast.office), "guardians", content, "ouders.csv")
    assert office.page is not None
    assert "petra@school.example" in office.page.text
    office.get(f"{PAGE}/{run_id()}?layout=guardian")
    fields = ("guardian.first", "guardian.last", "guardian.email", "child.first", "child.last")
    twice = {f"column:{n}": "guardian.first" for n in range(5)}
    assert office.press(f"{PAGE}/{run_id()}/columns", **twice).status_code == 422
    office.get(f"{PAGE}/{run_id()}?layout=guardian")
    answer = office.press(f"{PAGE}/{run_id()}/columns", **{f"column:{n}": key for n, key in enumerate(fields)})
    assert "Petra Nieuw" in office.follow(answer).text


def test_the_school_changed_in_between(cast: Cast, client_of: ClientOf) -> None:
    office = send(client_of(cast.office), "edexml", told(new("Fenna")))
    with writing():
        cast.child("Roos").missing_since = clock.today()
    answer = office.press(f"{PAGE}/{run_id()}/application")
    assert answer.status_code == 422
    assert "Kijk er nog een keer naar" in answer.text


def test_a_file_can_be_thrown_away(cast: Cast, client_of: ClientOf) -> None:
    office = send(client_of(cast.office), "edexml", told(new("Fenna")))
    office.follow(office.press(f"{PAGE}/{run_id()}/removal"))
    assert db.session.query(ImportRun).one().payload == ""
    assert office.get(f"{PAGE}/{run_id()}").status_code == 303


def test_the_office_gives_no_role_above_its_own(cast: Cast, client_of: ClientOf) -> None:
    content = b"""Voornaam;Achternaam;E-mail;Rol
Ida;Baas;ida@school.example;directeur
Jet;Juf;jet@school.example;leerkracht
"""
    office = send(client_of(cast.office), "staff", content, "team.csv")
    assert office.page is not None
    assert "die geeft de directie of de beheerder" in office.page.text
    office.press(f"{PAGE}/{run_id()}/application", on=["staff:2", "staff:3"])
    ida, jet = people.by_login("ida@school.example"), people.by_login("jet@school.example")
    assert ida is not None
    assert ida.roles == []
    assert jet is not None
    assert [role.role for role in jet.roles] == ["teacher"]


@pytest.mark.parametrize("layout", ["child", "guardian", "staff"])
def test_empty_sheets_are_handed_out(cast: Cast, client_of: ClientOf, layout: str) -> None:
    answer = client_of(cast.office).get(f"{PAGE}/template/{layout}.csv")
    assert answer.status_code == 200
    assert ";" in answer.text
    assert client_of(cast.office).get(f"{PAGE}/template/other.csv").status_code == 404
