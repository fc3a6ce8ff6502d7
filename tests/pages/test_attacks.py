"""What somebody with bad intentions tried once, and what must stay of it: nothing."""

from __future__ import annotations

from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from waitress.adjustments import Adjustments

from blueprints import gate
from blueprints.account import throttle
from school import audit, outbox, photos
from school.feed import Post
from school.groups import GroupStaff
from school.lib import clock, mail
from school.lib.config import Config
from school.lib.db import db, writing
from tests import factories
from tests.cast import DOMAIN, PASSWORD, Cast
from tests.client import HTMX, Client, ClientOf


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    throttle.forget_everything()


# ── somebody who left ───────────────────────────────────────────────────────────────────────────────────────────────


def _leave(cast: Cast, key: str) -> None:
    with writing():
        for place in db.session.query(GroupStaff).filter_by(person_id=getattr(cast, key).id):
            place.ends_on = clock.ago(days=1).date()


def _status(public_id: str) -> str:
    return db.session.query(Post).filter_by(public_id=public_id).one().status


def test_a_draft_does_not_outlast_the_right_to_publish_it(cast: Cast, client_of: ClientOf) -> None:
    draft = factories.post(cast.substitute, [cast.five], status="draft").public_id
    browser = client_of(cast.substitute)
    browser.get(f"/posts/{draft}/edit")
    _leave(cast, "substitute")
    assert browser.press(f"/posts/{draft}/publication").status_code == 422
    day = str(clock.today() + timedelta(days=7))
    later = {"when": "later", "publish_day": day, "publish_time": "12:00"}
    assert browser.press(f"/posts/{draft}/publication", **later).status_code == 422
    assert _status(draft) == "draft"


def test_who_left_no_longer_changes_what_is_planned(cast: Cast, client_of: ClientOf) -> None:
    planned = factories.post(cast.substitute, [cast.five], status="scheduled").public_id
    browser = client_of(cast.substitute)
    assert browser.get(f"/posts/{planned}/edit").status_code == 200
    _leave(cast, "substitute")
    assert browser.get(f"/posts/{planned}/edit").status_code == 403
    assert browser.post(f"/posts/{planned}", {"title": "Anders", "kind": "news"}).status_code == 403
    assert client_of(cast.teacher).get(f"/posts/{planned}/edit").status_code == 200


def test_a_school_wide_draft_needs_the_right_of_today(cast: Cast, client_of: ClientOf) -> None:
    draft = factories.post(cast.teacher, status="draft").public_id
    browser = client_of(cast.teacher)
    browser.get(f"/posts/{draft}/edit")
    assert browser.press(f"/posts/{draft}/publication").status_code == 422
    assert _status(draft) == "draft"


def test_the_office_still_changes_what_it_planned(cast: Cast, client_of: ClientOf) -> None:
    planned = factories.post(cast.office, [cast.five], status="scheduled").public_id
    assert client_of(cast.office).get(f"/posts/{planned}/edit").status_code == 200


# ── things of others ────────────────────────────────────────────────────────────────────────────────────────────────


def test_photos_of_another_post_cannot_come_along(cast: Cast, client_of: ClientOf) -> None:
    theirs = factories.photo(factories.post(cast.teacher, [cast.five]), caption="Hun foto")
    mine = factories.post(cast.other_teacher, [cast.six])
    own = factories.photo(mine)
    browser = client_of(cast.other_teacher)
    words = {f"{name}-{theirs.public_id}": "Gekaapt" for name in ("caption", "alt")}
    edit = {"title": "Wij", "body": "Wij", "kind": "news", "when": "now"}
    assert browser.post(f"/posts/{mine.public_id}", edit | words).status_code == 303
    order = f"/posts/{mine.public_id}/photos/order"
    assert browser.post(order, {"order": f"{theirs.public_id},{own.public_id}"}).status_code == 204
    assert browser.post(order, {"move": f"{theirs.public_id}:1"}).status_code == 404
    found = db.session.get_one(photos.Photo, theirs.id)
    assert (found.caption, found.position, found.post_id) == ("Hun foto", 0, theirs.post_id)


def test_an_etag_opens_no_photo(cast: Cast, client_of: ClientOf) -> None:
    post = factories.post(cast.teacher, [cast.five])
    url = f"/photos/{factories.photo(post).public_id}/small"
    parent = client_of(cast.parent)
    parent.checks = False  # a 304 has no type
    known = {"If-None-Match": parent.get(url).headers["ETag"]}
    assert parent.get(url, headers=known).status_code == 304
    assert client_of(cast.other_parent).get(url, headers=known).status_code == 404
    factories.withdraw(post, cast.teacher)
    assert parent.get(url, headers=known).status_code == 404


