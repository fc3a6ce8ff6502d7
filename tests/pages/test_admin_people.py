"""People in the administration: the list, a person's page, accounts, addresses and roles."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from school import groups, guardians, outbox, people, policy
from school.audit import AuditEntry
from school.groups import GroupMember
from school.lib import clock
from school.lib.db import db, writing
from school.people import Person, StaffRole
from school.pupils import Pupil
from tests import factories
from tests.cast import Cast
from tests.client import Client, ClientOf
from tests.rules.test_queries import queries

LIST = "/admin/people"


def _day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def _page(person: Person) -> str:
    return f"{LIST}/{person.public_id}"


def _noted(action: str) -> list[tuple[str, int | None]]:
    return [(entry.thing, entry.thing_id) for entry in db.session.query(AuditEntry).filter_by(action=action)]


@pytest.fixture
def office(cast: Cast, client_of: ClientOf) -> Client:
    browser = client_of(cast.office)
    browser.get(LIST)
    return browser


@pytest.fixture
def director(cast: Cast, client_of: ClientOf) -> Client:
    browser = client_of(cast.director)
    browser.get(LIST)
    return browser


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "inside", "outside"),
    [
        ("", "Dora Af", "nobody at all"),
        ("staff", "Deniz Yılmaz", "Anna Bakker"),
        ("staff", "Deniz Yılmaz", "Wim Oud"),
        ("guardians", "Anna Bakker", "Deniz Yılmaz"),
        ("guardians", "Tess Kok", "Bart Dicht"),
        ("closed", "Dora Af", "Anna Bakker"),
        ("nonsense", "Dora Af", "nobody at all"),
    ],
)
def test_the_list_shows_who_is_asked_for(office: Client, kind: str, inside: str, outside: str) -> None:
    page = office.get(f"{LIST}?kind={kind}").text
    assert inside in page
    assert outside not in page


def test_the_list_leads_to_each_person_and_keeps_the_search(cast: Cast, office: Client) -> None:
    page = office.get(f"{LIST}?q=bakker&kind=guardians").text
    assert f'href="{_page(cast.parent)}"' in page
    assert f'href="{LIST}?kind=staff&amp;q=bakker"' in page or f'href="{LIST}?q=bakker&amp;kind=staff"' in page


def test_three_hundred_people_ask_as_often_as_twenty(cast: Cast, office: Client) -> None:
    few = queries(office, LIST)
    with writing():
        for number in range(300):
            person = people.add(f"Ouder {number}", "Veel", email=f"veel{number}@school.example")
            guardians.link(person, cast.child("Noor"))
    many = queries(office, LIST)
    assert len(many) == len(few), "\n".join(many)
    assert "Ouder 299" in office.get(LIST).text


# ── a person ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_shows_every_road_and_since_when(cast: Cast, director: Client) -> None:
    with writing():
        council = groups.add("Ouderraad", cast.five.school_year, kind="committee")
        member = GroupMember(group=council, person=cast.teacher_parent, starts_on=_day(-50), ends_on=None)
        db.session.add(member)
        road = guardians.between(cast.teacher_parent, cast.child("Storm"))
        assert road is not None
        road.relation, road.note = "moeder", "Belt liever niet."
    page = director.get(_page(cast.teacher_parent)).text
    for told in ("Storm Kok", "moeder", "Belt liever niet.", "groep 6", "Ouderraad", "leerkracht"):
        assert told in page
    assert f'href="/admin/pupils/{cast.child("Storm").public_id}"' in page


@pytest.mark.parametrize(("key", "reads"), [("director", True), ("office", True), ("admin", False)])
def test_notes_are_for_director_and_office(cast: Cast, client_of: ClientOf, key: str, reads: bool) -> None:
    with writing():
        road = guardians.between(cast.parent, cast.child("Noor"))
        assert road is not None
        road.note, road.reason = "Uitspraak van de rechter.", "Daarom."
    page = client_of(getattr(cast, key)).get(_page(cast.parent)).text
    assert ("Uitspraak van de rechter." in page) is reads
    assert ("Daarom." in page) is reads


def test_somebody_with_five_children_and_a_name_in_another_script(cast: Cast, director: Client) -> None:
    with writing():
        person = people.add("عبد الرحمن", "الفيتوري", email="abd@school.example")
        for number in range(5):
            child = db.session.merge(Pupil(first_name=f"Kind {number}", sort_key="k", birth_date=date(2018, 1, 1)))
            db.session.flush()
            guardians.link(person, child)
    few = queries(director, _page(cast.parent))
    many = queries(director, _page(people.by_login("abd@school.example")))  # type: ignore[arg-type]
    assert len(many) <= len(few)
    page = director.get(_page(people.by_login("abd@school.example"))).text  # type: ignore[arg-type]
    assert page.count("Kind ") >= 5
    assert "الفيتوري" in page


def test_the_history_is_for_who_reads_the_log(cast: Cast, director: Client, office: Client) -> None:
    director.post(f"{_page(cast.parent)}/closure")
    assert "Dirk van Dijk" in director.get(_page(cast.parent)).text
    assert "Dirk van Dijk" not in office.get(_page(cast.parent)).text


# ── adding and changing ─────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_is_added_with_a_role(cast: Cast, office: Client) -> None:
    office.get(f"{LIST}/new")
    answer = office.press(LIST, first_name=" Els ", prefix="de", last_name="Boer", email="Els@School.example",
                          salutation="juf", roles=["teacher"])  # fmt: skip
    person = people.by_login("els@school.example")
    assert person is not None
    assert answer.location == _page(person)
    assert (person.called, person.full_name) == ("juf Els", "Els de Boer")
    assert policy.roles_of(person) == {"teacher"}
    assert _noted("added a person") == [("Person", person.id)]
    assert _noted("gave a role") == [("StaffRole", person.roles[0].id)]


def test_who_has_no_address_gets_a_login_name(cast: Cast, office: Client) -> None:
    office.get(f"{LIST}/new")
    office.press(LIST, first_name="Zoë", last_name="Çelik")
    assert people.by_login("zoe.celik") is not None
    office.get(f"{LIST}/new")
    office.press(LIST, first_name="Zoë", last_name="Çelik", login_name="zoe.de.tweede")
    assert people.by_login("zoe.de.tweede") is not None


def test_a_mistake_brings_the_form_back_filled_in(cast: Cast, office: Client) -> None:
    count = db.session.query(Person).count()
    for wrong in ({"email": "parent@school.example"}, {"email": "geen adres"}, {"first_name": ""}, {"login_name": "Ü"}):
        office.get(f"{LIST}/new")
        answer = office.press(LIST, **({"first_name": "Els", "last_name": "Bóer", "phone": "06 12"} | wrong))
        assert answer.status_code == 422
        assert 'value="Bóer"' in answer.text
        assert 'aria-invalid="true"' in answer.text
    assert db.session.query(Person).count() == count


def test_the_office_gives_only_the_roles_of_a_team(cast: Cast, office: Client, director: Client) -> None:
    assert 'value="admin"' not in office.get(f"{LIST}/new").text
    assert 'value="admin"' in director.get(f"{LIST}/new").text
    office.get(f"{LIST}/new")
    assert office.press(LIST, first_name="Els", email="els@school.example", roles=["admin"]).status_code == 422
    assert people.by_login("els@school.example") is None


def test_a_name_is_changed_and_noted_without_saying_it(cast: Cast, office: Client) -> None:
    office.get(f"{_page(cast.parent)}/edit")
    answer = office.press(_page(cast.parent), last_name="Bakker-Jansen", phone="06-1234 5678", language="en")
    assert answer.location == _page(cast.parent)
    person = cast.parent
    assert (person.last_name, person.phone, person.language) == ("Bakker-Jansen", "06-1234 5678", "en")
    entry = db.session.query(AuditEntry).filter_by(action="changed a person").one()
    assert entry.detail == '{"fields": ["language", "last_name", "phone"]}'
    office.get(f"{_page(cast.parent)}/edit")
    office.press(_page(cast.parent))
    assert len(_noted("changed a person")) == 1


@pytest.mark.parametrize("wrong", [{"first_name": " "}, {"phone": "bel maar"}, {"language": "fr"}])
def test_a_change_that_cannot_be_comes_back(cast: Cast, office: Client, wrong: dict[str, str]) -> None:
    office.get(f"{_page(cast.parent)}/edit")
    answer = office.press(_page(cast.parent), **{"last_name": "Anders", **wrong})
    assert answer.status_code == 422
    assert 'value="Anders"' in answer.text
    assert cast.parent.last_name == "Bakker"


# ── the address ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_address_is_told_to_the_old_one(cast: Cast, office: Client) -> None:
    office.get(_page(cast.parent))
    address = f"{_page(cast.parent)}/address"
    office.press(address, email="anna@nieuw.example")
    mail = outbox.latest()[0]
    assert (mail.kind, mail.address, mail.person.email) == (
        "address_changed",
        "parent@school.example",
        "anna@nieuw.example",
    )
    assert len(_noted("changed an address")) == 1


def test_an_address_in_use_is_refused_in_a_sentence(cast: Cast, office: Client) -> None:
    office.get(_page(cast.parent))
    answer = office.press(f"{_page(cast.parent)}/address", email="mother@school.example")
    assert answer.status_code == 422
    assert "Maria van den Berg" in answer.text
    assert 'value="mother@school.example"' in answer.text
    assert outbox.latest() == []
    assert _noted("changed an address") == []


# ── closing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_closed_account_is_out_at_the_next_request(cast: Cast, office: Client, client_of: ClientOf) -> None:
    parent = client_of(cast.parent)
    assert parent.get("/timeline").status_code == 200
    office.get(_page(cast.parent))
    office.press(f"{_page(cast.parent)}/closure")
    assert parent.get("/timeline").location.startswith("/login")
    assert _noted("closed an account") == [("Person", cast.parent.id)]
    office.get(_page(cast.parent))
    office.press(f"{_page(cast.parent)}/closure/removal")
    assert cast.parent.deactivated_at is None
    assert parent.get("/timeline").location.startswith("/login")


@pytest.mark.parametrize("key", ["admin", "director"])
def test_the_last_one_is_not_closed(cast: Cast, client_of: ClientOf, key: str) -> None:
    by = client_of(cast.director if key == "admin" else cast.admin)
    answer = by.post(f"{_page(getattr(cast, key))}/closure")
    assert answer.location == _page(getattr(cast, key))
    assert "toast--error" in by.follow(answer).text
    assert getattr(cast, key).deactivated_at is None
    assert _noted("closed an account") == []


def test_nobody_is_offered_to_close_their_own(cast: Cast, director: Client) -> None:
    assert f'action="{_page(cast.director)}/closure"' not in director.get(_page(cast.director)).text
    director.post(f"{_page(cast.director)}/closure")
    assert cast.director.deactivated_at is None


@pytest.mark.parametrize("key", ["director", "admin"])
def test_the_office_does_not_touch_who_is_above_it(cast: Cast, office: Client, key: str) -> None:
    page = _page(getattr(cast, key))
    shown = office.get(page)
    assert shown.status_code == 200
    assert f'action="{page}' not in shown.text
    assert f'href="{page}/edit"' not in shown.text
    for deed in ("", "/address", "/closure", "/closure/removal", "/roles"):
        assert office.post(page + deed, {"email": "mine@school.example"}).status_code == 403
    assert office.get(f"{page}/edit").status_code == office.get(f"{page}/roles").status_code == 403
    assert getattr(cast, key).email == f"{key}@school.example"


# ── roles ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_role_is_given_and_whoever_gets_it_logs_in_anew(cast: Cast, director: Client, client_of: ClientOf) -> None:
    parent = client_of(cast.parent)
    parent.get("/timeline")
    address = f"{_page(cast.parent)}/roles"
    director.get(address)
    answer = director.press(address, role="office")
    assert answer.location == address
    assert policy.roles_of(cast.parent) == {"office"}
    assert parent.get("/timeline").location.startswith("/login")


def test_who_gives_a_role_to_themselves_goes_on(cast: Cast, director: Client) -> None:
    director.get(f"{_page(cast.director)}/roles")
    director.press(f"{_page(cast.director)}/roles", role="admin")
    assert policy.roles_of(cast.director) == {"director", "admin"}
    assert director.get("/admin").status_code == 200


def test_an_ended_role_counts_at_the_next_request(cast: Cast, director: Client, client_of: ClientOf) -> None:
    teacher = client_of(cast.teacher)
    assert teacher.get("/posts").status_code == 200
    held = cast.teacher.roles[0]
    director.get(f"{_page(cast.teacher)}/roles")
    director.press(f"/admin/roles/{held.public_id}/ending", last_day="")
    assert teacher.get("/posts").status_code == 403
    assert _noted("ended a role") == [("StaffRole", held.id)]


def test_a_role_that_ends_later_counts_until_then(cast: Cast, director: Client) -> None:
    held = cast.teacher.roles[0]
    director.get(f"{_page(cast.teacher)}/roles")
    director.press(f"/admin/roles/{held.public_id}/ending", last_day=_day(10).isoformat())
    assert cast.teacher.roles[0].ends_on == _day(10)
    assert policy.roles_of(cast.teacher) == {"teacher"}


def test_the_last_administrator_stays_and_the_form_says_why(cast: Cast, director: Client) -> None:
    held = cast.admin.roles[0]
    answer = director.post(f"/admin/roles/{held.public_id}/ending", {"last_day": _day(3).isoformat()})
    assert answer.status_code == 422
    assert f'value="{_day(3).isoformat()}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert cast.admin.roles[0].ends_on is None


def test_a_role_with_days_that_cannot_be_comes_back(cast: Cast, director: Client) -> None:
    address = f"{_page(cast.teacher)}/roles"
    for wrong in ({"role": "teacher"}, {"role": "care", "ends_on": _day(-1).isoformat()}, {"starts_on": "morgen"},
                  {"starts_on": ""}, {"role": "king"}):  # fmt: skip
        director.get(address)
        assert director.press(address, **wrong).status_code == 422, wrong
    assert len(cast.teacher.roles) == 1


def test_the_office_ends_the_roles_of_a_team_only(cast: Cast, office: Client) -> None:
    assert office.post(f"/admin/roles/{cast.care.roles[0].public_id}/ending").status_code == 403
    assert office.post(f"/admin/roles/{cast.teacher.roles[0].public_id}/ending").status_code == 303
    with writing():
        second = people.appoint(cast.director, "teacher", starts_on=_day(-1))
    assert office.post(f"/admin/roles/{second.public_id}/ending").status_code == 403


@pytest.mark.parametrize("path", ["new", "roles"])
def test_roles_ask_the_password_again_after_a_while(cast: Cast, client_of: ClientOf, path: str) -> None:
    director = client_of(cast.director)
    director.get("/account")
    page = _page(cast.teacher)
    with writing():
        for session in db.session.query(factories.sessions.Session):
            session.password_at = clock.ago(minutes=16)
    asked = director.get(f"{LIST}/new" if path == "new" else f"{page}/roles")
    assert asked.location.startswith("/account/confirmation?next=")
    posted = director.post(LIST if path == "new" else f"{page}/roles", {"first_name": "Els", "role": "admin"})
    assert posted.location.startswith("/account/confirmation")
    ended = director.post(f"/admin/roles/{cast.teacher.roles[0].public_id}/ending")
    assert ended.location.startswith("/account/confirmation")
    assert db.session.query(StaffRole).filter(StaffRole.role == "admin").count() == 1
    assert policy.roles_of(cast.teacher) == {"teacher"}
