"""Every address × every person. A route without a row here fails; so does a row without a route.

A row says who may (and then the answer is a page, or the thing is done), for whom what the address names is not there
(404), and leaves the others: they are refused (403). Who is not logged in is sent to the login page, always.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from school import committees, enrolments, guardians, teams
from tests import factories
from tests.cast import EVERYBODY, Cast
from tests.client import HTMX, Client
from tests.house import House
from tests.rules.rows import FOR_ALL, ROWS, Row
from tests.rules.rows_admin import ADMIN_ROWS

ALL = [*ROWS, *ADMIN_ROWS]


class Scene:
    """One thing of every kind, for group 5 and by ``teacher``; and a browser for everybody."""

    def __init__(self, app: Flask, house: House) -> None:
        self.app, self.house = app, house
        self.ids: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        if not house.has("scene"):
            house.begin("cast")
            self._make(Cast())
            house.keep("scene")
            house.scene = (self.ids, self.tokens)  # type: ignore[attr-defined]
        self.ids, self.tokens = house.scene  # type: ignore[attr-defined]

    def _make(self, cast: Cast) -> None:
        five = [cast.five]
        post = factories.post(cast.teacher, five, must_read=True)
        gone = factories.post(cast.teacher, five)
        made: dict[str, Any] = {
            "post": post,
            "comment": factories.comment(post, cast.parent),
            "photo": factories.photo(post),
            "document": factories.document(post),
            "closed": factories.post(cast.teacher, five, comments_open=False),
            "school": factories.post(cast.director),
            "draft": factories.post(cast.teacher, five, status="draft"),
            "planned": factories.post(cast.teacher, five, status="scheduled"),
            "gone": gone,
            "gone_photo": factories.photo(gone),
            "gone_comment": factories.comment(gone, cast.parent),
            "session": factories.session(cast.parent, "Safari · iPhone")[0],
            "five": cast.five,
            "noor": cast.child("Noor"),
            "request": factories.access_request(cast.parent, cast.child("Noor")),
            "other_request": factories.access_request(cast.parent, cast.child("Noor"), kind="guardian"),
            "proposal": factories.proposal(cast.parent),
            "newcomer": cast.invited,
            "person": cast.parent,
            "anna": cast.parent,
            "dirk": cast.director,
            "fleur": cast.teacher,
            "road": guardians.between(cast.parent, cast.child("Noor")),
            "enrolment": enrolments.of_pupil(cast.child("Noor"))[0],
            "teaching": cast.teacher.roles[0],
            "directing": cast.director.roles[0],
            "place": teams.places_of(cast.five)[0],
            "council": factories.committee(cast.parent),
            "member": committees.members_of(factories.committee(cast.parent))[0],
            "run": factories.import_run(),
            "director_proposal": factories.proposal(cast.director),
        }
        factories.withdraw(gone, cast.teacher)
        self.ids = {name: thing.public_id for name, thing in made.items()}
        self.tokens = {key: factories.session(getattr(cast, key))[1] for key in EVERYBODY}
        first = Client(self.app)
        first.get("/login")
        cookie = first.get_cookie("state")
        assert cookie is not None
        self.tokens |= {"state": cookie.value, "csrf": first.token}

    def browser(self, key: str) -> Client:
        """Somebody's browser, which has opened a page before."""
        browser = Client(self.app)
        browser.checks = False
        browser.set_cookie("state", self.tokens["state"])
        browser.token = self.tokens["csrf"]
        if key in self.tokens:
            browser.set_cookie("login", self.tokens[key])
        return browser

    def ask(self, browser: Client, row: Row, *, htmx: bool) -> TestResponse:
        headers = HTMX if htmx else {}
        url = row.url.format(**self.ids)
        if row.method == "GET":
            return browser.get(url, headers=headers)
        if "empty" in row.data:
            return browser.post(url, b"", headers=headers)
        return browser.post(url, {name: value.format(**self.ids) for name, value in row.data.items()}, headers=headers)


@pytest.fixture
def scene(app: Flask, house: House) -> Scene:
    scene = Scene(app, house)
    house.begin("scene")
    return scene


def outcome(answer: TestResponse) -> str:
    if answer.status_code == 401 or (answer.status_code == 303 and answer.location.startswith("/login")):
        return "login"
    return {403: "refused", 404: "hidden"}.get(answer.status_code, "in")


@pytest.mark.parametrize("row", ALL, ids=lambda row: f"{row.method} {row.url}")
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_each_person_gets_what_the_row_says(scene: Scene, row: Row, htmx: bool) -> None:
    wrong = []
    for key in one_of_each(row) if htmx and row.method == "GET" else ["stranger", *in_order(row)]:
        answer = scene.ask(scene.browser(key), row, htmx=htmx)
        if outcome(answer) != row.expected(key) or (row.expected(key) == "in" and not _fits(answer, row)):
            wrong.append(f"{key}: {answer.status_code}, expected {row.expected(key)}")
        if row.method == "POST" and outcome(answer) == "in":
            scene.house.begin("scene")
    assert not wrong


def in_order(row: Row) -> list[str]:
    """Everybody; those who may come last, so that nothing of theirs opens a door for the others."""
    return sorted(EVERYBODY, key=lambda key: row.expected(key) == "in")


def one_of_each(row: Row) -> list[str]:
    """One person for each answer the row gives: a GET answers htmx with the same page as anybody."""
    return list({row.expected(key): key for key in in_order(row)}.values())


def _fits(answer: TestResponse, row: Row) -> bool:
    return answer.status_code in row.ok


def test_every_route_has_a_row(app: Flask) -> None:
    there = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == {row.rule for row in ALL} | set(FOR_ALL)


@pytest.mark.parametrize("rule", FOR_ALL)
def test_public_addresses_answer_everybody_alike(scene: Scene, rule: str) -> None:
    method, address = rule.split()
    url = address.replace("<int:hue>", "170").replace("<path:path>", "no.css")
    url = url.replace("<token>", "x" * 43).replace("<version>", "0").replace("<public_id>", "x" * 22)
    if rule == "GET /setup/progress":
        url = "/setup/progress"
    for key in ("stranger", "parent", "admin"):
        browser = scene.browser(key)
        answer = browser.get(url) if method == "GET" else browser.post(url, {})
        expected = 303 if rule == "GET /login" and key != "stranger" else FOR_ALL[rule]
        assert answer.status_code == expected, key


def test_what_is_hidden_answers_like_what_never_was(scene: Scene) -> None:
    browser = scene.browser("other_parent")
    hidden = browser.get(f"/posts/{scene.ids['post']}")
    never = browser.get("/posts/22222222222")
    assert hidden.status_code == never.status_code == 404
    assert hidden.data == never.data


def test_the_wrong_method_is_not_there(scene: Scene) -> None:
    browser = scene.browser("teacher")
    for row in ALL:
        url = row.url.format(**scene.ids).partition("?")[0]
        answer = (
            browser.put(url, headers={"X-CSRFToken": browser.token}) if row.method == "GET" else browser.delete(url)
        )
        assert answer.status_code in (400, 404), row.url
