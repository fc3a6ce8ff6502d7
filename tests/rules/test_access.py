"""Every address × every person. A route without a row here fails; so does a row without a route.

A row says who may (and then the answer is a page, or the thing is done), for whom what the address names is not there
(404), and leaves the others: they are refused (403). Who is not logged in is sent to the login page, always.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests import factories
from tests.cast import EVERYBODY, Cast
from tests.client import HTMX, Client
from tests.house import House

# ── who is who ──────────────────────────────────────────────────────────────────────────────────────────────────────

OUT = frozenset({"stranger", "deactivated"})
"""Nobody is behind these requests: no session, or one of an account that was closed."""
IN = frozenset(EVERYBODY) - OUT
STAFF = frozenset(
    [
        "teacher",
        "duo",
        "other_teacher",
        "substitute",
        "past_substitute",
        "specialist",
        "care",
        "office",
        "director",
        "admin",
        "teacher_parent",
    ]
)
"""Not ``former_teacher``: his role ended yesterday."""
WRITERS_OF_FIVE = frozenset({"teacher", "duo", "substitute"})
FAMILIES_OF_FIVE = frozenset(["parent", "mother", "father", "granted", "exception", "newcomer", "teacher_parent"])
READERS_OF_FIVE = WRITERS_OF_FIVE | FAMILIES_OF_FIVE | {"specialist", "care", "office", "director"}
SEE_NOTHING = frozenset({"former_teacher", "no_authority", "removed", "blocked", "lapsed", "leaver"})
GUARDIANS = FAMILIES_OF_FIVE | {"other_parent", "mover", "leaver", "invited"}
"""With a road to a child that is open today, whatever it leads to."""
EDITORS = WRITERS_OF_FIVE | {"director"}
WRITERS = WRITERS_OF_FIVE | {"other_teacher", "teacher_parent", "office", "director"}
UNSEEING_STAFF = STAFF - READERS_OF_FIVE
MANAGEMENT = frozenset({"office", "director", "admin"})
ADMINS = frozenset({"director", "admin"})


@dataclass(frozen=True)
class Row:
    rule: str
    url: str = ""
    """With the scene's ids: ``{post}`` is a published post for group 5 by ``teacher``."""
    may: Iterable[str] = IN
    hidden: Iterable[str] = ()
    data: dict[str, Any] = field(default_factory=dict)
    ok: tuple[int, ...] = (200,)
    """What the ones who may are answered."""

    @property
    def method(self) -> str:
        return self.rule.split()[0]

    def expected(self, key: str) -> str:
        if key in OUT:
            return "login"
        return "in" if key in self.may else "hidden" if key in self.hidden else "refused"


def page(rule: str, url: str = "", may: Iterable[str] = IN, hidden: Iterable[str] = (), **more: Any) -> Row:
    return Row(f"GET {rule}", url or rule, may, hidden, **more)


def act(rule: str, url: str = "", may: Iterable[str] = IN, hidden: Iterable[str] = (), **more: Any) -> Row:
    return Row(f"POST {rule}", url or rule, may, hidden, **{"ok": (200, 204, 303), **more})


POST, DRAFT, PLANNED, GONE = "/posts/{post}", "/posts/{draft}", "/posts/{planned}", "/posts/{gone}"
UNSEEN = IN - READERS_OF_FIVE
"""For whom the post for group 5 does not exist."""

