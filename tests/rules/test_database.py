"""One way to read and one way to write, asked of the running program (SAFETY §2)."""

from __future__ import annotations

import threading
from contextvars import Context

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from school import feed, people
from school.lib import db as database
from school.lib.db import db, is_writing, writing
from tests import factories
from tests.cast import Cast
from tests.client import ClientOf

PRAGMAS = {
    "foreign_keys": 1,
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "busy_timeout": 5000,
    "secure_delete": 1,
    "trusted_schema": 0,
}


@pytest.mark.parametrize("name", PRAGMAS)
def test_a_pooled_connection_is_as_it_should_be(app: Flask, name: str) -> None:
    for _again in range(2):
        db.session.remove()
        assert db.session.scalar(text(f"PRAGMA {name}")) == PRAGMAS[name]


def test_nothing_is_mapped_into_memory(app: Flask) -> None:
    assert db.session.scalar(text("PRAGMA mmap_size")) in (0, None)


def test_reading_cannot_write(app: Flask) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        db.session.execute(text("DELETE FROM person"))
    db.session.rollback()


def test_a_connection_that_wrote_reads_only_again(app: Flask) -> None:
    with writing():
        db.session.execute(text("UPDATE school SET name = 'x'"))
    for _each in range(3):
        with pytest.raises(OperationalError, match="readonly"):
            db.session.execute(text("DELETE FROM person"))
        db.session.remove()


def test_foreign_keys_hold(app: Flask) -> None:
    with pytest.raises(IntegrityError), writing():
        db.session.execute(text("INSERT INTO post_group (post_id, group_id) VALUES (9, 9)"))


def test_a_failed_write_leaves_nothing(cast: Cast) -> None:
    def fail() -> None:
        with writing():
            cast.parent.first_name = "Changed"
            db.session.flush()
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        fail()
    assert cast.parent.first_name == "Anna"
    assert not is_writing()


def test_writing_inside_writing_is_a_mistake(app: Flask) -> None:
    with writing(), pytest.raises(RuntimeError, match="already open"), writing():
        pass


def test_a_look_takes_no_lock(cast: Cast, client_of: ClientOf) -> None:
    """Every page answers while somebody else holds the write lock."""
    post = factories.post(cast.teacher, [cast.five])
    browser = client_of(cast.parent)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with database._write_lock:
            held.set()
            done.wait(30)

    holder = threading.Thread(target=lambda: Context().run(hold))
    holder.start()
    held.wait(5)
    try:
        for path in ("/timeline", f"/posts/{post.public_id}", "/account", "/children", "/login", "/healthz"):
            assert browser.get(path).status_code in (200, 303)
        assert browser.post("/reads", {"posts": post.public_id}).status_code == 204
    finally:
        done.set()
        holder.join()


def test_sixteen_writers_wait_for_one_another(app: Flask) -> None:
    """Deferred transactions answered "database is locked" here; immediate ones under one lock do not."""
    failures: list[BaseException] = []

    def add(number: int) -> None:
        try:
            with app.app_context(), writing():
                db.session.execute(
                    text(
                        f"INSERT INTO school_year (id, name, starts_on, ends_on) "
                        f"VALUES ({number}, 'y{number}', '2026-08-01', '2027-07-31')"
                    )
                )
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert db.session.scalar(text("SELECT count(*) FROM school_year")) == 16


def test_each_write_begins_with_what_is_there_now(cast: Cast, app: Flask) -> None:
    """Two photos in one request: between them somebody may have withdrawn the post."""
    post = factories.post(cast.teacher, [cast.five])

    def withdraw_elsewhere() -> None:
        with app.app_context(), writing():
            feed.withdraw(db.session.get_one(feed.Post, post_id), db.session.get_one(people.Person, by_id))

    with writing():
        assert post.status == "published"
        post_id, by_id = post.id, post.author_id
    other = threading.Thread(target=withdraw_elsewhere)
    other.start()
    other.join()
    with writing():
        assert post.status == "withdrawn"
