"""Sessions on the server: the browser holds a random token, the database its hash; ending one works at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ForeignKey, String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from school.lib import clock, tokens
from school.lib.db import Model, Moment, db
from school.people import Person

IDLE = timedelta(days=45)
LONGEST = timedelta(days=180)
IDLE_STAFF = timedelta(days=14)
LONGEST_STAFF = timedelta(days=60)


class Session(Model):
    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str]
    """What the owner recognises: "Chrome · Android"."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    idle_until: Mapped[datetime]
    ends_at: Mapped[datetime]
    password_at: Mapped[datetime]
    """When the password was last given in this session: asked again before what cannot be undone."""
    second_factor_at: Mapped[datetime | None]
    viewed_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose pages this session shows instead of its own, read-only: the director looks as a guardian."""
    viewed_until: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


def begin(person: Person, device: str, *, staff: bool) -> tuple[Session, str]:
    """A new session and the token for the browser; the token is told once and not kept."""
    token = tokens.secret()
    now = clock.now()
    session = Session(
        person=person,
        token_hash=tokens.digest(token),
        device=device[:80],
        idle_until=now + (IDLE_STAFF if staff else IDLE),
        ends_at=now + (LONGEST_STAFF if staff else LONGEST),
        password_at=now,
    )
    db.session.add(session)
    person.first_login_at = person.first_login_at or now
    person.last_seen_at = now
    return session, token


def of_person(person: Person) -> list[Session]:
    now = clock.now()
    live = select(Session).where(Session.person_id == person.id, Session.idle_until > now, Session.ends_at > now)
    return list(db.session.scalars(live.order_by(Session.seen_at.desc())))


def end(session_id: int) -> None:
    db.session.execute(delete(Session).where(Session.id == session_id))


def end_all(person: Person, *, but: int | None = None) -> None:
    """Ends every session of a person, or every other one."""
    others = delete(Session).where(Session.person_id == person.id)
    db.session.execute(others if but is None else others.where(Session.id != but))


def touch(session_ids: set[int], person_ids: set[int], *, staff: bool) -> None:
    """Writes in one go which sessions were used; called by the batch of read marks, not by requests."""
    now = clock.now()
    idle = now + (IDLE_STAFF if staff else IDLE)
    db.session.execute(update(Session).where(Session.id.in_(session_ids)).values(seen_at=now, idle_until=idle))
    db.session.execute(update(Person).where(Person.id.in_(person_ids)).values(last_seen_at=now))


def forget_ended() -> int:
    now = clock.now()
    gone = db.session.execute(delete(Session).where((Session.idle_until <= now) | (Session.ends_at <= now)))
    return int(getattr(gone, "rowcount", 0))


def by_token(token: str) -> Session | None:
    """The live session of a browser's token; nothing when it ended or the account was closed."""
    found = db.session.execute(_BY_TOKEN, {"hash": tokens.digest(token), "now": clock.now()}).first()
    if found is None:
        return None
    session, person = found
    set_committed_value(session, "person", person)  # what contains_eager does, for half the time
    return cast(Session, session)


_NOW = bindparam("now", type_=Moment)
_BY_TOKEN = (
    select(Session, Person)
    .join(Session.person)
    .where(
        Session.token_hash == bindparam("hash"),
        Session.idle_until > _NOW,
        Session.ends_at > _NOW,
        Person.deactivated_at.is_(None),
    )
)
"""Asked at every request, hence built once."""


def renew(session_id: int | None) -> str | None:
    """A new token for a session whose rights changed; the old one counts no longer."""
    session = db.session.get(Session, session_id) if session_id is not None else None
    if session is None:
        return None
    token = tokens.secret()
    session.token_hash = tokens.digest(token)
    session.password_at = clock.now()
    return token
