"""Groups in the administration: teams with days and dates, children, committees, this year's and next year's."""

from __future__ import annotations

import re
from datetime import date

import pytest

from school import committees, groups, guardians, people, policy, pupils, teams
from school.audit import AuditEntry
from school.groups import WEEKDAYS, Facts, Group
from school.lib import clock
from school.lib.db import db, writing
from school.teams import Shift
from tests.cast import Cast
from tests.client import Client, ClientOf
from tests.rules.test_queries import queries


@pytest.fixture
def office(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.office)


def this_year() -> groups.SchoolYear:
    return groups.school_year(clock.today())


def next_first() -> date:
    return groups.year_of(clock.today())[2].replace(month=8, day=1)


def noted() -> list[str]:
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def a_committee(cast: Cast) -> Group:
    with writing():
        made = groups.create(this_year(), Facts("Ouderraad", "committee", (), 9, 9))
        committees.join(cast.parent, made, clock.today(), None)
    return made


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_tells_who_is_there_on_which_days(cast: Cast, office: Client) -> None:
    a_committee(cast)
    told = words(office.get("/admin/groups").text)
    assert "Stamgroepen" in told
    assert "groep 5 4" in told  # four children sit in it today
    assert "Commissies" in told
    assert "Ouderraad 1" in told
    assert "meester Deniz" in told
    assert "volgend jaar" not in told


def test_next_year_is_there_once_something_of_it_is(cast: Cast, office: Client) -> None:
    with writing():
        coming = groups.school_year(next_first())
        groups.create(coming, Facts("5", "home", ("5",), 0, 0))
    page = office.get(f"/admin/groups?year={coming.name}").text
    assert "volgend jaar" in page
    assert "Er staat nog niemand voor deze groep." in page
    assert "groep 6" not in page
    assert "groep 6" in office.get("/admin/groups?year=1999-2000").text


def test_a_group_shows_its_week_its_team_and_its_children(cast: Cast, office: Client) -> None:
    page = office.get(f"/admin/groups/{cast.five.public_id}").text
    told = words(page)
    for said in ("Groep 5", "stamgroep", "juf Fleur", "meester Deniz", "meester Koen (invaller)", "vakleerkracht"):
        assert said in told
    assert "geen rol op school" in told
    assert f'href="/admin/pupils/{cast.child("Noor").public_id}"' in page
    assert "Eerder in dit team" in told
    assert "Ilse Bos" in told
    assert "Yusuf" not in told  # moved a month ago


def test_a_day_without_anybody_is_said(cast: Cast, office: Client) -> None:
    with writing():
        for place in teams.places_of(cast.six):
            if place.person_id == cast.other_teacher.id:
                place.days = "mon,tue,wed,fri"
            else:
                place.days = "mon"
    told = words(office.get(f"/admin/groups/{cast.six.public_id}").text)
    assert "Op donderdag staat er niemand voor deze groep." in told
    assert "do niemand" in told


def test_thirty_groups_are_asked_for_at_once(cast: Cast, office: Client) -> None:
    one = f"/admin/groups/{cast.five.public_id}"
    few, few_of_one = len(queries(office, "/admin/groups")), len(queries(office, one))
    with writing():
        for number in range(20):
            group = groups.create(this_year(), Facts(f"g{number}", "home", ("3",), number, number))
            teams.join(cast.other_teacher, group, Shift("teacher", WEEKDAYS, None, None))
            groups.enrol(pupils.add(f"Kind {number}", birth_date=clock.today()), group)
            groups.enrol(pupils.add(f"Vijf {number}", birth_date=clock.today()), cast.five)
    assert len(queries(office, "/admin/groups")) == few
    assert len(queries(office, one)) == few_of_one


# ── the group itself ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_group_is_made_changed_and_removed(cast: Cast, office: Client) -> None:
    office.get("/admin/groups/new")
    answer = office.press("/admin/groups", name="Groep 3a", levels=["3"], hue="4")
    page = office.follow(answer)
    assert "Groep 3a" in page.text
    made = db.session.query(Group).filter_by(name="3a").one()
    assert (made.levels, made.hue, made.position) == (("3",), 4, 7)
    office.get(f"{answer.location}/edit")
    office.press(answer.location, name="3b", position="2")
    assert (db.session.query(Group).filter_by(name="3b").one().position) == 2
    office.get(f"{answer.location}/edit")
    gone = office.press(f"{answer.location}/removal")
    assert gone.status_code == 303
    assert office.get(answer.location).status_code == 404
    assert noted() == ["added a group", "changed a group", "removed a group"]


