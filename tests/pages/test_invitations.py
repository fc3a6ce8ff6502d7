"""Coming in from the street: a code or a link, the own name, a password, the guideline, the timeline."""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from school import audit, coming_in, guidelines, invitations, outbox, people
from school.lib import clock, mail
from school.lib.db import db, writing
from school.lib.mail import Mail
from school.people import Person
from school.sessions import Session
from tests import lint
from tests.cast import PASSWORD, Cast
from tests.client import Client, ClientOf
from tests.house import CONFIG

NEVER = ("22222-22222", "x" * 43, "niets", "22222-2222")
"""Shaped like a code, like a link, and like nothing."""


def key(app: Flask) -> bytes:
    return str(app.config["SECRET_KEY"]).encode()


@pytest.fixture
def code(app: Flask, cast: Cast) -> str:
    """The code on the letter of ``invited``."""
    return code_of(app, cast.invited)


def code_of(app: Flask, person: Person) -> str:
    with writing():
        return invitations.code_of(invitations.invite(person, None, key(app)), key(app))


def link_of(person: Person) -> str:
    with writing():
        token = invitations.new_link(person)
    assert token is not None
    return token


def plain(answer: TestResponse) -> str:
    return lint.TOKEN.sub("", answer.text)


def come_in(browser: Client, token: str, **changed: str | None) -> TestResponse:
    browser.get(f"/invitation/{token}")
    return browser.press(f"/invitation/{token}", **({"password": PASSWORD, "agreed": "y"} | changed))


# ── the whole way ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_with_the_letter(cast: Cast, client: Client, code: str) -> None:
    client.get(f"/invitation?code={code}")
    answer = client.press("/invitation")
    assert (answer.status_code, answer.location) == (303, f"/invitation/{code}")
    page = client.follow(answer).text
    assert "Hallo Iris" in page
    assert "Iris Straks" in page
    assert "ouder van 1 kind" in page
    assert "Zoë" not in page, "no child's name before logging in"
    assert cast.invited.email not in page
    assert "i••••@school.example" in page
    answer = client.press(f"/invitation/{code}", password=PASSWORD, agreed="y")
    assert (answer.status_code, answer.location) == (303, "/timeline")
    page = client.follow(answer).text
    assert "Welkom, Iris. Je account is klaar." in page
    assert guidelines.accepted(cast.invited)
    assert cast.invited.first_login_at is not None
    noted = [(entry.actor_id, entry.action) for entry in audit.latest(limit=2)]
    assert noted == [(cast.invited.id, "accepted the guideline"), (cast.invited.id, "accepted an invitation")]


def test_and_afterwards_with_the_own_password(cast: Cast, app: Flask, client: Client, code: str) -> None:
    come_in(client, code)
    elsewhere = Client(app)
    elsewhere.get("/login")
    assert elsewhere.press("/login", login=cast.invited.email, password=PASSWORD).location == "/timeline"


