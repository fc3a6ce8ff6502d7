"""Setting, changing and resetting a password. A reset link is single use and kept as a hash."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school import sessions
from school.lib import clock, passwords, tokens
from school.lib.db import Model, db
from school.people import Person

VALID = timedelta(hours=4)


class PasswordReset(Model):
    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ends_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


def new_link(person: Person) -> str:
    """A token for a link in a mail; earlier links of this person end."""
    db.session.execute(delete(PasswordReset).where(PasswordReset.person_id == person.id))
    token = tokens.secret()
    ends_at = clock.now() + VALID
    db.session.add(PasswordReset(person=person, token_hash=tokens.digest(token), ends_at=ends_at))
    return token


def by_link(token: str) -> Person | None:
    """Whose link this is, when it still counts. Looking changes nothing: mail scanners open links."""
    found = db.session.scalar(
        select(PasswordReset).where(
            PasswordReset.token_hash == tokens.digest(token), PasswordReset.ends_at > clock.now()
        )
    )
    return found.person if found is not None and found.person.deactivated_at is None else None


def own_words(person: Person, school_name: str) -> tuple[str, ...]:
    """What somebody else would try first."""
    return (person.full_name, person.email or "", person.login_name or "", school_name)


def change(person: Person, password_hash: str, *, keep_session: int | None = None) -> None:
    """Sets the password, ends every other session and every reset link. Hash it before the transaction begins."""
    person.password_hash = password_hash
    db.session.execute(delete(PasswordReset).where(PasswordReset.person_id == person.id))
    sessions.end_all(person, but=keep_session)


def hashed(person: Person, password: str, school_name: str) -> str:
    """The hash of a password that is good enough for this person; slow on purpose. Raises Refused."""
    passwords.require_good(password, own_words(person, school_name))
    return passwords.hashed(password)


def forget_ended() -> int:
    gone = db.session.execute(delete(PasswordReset).where(PasswordReset.ends_at <= clock.now()))
    return int(getattr(gone, "rowcount", 0))
