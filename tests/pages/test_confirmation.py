"""The password once more before what is about others: asked after a quarter of an hour, in every road there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from blueprints import replies
from blueprints.account import throttle
from blueprints.section import FRESH, Section, me
from school import audit, people, sessions
from school.lib import clock
from school.lib.db import db, writing
from school.people import Person
from school.policy import Access
from tests import factories
from tests.cast import PASSWORD, Cast
from tests.client import HTMX, Client
from tests.house import CONFIG, House, forget, make_app
from tests.pages.test_account import FOREIGN

DELICATE = "/admin/delicate"


@pytest.fixture(scope="module")
def guarded(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A program with one page and one deed that ask for the password again."""
    folder = tmp_path_factory.mktemp("guarded")
    app = make_app(folder, CONFIG)
    app.register_blueprint(_delicate())
    yield app
    with app.app_context():
        db.engine.dispose()
    app.extensions["studio"].close()


@pytest.fixture
def app(guarded: Flask, house: House) -> Iterator[Flask]:
    with house.app.app_context():
        house.begin("cast")
        house.keep("confirmation")
    with guarded.app_context():
        db.session.remove()
        db.engine.dispose()
        for ending in ("-wal", "-shm"):
            Path(f"{guarded.instance_path}/school.db{ending}").unlink(missing_ok=True)
        kept = house.folder / "template-confirmation" / "school.db"
        Path(guarded.instance_path, "school.db").write_bytes(kept.read_bytes())
        forget(guarded)
        yield guarded
        db.session.remove()


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast()


def _delicate() -> Section:
    delicate = Section("delicate", __name__)

    @delicate.route(DELICATE, access=Access.MANAGEMENT, fresh=True)
    def show() -> str:
        return "shown"

    @delicate.route(DELICATE, access=Access.MANAGEMENT, methods=("POST",), fresh=True)
    def do() -> object:
        people.rename(me().person, "Veranderd", "", "Heer")
        return replies.go("/timeline")

    return delicate


def browser_of(app: Flask, person: Person, minutes: float = 0) -> Client:
    """Logged in, the password given so many minutes ago."""
    with writing():
        session, token = sessions.begin(person, "Chrome · Linux", staff=True)
        session.password_at = clock.now() - timedelta(minutes=minutes)
    browser = Client(app)
    browser.checks = False  # the probe's own answer is no page of ours
    browser.set_cookie("login", token)
    return browser


def confirm(browser: Client, page: TestResponse, password: str = PASSWORD) -> TestResponse:
    browser.checks = True
    browser.get(page.location)
    browser.checks = False
    return browser.press("/account/confirmation", password=password)


def test_fresh_enough_is_not_asked(app: Flask, cast: Cast) -> None:
    assert browser_of(app, cast.admin, 14).get(DELICATE).text == "shown"


def test_a_page_leads_there_and_back(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.admin, 16)
    answer = browser.get(f"{DELICATE}?group=5&x=1")
    assert answer.status_code == 303
    assert answer.location == "/account/confirmation?next=/admin/delicate%3Fgroup%3D5%26x%3D1"
    answer = confirm(browser, answer)
    assert answer.location == f"{DELICATE}?group=5&x=1"
    assert browser.follow(answer).text == "shown"


def test_a_deed_is_not_done_and_its_page_opened_again(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.admin, 16)
    answer = browser.post(DELICATE, {"x": "1"}, headers={"Referer": f"http://localhost{DELICATE}?y=1"})
    assert answer.location == f"/account/confirmation?next={DELICATE}"
    assert cast.admin.first_name == "Bea"
    assert confirm(browser, answer).location == DELICATE
    assert browser.post(DELICATE, {"x": "1"}).location == "/timeline"
    assert cast.admin.first_name == "Veranderd"


def test_a_deed_that_does_not_say_where_from_leads_to_the_timeline(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.admin, 16)
    assert confirm(browser, browser.post(DELICATE)).location == "/timeline"


