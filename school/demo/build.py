"""Fills an empty instance with the demo school: photos first, then everything else in one transaction.

The school's own row is written last in that transaction: a demo that was interrupted is not there at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from school import groups, guardians, guidelines, people, pupils
from school.demo import around, readers
from school.demo.darkroom import Print, develop
from school.demo.dice import dice
from school.demo.families import SIZES, Roll, levels, roll, year_level
from school.demo.readers import Reading
from school.demo.special import Guardian
from school.demo.staff import StaffMember, staff
from school.demo.timeline import WEEKS, DemoPost, Shot, timeline
from school.demo_logins import DOMAIN, PASSWORD
from school.feed import Comment, Post, PostGroup, Reaction, ReadReceipt
from school.groups import Group
from school.lib import clock, markdown, passwords, search, tokens
from school.lib.db import db, writing
from school.lib.files import MediaStore
from school.lib.text import mark
from school.people import Person
from school.photos import Photo
from school.pupils import Pupil
from school.settings import School

Progress = Callable[[int, int, str], None]
STEPS = 100  # the photos take 90 of them

DRAWING, WRITING, READY = mark("Drawing the photos"), mark("Writing the posts"), mark("Ready")


def build(*, store: MediaStore, progress: Progress, today: date | None = None) -> None:
    """Makes the whole demo school as it is on `today`. `progress` hears (done, of, step) in plain English."""
    today = today or clock.today()
    posts = timeline(today)
    progress(0, STEPS, DRAWING)
    orders = [(tokens.media_id(), post.key, shot) for post in posts for shot in post.shots]
    prints = develop(
        [(public_id, shot) for public_id, _, shot in orders],
        store.root,
        lambda done: progress(90 * done // max(1, len(orders)), STEPS, DRAWING),
    )
    progress(90, STEPS, WRITING)
    password_hash = passwords.hashed(PASSWORD)  # one for all: a demo only
    with writing():
        _Clerk(today, password_hash).write(posts, orders, prints)
    progress(STEPS, STEPS, READY)


class _Clerk:
    """Writes the rows, in the order in which they need each other."""

    def __init__(self, today: date, password_hash: str) -> None:
        self.today, self.password_hash = today, password_hash
        year = groups.year_of(today)[1]
        self.since = min(year, today - timedelta(weeks=WEEKS + 1))  # early in the year there is history too
        self.team = staff(today)
        self.roll: Roll = roll(today)
        self.groups: dict[str, Group] = {}
        self.staff: dict[str, Person] = {}
        self.guardians: dict[str, Person] = {}
        self.pupils: dict[str, Pupil] = {}
        self.last_seen: dict[int, datetime] = {}

    def write(self, posts: tuple[DemoPost, ...], orders: list[tuple[str, str, Shot]], prints: dict[str, Print]) -> None:
        self._groups()
        self._staff()
        self._children()
        self._guardians()
        db.session.flush()
        around.council(self.groups["8"].school_year, self.guardians, self.staff["care"], self.since)
        around.waiting(self.guardians, self.pupils, self.today)
        ids = self._posts(posts)
        _insert(Photo, _photos(orders, prints, ids, {post.key: _utc(post.at) for post in posts}))
        self._responses(posts, ids)
        self._index(posts, ids)
        self._visits()
        guidelines.begin()
        db.session.add(_school())

    # -- people ---------------------------------------------------------------------------------

    def _groups(self) -> None:
        year = groups.school_year(self.today)
        for position, name in enumerate(SIZES):
            year_levels = ",".join(map(str, levels(name)))
            self.groups[name] = groups.add(name, year, year_levels=year_levels, position=position)
        db.session.flush()

    def _staff(self) -> None:
        for who in self.team:
            person = people.add(
                who.first_name, who.last_name, prefix=who.prefix, email=who.email, salutation=who.salutation
            )
            self.staff[who.key] = self._known(person)
            self._appoint(who, person)

    def _appoint(self, who: StaffMember, person: Person) -> None:
        until = who.lessons[0].ends_on if who.lessons else None
        for role in who.roles:
            people.appoint(person, role, starts_on=self.since, ends_on=until)
        for lesson in who.lessons:
            groups.assign(
                person,
                self.groups[lesson.group],
                role=lesson.role,
                days=lesson.days,
                starts_on=lesson.starts_on or self.since,
                ends_on=lesson.ends_on,
            )

    def _children(self) -> None:
        for child in self.roll.pupils:
            pupil = pupils.add(child.first_name, child.last_name, prefix=child.prefix, birth_date=child.birth_date)
            place = groups.enrol(pupil, self.groups[child.group], starts_on=readers.there_from(child, self.since))
            place.year_level = year_level(child, self.today)
            self.pupils[child.key] = pupil

    def _guardians(self) -> None:
        for guardian in self.roll.guardians:
            self.guardians[guardian.key] = self.staff[guardian.staff] if guardian.staff else self._person(guardian)
            for key in guardian.children:
                self._link(guardian, key)

    def _person(self, guardian: Guardian) -> Person:
        person = people.add(
            guardian.first_name,
            guardian.last_name,
            prefix=guardian.prefix,
            email=guardian.email,
            phone=guardian.phone,
            language=guardian.language,
        )
        if guardian.removed and guardian.ends_on:
            person.deactivated_at = clock.at(guardian.ends_on, 17)
        return person if guardian.invited else self._known(person)

    def _link(self, guardian: Guardian, child: str) -> None:
        guardians.link(
            self.guardians[guardian.key],
            self.pupils[child],
            relation=guardian.relation,
            authority=guardian.authority,
            kind=guardian.kind,
            scopes=guardian.scopes,
            starts_on=self.since,
            ends_on=guardian.ends_on,
            reason=guardian.reason,
        )

    def _known(self, person: Person) -> Person:
        """Somebody who has logged in before."""
        rng = dice("first login", person.email)
        person.password_hash = self.password_hash
        person.created_at = clock.at(self.since, 9)
        person.first_login_at = clock.at(self.since + timedelta(days=rng.randrange(6)), rng.randrange(8, 22))
        return person

    def _visits(self) -> None:
        """Last seen: their last reading, for staff the afternoon before today."""
        for person in self.guardians.values():
            person.last_seen_at = self.last_seen.get(person.id, person.first_login_at)
        for person in self.staff.values():
            person.last_seen_at = clock.at(self.today - timedelta(days=1), 16, 40)

    # -- posts ----------------------------------------------------------------------------------

    def _posts(self, posts: tuple[DemoPost, ...]) -> dict[str, int]:
        rows = {post.key: self._post(post) for post in posts}
        db.session.add_all(rows.values())
        db.session.flush()
        _insert(
            PostGroup,
            [{"post_id": rows[p.key].id, "group_id": self.groups[p.group].id} for p in posts if p.group],
        )
        return {key: row.id for key, row in rows.items()}

    def _post(self, post: DemoPost) -> Post:
        author, at = self.staff[post.author], _utc(post.at)
        shown = post.status in ("published", "withdrawn")
        written = at if shown or post.status == "draft" else clock.at(self.today - timedelta(days=1), 15, 50)
        row = Post(
            author_id=author.id,
            kind=post.kind,
            title=post.title,
            body=post.body,
            goals_month=post.at.date().replace(day=1) if post.kind == "goals" else None,
            whole_school=not post.group and post.status != "draft",
            status=post.status,
            publish_at=at if post.status == "scheduled" else None,
            published_at=at if shown else None,
            published_on=post.at.date() if shown else None,
            comments_open=bool(post.group) or post.kind == "help",
            must_read=post.must_read,
            pinned_until=self.today + timedelta(days=9) if post.pinned else None,
            created_at=written - timedelta(minutes=14),
            saved_at=written,
        )
        if post.status == "withdrawn":
            row.withdrawn_at, row.withdrawn_by_id = at + timedelta(hours=2), author.id
        return row

    def _responses(self, posts: tuple[DemoPost, ...], ids: dict[str, int]) -> None:
        receipts: list[dict[str, Any]] = []
        likes: list[dict[str, Any]] = []
        for post in posts:
            if post.status != "published":
                continue
            seen = readers.readings(post, readers.audience(post, self.roll, self.since), self.today)
            receipts += [self._receipt(ids[post.key], reading) for reading in seen]
            likes += [self._like(ids[post.key], reading) for reading in seen if reading.liked_at]
            _insert(Comment, list(self._comments(post, ids[post.key], seen)))
        _insert(ReadReceipt, receipts)
        _insert(Reaction, likes)

    def _receipt(self, post_id: int, reading: Reading) -> dict[str, Any]:
        person_id, seen_at = self.guardians[reading.reader].id, _utc(reading.seen_at)
        self.last_seen[person_id] = max(seen_at, self.last_seen.get(person_id, seen_at))
        confirmed_at = _utc(reading.confirmed_at) if reading.confirmed_at else None
        return {"post_id": post_id, "person_id": person_id, "seen_at": seen_at, "confirmed_at": confirmed_at}

    def _like(self, post_id: int, reading: Reading) -> dict[str, Any]:
        liked_at = _utc(reading.liked_at or reading.seen_at)
        return {"post_id": post_id, "person_id": self.guardians[reading.reader].id, "created_at": liked_at}

    def _comments(self, post: DemoPost, post_id: int, seen: tuple[Reading, ...]) -> Iterator[dict[str, Any]]:
        for remark in readers.remarks(post, seen, self.today):
            author = (self.staff if remark.by_staff else self.guardians)[remark.author]
            yield {
                "public_id": tokens.public_id(),
                "post_id": post_id,
                "author_id": author.id,
                "body": remark.body,
                "created_at": _utc(remark.at),
            }

    def _index(self, posts: tuple[DemoPost, ...], ids: dict[str, int]) -> None:
        for post in posts:
            if post.status == "published":
                shots = " ".join(f"{shot.caption} {shot.alt}" for shot in post.shots)
                search.write(ids[post.key], f"{post.title} {markdown.to_text(post.body)} {shots}")


def _photos(
    orders: list[tuple[str, str, Shot]], prints: dict[str, Print], ids: dict[str, int], made: dict[str, datetime]
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    place: dict[str, int] = {}
    for public_id, post, shot in orders:
        print_ = prints[public_id]
        width, height = (int(side) for side in print_.medium.split(".")[0].split("x"))
        rows.append(
            {
                "public_id": public_id,
                "post_id": ids[post],
                "position": place.setdefault(post, 0),
                "caption": shot.caption,
                "alt": shot.alt,
                "colour": print_.colour,
                "width": width,
                "height": height,
                "small": print_.small,
                "medium": print_.medium,
                "large": print_.medium,
                "created_at": made[post],
            }
        )
        place[post] += 1
    return rows


def _insert(table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table), rows)


def _utc(at: datetime) -> datetime:
    """A moment on the school's clock as the database keeps it."""
    return at.replace(tzinfo=clock.ZONE).astimezone(UTC)


def _school() -> School:
    return School(
        name="Kindcentrum De Proefpolder",
        short_name="De Proefpolder",
        region="midden",
        phone="0900-00 00 00",
        email=f"info@{DOMAIN}",
        address="Dijkweg 1, Proefpolder",
        demo=True,
    )