ROWS = [
    # the timeline and what anybody may read
    page("/timeline"),
    page("/timeline", "/timeline?group={five}", STAFF | FAMILIES_OF_FIVE | {"mover", "leaver"}, IN),
    page("/timeline", "/timeline?child={noor}",
         WRITERS_OF_FIVE | MANAGEMENT | {"specialist", "care", "parent", "granted", "exception"}, IN),
    page("/timeline", "/timeline?before={post}", READERS_OF_FIVE, UNSEEN),
    page("/posts/<post_id>", POST, READERS_OF_FIVE, UNSEEN),
    page("/posts/<post_id>", "/posts/{school}", STAFF | GUARDIANS - SEE_NOTHING, SEE_NOTHING),
    page("/posts/<post_id>", DRAFT, {"teacher"}, IN),
    page("/posts/<post_id>", PLANNED, EDITORS, IN),
    page("/posts/<post_id>", GONE, {"teacher", "director"}, IN),
    page("/photos/<photo_id>/<size>", "/photos/{photo}/small", READERS_OF_FIVE, UNSEEN),
    page("/photos/<photo_id>/<size>", "/photos/{photo}/large", READERS_OF_FIVE, UNSEEN),
    page("/photos/<photo_id>/<size>", "/photos/{gone_photo}/small", {"teacher", "director"}, IN),
    page("/documents/<document_id>", "/documents/{document}", READERS_OF_FIVE, UNSEEN),
    # what readers do
    act("/posts/<post_id>/reaction", POST + "/reaction", READERS_OF_FIVE, UNSEEN, data={"on": "1"}),
    act("/posts/<post_id>/comments", POST + "/comments", READERS_OF_FIVE, UNSEEN, data={"body": "Mooi!"}),
    act("/posts/<post_id>/comments", "/posts/{closed}/comments", (), UNSEEN, data={"body": "Mooi!"}),
    act("/posts/<post_id>/confirmation", POST + "/confirmation", FAMILIES_OF_FIVE, UNSEEN & GUARDIANS),
    act("/comments/<comment_id>/removal", "/comments/{comment}/removal", EDITORS | {"parent"}, UNSEEN),
    act("/comments/<comment_id>/removal", "/comments/{gone_comment}/removal", {"director"}, IN - {"teacher"}),
    act("/reads", data={"posts": "{post},{draft}"}, ok=(204,)),
    # writing
    page("/posts", may=STAFF),
    act("/posts", may=WRITERS),
    page("/posts/<post_id>/edit", POST + "/edit", EDITORS, UNSEEING_STAFF),
    page("/posts/<post_id>/edit", DRAFT + "/edit", {"teacher"}, STAFF),
    page("/posts/<post_id>/edit", PLANNED + "/edit", EDITORS, STAFF),
    page("/posts/<post_id>/edit", GONE + "/edit", (), STAFF - {"teacher", "director"}),
    page("/posts/<post_id>/audience", POST + "/audience?groups={five}", EDITORS, UNSEEING_STAFF),
    page("/posts/<post_id>/readers", POST + "/readers", EDITORS | {"specialist", "care", "office"}, UNSEEING_STAFF),
    act("/posts/<post_id>", POST, EDITORS, UNSEEING_STAFF, data={"title": "Anders", "body": "Anders", "kind": "news"}),
    act("/posts/<post_id>", DRAFT, {"teacher"}, STAFF, data={"title": "Anders", "kind": "news"}),
    act("/posts/<post_id>/publication", DRAFT + "/publication", {"teacher"}, STAFF,
        data={"title": "Nu", "body": "Nu", "kind": "news", "when": "now"}, ok=(422,)),
    act("/posts/<post_id>/publication", PLANNED + "/publication", EDITORS, STAFF,
        data={"title": "Nu", "body": "Nu", "kind": "news", "when": "now"}, ok=(422,)),
    act("/posts/<post_id>/withdrawal", POST + "/withdrawal", EDITORS, UNSEEING_STAFF),
    act("/posts/<post_id>/withdrawal", DRAFT + "/withdrawal", {"teacher"}, STAFF, ok=(303, 422)),
    act("/posts/<post_id>/pin", POST + "/pin", EDITORS, UNSEEING_STAFF, data={"on": "1"}),
    act("/posts/<post_id>/removal", DRAFT + "/removal", {"teacher"}, STAFF),
    act("/posts/<post_id>/removal", POST + "/removal", (), UNSEEING_STAFF),
    act("/posts/<post_id>/photos", POST + "/photos", EDITORS, UNSEEING_STAFF, data={"empty": "1"}, ok=(422,)),
    act("/posts/<post_id>/documents", POST + "/documents", EDITORS, UNSEEING_STAFF, data={"empty": "1"}, ok=(422,)),
    act("/posts/<post_id>/photos/order", POST + "/photos/order", EDITORS, UNSEEING_STAFF, data={"order": "{photo}"}),
    act("/photos/<photo_id>", "/photos/{photo}", EDITORS, UNSEEING_STAFF, data={"caption": "Een blad"}),
    act("/photos/<photo_id>/removal", "/photos/{photo}/removal", EDITORS, UNSEEING_STAFF, ok=(307,)),
    act("/documents/<document_id>/removal", "/documents/{document}/removal", EDITORS, UNSEEING_STAFF, ok=(307,)),
    # oneself
    page("/account"),
    page("/children"),
    page("/conversations"),
    page("/absences"),
    page("/calendar"),
    page("/more"),
    act("/account/language", data={"language": "en"}),
    act("/account/password", data={"current": "not it", "password": "not it"}, ok=(422,)),
    act("/account/devices/removal"),
    act("/account/devices/<session_id>/removal", "/account/devices/{session}/removal", {"parent"}, IN),
    # administration
    page("/admin", may=MANAGEMENT),
    page("/admin/people", may=MANAGEMENT),
    page("/admin/school", may=ADMINS),
    page("/admin/outbox", may=ADMINS),
    page("/admin/jobs", may=ADMINS),
    page("/admin/audit", may=ADMINS),
    act("/admin/school", may=ADMINS, data={"name": ""}, ok=(422,)),
]  # fmt: skip

FOR_ALL = {
    # addresses that answer everybody alike, with what a stranger is answered
    "GET /": 303,
    "GET /login": 200,
    "POST /login": 422,
    "POST /logout": 303,
    "POST /demo-login": 404,
    "GET /password/forgotten": 200,
    "POST /password/forgotten": 422,
    "GET /password/new/<token>": 404,
    "POST /password/new/<token>": 404,
    "GET /setup": 404,
    "POST /setup": 404,
    "GET /setup/school": 404,
    "POST /setup/school": 404,
    "GET /setup/progress": 200,
    "GET /healthz": 200,
    "GET /static/<version>/<path:path>": 404,
    "GET /accent/<int:hue>.css": 200,
    "GET /logo/<public_id>": 404,
    "GET /manifest.webmanifest": 200,
    "GET /sw.js": 200,
    "GET /offline": 200,
    "GET /robots.txt": 200,
}


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


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.url}")
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
    assert there == {row.rule for row in ROWS} | set(FOR_ALL)


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
    for row in ROWS:
        url = row.url.format(**scene.ids).partition("?")[0]
        answer = (
            browser.put(url, headers={"X-CSRFToken": browser.token}) if row.method == "GET" else browser.delete(url)
        )
        assert answer.status_code in (400, 404), row.url
