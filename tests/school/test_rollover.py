"""The change of year: prepared beside the running year, hidden, rehearsed, settled, undone; and the day itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from school import committees, feed, groups, guardians, people, policy, pupils, rollover, teams
from school.audit import AuditEntry
from school.feed import Post
from school.groups import Enrolment, Facts, Group
from school.guardians import Guardianship
from school.imports.runs import ImportRun
from school.lib import clock
from school.lib.db import db, writing
from school.lib.text import Refused
from school.people import Person
from school.rollover import LEAVE, OPEN, Turn
from school.teams import Shift
from tests import factories, summer
from tests.rules.test_queries import counted
from tests.summer import FIRST, LAST, MAY, Summer

END = date(2028, 7, 31)


@pytest.fixture
def school(app: Flask) -> Iterator[Summer]:
    with summer.on(MAY):
        yield summer.build()


def turn() -> Turn:
    return rollover.at_hand(clock.today())


def prepared(school: Summer) -> Turn:
    """Next year's home groups, with a group 3 and 7 that this year has not."""
    if turn().new is not None:
        return turn()
    with writing():
        rollover.prepare(turn(), [group for group in turn().old_groups if group.kind == "home"])
        groups.create(groups.school_year(FIRST), Facts("7", "home", ("7",), 3, 3))
        groups.create(groups.school_year(FIRST), Facts("3", "home", ("3",), 1, 4))
    return turn()


def value(name: str, level: str) -> str:
    """As a form sends a group of next year and a year level in it."""
    return next(o.value for o in rollover.options(turn()) if (o.group.name, o.level) == (name, level))


def place_all(school: Summer) -> Turn:
    """What is proposed for everybody; Kas, of whom no year level is known, goes to group 1/2."""
    at_hand = prepared(school)
    rows = rollover.table(at_hand, rollover.steps(at_hand), rollover.options(at_hand))
    with writing():
        rollover.decide_rows(at_hand, {(row.group.public_id, row.level): row.usual for row in rows})
        rollover.decide(at_hand, {school.child("Kas").public_id: value("1/2", "2")})
    return turn()


def settled(school: Summer) -> ImportRun:
    at_hand = place_all(school)
    with writing():
        return rollover.settle(at_hand, school.olga)


def where(day: date = FIRST) -> dict[str, str]:
    """Child → home group on a day, from the table of places alone."""
    rows = select(Enrolment).where(Enrolment.starts_on <= day, Enrolment.ends_on >= day)
    return {place.pupil.first_name: place.group.name for place in db.session.scalars(rows)}


def seen_by(person: Person) -> set[str]:
    return set(db.session.scalars(select(Post.title).where(policy.published(policy.viewer(person)))))


# ── which change is at hand ─────────────────────────────────────────────────────────────────────────────────────────


def test_until_august_it_is_the_next_year(school: Summer) -> None:
    at_hand = turn()
    assert (at_hand.name, at_hand.last, at_hand.first) == ("2027-2028", LAST, FIRST)
    assert at_hand.new is None
    assert not at_hand.is_settled


def test_what_was_not_settled_stays_at_hand_until_the_new_year(school: Summer) -> None:
    place_all(school)
    for day, name in (
        (LAST, "2027-2028"), (FIRST, "2027-2028"), (date(2027, 12, 31), "2027-2028"), (date(2028, 1, 1), "2028-2029"),
    ):  # fmt: skip
        with summer.on(day):
            assert turn().name == name, day


def test_what_was_settled_stays_a_while_to_be_undone(school: Summer) -> None:
    settled(school)
    for day, name in ((LAST, "2027-2028"), (date(2027, 9, 29), "2027-2028"), (date(2027, 9, 30), "2028-2029")):
        with summer.on(day):
            assert turn().name == name, day


def test_a_school_without_a_past_year_has_nothing_left_undone(app: Flask) -> None:
    with summer.on(date(2026, 11, 25)):
        assert turn().name == "2027-2028"
        assert turn().old is None
        assert turn().old_groups == []
        assert rollover.warning(clock.today()) is None


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 4, 30), None),
        (date(2027, 5, 1), "nog niet vastgelegd"),
        (LAST, "nog niet vastgelegd"),
        (FIRST, "is begonnen"),
        (date(2027, 12, 31), "is begonnen"),
    ],
)
def test_from_may_the_administration_is_reminded(school: Summer, day: date, words: str | None) -> None:
    with summer.on(day):
        told = rollover.warning(clock.today())
    assert words in told if words and told else told is words