def test_what_does_not_fit_stands_at_its_field(cast: Cast, office: Client) -> None:
    office.get("/admin/groups/new")
    for changed, sentence in (
        ({"name": ""}, "Vul de naam van de groep in."),
        ({"name": "5"}, "Er is in dit schooljaar al een groep 5."),
        ({"name": "7", "position": "-1"}, "Kies een getal van 0 tot en met 999."),
    ):
        answer = office.press("/admin/groups", **changed)
        assert answer.status_code == 422
        assert sentence in answer.text
    office.get(f"/admin/groups/{cast.five.public_id}/edit")
    kind = office.press(f"/admin/groups/{cast.five.public_id}", kind="committee")
    assert kind.status_code == 422
    assert "Er horen kinderen of leden bij deze groep." in kind.text
    assert noted() == []


def test_a_group_in_use_stays(cast: Cast, office: Client) -> None:
    office.get(f"/admin/groups/{cast.five.public_id}/edit")
    answer = office.follow(office.press(f"/admin/groups/{cast.five.public_id}/removal"))
    assert "Deze groep is in gebruik." in answer.text
    assert noted() == []


def test_a_group_for_next_year_is_made_in_next_year(cast: Cast, office: Client) -> None:
    with writing():
        coming = groups.school_year(next_first())
    office.get(f"/admin/groups/new?year={coming.name}")
    office.press("/admin/groups", name="9")
    assert [group.name for group in groups.of_year(coming)] == ["9"]


# ── the team ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_comes_into_the_team_and_goes(cast: Cast, office: Client) -> None:
    six = f"/admin/groups/{cast.six.public_id}"
    found = office.get(f"{six}/team?q=DENIZ")
    assert "Deniz" in found.text
    assert "Fleur" not in found.text
    office.get(f"{six}/team?person={cast.duo.public_id}")
    page = office.follow(office.press(f"{six}/team", role="assistant", days=["mon", "fri"]))
    assert "meester Deniz zit in het team." in page.text
    [place] = [place for place in teams.places_of(cast.six) if place.person_id == cast.duo.id]
    assert (place.role, place.days) == ("assistant", "mon,fri")
    edit = f"/admin/team/{place.public_id}"
    office.get(edit)
    office.press(edit, days=["tue"])
    office.get(edit)
    assert office.press(f"{edit}/end").status_code == 303
    db.session.expire_all()
    [place] = [place for place in teams.places_of(cast.six) if place.person_id == cast.duo.id]
    assert (place.days, place.ends_on) == ("tue", clock.today())
    assert noted() == ["gave a place in a team", "changed a place in a team", "ended a place in a team"]


def test_a_substitute_needs_both_days(cast: Cast, office: Client) -> None:
    six = f"/admin/groups/{cast.six.public_id}"
    office.get(f"{six}/team?person={cast.duo.public_id}")
    answer = office.press(f"{six}/team", role="substitute")
    assert answer.status_code == 422
    assert "Een invaller komt tijdelijk. Vul beide dagen in." in answer.text
    wrong = office.press(f"{six}/team", role="teacher", starts_on="morgen")
    assert wrong.status_code == 422


def test_who_does_not_work_here_is_refused_in_a_sentence(cast: Cast, office: Client) -> None:
    six = f"/admin/groups/{cast.six.public_id}"
    assert "Wim Oud" in office.get(f"{six}/team").text  # he worked here in a part of this year
    office.get(f"{six}/team?person={cast.parent.public_id}")
    answer = office.press(f"{six}/team")
    assert answer.status_code == 422
    assert "Anna Bakker werkt in die dagen niet op school. Geef eerst een rol." in answer.text
    assert noted() == []


def test_a_last_day_has_to_be_one(cast: Cast, office: Client) -> None:
    place = teams.places_of(cast.six)[0]
    edit = f"/admin/team/{place.public_id}"
    office.get(edit)
    before = place.ends_on
    page = office.follow(office.press(f"{edit}/end", last_day=""))
    assert "Kies de laatste dag." in page.text
    page = office.follow(office.press(f"{edit}/end", last_day="2090-01-01"))
    assert noted() == []
    db.session.expire_all()
    assert place.ends_on == before


