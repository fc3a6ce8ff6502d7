"""Somebody with a letter, in a school that is being served: ``python -m tests.browser.newcomer <folder> <first name>``.

Prints the code of the letter. In a process of its own, as the command line is.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from flask import current_app

from app import create_app
from school import coming_in, groups, guardians, invitations, people, pupils
from school.lib import clock
from school.lib.db import writing
from school.people import Person
from tests.cast import Cast


def main(folder: Path, first_name: str) -> None:
    app = create_app(folder)
    with app.app_context():
        with writing():
            person = _person(first_name)
            key = str(current_app.config["SECRET_KEY"]).encode()
            found = [one for one in coming_in.newcomers() if one.person == person]
            coming_in.print_letters(found, None, key)
            code = invitations.code_of(invitations.open_of([person.id])[person.id], key)
        print(code)
    app.extensions["studio"].close()


def _person(first_name: str) -> Person:
    """A parent of a child in group 6, without an address."""
    person = people.add(first_name, "Binnen")
    child = pupils.add(f"Kind van {first_name}", "Binnen", birth_date=date(2018, 3, 3))
    groups.enrol(child, Cast().six, starts_on=clock.today())
    guardians.link(person, child)
    return person


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