def test_what_is_settled_needs_no_reminder(school: Summer) -> None:
    settled(school)
    assert rollover.warning(MAY) is None
    with summer.on(FIRST):
        assert rollover.warning(FIRST) is None


# ── preparing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_preparing_copies_groups_and_touches_nothing_of_this_year(school: Summer) -> None:
    before = [(group.name, group.kind, group.levels) for group in turn().old_groups]
    with writing():
        assert rollover.prepare(turn(), turn().old_groups) == 5
        assert rollover.prepare(turn(), turn().old_groups) == 0
    assert [(group.name, group.kind, group.levels) for group in turn().new_groups] == before
    assert [(group.name, group.kind, group.levels) for group in turn().old_groups] == before
    assert where() == {}
    assert groups.current() == turn().old_groups
    assert teams.places_in([group.id for group in turn().new_groups]) == []


# ── proposing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_year_level_goes_on_to_the_next(school: Summer) -> None:
    at_hand = prepared(school)
    rows = rollover.table(at_hand, rollover.steps(at_hand), rollover.options(at_hand))
    assert [(row.group.name, row.level, len(row.steps)) for row in rows] == [
        ("1/2", "1", 1), ("1/2", "2", 1), ("1/2", "", 1), ("5", "5", 2), ("6", "6", 1), ("8", "8", 1),
    ]  # fmt: skip
    assert [row.proposed for row in rows] == [
        value("1/2", "2"), value("3", "3"), OPEN, value("6", "6"), value("7", "7"), LEAVE,
    ]  # fmt: skip


def test_parallel_groups_go_on_together(app: Flask) -> None:
    with summer.on(MAY), writing():
        this, coming = groups.school_year(MAY), groups.school_year(FIRST)
        three, mixed, lonely = (groups.create(this, Facts(name, "home", ())) for name in ("3b", "2/3a", "zon"))
        for name, levels in (("4a", ("4",)), ("4b", ("4",)), ("2/3a", ("2", "3")), ("2/3b", ("2", "3"))):
            groups.create(coming, Facts(name, "home", levels))
        offered = rollover.options(turn())
        assert rollover.proposal(three, "3", offered) == value("4b", "4")
        assert rollover.proposal(mixed, "2", offered) == value("2/3a", "3")
        assert rollover.proposal(mixed, "1", offered) == value("2/3a", "2")
        assert rollover.proposal(lonely, "3", offered) == OPEN
        assert rollover.proposal(lonely, "", offered) == OPEN
        assert rollover.proposal(lonely, "6", offered) == OPEN


@pytest.mark.parametrize(
    ("born", "level"),
    [(date(2021, 9, 30), "2"), (date(2021, 10, 1), "1"), (date(2022, 9, 30), "1"), (date(2018, 1, 1), "2")],
)
def test_in_a_combination_group_the_birth_date_proposes(school: Summer, born: date, level: str) -> None:
    with writing():
        school.child("Kas").birth_date = born
    [kas] = [step for step in rollover.steps(turn()) if step.pupil.first_name == "Kas"]
    assert kas.level == ""
    assert rollover.probable_level(kas, turn()) == level


def test_without_a_group_nothing_is_probable(school: Summer) -> None:
    with writing():
        pupils.add("Nieuw", birth_date=date(2019, 1, 1))
    [new] = [step for step in rollover.steps(turn()) if step.place is None]
    assert rollover.probable_level(new, turn()) == ""


# ── placing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_saving_makes_places_from_1_august_and_doubles_nothing(school: Summer) -> None:
    today = where(MAY)
    place_all(school)
    first = db.session.query(Enrolment).count()
    place_all(school)
    assert db.session.query(Enrolment).count() == first
    assert where(MAY) == where(LAST) == today
    assert where() == {"Noor": "6", "Lotte": "6", "Storm": "7", "Ayşe": "1/2", "Tim": "3", "Kas": "1/2"}
    places = db.session.scalars(select(Enrolment).where(Enrolment.starts_on == FIRST))
    assert {(place.pupil.first_name, place.year_level) for place in places} == {
        ("Noor", "6"), ("Lotte", "6"), ("Storm", "7"), ("Ayşe", "2"), ("Tim", "3"), ("Kas", "2"),
    }  # fmt: skip
    assert school.child("Bram").left_on == LAST