# ── searching ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _finds(browser: Client, word: str, title: str) -> bool:
    return title in browser.get(f"/timeline?q={word}").text


def test_what_was_taken_away_is_no_longer_found(cast: Cast, client_of: ClientOf) -> None:
    post = factories.post(cast.teacher, [cast.five], title="Naar het bos")
    photo = factories.photo(post, caption="Oud")
    document = factories.document(post, "ziektebrief.pdf")
    teacher, parent = client_of(cast.teacher), client_of(cast.parent)
    teacher.post(f"/photos/{photo.public_id}", {"caption": "Noortje huilt"})
    assert _finds(parent, "noortje", "Naar het bos")
    assert _finds(parent, "ziektebrief", "Naar het bos")
    words = {f"caption-{photo.public_id}": "Een kind", f"alt-{photo.public_id}": ""}
    teacher.post(
        f"/posts/{post.public_id}", {"title": "Naar het bos", "body": "Bos", "kind": "news", "when": "now", **words}
    )
    assert not _finds(parent, "noortje", "Naar het bos")
    teacher.post(f"/documents/{document.public_id}/removal")
    assert not _finds(parent, "ziektebrief", "Naar het bos")
    teacher.post(f"/photos/{photo.public_id}/removal")
    assert not _finds(parent, "een kind", "Naar het bos")


def test_a_file_name_is_forgotten_also_when_the_photo_came_later(cast: Cast, client_of: ClientOf) -> None:
    post = factories.post(cast.teacher, [cast.five])
    photo = factories.photo(post, name="noor-huilt.jpg")
    client_of(cast.teacher).post(f"/photos/{photo.public_id}", {"caption": "Bos"})
    assert db.session.get_one(photos.Photo, photo.id).name == ""


def test_searching_tells_nothing_about_posts_of_others(cast: Cast, client_of: ClientOf) -> None:
    factories.post(cast.teacher, [cast.five], title="Geheimpje")
    stranger = client_of(cast.other_parent)
    here, nowhere = stranger.get("/timeline?q=geheimpje").text, stranger.get("/timeline?q=zzqqxxyyw").text
    assert _plain(here, "geheimpje", stranger) == _plain(nowhere, "zzqqxxyyw", stranger)


def _plain(page: str, word: str, browser: Client) -> str:
    lines = [line for line in page.replace(word, "…").splitlines() if "csrf" not in line]
    return "\n".join(lines)


@pytest.mark.parametrize("query", ["abc%00def", "%00", '"""', "a*", "NEAR(a b)", "-x", "%25_", "😀😀😀", "x" * 5000])
def test_any_question_is_answered(cast: Cast, client_of: ClientOf, query: str) -> None:
    factories.post(cast.teacher, [cast.five])
    assert client_of(cast.parent).get(f"/timeline?q={query}").status_code == 200


@pytest.mark.parametrize("before", ["²", "9" * 30, "9" * 5000, "-1", "٣", "\0"])
def test_any_page_of_the_log_is_answered(cast: Cast, client_of: ClientOf, before: str) -> None:
    assert client_of(cast.admin).get("/admin/audit", query_string={"before": before}).status_code == 200


# ── the door ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _log_in(browser: Client, login: str, password: str, address: str = "10.0.0.1", **more: str) -> Any:
    form = {"login": login, "password": password, **more}
    return browser.post("/login", form, environ_base={"REMOTE_ADDR": address})


def test_one_address_cannot_shut_the_school_out(cast: Cast, app: Flask, client: Client) -> None:
    client.checks = False
    for number in range(throttle.IN_ALL.amount + 10):
        _log_in(client, f"nobody{number}@example.net", "x" * 12)
    parent = Client(app)
    assert _log_in(parent, f"parent@{DOMAIN}", PASSWORD, "10.0.0.2").status_code == 303


