"""What an attacker, a stolen session or a colleague with too much appetite would try where a school comes in."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from contextlib import suppress
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from school import (
    access_requests,
    accounts,
    coming_in,
    groups,
    guardians,
    invitations,
    people,
    policy,
    rollover,
    sessions,
)
from school.audit import AuditEntry
from school.groups import Facts, year_of
from school.imports import edexml_writer, journal, runs, sheets
from school.imports.edexml_data import EdexGroup, Edexml, EdexPupil, EdexStaff
from school.lib import clock
from school.lib.db import db, writing
from school.lib.text import Refused
from school.people import Person, StaffRole
from tests import factories
from tests.cast import Cast
from tests.client import Client, ClientOf

IMPORTS = "/admin/imports"
MULTIPART = "multipart/form-data"
PARENTS = "Voornaam;Achternaam;E-mail;Gezag;Roepnaam kind;Achternaam kind;Geboortedatum kind\r\n"
NOOR = "Noor;Bakker;03-03-2018\r\n"
STAFF = "Voornaam;Tussenvoegsel;Achternaam;E-mail;Functie;Groepen\r\n"
NEW_DIRECTOR = f"{STAFF}Boef;;Boos;boef@evil.example;directeur;\r\n".encode()
CARE_AS_DIRECTOR = f"{STAFF}Carla;;Hulst;care@school.example;directeur;\r\n".encode()
FENNA = EdexPupil(
    key="k1", first_name="Fenna", last_name="Nieuw", birth_date=date(2017, 5, 5), group_key="g5", year_level="5"
)
FIVE = EdexGroup(key="g5", name="5", year_level="5")


def _edexml(*staff: EdexStaff) -> bytes:
    year = year_of(clock.today())[0]
    return edexml_writer.write(Edexml(school_year=year, groups=(FIVE,), pupils=(FENNA,), staff=staff))


def _handed_in(browser: Client, kind: str, content: bytes, name: str) -> str:
    """The address of the preview, which is the last page of this browser."""
    browser.get(IMPORTS)
    answer = browser.press(f"{IMPORTS}/{kind}", file=(BytesIO(content), name))
    assert answer.status_code == 303, answer.text[-1500:]
    browser.get(answer.location)
    return str(answer.location)


def _applied(browser: Client, at: str, **changed: Any) -> None:
    answer = browser.press(f"{at}/application", **changed)
    assert answer.status_code == 303, answer.text[-1500:]


def _ticks(browser: Client) -> list[str]:
    """Every member of staff that the preview offers."""
    assert browser.page is not None
    found = re.findall(r'value="(staff:[^"]+)"', browser.page.text)
    assert found
    return found


def _question(browser: Client) -> str:
    """The name of the first question of the preview."""
    assert browser.page is not None
    found = re.search(r'name="(answer:[^"]+)"', browser.page.text)
    assert found
    return found[1]


def _long_ago(person: Person) -> None:
    """The password was given yesterday in every session of this person: a browser that was left open."""
    with writing():
        for session in sessions.of_person(person):
            session.password_at = clock.ago(days=1)


def _key(browser: Client) -> bytes:
    return str(browser.application.config["SECRET_KEY"]).encode()


# ── taking over an account ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_office_does_not_take_over_who_becomes_director_tomorrow(cast: Cast, client_of: ClientOf) -> None:
    with writing():
        coming = people.add("Ilse", "Straks", email="ilse@school.example")
        db.session.flush()
        people.appoint(coming, "director", starts_on=clock.today() + timedelta(days=1))
    office, person_id = client_of(cast.office), coming.public_id
    office.get("/account")
    assert office.get(f"/admin/invitations/letters?person={person_id}").status_code == 403
    assert office.post("/admin/invitations/letters", {"person": person_id}).status_code == 403
    assert office.post(f"/admin/people/{person_id}/address", {"email": "boef@evil.example"}).status_code == 403


def test_an_edexml_file_of_the_office_gives_a_director_no_address(cast: Cast, client_of: ClientOf) -> None:
    """An address is a way to a new password: who may not change it by hand does not do so with a file."""
    with writing():
        director = cast.director
        director.login_name, director.email = "dirk.vandijk", None
    office = client_of(cast.office)
    row = EdexStaff(first_name="Dirk", prefix="van", last_name="Dijk", email="boef@evil.example", key="t1")
    at = _handed_in(office, "edexml", _edexml(row), "school.xml")
    office.press(f"{at}/application", on=["staff:t1", "staff:1"])
    found = people.by_login("dirk.vandijk")
    assert found is not None
    assert found.email is None


def test_the_code_of_a_mailed_invitation_is_not_shown_without_a_trace(cast: Cast, client_of: ClientOf) -> None:
    """Nobody made a letter, so nobody looks at its code: it is an account to take, and looking is not noted."""
    office = client_of(cast.office)
    with writing():
        newcomer = next(one for one in coming_in.newcomers() if one.person.id == cast.invited.id)
        coming_in.send([newcomer], cast.office, _key(office))
    code = invitations.code_of(invitations.open_of([cast.invited.id])[cast.invited.id], _key(office))
    before = db.session.query(AuditEntry).count()
    page = office.get(f"/admin/invitations/letters?person={cast.invited.public_id}").text
    noted = db.session.query(AuditEntry).count() > before
    assert noted or code not in page


def test_another_address_ends_the_sessions_of_the_old_one(cast: Cast, client_of: ClientOf) -> None:
    parent, office = client_of(cast.parent), client_of(cast.office)
    assert parent.get("/timeline").status_code == 200
    office.get("/account")
    answer = office.post(f"/admin/people/{cast.parent.public_id}/address", {"email": "anna-nieuw@school.example"})
    assert answer.status_code == 303
    assert parent.get("/timeline").status_code == 303, "who sits in the old account is still in"


def test_one_code_makes_one_account_also_at_the_same_moment(cast: Cast, client_of: ClientOf) -> None:
    browsers = [Client(client_of(cast.office).application) for _number in range(4)]
    app, key, person_id = browsers[0].application, _key(browsers[0]), cast.invited.id
    with writing():
        code = invitations.code_of(invitations.invite(cast.invited, None, key), key)
    for browser in browsers:
        browser.get(f"/invitation/{code}")
    answers: list[int] = []

    def accept(browser: Client) -> None:
        with app.app_context():
            told = {"password": "een heel goed wachtwoord", "agreed": "y"}
            answers.append(browser.post(f"/invitation/{code}", told).status_code)

    threads = [threading.Thread(target=accept, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    invited = people.by_id(person_id)
    assert sorted(answers) == [303, 404, 404, 404]
    assert invited is not None
    assert len(sessions.of_person(invited)) == 1


# ── the password again ──────────────────────────────────────────────────────────────────────────────────────────────


def test_roles_of_a_staff_sheet_ask_the_password_again(cast: Cast, client_of: ClientOf) -> None:
    admin = client_of(cast.admin)
    at = _handed_in(admin, "staff", NEW_DIRECTOR, "staf.csv")
    _long_ago(cast.admin)
    admin.press(f"{at}/application", on=_ticks(admin))
    assert people.by_login("boef@evil.example") is None


def test_a_preview_is_not_shown_by_the_back_door(cast: Cast, client_of: ClientOf) -> None:
    """The page asks the password; so does what answers a form that is out of date."""
    admin = client_of(cast.admin)
    at = _handed_in(admin, "staff", NEW_DIRECTOR, "staf.csv")
    _long_ago(cast.admin)
    assert "Boos" not in admin.post(f"{at}/application", {"seen": "old"}).text


def test_undoing_asks_the_password_again(cast: Cast, client_of: ClientOf) -> None:
    admin = client_of(cast.admin)
    at = _handed_in(admin, "staff", NEW_DIRECTOR, "staf.csv")
    _applied(admin, at, on=_ticks(admin))
    _long_ago(cast.admin)
    admin.post(f"{at}/reversal")
    assert people.by_login("boef@evil.example") is not None


def test_who_gets_a_role_from_a_sheet_logs_in_anew(cast: Cast, client_of: ClientOf) -> None:
    """As with a role that is given by hand: a session that was begun with fewer rights does not grow."""
    care, admin = client_of(cast.care), client_of(cast.admin)
    at = _handed_in(admin, "staff", CARE_AS_DIRECTOR, "staf.csv")
    _applied(admin, at, on=_ticks(admin))
    assert care.get("/admin").status_code == 303


# ── undoing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_office_does_not_end_a_director_by_undoing(cast: Cast, client_of: ClientOf) -> None:
    admin, office = client_of(cast.admin), client_of(cast.office)
    at = _handed_in(admin, "staff", CARE_AS_DIRECTOR, "staf.csv")
    _applied(admin, at, on=_ticks(admin))
    office.get("/account")
    office.post(f"{at}/reversal")
    assert "director" in policy.roles_of(cast.care)


def test_undoing_leaves_an_administrator(cast: Cast) -> None:
    with writing():
        run = runs.begin("staff", "", cast.admin)
        with journal.recording(run.id):
            people.give_role(cast.director, "admin", clock.today(), None)
        runs.settle(run, {"roles": 1})
    with writing():
        held = next(role for role in cast.admin.roles if role.role == "admin")
        people.end_role(held, clock.today() - timedelta(days=1))
    with suppress(Refused), writing():
        runs.undo(run)
    assert db.session.query(StaffRole).filter_by(role="admin", ends_on=None).count(), "nobody can give roles any more"


def test_undoing_does_not_open_what_was_blocked_or_closed_since(cast: Cast) -> None:
    noor = cast.child("Noor")
    with writing():
        run = runs.begin("edexml", "", cast.office)
        with journal.recording(run.id):
            guardians.child_leaves(noor, clock.today(), 14)
        runs.settle(run, {"left": 1})
    with writing():
        road = guardians.between(cast.parent, noor)
        assert road is not None
        guardians.block(road, "contactverbod")
        accounts.close(cast.other_parent, cast.office)
    with writing():
        runs.undo(run)
    assert not policy.viewer(cast.parent).is_guardian
    assert cast.other_parent.deactivated_at is not None


# ── back in by a side door ──────────────────────────────────────────────────────────────────────────────────────────


def test_who_was_removed_during_the_grace_stays_out_when_the_child_returns(cast: Cast) -> None:
    lotte = cast.child("Lotte")
    with writing():
        guardians.child_leaves(lotte, clock.today() - timedelta(days=5), 30)
        road = guardians.between(cast.father, lotte)
        assert road is not None
        guardians.end(road, clock.today() - timedelta(days=1))
    with writing():
        guardians.take_back(lotte, 30)
    assert policy.viewer(cast.mother).is_guardian
    assert not policy.viewer(cast.father).is_guardian


def test_what_was_given_until_a_day_does_not_become_for_ever(cast: Cast) -> None:
    """A court order until a day, a child marked as leaving by mistake, and put right."""
    noor, last = cast.child("Noor"), clock.today() + timedelta(days=40)
    with writing():
        road = guardians.between(cast.granted, noor)
        assert road is not None
        road.ends_on = last
        guardians.note_leaving(noor, clock.today() + timedelta(days=3), 60)
    with writing():
        guardians.take_back(noor, 60)
    assert road.ends_on == last


def test_who_is_blocked_is_recognised_under_another_address(cast: Cast) -> None:
    """Nobody comes to a child under a new address when somebody of that very name is blocked for it."""
    who = {"first_name": "Bart", "last_name": "Dicht", "email": "bart2@evil.example"}
    asked = factories.access_request(cast.parent, cast.child("Noor"), "guardian", **who)
    with pytest.raises(Refused), writing():
        access_requests.grant(asked, cast.office, access_requests.Terms(authority="yes"), directs=False)


@pytest.mark.parametrize("first", ["Bart", "B."])
def test_who_is_blocked_does_not_come_in_by_a_sheet(cast: Cast, client_of: ClientOf, first: str) -> None:
    """Under another address, with initials: that is asked at least, never done by itself."""
    office = client_of(cast.office)
    at = _handed_in(office, "guardians", f"{PARENTS}{first};Dicht;bart2@evil.example;ja;{NOOR}".encode(), "ouders.csv")
    _applied(office, at)
    made = people.by_login("bart2@evil.example")
    assert made is None or not policy.viewer(made).is_guardian


def test_an_old_request_tells_nothing_to_who_was_blocked(cast: Cast, client_of: ClientOf) -> None:
    """The page names the child and the group in which it sits today."""
    asked = factories.access_request(cast.parent, cast.child("Noor"))
    with writing():
        road = guardians.between(cast.parent, cast.child("Noor"))
        assert road is not None
        guardians.block(road, "contactverbod")
    assert client_of(cast.parent).get(f"/access-requests/{asked.public_id}").status_code == 404


def test_the_administrator_links_no_child_by_a_sheet(cast: Cast, client_of: ClientOf) -> None:
    """By hand guardianships are the office's and the director's; without authority the director's alone."""
    admin = client_of(cast.admin)
    admin.get(IMPORTS)
    rows = f"{PARENTS}Bea;Heer;admin@school.example;;{NOOR}".encode()
    handed_in = admin.post(f"{IMPORTS}/guardians", {"file": (BytesIO(rows), "ouders.csv")}, content_type=MULTIPART)
    if handed_in.status_code == 303 and admin.get(handed_in.location).status_code == 200:
        admin.press(f"{handed_in.location}/application", authority="yes")
    assert not policy.viewer(cast.admin).is_guardian