def test_an_exception_stays_one_when_the_group_is_saved_again(school: Summer) -> None:
    at_hand = place_all(school)
    noor = school.child("Noor")
    with writing():
        assert rollover.decide(at_hand, {noor.public_id: value("5", "5")}) == [noor]
        assert rollover.decide(at_hand, {noor.public_id: value("5", "5")}) == []
        changed = rollover.decide_rows(at_hand, {(school.group("5").public_id, "5"): value("7", "7")})
    assert changed == 1
    assert (where()["Noor"], where()["Lotte"]) == ("5", "7")
    [step] = [step for step in rollover.steps(at_hand) if step.pupil is noor]
    assert step.stays


def test_a_choice_can_be_taken_back(school: Summer) -> None:
    at_hand = place_all(school)
    noor, bram = school.child("Noor"), school.child("Bram")
    with writing():
        rollover.decide(at_hand, {noor.public_id: LEAVE, bram.public_id: OPEN})
    assert (noor.left_on, bram.left_on) == (LAST, None)
    assert "Noor" not in where()
    with writing():
        rollover.decide(at_hand, {noor.public_id: value("6", "6"), bram.public_id: value("8", "8")})
    assert (noor.left_on, bram.left_on) == (None, None)
    assert (where()["Noor"], where()["Bram"]) == ("6", "8")
    with writing():
        rollover.decide(at_hand, {noor.public_id: OPEN})
        rollover.decide(at_hand, {noor.public_id: value("6", "6")})
    assert db.session.query(Enrolment).filter_by(pupil_id=noor.id).count() == 2
    road = db.session.query(Guardianship).filter_by(pupil_id=noor.id).one()
    assert road.ends_on is None


def test_a_place_that_an_import_made_is_shown_and_changed(school: Summer) -> None:
    at_hand = prepared(school)
    with writing():
        made = groups.enrol(school.child("Noor"), school.group("7", FIRST))
    [step] = [step for step in rollover.steps(at_hand) if step.pupil.first_name == "Noor"]
    assert step.choice == value("7", "7")
    with writing():
        rollover.decide(at_hand, {school.child("Noor").public_id: value("6", "6")})
    assert made.group.name == "6"
    assert made.year_level == "6"


def test_nothing_but_the_list_is_a_choice(school: Summer) -> None:
    at_hand = prepared(school)
    this_year = f"{school.group('6').public_id}.6"
    with pytest.raises(Refused, match="uit de lijst"), writing():
        rollover.decide(at_hand, {school.child("Noor").public_id: this_year})
    assert where() == {}


def test_a_place_that_ran_past_the_summer_ends_with_the_year(school: Summer) -> None:
    """A child has one home group a day; some came in with a last day of their own."""
    with writing():
        place = db.session.query(Enrolment).filter_by(pupil_id=school.child("Noor").id).one()
        place.ends_on = date(2027, 9, 30)
    place_all(school)
    assert place.ends_on == LAST


def test_planned_pupils_come_when_they_are_four(school: Summer) -> None:
    with writing():
        pupils.add("Peuter", birth_date=date(2023, 11, 5))
        pupils.add("Nieuw", birth_date=date(2019, 11, 5))
        pupils.add("Schrikkel", birth_date=date(2024, 2, 29))
        pupils.add("Baby", birth_date=date(2026, 1, 1))
        gone = pupils.add("Weg", birth_date=date(2018, 1, 1))
        gone.left_on = date(2027, 2, 1)
    at_hand = prepared(school)
    new = {step.pupil.first_name: step for step in rollover.steps(at_hand) if step.place is None}
    assert set(new) == {"Peuter", "Nieuw", "Schrikkel"}
    chosen = {step.pupil.public_id: value("1/2", "1") for step in new.values()}
    with writing():
        assert len(rollover.decide(at_hand, chosen)) == 3
    starts = {
        place.pupil.first_name: place.starts_on
        for place in db.session.query(Enrolment)
        if place.pupil.first_name in new
    }
    assert starts == {"Peuter": date(2027, 11, 5), "Nieuw": FIRST, "Schrikkel": date(2028, 3, 1)}


def test_who_comes_later_this_year_goes_along(school: Summer) -> None:
    with writing():
        late = pupils.add("Juni", birth_date=date(2023, 6, 15))
        groups.enrol(late, school.group("1/2"), starts_on=date(2027, 6, 15)).year_level = "1"
    place_all(school)
    assert where()["Juni"] == "1/2"