def test_a_household_is_one_address(app: Flask) -> None:
    def seen_as(given: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": given}):
            return throttle._address()

    def ask(given: str) -> str:
        return Context().run(seen_as, given)

    assert ask("2001:db8:1:2::1") == ask("2001:db8:1:2:ffff::9") != ask("2001:db8:1:3::1")
    assert ask("::ffff:10.0.0.1") != ask("::ffff:10.0.0.2")
    assert ask("10.0.0.1") == "10.0.0.1"


@pytest.mark.parametrize("who", [f"parent@{DOMAIN}", f"deactivated@{DOMAIN}", "nobody@example.net"])
def test_asking_for_a_new_password_always_writes(cast: Cast, client: Client, who: str) -> None:
    before = len(audit.latest())
    answer = client.post("/password/forgotten", {"login": who})
    assert answer.status_code == 200
    assert len(audit.latest()) == before + 1
    assert outbox.count("waiting") == (1 if who.startswith("parent") else 0)


@pytest.mark.parametrize("goto", ["/timeline?q=é€", "/timeline?q=\x85"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_any_way_back_fits_a_header(cast: Cast, client: Client, goto: str, headers: dict[str, str]) -> None:
    form = {"login": f"parent@{DOMAIN}", "password": PASSWORD, "next": goto}
    answer = client.post("/login", form, headers=headers)
    there = answer.headers.get("HX-Redirect") or answer.location
    assert there is not None
    assert there.isascii()
    assert there.startswith("/timeline?q=%")


# ── filling memory, disk and log ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("detour", ["./", "css/../", "js//../", "%2e/", "%2e%2e/static/", "x" * 300 + "/../", "%00"])
def test_a_static_file_has_one_address(app: Flask, client: Client, detour: str) -> None:
    assets = app.extensions["assets"]
    address = assets.url("js/page.js")
    client.get("/nothing-here")  # the page of a 404 has files of its own
    kept = len(assets._found)
    assert client.get(address).status_code == 200
    for times in (1, 2, 3):
        assert client.get(address.replace("js/page.js", detour * times + "js/page.js")).status_code in (404, 308)
    assert len(assets._found) == kept


def test_large_bodies_are_only_for_who_may_send_them(cast: Cast, client: Client, client_of: ClientOf) -> None:
    address = f"/posts/{factories.post(cast.teacher, [cast.five]).public_id}/photos"
    large = b"x" * (2 * 2**20)
    for browser, code in ((client, 303), (client_of(cast.parent), 413), (client_of(cast.teacher), 422)):
        browser.get("/login")
        browser.get("/account")
        assert browser.post(address, large).status_code == code


@pytest.mark.parametrize(("key", "wanted"), [("teacher", True), ("former_teacher", False), ("parent", False)])
def test_the_server_receives_photos_from_the_staff_only(cast: Cast, app: Flask, key: str, wanted: bool) -> None:
    token = factories.session(getattr(cast, key))[1]
    assert gate.sends_photos(app, f"other=1; login={token}") is wanted
    assert gate.sends_photos(app, "login=made-up") is False
    assert gate.sends_photos(app, "") is False


def test_an_empty_school_receives_its_logo(app: Flask) -> None:
    assert gate.sends_photos(app, "") is True


@pytest.mark.parametrize("length", [b"Content-Length: 3000000", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize("welcome", [True, False])
def test_a_body_is_refused_before_it_is_received(length: bytes, welcome: bool) -> None:
    request = gate._parser(lambda _cookies: welcome)(Adjustments(max_request_body_size=2**25))
    request.received(b"POST /login HTTP/1.1\r\nHost: localhost\r\n" + length + b"\r\n\r\n")
    part = b"x" * 2**19 if length.startswith(b"Content") else b"80000\r\n" + b"x" * 2**19 + b"\r\n"
    for _time in range(4):
        request.received(part)
    refused = request.error is not None
    request.close()
    assert refused is not welcome


def test_errors_of_the_database_do_not_repeat_what_people_wrote(cast: Cast) -> None:
    with pytest.raises(SQLAlchemyError) as raised:
        db.session.execute(db.text("SELECT :secret FROM nowhere"), {"secret": "Noor is ziek"})
    assert "Noor" not in str(raised.value)
    db.session.rollback()


def test_an_unfit_address_stops_nobody_elses_mail(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def deliver(made: mail.Mail, _message_id: str, _config: Config) -> None:
        if made.to.startswith("parent"):
            raise ValueError("unfit")

    monkeypatch.setattr(mail, "deliver", deliver)
    with writing():
        for person in (cast.parent, cast.mother):
            outbox.put("password_changed", person)
    outbox.send_due(Config(), "De Proef")
    assert sorted(row.state for row in outbox.latest()) == ["sent", "waiting"]
