"""Who somebody is that was asked for: an account we know, or somebody new."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from school import guardians, people
from school.access_requests.tables import AccessRequest
from school.lib import names
from school.lib.db import db
from school.lib.text import Refused, _
from school.people import Person


def candidates(asked: AccessRequest) -> list[Person]:
    """People we know who may be meant: whose address it is; without an address, who has the same name."""
    if asked.email:
        found = people.by_login(asked.email)
        return [found] if found is not None else []
    alike = select(Person).where(Person.sort_key == names.sort_key(asked.first_name, asked.last_name))
    alike = alike.where(Person.deactivated_at.is_(None)).order_by(Person.id)
    return [person for person in db.session.scalars(alike) if _named_alike(person, asked)]


def is_certain(asked: AccessRequest, known: Sequence[Person]) -> bool:
    """Address and name both fit, or nobody is like it: nothing to choose."""
    return not known or (bool(asked.email) and _named_alike(known[0], asked))


def _named_alike(person: Person, asked: AccessRequest) -> bool:
    return names.fold(person.full_name) == names.fold(asked.full_name)


def person_meant(asked: AccessRequest, chosen: Person | None, *, somebody_new: bool) -> Person | None:
    """Somebody we know, or None for somebody new."""
    known = candidates(asked)
    if is_certain(asked, known):
        found = known[0] if known else None
    elif chosen in known:
        found = chosen
    elif asked.email:
        told = {"address": asked.email, "name": known[0].full_name}
        raise Refused(_("%(address)s belongs to %(name)s. Is that who is meant?", **told), "person")
    elif not somebody_new:
        raise Refused(_("Choose who is meant."), "person")
    else:
        found = None
    if found is not None and found.deactivated_at is not None:
        raise Refused(_("The account of %(name)s is closed. Open it again first.", name=found.full_name), "person")
    return found


def given_to(asked: AccessRequest) -> Person | None:
    """Who got in by a request that was granted."""
    if asked.email:
        return people.by_login(asked.email)
    roads = guardians.of_pupil(asked.pupil)
    return next((road.person for road in reversed(roads) if _named_alike(road.person, asked)), None)