# ── the lists ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_day_for_the_lists_lies_before_the_year(school: Summer) -> None:
    with pytest.raises(Refused, match="Maak eerst de groepen"), writing():
        rollover.show_lists_from(turn(), MAY)
    at_hand = prepared(school)
    for wrong in (MAY - timedelta(days=1), FIRST + timedelta(days=1)):
        with pytest.raises(Refused) as no, writing():
            rollover.show_lists_from(at_hand, wrong)
        assert no.value.field == "lists_on"
    with writing():
        rollover.show_lists_from(at_hand, date(2027, 6, 21))
    assert summer.year(FIRST).lists_on == date(2027, 6, 21)
    with writing():
        rollover.show_lists_from(turn(), None)
    assert summer.year(FIRST).lists_on is None


def test_nobody_sees_a_list_before_its_day(school: Summer) -> None:
    at_hand = place_all(school)
    six = school.group("6", FIRST)
    with writing():
        for key, days in (("deniz", ("mon", "tue")), ("fleur", ("wed", "thu", "fri"))):
            teams.join(getattr(school, key), six, Shift("teacher", days, None, None))
        teams.join(school.koen, six, Shift("substitute", ("mon",), FIRST, date(2027, 8, 20)))
        rollover.show_lists_from(at_hand, date(2027, 6, 21))
    noor = school.child("Noor")
    for day, shown in ((date(2027, 6, 20), False), (date(2027, 6, 21), True), (LAST, True), (FIRST, False)):
        with summer.on(day):
            told = rollover.next_places([noor.id], day)
            assert (noor.id in told) is shown, day
            listed = rollover.next_groups(policy.viewer(school.fleur))
            assert bool(listed) is shown, day
            seen = policy.find(policy.viewer(school.anna), Group, six.public_id)
            assert (seen is not None) is (shown or day == FIRST), day
    with summer.on(LAST):
        place = rollover.next_places([noor.id, school.child("Bram").id], LAST)
        assert list(place) == [noor.id]
        assert (place[noor.id].label, place[noor.id].teachers) == ("groep 6", ("meester Deniz", "juf Fleur"))
        [group] = rollover.next_groups(policy.viewer(school.deniz))
        assert [pupil.first_name for pupil in group.pupils] == ["Lotte", "Noor"]
        assert rollover.next_groups(policy.viewer(school.sanne)) == []
        assert len(rollover.next_groups(policy.viewer(school.dirk))) == 6
        assert rollover.next_groups(policy.viewer(school.anna)) == []


def test_the_running_year_shows_nothing_of_the_next(school: Summer) -> None:
    at_hand = place_all(school)
    with writing():
        teams.join(school.deniz, school.group("6", FIRST), Shift("teacher", groups.WEEKDAYS, None, None))
        rollover.show_lists_from(at_hand, MAY)
    assert [group.name for _child, group in guardians.children_of(school.anna) if group] == ["5"]
    assert policy.viewer(school.deniz).team_of == {school.group("5").id}
    assert groups.enrolled_since(school.child("Noor"), school.group("5")) == date(2026, 8, 1)
    audience = feed.audience([school.group("6", FIRST).id], False, MAY, MAY)
    assert audience.size == 0


# ── the rehearsal ───────────────────────────────────────────────────────────────────────────────────────────────────


def names_of(persons: list[Person]) -> list[str]:
    return [person.first_name for person in persons]


