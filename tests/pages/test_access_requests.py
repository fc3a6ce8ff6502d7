"""Asking for somebody else on the pages: each sees their own, teachers those of their group, the school all."""

from __future__ import annotations

import html
from datetime import date, timedelta
from typing import Any

import pytest

from school import access_requests, audit, guardians, outbox, people
from school.access_requests import AccessRequest, Terms, Wanted
from school.lib import clock
from school.lib.db import db, writing
from school.lib.text import gettext as _
from school.people import Person
from tests import factories
from tests.cast import Cast
from tests.client import Client, ClientOf
from tests.house import CONFIG
from tests.rules.test_queries import queries

LIST = "/access-requests"


def day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def granny(**other: Any) -> dict[str, Any]:
    told = {"kind": "exception", "first_name": "Klaske", "last_name": "Jellema", "relation": "oma"}
    told |= {"email": "klaske@oma.example", "phone": "0612", "reason": "Zij past op.", "ends_on": day(100)}
    return told | other


def requested(by: Person, child: str = "Noor", **other: Any) -> AccessRequest:
    told = granny(**other)
    told["ends_on"] = date.fromisoformat(told["ends_on"])
    with writing():
        return access_requests.ask(by, [Cast().child(child)], Wanted(**told))[0]


def page_of(asked: AccessRequest) -> str:
    return f"{LIST}/{asked.public_id}"


def words(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.text)


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_parent_asks_and_sees_how_it_goes(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.parent)
    browser.get(f"{LIST}/new")
    answer = browser.press(LIST, **granny())  # the only child is ticked already
    assert answer.location == LIST
    page = html.unescape(browser.follow(answer).text)
    for told in ("Klaske Jellema", _("%(relation)s of %(child)s", relation="oma", child="Noor Bakker"), _("asked")):
        assert told in page
    asked = db.session.query(AccessRequest).one()
    page = words(browser, page_of(asked))
    for told in ("klaske@oma.example", "0612", "Zij past op.", _("Take back")):
        assert told in page
    with writing():
        access_requests.agree(asked, cast.teacher)
    page = words(browser, page_of(asked))
    assert _("teacher agrees") in page
    assert "juf Fleur" not in page
    with writing():
        access_requests.refuse(asked, cast.director, "Kom even langs.")
    page = words(browser, page_of(asked))
    assert _("refused") in page
    assert "Kom even langs." in page
    assert _("Take back") not in page


def test_taking_back(cast: Cast, client_of: ClientOf) -> None:
    browser, asked = client_of(cast.parent), requested(cast.parent)
    browser.get(page_of(asked))
    answer = browser.press(f"{page_of(asked)}/withdrawal")
    assert _("taken back") in html.unescape(browser.follow(answer).text)
    assert browser.post(f"{page_of(asked)}/withdrawal").status_code == 303
    assert _("This request is closed already.") in words(browser, LIST)
    assert client_of(cast.teacher).post(f"{page_of(asked)}/withdrawal").status_code == 403


def test_several_children_at_once(cast: Cast, client_of: ClientOf) -> None:
    with writing():
        guardians.link(cast.parent, cast.child("Mees"))
    browser = client_of(cast.parent)
    mees = cast.child("Mees").public_id
    page = words(browser, f"{LIST}/new?pupil={mees}")
    assert page.count(" checked") == 1
    both = [cast.child("Noor").public_id, mees]
    assert browser.press(LIST, children=both, **granny()).status_code == 303
    assert {asked.pupil.first_name for asked in db.session.query(AccessRequest)} == {"Noor", "Mees"}


def test_for_a_child_of_somebody_else_nothing_is_asked(cast: Cast, client_of: ClientOf) -> None:
    browser, mees = client_of(cast.parent), cast.child("Mees").public_id
    assert browser.get(f"{LIST}/new?pupil={mees}").status_code == 404
    browser.get(f"{LIST}/new")
    assert browser.press(LIST, children=mees, **granny()).status_code == 422
    assert browser.press(LIST, pupil=mees, children=mees, **granny()).status_code == 404
    assert db.session.query(AccessRequest).count() == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"children": []}, "Choose for which child."),
        ({"kind": None}, "Choose who this is for your child."),
        ({"first_name": ""}, "Fill in the first name."),
        ({"relation": ""}, "Fill in what this person is of the child."),
        ({"email": "klaske"}, "This is not a complete e-mail address. Look at the @ and the dot."),
        ({"reason": ""}, "Write why. The teacher and the director read it."),
        ({"ends_on": ""}, "Choose a day from today on, at most a year ahead."),
        ({"ends_on": "2020-01-01"}, "Choose a day from today on, at most a year ahead."),
        ({"ends_on": "gisteren"}, "Choose a day from today on, at most a year ahead."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    cast: Cast, client_of: ClientOf, wrong: dict[str, Any], said: str
) -> None:
    browser = client_of(cast.parent)
    browser.get(f"{LIST}/new")
    answer = browser.press(LIST, **granny(**wrong))
    assert answer.status_code == 422
    assert _(said) in html.unescape(answer.text)
    assert "Jellema" in answer.text
    assert db.session.query(AccessRequest).count() == 0


