"""Mails wait in the database, are made when they are sent, tried again later and later, and given up."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from school import outbox, passwords
from school.lib import clock, mail
from school.lib.config import Config
from school.lib.db import db, writing
from school.lib.mail import Mail
from school.outbox import OutboxMail
from tests.cast import Cast
from tests.house import CONFIG


class Post:
    """A mail server that can be out of order."""

    def __init__(self) -> None:
        self.sent: list[tuple[Mail, str]] = []
        self.broken: Exception | None = None

    def deliver(self, made: Mail, message_id: str, config: Config) -> None:
        if self.broken:
            raise self.broken
        self.sent.append((made, message_id))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Post:
    server = Post()
    monkeypatch.setattr(mail, "deliver", server.deliver)
    return server


def put(cast: Cast, kind: str = "password_reset") -> OutboxMail:
    with writing():
        outbox.put(kind, cast.parent)
    return outbox.latest()[0]


def send() -> int:
    sent = outbox.send_due(CONFIG, "De Proef")
    db.session.rollback()
    return sent


def test_a_mail_goes_once(cast: Cast, server: Post) -> None:
    row = put(cast)
    assert [send(), send()] == [1, 0]
    assert (row.state, len(server.sent)) == ("sent", 1)
    made, message_id = server.sent[0]
    assert made.to == cast.parent.email
    assert message_id == f"<{row.message_key}@localhost>"


def test_no_token_lies_in_the_database_before_it_is_sent(cast: Cast, server: Post) -> None:
    put(cast)
    assert db.session.query(passwords.PasswordReset).count() == 0
    send()
    token = server.sent[0][0].text.split("/password/new/")[1].split()[0]
    kept = [str(value) for row in db.session.execute(text("SELECT * FROM password_reset")) for value in row]
    kept += [str(value) for row in db.session.execute(text("SELECT * FROM outbox_mail")) for value in row]
    assert all(token not in value for value in kept)
    assert passwords.by_link(token) is not None


@pytest.mark.parametrize("failure", [OSError("refused"), smtplib.SMTPServerDisconnected("gone"), TimeoutError()])
def test_a_failure_waits_longer_each_time_and_ends(cast: Cast, server: Post, failure: Exception) -> None:
    row = put(cast)
    server.broken = failure
    moment = clock.now() + timedelta(seconds=1)
    waits = []
    while row.due_at is not None and len(waits) < 20:
        moment = max(moment, row.due_at) + timedelta(seconds=1)
        with time_machine.travel(moment, tick=False):
            send()
        waits.append((row.due_at - moment).total_seconds() / 60 if row.due_at else None)
    assert waits == [1, 5, 15, 60, 240, 720, None]
    assert (row.state, row.error, row.attempts) == ("failed", type(failure).__name__, 7)
    assert outbox.count("failed") == 1


def test_the_message_keeps_its_id_when_it_is_tried_again(cast: Cast, server: Post) -> None:
    row = put(cast)
    server.broken = OSError()
    send()
    server.broken = None
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        send()
    assert server.sent[0][1] == f"<{row.message_key}@localhost>"
    assert row.error == ""


def test_a_mail_belongs_to_what_caused_it(cast: Cast) -> None:
    def fail() -> None:
        with writing():
            outbox.put("password_changed", cast.parent)
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        fail()
    assert outbox.latest() == []


def test_the_message_itself(cast: Cast) -> None:
    config = Config(mail_from="school@school.example", mail_server="mail.example")
    message = mail._message(Mail("a@b.example", "Een onderwerp", "tekst\n", "<p>tekst</p>"), "<x@y>", config)
    assert message["Message-ID"] == "<x@y>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "a@b.example"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(("security", "secured"), [("starttls", True), ("none", False)])
def test_encryption_is_asked_for_before_the_password(
    monkeypatch: pytest.MonkeyPatch, security: str, secured: bool
) -> None:
    done: list[str] = []

    class Server:
        def __init__(self, *_args: object, **_kwargs: object) -> None:
            done.append("connect")

        def starttls(self) -> None:
            done.append("starttls")

        def login(self, *_names: str) -> None:
            done.append("login")

    monkeypatch.setattr(smtplib, "SMTP", Server)
    mail._connect(Config(mail_server="mail.example", mail_security=security, mail_user="me", mail_password="secret"))
    assert done == (["connect", "starttls", "login"] if secured else ["connect", "login"])


def test_a_failing_encryption_is_a_failing_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    class Server:
        def __init__(self, *_args: object, **_kwargs: object) -> None:
            self.logged_in = False

        def starttls(self) -> None:
            raise smtplib.SMTPNotSupportedError

        def login(self, *_names: str) -> None:
            raise AssertionError("the password went out in plain text")

    monkeypatch.setattr(smtplib, "SMTP", Server)
    with pytest.raises(smtplib.SMTPNotSupportedError):
        mail._connect(Config(mail_server="mail.example", mail_user="me", mail_password="secret"))


def test_without_a_server_the_mail_is_printed(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    row = put(cast)
    send()
    assert "/password/new/" in capsys.readouterr().err
    assert row.state == "sent"