def test_the_rehearsal_tells_every_consequence(school: Summer) -> None:
    with writing():
        pupils.add("Nieuw", birth_date=date(2019, 11, 5))
        pupils.add("Vergeten", birth_date=date(2019, 11, 5))
    at_hand = place_all(school)
    six = school.group("6", FIRST)
    with writing():
        nieuw = db.session.query(pupils.Pupil).filter_by(first_name="Nieuw").one()
        rollover.decide(at_hand, {nieuw.public_id: value("6", "6"), school.child("Kas").public_id: value("1/2", "1")})
        rollover.decide(at_hand, {school.child("Ayşe").public_id: value("1/2", "1")})
        teams.join(school.fleur, six, Shift("teacher", ("mon", "tue"), None, None))
        teams.join(school.deniz, school.group("5", FIRST), Shift("teacher", groups.WEEKDAYS, None, None))
        teams.join(school.sanne, school.group("5", FIRST), Shift("assistant", groups.WEEKDAYS, None, None))
    told = rollover.rehearse(at_hand)

    def flows(found: list[rollover.Flow]) -> list[tuple[str, str, list[str]]]:
        return [
            (flow.old.name if flow.old else "", flow.new.name if flow.new else "", [p.first_name for p in flow.pupils])
            for flow in found
        ]

    assert flows(told.moving) == [
        ("1/2", "1/2", ["Kas"]), ("1/2", "3", ["Tim"]), ("5", "6", ["Lotte", "Noor"]), ("6", "7", ["Storm"]),
    ]  # fmt: skip
    assert flows(told.staying) == [("1/2", "1/2", ["Ayşe"])]
    assert flows(told.leaving) == [("8", "", ["Bram"])]
    assert flows(told.coming) == [("", "6", ["Nieuw"])]
    assert [step.pupil.first_name for step in told.open] == ["Vergeten"]
    assert names_of(told.without_child) == ["Leo"]
    assert told.reads_until == date(2027, 8, 30)
    assert [(gap.group.name, gap.nobody, [day.key for day in gap.days]) for gap in told.gaps if gap.group is six] == [
        ("6", False, ["wed", "thu", "fri"])
    ]
    assert [gap.group.name for gap in told.gaps if gap.nobody] == ["1/2", "3", "7", "8"]
    assert names_of(told.without_group) == ["Koen"]
    assert [(one.group.name, names_of(list(one.members))) for one in told.ending] == [("OR", ["Anna"])]


def test_a_committee_that_goes_on_does_not_end(school: Summer) -> None:
    with writing():
        rollover.prepare(turn(), turn().old_groups)
        committees.take_over(school.group("OR"), school.group("OR", FIRST))
    assert rollover.rehearse(turn()).ending == []


def test_a_larger_school_asks_as_often(school: Summer) -> None:
    at_hand = place_all(school)

    def asked() -> int:
        db.session.expire_all()
        with counted() as found:
            rollover.rehearse(rollover.into(at_hand.first))
            rollover.next_places([pupil.id for pupil in db.session.query(pupils.Pupil)], FIRST)
            rollover.next_groups(policy.viewer(school.dirk))
        return len(found)

    few = asked()
    with writing():
        coming = groups.school_year(FIRST)
        for number in range(20):
            group = groups.create(summer.year(MAY), Facts(f"x{number}", "home", ("4",)))
            after = groups.create(coming, Facts(f"x{number}", "home", ("5",)))
            child = pupils.add(f"Kind {number}", birth_date=date(2019, 1, 1))
            groups.enrol(child, group)
            groups.enrol(child, after)
            guardian = people.add(f"Ouder {number}")
            guardians.link(guardian, child, starts_on=date(2026, 8, 1))
    assert asked() == few


# ── settling ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_settled_while_a_child_has_no_place(school: Summer) -> None:
    with pytest.raises(Refused, match="Maak eerst"), writing():
        rollover.settle(turn(), school.olga)
    at_hand = prepared(school)
    with pytest.raises(Refused, match="7 leerlingen hebben nog geen plek"), writing():
        rollover.settle(at_hand, school.olga)
    assert not turn().is_settled


def test_settling_gives_leavers_their_last_day_and_families_their_grace(school: Summer) -> None:
    run = settled(school)
    assert turn().is_settled
    assert run.told == {"placed": 6, "left": 1}
    ends = {road.person.first_name: road.ends_on for road in db.session.query(Guardianship).order_by(Guardianship.id)}
    assert ends == {"Anna": None, "Frank": None, "Mila": date(2027, 8, 30), "Leo": date(2027, 8, 30), "Eva": None}
    storm = db.session.query(Guardianship).filter_by(pupil_id=school.child("Storm").id).one()
    assert storm.ends_on is None
    assert db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first().action == "settled the new year"


def test_what_is_settled_is_changed_no_more(school: Summer) -> None:
    at_hand = place_all(school)
    with writing():
        rollover.settle(at_hand, school.olga)
    noor = school.child("Noor").public_id
    for again in (
        lambda: rollover.settle(turn(), school.olga),
        lambda: rollover.decide(turn(), {noor: LEAVE}),
        lambda: rollover.decide_rows(turn(), {}),
        lambda: rollover.prepare(turn(), []),
    ):
        with pytest.raises(Refused, match="is vastgelegd"), writing():
            again()