@pytest.mark.parametrize("key", ["exception", "leaver", "removed", "blocked", "no_authority", "teacher"])
def test_who_cannot_ask_is_told_so(cast: Cast, client_of: ClientOf, key: str) -> None:
    browser = client_of(getattr(cast, key))
    page = words(browser, f"{LIST}/new")
    assert _("Only parents of a child at our school can ask this here.") in page
    assert "<textarea" not in page
    child = cast.child("Bram" if key == "leaver" else "Noor").public_id
    assert browser.post(LIST, {"children": child, **granny()}).status_code == 422
    assert db.session.query(AccessRequest).count() == 0


@pytest.mark.parametrize("key", ["office", "director", "admin", "teacher"])
def test_staff_write_a_request_down_for_a_parent(cast: Cast, client_of: ClientOf, key: str) -> None:
    browser, noor = client_of(getattr(cast, key)), cast.child("Noor").public_id
    assert _("You write down what a parent asks. The school decides.") in words(browser, f"{LIST}/new?pupil={noor}")
    browser.press(LIST, **granny())
    assert db.session.query(AccessRequest).one().asked_by == getattr(cast, key)
    assert _("To be answered") in words(browser, LIST)


def test_not_for_a_child_they_do_not_teach(cast: Cast, client_of: ClientOf) -> None:
    browser, noor = client_of(cast.other_teacher), cast.child("Noor").public_id
    assert browser.get(f"{LIST}/new?pupil={noor}").status_code == 404
    assert browser.post(LIST, {"pupil": noor, "children": noor, **granny()}).status_code == 404


def test_asking_twice_is_refused_with_a_sentence(cast: Cast, client_of: ClientOf) -> None:
    requested(cast.parent)
    browser = client_of(cast.parent)
    browser.get(f"{LIST}/new")
    answer = browser.press(LIST, **granny())
    assert answer.status_code == 422
    said = _("You asked this for %(name)s already. The school looks at it.", name="Noor")
    assert said in html.unescape(answer.text)


# ── who sees what ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_divorced_pair_sees_nothing_of_each_other(cast: Cast, client_of: ClientOf) -> None:
    asked = requested(cast.mother, "Lotte")
    father = client_of(cast.father)
    assert father.get(page_of(asked)).status_code == 404
    assert father.post(f"{page_of(asked)}/withdrawal").status_code == 404
    for path in (LIST, "/children", f"{LIST}/new", "/more"):
        assert "Klaske" not in words(father, path)
    father.get(f"{LIST}/new")
    assert father.press(LIST, **granny()).status_code == 303  # not "asked already"


SEE = ("parent", "teacher", "duo", "substitute", "office", "director", "admin")


@pytest.mark.parametrize("key", [*SEE, "granted", "exception", "mother", "other_teacher", "specialist", "care",
                                 "former_teacher", "past_substitute", "teacher_parent", "blocked"])  # fmt: skip
def test_a_request_is_there_for_who_asked_who_teaches_and_the_school(cast: Cast, client_of: ClientOf, key: str) -> None:
    asked = requested(cast.parent)
    browser = client_of(getattr(cast, key))
    assert browser.get(page_of(asked)).status_code == (200 if key in SEE else 404)
    assert ("Klaske Jellema" in words(browser, LIST)) == (key in SEE)


def test_a_teacher_needs_no_address_and_no_number(cast: Cast, client_of: ClientOf) -> None:
    asked = requested(cast.parent)
    page = words(client_of(cast.teacher), page_of(asked))
    assert "Zij past op." in page
    assert "klaske@oma.example" not in page
    assert "0612" not in page
    assert "klaske@oma.example" in words(client_of(cast.director), page_of(asked))


