"""Guardianships, places and pupils by hand: who gives what to whom, until when, and what happens when a child goes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from school import agreements, enrolments, groups, guardians, policy, pupils
from school.agreements import Terms
from school.guardians import SCOPES, Guardianship
from school.lib import clock
from school.lib.db import db, writing
from school.lib.text import Refused
from school.people import Person
from school.pupils import Pupil
from tests.cast import Cast


def _day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def _road(person: Person, pupil: Pupil) -> Guardianship:
    found = guardians.between(person, pupil)
    assert found is not None
    return found


def _terms(road: Guardianship | None = None, **changed: Any) -> Terms:
    """The terms as they are, or those of a new guardian, with some changed."""
    if road is None:
        known: dict[str, Any] = {"relation": "moeder", "authority": "yes", "scopes": SCOPES, "starts_on": _day(0)}
    else:
        fields = ("relation", "authority", "starts_on", "ends_on", "note", "reason")
        known = {name: getattr(road, name) for name in fields} | {"scopes": guardians.scopes_of(road)}
    known = {"ends_on": None, **known, **changed}
    return Terms(**{**known, "scopes": frozenset(known["scopes"])})


def _agree(person: Person, child: str, approver: Person | None = None, **changed: Any) -> bool:
    pupil = db.session.query(Pupil).filter_by(first_name=child).one()
    road = _road(person, pupil)
    return agreements.agree(road, _terms(road, **changed), approver)


# ── what is agreed ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_guardian_is_called_last(cast: Cast) -> None:
    noor = cast.child("Noor")
    with writing():
        road = agreements.welcome(cast.mother, noor, _terms(), None)
    assert guardians.of_pupil(noor)[-1].id == road.id
    assert guardians.scopes_of(road) == SCOPES


@pytest.mark.parametrize("authority", ["no", "unknown"])
def test_without_authority_only_the_director_gives_and_says_why(cast: Cast, authority: str) -> None:
    noor = cast.child("Noor")
    asked = _terms(authority=authority, scopes=["posts"])
    with pytest.raises(Refused) as no, writing():
        agreements.welcome(cast.mother, noor, asked, None)
    assert no.value.field == "scopes"
    with pytest.raises(Refused) as no, writing():
        agreements.welcome(cast.mother, noor, asked, cast.director)
    assert no.value.field == "reason"
    assert guardians.between(cast.mother, noor) is None
    with writing():
        told = _terms(authority=authority, scopes=["posts"], reason="De rechter vroeg het.")
        road = agreements.welcome(cast.mother, noor, told, cast.director)
    assert road.approved_by_id == cast.director.id
    assert guardians.scopes_of(road) == ("posts",)


def test_without_authority_the_office_only_takes_away(cast: Cast) -> None:
    road = _road(cast.granted, cast.child("Noor"))
    with pytest.raises(Refused), writing():
        agreements.agree(_road(cast.granted, cast.child("Noor")), _terms(road, scopes=["posts", "messages"]), None)
    with writing():
        road = _road(cast.granted, cast.child("Noor"))
        assert not agreements.agree(road, _terms(road, relation="opa"), None)
    assert road.relation == "opa"
    assert road.reason == "asked by the court"
    with writing():
        road = _road(cast.granted, cast.child("Noor"))
        agreements.agree(road, _terms(road, scopes=[]), None)
    assert guardians.scopes_of(road) == ()


@pytest.mark.parametrize("change", [{"ends_on": None}, {"ends_on": 60}, {"starts_on": -300}])
def test_a_longer_time_without_authority_is_the_directors_too(cast: Cast, change: dict[str, int | None]) -> None:
    with writing():
        _road(cast.granted, cast.child("Noor")).ends_on = _day(20)
    wanted = {name: None if days is None else _day(days) for name, days in change.items()}
    with pytest.raises(Refused), writing():
        _agree(cast.granted, "Noor", **wanted)
    with writing():
        assert _agree(cast.granted, "Noor", cast.director, **wanted)


def test_an_authority_that_goes_takes_everything_along(cast: Cast) -> None:
    with writing():
        road = _road(cast.parent, cast.child("Noor"))
        agreements.agree(road, _terms(road, authority="no"), None)
    assert guardians.scopes_of(road) == ()
    with pytest.raises(Refused), writing():
        _agree(cast.mother, "Lotte", cast.director, authority="no")  # who leaves something given says why


def test_an_authority_that_comes_brings_everything_along(cast: Cast) -> None:
    with writing():
        road = _road(cast.no_authority, cast.child("Noor"))
        assert not agreements.agree(road, _terms(road, authority="yes"), None)
    assert guardians.scopes_of(road) == SCOPES
    with writing():
        road = _road(cast.granted, cast.child("Noor"))
        agreements.agree(road, _terms(road, authority="yes", scopes=["absences"]), None)
    assert guardians.scopes_of(road) == ("absences",)


def test_days_go_forward(cast: Cast) -> None:
    with pytest.raises(Refused) as no, writing():
        _agree(cast.parent, "Noor", starts_on=_day(3), ends_on=_day(2))
    assert no.value.field == "ends_on"


def test_an_end_is_never_put_off_by_ending(cast: Cast) -> None:
    with writing():
        guardians.end(_road(cast.parent, cast.child("Noor")), _day(5))
    with pytest.raises(Refused), writing():
        guardians.end(_road(cast.parent, cast.child("Noor")), _day(6))


def test_the_order_of_calling_changes_one_by_one(cast: Cast) -> None:
    lotte = cast.child("Lotte")

    def order() -> list[str]:
        return [road.person.first_name for road in guardians.of_pupil(lotte)]

    assert order() == ["Maria", "Frank"]
    with writing():
        agreements.welcome(cast.parent, cast.child("Lotte"), _terms(), None)
        guardians.block(_road(cast.mother, cast.child("Lotte")))
    with writing():  # the blocked one is not among those who are called
        agreements.shift(_road(cast.parent, cast.child("Lotte")), -1, clock.today())
    assert order() == ["Anna", "Frank", "Maria"]
    for step in (-1, -1):
        with writing():
            agreements.shift(_road(cast.parent, cast.child("Lotte")), step, clock.today())
    assert order() == ["Anna", "Frank", "Maria"]
    with writing():
        agreements.shift(_road(cast.mother, cast.child("Lotte")), -1, clock.today())
    assert order() == ["Anna", "Frank", "Maria"]


# ── blocks and exceptions ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_block_keeps_why_above_what_was_there(cast: Cast) -> None:
    with writing():
        road = _road(cast.granted, cast.child("Noor"))
        guardians.block(road, "Belde zelf af.")
    assert road.reason == "Belde zelf af.\nasked by the court"
    assert guardians.state_of(road, clock.today()) == "blocked"
    assert not policy.viewer(cast.granted).is_guardian


def test_a_lifted_block_gives_back_only_with_authority(cast: Cast) -> None:
    noor = cast.child("Noor")
    for person in (cast.parent, cast.granted, cast.exception):
        with writing():
            guardians.block(_road(person, noor), "?")
        with writing():
            guardians.lift_block(_road(person, noor))
    assert policy.viewer(cast.parent).is_guardian
    assert not policy.viewer(cast.granted).is_guardian
    assert not policy.viewer(cast.exception).is_guardian
    with writing():
        guardians.lift_block(_road(cast.mother, cast.child("Lotte")))  # nothing to lift
    assert policy.viewer(cast.mother).is_guardian


def _except(cast: Cast, person: Person, last: date, **more: Any) -> Guardianship:
    road = _road(person, cast.child("Noor"))
    guardians.make_exception(road, ends_on=last, agreed_by=cast.teacher, approved_by=cast.director, **more)
    return road


def test_an_exception_has_a_reason_a_teacher_and_an_end_within_a_year(cast: Cast) -> None:
    for last in (_day(-1), _day(367)):
        with pytest.raises(Refused) as no, writing():
            _except(cast, cast.no_authority, last)
        assert no.value.field == "ends_on"
    with writing():
        road = _except(cast, cast.no_authority, _day(366), reason=" Past op. ", scopes=["posts", "absences"])
    assert (road.kind, road.reason, road.agreed_by_id) == ("exception", "Past op.", cast.teacher.id)
    assert guardians.scopes_of(road) == ("posts", "absences")
    assert policy.viewer(cast.no_authority).is_guardian


def test_neither_a_blocked_adult_nor_one_with_authority_is_an_exception(cast: Cast) -> None:
    for person in (cast.blocked, cast.parent):
        with pytest.raises(Refused), writing():
            _except(cast, person, _day(20), reason="?", scopes=["posts"])


def test_an_exception_lasts_longer_only_when_it_is_approved_anew(cast: Cast) -> None:
    for ends_on in (_day(31), None):
        with pytest.raises(Refused) as no, writing():
            _agree(cast.exception, "Noor", cast.director, ends_on=ends_on, reason="nog even")
        assert no.value.field == "ends_on"
    with writing():
        road = _road(cast.exception, cast.child("Noor"))
        agreements.agree(road, _terms(road, ends_on=_day(3)), None)
    assert road.ends_on == _day(3)


def test_authority_makes_a_guardian_of_an_exception(cast: Cast) -> None:
    with writing():
        road = _road(cast.exception, cast.child("Noor"))
        agreements.agree(road, _terms(road, authority="yes", ends_on=None), None)
    assert (road.kind, road.ends_on) == ("guardian", None)


# ── places ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def year(cast: Cast) -> groups.SchoolYear:
    """The year of the cast, wide enough for every test on any day."""
    with writing():
        found = cast.five.school_year
        found.starts_on, found.ends_on = _day(-200), _day(200)
    return found


def _places(pupil: Pupil) -> list[tuple[str, int, int]]:
    today = clock.today()
    return [
        (place.group.name, (place.starts_on - today).days, (place.ends_on - today).days)
        for place in enrolments.of_pupil(pupil)
    ]


def test_a_move_ends_the_old_place_the_day_before(cast: Cast, year: groups.SchoolYear) -> None:
    with writing():
        enrolments.place(cast.child("Noor"), cast.six, _day(10))
    assert _places(cast.child("Noor")) == [("6", 10, 200), ("5", -200, 9)]
    with writing():  # a week earlier after all
        enrolments.place(cast.child("Noor"), cast.six, _day(3))
    assert _places(cast.child("Noor")) == [("6", 3, 200), ("5", -200, 2)]


def test_a_move_ends_where_the_next_one_begins(cast: Cast, year: groups.SchoolYear) -> None:
    with writing():
        seven = groups.add("7", cast.five.school_year, position=7)
        enrolments.place(cast.child("Noor"), cast.six, _day(10))
        enrolments.place(cast.child("Noor"), seven, _day(4))
    assert _places(cast.child("Noor")) == [("6", 10, 200), ("7", 4, 9), ("5", -200, 3)]
    with pytest.raises(Refused), writing():
        enrolments.place(cast.child("Noor"), cast.six, _day(2))


def test_a_group_is_not_given_twice(cast: Cast, year: groups.SchoolYear) -> None:
    with pytest.raises(Refused) as no, writing():
        enrolments.place(cast.child("Noor"), cast.five, _day(10))
    assert no.value.field == "group"


def test_the_choice_of_a_day_is_put_right(cast: Cast, year: groups.SchoolYear) -> None:
    with writing():
        seven = groups.add("7", cast.five.school_year, year_levels="7,8", position=7)
        enrolments.place(cast.child("Noor"), cast.six, _day(10))
    with writing():
        enrolments.place(cast.child("Noor"), seven, _day(10), "8")
    assert _places(cast.child("Noor")) == [("7", 10, 200), ("5", -200, 9)]
    with pytest.raises(Refused) as no, writing():
        enrolments.place(cast.child("Mees"), seven, _day(1), "6")
    assert no.value.field == "year_level"


def test_a_cross_group_stands_beside_the_home_group(cast: Cast, year: groups.SchoolYear) -> None:
    with writing():
        plus = groups.add("Plusgroep", cast.five.school_year, kind="cross")
        place = enrolments.place(cast.child("Noor"), plus, _day(0))
    assert _places(cast.child("Noor")) == [("Plusgroep", 0, 200), ("5", -200, 200)]
    with writing():
        enrolments.end(db.session.merge(place), _day(5))
    with pytest.raises(Refused), writing():
        enrolments.end(enrolments.of_pupil(cast.child("Noor"))[0], _day(6))
    with writing():
        enrolments.end(enrolments.of_pupil(cast.child("Noor"))[0], _day(-1))
    assert _places(cast.child("Noor")) == [("5", -200, 200)]
    with pytest.raises(Refused), writing():
        enrolments.end(enrolments.of_pupil(cast.child("Noor"))[0], _day(5))


def test_a_place_lies_within_its_school_year_and_before_the_child_has_left(cast: Cast, year: groups.SchoolYear) -> None:
    with pytest.raises(Refused, match="schooljaar") as no, writing():
        enrolments.place(cast.child("Noor"), cast.six, _day(201))
    assert no.value.field == "starts_on"
    with pytest.raises(Refused) as no, writing():
        enrolments.place(cast.child("Bram"), cast.six, _day(0))
    assert no.value.field == "starts_on"
    with writing():
        council = groups.add("MR", cast.five.school_year, kind="committee")
    with pytest.raises(Refused), writing():
        enrolments.place(cast.child("Noor"), council, _day(0))


# ── pupils who come, go and come back ───────────────────────────────────────────────────────────────────────────────


def test_a_pupil_is_not_added_twice(cast: Cast) -> None:
    with pytest.raises(Refused) as no, writing():
        pupils.register("NOOR", "", "Bakker", date(2018, 3, 3))
    assert no.value.field == "first_name"
    with writing():
        pupils.register("Noor", "", "Bakker", date(2018, 3, 4))
        pupils.register("Fien", "", "Bakker", date(2018, 3, 3))


@pytest.mark.parametrize("born", [date(1918, 3, 3), date(2999, 3, 3)])
def test_a_birth_date_is_believable(cast: Cast, born: date) -> None:
    with pytest.raises(Refused) as no, writing():
        pupils.register("Fien", "", "Bakker", born)
    assert no.value.field == "birth_date"
    with pytest.raises(Refused), writing():
        pupils.change(cast.child("Noor"), "Noor", "", "Bakker", born)


def test_a_change_of_a_pupil_does_not_stumble_over_itself(cast: Cast) -> None:
    with writing():
        pupils.change(cast.child("Noor"), "Noor", "de", "Bakker", date(2018, 3, 3))
    assert cast.child("Noor").full_name == "Noor de Bakker"


def test_leaving_by_mistake_is_taken_back_whole(cast: Cast, year: groups.SchoolYear) -> None:
    with writing():
        enrolments.place(cast.child("Noor"), cast.six, _day(60))
    before = _places(cast.child("Noor"))
    with writing():
        guardians.note_leaving(cast.child("Noor"), _day(5), 30)
    noor = cast.child("Noor")
    assert _places(noor) == [("5", -200, 5)]
    assert _road(cast.parent, noor).ends_on == _day(35)
    with pytest.raises(Refused), writing():
        guardians.note_leaving(cast.child("Noor"), _day(6), 30)
    with writing():
        guardians.take_back(cast.child("Noor"), 30)
    assert _road(cast.parent, cast.child("Noor")).ends_on is None
    assert _places(cast.child("Noor")) == before
    with pytest.raises(Refused), writing():
        guardians.take_back(cast.child("Noor"), 30)


def test_no_longer_in_the_file_is_answered_either_way(cast: Cast) -> None:
    for name in ("Noor", "Mees"):
        with writing():
            cast.child(name).missing_since = _day(-3)
    with writing():
        guardians.take_back(cast.child("Noor"), 30)
        guardians.note_leaving(cast.child("Mees"), _day(-3), 30)
    assert cast.child("Noor").missing_since is None
    assert cast.child("Noor").left_on is None
    assert cast.child("Mees").missing_since is None
    assert cast.child("Mees").left_on == _day(-3)
