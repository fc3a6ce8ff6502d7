"""Who is not in yet, inviting them by the dozen, the list of who never arrived, and letters on the printer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask

from school import audit, coming_in, groups, guardians, invitations, outbox, people, pupils
from school.groups import Group
from school.invitations import Invitation
from school.lib import clock, mail
from school.lib.db import db, writing
from school.people import Person
from tests.cast import Cast
from tests.client import HTMX, Client, ClientOf, form_fields
from tests.house import CONFIG
from tests.rules.test_queries import queries

HERE = "/admin/invitations"


@pytest.fixture
def mails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A school with a mail server, and to whom it sent something."""
    sent: list[str] = []
    monkeypatch.setitem(app.config, "SCHOOL", replace(CONFIG, mail_server="mail.example"))
    monkeypatch.setattr(mail, "deliver", lambda made, *_rest: sent.append(made.to))
    return sent


@pytest.fixture
def office(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.office)


def guest(first: str, group: Group, email: str | None = None) -> Person:
    with writing():
        person = people.add(first, "Nieuw", email=email)
        child = pupils.add(f"Kind{first}", "Nieuw", birth_date=date(2018, 1, 1))
        groups.enrol(child, group, starts_on=clock.today())
        guardians.link(person, child)
    return person


def send() -> None:
    outbox.send_due(CONFIG, "De Proef")
    db.session.rollback()


