"""In and out: alike for known and unknown, throttled without locking anybody out, and only to our own pages."""

from __future__ import annotations

import statistics
import time

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from blueprints import pages
from school import outbox, passwords, sessions
from school.lib import passwords as hashing
from school.lib.db import db, writing
from school.people import Person
from school.settings import School
from tests import factories, house, lint
from tests.cast import PASSWORD, Cast
from tests.client import Client, ClientOf, form_fields

PARENT = "parent@school.example"


def log_in(browser: Client, login: str = PARENT, password: str = PASSWORD, **more: str) -> TestResponse:
    browser.get("/login")
    return browser.press("/login", login=login, password=password, **more)


def plain(answer: TestResponse) -> str:
    """A page without its token, which is another one each time."""
    return lint.TOKEN.sub("", answer.text)


def test_logging_in_and_out(cast: Cast, client: Client) -> None:
    answer = log_in(client)
    assert answer.status_code == 303
    assert answer.location == "/timeline"
    cookie = client.get_cookie("login")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    client.follow(answer)
    answer = client.post("/logout")
    assert answer.location == "/login"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/timeline").location == "/login"
    assert db.session.query(sessions.Session).count() == 0


def test_the_address_may_be_typed_as_people_do(cast: Cast, client: Client) -> None:
    assert log_in(client, "  Parent@School.EXAMPLE ").status_code == 303


@pytest.mark.parametrize(
    ("login", "password"),
    [
        (PARENT, "not the password"),
        ("nobody@school.example", PASSWORD),
        ("deactivated@school.example", PASSWORD),
        ("invited@school.example", ""),
    ],
)
def test_a_wrong_login_is_refused(cast: Cast, client: Client, login: str, password: str) -> None:
    answer = log_in(client, login, password or "x")
    assert answer.status_code == 422
    assert "horen niet bij elkaar" in answer.text
    assert password not in answer.text or not password
    assert client.get_cookie("login") is None


def test_known_and_unknown_answer_alike(cast: Cast, client: Client) -> None:
    pages = []
    for login in (PARENT, "nobody@school.example", "deactivated@school.example"):
        answer = log_in(client, login, "not the password")
        pages.append((answer.status_code, plain(answer).replace(login, "")))
    assert pages[0] == pages[1] == pages[2]