def test_with_the_link_of_the_mail(cast: Cast, app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    letters: list[Mail] = []
    monkeypatch.setattr(mail, "deliver", lambda made, *_rest: letters.append(made))
    with writing():
        coming_in.send(coming_in.newcomers(), cast.office, key(app))
    assert outbox.send_due(CONFIG, "De Proef") == 1
    link = re.search(r"http://localhost(/invitation/\S+)", letters[0].text)
    assert link
    assert "Zoë" not in letters[0].text
    page = client.get(link[1])
    assert cast.invited.email in page.text, "the mailbox is theirs"
    assert client.press(link[1], password=PASSWORD, agreed="y").location == "/timeline"
    assert client.get(link[1]).status_code == 404


def test_with_a_name_to_log_in_with(cast: Cast, app: Flask, client: Client) -> None:
    with writing():
        person = cast.invited
        person.email = None
    code = code_of(app, person)
    assert "iris.straks" in client.get(f"/invitation/{code}").text
    come_in(client, code)
    elsewhere = Client(app)
    elsewhere.get("/login")
    assert elsewhere.press("/login", login="Iris.Straks", password=PASSWORD).location == "/timeline"


def test_a_new_colleague_comes_in_as_staff(cast: Cast, app: Flask, client: Client) -> None:
    with writing():
        person = people.add("Kim", "Nieuw", email="kim@school.example")
        people.appoint(person, "office")
    code = code_of(app, person)
    assert "werkt op deze school" in client.get(f"/invitation/{code}").text
    come_in(client, code)
    assert client.get("/admin").status_code == 200


def test_looking_changes_nothing(cast: Cast, app: Flask, code: str) -> None:
    """Mail scanners fetch links, and some fetch them three times."""
    token = link_of(cast.invited)
    for _each in range(3):
        assert Client(app).get(f"/invitation/{token}").status_code == 200
        assert Client(app).get(f"/invitation/{code}").status_code == 200
    assert cast.invited.password_hash is None
    assert come_in(Client(app), token).status_code == 303


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": ""}, "Kies een wachtwoord."),
        ({"password": "kort"}, "minstens 12"),
        ({"password": "IrisStraks2026"}, "makkelijk te raden"),
        ({"agreed": None}, "je houdt je hieraan"),
    ],
)
def test_what_is_missing_is_said(
    cast: Cast, client: Client, code: str, changed: dict[str, str | None], said: str
) -> None:
    answer = come_in(client, code, **changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Hallo Iris" in answer.text
    assert cast.invited.password_hash is None
    assert come_in(client, code).status_code == 303, "nothing was used up"


def test_the_guideline_is_read_where_it_is_accepted(cast: Cast, client: Client, code: str) -> None:
    page = unescape(client.get(f"/invitation/{code}").text)
    for rule in guidelines.lines(guidelines.current()):
        assert rule in page


def test_in_the_language_of_who_was_invited_or_the_one_they_choose(cast: Cast, client: Client, code: str) -> None:
    with writing():
        cast.invited.language = "en"
    assert "Hello Iris" in client.get(f"/invitation/{code}").text
    assert "Hallo Iris" in client.get(f"/invitation/{code}?language=nl").text
    client.press(f"/invitation/{code}", password=PASSWORD, agreed="y")
    assert cast.invited.language == "nl", "who chose another language keeps it"


def test_a_typing_error_is_no_dead_end(cast: Cast, client: Client, code: str) -> None:
    client.get("/invitation")
    answer = client.press("/invitation", code="k7qm3-vxp9x")
    assert answer.status_code == 422
    assert "Deze code werkt niet" in answer.text
    assert "k7qm3-vxp9x" in answer.text
    assert client.press("/invitation", code="").status_code == 422
    assert client.press("/invitation", code=code.replace("-", " ").upper()).location == f"/invitation/{code}"
    assert client.get("/uitnodiging").location == "/invitation"


# ── what no longer counts ───────────────────────────────────────────────────────────────────────────────────────────


def _use(browser: Client, _cast: Cast, code: str) -> None:
    come_in(browser, code)


def _end(_browser: Client, cast: Cast, _code: str) -> None:
    with writing():
        coming_in.end(cast.invited, cast.office)


def _close(_browser: Client, cast: Cast, _code: str) -> None:
    with writing():
        cast.invited.deactivated_at = clock.now()


@pytest.mark.parametrize("over", [_use, _end, _close])
def test_used_ended_and_never_there_look_alike(
    cast: Cast, app: Flask, code: str, over: Callable[[Client, Cast, str], None]
) -> None:
    token = link_of(cast.invited)
    over(Client(app), cast, code)
    browser = Client(app)
    answers = [browser.get(f"/invitation/{one}") for one in (code, token, *NEVER)]
    answers += [browser.post(f"/invitation/{one}", {"password": PASSWORD, "agreed": "y"}) for one in (code, *NEVER)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({plain(answer) for answer in answers}) == 1
    assert "Deze uitnodiging werkt niet" in answers[0].text
    assert browser.get_cookie("login") is None


def test_after_thirty_days_it_is_over(cast: Cast, client: Client, code: str) -> None:
    with time_machine.travel(clock.now() + timedelta(days=30, minutes=1)):
        assert client.get(f"/invitation/{code}").status_code == 404


def test_an_old_link_can_be_renewed(cast: Cast, client: Client, code: str) -> None:
    token = link_of(cast.invited)
    with time_machine.travel(clock.now() + timedelta(days=15)):
        answer = client.get(f"/invitation/{token}")
        assert answer.status_code == 410
        assert "Stuur me een nieuwe link" in answer.text
        asked = client.press("/invitation/renewal")
        assert asked.status_code == 200
        assert [(one.kind, one.person) for one in outbox.latest()] == [("invitation", cast.invited)]
        for other in ("x" * 43, code, ""):
            assert plain(client.post("/invitation/renewal", {"token": other})) == plain(asked)
        assert len(outbox.latest()) == 1
        assert client.get(f"/invitation/{code}").status_code == 200, "the letter still counts"


def test_of_two_windows_one_comes_in(cast: Cast, app: Flask, code: str) -> None:
    """Both saw the page; both press at the same moment."""
    browsers = [Client(app), Client(app)]
    for browser in browsers:
        browser.get(f"/invitation/{code}")
    answers: list[int] = []

    def press(browser: Client) -> None:
        answers.append(browser.press(f"/invitation/{code}", password=PASSWORD, agreed="y").status_code)

    threads = [threading.Thread(target=press, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == [303, 404]
    assert db.session.query(Session).filter_by(person_id=cast.invited.id).count() == 1


# ── strangers and others ────────────────────────────────────────────────────────────────────────────────────────────


def test_guesses_are_counted_and_right_codes_are_not(cast: Cast, app: Flask, client: Client, code: str) -> None:
    for _each in range(40):
        assert client.get(f"/invitation/{code}").status_code == 200
    wrong = [client.get(f"/invitation/{number:05}-22222").status_code for number in range(20)]
    client.get("/invitation")
    wrong += [client.press("/invitation", code=f"33333-{number:05}").status_code for number in range(12)]
    assert wrong == [404] * 20 + [422] * 10 + [429] * 2
    assert client.get(f"/invitation/{code}").status_code == 429, "nor does a right one tell it is right"
    assert client.get(f"/invitation/{link_of(cast.invited)}").status_code == 200, "a link cannot be guessed"
    elsewhere = Client(app)
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert elsewhere.get(f"/invitation/{code}").status_code == 200


def test_a_wrong_code_takes_as_long_as_an_ended_one(cast: Cast, app: Flask, code: str) -> None:
    with writing():
        coming_in.end(cast.invited, cast.office)
    browser = Client(app)
    browser.checks = False
    took: dict[str, list[float]] = {code: [], "22222-22222": []}
    for _each in range(9):
        for one, times in took.items():
            began = time.process_time()
            browser.get(f"/invitation/{one}")
            times.append(time.process_time() - began)
    ended, never = (statistics.median(times) for times in took.values())
    assert 0.5 < ended / never < 2


def test_whoever_was_logged_in_here_is_so_no_longer(cast: Cast, app: Flask, client_of: ClientOf, code: str) -> None:
    browser = client_of(cast.parent)
    page = browser.get(f"/invitation/{code}").text
    assert "Anna Bakker is op dit apparaat ingelogd" in page
    browser.press(f"/invitation/{code}", password=PASSWORD, agreed="y")
    assert "Iris Straks" in browser.get("/account").text
    assert db.session.query(Session).filter_by(person_id=cast.parent.id).count() == 0
    assert len(db.session.query(Session).filter_by(person_id=cast.invited.id).all()) == 1


def test_the_csrf_token_of_before_counts_no_longer(cast: Cast, client: Client, code: str) -> None:
    client.get(f"/invitation/{code}")
    before = client.token
    come_in(client, code)
    assert client.post("/account/language", {"language": "en"}, csrf=before).status_code == 400
