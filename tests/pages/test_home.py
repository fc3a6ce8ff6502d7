"""The first minutes of an empty instance: behind the code of the console, one page, and then a school."""

from __future__ import annotations

from io import BytesIO

import pytest

from blueprints import pages
from school import audit, people, settings
from tests import factories
from tests.cast import PASSWORD
from tests.client import Client

SCHOOL = {
    "name": "Kindcentrum De Proef",
    "short_name": "De Proef",
    "hue": "145",
    "region": "zuid",
    "phone": "0123-456789",
    "first_name": "Bea",
    "last_name": "Heer",
    "admin_email": "Bea@School.example",
    "password": PASSWORD,
}


@pytest.fixture
def inside(client: Client) -> Client:
    """A browser that has given the code."""
    client.get("/setup")
    assert client.press("/setup", code=f" {pages.setup_code.upper()} ").status_code == 303
    return client


def test_an_empty_instance_leads_to_its_one_page(client: Client) -> None:
    for path in ("/", "/login", "/timeline"):
        assert client.get(path).location == "/setup"
    assert client.get("/setup").status_code == 200


@pytest.mark.parametrize("code", ["", "wrong", "-", "x" * 41])
def test_without_the_code_nothing_happens(client: Client, code: str) -> None:
    client.get("/setup")
    assert client.press("/setup", code=code).status_code == 422
    assert client.get("/setup/school").status_code == 403
    assert client.post("/setup/school", SCHOOL).status_code == 403
    assert client.post("/setup", {"kind": "demo"}).status_code == 422
    assert settings.school() is None


def test_the_code_cannot_be_guessed(client: Client) -> None:
    client.get("/setup")
    for _each in range(11):
        answer = client.press("/setup", code="wrong")
    assert "te vaak geprobeerd" in answer.text
    assert "te vaak geprobeerd" in client.press("/setup", code=pages.setup_code).text


def test_from_code_to_first_login(inside: Client) -> None:
    assert "Onze eigen school" in inside.get("/setup").text
    assert inside.post("/setup", {"kind": "school"}).location == "/setup/school"
    inside.get("/setup/school")
    logo = [(BytesIO(factories.picture("PNG", (64, 64))), "logo.png")]
    assert inside.press("/setup/school", **SCHOOL, logo=logo).location == "/login"
    school = settings.school()
    assert school is not None
    assert (school.name, school.hue, school.region, school.demo) == ("Kindcentrum De Proef", 145, "zuid", False)
    assert inside.get(f"/logo/{school.logo}").mimetype == "image/webp"
    assert [entry.action for entry in audit.latest()] == ["set up the school"]
    inside.get("/login")
    inside.follow(inside.press("/login", login="bea@school.example", password=PASSWORD))
    assert inside.get("/admin").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("phone", ""),
        ("region", "oost"),
        ("hue", "400"),
        ("hue", "x"),
        ("first_name", ""),
        ("last_name", ""),
        ("admin_email", "no address"),
        ("password", "kort"),
        ("password", "KindcentrumDeProef1"),
        ("email", "x"),
    ],
)
def test_what_is_not_right_is_said_and_nothing_is_made(inside: Client, field: str, value: str) -> None:
    inside.get("/setup/school")
    answer = inside.press("/setup/school", **{**SCHOOL, field: value})
    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert settings.school() is None
    assert people.everybody() == []


def test_a_logo_that_is_none_is_said(inside: Client) -> None:
    inside.get("/setup/school")
    answer = inside.press("/setup/school", **SCHOOL, logo=[(BytesIO(b"no picture"), "logo.png")])
    assert answer.status_code == 422
    assert "logo.png" in answer.text
    assert settings.school() is None


def test_a_school_is_set_up_once(inside: Client) -> None:
    inside.get("/setup/school")
    inside.press("/setup/school", **SCHOOL)
    assert inside.get("/setup").status_code == 404
    assert inside.get("/setup/school").status_code == 404
    assert inside.post("/setup/school", SCHOOL).status_code == 404
