"""The change of year as the office walks through it, and what families notice of it: before, on and after 1 August."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, render_template

from school import groups, guardians, people, pupils, rollover, teams
from school.audit import AuditEntry
from school.feed import Post
from school.groups import Enrolment, Facts
from school.lib import backup, clock
from school.lib.backup import BackupError
from school.lib.db import db, writing
from school.settings import School
from tests import factories, summer
from tests.client import Client, ClientOf
from tests.rules.test_queries import queries
from tests.summer import FIRST, LAST, MAY, Summer

PLACES = "/admin/rollover/places"


@pytest.fixture
def school(app: Flask) -> Iterator[Summer]:
    with summer.on(MAY):
        yield summer.build()


@pytest.fixture
def office(school: Summer, client_of: ClientOf) -> Client:
    return client_of(school.olga)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace(" .", ".")


def noted() -> list[str]:
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def value(name: str, level: str) -> str:
    options = rollover.options(rollover.at_hand(clock.today()))
    return next(option.value for option in options if (option.group.name, option.level) == (name, level))


def make_groups(office: Client) -> None:
    """The step "groups": those of this year, and a 3 and a 7."""
    office.get("/admin/rollover/preparation")
    office.press("/admin/rollover/preparation")
    for name in ("3", "7"):
        office.get(f"/admin/groups/new?year={rollover.at_hand(clock.today()).name}")
        assert office.press("/admin/groups", name=name, levels=[name]).status_code == 303


def divide(office: Client, school: Summer) -> None:
    """The step "children": what is proposed, and a place for Kas, of whom no year level is known."""
    make_groups(office)
    office.get(PLACES)
    office.press(PLACES, **{f"{school.group('1/2').public_id}.": value("1/2", "2")})


def settle(office: Client, school: Summer) -> None:
    divide(office, school)
    office.get("/admin/rollover/settlement")
    assert office.press("/admin/rollover/settlement").status_code == 303


def backups(app: Flask) -> list[Path]:
    return sorted((Path(app.instance_path) / "backups").glob("*-before-rollover.db"))


# ── the steps ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_overview_says_where_we_stand(school: Summer, office: Client) -> None:
    told = words(office.get("/admin/rollover").text)
    assert "Jaarovergang naar 2027-2028" in told
    assert "Er zijn nog geen groepen." in told
    assert "Voor 7 leerlingen is nog niets gekozen." in told
    divide(office, school)
    told = words(office.get("/admin/rollover").text)
    assert "Er zijn 6 stamgroepen." in told
    assert "6 leerlingen hebben een plek. 1 leerling gaat van school." in told
    assert "Nog niemand: groep 1/2 , groep 5 , groep 6 , groep 8 , groep 3 , groep 7." in told


def test_a_school_without_groups_is_sent_there_first(app: Flask, client_of: ClientOf) -> None:
    with summer.on(MAY):
        with writing():
            db.session.add(School(name="Leeg"))
            person = people.add("Bea", email="bea@school.example")
            people.appoint(person, "admin")
        page = client_of(person).get("/admin/rollover").text
        assert "Dit schooljaar heeft nog geen groepen." in page
        for path in ("preparation", "places", "others", "rehearsal", "settlement"):
            assert client_of(person).get(f"/admin/rollover/{path}").status_code == 200


def test_groups_are_taken_over_with_their_name_levels_and_colour(school: Summer, office: Client) -> None:
    page = office.get("/admin/rollover/preparation")
    assert "groep 1/2" in page.text
    answer = office.follow(office.press("/admin/rollover/preparation"))
    assert "4 groepen zijn gemaakt." in answer.text
    made = groups.of_year(summer.year(FIRST))
    assert [(group.name, group.levels) for group in made] == [
        ("1/2", ("1", "2")), ("5", ("5",)), ("6", ("6",)), ("8", ("8",)),
    ]  # fmt: skip
    again = office.get("/admin/rollover/preparation").text
    assert "OR" in again
    assert "groep 5" not in again
    office.press("/admin/rollover/preparation", groups=[school.group("OR").public_id])
    assert "Alle groepen van dit jaar zijn er volgend jaar ook." in office.get("/admin/rollover/preparation").text
    assert noted() == ["prepared the new year", "prepared the new year"]


def test_the_table_proposes_and_keeps(school: Summer, office: Client) -> None:
    make_groups(office)
    page = words(office.get(PLACES).text)
    assert "leerjaar 5 2 kinderen" in page
    assert "leerjaar onbekend 1 kind" in page
    assert "nog niet bewaard" in page
    answer = office.follow(office.press(PLACES))
    assert "Bewaard voor 6 leerlingen." in answer.text
    assert "nog niet bewaard" in answer.text  # nobody knows where Kas goes
    office.press(PLACES, **{f"{school.group('1/2').public_id}.": value("1/2", "2")})
    page = office.get(PLACES).text
    assert "nog niet bewaard" not in page
    assert "Er hoefde niets te veranderen." in office.follow(office.press(PLACES)).text
    starting = db.session.query(Enrolment).filter_by(starts_on=FIRST)
    assert starting.count() == 6


def test_one_child_goes_elsewhere(school: Summer, office: Client) -> None:
    divide(office, school)
    noor, five = school.child("Noor"), f"/admin/rollover/groups/{school.group('5').public_id}"
    page = words(office.get(five).text)
    assert "Noor Bakker" in page
    assert "groep 5 (blijft in leerjaar 5)" in page
    answer = office.follow(office.press(five, **{f"child-{noor.public_id}": value("5", "5")}))
    assert "Bewaard voor 1 leerling." in answer.text
    assert "behalve Noor Bakker : groep 5 (blijft in leerjaar 5)" in words(answer.text)
    office.press(PLACES)
    assert "behalve Noor Bakker" in words(office.get(PLACES).text)
    office.get(five)
    office.press(five, **{f"child-{noor.public_id}": "leave"})
    assert school.child("Noor").left_on == LAST
    assert noted()[-2:] == ["prepared the new year", "noted that a pupil left"]


def test_where_no_year_level_is_known_the_birth_date_proposes(school: Summer, office: Client) -> None:
    with writing():
        school.child("Kas").birth_date = date(2022, 3, 3)
    make_groups(office)
    assert "Kies per leerling" in office.get(PLACES).text
    mixed = f"/admin/rollover/groups/{school.group('1/2').public_id}"
    page = words(office.get(mixed).text)
    assert "leerjaar 1 volgens de geboortedatum · nog niet bewaard" in page
    office.press(mixed)
    [place] = db.session.query(Enrolment).filter_by(starts_on=FIRST, pupil_id=school.child("Kas").id)
    assert (place.group.name, place.year_level) == ("1/2", "2")


def test_children_without_a_group_are_placed_too(school: Summer, office: Client) -> None:
    with writing():
        new = pupils.add("Nieuw", "Kind", birth_date=date(2019, 5, 5))
    divide(office, school)
    assert "1 leerling heeft dit jaar geen groep voor 1 is nog niets gekozen" in words(office.get(PLACES).text)
    page = office.get("/admin/rollover/others").text
    assert "Zonder groep dit jaar" in page
    office.press("/admin/rollover/others", **{f"child-{new.public_id}": value("6", "6")})
    assert "elk heeft volgend jaar een plek" in office.get(PLACES).text
    assert noted()[-1] == "placed a pupil in a group"


def test_a_choice_that_is_not_there_changes_nothing(school: Summer, office: Client) -> None:
    make_groups(office)
    office.get(PLACES)
    wrong = {f"{school.group('5').public_id}.5": value("6", "6"), f"{school.group('6').public_id}.6": "nothing.9"}
    answer = office.follow(office.press(PLACES, **wrong))
    assert "Kies een groep uit de lijst." in answer.text
    assert db.session.query(Enrolment).filter_by(starts_on=FIRST).count() == 0


def test_the_teams_of_this_year_come_along(school: Summer, office: Client) -> None:
    divide(office, school)
    with writing():
        fleur = teams.places_of(school.group("5"))[0]
        fleur.days = "mon,tue"
    office.get("/admin/rollover")
    page = words(office.follow(office.press("/admin/rollover/teams")).text)
    assert "3 mensen zijn meegekomen." in page
    assert "groep 5 : Op woensdag staat er niemand voor deze groep." in page
    assert [place.person.first_name for place in teams.places_of(school.group("6", FIRST))] == ["Sanne"]
    assert "0 mensen zijn meegekomen." in office.follow(office.press("/admin/rollover/teams")).text


def test_the_day_of_the_lists_is_kept(school: Summer, office: Client) -> None:
    divide(office, school)
    office.get("/admin/rollover")
    wrong = office.press("/admin/rollover/lists", lists_on="2027-08-02")
    assert wrong.status_code == 422
    assert "Kies een dag van vandaag tot en met 1 augustus." in wrong.text
    office.press("/admin/rollover/lists", lists_on="2027-06-21")
    assert 'value="2027-06-21"' in office.get("/admin/rollover").text
    office.press("/admin/rollover/lists", lists_on="")
    assert summer.year(FIRST).lists_on is None
    assert noted()[-1] == "chose when class lists are shown"


def test_the_rehearsal_can_be_read(school: Summer, office: Client) -> None:
    divide(office, school)
    told = words(office.get("/admin/rollover/rehearsal").text)
    for said in (
        "Leerlingen zonder plek 0 geen", "groep 5 groep 6 2 Lotte Bakker , Noor Bakker", "groep 8 gaat van school 1",
        "30 augustus en kunnen niet meer reageren", "Leo Bakker", "OR Anna Bakker", "Medewerkers zonder groep 4",
    ):  # fmt: skip
        assert said in told, said


def test_a_larger_school_asks_as_often(school: Summer, office: Client) -> None:
    divide(office, school)
    with writing():
        pupils.add("Nieuw", "Kind", birth_date=date(2019, 5, 5))
    paths = ("", "/places", f"/groups/{school.group('5').public_id}", "/rehearsal", "/settlement")
    few = [len(queries(office, f"/admin/rollover{path}")) for path in paths]
    with writing():
        for number in range(20):
            group = groups.create(summer.year(MAY), Facts(f"x{number}", "home", ("4",)))
            groups.create(summer.year(FIRST), Facts(f"y{number}", "home", ("4",)))
            for child in (pupils.add(f"A {number}", birth_date=MAY), pupils.add(f"B {number}", birth_date=MAY)):
                groups.enrol(child, group)
                guardians.link(people.add("Ouder"), child, starts_on=date(2026, 8, 1))
            groups.enrol(pupils.add(f"Vijf {number}", birth_date=MAY), school.group("5"))
    assert [len(queries(office, f"/admin/rollover{path}")) for path in paths] == few


# ── settling and going back ─────────────────────────────────────────────────────────────────────────────────────────


def test_who_is_undecided_is_listed_and_nothing_is_settled(app: Flask, school: Summer, office: Client) -> None:
    make_groups(office)
    page = office.get("/admin/rollover/settlement")
    assert "7 leerlingen hebben nog geen plek." in page.text
    assert "Bram Bakker" in page.text
    answer = office.post("/admin/rollover/settlement")
    assert "7 leerlingen hebben nog geen plek." in office.follow(answer).text
    assert backups(app) == []
    assert not rollover.at_hand(MAY).is_settled


def test_settling_makes_a_backup_first(app: Flask, school: Summer, office: Client) -> None:
    divide(office, school)
    page = words(office.get("/admin/rollover/settlement").text)
    assert "6 leerlingen gaan op 1 augustus naar de nieuwe groep. Voor 1 kind is 31 juli de laatste dag." in page
    answer = office.follow(office.press("/admin/rollover/settlement"))
    [made] = backups(app)
    assert f"./run flask school restore {made.name}" in answer.text
    assert "Vastgelegd door Olga Jansen" in words(answer.text)
    assert backup.check(made)["enrolment"] == 13
    with backup.Connected(made) as kept:
        assert kept.execute("SELECT count(*) FROM school_year WHERE settled_at IS NOT NULL").fetchone()[0] == 0
    assert noted()[-1] == "settled the new year"
    for path in ("/places", f"/groups/{school.group('5').public_id}", "/others", "/settlement", "/rehearsal"):
        assert office.get(f"/admin/rollover{path}").status_code == 200


def test_without_a_backup_nothing_is_settled(school: Summer, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    divide(office, school)

    def fails(*_args: object) -> None:
        raise BackupError("the disk is full")

    monkeypatch.setattr(backup, "make", fails)
    office.get("/admin/rollover/settlement")
    answer = office.follow(office.press("/admin/rollover/settlement"))
    assert "Er kon geen reservekopie gemaakt worden." in answer.text
    assert not rollover.at_hand(MAY).is_settled


def test_settling_is_undone_while_nothing_has_changed(school: Summer, office: Client) -> None:
    settle(office, school)
    office.get("/admin/rollover")
    answer = office.follow(office.press("/admin/rollover/undo"))
    assert "De jaarovergang is niet meer vastgelegd." in answer.text
    assert not rollover.at_hand(MAY).is_settled
    assert "Deze jaarovergang is niet vastgelegd." in office.follow(office.post("/admin/rollover/undo")).text
    assert noted()[-1] == "undid the new year"


def test_after_a_change_the_page_names_the_backup(app: Flask, school: Summer, office: Client) -> None:
    settle(office, school)
    with writing():
        guardians.block(guardians.of_person(school.leo)[0])
        guardians.of_person(school.leo)[0].ends_on = LAST
    office.get("/admin/rollover")
    answer = office.follow(office.press("/admin/rollover/undo"))
    assert "Er is daarna iets gewijzigd" in answer.text
    assert backups(app)[0].name in answer.text
    for made in backups(app):
        made.unlink()
    assert "staat niet meer op deze machine" in office.get("/admin/rollover").text


def test_after_settling_the_table_is_closed(school: Summer, office: Client) -> None:
    settle(office, school)
    assert "Plekken bewaren" not in office.get(PLACES).text
    answer = office.follow(office.post(PLACES, {f"{school.group('5').public_id}.5": "leave"}))
    assert "Deze jaarovergang is vastgelegd." in answer.text
    assert school.child("Noor").left_on is None


# ── what families notice ────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_of_the_new_groups_is_seen_before_their_day(
    school: Summer, office: Client, client_of: ClientOf
) -> None:
    divide(office, school)
    six = school.group("6", FIRST).public_id
    office.get("/admin/rollover")
    office.press("/admin/rollover/lists", lists_on="2027-06-21")
    for key in ("anna", "fleur"):
        for path in ("/timeline", "/children", "/account", "/more", "/conversations"):
            with summer.on(date(2027, 6, 20)):
                page = client_of(getattr(school, key)).get(path)
                assert six not in page.text, (key, path)
                assert "groep 6" not in page.text, (key, path)
                assert "2027-2028" not in page.text, (key, path)
    with summer.on(date(2027, 6, 20)):
        browser = client_of(school.anna)
        assert browser.get(f"/timeline?group={six}").status_code == 404
        assert browser.get("/admin/rollover").status_code == 403


def test_a_family_reads_where_its_child_goes(app: Flask, school: Summer, office: Client) -> None:
    divide(office, school)
    place = rollover.NextPlace("groep 6", 1, ("juf Sanne", "meester Koen"), FIRST)

    def shown(told: rollover.NextPlace | None) -> str:
        with app.test_request_context():
            return words(render_template("children/_next_year.html", next_place=told)).strip()

    assert shown(place) == "Volgend schooljaar: groep 6, bij juf Sanne en meester Koen."
    assert shown(rollover.NextPlace("groep 6", 1, ("juf Sanne",), FIRST)).endswith("bij juf Sanne.")
    assert shown(rollover.NextPlace("groep 6", 1, (), FIRST)) == "Volgend schooljaar: groep 6."
    assert shown(None) == ""


def test_teachers_see_their_next_group_from_that_day(school: Summer, office: Client, client_of: ClientOf) -> None:
    divide(office, school)
    office.get("/admin/rollover")
    office.press("/admin/rollover/teams")
    office.get("/admin/rollover")
    office.press("/admin/rollover/lists", lists_on="2027-06-21")
    with summer.on(date(2027, 6, 20)):
        page = client_of(school.sanne).get("/next-year").text
        assert "Lotte" not in page
        assert "nog niet te zien" in page
        assert not rollover.lists_are_shown(clock.today())
    with summer.on(date(2027, 6, 21)):
        told = words(client_of(school.sanne).get("/next-year").text)
        assert "groep 6 2 kinderen" in told
        assert "Lotte Bakker" in told
        assert "Storm" not in told
        assert "groep 7" in words(client_of(school.dirk).get("/next-year").text)
        assert client_of(school.anna).get("/next-year").status_code == 403
        assert rollover.lists_are_shown(clock.today())


def test_a_moved_child_reads_on_and_reads_the_new(school: Summer, office: Client, client_of: ClientOf) -> None:
    old = factories.post(school.fleur, [school.group("5")], title="Uit groep vijf")
    settle(office, school)
    six = school.group("6", FIRST)
    with summer.on(LAST):
        page = client_of(school.anna).get("/timeline").text
        assert "groep 6" not in page
    with summer.on(FIRST):
        factories.post(school.dirk, [six], title="Welkom in zes")
        browser = client_of(school.anna)
        page = browser.get("/timeline").text
        assert "Welkom in zes" in page
        assert "Uit groep vijf" in page
        assert "groep 6" in page
        assert browser.get(f"/posts/{old.public_id}").status_code == 200
        assert "Welkom in zes" not in client_of(school.mila).get("/timeline").text


def test_a_leaving_family_loses_its_word_at_once_and_its_sight_after_the_grace(
    school: Summer, office: Client, client_of: ClientOf
) -> None:
    post = factories.post(school.dirk, [school.group("8")], title="De musical")
    settle(office, school)
    url = f"/posts/{post.public_id}"

    def asked(day: date) -> tuple[int, int, int]:
        with summer.on(day):
            browser = client_of(school.leo)
            looked = browser.get(url).status_code
            said = browser.post(f"{url}/comments", {"body": "Wat mooi"}).status_code
            liked = browser.post(f"{url}/reaction", {"on": "1"}).status_code
            return looked, said, liked

    assert asked(LAST) == (200, 303, 303)
    assert asked(FIRST) == (200, 403, 403)
    assert asked(date(2027, 8, 30)) == (200, 403, 403)
    assert asked(date(2027, 8, 31)) == (404, 404, 404)
    assert db.session.query(Post).count() == 1


def test_the_administration_settles_late(school: Summer, office: Client, client_of: ClientOf) -> None:
    """Forgotten before the summer: the change stays at hand, and the last day is 31 July all the same."""
    with summer.on(date(2027, 9, 6)):
        late = client_of(school.olga)
        page = late.get("/admin/rollover").text
        assert "Jaarovergang naar 2027-2028" in page
        assert "Schooljaar 2027-2028 is begonnen." in page
        assert "Sinds 1 augustus ziet iedereen zijn eigen groepen." in page
        settle(late, school)
        assert school.child("Bram").left_on == LAST
        assert [road.ends_on for road in guardians.of_person(school.leo)] == [date(2027, 8, 30)]
        assert client_of(school.leo).get("/admin/rollover").status_code == 403
