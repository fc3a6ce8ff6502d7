"""The people who work at De Proefpolder: fifteen, a substitute, and the volunteer who looks after the computers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from school.demo_logins import DOMAIN

WEEK = ("mon", "tue", "wed", "thu", "fri")


@dataclass(frozen=True)
class Lesson:
    """Works with one group on some days. `starts_on` and `ends_on` only for who comes for a while."""

    group: str
    days: tuple[str, ...] = WEEK
    role: str = "teacher"  # "teacher" | "substitute" | "specialist" | "assistant"
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class StaffMember:
    key: str
    first_name: str
    prefix: str
    last_name: str
    salutation: str
    email: str
    roles: tuple[str, ...]
    lessons: tuple[Lesson, ...] = ()
    pace: float = 1.6  # posts a week
    voice: int = field(default=0)  # which way of writing: 0 warm, 1 brisk, 2 a joker


def _mail(login: str) -> str:
    return f"{login}@{DOMAIN}"


def staff(today: date) -> tuple[StaffMember, ...]:
    part = ("mon", "tue", "wed")
    rest = ("thu", "fri")
    every = ("1/2a", "1/2b", "3", "4", "5", "6", "7", "8")
    leave = Lesson("4", ("tue", "wed"), "substitute", today - timedelta(days=14), today + timedelta(days=24))
    return (
        StaffMember("director", "Marjan", "van", "Houten", "juf", _mail("directie"), ("director",)),
        StaffMember("office", "Ria", "", "Kooistra", "", _mail("administratie"), ("office",)),
        StaffMember(
            "care",
            "Esther",
            "de",
            "Jong",
            "juf",
            _mail("esther.dejong"),
            ("care", "teacher"),
            (Lesson("3", rest),),
            0.4,
        ),
        StaffMember("admin", "Joost", "", "Vermeulen", "", _mail("beheer"), ("admin",)),
        StaffMember(
            "1/2a",
            "Marieke",
            "",
            "Schipper",
            "juf",
            _mail("marieke.schipper"),
            ("teacher",),
            (Lesson("1/2a", part),),
            1.3,
        ),
        StaffMember(
            "1/2a duo",
            "Samira",
            "El",
            "Fassi",
            "juf",
            _mail("samira.elfassi"),
            ("teacher",),
            (Lesson("1/2a", rest),),
            0.7,
            1,
        ),
        StaffMember(
            "1/2b", "Tineke", "", "Hofstra", "juf", _mail("tineke.hofstra"), ("teacher",), (Lesson("1/2b"),), 2.1
        ),
        StaffMember("3", "Sanne", "de", "Wit", "juf", _mail("sanne.dewit"), ("teacher",), (Lesson("3", part),), 1.3),
        StaffMember("4", "Deniz", "", "Aksoy", "meester", _mail("deniz.aksoy"), ("teacher",), (Lesson("4"),), 1.7, 2),
        StaffMember("5", "Fleur", "van der", "Ploeg", "juf", _mail("leerkracht5"), ("teacher",), (Lesson("5"),), 2.0),
        StaffMember("6", "Joris", "", "Bergsma", "meester", _mail("leerkracht6"), ("teacher",), (Lesson("6"),), 1.5, 1),
        StaffMember("7", "Hanneke", "", "Wolf", "juf", _mail("hanneke.wolf"), ("teacher",), (Lesson("7"),), 0.9, 1),
        StaffMember(
            "8",
            "Wouter",
            "van",
            "Essen",
            "meester",
            _mail("wouter.vanessen"),
            ("teacher",),
            (Lesson("8", WEEK[:4]),),
            1.6,
            2,
        ),
        StaffMember(
            "gym",
            "Bas",
            "",
            "Rutten",
            "meester",
            _mail("bas.rutten"),
            ("teacher", "support"),
            (Lesson("8", ("fri",)), *(Lesson(g, ("tue", "thu"), "specialist") for g in every[2:])),
            0.5,
            2,
        ),
        StaffMember(
            "assistant",
            "Wilma",
            "",
            "Blok",
            "juf",
            _mail("wilma.blok"),
            ("support",),
            (Lesson("1/2a", part, "assistant"), Lesson("1/2b", rest, "assistant")),
            0.0,
        ),
        StaffMember(
            "intern",
            "Luca",
            "",
            "Romano",
            "meester",
            _mail("luca.romano"),
            ("support",),
            (Lesson("6", part, "assistant"),),
            0.0,
        ),
        StaffMember(
            "substitute", "Greet", "van 't", "Veer", "juf", _mail("greet.vantveer"), ("teacher",), (leave,), 0.5
        ),
    )
