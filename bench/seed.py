"""A school of so many years, in rows: written in bulk, without photo files. (Sizes: about 570 posts a year.)

The last 365 days are the same whatever the number of years, so that one and ten years show the same first page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert, select, text

from app import create_app
from bench import words
from school import policy, schema, sessions
from school.feed import Comment, Post, PostGroup, Reaction, ReadReceipt
from school.groups import Enrolment, Group, GroupStaff, SchoolYear, year_of
from school.guardians import Guardianship
from school.lib import clock, names, tokens
from school.lib.db import db, writing
from school.people import Person, StaffRole
from school.photos import Photo
from school.pupils import Pupil
from school.settings import School

GROUPS = 8
SEATS = 25
POSTS_OF_GROUP = 64
POSTS_OF_SCHOOL = 58
TEACHERS = range(1, GROUPS + 1)
DIRECTOR = GROUPS + 1
SIZES = {"small": (480, 360), "medium": (960, 720), "large": (1600, 1200)}


@dataclass
class Facts:
    """What the measurements need to know of a seeded school."""

    folder: str
    guardians: list[str]
    """Tokens of guardians who have been here for years; the first has two children."""
    newcomer: str
    """A guardian whose child came today: sees almost nothing, which is the most work to find out."""
    teacher: str
    director: str
    posts: int
    photos: int
    first_page: list[int]
    """Ids of the twenty posts on the guardian's first page."""


