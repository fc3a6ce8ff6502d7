"""A page asks as often for many rows as for few."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from school.lib.db import db
from tests import factories
from tests.cast import Cast
from tests.client import Client, ClientOf


@contextmanager
def counted() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        kept = re.search(r"FROM school\s", statement)  # the school's own row is remembered for two seconds
        if not kept and not statement.startswith(("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK")):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def queries(browser: Client, path: str) -> list[str]:
    browser.get(path)  # what is remembered for a moment is remembered in both
    with counted() as asked:
        assert browser.get(path).status_code == 200
    return asked


def _posts(cast: Cast, number: int) -> None:
    for index in range(number):
        post = factories.post(cast.teacher, [cast.five], title=f"Bericht {index}", days_ago=index / 10)
        factories.comment(post, cast.parent)
        factories.photo(post)
        if index % 5 == 0:
            factories.document(post)


@pytest.mark.parametrize("key", ["parent", "teacher", "director", "teacher_parent"])
def test_a_timeline_of_fifty_asks_as_often_as_one_of_five(cast: Cast, client_of: ClientOf, key: str) -> None:
    browser = client_of(getattr(cast, key))
    _posts(cast, 5)
    few = queries(browser, "/timeline")
    _posts(cast, 20)
    many = queries(browser, "/timeline")
    assert len(many) == len(few), "\n".join(many)
    assert len(many) <= 25


@pytest.mark.parametrize("key", ["parent", "teacher", "director"])
def test_thirty_comments_ask_as_often_as_ten(cast: Cast, client_of: ClientOf, key: str) -> None:
    post = factories.post(cast.teacher, [cast.five])
    browser = client_of(getattr(cast, key))

    def talk(number: int) -> None:
        for index in range(number):
            factories.comment(post, cast.parent if index % 2 else cast.teacher, f"Reactie {index}")

    talk(10)
    few = queries(browser, f"/posts/{post.public_id}")
    talk(20)
    many = queries(browser, f"/posts/{post.public_id}")
    assert len(many) == len(few), "\n".join(many)


def test_the_readers_of_a_post_are_asked_for_at_once(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.director)
    small = factories.post(cast.teacher, [cast.six], must_read=True)
    large = factories.post(cast.director, must_read=True)
    few, many = (queries(browser, f"/posts/{post.public_id}/readers") for post in (small, large))
    assert len(many) <= len(few)


def test_the_list_of_people_is_asked_for_at_once(cast: Cast, client_of: ClientOf) -> None:
    assert len(queries(client_of(cast.admin), "/admin/people")) <= 14
