"""Files of a real school, one odd thing each: every one was wrong once, or nearly."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask

from school import audit, groups, guardians, people
from school.groups import Enrolment, Group
from school.guardians import Guardianship
from school.imports import edexml_writer, intake
from school.imports.edexml_data import EdexStaff
from school.imports.edexml_plan import plan
from school.lib.db import db, writing
from school.lib.text import Refused
from school.people import Person, StaffRole
from school.pupils import Pupil
from tests.school.test_edexml_import import FIVE, NOOR, TODAY, again, bring, file, group, pupil, where

YES = lambda key: True  # noqa: E731


@pytest.fixture(autouse=True)
def _in_november(app: Flask) -> Any:
    with time_machine.travel("2026-11-25 10:00 +0100", tick=False):
        yield


def test_who_comes_next_school_year_has_no_place_this_year() -> None:
    later = pupil("4", "Mila", starts_on=date(2027, 8, 24))
    bring(file(NOOR, later))
    assert where("Mila", date(2027, 8, 24)) == []
    assert again(file(NOOR, later)) == {}


def test_a_surname_with_its_prefix_behind_is_one_name() -> None:
    told = file(pupil("1", "Anne", "Berg, van den"))
    bring(told, on=YES)
    anne = db.session.query(Pupil).one()
    assert (anne.prefix, anne.last_name) == ("van den", "Berg")
    assert again(told) == {}
    assert again(file(pupil("#7", "Anne", "Berg, van den", stable_key=False))) == {}


def test_a_year_level_beside_groups_makes_no_group() -> None:
    told = file(
        NOOR,
        pupil("2", "Weg", group_key="", year_level="8", leaves_on=date(2026, 7, 31)),
        pupil("3", "Later", group_key="", year_level="5", starts_on=date(2027, 2, 1)),
        pupil("4", "Zonder", group_key="", year_level="7"),
    )
    bring(told)
    assert sorted(one.name for one in db.session.query(Group)) == ["5", "6"]
    assert where("Later", date(2027, 2, 1)) == ["5"], "the one group of that level"
    assert where("Zonder") == []
    assert again(told) == {}


def test_a_last_day_can_be_moved_later() -> None:
    bring(file(NOOR, pupil("2", "Sem", leaves_on=date(2026, 12, 1))))
    with writing():
        guardians.link(
            people.add("Ouder", email="o@school.example"), db.session.query(Pupil).filter_by(first_name="Sem").one()
        )
    bring(file(NOOR, pupil("2", "Sem", leaves_on=date(2027, 3, 1))))
    assert where("Sem", date(2027, 2, 1)) == ["5"]
    assert where("Sem", date(2027, 3, 2)) == []
    (road,) = db.session.query(Guardianship)
    assert road.ends_on is not None
    assert road.ends_on > date(2027, 3, 1)


def test_a_corrected_year_level_is_seen() -> None:
    mix = group("m", "1/2", "1,2")
    bring(file(pupil("1", "Noor", group_key="m", year_level="1"), groups=(mix,)))
    told = file(pupil("1", "Noor", group_key="m", year_level="2"), groups=(mix,))
    assert again(told) == {"changed": ["Noor Bakker"]}
    bring(told)
    assert db.session.query(Enrolment).one().year_level == "2"
    assert again(told) == {}


def test_two_rows_of_one_name_are_not_one_child_by_turns() -> None:
    told = file(NOOR, pupil("9", "Noor"))
    bring(told)
    bring(told)
    assert {one.edex_key for one in db.session.query(Pupil)} <= {"1", "9"}
    first = {one.id: one.edex_key for one in db.session.query(Pupil)}
    bring(told)
    assert {one.id: one.edex_key for one in db.session.query(Pupil)} == first


def test_a_file_of_a_year_that_is_over_is_refused() -> None:
    with pytest.raises(Refused, match="2024-2025"):
        intake.payload("edexml", edexml_writer.write(file(NOOR, year="2024-2025")), "old.xml")


# ── staff ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def teacher(key: str, first: str, email: str = "fleur@school.example", **more: Any) -> EdexStaff:
    return EdexStaff(key=key, first_name=first, last_name="Jansen", email=email, roles=("leerkracht",), **more)


def test_one_address_for_two_is_told_and_crashes_nothing() -> None:
    told = file(NOOR, staff=(teacher("s1", "Fleur"), teacher("s2", "Femke")))
    bring(told, on=YES)
    assert [one.first_name for one in db.session.query(Person)] == ["Fleur"]


def test_a_key_and_an_address_of_two_accounts_are_told() -> None:
    with writing():
        people.add("Fleur", "Jansen", email="fleur@school.example")
        people.add("Fleur", "Jansen", email="juf@school.example").edex_key = "s1"
    (change,) = [one for one in plan(file(NOOR, staff=(teacher("s1", "Fleur"),)), TODAY).changes if one.kind == "staff"]
    assert change.blocked


def test_the_same_name_with_another_address_is_another_person() -> None:
    with writing():
        people.appoint(people.add("Fleur", "Jansen", email="anders@school.example"), "teacher")
    bring(file(NOOR, staff=(teacher("s1", "Fleur"),)), on=YES)
    assert db.session.query(Person).count() == 2


def test_who_comes_back_gets_a_role_again_and_the_log_says_so() -> None:
    with writing():
        fleur = people.add("Fleur", "Jansen", email="fleur@school.example")
        people.appoint(fleur, "teacher", starts_on=date(2020, 8, 1), ends_on=date(2024, 7, 31))
    bring(file(NOOR, groups=(FIVE,), staff=(teacher("s1", "Fleur", group_keys=("g5",)),)), on=YES)
    assert [one.ends_on for one in db.session.query(StaffRole).order_by(StaffRole.id)] == [date(2024, 7, 31), None]
    assert db.session.query(groups.GroupStaff).count() == 1
    assert "gave a role" in {entry.action for entry in audit.latest()}