def test_who_would_leave_in_summer_and_stays_keeps_its_parents(cast: Cast) -> None:
    noor, turn = cast.child("Noor"), rollover.at_hand(clock.today())
    with writing():
        groups.create(groups.school_year(turn.first), Facts("6", "home", ("6",), 6, 0))
        guardians.note_leaving(noor, turn.last, 30)
    turn = rollover.at_hand(clock.today())
    with writing():
        rollover.decide(turn, {noor.public_id: rollover.options(turn)[0].value})
    road = guardians.between(cast.parent, noor)
    assert road is not None
    assert noor.left_on is None
    assert road.ends_on is None, "in September this parent is out, and nobody knows why"


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _workbook(text: str, rows: int) -> bytes:
    """A workbook that keeps one text once and shows it in every cell, as Excel does."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    row = '<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>'
    blank, made = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(blank)
    with zipfile.ZipFile(blank) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name).decode().replace("</Types>", part)
            if name == "xl/worksheets/sheet1.xml":
                content = f'<worksheet xmlns="{space}"><sheetData>{row * rows}</sheetData></worksheet>'
            after.writestr(name, content)
        after.writestr("xl/sharedStrings.xml", f'<sst xmlns="{space}"><si><t>{text}</t></si></sst>')
    return made.getvalue()


def test_one_long_text_in_many_cells_does_not_fill_the_memory() -> None:
    """15 kB of workbook can be 2 GB of cells: ten million signs, kept once, shown two hundred times. Here: 20 MB."""
    content = _workbook("x" * 100_000, 100)
    assert len(content) < 10_000
    with pytest.raises(Refused):
        sheets.read(content, "lijst.xlsx")


@pytest.mark.parametrize("answer", ["child:abc", "child:", "child:" + "9" * 5000])
def test_an_answer_that_is_no_child_is_refused(cast: Cast, client_of: ClientOf, answer: str) -> None:
    office = client_of(cast.office)
    row = "Piet;Boos;piet@evil.example;ja;Noortje;Bakker;03-03-2018\r\n"
    at = _handed_in(office, "guardians", f"{PARENTS}{row}".encode(), "ouders.csv")
    assert office.press(f"{at}/application", **{_question(office): answer}).status_code == 422


@pytest.mark.parametrize("answer", ["same", "something"])
def test_an_answer_that_was_not_offered_makes_no_account(cast: Cast, client_of: ClientOf, answer: str) -> None:
    office = client_of(cast.office)
    row = "Piet;Boos;piet@evil.example;ja;Noortje;Bakker;03-03-2018\r\n"
    at = _handed_in(office, "guardians", f"{PARENTS}{row}".encode(), "ouders.csv")
    office.press(f"{at}/application", **{_question(office): answer})
    assert people.by_login("piet@evil.example") is None


def test_somebody_else_of_the_same_name_is_linked_when_that_was_the_answer(cast: Cast, client_of: ClientOf) -> None:
    office = client_of(cast.office)
    row = f"Anna;Bakker;anna2@school.example;ja;{NOOR}"
    at = _handed_in(office, "guardians", f"{PARENTS}{row}".encode(), "ouders.csv")
    _applied(office, at, **{_question(office): "address"})
    made = people.by_login("anna2@school.example")
    assert made is not None
    assert policy.viewer(made).is_guardian, "an account without any child"


def test_columns_that_are_none_are_refused(cast: Cast, client_of: ClientOf) -> None:
    office = client_of(cast.office)
    at = _handed_in(office, "guardians", b"Foo;Bar\r\n1;2\r\n", "ouders.csv")
    for columns in ({"column:0": "nonsense"}, {"column:99": "child_first"}, {"column:" + "9" * 5000: "x"}):
        answer = office.post(f"{at}/columns", {"layout": "guardian", **columns})
        assert answer.status_code in (303, 422)


def test_a_sheet_whose_columns_have_no_names_is_not_applied(cast: Cast, client_of: ClientOf) -> None:
    office = client_of(cast.office)
    at = _handed_in(office, "guardians", b"Foo;Bar\r\n1;2\r\n", "ouders.csv")
    assert office.post(f"{at}/application", {"authority": "no", "seen": "x"}).status_code in (303, 422)


def test_headers_are_no_markup(cast: Cast, client_of: ClientOf) -> None:
    office = client_of(cast.office)
    _handed_in(office, "guardians", b"a<script>alert(1)</script>;Bar\r\n1;2\r\n", "<b>.csv")
    assert office.page is not None
    assert "<script>alert" not in office.page.text


@pytest.mark.parametrize(
    "rows",
    [
        [EdexStaff(first_name="A", last_name="Een", email="zelfde@evil.example", key="t1"),
         EdexStaff(first_name="B", last_name="Een", email="zelfde@evil.example", key="t2")],
        [EdexStaff(first_name="Wim", last_name="Oud", email="teacher@school.example", key="t1")],
        [EdexStaff(first_name="Bep", last_name="Jansen", email="teacher@school.example", key="t7")],
    ],
    ids=["twice", "somebody else's", "of who has the same surname"],
)  # fmt: skip
def test_addresses_of_an_edexml_file_never_crash(cast: Cast, client_of: ClientOf, rows: list[EdexStaff]) -> None:
    with writing():
        bep = people.add("Bep", "Jansen", login_name="bep.jansen")
        db.session.flush()
        people.appoint(bep, "support", starts_on=clock.today())
        bep.edex_key = "t7"
    office = client_of(cast.office)
    at = _handed_in(office, "edexml", _edexml(*rows), "school.xml")
    assert office.press(f"{at}/application", on=["staff:t1", "staff:t2", "staff:t7"]).status_code in (303, 422)
    assert cast.teacher.first_name == "Fleur"


# ── the log ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_role_from_a_sheet_is_noted_about_who_got_it(cast: Cast, client_of: ClientOf) -> None:
    """The notes for undoing are thrown away after sixty days; who became director is still asked then."""
    admin = client_of(cast.admin)
    at = _handed_in(admin, "staff", NEW_DIRECTOR, "staf.csv")
    _applied(admin, at, on=_ticks(admin))
    assert db.session.query(AuditEntry).filter_by(action="gave a role").count() == 1


def test_a_link_from_a_sheet_is_noted(cast: Cast, client_of: ClientOf) -> None:
    office = client_of(cast.office)
    at = _handed_in(office, "guardians", f"{PARENTS}Piet;Boos;piet@evil.example;ja;{NOOR}".encode(), "ouders.csv")
    _applied(office, at)
    piet = people.by_login("piet@evil.example")
    assert piet is not None
    assert policy.viewer(piet).is_guardian
    assert db.session.query(AuditEntry).filter_by(action="linked a guardian").count() == 1
