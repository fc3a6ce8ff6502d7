"""What the school does with a request: the teacher agrees, the office or the director decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from school import audit, guardians, outbox, people
from school.access_requests.meant import person_meant
from school.access_requests.standing import (
    asker_stands,
    require_open,
    require_standing,
    require_within_a_year,
    teachers_of,
)
from school.access_requests.tables import AccessRequest
from school.guardians import Guardianship
from school.lib import clock
from school.lib.db import db
from school.lib.text import Refused, _
from school.people import Person

FOR_EXCEPTIONS = ("posts", "messages", "absences")
"""What somebody closely involved can get. Consent stays with those who have authority."""


@dataclass(frozen=True)
class Terms:
    """What is given by whoever decides."""

    authority: str = "unknown"
    """Of another parent or carer; with "yes" everything comes by itself, with the others only ``scopes``."""
    scopes: Sequence[str] = ()
    reason: str = ""
    """Why something is given without authority."""
    ends_on: date | None = None
    agreed_by: Person | None = None
    """The teacher who told the director that they agree; not needed when they said so here."""
    person: Person | None = None
    """Somebody we know already, chosen from ``candidates``."""
    somebody_new: bool = False


def agree(asked: AccessRequest, teacher: Person) -> None:
    """The child's teacher says yes to an exception (rule R1). Raises Refused."""
    require_open(asked)
    require_standing(asked)
    _require_another(asked, teacher)
    if asked.state == "agreed":
        raise Refused(_("A teacher agreed already. The director decides now."))
    asked.state, asked.agreed_by, asked.agreed_at = "agreed", teacher, clock.now()
    audit.note(teacher, "agreed with access", asked, pupil=asked.pupil_id)


def refuse(asked: AccessRequest, by: Person, answer: str) -> None:
    """``answer``: why not, for who asked. Raises Refused."""
    require_open(asked)
    _require_another(asked, by)
    if not answer.strip():
        raise Refused(_("Write why not. Who asked reads it."), "answer")
    _settle(asked, "refused", by)
    asked.answer = answer.strip()
    audit.note(by, "refused access", asked, pupil=asked.pupil_id)
    _tell_asker(asked, by)


def grant(asked: AccessRequest, by: Person, terms: Terms, *, directs: bool) -> Guardianship:
    """Finds or makes the person and opens the road to the child; ``directs``: the director decides. Raises Refused.

    Everything that can be refused is refused before anything is changed.
    """
    require_open(asked)
    require_standing(asked)
    if not directs:
        _require_another(asked, by)
    options = _exception_options(asked, terms) if asked.kind == "exception" else _guardian_options(terms, directs)
    blocked = guardians.blocked_like(asked.pupil, asked.first_name, asked.last_name)
    if blocked is not None:
        raise Refused(_("%(name)s is blocked for this child. Lift the block first.", name=blocked.person.full_name))
    last = max((road.position for road in guardians.of_pupil(asked.pupil)), default=-1)
    person = person_meant(asked, terms.person, somebody_new=terms.somebody_new) or _added(asked, by)
    road = guardians.connect(person, asked.pupil, relation=asked.relation, **options)
    road.position = last + 1  # who came last is called last
    db.session.flush()
    _approve(asked, road, by, terms)
    _settle(asked, "granted", by)
    audit.note(by, "granted access", asked, guardianship=road.id)
    _tell_asker(asked, by)
    return road


def _exception_options(asked: AccessRequest, terms: Terms) -> dict[str, Any]:
    if asked.agreed_by is None and terms.agreed_by not in who_can_agree(asked):
        raise Refused(_("First the teacher agrees. Choose who that was."), "agreed_by")
    require_within_a_year(terms.ends_on)
    scopes = [scope for scope in terms.scopes if scope in FOR_EXCEPTIONS]
    if not scopes:
        raise Refused(_("Choose at least one thing."), "scopes")
    given = {"kind": "exception", "authority": "no", "scopes": scopes, "ends_on": terms.ends_on}
    return {**given, "reason": asked.reason}


def who_can_agree(asked: AccessRequest) -> list[Person]:
    """The child's teachers, without the one who asks it for an own child."""
    own = guardians.between(asked.asked_by, asked.pupil) is not None
    return [teacher for teacher in teachers_of(asked.pupil) if not (own and teacher.id == asked.asked_by_id)]


def _guardian_options(terms: Terms, directs: bool) -> dict[str, Any]:
    """Without authority nothing comes by itself: the director gives parts, and says why (DOMAIN §3)."""
    if terms.authority not in guardians.AUTHORITY:
        raise Refused(_("Choose whether this person has authority."), "authority")
    if terms.authority == "yes":
        return {"authority": "yes"}
    if not directs:
        raise Refused(_("Without authority the director decides. Leave this request open."), "authority")
    if not terms.scopes:
        raise Refused(_("Choose at least one thing."), "scopes")
    if not terms.reason.strip():
        raise Refused(_("Write why this is given without authority."), "reason")
    return {"authority": terms.authority, "scopes": list(terms.scopes), "reason": terms.reason.strip()}


def _approve(asked: AccessRequest, road: Guardianship, by: Person, terms: Terms) -> None:
    audit.note(by, "linked a guardian", road, pupil=road.pupil_id)
    if asked.kind == "exception":
        teacher = asked.agreed_by or terms.agreed_by
        assert teacher is not None
        assert terms.ends_on is not None
        guardians.make_exception(road, ends_on=terms.ends_on, agreed_by=teacher, approved_by=by)
        asked.agreed_by = teacher
        audit.note(by, "approved an exception", road, pupil=road.pupil_id, agreed_by=teacher.id)
        for other in guardians.others_of(asked.pupil, but=asked.asked_by):
            outbox.put("access_given", other)
    elif road.authority != "yes":
        road.approved_by_id = by.id
        audit.note(by, "granted something without authority", road, pupil=road.pupil_id)


def _require_another(asked: AccessRequest, by: Person) -> None:
    """Who works here and asks for an own child does not answer it; only above the director there is nobody."""
    if asked.asked_by_id == by.id and guardians.between(by, asked.pupil) is not None:
        raise Refused(_("This is about your own child. Somebody else answers it."))


def _settle(asked: AccessRequest, state: str, by: Person) -> None:
    asked.state, asked.decided_by_id, asked.decided_at = state, by.id, clock.now()


def _tell_asker(asked: AccessRequest, by: Person) -> None:
    asker = asked.asked_by
    if asker.id != by.id and asker.deactivated_at is None and asker_stands(asked):
        outbox.put("access_decided", asker)


def _added(asked: AccessRequest, by: Person) -> Person:
    person = people.add(
        asked.first_name, asked.last_name, prefix=asked.prefix, email=asked.email or None, phone=asked.phone
    )
    db.session.flush()
    audit.note(by, "added a person", person)
    return person
