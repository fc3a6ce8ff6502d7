"""Mails that wait: a row in the transaction of what caused it; rendered, and its link made, when it is sent.

So the database (and every backup of it) holds no link that logs in.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from school import invitations, notices, passwords
from school.lib import clock, mail, tokens
from school.lib.config import Config
from school.lib.db import Model, db, writing
from school.lib.mail import Mail
from school.people import Person

WAITS = (1, 5, 15, 60, 240, 720)
"""Minutes between attempts; after the last one the mail is given up."""


class OutboxMail(Model):
    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(default="")
    """Where it goes when that is not the person's own address: the old one, after a change. Empty: the own one."""
    message_key: Mapped[str] = mapped_column(String(22), default=tokens.media_id)
    """The fixed part of the Message-ID: a mail that was sent twice by a crash is shown once."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime | None] = mapped_column(default=clock.now)
    """When it is tried next; None once it is sent or given up."""
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_outbox_mail_due_at", "due_at"),)

    @property
    def state(self) -> str:
        if self.sent_at:
            return "sent"
        return "waiting" if self.due_at else "failed"


def put(kind: str, person: Person, *, address: str = "") -> None:
    """Queues a mail to a person who has an address (or to another address of theirs); others get none."""
    if person.email or address:
        db.session.add(OutboxMail(kind=kind, person_id=person.id, address=address))


def count(state: str) -> int:
    """How many are ``"waiting"`` or have ``"failed"``."""
    conditions = {
        "waiting": OutboxMail.due_at.is_not(None),
        "failed": OutboxMail.due_at.is_(None) & OutboxMail.sent_at.is_(None),
    }
    return db.session.scalar(select(func.count()).select_from(OutboxMail).where(conditions[state])) or 0


def latest(limit: int = 100) -> list[OutboxMail]:
    newest = select(OutboxMail).order_by(OutboxMail.id.desc()).limit(limit)
    return list(db.session.scalars(newest.options(joinedload(OutboxMail.person))))


def send_due(config: Config, school_name: str) -> int:
    """Sends what is due, one by one; no lock is held while the mail server is talking."""
    due = list(db.session.scalars(select(OutboxMail.id).where(OutboxMail.due_at <= clock.now()).limit(50)))
    db.session.rollback()
    for row_id in due:
        _send(row_id, config, school_name)
    return len(due)


def _send(row_id: int, config: Config, school_name: str) -> None:
    with writing():
        row = db.session.get_one(OutboxMail, row_id)
        row.attempts += 1
        made = _RENDER[row.kind](row.person, config, school_name)
        if made is None:  # what it was about is over: an invitation that was used, an address that is gone
            row.due_at, row.error = None, "no longer needed"
            return
        if row.address:
            made = replace(made, to=row.address)
        message_id = f"<{row.message_key}@{config.base_url.split('//')[1].split(':')[0]}>"
    error = ""
    try:
        mail.deliver(made, message_id, config)
    except (OSError, smtplib.SMTPException, ValueError) as failure:  # an unfit address stops nobody else's mail
        error = type(failure).__name__
    with writing():
        _settle(db.session.get_one(OutboxMail, row_id), error)


def _settle(row: OutboxMail, error: str) -> None:
    row.error = error
    if not error:
        row.sent_at, row.due_at = clock.now(), None
    elif row.attempts > len(WAITS):
        row.due_at = None
    else:
        row.due_at = clock.now() + timedelta(minutes=WAITS[row.attempts - 1])


def _password_reset(person: Person, config: Config, school_name: str) -> Mail:
    link = f"{config.base_url}/password/new/{passwords.new_link(person)}"
    return notices.password_reset(person, school_name, link)


def _password_changed(person: Person, config: Config, school_name: str) -> Mail:
    return notices.password_changed(person, school_name, f"{config.base_url}/password/forgotten")


def _invitation(person: Person, config: Config, school_name: str) -> Mail | None:
    token = invitations.new_link(person)
    if token is None:
        return None
    return notices.invitation(person, school_name, f"{config.base_url}/invitation/{token}")


def _address_changed(person: Person, config: Config, school_name: str) -> Mail:
    return notices.address_changed(person, school_name, f"{config.base_url}/login")


def _access_asked(person: Person, config: Config, school_name: str) -> Mail:
    return notices.access_asked(person, school_name, f"{config.base_url}/access-requests")


def _access_decided(person: Person, config: Config, school_name: str) -> Mail:
    return notices.access_decided(person, school_name, f"{config.base_url}/access-requests")


def _access_given(person: Person, config: Config, school_name: str) -> Mail:
    return notices.access_given(person, school_name, f"{config.base_url}/children")


def _proposal_decided(person: Person, config: Config, school_name: str) -> Mail:
    return notices.proposal_decided(person, school_name, f"{config.base_url}/account")


_RENDER: dict[str, Callable[[Person, Config, str], Mail | None]] = {
    "password_reset": _password_reset,
    "password_changed": _password_changed,
    "invitation": _invitation,
    "address_changed": _address_changed,
    "access_asked": _access_asked,
    "access_decided": _access_decided,
    "access_given": _access_given,
    "proposal_decided": _proposal_decided,
}