@contextmanager
def later(days: float) -> Iterator[None]:
    with time_machine.travel(clock.now() + timedelta(days=days)):
        yield


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def rows(text: str) -> list[str]:
    return [words(row) for row in re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", text, re.DOTALL)]


def code_of(app: Flask, person: Person) -> str:
    db.session.rollback()
    invitation = invitations.open_of([person.id])[person.id]
    return invitations.code_of(invitation, str(app.config["SECRET_KEY"]).encode())


def test_everybody_at_once_by_mail_and_on_paper(cast: Cast, office: Client, mails: list[str]) -> None:
    guest("Piet", cast.five)
    guest("Mia", cast.six, "mia@school.example")
    page = office.get(HERE)
    assert "Nodig iedereen uit: 2 mails en 1 brief" in words(page.text)
    answer = office.press(HERE)
    page = office.follow(answer)
    assert "Uitgenodigd: 2 mails en 1 brief. Print nu de brieven." in words(page.text)
    assert "Nodig iedereen uit" not in page.text
    assert "Print 1 brief" in words(page.text)
    send()
    assert sorted(mails) == ["invited@school.example", "mia@school.example"]
    assert [entry.action for entry in audit.latest()] == ["invited"] * 3
    assert {entry.actor_id for entry in audit.latest()} == {cast.office.id}
    office.post(HERE, {"all": "1"})
    send()
    assert len(mails) == 2, "nobody is invited twice by pressing again"


def test_one_group_only(cast: Cast, office: Client, mails: list[str]) -> None:
    guest("Piet", cast.five, "piet@school.example")
    page = office.get(f"{HERE}?group={cast.five.public_id}")
    assert [row.split()[0] for row in rows(page.text)] == ["Piet"]
    assert "niet uitgenodigd" in rows(page.text)[0]
    page = office.follow(office.press(HERE))
    assert page.request.path == HERE
    assert "mail onderweg" in rows(page.text)[0]
    send()
    assert mails == ["piet@school.example"]
    assert "mail verstuurd" in rows(office.get(f"{HERE}?group={cast.five.public_id}").text)[0]


def test_the_groups_say_how_many_are_in(cast: Cast, office: Client) -> None:
    page = words(office.get(HERE).text)
    assert "groep 6 2 van de 3 ouders zijn binnen 1 nog niet" in page
    assert re.search(r"groep 5 \d+ van de \d+ ouders zijn binnen iedereen", page)
    assert "Iedereen hier heeft een account." in office.get(f"{HERE}?group={cast.five.public_id}").text
    assert "Iedereen hier heeft een account." in office.get(f"{HERE}?staff=1").text


def test_a_planned_pupils_family_is_listed_with_the_group_it_will_sit_in(cast: Cast, office: Client) -> None:
    with writing():
        person = people.add("Vroeg", "Bij", email="vroeg@school.example")
        child = pupils.add("Straks", "Bij", birth_date=date(2022, 1, 1))
        groups.enrol(child, cast.five, starts_on=clock.today() + timedelta(days=20))
        guardians.link(person, child, starts_on=clock.today() + timedelta(days=20))
    assert "Straks Bij · groep 5" in rows(office.get(f"{HERE}?group={cast.five.public_id}").text)[0]


# ── who never arrived ───────────────────────────────────────────────────────────────────────────────────────────────


def test_who_never_arrived_gets_a_letter_or_another_mail(
    cast: Cast, office: Client, client_of: ClientOf, mails: list[str]
) -> None:
    office.post(HERE, {"all": "1"})
    send()
    assert "Opnieuw mailen" not in office.get(HERE).text
    with later(15):
        browser = client_of(cast.office)
        row = rows(browser.get(HERE).text)[0]
        assert "Iris Straks" in row
        assert "mail verstuurd" in row
        assert "Opnieuw mailen" in row
        assert "Brief" in row
        page = browser.follow(browser.press(f"/admin/people/{cast.invited.public_id}/invitation"))
        assert "Er gaat een mail naar Iris Straks" in page.text
        assert rows(page.text) == []
        send()
    assert mails == ["invited@school.example"] * 2


def test_a_mail_that_failed_and_an_invitation_that_is_too_old(cast: Cast, office: Client, mails: list[str]) -> None:
    person = guest("Oud", cast.five)
    with writing():
        coming_in.send(coming_in.newcomers(), cast.office, b"key")
        outbox.latest()[0].due_at = None
        db.session.query(Invitation).filter_by(person_id=person.id).update({"ends_at": clock.ago(days=1)})
    found = rows(office.get(HERE).text)
    assert ["uitnodiging verlopen" in found[0], "mail kwam niet aan" in found[1]] == [True, True]
    page = office.get(HERE)
    assert "Print 2 brieven" in words(page.text)
    answer = office.press(f"{HERE}/letters")
    assert re.fullmatch(rf"{HERE}/letters\?batch=\d+", answer.location)
    assert office.follow(answer).text.count('class="sheet letter"') == 2
    assert rows(office.get(HERE).text) == []
    assert office.get(answer.location).text.count('class="sheet letter"') == 2, "they can be printed again"


def test_an_invitation_is_ended(cast: Cast, app: Flask, office: Client, mails: list[str]) -> None:
    office.post(HERE, {"all": "1"})
    code = code_of(app, cast.invited)
    office.get(f"{HERE}?group={cast.six.public_id}")
    page = office.follow(office.press(f"/admin/people/{cast.invited.public_id}/invitation/removal"))
    assert page.request.args["group"] == cast.six.public_id, "back where the button stood"
    assert "uitnodiging gestopt" in rows(page.text)[0]
    assert Client(app).get(f"/invitation/{code}").status_code == 404
    send()
    assert mails == [], "what was under way does not go"
    page = office.follow(office.post(f"/admin/people/{cast.invited.public_id}/invitation/removal"))
    assert "heeft geen geldige uitnodiging" in page.text
    assert audit.latest()[0].action == "ended an invitation"


def test_who_is_in_cannot_be_invited(cast: Cast, office: Client, mails: list[str]) -> None:
    page = office.follow(office.post(f"/admin/people/{cast.parent.public_id}/invitation"))
    assert "Anna Bakker krijgt geen uitnodiging" in page.text
    page = office.follow(office.post(f"{HERE}/letters", {"person": cast.parent.public_id}))
    assert "Niemand hier heeft een brief nodig" in page.text
    assert outbox.latest() == []


def test_without_a_mail_server_everybody_gets_a_letter(cast: Cast, office: Client) -> None:
    page = office.get(HERE)
    assert "geen mailserver" in page.text
    assert "Nodig iedereen uit: 1 brief" in words(page.text)
    office.press(HERE)
    assert outbox.latest() == []
    page = office.follow(office.post(f"/admin/people/{cast.invited.public_id}/invitation"))
    assert "Naar Iris Straks kan geen mail" in page.text


# ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_office_does_not_hold_the_letter_of_who_is_above_it(
    cast: Cast, client_of: ClientOf, office: Client, mails: list[str]
) -> None:
    """Whoever holds a letter can take the account."""
    with writing():
        chief = people.add("Nina", "Nieuw", email="nina@school.example")
        people.appoint(chief, "director")
    found = rows(office.get(f"{HERE}?staff=1").text)
    assert "door de directie" in found[0]
    office.post(HERE, {"all": "1"})
    office.post(HERE, {"staff": "1"})
    office.post(f"{HERE}/letters", {"staff": "1"})
    for path in ("invitation", "invitation/removal"):
        assert office.post(f"/admin/people/{chief.public_id}/{path}").status_code == 403
    assert office.post(f"{HERE}/letters", {"person": chief.public_id}).status_code == 403
    assert invitations.latest_of([chief.id]) == {}
    director = client_of(cast.director)
    director.post(f"{HERE}/letters", {"staff": "1"})
    assert "Nina Nieuw" in director.get(f"{HERE}/letters?staff=1").text
    assert "Nina Nieuw" not in office.get(f"{HERE}/letters?staff=1").text
    assert office.get(f"{HERE}/letters?person={chief.public_id}").status_code == 403


