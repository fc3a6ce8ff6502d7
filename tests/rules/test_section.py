"""The life of a request keeps its promises, tried on small programs that break them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask

from blueprints import guards
from blueprints.section import Section, change, load, me
from school import groups, people
from school.feed import Post
from school.lib.db import db
from school.people import Person
from school.policy import Access
from tests import factories
from tests.cast import Cast
from tests.client import Client
from tests.house import CONFIG, House, make_app


def test_a_route_that_does_not_say_who_may_open_it_is_no_route() -> None:
    probe = Section("probe", __name__)
    with pytest.raises(TypeError, match="access"):
        probe.route("/probe")  # type: ignore[call-arg]


def test_an_endpoint_outside_a_section_stops_the_start(tmp_path: Path) -> None:
    app = make_app(tmp_path, CONFIG)
    stray = Blueprint("stray", __name__)
    stray.add_url_rule("/stray", "page", lambda: "hello")
    app.register_blueprint(stray)
    with pytest.raises(RuntimeError, match="/stray"):
        guards.require_sections(app)


@pytest.fixture
def probing(house: House, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A program of its own with routes that break the rules, on a copy of the cast's folder."""
    with house.app.app_context():
        house.begin("cast")
        house.keep("probe")
    folder = tmp_path_factory.mktemp("probe")
    (folder / "school.db").write_bytes((house.folder / "template-probe" / "school.db").read_bytes())
    app = make_app(folder, CONFIG)
    app.register_blueprint(_probes())
    app.add_url_rule("/stray", "stray", lambda: "hello")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _probes() -> Section:
    probe = Section("probe", __name__)

    @probe.route("/probe/<post_id>", access=Access.PUBLIC, methods=("POST",))
    def forgets_the_door(post_id: str) -> str:
        people.add("Nobody", email="nobody@school.example")
        return post_id

    @probe.route("/probe/<post_id>/raises", access=Access.SIGNED_IN, methods=("POST",))
    def raises(post_id: str) -> str:
        people.rename(me().person, "Changed", "", "Name")
        load(Post, post_id)
        raise ValueError("on purpose")

    @probe.route("/probe-get", access=Access.SIGNED_IN)
    def writes_in_a_get() -> str:
        people.rename(me().person, "Changed", "", "Name")
        db.session.flush()
        return "written"

    @probe.route("/probe-change", access=Access.DIRECTOR, methods=("POST",), writes=False)
    def changes() -> str:
        with change():
            groups.add("7", groups.current()[0].school_year)
        return "changed"

    return probe


def _browser(app: Flask, person: Person) -> Client:
    _session, token = factories.session(person)
    browser = Client(app)
    browser.checks = False
    browser.set_cookie("login", token)
    return browser


def _status(browser: Client, method: Callable[..., Any], *args: Any) -> int:
    """The status of an answer that is allowed to be a 500."""
    browser.crashes = True
    return int(method(*args).status_code)


def test_an_endpoint_outside_a_section_answers_404(probing: Flask) -> None:
    assert _browser(probing, Cast().admin).get("/stray").status_code == 404


def test_forgetting_the_door_undoes_everything(probing: Flask) -> None:
    browser = _browser(probing, Cast().parent)
    assert _status(browser, browser.post, "/probe/22222222222") == 500
    assert people.by_login("nobody@school.example") is None


def test_raising_undoes_everything(probing: Flask) -> None:
    cast = Cast()
    post = factories.post(cast.teacher, [cast.five])
    browser = _browser(probing, cast.parent)
    assert _status(browser, browser.post, f"/probe/{post.public_id}/raises") == 500
    assert cast.parent.first_name == "Anna"


def test_a_get_cannot_write(probing: Flask) -> None:
    browser = _browser(probing, Cast().parent)
    assert _status(browser, browser.get, "/probe-get") == 500
    assert Cast().parent.first_name == "Anna"


def test_what_writes_late_asks_again_who_may(probing: Flask) -> None:
    assert _browser(probing, Cast().parent).post("/probe-change").status_code == 403
    assert _browser(probing, Cast().director).post("/probe-change").status_code == 200
    assert [group.name for group in groups.current()] == ["7", "5", "6"]
