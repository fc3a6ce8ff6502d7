"""Groups, their teams by day and date, and committees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from school import committees, groups, guardians, people, policy, teams
from school.groups import WEEKDAYS, Enrolment, Facts, Group, GroupMember, GroupStaff
from school.lib.db import db, writing
from school.lib.text import Refused
from school.teams import Shift
from tests import factories, summer
from tests.summer import MAY, Summer


@pytest.fixture
def school(app: Flask) -> Iterator[Summer]:
    with summer.on(MAY):
        yield summer.build()


def shift(
    role: str = "teacher",
    days: tuple[str, ...] = WEEKDAYS,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Shift:
    return Shift(role, days, starts_on, ends_on)


def refusal(of: pytest.ExceptionInfo[Refused]) -> str:
    return f"{of.value.field}: {of.value.sentence}"


# ── groups ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_group_is_made_as_people_say_its_name(school: Summer) -> None:
    with writing():
        made = groups.create(summer.year(MAY), Facts("  Groep  3a ", "home", ("3", "9"), 3, 12))
    assert (made.name, made.levels, made.position, made.hue) == ("3a", ("3",), 3, 2)


def test_two_groups_of_a_year_have_two_names(school: Summer) -> None:
    with pytest.raises(Refused, match="al een groep or") as no, writing():
        groups.create(summer.year(MAY), Facts("or", "cross"))
    assert no.value.field == "name"
    with writing():
        groups.change(school.group("5"), Facts("5", "home", ("5",), 7, 1))
        groups.create(groups.school_year(summer.FIRST), Facts("5", "home", ("5",)))
    assert school.group("5").position == 7


def test_the_kind_stays_once_somebody_belongs_to_it(school: Summer) -> None:
    with pytest.raises(Refused) as no, writing():
        groups.change(school.group("5"), Facts("5", "committee"))
    assert no.value.field == "kind"
    with writing():
        empty = groups.create(summer.year(MAY), Facts("Plusgroep", "cross"))
        groups.change(empty, Facts("Plusgroep", "care"))
    assert empty.kind == "care"


def test_only_a_group_that_was_never_used_is_removed(school: Summer) -> None:
    for name in ("5", "OR"):
        with pytest.raises(Refused, match="in gebruik"), writing():
            groups.remove(school.group(name))
    with writing():
        spoken_to = groups.create(summer.year(MAY), Facts("Plusgroep", "cross"))
    factories.post(school.dirk, [spoken_to])
    with pytest.raises(Refused, match="in gebruik"), writing():
        groups.remove(school.group("Plusgroep"))
    assert school.group("Plusgroep")


def test_places_that_never_began_do_not_keep_a_group(school: Summer) -> None:
    with writing():
        empty = groups.create(summer.year(MAY), Facts("7", "home", ("7",)))
        groups.enrol(school.child("Noor"), empty, starts_on=MAY, ends_on=MAY - timedelta(days=1))
    with writing():
        groups.remove(school.group("7"))
    assert "7" not in [group.name for group in groups.of_year(summer.year(MAY))]
    assert db.session.query(Enrolment).filter_by(pupil_id=school.child("Noor").id).count() == 1


def test_sizes_and_names_are_of_a_day(school: Summer) -> None:
    with writing():
        groups.leave(school.child("Noor"), MAY)
    five, committee = school.group("5"), school.group("OR")
    assert [place.pupil.first_name for place in groups.pupils_in(five, MAY)] == ["Lotte", "Noor"]
    assert groups.sizes(summer.year(MAY), MAY)[five.id] == 2
    tomorrow = groups.sizes(summer.year(MAY), MAY + timedelta(days=1))
    assert tomorrow[five.id] == 1
    assert tomorrow[committee.id] == 1


# ── teams ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (shift(role="king"), "role"),
        (shift(days=()), "days"),
        (shift(days=("sun",)), "days"),
        (shift(role="substitute"), "ends_on"),
        (shift(role="substitute", starts_on=MAY), "ends_on"),
        (shift(starts_on=MAY, ends_on=MAY - timedelta(days=1)), "ends_on"),
        (shift(starts_on=date(2026, 7, 31)), "starts_on"),
        (shift(ends_on=date(2027, 8, 1)), "ends_on"),
    ],
)
def test_a_shift_has_to_fit(school: Summer, wrong: Shift, field: str) -> None:
    with pytest.raises(Refused) as no, writing():
        teams.join(school.koen, school.group("5"), wrong)
    assert no.value.field == field


def test_who_does_not_work_here_comes_into_no_team(school: Summer) -> None:
    with pytest.raises(Refused, match="werkt in die dagen niet op school"), writing():
        teams.join(school.anna, school.group("5"), shift())
    with writing():
        people.appoint(school.anna, "teacher", starts_on=summer.FIRST)
    with pytest.raises(Refused), writing():
        teams.join(school.anna, school.group("5"), shift())
    with writing():
        next_five = groups.create(groups.school_year(summer.FIRST), Facts("5", "home", ("5",)))
        teams.join(school.anna, next_five, shift())
    assert [place.person.first_name for place in teams.places_of(next_five)] == ["Anna"]


def test_nobody_is_in_a_team_twice_on_one_day(school: Summer) -> None:
    with pytest.raises(Refused, match="al in dit team"), writing():
        teams.join(school.fleur, school.group("5"), shift(role="substitute", starts_on=MAY, ends_on=MAY))
    with writing():
        fleur = teams.places_of(school.group("5"))[0]
        teams.change(fleur, shift(days=("fri", "mon"), ends_on=MAY))
    assert fleur.days == "mon,fri"
    with writing():
        teams.join(school.fleur, school.group("5"), shift(starts_on=MAY + timedelta(days=1)))
    assert len(teams.places_of(school.group("5"))) == 3


def test_what_lay_outside_the_year_may_stay(school: Summer) -> None:
    with writing():
        place = groups.assign(school.koen, school.group("6"), starts_on=date(2026, 5, 1), ends_on=date(2027, 8, 20))
        teams.change(place, shift("assistant", ("mon",), date(2026, 5, 1), date(2027, 8, 20)))
    assert place.role == "assistant"


def told(days: tuple[teams.Weekday, ...]) -> list[str]:
    return [f"{day.key}: {', '.join(place.person.called for place in day.places)}" for day in days]


def test_a_week_shows_who_is_there_and_who_is_missed(school: Summer) -> None:
    five = school.group("5")
    with writing():
        deniz = teams.places_of(five)[1]
        teams.end(deniz, date(2027, 5, 13))
        teams.join(school.koen, five, shift("substitute", WEEKDAYS, date(2027, 5, 12), date(2027, 5, 12)))
        teams.join(school.sanne, five, shift("specialist"))
    week = teams.week(teams.places_of(five), five.school_year, MAY)
    assert told(week) == [
        "mon: juf Fleur", "tue: juf Fleur", "wed: juf Fleur, meester Koen", "thu: meester Deniz", "fri: ",
    ]  # fmt: skip
    assert [day.key for day in teams.alone(week)] == ["fri"]


def test_who_no_longer_works_here_stands_nowhere(school: Summer) -> None:
    """The role ended and the place was forgotten: policy gives nothing for it, so the week shows nobody."""
    five = school.group("5")
    with writing():
        for role in school.fleur.roles:
            role.ends_on = date(2027, 5, 10)
    week = teams.week(teams.places_of(five), five.school_year, MAY)
    assert [day.key for day in teams.alone(week)] == ["tue", "wed"]


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        (date(2027, 5, 10), date(2027, 5, 10)),
        (date(2027, 5, 14), date(2027, 5, 10)),
        (date(2027, 5, 15), date(2027, 5, 17)),
        (date(2026, 6, 1), date(2026, 8, 3)),
        (date(2027, 9, 1), date(2027, 7, 26)),
    ],
    ids=["monday", "friday", "saturday", "before the year", "after the year"],
)
def test_the_week_is_this_one_or_the_nearest_of_the_year(school: Summer, today: date, monday: date) -> None:
    assert teams.week([], summer.year(MAY), today)[0].day == monday


def test_access_begins_and_ends_with_the_place(school: Summer) -> None:
    five = school.group("5")
    with writing():
        teams.join(school.koen, five, shift("substitute", WEEKDAYS, date(2027, 5, 12), date(2027, 5, 13)))
    for day, there in ((11, False), (12, True), (13, True), (14, False)):
        with summer.on(date(2027, 5, day)):
            assert (five.id in policy.viewer(school.koen).posts_for) is there, day


def test_a_place_ends_on_a_day_or_is_gone(school: Summer) -> None:
    five = school.group("5")
    with writing():
        place = teams.places_of(five)[0]
        teams.end(place, MAY)
        with pytest.raises(Refused, match="al eerder"):
            teams.end(place, MAY + timedelta(days=1))
        later = teams.join(school.koen, five, shift(starts_on=date(2027, 6, 1)))
        teams.end(later, MAY)
    assert [place.person.first_name for place in teams.places_of(five)] == ["Fleur", "Deniz"]
    with summer.on(MAY + timedelta(days=1)):
        assert policy.viewer(school.fleur).posts_for == frozenset()


def test_a_team_goes_along_without_its_substitutes(school: Summer) -> None:
    five = school.group("5")
    with writing():
        next_five = groups.create(groups.school_year(summer.FIRST), Facts("5", "home", ("5",)))
        teams.join(school.koen, five, shift("substitute", WEEKDAYS, MAY, date(2027, 7, 31)))
        people.appoint(school.deniz, "teacher")
        for role in school.deniz.roles:
            role.ends_on = summer.LAST
        assert teams.take_over(five, next_five) == 1
        assert teams.take_over(five, next_five) == 0
    [place] = teams.places_of(next_five)
    assert (place.person.first_name, place.days) == ("Fleur", "mon,tue,wed")
    assert (place.starts_on, place.ends_on) == (summer.FIRST, date(2028, 7, 31))


def test_candidates_work_here_in_some_part_of_the_year(school: Summer) -> None:
    with writing():
        for role in school.koen.roles:
            role.ends_on = date(2026, 9, 1)
        people.appoint(school.anna, "support", starts_on=summer.FIRST)
    this = [person.first_name for person in teams.candidates(summer.year(MAY))]
    assert "Koen" in this
    assert "Anna" not in this
    with writing():
        coming = groups.school_year(summer.FIRST)
    later = [person.first_name for person in teams.candidates(coming)]
    assert "Anna" in later
    assert "Koen" not in later


# ── committees ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_members_are_guardians_of_a_committee(school: Summer) -> None:
    committee = school.group("OR")
    with writing():
        with pytest.raises(Refused, match="Alleen een commissie"):
            committees.join(school.frank, school.group("5"), MAY, None)
        with pytest.raises(Refused, match="heeft nu geen kind"):
            committees.join(school.dirk, committee, MAY, None)
        with pytest.raises(Refused, match="is al lid"):
            committees.join(school.anna, committee, MAY, None)
        with pytest.raises(Refused) as no:
            committees.join(school.frank, committee, MAY, MAY - timedelta(days=1))
        committees.join(school.frank, committee, MAY, summer.LAST)
    assert no.value.field == "ends_on"
    assert [member.person.first_name for member in committees.members_of(committee)] == ["Anna", "Frank"]


def test_a_membership_ends_on_a_day_or_is_gone(school: Summer) -> None:
    committee = school.group("OR")
    with writing():
        [member] = committees.members_of(committee)
        committees.end(member, MAY)
        with pytest.raises(Refused, match="al eerder"):
            committees.end(member, MAY + timedelta(days=1))
        committees.end(committees.join(school.frank, committee, summer.LAST, None), MAY)
        committees.join(school.anna, committee, summer.LAST, None)
    assert db.session.query(GroupMember).count() == 2
    assert policy.viewer(school.anna).member_of == {committee.id}
    with summer.on(MAY + timedelta(days=1)):
        assert policy.viewer(school.anna).member_of == frozenset()


def test_guardians_are_found_by_every_word(school: Summer) -> None:
    assert [person.first_name for person in committees.candidates("bak anna", MAY)] == ["Anna"]
    assert committees.candidates("  ", MAY) == []
    assert committees.candidates("dirk", MAY) == []
    with writing():
        for road in guardians.of_person(school.anna):
            guardians.block(road)
    assert committees.candidates("anna", MAY) == []


def test_members_read_on_in_the_committee_of_next_year(school: Summer) -> None:
    committee = school.group("OR")
    with writing():
        coming = groups.create(groups.school_year(summer.FIRST), Facts("OR", "committee"))
        committees.join(school.frank, committee, MAY, summer.LAST)
        assert committees.take_over(committee, coming) == 1
        assert committees.take_over(committee, coming) == 0
    assert [member.person.first_name for member in committees.members_of(coming)] == ["Anna"]
    with summer.on(summer.FIRST):
        assert policy.viewer(school.anna).member_of == {committee.id, coming.id}
        assert committees.of_today([coming.id], summer.FIRST)[coming.id] == [school.anna]


def test_everything_has_a_name_for_addresses(school: Summer) -> None:
    for table in (Group, GroupStaff, GroupMember, Enrolment):
        ids = [row.public_id for row in db.session.query(table)]
        assert len(set(ids)) == len(ids) > 0
