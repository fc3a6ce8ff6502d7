"""A small school with named people: one of every kind that sees or does something else than the others.

Everything counts from today, so that the cast is the same in any week. Two groups: 5 and 6. Unless a line says
otherwise a child has sat in its group, and an adult has reached it, for two hundred days.
"""

from __future__ import annotations

from datetime import date, timedelta

from school import groups, guardians, people, pupils
from school.groups import Group, SchoolYear
from school.lib import clock, passwords
from school.lib.db import db, writing
from school.people import Person
from school.pupils import Pupil
from school.settings import School

PASSWORD = "vlieger boven het duin"
DOMAIN = "school.example"

STAFF = {
    "teacher": ("juf", "Fleur", "", "Jansen", "teacher"),
    "duo": ("meester", "Deniz", "", "Yılmaz", "teacher"),
    "other_teacher": ("juf", "Sanne", "de", "Wit", "teacher"),
    "substitute": ("meester", "Koen", "", "Visser", "teacher"),
    "past_substitute": ("juf", "Ilse", "", "Bos", "teacher"),
    "former_teacher": ("meester", "Wim", "", "Oud", "teacher"),
    "specialist": ("meester", "Jip", "", "Gym", "support"),
    "care": ("", "Carla", "", "Hulst", "care"),
    "office": ("", "Olga", "", "Post", "office"),
    "director": ("", "Dirk", "van", "Dijk", "director"),
    "admin": ("", "Bea", "", "Heer", "admin"),
    "teacher_parent": ("juf", "Tess", "", "Kok", "teacher"),
}
"""Key → salutation, names, role. ``former_teacher``'s role ended yesterday, his place in the team did not."""

GUARDIANS = {
    "parent": ("Anna", "", "Bakker"),
    "other_parent": ("Zeynep", "", "Smit"),
    "mother": ("Maria", "van den", "Berg"),
    "father": ("Frank", "", "IJsselstein"),
    "no_authority": ("Nico", "", "Nee"),
    "granted": ("Gerda", "", "Gunst"),
    "removed": ("Rob", "", "Weg"),
    "blocked": ("Bart", "", "Dicht"),
    "exception": ("Eva", "", "Even"),
    "lapsed": ("Lars", "", "Voorbij"),
    "mover": ("Mila", "", "Om"),
    "newcomer": ("Noa", "", "Pas"),
    "leaver": ("Leo", "", "Uit"),
    "invited": ("Iris", "", "Straks"),
    "deactivated": ("Dora", "", "Af"),
}

EVERYBODY = (*STAFF, *GUARDIANS)


class Cast:
    """The people by key (``cast.parent``), the groups (``cast.five``, ``cast.six``) and children by first name."""

    def __getattr__(self, key: str) -> Person:
        if key not in EVERYBODY:
            raise AttributeError(key)
        found = people.by_login(f"{key}@{DOMAIN}")
        assert found is not None
        return found

    @property
    def five(self) -> Group:
        return self._group("5")

    @property
    def six(self) -> Group:
        return self._group("6")

    def _group(self, name: str) -> Group:
        return next(group for group in groups.current() if group.name == name)

    def child(self, first_name: str) -> Pupil:
        return db.session.query(Pupil).filter_by(first_name=first_name).one()


def build() -> None:
    with writing():
        db.session.add(
            School(name="Kindcentrum De Proef", short_name="De Proef", phone="0123-456789", email="info@school.example")
        )
        year = groups.school_year(clock.today())
        five, six = _group("5", year), _group("6", year)
        _staff(five, six)
        _families(five, six)


def _group(name: str, year: SchoolYear) -> Group:
    return groups.add(name, year, year_levels=name, position=int(name))


def _day(days: int) -> date:
    """So many days from today."""
    return clock.today() + timedelta(days=days)


def _person(key: str, first: str, prefix: str, last: str, salutation: str = "") -> Person:
    person = people.add(first, last, prefix=prefix, email=f"{key}@{DOMAIN}", salutation=salutation)
    person.password_hash = passwords.hashed(PASSWORD)
    person.first_login_at = clock.ago(days=100)
    return person


def _staff(five: Group, six: Group) -> None:
    found = {}
    for key, (salutation, first, prefix, last, role) in STAFF.items():
        found[key] = _person(key, first, prefix, last, salutation)
        ends_on = _day(-1) if key == "former_teacher" else None
        people.appoint(found[key], role, starts_on=_day(-200), ends_on=ends_on)
    _team(found["teacher"], five, days=("mon", "tue", "wed"))
    _team(found["duo"], five, days=("thu", "fri"))
    _team(found["other_teacher"], six)
    _team(found["teacher_parent"], six)
    _team(found["substitute"], five, role="substitute", starts_on=_day(-1), ends_on=_day(7))
    _team(found["past_substitute"], five, role="substitute", starts_on=_day(-20), ends_on=_day(-1))
    _team(found["former_teacher"], five)
    _team(found["specialist"], five, role="specialist")


def _team(person: Person, group: Group, **options: object) -> None:
    span = {"starts_on": _day(-200), "ends_on": _day(200)}
    groups.assign(person, group, **(span | options))  # type: ignore[arg-type]


def _families(five: Group, six: Group) -> None:
    found = {key: _person(key, *names) for key, names in GUARDIANS.items()}
    noor = _child("Noor", "Bakker", five)
    _link(found["parent"], noor)
    _link(found["no_authority"], noor, authority="no")
    _link(found["granted"], noor, authority="no", scopes=["posts"], reason="asked by the court")
    _link(found["removed"], noor, ends_on=_day(-1))
    _link(found["blocked"], noor, kind="blocked")
    _link(found["exception"], noor, kind="exception", authority="no", scopes=["posts"], ends_on=_day(30))
    _link(found["lapsed"], noor, kind="exception", authority="no", scopes=["posts"], ends_on=_day(-1))
    _link(found["deactivated"], noor)
    found["deactivated"].deactivated_at = clock.ago(days=1)
    _link(found["other_parent"], _child("Mees", "Smit", six))
    lotte = _child("Lotte", "IJsselstein", five)
    _link(found["mother"], lotte)
    _link(found["father"], lotte)
    _link(people.by_login(f"teacher_parent@{DOMAIN}"), _child("Storm", "Kok", five))
    _moving(found, five, six)
    found["invited"].first_login_at = found["invited"].password_hash = None


def _moving(found: dict[str, Person], five: Group, six: Group) -> None:
    """Children who changed groups thirty days ago, came three days ago, left ten days ago."""
    mover = _child("Yusuf", "Om", five, ends_on=_day(-31))
    groups.enrol(mover, six, starts_on=_day(-30), ends_on=_day(200))
    _link(found["mover"], mover)
    _link(found["newcomer"], _child("Roos", "Pas", five, starts_on=_day(-3)))
    leaver = _child("Bram", "Uit", five, ends_on=_day(-10))
    leaver.left_on = _day(-10)
    _link(found["leaver"], leaver)
    _link(found["invited"], _child("Zoë", "Straks", six))


def _child(first: str, last: str, group: Group, *, starts_on: date | None = None, ends_on: date | None = None) -> Pupil:
    pupil = pupils.add(first, last, birth_date=date(2018, 3, 3))
    groups.enrol(pupil, group, starts_on=starts_on or _day(-200), ends_on=ends_on or _day(200))
    return pupil


def _link(person: Person | None, pupil: Pupil, **options: object) -> None:
    assert person is not None
    guardians.link(person, pupil, **({"starts_on": _day(-200)} | options))  # type: ignore[arg-type]
