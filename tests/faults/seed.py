"""A school for the served program, made by a process of its own: ``python -m tests.faults.seed FOLDER``.

Prints the session tokens as JSON, person by person, so that nobody has to log in.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARENTS = 16
STAFF = ("writer", "photographer", "director")


def make(folder: Path) -> dict[str, str]:
    """Fills the folder and returns the token of each person: those of STAFF and ``parent-0`` … ``parent-15``."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCHOOL_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.seed", str(folder)],
        cwd=ROOT, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout))


def _fill(folder: Path) -> dict[str, str]:
    from app import create_app
    from school import groups, schema, sessions
    from school.lib import clock
    from school.lib.db import db, writing
    from school.settings import School

    app = create_app(folder)
    with app.app_context():
        schema.prepare(folder)
        with writing():
            db.session.add(School(name="De Proef", phone="0123-456789"))
            group = groups.add("5", groups.school_year(clock.today()), position=5)
            people = _staff(group) | _parents(group)
            db.session.flush()
            return {key: sessions.begin(one, "Chrome · Linux", staff=key in STAFF)[1] for key, one in people.items()}


def _staff(group: object) -> dict[str, object]:
    from school import groups, people

    made = {key: people.add(key.title(), email=f"{key}@school.example") for key in STAFF}
    for key, person in made.items():
        people.appoint(person, "director" if key == "director" else "teacher")
        groups.assign(person, group)  # type: ignore[arg-type]
    return dict(made)


def _parents(group: object) -> dict[str, object]:
    from school import groups, guardians, people, pupils

    made: dict[str, object] = {}
    for number in range(PARENTS):
        child = pupils.add(f"Kind {number}", birth_date=date(2018, 3, 3))
        groups.enrol(child, group)  # type: ignore[arg-type]
        person = people.add(f"Ouder {number}", email=f"parent-{number}@school.example")
        guardians.link(person, child)
        made[f"parent-{number}"] = person
    return made


if __name__ == "__main__":
    print(json.dumps(_fill(Path(sys.argv[1]))))