def test_a_script_is_sent_there_too(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.admin, 16)
    answer = browser.post(DELICATE, {}, headers={**HTMX, "Referer": f"http://localhost{DELICATE}"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["HX-Redirect"] == f"/account/confirmation?next={DELICATE}"
    answer = browser.post("/account/confirmation", {"password": PASSWORD, "next": DELICATE}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == DELICATE
    assert cast.admin.first_name == "Bea"


def test_who_may_not_is_refused_before_that(app: Flask, cast: Cast) -> None:
    assert browser_of(app, cast.parent, 16).get(DELICATE).status_code == 403
    assert Client(app).get(DELICATE).location == "/login?next=/admin/delicate"
    assert Client(app).get("/account/confirmation").location.startswith("/login")


def test_a_wrong_password_opens_nothing(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.admin, 16)
    page = browser.get(DELICATE)
    for wrong in ("not the password", ""):
        answer = confirm(browser, page, wrong)
        assert answer.status_code == 422
        assert f'name="next" value="{DELICATE}"' in answer.text
        assert "not the password" not in answer.text
    assert browser.get(DELICATE).status_code == 303
    assert "gave the password again" not in [entry.action for entry in audit.latest()]


def test_guesses_are_counted_and_then_the_right_one_does_not_help(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.admin, 16)
    page = browser.get(DELICATE)
    for _each in range(10):
        assert confirm(browser, page, "guess").status_code == 422
    answer = confirm(browser, page)
    assert answer.status_code == 422
    assert "te vaak geprobeerd" in answer.text
    assert confirm(browser_of(app, cast.director, 16), page).status_code == 303
    throttle.forget_everything()
    assert confirm(browser, page).status_code == 303


@pytest.mark.parametrize("wanted", FOREIGN)
def test_it_leads_to_our_own_pages_only(app: Flask, cast: Cast, wanted: str) -> None:
    browser = browser_of(app, cast.admin, 16)
    answer = browser.post("/account/confirmation", {"password": PASSWORD, "next": wanted})
    assert answer.location == "/timeline"


def test_another_sites_page_is_not_returned_to(app: Flask, cast: Cast) -> None:
    """Of a referrer only the path is used, and only when it is one of ours."""
    browser = browser_of(app, cast.admin, 16)
    answer = browser.post(DELICATE, headers={"Referer": "https://evil.example//evil.example/x"})
    assert confirm(browser, answer).location == "/timeline"


def test_the_session_gets_a_new_token_and_stays_one_session(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.admin, 16)
    before = browser.get_cookie("login").value  # type: ignore[union-attr]
    confirm(browser, browser.get(DELICATE))
    after = browser.get_cookie("login")
    assert after is not None
    assert after.value != before
    assert (after.http_only, after.same_site) == (True, "Lax")
    stolen = Client(app)
    stolen.set_cookie("login", before)
    assert stolen.get("/timeline").location == "/login"
    assert len(sessions.of_person(cast.admin)) == 1
    assert [entry.action for entry in audit.latest()] == ["gave the password again"]


def test_one_browser_does_not_open_the_other(app: Flask, cast: Cast) -> None:
    here, elsewhere = browser_of(app, cast.admin, 16), browser_of(app, cast.admin, 16)
    confirm(here, here.get(DELICATE))
    assert here.get(DELICATE).status_code == 200
    assert elsewhere.get(DELICATE).status_code == 303


def test_it_counts_for_a_quarter_of_an_hour(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.admin, 16)
    confirm(browser, browser.get(DELICATE))
    with writing():
        sessions.of_person(cast.admin)[0].password_at = clock.now() - FRESH
    assert browser.get(DELICATE).status_code == 303


def test_a_new_password_is_a_password_that_was_given(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.admin, 16)
    browser.get("/account")
    browser.press("/account/password", current=PASSWORD, password="wolken boven de dijk")
    assert browser.get(DELICATE).status_code == 200


def test_looking_at_it_changes_nothing(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.admin, 16)
    for _each in range(3):
        assert browser.get(f"/account/confirmation?next={DELICATE}").status_code == 200
    assert browser.get(DELICATE).status_code == 303


def test_without_a_token_of_the_page_it_is_not_taken(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.admin, 16)
    browser.get(DELICATE)
    answer = browser.post("/account/confirmation", {"password": PASSWORD}, csrf=None)
    assert answer.status_code == 400
    assert browser.get(DELICATE).status_code == 303


def test_any_person_may_be_asked(app: Flask, cast: Cast) -> None:
    """The page itself is everybody's: guardians export their own data one day."""
    _session, token = factories.session(cast.parent)
    browser = Client(app)
    browser.set_cookie("login", token)
    browser.get("/account/confirmation?next=/children")
    assert browser.press("/account/confirmation", password=PASSWORD).location == "/children"
