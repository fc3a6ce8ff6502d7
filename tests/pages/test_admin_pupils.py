"""Pupils in the administration: the list and what stands out in it, places in groups, coming and going."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from school import enrolments, groups, guardians, pupils
from school.audit import AuditEntry
from school.lib import clock
from school.lib.db import db, writing
from school.pupils import Pupil
from tests.cast import Cast
from tests.client import Client, ClientOf
from tests.rules.test_queries import queries

LIST = "/admin/pupils"


def _day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def _page(pupil: Pupil) -> str:
    return f"{LIST}/{pupil.public_id}"


def _noted(action: str) -> int:
    return db.session.query(AuditEntry).filter_by(action=action).count()


@pytest.fixture
def office(cast: Cast, client_of: ClientOf) -> Client:
    with writing():
        year = cast.five.school_year
        year.starts_on, year.ends_on = _day(-200), _day(200)
    browser = client_of(cast.office)
    browser.get(LIST)
    return browser


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_shows_group_and_guardians(cast: Cast, office: Client) -> None:
    page = office.get(f"{LIST}?q=noor").text
    assert "groep 5" in page
    assert "Anna Bakker" in page
    assert "Rob Weg" not in page  # his access has ended
    assert f'href="{_page(cast.child("Noor"))}"' in page


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("alone", {"Fien"}),
        ("missing", {"Mees"}),
        ("nowhere", {"Fien"}),
        ("planned", {"Kim"}),
        ("left", {"Bram"}),
        ("nonsense", {"Noor", "Mees", "Lotte", "Storm", "Yusuf", "Roos", "Zoë", "Fien", "Kim"}),
    ],
)
def test_the_list_shows_what_a_pupil_is(cast: Cast, office: Client, state: str, names: set[str]) -> None:
    with writing():
        cast.child("Mees").missing_since = _day(-3)
        pupils.add("Fien", "Alleen", birth_date=date(2019, 1, 1))
        planned = pupils.add("Kim", "Straks", birth_date=date(2022, 1, 1))
        groups.enrol(planned, cast.five, starts_on=_day(20), ends_on=_day(200))
        guardians.link(cast.invited, planned, starts_on=_day(20))
    page = office.get(f"{LIST}?state={state}").text
    shown = {pupil.first_name for pupil in db.session.query(Pupil) if _page(pupil) in page}
    assert shown == names


def test_the_list_of_a_group(cast: Cast, office: Client) -> None:
    page = office.get(f"{LIST}?group={cast.six.public_id}").text
    assert "Mees Smit" in page
    assert "Noor Bakker" not in page
    assert office.get(f"{LIST}?group=22222222222").status_code == 404


def test_a_closed_account_gives_a_child_nobody(cast: Cast, office: Client) -> None:
    with writing():
        cast.other_parent.deactivated_at = clock.now()
    assert "Mees Smit" in office.get(f"{LIST}?state=alone").text


def test_three_hundred_pupils_ask_as_often_as_ten(cast: Cast, office: Client) -> None:
    few = queries(office, LIST)
    with writing():
        for number in range(300):
            child = pupils.add(f"Kind {number}", "Veel", birth_date=date(2018, 1, 1))
            groups.enrol(child, cast.five, starts_on=_day(-5), ends_on=_day(100))
            guardians.link(cast.parent, child)
    assert len(queries(office, LIST)) == len(few)
    assert "Kind 299" in office.get(LIST).text


def test_an_empty_school_says_what_to_do(cast: Cast, office: Client) -> None:
    assert office.get(f"{LIST}?q=xyzzy").status_code == 200


# ── a pupil ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pupil_is_added_in_a_group(cast: Cast, office: Client) -> None:
    office.get(f"{LIST}/new")
    answer = office.press(LIST, first_name="Fien", prefix="van", last_name="Loon", birth_date="2019-02-03",
                          group=cast.six.public_id)  # fmt: skip
    fien = cast.child("Fien")
    assert answer.location == _page(fien)
    assert [(place.group.name, place.year_level) for place in enrolments.of_pupil(fien)] == [("6", "6")]
    assert (_noted("added a pupil"), _noted("placed a pupil in a group")) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_name": ""},
        {"birth_date": "gisteren"},
        {"birth_date": ""},
        {"birth_date": "1919-02-03"},
        {"starts_on": "2001-01-01"},
        {"group": "22222222222"},
        {"first_name": "Noor", "last_name": "Bakker", "birth_date": "2018-03-03"},
    ],
)
def test_a_mistake_brings_the_form_back_and_adds_nobody(cast: Cast, office: Client, wrong: dict[str, str]) -> None:
    count = db.session.query(Pupil).count()
    told = {"first_name": "Fien", "last_name": "Lóón", "birth_date": "2019-02-03", "prefix": "van"}
    office.get(f"{LIST}/new")
    answer = office.press(LIST, **(told | wrong))
    assert answer.status_code == 422
    assert 'value="van"' in answer.text
    assert db.session.query(Pupil).count() == count
    assert _noted("added a pupil") == 0


def test_a_day_may_be_written_as_people_write_it(cast: Cast, office: Client) -> None:
    office.get(f"{LIST}/new")
    office.press(LIST, first_name="Fien", birth_date="3-2-2019", group=cast.six.public_id)
    assert cast.child("Fien").birth_date == date(2019, 2, 3)


def test_names_and_birth_date_are_changed(cast: Cast, office: Client) -> None:
    page = _page(cast.child("Noor"))
    office.get(f"{page}/edit")
    answer = office.press(page, last_name="de Bakker", birth_date="2018-03-04")
    assert answer.location == page
    assert cast.child("Noor").birth_date == date(2018, 3, 4)
    office.get(f"{page}/edit")
    assert office.press(page, birth_date="2081-03-04", first_name="Nora").status_code == 422
    assert cast.child("Noor").first_name == "Noor"
    assert _noted("changed a pupil") == 1


def test_a_page_shows_places_guardians_and_who_decided(cast: Cast, client_of: ClientOf) -> None:
    with writing():
        road = guardians.between(cast.exception, cast.child("Noor"))
        assert road is not None
        road.agreed_by_id, road.approved_by_id, road.reason = cast.teacher.id, cast.director.id, "Past op."
    page = client_of(cast.director).get(_page(cast.child("Noor"))).text
    for told in ("groep 5", "Anna Bakker", "Eva Even", "Fleur Jansen", "Dirk van Dijk", "Past op.", "Bart Dicht"):
        assert told in page
    assert "Past op." not in client_of(cast.admin).get(_page(cast.child("Noor"))).text


# ── groups ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pupil_moves_on_a_day(cast: Cast, office: Client) -> None:
    page = _page(cast.child("Noor"))
    office.get(page)
    answer = office.press(f"{page}/places", group=cast.six.public_id, starts_on=_day(10).isoformat())
    assert answer.location == page
    found = [(place.group.name, place.starts_on, place.ends_on) for place in enrolments.of_pupil(cast.child("Noor"))]
    assert found == [("6", _day(10), _day(200)), ("5", _day(-200), _day(9))]


def test_a_move_that_cannot_be_comes_back_open(cast: Cast, office: Client) -> None:
    page = _page(cast.child("Noor"))
    office.get(page)
    answer = office.press(f"{page}/places", group=cast.five.public_id, starts_on=_day(7).isoformat())
    assert answer.status_code == 422
    assert f'value="{_day(7).isoformat()}"' in answer.text
    assert len(enrolments.of_pupil(cast.child("Noor"))) == 1


def test_a_cross_group_is_added_and_ended(cast: Cast, office: Client) -> None:
    with writing():
        plus = groups.add("Plusgroep", cast.five.school_year, kind="cross")
    page = _page(cast.child("Noor"))
    office.get(page)
    office.press(f"{page}/places", group=plus.public_id)
    place = enrolments.of_pupil(cast.child("Noor"))[0]
    ending = f"/admin/enrolments/{place.public_id}/ending"
    office.get(page)
    wrong = office.press(ending, last_day="ooit")
    assert wrong.status_code == 422
    assert "ooit" in wrong.text
    office.get(page)
    office.press(ending, last_day=_day(3).isoformat())
    assert enrolments.of_pupil(cast.child("Noor"))[0].ends_on == _day(3)
    assert _noted("ended a place in a group") == 1


def test_the_own_group_is_not_ended_like_that(cast: Cast, office: Client) -> None:
    place = enrolments.of_pupil(cast.child("Noor"))[0]
    assert place.public_id not in office.get(_page(cast.child("Noor"))).text
    assert office.post(f"/admin/enrolments/{place.public_id}/ending").status_code == 422
    assert enrolments.of_pupil(cast.child("Noor"))[0].ends_on == _day(200)


# ── coming and going ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_child_leaves_and_its_family_reads_on_for_the_grace(cast: Cast, office: Client, client_of: ClientOf) -> None:
    page = _page(cast.child("Mees"))
    office.get(page)
    office.press(f"{page}/departure", last_day=_day(-1).isoformat())
    road = guardians.between(cast.other_parent, cast.child("Mees"))
    assert road is not None
    assert road.ends_on == _day(29)
    assert client_of(cast.other_parent).get("/timeline").status_code == 200
    office.get(page)
    office.press(f"{page}/departure/removal")
    road = guardians.between(cast.other_parent, cast.child("Mees"))
    assert road is not None
    assert (road.ends_on, cast.child("Mees").left_on) == (None, None)
    assert enrolments.of_pupil(cast.child("Mees"))[0].ends_on == _day(200)
    assert (_noted("noted that a pupil left"), _noted("noted that a pupil stays")) == (1, 1)


def test_leaving_asks_for_a_day_and_not_twice(cast: Cast, office: Client) -> None:
    page = _page(cast.child("Mees"))
    office.get(page)
    assert office.press(f"{page}/departure", last_day="").status_code == 422
    office.post(f"{page}/departure", {"last_day": _day(5).isoformat()})
    assert office.post(f"{page}/departure", {"last_day": _day(9).isoformat()}).status_code == 422
    assert cast.child("Mees").left_on == _day(5)


@pytest.mark.parametrize("answer", ["stays", "left"])
def test_no_longer_in_the_file_is_answered_on_the_page(cast: Cast, office: Client, answer: str) -> None:
    with writing():
        cast.child("Mees").missing_since = _day(-3)
    page = _page(cast.child("Mees"))
    office.get(page)
    if answer == "stays":
        office.press(f"{page}/departure/removal")
    else:
        office.press(f"{page}/departure", last_day=_day(-3).isoformat())
    assert cast.child("Mees").missing_since is None
    assert cast.child("Mees").left_on == (None if answer == "stays" else _day(-3))


def test_there_is_nothing_to_take_back_of_who_is_here(cast: Cast, office: Client) -> None:
    page = _page(cast.child("Mees"))
    answer = office.post(f"{page}/departure/removal")
    assert "toast--error" in office.follow(answer).text
    assert _noted("noted that a pupil stays") == 0
