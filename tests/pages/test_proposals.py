"""Own data: asked on the account page, answered by the administration."""

from __future__ import annotations

import html

import pytest

from school import outbox, proposals
from school.lib.db import db, writing
from school.lib.text import gettext as _
from school.people import Person
from school.proposals import Proposal
from tests.cast import Cast
from tests.client import Client, ClientOf

ADMIN = "/admin/proposals"


def proposed(person: Person, **other: str) -> Proposal:
    told = {field: getattr(person, field) for field in proposals.FIELDS} | {"phone": "06-11 22", **other}
    with writing():
        return proposals.propose(person, **told)


def words(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.text)


def test_asking_and_how_it_goes(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.parent)
    assert _("Is this not right?") in words(browser, "/account")
    answer = browser.press("/account/proposals", first_name="Annemarie", phone="06-11 22")
    assert answer.location == "/account"
    page = html.unescape(browser.follow(answer).text)
    for told in (_("the school looks at it"), "Annemarie Bakker", "06-11 22", _("Take back")):
        assert told in page
    assert cast.parent.first_name == "Anna"
    with writing():
        proposals.refuse(db.session.query(Proposal).one(), cast.office, "Bel ons even.")
    assert "Bel ons even." in words(browser, "/account")
    browser.press("/account/proposals", phone="06-33")
    with writing():
        proposals.accept(proposals.waiting()[0], cast.office)
    page = words(browser, "/account")
    assert _("The school took over what you asked.") in page
    assert "Bel ons even." not in page
    assert 'value="06-33"' in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "This is what we have already. Nothing has to change."),
        ({"first_name": ""}, "Fill in the first name."),
    ],
)
def test_what_is_wrong_is_said_in_an_open_form(
    cast: Cast, client_of: ClientOf, wrong: dict[str, str], said: str
) -> None:
    browser = client_of(cast.parent)
    browser.get("/account")
    answer = browser.press("/account/proposals", **wrong)
    assert answer.status_code == 422
    assert _(said) in html.unescape(answer.text)
    assert '<details class="card card--padded asking" open>' in answer.text
    assert browser.press("/account/proposals", first_name="x" * 61).status_code == 422
    assert browser.press("/account/proposals", language="xx").status_code == 422
    assert browser.press("/account/proposals", language=None).status_code == 422


def test_taking_back(cast: Cast, client_of: ClientOf) -> None:
    proposal, browser = proposed(cast.parent), client_of(cast.parent)
    browser.get("/account")
    action = f"/account/proposals/{proposal.public_id}/withdrawal"
    assert browser.press(action).location == "/account"
    assert "06-11 22" not in words(browser, "/account")
    assert browser.post(action).status_code == 303
    assert client_of(cast.mother).post(action).status_code == 404
    assert client_of(cast.office).post(action).status_code == 403


def test_the_language_of_the_pages_changes_at_once_and_stays(cast: Cast, client_of: ClientOf) -> None:
    proposal, browser = proposed(cast.parent), client_of(cast.parent)
    browser.post("/account/language", {"language": "en"})
    client_of(cast.office).post(f"{ADMIN}/{proposal.public_id}/acceptance")
    assert 'lang="en"' in words(browser, "/account")
    assert cast.parent.phone == "06-11 22"


def test_the_office_sees_both_lines_and_takes_over(cast: Cast, client_of: ClientOf) -> None:
    proposal, browser = proposed(cast.parent, last_name="Bakker-Smit"), client_of(cast.office)
    page = words(browser, ADMIN)
    for told in ("Anna Bakker-Smit", "06-11 22", _("the same")):
        assert told in page
    answer = browser.press(f"{ADMIN}/{proposal.public_id}/acceptance")
    assert _("It is changed: %(name)s.", name="Anna Bakker-Smit") in html.unescape(browser.follow(answer).text)
    assert cast.parent.phone == "06-11 22"
    late = browser.post(f"{ADMIN}/{proposal.public_id}/acceptance")
    told = _("This is no longer open: it was answered, withdrawn or changed.")
    assert told in html.unescape(browser.follow(late).text)


def test_not_taking_over_needs_a_reason(cast: Cast, client_of: ClientOf) -> None:
    first, second = proposed(cast.parent), proposed(cast.mother)
    browser = client_of(cast.admin)
    browser.get(ADMIN)
    answer = browser.press(f"{ADMIN}/{first.public_id}/refusal")
    assert answer.status_code == 422
    assert html.unescape(answer.text).count(_("Write why not. Who asked reads it.")) == 1
    assert answer.text.count(" open>") == 1
    answer = browser.press(f"{ADMIN}/{first.public_id}/refusal", answer="Bel ons even.")
    assert answer.location == ADMIN
    assert [mail.person for mail in outbox.latest()] == [cast.parent]
    assert first.answer == "Bel ons even."
    assert second.state == "asked"


@pytest.mark.parametrize("key", ["office", "director", "admin"])
def test_about_oneself_somebody_else_answers(cast: Cast, client_of: ClientOf, key: str) -> None:
    own, browser = proposed(getattr(cast, key)), client_of(getattr(cast, key))
    page = words(browser, ADMIN)
    assert _("This is about yourself. Somebody else answers it.") in page
    assert f"{own.public_id}/acceptance" not in page
    browser.post(f"{ADMIN}/{own.public_id}/acceptance")
    browser.post(f"{ADMIN}/{own.public_id}/refusal", {"answer": "Nee."})
    assert own.state == "asked"


@pytest.mark.parametrize("key", ["director", "admin"])
def test_of_who_gives_rights_only_their_like_answers(cast: Cast, client_of: ClientOf, key: str) -> None:
    proposal, office = proposed(getattr(cast, key)), client_of(cast.office)
    assert _("The director or the administrator answers this.") in words(office, ADMIN)
    for deed in ("acceptance", "refusal"):
        assert office.post(f"{ADMIN}/{proposal.public_id}/{deed}", {"answer": "Nee."}).status_code == 403
    other = client_of(cast.admin if key == "director" else cast.director)
    assert other.post(f"{ADMIN}/{proposal.public_id}/acceptance").status_code == 303
    assert proposal.state == "accepted"


@pytest.mark.parametrize("key", ["parent", "teacher", "care"])
def test_nobody_else_gets_there(cast: Cast, client_of: ClientOf, key: str) -> None:
    proposal, browser = proposed(cast.parent), client_of(getattr(cast, key))
    assert browser.get(ADMIN).status_code == 403
    assert browser.post(f"{ADMIN}/{proposal.public_id}/acceptance").status_code == 403
    assert proposal.state == "asked"


def test_nothing_waits(cast: Cast, client_of: ClientOf) -> None:
    page = words(client_of(cast.office), ADMIN)
    assert _("Nothing waits. Whoever asks for a change on their own page appears here.") in page
