"""Guardianships in the administration: linking, what is given, blocking at once, exceptions and who hears of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from school import guardians, outbox, people, policy
from school.audit import AuditEntry
from school.guardians import SCOPES, Guardianship
from school.lib import clock
from school.lib.db import db, writing
from school.people import Person
from tests import factories
from tests.cast import Cast
from tests.client import HTMX, Client, ClientOf


def _day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def _road(cast: Cast, person: Person, child: str = "Noor") -> Guardianship:
    found = guardians.between(person, cast.child(child))
    assert found is not None
    return found


def _page(road: Guardianship) -> str:
    return f"/admin/guardianships/{road.public_id}"


def _noted(action: str) -> int:
    return db.session.query(AuditEntry).filter_by(action=action).count()


@pytest.fixture
def office(cast: Cast, client_of: ClientOf) -> Client:
    browser = client_of(cast.office)
    browser.get("/admin/people")
    return browser


@pytest.fixture
def director(cast: Cast, client_of: ClientOf) -> Client:
    browser = client_of(cast.director)
    browser.get("/admin/people")
    return browser


# ── linking ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _new(cast: Cast, browser: Client, child: str = "Noor", person: Person | None = None, **filled: Any) -> Any:
    address = f"/admin/pupils/{cast.child(child).public_id}/guardians"
    query = f"?person={person.public_id}" if person else ""
    assert browser.get(f"{address}/new{query}").status_code == 200
    return browser.press(address, **filled)


def test_a_new_parent_with_authority_gets_everything(cast: Cast, office: Client) -> None:
    answer = _new(cast, office, first_name="Pim", last_name="Bakker", email="pim@school.example", relation="vader",
                  authority="yes")  # fmt: skip
    assert answer.location == f"/admin/pupils/{cast.child('Noor').public_id}"
    pim = people.by_login("pim@school.example")
    assert pim is not None
    road = _road(cast, pim)
    assert (road.relation, guardians.scopes_of(road), road.kind) == ("vader", SCOPES, "guardian")
    assert (_noted("added a person"), _noted("linked a guardian")) == (1, 1)
    assert policy.viewer(pim).is_guardian


def test_a_parent_without_an_address_gets_a_login_name(cast: Cast, office: Client) -> None:
    _new(cast, office, first_name="Pim", last_name="Bakker", authority="yes")
    assert people.by_login("pim.bakker") is not None


@pytest.mark.parametrize("authority", ["no", "unknown"])
def test_without_authority_nothing_comes_by_itself(cast: Cast, office: Client, authority: str) -> None:
    answer = _new(cast, office, first_name="Pim", email="pim@school.example", authority=authority)
    pim = people.by_login("pim@school.example")
    assert pim is not None
    road = _road(cast, pim)
    assert guardians.scopes_of(road) == ()
    assert answer.location == _page(road)  # where the director goes on
    assert not policy.viewer(pim).is_guardian


def test_the_office_cannot_give_without_authority_and_the_director_says_why(
    cast: Cast, office: Client, director: Client
) -> None:
    filled = {"first_name": "Pim", "email": "pim@school.example", "authority": "no", "scopes": ["posts"]}
    assert _new(cast, office, **filled).status_code == 422
    answer = _new(cast, director, **filled)
    assert answer.status_code == 422
    assert 'value="Pim"' in answer.text
    assert people.by_login("pim@school.example") is None
    _new(cast, director, **filled, reason="Op verzoek van de moeder.")
    pim = people.by_login("pim@school.example")
    assert pim is not None
    assert guardians.scopes_of(_road(cast, pim)) == ("posts",)
    assert _noted("granted something without authority") == 1


def test_an_address_that_is_known_is_asked_about_and_never_guessed(cast: Cast, office: Client) -> None:
    answer = _new(cast, office, first_name="Maria", email="Mother@school.example", authority="yes")
    assert answer.status_code == 422
    assert "Maria van den Berg" in answer.text
    assert f'name="person" value="{cast.mother.public_id}"' in answer.text
    assert guardians.between(cast.mother, cast.child("Noor")) is None
    address = f"/admin/pupils/{cast.child('Noor').public_id}/guardians"
    office.post(address, {"first_name": "Maria", "email": "Mother@school.example", "authority": "yes",
                          "starts_on": _day(0).isoformat(), "person": cast.mother.public_id})  # fmt: skip
    assert _road(cast, cast.mother).kind == "guardian"
    assert db.session.query(Person).filter_by(first_name="Maria").count() == 1


def test_a_child_is_found_from_the_page_of_a_person(cast: Cast, office: Client) -> None:
    address = f"/admin/people/{cast.mother.public_id}/children"
    assert office.get(address).status_code == 200
    page = office.get(f"{address}?q=noor").text
    link = f"/admin/pupils/{cast.child('Noor').public_id}/guardians/new?person={cast.mother.public_id}"
    assert f'href="{link}"' in page
    assert f'href="/admin/pupils/{cast.child("Lotte").public_id}"' in office.get(f"{address}?q=lotte").text
    _new(cast, office, person=cast.mother, authority="yes", relation="pleegmoeder")
    assert _road(cast, cast.mother).relation == "pleegmoeder"


@pytest.mark.parametrize("key", ["parent", "blocked"])
def test_nobody_is_linked_twice_and_a_block_is_not_walked_around(cast: Cast, office: Client, key: str) -> None:
    answer = _new(cast, office, person=getattr(cast, key), authority="yes")
    assert answer.status_code == 422
    assert getattr(cast, key).full_name in answer.text
    assert _noted("linked a guardian") == 0


def test_an_ended_road_is_opened_again(cast: Cast, office: Client) -> None:
    _new(cast, office, person=cast.removed, authority="yes")
    assert _road(cast, cast.removed).ends_on is None
    assert policy.viewer(cast.removed).is_guardian


@pytest.mark.parametrize(
    "wrong", [{"authority": None}, {"first_name": ""}, {"email": "geen"}, {"starts_on": "x"}, {"ends_on": "2020-01-01"}]
)
def test_a_mistake_brings_the_form_back(cast: Cast, office: Client, wrong: dict[str, Any]) -> None:
    count = db.session.query(Person).count()
    answer = _new(cast, office, **({"first_name": "Pim", "authority": "yes", "relation": "stiefvâder"} | wrong))
    assert answer.status_code == 422
    assert "stiefvâder" in answer.text
    assert db.session.query(Person).count() == count


@pytest.mark.parametrize("key", ["admin", "teacher", "parent"])
def test_linking_is_for_office_and_director(cast: Cast, client_of: ClientOf, key: str) -> None:
    browser = client_of(getattr(cast, key))
    noor = cast.child("Noor").public_id
    assert browser.get(f"/admin/pupils/{noor}/guardians/new").status_code == 403
    assert browser.post(f"/admin/pupils/{noor}/guardians", {"first_name": "Pim"}).status_code == 403


# ── changing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_terms_are_changed(cast: Cast, office: Client) -> None:
    page = _page(_road(cast, cast.parent))
    office.get(page)
    answer = office.press(page, relation="moeder", scopes=["posts", "absences"], note="Woont in het buitenland.",
                          ends_on=_day(40).isoformat())  # fmt: skip
    assert answer.location == page
    road = _road(cast, cast.parent)
    assert (road.relation, guardians.scopes_of(road)) == ("moeder", ("posts", "absences"))
    assert (road.note, road.ends_on) == ("Woont in het buitenland.", _day(40))
    assert _noted("changed a guardianship") == 1


def test_what_cannot_be_comes_back_and_is_not_kept(cast: Cast, office: Client) -> None:
    page = _page(_road(cast, cast.granted))
    office.get(page)
    answer = office.press(page, scopes=["posts", "messages"], relation="tante Jó")
    assert answer.status_code == 422
    assert "tante Jó" in answer.text
    assert guardians.scopes_of(_road(cast, cast.granted)) == ("posts",)
    assert _road(cast, cast.granted).relation == ""


def test_the_director_gives_a_part_without_authority(cast: Cast, director: Client) -> None:
    page = _page(_road(cast, cast.no_authority))
    director.get(page)
    assert director.press(page, scopes=["posts"]).status_code == 422
    director.get(page)
    director.press(page, scopes=["posts"], reason="De rechter vroeg het.")
    assert _road(cast, cast.no_authority).approved_by_id == cast.director.id
    assert policy.viewer(cast.no_authority).is_guardian
    assert _noted("granted something without authority") == 1


def test_the_administrator_sees_and_blocks_and_changes_nothing(cast: Cast, client_of: ClientOf) -> None:
    with writing():
        _road(cast, cast.parent).note = "Uitspraak van de rechter."
    admin, page = client_of(cast.admin), _page(_road(cast, cast.parent))
    shown = admin.get(page)
    assert shown.status_code == 200
    assert "Uitspraak" not in shown.text
    assert f'action="{page}"' not in shown.text
    for deed in ("", "/ending", "/block/removal", "/exception", "/position"):
        assert admin.post(page + deed).status_code == 403
    admin.get(page)
    admin.press(f"{page}/block", reason="Belde de school.")
    assert _road(cast, cast.parent).kind == "blocked"


def test_an_access_ends_on_a_day_or_now(cast: Cast, office: Client) -> None:
    page = _page(_road(cast, cast.parent))
    office.get(page)
    office.press(f"{page}/ending", last_day=_day(3).isoformat())
    assert _road(cast, cast.parent).ends_on == _day(3)
    office.get(page)
    wrong = office.press(f"{page}/ending", last_day=_day(5).isoformat())
    assert wrong.status_code == 422
    assert _day(5).isoformat() in wrong.text
    office.get(page)
    office.press(f"{page}/ending", last_day="")
    assert not policy.viewer(cast.parent).is_guardian
    assert _noted("ended a guardianship") == 2


def test_guardians_are_put_in_order_from_the_page_of_the_child(cast: Cast, office: Client) -> None:
    page = f"/admin/pupils/{cast.child('Lotte').public_id}"
    shown = office.get(page).text
    assert shown.index("Maria van den Berg") < shown.index("Frank IJsselstein")
    answer = office.post(f"{_page(_road(cast, cast.father, 'Lotte'))}/position", {"step": "earlier"})
    shown = office.follow(answer).text
    assert shown.index("Frank IJsselstein") < shown.index("Maria van den Berg")
    office.post(f"{_page(_road(cast, cast.father, 'Lotte'))}/position", {"step": "later"})
    assert [road.person.first_name for road in guardians.of_pupil(cast.child("Lotte"))] == ["Maria", "Frank"]


# ── blocking ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("start", ["person", "pupil"])
def test_a_block_works_on_the_next_request_of_an_open_session(
    cast: Cast, office: Client, client_of: ClientOf, start: str
) -> None:
    post = factories.post(cast.teacher, [cast.five])
    photo = factories.photo(post)
    parent = client_of(cast.parent)
    addresses = [f"/posts/{post.public_id}", f"/photos/{photo.public_id}/small"]
    assert [parent.get(address).status_code for address in addresses] == [200, 200]
    road = _road(cast, cast.parent)
    began = f"/admin/people/{cast.parent.public_id}" if start == "person" else f"/admin/pupils/{road.pupil.public_id}"
    office.get(began)
    office.press(f"{_page(road)}/block", reason="Belde zelf af.")
    assert [parent.get(address).status_code for address in addresses] == [404, 404]
    assert post.public_id not in parent.get("/timeline").text
    assert parent.post(f"/posts/{post.public_id}/comments", {"body": "Nog even"}, headers=HTMX).status_code == 404
    assert "Noor" not in parent.get("/children").text
    assert _noted("blocked a guardian") == 1
    assert _road(cast, cast.parent).reason == "Belde zelf af."


def test_a_block_of_one_child_leaves_the_other_one(cast: Cast, office: Client, client_of: ClientOf) -> None:
    with writing():
        guardians.link(cast.parent, cast.child("Mees"))
    office.post(f"{_page(_road(cast, cast.parent))}/block", {"reason": "?"})
    page = client_of(cast.parent).get("/children").text
    assert "Mees" in page
    assert "Noor" not in page


def test_a_block_says_why(cast: Cast, office: Client) -> None:
    answer = office.post(f"{_page(_road(cast, cast.parent))}/block", {"reason": " "})
    assert answer.status_code == 422
    assert _road(cast, cast.parent).kind == "guardian"
    assert _noted("blocked a guardian") == 0


def test_a_block_is_lifted(cast: Cast, office: Client) -> None:
    page = _page(_road(cast, cast.blocked))
    office.get(page)
    answer = office.press(f"{page}/block/removal")
    assert answer.location == page
    assert policy.viewer(cast.blocked).is_guardian
    assert _noted("lifted a block") == 1


# ── exceptions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _approve(cast: Cast, browser: Client, **changed: Any) -> Any:
    page = _page(_road(cast, cast.no_authority))
    filled = {"reason": "Past drie dagen op.", "agreed_by": cast.teacher.public_id, "ends_on": _day(90).isoformat(),
              "scopes": ["posts"]}  # fmt: skip
    browser.get(page)
    return browser.press(f"{page}/exception", **(filled | changed))


def test_an_exception_is_approved_and_the_others_are_told(cast: Cast, director: Client) -> None:
    answer = _approve(cast, director)
    road = _road(cast, cast.no_authority)
    assert answer.location == _page(road)
    assert (road.kind, road.ends_on, road.reason) == ("exception", _day(90), "Past drie dagen op.")
    assert (road.agreed_by_id, road.approved_by_id) == (cast.teacher.id, cast.director.id)
    told = {(mail.kind, mail.person.email) for mail in outbox.latest()}
    assert told == {("access_given", f"{key}@school.example") for key in ("parent", "granted")}
    assert policy.viewer(cast.no_authority).is_guardian
    assert _noted("approved an exception") == 1
    page = director.get(f"/admin/pupils/{cast.child('Noor').public_id}").text
    assert "Fleur Jansen" in page
    assert "Past drie dagen op." in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"agreed_by": "22222222222"},
        {"ends_on": ""},
        {"ends_on": _day(400).isoformat()},
        {"ends_on": _day(-1).isoformat()},
        {"scopes": None},
        {"scopes": ["consent"]},
    ],
)
def test_half_an_exception_comes_back(cast: Cast, director: Client, wrong: dict[str, Any]) -> None:
    answer = _approve(cast, director, **wrong)
    assert answer.status_code == 422
    assert _road(cast, cast.no_authority).kind == "guardian"
    assert outbox.latest() == []


def test_only_who_teaches_the_child_can_have_agreed(cast: Cast, director: Client) -> None:
    page = director.get(_page(_road(cast, cast.no_authority))).text
    for key in ("teacher", "duo", "substitute"):
        assert getattr(cast, key).public_id in page
    for key in ("other_teacher", "specialist", "past_substitute"):
        assert getattr(cast, key).public_id not in page
    assert _approve(cast, director, agreed_by=cast.other_teacher.public_id).status_code == 422


def test_exceptions_are_the_directors(cast: Cast, office: Client) -> None:
    page = _page(_road(cast, cast.no_authority))
    assert f'action="{page}/exception"' not in office.get(page).text
    assert office.post(f"{page}/exception", {"reason": "?"}).status_code == 403


def test_who_has_authority_is_offered_no_exception(cast: Cast, director: Client) -> None:
    page = _page(_road(cast, cast.parent))
    assert f'action="{page}/exception"' not in director.get(page).text
    answer = director.post(f"{page}/exception", {"reason": "?", "agreed_by": cast.teacher.public_id,
                                                 "ends_on": _day(9).isoformat(), "scopes": "posts"})  # fmt: skip
    assert answer.status_code == 422
    assert _road(cast, cast.parent).kind == "guardian"
