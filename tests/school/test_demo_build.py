"""Filling an instance with the demo school: the rows agree with the material, with the files, and with each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from school import demo_logins, feed, people, settings
from school.demo import build as building
from school.demo import darkroom
from school.demo.darkroom import Print
from school.demo.families import roll
from school.demo.timeline import Shot, timeline
from school.feed import Comment, Post, Reaction, ReadReceipt
from school.groups import Enrolment, Group
from school.guardians import Guardianship, children_of
from school.lib import clock, passwords
from school.lib.db import Model, db
from school.people import Person
from school.photos import Photo, file_name
from school.pupils import Pupil
from tests.house import House


def no_photos(orders: Sequence[tuple[str, Shot]], _media: Path, _tell: object) -> dict[str, Print]:
    return {public_id: Print("#abcdef", "480x360.webp", "1280x960.jpeg") for public_id, _ in orders}


@pytest.fixture
def filled(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A demo school of today, made once, without the drawing, which has a test of its own."""
    if not house.has("demo rows"):
        monkeypatch.setattr(building, "develop", no_photos)
        building.build(store=app.extensions["media"], progress=lambda _done, _of, _step: None)
        house.keep("demo rows")
    house.begin("demo rows")
    return app


def count(table: type[Model]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def by_mail(login: str) -> Person:
    found = people.by_login(f"{login}@{demo_logins.DOMAIN}")
    assert found
    return found


def test_every_row_of_the_material_is_there(filled: Flask) -> None:
    today = clock.today()
    material, posts = roll(today), timeline(today)
    assert count(Pupil) == count(Enrolment) == 200
    homes = db.session.query(Group).filter_by(kind="home").count()
    assert (homes, count(Group)) == (8, 9)
    assert count(Guardianship) == sum(len(guardian.children) for guardian in material.guardians)
    assert count(Person) == len(material.guardians) + 17 - 1, "juf Sanne is one person"
    assert count(Post) == len(posts)
    assert count(Photo) == sum(len(post.shots) for post in posts)
    assert count(ReadReceipt) > 20 * len(posts)
    assert count(Reaction) > count(Comment) > 50


def test_the_school_says_that_it_is_a_demo(filled: Flask) -> None:
    school = settings.school()
    assert school is not None
    assert (school.demo, school.label) == (True, "De Proefpolder")


def test_every_offered_login_opens_with_the_printed_password(filled: Flask) -> None:
    for address in demo_logins.addresses():
        person = people.by_login(address)
        assert person, address
        assert passwords.fits(person.password_hash, demo_logins.PASSWORD)
        assert person.first_login_at


def test_anna_reaches_her_two_children_today(filled: Flask) -> None:
    found = [(pupil.first_name, group.name if group else "") for pupil, group in children_of(by_mail("ouder-twee"))]
    assert sorted(found) == [("Mees", "1/2b"), ("Noor", "5")]


def test_whoever_was_invited_never_logged_in_and_whoever_left_is_closed_out(filled: Flask) -> None:
    never = select(func.count()).select_from(Person).where(Person.first_login_at.is_(None))
    gone = list(db.session.scalars(select(Person).where(Person.deactivated_at.is_not(None))))
    assert db.session.scalar(never) == 10
    assert len(gone) == 1
    assert children_of(gone[0]) == []


def test_nobody_read_a_post_that_does_not_reach_them(filled: Flask) -> None:
    today = clock.today()
    for post in db.session.scalars(select(Post).where(Post.status == "published")):
        reached = {person.id for person in feed.audience_of(post, today).guardians}
        seen = set(feed.receipts(post))
        assert seen <= reached, post.title
        speakers = {comment.author_id for comment in feed.comments_of(post)}
        assert speakers <= seen | {post.author_id}


def test_what_is_not_published_has_no_readers(filled: Flask) -> None:
    states = {}
    for post in db.session.scalars(select(Post).where(Post.status != "published")):
        states[post.status] = post
        assert feed.receipts(post) == {}
    assert set(states) == {"draft", "scheduled", "withdrawn"}
    assert states["scheduled"].publish_at > clock.now()
    assert states["scheduled"].published_at is None
    assert states["withdrawn"].withdrawn_by_id == states["withdrawn"].author_id


def test_nothing_happened_in_the_future(filled: Flask) -> None:
    now = clock.now()
    for column in (
        Post.published_at,
        Comment.created_at,
        ReadReceipt.seen_at,
        ReadReceipt.confirmed_at,
        Person.last_seen_at,
    ):
        latest = db.session.scalar(select(func.max(column)))
        assert latest is not None
        assert latest < now, column


def test_a_demo_that_breaks_off_is_not_there_at_all(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "develop", no_photos)
    monkeypatch.setattr(building, "_school", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        building.build(store=app.extensions["media"], progress=lambda _done, _of, _step: None)
    assert settings.school() is None
    assert count(Person) == count(Post) == 0


def test_progress_goes_forward_and_ends_at_the_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(building, "develop", no_photos)
    building.build(store=app.extensions["media"], progress=lambda done, of, _step: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_photos_are_drawn_by_two_hands_into_the_media_store(app: Flask) -> None:
    store = app.extensions["media"]
    shots = [shot for post in timeline(date(2026, 11, 22)) for shot in post.shots][:7]
    orders = [(f"{number:022}", shot) for number, shot in enumerate(shots)]
    heard: list[int] = []
    prints = darkroom.develop(orders, store.root, heard.append)
    assert set(prints) == {public_id for public_id, _ in orders}
    assert heard[-1] == len(orders)
    assert store.missing(prints) == []
    for public_id, print_ in prints.items():
        photo = Photo(public_id=public_id, small=print_.small, medium=print_.medium, large=print_.medium)
        for size in ("small", "medium", "large"):
            assert store.find(public_id, file_name(photo, size)).stat().st_size > 2000


def test_a_photo_that_cannot_be_drawn_stops_the_demo(app: Flask) -> None:
    broken = Shot("no such scene", "x/1", "4:3", "autumn", "", "")
    with pytest.raises(RuntimeError, match="1 demo photos"):
        darkroom.develop([("x" * 22, broken)], app.extensions["media"].root, lambda _done: None)