# ── progress ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_how_far_the_mails_are(cast: Cast, office: Client, mails: list[str]) -> None:
    for number in range(59):
        guest(f"Ouder{number}", cast.five, f"o{number}@school.example")
    office.post(HERE, {"all": "1"})
    page = office.get(HERE)
    assert "0 van de 60 mails verstuurd" in words(page.text)
    seen = f"{HERE}/progress?seen=0"
    assert f'hx-get="{seen}"' in page.text
    assert office.get(seen, headers=HTMX).status_code == 204
    assert office.get(seen).location == HERE, "without scripts it is a link to the page"
    send()
    answer = office.get(seen, headers=HTMX)
    assert "50 van de 60 mails verstuurd" in words(answer.text)
    assert f'hx-get="{HERE}/progress?seen=50"' in answer.text
    send()
    answer = office.get(f"{HERE}/progress?seen=50", headers=HTMX)
    assert "Alle mails zijn verstuurd" in answer.text
    assert "hx-get" not in answer.text
    assert "invitations-progress" not in office.get(HERE).text


# ── letters ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_letter_opens_the_door(cast: Cast, app: Flask, office: Client) -> None:
    office.get(f"{HERE}?group={cast.six.public_id}")
    answer = office.post(f"{HERE}/letters", {"person": cast.invited.public_id})
    page = office.follow(answer)
    assert answer.location == f"{HERE}/letters?person={cast.invited.public_id}"
    code = code_of(app, cast.invited)
    assert code in page.text
    assert Client(app).get(f"/invitation/{code}").status_code == 200
    assert audit.latest()[0].action == "printed a letter"


def test_a_group_in_one_go_and_looking_makes_nothing(cast: Cast, app: Flask, office: Client) -> None:
    for name in ("Zoë", "Adam"):
        guest(name, cast.five)
    letters = f"{HERE}/letters?group={cast.five.public_id}"
    page = office.get(letters)
    assert "2 mensen hebben nog geen brief" in words(page.text)
    assert db.session.query(Invitation).count() == 0
    assert form_fields(page.text, f"{HERE}/letters")["group"] == cast.five.public_id
    answer = office.press(f"{HERE}/letters")
    assert answer.location == letters
    first = office.follow(answer).text
    names = re.findall(r'letter__to">.*?<b dir="auto">(.*?)</b>', first, re.DOTALL)
    assert names == ["Adam Nieuw", "Zoë Nieuw"]
    codes = re.findall(r'letter__code">([^<]+)', first)
    office.post(f"{HERE}/letters", {"group": cast.five.public_id})
    assert re.findall(r'letter__code">([^<]+)', office.get(letters).text) == codes, "the same letters"
    assert "Deze lijst blijft op school" in words(first)


def test_letters_that_would_lead_nowhere_are_not_printed_unnoticed(
    cast: Cast, app: Flask, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.post(f"{HERE}/letters", {"group": cast.six.public_id})
    page = office.get(f"{HERE}/letters?group={cast.six.public_id}")
    assert "werkt alleen op deze computer" in page.text
    monkeypatch.setitem(app.config, "SCHOOL", replace(CONFIG, base_url="https://plein.school.example"))
    page = office.get(f"{HERE}/letters?group={cast.six.public_id}")
    assert "werkt alleen op deze computer" not in page.text
    assert "plein.school.example/uitnodiging" in page.text


@pytest.mark.parametrize("query", ["", "?left=1", "?batch=12", "?batch=x", "?staff=1", "?all=1"])
def test_no_letters_is_a_page_too(cast: Cast, office: Client, query: str) -> None:
    assert office.get(f"{HERE}/letters{query}").status_code == 200


# ── many ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [HERE, f"{HERE}?group={{}}", f"{HERE}/letters?group={{}}"])
def test_thirty_people_ask_as_often_as_ten(cast: Cast, office: Client, path: str) -> None:
    path = path.format(cast.five.public_id)
    counted: list[int] = []
    for number in (10, 20):
        for index in range(number):
            guest(f"Ouder{number}{index}", cast.five)
        with writing():
            coming_in.print_letters(coming_in.newcomers(), None, b"key")
        counted.append(len(queries(office, path)))
    assert counted[0] == counted[1]


def test_a_page_without_anybody(cast: Cast, client_of: ClientOf) -> None:
    with writing():
        cast.invited.deactivated_at = clock.now()
    page = client_of(cast.admin).get(HERE)
    assert "Nodig iedereen uit" not in page.text
    assert "0 nog niet binnen" in words(page.text)
