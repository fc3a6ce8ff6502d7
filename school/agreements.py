"""What is agreed about one adult and one child: the terms as the office writes them down, and who is called first.

The table is ``guardians.Guardianship``. Who may give something without authority is the director's to say (DOMAIN §3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from school.guardians import SCOPES, Guardianship, connect, give, of_pupil, scopes_of, state_of
from school.lib.db import db
from school.lib.text import Refused, _
from school.people import Person
from school.pupils import Pupil


@dataclass(frozen=True)
class Terms:
    """What is known and agreed about one adult and one child, as a form hands it over."""

    relation: str
    authority: str
    scopes: frozenset[str]
    starts_on: date
    ends_on: date | None
    note: str = ""
    reason: str = ""
    """Why something is given without authority."""


def welcome(person: Person, pupil: Pupil, terms: Terms, approver: Person | None) -> Guardianship:
    """``connect`` and ``agree``; who came last is called last. Raises Refused."""
    last = max((road.position for road in of_pupil(pupil)), default=-1)
    road = connect(person, pupil, authority=terms.authority, scopes=(), starts_on=terms.starts_on)
    road.position = last + 1
    agree(road, terms, approver)
    db.session.flush()
    return road


def agree(road: Guardianship, terms: Terms, approver: Person | None) -> bool:
    """Changes it to these terms. Without authority only the director gives, or gives longer, and says why.

    ``approver``: the director; None for who can only take away. Returns whether something was given without
    authority. Raises Refused.
    """
    terms = _with_what_follows(road, terms, approver)
    _require_in_order(road, terms)
    given = _gives_more(road, terms)
    if given and approver is None:
        raise Refused(_("Only the director gives something without authority."), "scopes")
    if given and not terms.reason.strip():
        raise Refused(_("Write why this is given without authority."), "reason")
    if given and approver is not None:
        road.approved_by_id = approver.id
    if approver is not None and terms.authority != "yes":
        road.reason = terms.reason.strip()
    if road.kind == "exception" and terms.authority == "yes":
        road.kind, road.agreed_by_id = "guardian", None
    road.relation, road.note, road.authority = terms.relation.strip(), terms.note.strip(), terms.authority
    road.starts_on, road.ends_on = terms.starts_on, terms.ends_on
    give(road, terms.scopes)
    return given


def _with_what_follows(road: Guardianship, terms: Terms, approver: Person | None) -> Terms:
    """New authority brings everything. When it is gone everything goes, unless the director gives something."""
    if terms.authority == "yes" and road.authority != "yes" and terms.scopes == set(scopes_of(road)):
        return replace(terms, scopes=frozenset(SCOPES))
    if terms.authority != "yes" and road.authority == "yes" and approver is None:
        return replace(terms, scopes=frozenset())
    return terms


def _require_in_order(road: Guardianship, terms: Terms) -> None:
    if terms.ends_on is not None and terms.ends_on < terms.starts_on:
        raise Refused(_("The last day lies before the first."), "ends_on")
    if road.kind != "exception" or terms.authority == "yes" or road.ends_on is None:
        return
    if terms.ends_on is None or terms.ends_on > road.ends_on:
        raise Refused(_("An exception that lasts longer is approved anew."), "ends_on")


def _gives_more(road: Guardianship, terms: Terms) -> bool:
    """Without authority: more than there was, or for longer."""
    if terms.authority == "yes" or not terms.scopes:
        return False
    before = set(scopes_of(road)) if road.authority != "yes" else set()
    longer = road.ends_on is not None and (terms.ends_on is None or terms.ends_on > road.ends_on)
    return bool(terms.scopes - before) or longer or terms.starts_on < road.starts_on


def shift(road: Guardianship, step: int, day: date) -> None:
    """One place earlier (-1) or later (1) among those of a child who can be called."""
    roads = of_pupil(road.pupil)
    called = [one for one in roads if state_of(one, day) not in ("blocked", "ended")]
    if road not in called:
        return
    here = called.index(road)
    there = min(max(here + step, 0), len(called) - 1)
    called[here], called[there] = called[there], called[here]
    for position, one in enumerate([*called, *(one for one in roads if one not in called)]):
        one.position = position