def test_who_was_removed_no_longer_sees_their_list(cast: Cast, client_of: ClientOf) -> None:
    requested(cast.parent)
    browser = client_of(cast.parent)
    assert "Klaske" in words(browser, LIST)
    with writing():
        guardians.end(guardians.between(cast.parent, cast.child("Noor")), clock.today() - timedelta(days=1))  # type: ignore[arg-type]
    assert "Klaske" not in words(browser, LIST)


@pytest.mark.parametrize(("key", "count"), [("teacher", 1), ("other_teacher", 0), ("office", 2), ("admin", 2)])
def test_more_shows_how_many_wait(cast: Cast, client_of: ClientOf, key: str, count: int) -> None:
    requested(cast.parent)
    requested(cast.parent, kind="guardian", email="karim@mail.example", first_name="Karim")
    page = words(client_of(getattr(cast, key)), "/more")
    row = page[page.index(f'href="{LIST}"') :].partition("</a>")[0]
    assert _("Requests for access") in row
    assert (f'<span class="badge">{count}</span>' in row) == bool(count)


@pytest.mark.parametrize("key", ["parent", "specialist", "care"])
def test_more_shows_no_requests_to_others(cast: Cast, client_of: ClientOf, key: str) -> None:
    assert f'href="{LIST}"' not in words(client_of(getattr(cast, key)), "/more")


# ── agreeing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_teacher_agrees(cast: Cast, client_of: ClientOf) -> None:
    asked, browser = requested(cast.parent), client_of(cast.duo)
    browser.get(page_of(asked))
    answer = browser.press(f"{page_of(asked)}/agreement")
    assert answer.location == LIST
    assert _("teacher agrees") in words(browser, LIST)
    again = browser.post(f"{page_of(asked)}/agreement")
    assert _("A teacher agreed already. The director decides now.") in html.unescape(browser.follow(again).text)
    assert f"{page_of(asked)}/agreement" not in words(browser, page_of(asked))


@pytest.mark.parametrize(
    ("key", "code"), [("parent", 403), ("director", 403), ("office", 403), ("other_teacher", 404), ("specialist", 404)]
)
def test_only_who_teaches_the_child_agrees(cast: Cast, client_of: ClientOf, key: str, code: int) -> None:
    asked = requested(cast.parent)
    assert client_of(getattr(cast, key)).post(f"{page_of(asked)}/agreement").status_code == code


def test_about_another_parent_the_teacher_says_nothing(cast: Cast, client_of: ClientOf) -> None:
    asked = requested(cast.parent, kind="guardian")
    browser = client_of(cast.teacher)
    assert _("The office decides about this.") in words(browser, page_of(asked))
    assert browser.post(f"{page_of(asked)}/agreement").status_code == 403


# ── deciding ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_director_gives_access_and_is_told_what_comes_next(cast: Cast, client_of: ClientOf) -> None:
    asked, browser = requested(cast.parent), client_of(cast.director)
    page = words(browser, page_of(asked))
    assert _("The teacher has not agreed here. Choose who told you so.") in page
    assert browser.press(f"{page_of(asked)}/approval").status_code == 422
    browser.get(page_of(asked))
    answer = browser.press(f"{page_of(asked)}/approval", agreed_by=cast.duo.public_id)
    assert answer.location == page_of(asked)
    page = html.unescape(browser.follow(answer).text)
    klaske = people.by_login("klaske@oma.example")
    assert klaske is not None
    assert f'href="/admin/invitations?person={klaske.public_id}"' in page
    assert f"{page_of(asked)}/approval" not in page
    road = guardians.between(klaske, cast.child("Noor"))
    assert road is not None
    assert (road.kind, guardians.scopes_of(road), road.agreed_by_id) == ("exception", ("posts",), cast.duo.id)


def test_after_a_teacher_agreed_only_the_terms_are_asked(cast: Cast, client_of: ClientOf) -> None:
    asked, browser = requested(cast.parent), client_of(cast.director)
    with writing():
        access_requests.agree(asked, cast.teacher)
    assert 'name="agreed_by"' not in words(browser, page_of(asked))
    assert browser.press(f"{page_of(asked)}/approval", ends_on=day(30), scopes=["posts", "absences"]).status_code == 303
    road = guardians.between(people.by_login("klaske@oma.example"), cast.child("Noor"))  # type: ignore[arg-type]
    assert road is not None
    assert (road.ends_on, guardians.scopes_of(road)) == (date.fromisoformat(day(30)), ("posts", "absences"))


