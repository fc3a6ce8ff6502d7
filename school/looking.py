"""The director looks as a guardian: one session shows another person's pages for a while, read-only, and is noted."""

from __future__ import annotations

from datetime import timedelta

from school import people
from school.lib import clock
from school.lib.text import Refused, _
from school.people import Person
from school.sessions import Session

LASTS = timedelta(minutes=15)


def begin(session: Session, person: Person) -> None:
    """Raises Refused: there is nothing to see through an account that was closed."""
    if person.deactivated_at is not None:
        raise Refused(_("This account is closed."))
    session.viewed_id, session.viewed_until = person.id, clock.now() + LASTS


def stop(session: Session) -> None:
    session.viewed_id = session.viewed_until = None


def at(session: Session) -> Person | None:
    """Whose pages this session shows now, instead of its own."""
    if session.viewed_id is None or session.viewed_until is None or session.viewed_until <= clock.now():
        return None
    return people.by_id(session.viewed_id)