def test_last_years_team_is_taken_along(cast: Cast, office: Client) -> None:
    with writing():
        for place in teams.places_of(cast.five):
            if place.role == "teacher":
                place.ends_on = None
        coming = groups.school_year(next_first())
        five = groups.create(coming, Facts("5", "home", ("5",), 0, 0))
    page = office.get(f"/admin/groups/{five.public_id}")
    assert "Neem het team van vorig jaar mee" in page.text
    answer = office.follow(office.press(f"/admin/groups/{five.public_id}/takeover"))
    assert "2 mensen zijn meegekomen." in answer.text
    assert {place.person.first_name for place in teams.places_of(five)} == {"Fleur", "Deniz"}
    wrong = office.post(f"/admin/groups/{five.public_id}/takeover", {"source": five.public_id})
    assert "Kies een groep van het jaar ervoor." in office.follow(wrong).text


# ── committees ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_parent_becomes_a_member_and_stops(cast: Cast, office: Client) -> None:
    council = a_committee(cast)
    url = f"/admin/groups/{council.public_id}"
    assert "Anna Bakker" in office.get(url).text
    assert "Zeynep" not in office.get(f"{url}/members").text
    assert "Zeynep Smit" in office.get(f"{url}/members?q=zey").text
    assert "Alleen ouders met een kind op school" in office.get(f"{url}/members?q=dirk").text
    office.get(f"{url}/members?person={cast.other_parent.public_id}")
    page = office.follow(office.press(f"{url}/members"))
    assert "Zeynep Smit is nu lid." in page.text
    [member] = [member for member in committees.members_of(council) if member.person_id == cast.other_parent.id]
    office.get(url)
    office.press(f"/admin/members/{member.public_id}/end")
    db.session.expire_all()
    assert member.ends_on == clock.today()
    assert noted() == ["made somebody a member", "ended a membership"]


def test_a_committee_has_staff_beside_its_members(cast: Cast, office: Client) -> None:
    council = a_committee(cast)
    url = f"/admin/groups/{council.public_id}"
    assert "Vanuit school" in office.get(url).text
    assert "Wie komt in het team?" in office.get(f"{url}/team").text
    office.get(f"{url}/team?person={cast.teacher.public_id}")
    page = office.follow(office.press(f"{url}/team")).text
    assert "juf Fleur zit in het team." in page
    assert "Fleur Jansen" in page
    assert "staat er niemand voor" not in page
    assert council.id in policy.viewer(cast.teacher).posts_for


def test_only_parents_of_a_child_here_are_members(cast: Cast, office: Client) -> None:
    council = a_committee(cast)
    url = f"/admin/groups/{council.public_id}"
    for person, sentence in ((cast.director, "heeft nu geen kind op school"), (cast.parent, "is al lid")):
        office.get(f"{url}/members?person={person.public_id}")
        answer = office.press(f"{url}/members")
        assert answer.status_code == 422
        assert sentence in answer.text
    five = f"/admin/groups/{cast.five.public_id}"
    office.get(f"{five}/members?person={cast.parent.public_id}")
    assert "Alleen een commissie heeft leden." in office.press(f"{five}/members").text


def test_members_are_taken_along(cast: Cast, office: Client) -> None:
    a_committee(cast)
    with writing():
        council = groups.create(groups.school_year(next_first()), Facts("OR", "committee", ()))
    office.get(f"/admin/groups/{council.public_id}")
    page = office.follow(office.press(f"/admin/groups/{council.public_id}/takeover"))
    assert "1 persoon is meegekomen." in page.text
    assert "Anna Bakker" in page.text


def test_a_name_in_another_script_stands_right(cast: Cast, office: Client) -> None:
    with writing():
        person = people.add("فاطمة", "الزهراء", email="f@school.example", salutation="juf")
        people.appoint(person, "teacher")
        guardians.link(people.add("علي"), cast.child("Noor"))
        teams.join(person, cast.six, Shift("teacher", WEEKDAYS, None, None))
    assert '<b dir="auto">فاطمة الزهراء</b>' in office.get(f"/admin/groups/{cast.six.public_id}").text
