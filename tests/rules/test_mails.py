"""Mails say that something is there, never what; in both languages, whole, and without anything that logs in."""

from __future__ import annotations

import inspect
import re

import pytest
from flask import Flask

from school import invitations, notices, outbox
from school.lib.db import db, writing
from school.lib.mail import TEMPLATES, Mail
from school.pupils import Pupil
from tests.cast import Cast
from tests.house import CONFIG

KINDS = sorted(outbox._RENDER)
WITH_TOKEN = {"password_reset", "invitation"}
KEY = b"a key of the tests"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def made(cast: Cast, kind: str, language: str) -> Mail:
    person = cast.invited if kind == "invitation" else cast.parent
    with writing():
        person.language = language
        if kind == "invitation":
            invitations.invite(person, cast.office, KEY)
    with writing():
        mail = outbox._RENDER[kind](person, CONFIG, "De Proef")
    assert mail is not None
    assert mail.to == person.email
    return mail


def test_every_notice_has_a_kind_and_three_templates() -> None:
    functions = {name for name, _function in inspect.getmembers(notices, inspect.isfunction) if name[0] != "_"}
    folders = {folder.name for folder in TEMPLATES.iterdir()}
    assert functions == folders == set(KINDS)
    for folder in TEMPLATES.iterdir():
        assert {file.name for file in folder.iterdir()} == {"subject.txt", "text.txt", "body.html"}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_whole_and_tells_nothing(cast: Cast, kind: str, language: str) -> None:
    mail = made(cast, kind, language)
    told = f"{mail.subject} {mail.text} {mail.html}"
    for pupil in db.session.query(Pupil):
        assert not re.search(rf"\b{pupil.first_name}\b", told)
    assert len(mail.subject.splitlines()) == 1
    assert "De Proef" in told
    assert not re.search(r"None|%\(|\{\{|\{%", told)
    assert f'lang="{language}"' in mail.html
    assert not re.search(r"<img|<script|style=", mail.html)
    assert ("Hallo" if language == "nl" else "Hello") in mail.text
    links = set(re.findall(r"https?://[^\s\"<]+", mail.text))
    assert links == set(re.findall(r'href="([^"]+)"', mail.html))
    assert all(link.startswith(CONFIG.base_url) for link in links)


@pytest.mark.parametrize("kind", KINDS)
def test_only_links_that_set_a_password_carry_a_token(cast: Cast, kind: str) -> None:
    assert bool(TOKEN.search(made(cast, kind, "nl").text)) == (kind in WITH_TOKEN)


def test_somebody_without_an_address_gets_no_mail(cast: Cast, app: Flask) -> None:
    with writing():
        cast.parent.login_name = "anna"
        db.session.flush()
        person = cast.parent
        person.email = None
        db.session.flush()
        outbox.put("password_changed", person)
    assert outbox.count("waiting") == 0