def test_who_has_an_account_needs_no_invitation(cast: Cast, client_of: ClientOf) -> None:
    asked = requested(cast.parent, first_name="Zeynep", last_name="Smit", email="other_parent@school.example")
    browser = client_of(cast.director)
    browser.get(page_of(asked))
    answer = browser.press(f"{page_of(asked)}/approval", agreed_by=cast.duo.public_id)
    page = html.unescape(browser.follow(answer).text)
    assert "/admin/invitations" not in page
    assert _("%(name)s has an account already and sees the child at the next visit.", name="Zeynep Smit") in page
    assert "Noor" in words(client_of(cast.other_parent), "/children")


def test_an_address_of_somebody_with_another_name_is_shown_and_confirmed(cast: Cast, client_of: ClientOf) -> None:
    asked, browser = requested(cast.parent, email="other_parent@school.example"), client_of(cast.director)
    told = _("%(name)s, of %(children)s", name="Zeynep Smit", children="Mees Smit")
    assert told in words(browser, page_of(asked))
    choices = {"agreed_by": cast.duo.public_id}
    answer = browser.press(f"{page_of(asked)}/approval", **choices)
    assert answer.status_code == 422
    assert "Zeynep Smit" in answer.text
    elsewhere = {**choices, "person": cast.mother.public_id}
    assert browser.press(f"{page_of(asked)}/approval", **elsewhere).status_code == 422
    answer = browser.press(f"{page_of(asked)}/approval", **choices, person=cast.other_parent.public_id)
    assert answer.status_code == 303
    assert guardians.between(cast.other_parent, cast.child("Noor")) is not None


def test_the_office_decides_about_another_parent_with_authority(cast: Cast, client_of: ClientOf) -> None:
    asked, browser = requested(cast.parent, kind="guardian", email=""), client_of(cast.office)
    page = words(browser, page_of(asked))
    assert 'name="scopes"' not in page
    assert browser.press(f"{page_of(asked)}/approval").status_code == 422
    answer = browser.press(f"{page_of(asked)}/approval", authority="unknown")
    assert _("Without authority the director decides. Leave this request open.") in html.unescape(answer.text)
    answer = browser.press(f"{page_of(asked)}/approval", authority="yes")
    assert "/admin/invitations?person=" in browser.follow(answer).text


def test_what_the_office_may_not_give_cannot_be_sent_along(cast: Cast, client_of: ClientOf) -> None:
    asked, browser = requested(cast.parent, kind="guardian"), client_of(cast.office)
    terms = {"authority": "no", "scopes": ["posts"], "reason": "Omdat."}
    assert browser.post(f"{page_of(asked)}/approval", terms).status_code == 422
    assert client_of(cast.director).post(f"{page_of(asked)}/approval", terms).status_code == 303


@pytest.mark.parametrize("kind", ["exception", "guardian"])
@pytest.mark.parametrize("key", ["parent", "teacher", "office", "admin"])
def test_others_do_not_decide(cast: Cast, client_of: ClientOf, key: str, kind: str) -> None:
    asked, browser = requested(cast.parent, kind=kind), client_of(getattr(cast, key))
    allowed = key == "office" and kind == "guardian"
    assert (f"{page_of(asked)}/approval" in words(browser, page_of(asked))) == allowed
    for deed in ("approval", "refusal"):
        assert browser.post(f"{page_of(asked)}/{deed}").status_code == (422 if allowed else 403)
    assert asked.state == "asked"


def test_refusing_needs_a_reason(cast: Cast, client_of: ClientOf) -> None:
    asked, browser = requested(cast.parent), client_of(cast.director)
    browser.get(page_of(asked))
    answer = browser.press(f"{page_of(asked)}/refusal")
    assert answer.status_code == 422
    assert _("Write why not. Who asked reads it.") in html.unescape(answer.text)
    assert f"{page_of(asked)}/approval" in answer.text
    assert browser.press(f"{page_of(asked)}/refusal", answer="x" * 501).status_code == 422
    assert browser.press(f"{page_of(asked)}/refusal", answer="Kom even langs.").location == LIST
    late = browser.post(f"{page_of(asked)}/refusal", {"answer": "Nog eens."})
    assert _("This request is closed already.") in html.unescape(browser.follow(late).text)
    late = browser.post(f"{page_of(asked)}/approval", {"scopes": ["posts"], "ends_on": day(3)})
    assert _("This request is closed already.") in html.unescape(browser.follow(late).text)


