"""The demo school goes out as EDEXML and a guardian sheet, and comes into an empty instance as the same school."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from school import guardians, setup
from school.groups import Enrolment, GroupStaff
from school.guardians import Guardianship
from school.lib import clock
from school.lib.db import db, writing
from school.people import Person, StaffRole
from tests.house import House
from tests.school.test_demo_build import filled

__all__ = ["filled"]


def school() -> dict[str, Any]:
    """What a school is, without the numbers it has in this database."""
    today = clock.today()

    def lasts(ends_on: date | None) -> bool:
        return ends_on is None or ends_on >= today

    roads = db.session.scalars(select(Guardianship).where(Guardianship.kind == "guardian"))
    teams = [one for one in db.session.scalars(select(GroupStaff)) if lasts(one.ends_on)]
    staff = db.session.scalars(select(Person).join(StaffRole)).unique()
    return {
        "pupils": {_place(place) for place in db.session.scalars(select(Enrolment))},
        "guardians": {_road(road) for road in roads if road.person.deactivated_at is None and lasts(road.ends_on)},
        "teams": {(one.person.full_name, one.person.email, one.group.name) for one in teams if _in_files(one)},
        "staff": {one.email for one in staff if {held.role for held in one.roles} & {"teacher", "support"}},
    }


def _in_files(one: GroupStaff) -> bool:
    """EDEXML knows home and cross-groups; a committee is the school's own."""
    return one.group.kind in ("home", "cross")


def _place(place: Enrolment) -> tuple[Any, ...]:
    pupil, since = place.pupil, max(place.starts_on, place.group.school_year.starts_on)
    return pupil.full_name, pupil.birth_date, place.group.name, place.year_level, since


def _road(road: Guardianship) -> tuple[Any, ...]:
    """Without spaces in the phone number, and without scopes that a director granted by hand."""
    person, pupil = road.person, road.pupil
    scopes = guardians.scopes_of(road) if road.authority == "yes" else ()
    reached = person.full_name, person.email, re.sub(r"\D", "", person.phone), person.language
    return *reached, pupil.full_name, pupil.birth_date, road.relation, road.authority, scopes


@pytest.fixture
def flask(filled: Flask) -> Any:
    def run(*words: str) -> Result:
        return filled.test_cli_runner().invoke(args=["school", *words])

    return run


def test_the_same_school_comes_in(filled: Flask, house: House, flask: Any, tmp_path: Any) -> None:
    before = school()
    edexml, sheet = tmp_path / "school.xml", tmp_path / "ouders.xlsx"
    for command, file in (("export-edexml", edexml), ("export-guardians", sheet)):
        assert flask(command, str(file)).exit_code == 0
        assert file.stat().st_mode & 0o077 == 0
    house.begin("empty")
    with writing():
        setup.begin(
            {"name": "Leeg", "phone": "1"}, {"first_name": "A", "prefix": "", "last_name": "B", "email": "a@b.nl"}, ""
        )
    dry = flask("import-edexml", str(edexml), "--dry-run")
    assert "200 new" in dry.output
    assert db.session.query(Enrolment).count() == 0
    assert flask("import-edexml", str(edexml), "--with-staff").exit_code == 0
    assert flask("import-guardians", str(sheet)).exit_code == 0
    after = school()
    for part in ("pupils", "guardians", "teams"):
        assert after[part] == before[part], part
    assert before["staff"] <= after["staff"] | {None}
    assert "Done: no change" in flask("import-edexml", str(edexml)).output
    assert "Done: no change" in flask("import-guardians", str(sheet)).output


def test_the_command_line_says_what_is_wrong(filled: Flask, flask: Any, tmp_path: Any) -> None:
    wrong = tmp_path / "wrong.xml"
    wrong.write_text("<EDEX>\n<school>\n")
    answer = flask("import-edexml", str(wrong))
    assert answer.exit_code == 1
    assert "regel" in answer.output
    large = tmp_path / "large.xml"
    large.touch()
    with large.open("r+b") as opened:
        opened.truncate(300 * 2**20)
    assert "5 MB" in flask("import-edexml", str(large)).output