def test_and_in_the_same_time(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real hash: the only slow part is done for nobody too."""
    monkeypatch.setattr(hashing, "_hasher", house.REAL_HASHER)
    monkeypatch.setattr(hashing, "_nobody", house.REAL_HASHER.hash("nobody"))
    with writing():
        cast.parent.password_hash = hashing.hashed(PASSWORD)
    client.checks = False
    took: dict[str, list[float]] = {PARENT: [], "nobody@school.example": []}
    for _each in range(5):
        for login, times in took.items():
            began = time.process_time()
            log_in(client, login, "not the password")
            times.append(time.process_time() - began)
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.5 < known / unknown < 2


def test_strangers_are_slowed_down_and_a_known_device_is_not(cast: Cast, app: Flask) -> None:
    mine = Client(app)
    mine.follow(log_in(mine))
    mine.post("/logout")
    stranger = Client(app)
    codes = [log_in(stranger, password="guess guess guess").status_code for _each in range(10)]
    assert codes == [422] * 7 + [429] * 3  # eight with the one that was right
    assert "te vaak geprobeerd" in stranger.get("/login").text or codes[-1] == 429
    assert log_in(Client(app)).status_code == 429
    assert log_in(mine).status_code == 303


def test_accounts_that_are_not_there_are_throttled_alike(cast: Cast, client: Client) -> None:
    codes = [log_in(client, "nobody@school.example", "guess guess").status_code for _each in range(9)]
    assert codes[-1] == 429


def test_a_made_up_device_is_a_stranger(cast: Cast, app: Flask) -> None:
    browser = Client(app)
    browser.set_cookie("device", f"{cast.parent.public_id}.{'0' * 64}")
    codes = [log_in(browser, password="guess guess guess").status_code for _each in range(9)]
    assert codes[-1] == 429


OWN = ["/calendar", "/timeline?q=bos", "/posts/22222222222"]
FOREIGN = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "///evil.example",
    "/\t/evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/%09/evil.example",
    "/nowhere",
    "evil.example",
    "/logout",
    "/@evil.example",
    "/timeline\r\nLocation: https://evil.example",
    " https://evil.example",
    "https:/evil.example",
    "/..//evil.example",
]


@pytest.mark.parametrize("wanted", [*OWN, *FOREIGN])
def test_logging_in_leads_to_our_own_pages_only(cast: Cast, client: Client, wanted: str) -> None:
    client.get("/login")
    answer = client.post("/login", {"login": PARENT, "password": PASSWORD, "next": wanted})
    assert answer.location == (wanted if wanted in OWN else "/timeline")


def test_a_page_that_was_asked_for_is_returned_to(cast: Cast, client: Client) -> None:
    answer = client.get("/calendar?x=1")
    assert answer.location == "/login?next=/calendar%3Fx%3D1"
    client.get(answer.location)
    assert client.press("/login", login=PARENT, password=PASSWORD).location == "/calendar?x=1"


def test_logging_in_gives_a_new_session_and_a_new_token(cast: Cast, client: Client) -> None:
    client.get("/login")
    before = client.token
    log_in(client)
    first = client.get_cookie("login").value  # type: ignore[union-attr]
    assert client.post("/reads", {"posts": ""}, csrf=before).status_code == 400
    client.get("/account")
    client.post("/login", {"login": PARENT, "password": PASSWORD})
    assert client.get_cookie("login").value != first  # type: ignore[union-attr]
    assert db.session.query(sessions.Session).count() == 1


def test_who_is_in_needs_no_login_page(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.parent).get("/login").location == "/timeline"
    assert client_of(cast.parent).get("/").location == "/timeline"


def test_one_click_logins_only_in_a_demo(cast: Cast, client: Client) -> None:
    client.get("/login")
    assert client.post("/demo-login", {"email": PARENT}).status_code == 404
    with writing():
        db.session.query(School).one().demo = True
        db.session.query(Person).filter_by(email=PARENT).one().email = "ouder-zes@proefpolder.example"
    pages.forget_school()
    assert "Kijk rond als" in client.get("/login").text
    for unlisted in ("teacher@school.example", "directie@proefpolder.example", ""):
        assert client.post("/demo-login", {"email": unlisted}).status_code == 404
    assert client.post("/demo-login", {"email": "ouder-zes@proefpolder.example"}).location == "/timeline"


# ── a forgotten password ────────────────────────────────────────────────────────────────────────────────────────────


def test_asking_answers_alike(cast: Cast, client: Client) -> None:
    client.get("/password/forgotten")
    answers = [client.press("/password/forgotten", login=login) for login in (PARENT, "nobody@school.example")]
    assert answers[0].status_code == answers[1].status_code == 200
    assert plain(answers[0]) == plain(answers[1])
    assert [mail.person.email for mail in outbox.latest()] == [PARENT]


def test_a_closed_account_gets_no_mail(cast: Cast, client: Client) -> None:
    client.get("/password/forgotten")
    client.press("/password/forgotten", login="deactivated@school.example")
    assert outbox.latest() == []


def test_nobody_is_flooded_with_mail(cast: Cast, client: Client) -> None:
    client.get("/password/forgotten")
    for _each in range(6):
        assert client.press("/password/forgotten", login=PARENT).status_code == 200
    assert len(outbox.latest()) == 3


@pytest.fixture
def link(cast: Cast) -> str:
    with writing():
        return f"/password/new/{passwords.new_link(cast.parent)}"


NEW = "wolken boven de dijk"


def test_looking_uses_nothing_up_and_setting_does(cast: Cast, client: Client, client_of: ClientOf, link: str) -> None:
    elsewhere = client_of(cast.parent)
    for _scanner in range(3):
        assert client.get(link).status_code == 200
    answer = client.press(link, password=NEW)
    assert answer.location == "/login"
    assert elsewhere.get("/timeline").status_code == 303
    assert client.get(link).status_code == 404
    assert log_in(client).status_code == 422
    assert log_in(client, password=NEW).status_code == 303
    assert outbox.latest()[0].kind == "password_changed"


def test_setting_the_password_logs_nobody_in(cast: Cast, client: Client, link: str) -> None:
    client.get(link)
    client.press(link, password=NEW)
    assert client.get_cookie("login") is None


@pytest.mark.parametrize("bad", ["kort", "wachtwoord123", "Anna Bakker 12", "x" * 201])
def test_a_bad_password_is_refused_and_the_link_stays(cast: Cast, client: Client, link: str, bad: str) -> None:
    client.get(link)
    answer = client.press(link, password=bad)
    assert answer.status_code == 422
    assert bad not in answer.text
    assert client.get(link).status_code == 200


def test_a_link_tells_the_next_site_nothing(cast: Cast, client: Client, link: str) -> None:
    assert client.get(link).headers["Referrer-Policy"] == "same-origin"


# ── the account ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_changing_the_password(cast: Cast, client_of: ClientOf) -> None:
    here, elsewhere = client_of(cast.parent), client_of(cast.parent)
    before = here.get_cookie("login").value  # type: ignore[union-attr]
    here.get("/account")
    answer = here.press("/account/password", current=PASSWORD, password=NEW)
    assert answer.location == "/account"
    assert here.get_cookie("login").value != before  # type: ignore[union-attr]
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "words"),
    [
        ("not it", NEW, "niet je huidige"),
        (PASSWORD, "kort", "minstens 12"),
        ("", NEW, "Vul je huidige"),
        (PASSWORD, "", "Kies een"),
    ],
)
def test_what_is_wrong_with_a_change_is_said(
    cast: Cast, client_of: ClientOf, current: str, new: str, words: str
) -> None:
    browser = client_of(cast.parent)
    browser.get("/account")
    answer = browser.press("/account/password", current=current, password=new)
    assert answer.status_code == 422
    assert words in answer.text


def test_the_current_password_cannot_be_guessed(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.parent)
    browser.get("/account")
    for _each in range(11):
        answer = browser.press("/account/password", current="guess", password=NEW)
    assert "te vaak geprobeerd" in answer.text
    assert "te vaak geprobeerd" in browser.press("/account/password", current=PASSWORD, password=NEW).text


def test_devices_are_listed_and_ended(cast: Cast, client_of: ClientOf) -> None:
    here, phone, other = client_of(cast.parent), client_of(cast.parent), client_of(cast.mother)
    page = here.get("/account").text
    assert "dit apparaat" in page
    action = next(session for session in sessions.of_person(cast.parent) if f"{session.public_id}/removal" in page)
    here.press(f"/account/devices/{action.public_id}/removal")
    assert phone.get("/account").status_code == 303
    theirs = sessions.of_person(cast.mother)[0].public_id
    assert here.post(f"/account/devices/{theirs}/removal").status_code == 404
    third = client_of(cast.parent)
    here.get("/account")
    here.press("/account/devices/removal")
    assert third.get("/account").status_code == 303
    assert other.get("/account").status_code == here.get("/account").status_code == 200


def test_a_language_is_chosen_and_kept(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.parent)
    assert 'lang="nl"' in browser.get("/account").text
    browser.post("/account/language", {"language": "en"})
    page = browser.get("/account").text
    assert 'lang="en"' in page
    assert "My account" in page
    browser.post("/account/language", {"language": "xx"})
    assert 'lang="en"' in browser.get("/account").text


def test_the_form_keeps_what_was_typed_except_the_password(cast: Cast, client: Client) -> None:
    answer = log_in(client, PARENT, "not the password")
    fields = form_fields(answer.text, "/login")
    assert fields["login"] == PARENT
    assert fields["password"] == ""


def test_logging_out_needs_a_post(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.parent)
    assert browser.get("/logout").status_code == 404
    assert browser.get("/timeline").status_code == 200


def test_a_stolen_cookie_ends_with_the_session(cast: Cast, app: Flask) -> None:
    session, token = factories.session(cast.parent)
    thief = Client(app)
    thief.set_cookie("login", token)
    assert thief.get("/account").status_code == 200
    with writing():
        sessions.end(session.id)
    assert thief.get("/account").status_code == 303


def test_sentences_made_by_a_route_are_in_the_reader_s_language(cast: Cast, client_of: ClientOf) -> None:
    """A greeting and the names of groups are made before the page is; the language must be known by then."""
    browser = client_of(cast.parent)
    assert "groep 5" in browser.get("/timeline").text
    browser.post("/account/language", {"language": "en"})
    page = browser.get("/timeline").text
    assert "group 5" in page
    assert "groep 5" not in page
    assert not any(word in page for word in ("Goede", "Hallo"))