def test_settling_can_be_undone_and_done_again(school: Summer) -> None:
    with pytest.raises(Refused, match="niet vastgelegd"), writing():
        rollover.undo(turn(), school.olga)
    before = where()
    settled(school)
    placed = where()
    with writing():
        rollover.undo(turn(), school.olga)
    assert not turn().is_settled
    assert rollover.last_run() is None
    assert {road.ends_on for road in db.session.query(Guardianship)} == {None}
    assert where() == placed != before
    assert school.child("Bram").left_on == LAST  # the decision stays; what followed from it is gone
    with writing():
        rollover.settle(turn(), school.olga)
    assert turn().is_settled


def test_undoing_stops_where_something_has_changed(school: Summer) -> None:
    settled(school)
    with writing():
        road = db.session.query(Guardianship).filter_by(person_id=school.leo.id).one()
        guardians.end(road, date(2027, 8, 1))
    with pytest.raises(Refused, match="daarna iets gewijzigd"), writing():
        rollover.undo(turn(), school.olga)
    assert turn().is_settled


def test_the_backup_of_a_run_is_the_last_one_before_it(school: Summer, tmp_path: Path) -> None:
    run = settled(school)
    assert rollover.backup_before(run, tmp_path) == ""
    for name in ("20270501-101500", "20270510-115958", "20270510-120001", "20280601-090000"):
        (tmp_path / f"school-{name}-before-rollover.db").touch()
    (tmp_path / "school-20270510-115959-daily.db").touch()
    assert rollover.backup_before(run, tmp_path) == "school-20270510-115958-before-rollover.db"


# ── the day itself ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_family_moves_over_the_night(school: Summer) -> None:
    """From 1 August the posts of the new group; what was shared before stays; nothing runs in between."""
    old = school.group("5")
    factories.post(school.fleur, [old], title="mei in 5")
    factories.post(school.sanne, [school.group("6")], title="mei in 6")
    at_hand = place_all(school)
    new = school.group("6", FIRST)
    with writing():
        rollover.settle(at_hand, school.olga)
    with summer.on(LAST):
        factories.post(school.fleur, [old], title="juli in 5")
        assert seen_by(school.anna) == {"mei in 5", "juli in 5"}
        assert policy.find(policy.viewer(school.anna), Group, new.public_id) is None
    with summer.on(FIRST):
        factories.post(school.dirk, [new], title="augustus in 6")
        factories.post(school.dirk, [school.group("5", FIRST)], title="augustus in 5")
        assert seen_by(school.anna) == {"mei in 5", "juli in 5", "augustus in 6"}
        assert [group.id for _child, group in guardians.children_of(school.anna) if group] == [new.id]


def test_teams_change_over_the_night_too(school: Summer) -> None:
    at_hand = place_all(school)
    five, six = school.group("5"), school.group("6", FIRST)
    with writing():
        teams.take_over(five, six)
        rollover.settle(at_hand, school.olga)
    assert policy.viewer(school.fleur).posts_for == {five.id}
    with summer.on(LAST):
        assert policy.viewer(school.fleur).posts_for == {five.id}
    with summer.on(FIRST):
        assert policy.viewer(school.fleur).posts_for == {six.id}
        assert policy.viewer(school.sanne).posts_for == frozenset()


def test_a_leaving_family_loses_its_word_at_once_and_its_sight_later(school: Summer) -> None:
    post = factories.post(school.dirk, [school.group("8")], title="musical")
    settled(school)
    for day, sees, speaks in (
        (LAST, True, True), (FIRST, True, False), (date(2027, 8, 30), True, False), (date(2027, 8, 31), False, False),
    ):  # fmt: skip
        with summer.on(day):
            me = policy.viewer(school.leo)
            assert ("musical" in seen_by(school.leo)) is sees, day
            assert (sees and policy.allows(me, "comment", post)) is speaks, day


def test_a_family_with_a_child_that_stays_speaks_on(school: Summer) -> None:
    post = factories.post(school.dirk, title="hele school")
    settled(school)
    with summer.on(date(2027, 9, 15)):
        assert policy.allows(policy.viewer(school.mila), "comment", post)
        assert [child.first_name for child, _group in guardians.children_of(school.mila)] == ["Storm"]


def test_who_stays_after_all_keeps_its_guardians(school: Summer) -> None:
    """A last day was noted before: choosing a group for the child takes the end off its guardians' roads too."""
    prepared(school)
    child = school.child("Kas")
    with writing():
        guardians.child_leaves(child, turn().last, 30)
    assert all(road.ends_on for road in guardians.of_pupil(child))
    with writing():
        rollover.decide(turn(), {child.public_id: value("1/2", "2")})
    assert child.left_on is None
    assert not any(road.ends_on for road in guardians.of_pupil(child))