def test_a_blocked_person_is_not_let_in_by_this_road(cast: Cast, client_of: ClientOf) -> None:
    """And who asked is not told why: only the director sees that there is a block."""
    asked = requested(cast.parent, first_name="Bart", last_name="Dicht", email="blocked@school.example")
    browser = client_of(cast.director)
    browser.get(page_of(asked))
    answer = browser.press(f"{page_of(asked)}/approval", agreed_by=cast.duo.public_id)
    assert answer.status_code == 422
    assert "Bart Dicht" in answer.text
    assert _("%(name)s is blocked for this child. Lift the block first.", name="Bart Dicht") in html.unescape(
        answer.text
    )
    blocked = _("%(name)s is blocked for this child. Lift the block first.", name="Bart Dicht")
    assert blocked not in words(client_of(cast.parent), page_of(asked))


def test_a_child_that_left_meanwhile(cast: Cast, client_of: ClientOf) -> None:
    asked, browser = requested(cast.parent), client_of(cast.director)
    with writing():
        guardians.child_leaves(cast.child("Noor"), clock.today() - timedelta(days=1), grace=30)
    browser.get(page_of(asked))
    answer = browser.press(f"{page_of(asked)}/approval")
    assert answer.status_code == 422
    assert _("%(name)s has left the school. Nobody new gets access.", name="Noor") in html.unescape(answer.text)


def test_each_step_is_noted_without_names(cast: Cast, client_of: ClientOf) -> None:
    asked, browser = requested(cast.parent), client_of(cast.director)
    browser.get(page_of(asked))
    browser.press(f"{page_of(asked)}/approval", agreed_by=cast.duo.public_id)
    entries = [(entry.action, entry.detail) for entry in reversed(audit.latest())]
    assert [action for action, _detail in entries] == [
        "asked for access",
        "added a person",
        "linked a guardian",
        "approved an exception",
        "granted access",
    ]
    assert not any("Klaske" in detail or "Noor" in detail for _action, detail in entries)


def test_an_expired_exception_is_out_at_the_next_request(cast: Cast, client_of: ClientOf) -> None:
    post = factories.post(cast.teacher, [cast.five])
    with writing():
        made = access_requests.ask(cast.parent, [cast.child("Noor")], Wanted(**{**granny(), "ends_on": clock.today()}))
        terms = Terms(scopes=["posts"], ends_on=clock.today(), agreed_by=cast.duo)
        road = access_requests.grant(made[0], cast.director, terms, directs=True)
        road.starts_on -= timedelta(days=9)
    browser = client_of(road.person)
    assert browser.get(f"/posts/{post.public_id}").status_code == 200
    with writing():
        road.ends_on = clock.today() - timedelta(days=1)
    assert browser.get(f"/posts/{post.public_id}").status_code == 404
    assert "Noor" not in words(browser, "/children")
    assert "Klaske" not in words(client_of(cast.parent), "/children")


def test_what_the_mails_carry(cast: Cast) -> None:
    asked = requested(cast.parent)
    with writing():
        terms = Terms(scopes=["posts"], ends_on=clock.today(), agreed_by=cast.duo)
        access_requests.grant(asked, cast.director, terms, directs=True)
    waiting = outbox.latest()
    assert {mail.kind for mail in waiting} == {"access_asked", "access_given", "access_decided"}
    for row in waiting:
        with writing():
            mail = outbox._RENDER[row.kind](row.person, CONFIG, "De Proef")
        assert mail is not None
        told = f"{mail.subject} {mail.text} {mail.html}"
        for secret in ("Noor", "Klaske", "Jellema", "oma", "klaske@", asked.public_id, "Bakker", "past op"):
            assert secret not in told, row.kind


@pytest.mark.parametrize("key", ["parent", "teacher", "office", "director"])
def test_a_long_list_asks_as_often_as_a_short_one(cast: Cast, client_of: ClientOf, key: str) -> None:
    def ask_for(number: int) -> None:
        for _each in range(number):
            with writing():
                noor, by = cast.child("Noor"), cast.parent
                db.session.add(AccessRequest(asked_by=by, pupil=noor, kind="exception", first_name="Klaske"))

    browser = client_of(getattr(cast, key))
    ask_for(3)
    few = queries(browser, LIST)
    ask_for(20)
    assert len(queries(browser, LIST)) == len(few)
