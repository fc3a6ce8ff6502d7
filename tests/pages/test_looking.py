"""The director looks as a guardian: sees what a family sees, does nothing in its name, and leaves a trace."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from blueprints.section import entry_of
from school import audit, guardians, looking, marks, people
from school.audit import AuditEntry
from school.feed import Post
from school.feed.tables import ReadReceipt
from school.lib import clock
from school.lib.db import db, writing
from school.people import Person
from school.policy import Access
from school.sessions import Session
from tests import factories
from tests.cast import Cast
from tests.client import HTMX, Client, ClientOf

BANNER = "/admin/looking/end"
"""The address of the button in the banner: there is no other form that leads there."""


@pytest.fixture
def director(cast: Cast, client_of: ClientOf) -> Client:
    browser = client_of(cast.director)
    browser.get("/account")
    return browser


def _look(browser: Client, person: Person) -> None:
    answer = browser.post(f"/admin/people/{person.public_id}/look")
    assert (answer.status_code, answer.location) == (303, "/timeline")


def _post_for(cast: Cast, group: str) -> Post:
    return factories.post(cast.teacher, [getattr(cast, group)], title=f"Alleen voor {group}")


# ── seeing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_timeline_is_the_guardians(cast: Cast, director: Client) -> None:
    _post_for(cast, "five")
    _post_for(cast, "six")
    _look(director, cast.parent)
    page = director.get("/timeline").text
    assert "Alleen voor five" in page
    assert "Alleen voor six" not in page
    assert "Noor" in page
    assert "Anna Bakker" in page


@pytest.mark.parametrize(
    "path", ["/timeline", "/children", "/absences", "/calendar", "/conversations", "/account", "/more"]
)
def test_every_page_says_it_and_has_the_way_out(cast: Cast, director: Client, path: str) -> None:
    _look(director, cast.parent)
    page = director.get(path).text
    assert f'action="{BANNER}"' in page
    assert page.index(BANNER) < page.index('id="main"')


def test_no_page_of_ones_own_says_it(director: Client) -> None:
    assert BANNER not in director.get("/timeline").text


def test_photos_of_the_guardians_group_are_shown_and_those_of_another_group_are_not(
    cast: Cast, director: Client
) -> None:
    ours, theirs = (factories.photo(_post_for(cast, group)) for group in ("five", "six"))
    addresses = [f"/photos/{photo.public_id}/small" for photo in (ours, theirs)]
    assert [director.get(address).status_code for address in addresses] == [200, 200]
    _look(director, cast.parent)
    assert [director.get(address).status_code for address in addresses] == [200, 404]


@pytest.mark.parametrize("path", ["/conversations", "/account"])
def test_what_is_the_guardians_own_stays_closed(cast: Cast, director: Client, path: str) -> None:
    _look(director, cast.parent)
    answer = director.get(path)
    assert answer.status_code == 403
    assert "parent@school.example" not in answer.text


def test_the_directors_own_pages_are_out_of_reach_meanwhile(cast: Cast, director: Client) -> None:
    _look(director, cast.parent)
    assert director.get("/admin").status_code == 403
    assert director.get(f"/admin/people/{cast.parent.public_id}").status_code == 403


def test_who_is_blocked_is_seen_seeing_nothing(cast: Cast, director: Client) -> None:
    _post_for(cast, "five")
    _look(director, cast.blocked)
    assert "Alleen voor five" not in director.get("/timeline").text


# ── doing nothing ───────────────────────────────────────────────────────────────────────────────────────────────────


def _deeds(app: Flask, cast: Cast, post: Post) -> dict[str, bool]:
    """Every address that can be posted to by somebody who is logged in, with a real post where it names one.

    With whether a guardian could do it for themselves.
    """
    found = {}
    for rule in app.url_map.iter_rules():
        entry = app.extensions["entries"].get(rule.endpoint)
        if entry is None or "POST" not in (rule.methods or ()) or entry.access is Access.PUBLIC:
            continue
        if rule.rule != BANNER:
            filled = rule.rule.replace("<post_id>", post.public_id).replace("<pupil_id>", cast.child("Noor").public_id)
            address = re.sub(r"<[^>]+>", "2" * 11, filled)
            found[address] = entry.access in (Access.SIGNED_IN, Access.GUARDIAN)
    return found


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_nothing_can_be_posted(cast: Cast, app: Flask, director: Client, headers: dict[str, str]) -> None:
    post = _post_for(cast, "five")
    _look(director, cast.parent)
    before = _counted()
    deeds = _deeds(app, cast, post)
    assert deeds[f"/posts/{post.public_id}/reaction"]
    deeds.pop("/reads", None)  # answered, and nothing is noted: a test of its own
    for address, guardians_own in deeds.items():
        answer = director.post(address, {"on": "1", "body": "Namens Anna", "language": "en"}, headers=headers)
        refused = (answer.status_code, answer.location) == (303, "/timeline")
        said = answer.status_code == 422 and answer.headers.get("HX-Reswap") == "none" and "toast--error" in answer.text
        assert (said if headers else refused) if guardians_own else answer.status_code == 403, address
    assert _counted() == before


def _counted() -> list[int]:
    """Rows of every table, without the traces of looking itself."""
    db.session.rollback()
    return [db.session.execute(table.select()).all().__len__() for table in db.metadata.sorted_tables]


@pytest.mark.parametrize("deed", ["reaction", "comments", "confirmation"])
def test_what_a_guardian_does_is_refused_in_words(cast: Cast, director: Client, deed: str) -> None:
    post = factories.post(cast.teacher, [cast.five], must_read=True)
    _look(director, cast.parent)
    answer = director.post(f"/posts/{post.public_id}/{deed}", {"on": "1", "body": "Namens Anna"})
    assert answer.location == "/timeline"
    page = director.get("/timeline").text
    assert "Namens Anna" not in page
    assert "toast--error" in page


def test_no_read_marks_are_left(cast: Cast, director: Client) -> None:
    post = _post_for(cast, "five")
    _look(director, cast.parent)
    assert director.get(f"/posts/{post.public_id}").status_code == 200
    director.post("/reads", {"posts": post.public_id})
    marks.write()
    assert db.session.query(ReadReceipt).count() == 0


def test_the_guardian_was_not_seen_by_it(cast: Cast, director: Client) -> None:
    before = cast.parent.last_seen_at
    _look(director, cast.parent)
    director.get("/timeline")
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        director.get("/timeline")
        marks.write()
    assert cast.parent.last_seen_at == before


# ── who may, how long, and the trace ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["office", "admin", "care", "teacher", "parent"])
def test_only_the_director_looks(cast: Cast, client_of: ClientOf, key: str) -> None:
    answer = client_of(getattr(cast, key)).post(f"/admin/people/{cast.mother.public_id}/look")
    assert answer.status_code == 403


@pytest.mark.parametrize("key", ["teacher_parent", "teacher", "admin", "director"])
def test_nobody_looks_as_who_works_here(cast: Cast, director: Client, key: str) -> None:
    assert director.post(f"/admin/people/{getattr(cast, key).public_id}/look").status_code == 403
    assert BANNER not in director.get("/timeline").text


def test_a_closed_account_shows_nothing(cast: Cast, director: Client) -> None:
    answer = director.post(f"/admin/people/{cast.deactivated.public_id}/look")
    assert answer.location == f"/admin/people/{cast.deactivated.public_id}"
    assert BANNER not in director.get("/timeline").text


def test_the_button_stands_on_the_page_of_a_guardian_only(cast: Cast, client_of: ClientOf, director: Client) -> None:
    def has_button(browser: Client, person: Person) -> bool:
        address = f"/admin/people/{person.public_id}"
        return f'action="{address}/look"' in browser.get(address).text

    assert has_button(director, cast.parent)
    assert not has_button(director, cast.teacher_parent)
    assert not has_button(director, cast.deactivated)
    assert not has_button(client_of(cast.office), cast.parent)


def test_it_is_noted_with_whom_and_stops_where_it_began(cast: Cast, director: Client) -> None:
    _look(director, cast.parent)
    director.get("/timeline")
    answer = director.press(BANNER)
    assert answer.location == f"/admin/people/{cast.parent.public_id}"
    assert BANNER not in director.follow(answer).text
    told = [
        (entry.action, entry.actor_id, entry.thing, entry.thing_id)
        for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)
        if "looking" in entry.action or "looked" in entry.action
    ]
    director_id, parent_id = cast.director.id, cast.parent.id
    assert told == [
        ("looked as a guardian", director_id, "Person", parent_id),
        ("stopped looking as a guardian", director_id, "Person", parent_id),
    ]
    assert audit.broken_at() is None


def test_stopping_twice_does_nothing(cast: Cast, director: Client) -> None:
    assert director.post(BANNER).location == "/timeline"
    assert db.session.query(AuditEntry).filter_by(action="stopped looking as a guardian").count() == 0


def test_it_lasts_a_quarter_of_an_hour(cast: Cast, director: Client) -> None:
    _look(director, cast.parent)
    began = clock.now()
    with time_machine.travel(began + looking.LASTS - timedelta(seconds=5), tick=False):
        assert BANNER in director.get("/timeline").text
    with time_machine.travel(began + looking.LASTS + timedelta(seconds=5), tick=False):
        page = director.get("/timeline").text
        assert BANNER not in page
        assert "Dirk" in page


def test_it_ends_with_the_directors_role(cast: Cast, director: Client) -> None:
    _post_for(cast, "five")
    _look(director, cast.parent)
    with writing():
        cast.director.roles[0].ends_on = clock.today() - timedelta(days=1)
    page = director.get("/timeline").text
    assert BANNER not in page
    assert "Alleen voor five" not in page


def test_it_ends_when_the_guardian_comes_to_work_here(cast: Cast, director: Client) -> None:
    _look(director, cast.parent)
    with writing():
        people.appoint(cast.parent, "teacher")
    assert BANNER not in director.get("/timeline").text


def test_another_browser_of_the_director_goes_on_as_the_director(
    cast: Cast, director: Client, client_of: ClientOf
) -> None:
    other = client_of(cast.director)
    _look(director, cast.parent)
    assert other.get("/admin").status_code == 200
    assert db.session.query(Session).filter(Session.viewed_id.is_not(None)).count() == 1


def test_what_the_guardian_loses_the_director_no_longer_sees(cast: Cast, director: Client) -> None:
    _post_for(cast, "five")
    _look(director, cast.parent)
    with writing():
        road = guardians.between(cast.parent, cast.child("Noor"))
        assert road is not None
        guardians.block(road)
    assert "Alleen voor five" not in director.get("/timeline").text


def test_the_way_out_is_open_to_everybody_who_is_logged_in(app: Flask) -> None:
    with app.test_request_context():
        entry = entry_of("admin.stop_looking")
    assert entry is not None
    assert entry.access is Access.SIGNED_IN