class Seeder:
    def __init__(self, years: int) -> None:
        self.today = clock.today()
        self.years = years
        self.first_day = self.today - timedelta(days=365 * years - 1)
        self.terms = range(_term(self.first_day), _term(self.today) + 1)
        self.rows: dict[type[Any], list[dict[str, Any]]] = {}
        self.readers: dict[tuple[int, int], list[int]] = {}

    def add(self, table: type[Any], **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────────

    def person(self, key: int, salutation: str = "") -> None:
        dice = Random(f"person {key}")
        first, last = dice.choice(words.FIRST), dice.choice(words.LAST)
        joined = clock.at(self.today - timedelta(days=900), 9)
        self.add(
            Person, id=key, first_name=first, last_name=last, sort_key=names.sort_key(first, last),
            salutation=salutation, email=f"p{key}@school.example", created_at=joined, first_login_at=joined,
        )  # fmt: skip

    def staff(self) -> None:
        roles = {**dict.fromkeys(TEACHERS, "teacher"), DIRECTOR: "director"}
        for key, role in roles.items():
            self.person(key, salutation="juf" if role == "teacher" else "")
            self.add(StaffRole, person_id=key, role=role, starts_on=self.first_day)

    def term(self, term: int) -> None:
        """One school year: its groups, their teachers, and every child in its group."""
        name, first, last = year_of(date(term, 8, 1))
        self.add(SchoolYear, id=term, name=name, starts_on=first, ends_on=last)
        for level in range(1, GROUPS + 1):
            self.add(Group, id=_group(term, level), school_year_id=term, name=str(level), position=level, hue=level)
            self.add(GroupStaff, group_id=_group(term, level), person_id=level, starts_on=first, ends_on=last)
            for seat in range(SEATS):
                pupil = _pupil(term - level + 1, seat)
                self.add(Enrolment, pupil_id=pupil, group_id=_group(term, level), starts_on=first, ends_on=last)
                self.readers.setdefault((term, level), []).extend(_guardians(term - level + 1, seat))

    def pupils(self) -> None:
        for cohort in range(self.terms[0] - GROUPS + 1, self.terms[-1] + 1):
            for seat in range(SEATS):
                dice, key = Random(f"pupil {cohort} {seat}"), _pupil(cohort, seat)
                first, last = dice.choice(words.FIRST), dice.choice(words.LAST)
                self.add(Pupil, id=key, first_name=first, last_name=last, sort_key=names.sort_key(first, last),
                         birth_date=date(cohort - 4, 10, 1))  # fmt: skip
                for guardian in _guardians(cohort, seat):
                    self.add(Guardianship, person_id=guardian, pupil_id=key, authority="yes", sees_posts=True,
                             starts_on=date(cohort, 8, 1))  # fmt: skip
        for key in sorted({row["person_id"] for row in self.rows[Guardianship]}):
            self.person(key)

    def newcomer(self, key: int) -> None:
        """A child that came today, in the first group."""
        self.person(key)
        self.add(Pupil, id=key, first_name="Nieuw", last_name="Hof", sort_key="hof, nieuw", birth_date=self.today)
        self.add(Guardianship, person_id=key, pupil_id=key, sees_posts=True, authority="yes", starts_on=self.today)
        self.add(Enrolment, pupil_id=key, group_id=_group(_term(self.today), 1), starts_on=self.today,
                 ends_on=year_of(self.today)[2])  # fmt: skip

    # ── posts ───────────────────────────────────────────────────────────────────────────────────────────────────

    def posts(self) -> None:
        addressed = [level for level in range(1, GROUPS + 1) for _post in range(POSTS_OF_GROUP)]
        addressed += [0] * POSTS_OF_SCHOOL
        found = []
        for ago in range(self.years):
            dice = Random(f"year {ago}")
            found += [(ago * 365 + dice.randrange(1, 365), dice.randrange(8 * 60, 17 * 60), one) for one in addressed]
        found.sort(reverse=True)
        for key, (days, minute, level) in enumerate(found, 1):
            self.post(key, self.today - timedelta(days=days), minute, level)

    def post(self, key: int, day: date, minute: int, level: int) -> None:
        """``level`` 0: for the whole school."""
        dice = Random(f"post {self.today - day} {minute} {level}")
        at = clock.at(day, *divmod(minute, 60))
        self.add(
            Post, id=key, author_id=level or DIRECTOR, kind=dice.choice(("news", "news", "album", "goals")),
            title=dice.choice(words.TITLES), body=words.body(dice), goals_month=day.replace(day=1),
            whole_school=not level, status="published", published_at=at, published_on=day, saved_at=at, created_at=at,
            comments_open=bool(level),
        )  # fmt: skip
        if level:
            self.add(PostGroup, post_id=key, group_id=_group(_term(day), level))
        self.photos(key, dice)
        self.answers(key, dice, _term(day), level, at)

    def photos(self, post: int, dice: Random) -> None:
        for position in range(max(1, round(dice.gauss(8, 3))) if dice.random() < 0.75 else 0):
            sizes = {size: f"{width}x{height}.webp" for size, (width, height) in SIZES.items()}
            self.add(Photo, public_id=tokens.media_id(), post_id=post, position=position, width=1600, height=1200,
                     colour=f"#{dice.randrange(2**24):06x}", alt="", caption="", **sizes)  # fmt: skip

    def answers(self, post: int, dice: Random, term: int, level: int, at: Any) -> None:
        reached = self.reached(term, level)
        for reader in dice.sample(reached, len(reached) * 7 // 10):
            self.add(ReadReceipt, post_id=post, person_id=reader, seen_at=at)
        for liker in dice.sample(reached, dice.randint(2, 9)):
            self.add(Reaction, post_id=post, person_id=liker, created_at=at)
        for _comment in range(3):
            self.add(Comment, post_id=post, author_id=dice.choice(reached), body=dice.choice(words.REPLIES),
                     created_at=at)  # fmt: skip

    def reached(self, term: int, level: int) -> list[int]:
        levels = [level] if level else range(1, GROUPS + 1)
        return sorted({reader for one in levels for reader in self.readers[term, one]})

    # ── writing it down ─────────────────────────────────────────────────────────────────────────────────────────

    def write(self) -> None:
        self.add(School, name="Kindcentrum De Meetlat", short_name="De Meetlat")
        for table in db.metadata.sorted_tables:
            for model, rows in self.rows.items():
                if model.__table__ is table:
                    for batch in _batches(rows, 5000):
                        db.session.execute(insert(model), batch)
        found = [{"id": row["id"], "body": names.fold(f"{row['title']} {row['body']}")} for row in self.rows[Post]]
        db.session.execute(text("INSERT INTO post_search(rowid, body) VALUES (:id, :body)"), found)


def _batches(rows: list[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


def _term(day: date) -> int:
    return int(year_of(day)[0][:4])


def _group(term: int, level: int) -> int:
    return term * 10 + level


def _pupil(cohort: int, seat: int) -> int:
    return cohort * 100 + seat


def _guardians(cohort: int, seat: int) -> list[int]:
    """One or two adults; ten seats of a year hold brothers and sisters of the year two above."""
    family = _pupil(cohort - 2 if cohort % 4 >= 2 and seat < 10 else cohort, seat)
    return [family * 10, family * 10 + 1] if seat % 3 else [family * 10]


def seed(folder: Path, years: int) -> Facts:
    """Fills a new instance; returns tokens and numbers."""
    app = create_app(folder)
    with app.app_context():
        schema.prepare(folder)
        seeder = Seeder(years)
        seeder.staff()
        for term in seeder.terms:
            seeder.term(term)
        seeder.pupils()
        seeder.newcomer(1000)
        seeder.posts()
        with writing():
            seeder.write()
            facts = _facts(folder, seeder)
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.rollback()
        db.engine.dispose()
    app.extensions["studio"].close()
    return facts


def _facts(folder: Path, seeder: Seeder) -> Facts:
    guardian = _with_two_children(_term(seeder.today))
    person = db.session.get_one(Person, guardian)
    seen = select(Post.id).where(policy.published(policy.viewer(person))).order_by(Post.published_at.desc())
    others = [_guardians(_term(seeder.today) - years, seat)[0] for years in (3, 5) for seat in range(12, 24)]
    return Facts(
        folder=str(folder),
        guardians=[_log_in(one) for one in (guardian, *others)],
        newcomer=_log_in(1000),
        teacher=_log_in(TEACHERS[4], staff=True),
        director=_log_in(DIRECTOR, staff=True),
        posts=len(seeder.rows[Post]),
        photos=len(seeder.rows[Photo]),
        first_page=list(db.session.scalars(seen.limit(20))),
    )


def _with_two_children(term: int) -> int:
    """A guardian with two children in the school today, the younger one in group 4 or higher."""
    cohort = next(one for one in range(term - 3, term - 7, -1) if one % 4 >= 2)
    return _guardians(cohort, 1)[0]


def _log_in(person: int, *, staff: bool = False) -> str:
    return sessions.begin(db.session.get_one(Person, person), "bench", staff=staff)[1]
