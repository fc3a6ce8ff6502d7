"""What a guardian sheet would change: who gets an account, who is linked to whom, and what somebody has to answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from school import groups, people
from school.guardians import Guardianship
from school.imports.guardian_verdicts import KnownPerson, Verdict, verdicts
from school.imports.plans import Change, Line, line
from school.imports.sheet_children import KnownChild
from school.imports.sheet_names import could_be_same
from school.imports.sheet_rows import GuardianOnRow, SheetRow
from school.lib import names
from school.lib.db import db
from school.lib.text import _, mark
from school.people import Person
from school.pupils import Pupil

KINDS = ("ask", "new", "letter", "existing")
"""To be answered; a new account; one without an address; somebody who is here already."""

NAMELESS = ("Ouder", "van")
"""First name and prefix of whom a sheet names no more than an address."""

SKIP = ("skip", mark("Do nothing"))
ANSWERS: dict[str, tuple[tuple[str, str], ...]] = {
    "shared mailbox": (
        SKIP,
        ("address", mark("An account with this address")),
        ("letter", mark("An account without an address: a login name and a letter")),
    ),
    "invalid address": (SKIP, ("letter", mark("An account without an address: a login name and a letter"))),
    "other name": (
        SKIP,
        ("same", mark("The same person: use that account")),
        ("letter", mark("Somebody else: an account without an address")),
    ),
    "other address": (
        SKIP,
        ("same", mark("The same person: use that account")),
        ("address", mark("Somebody else: an account with this address")),
    ),
}


ANOTHER = {
    "address": ("address", mark("Somebody else: an account with this address")),
    "letter": ("letter", mark("Somebody else: an account without an address")),
}
Parts = tuple[str, str, str]


@dataclass(frozen=True)
class Asked:
    """One guardian on one row: what the sheet says, and what we make of it."""

    row: SheetRow
    guardian: GuardianOnRow
    verdict: Verdict
    looks_blocked: bool = False
    """Somebody who is blocked for one of these children could be this one, under another address."""

    @property
    def key(self) -> str:
        return f"row:{self.verdict.line}:{self.verdict.guardian}"


@dataclass
class Plan:
    changes: list[Change]
    asked: dict[str, Asked]
    unchanged: int
    """Guardians for whom there is nothing to do."""
    without_authority: int
    """New links of which the sheet does not say whether there is parental authority."""

    @property
    def digest(self) -> str:
        told = [(change.key, change.kind, change.name, change.lines, change.choices) for change in self.changes]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def plan(rows: Iterable[SheetRow], today: date) -> Plan:
    rows = list(rows)
    by_line = {row.line: row for row in rows}
    children = {child.key: child for child in known_children(today)}
    blocked = _blocked()
    found = [
        _asked(by_line[verdict.line], verdict, blocked) for verdict in verdicts(rows, children.values(), known_people())
    ]
    wanted = [one for one in found if one.verdict.kind != "linked already" or _is_closed(one)]
    changes = [_change(one, children) for one in wanted]
    order = {kind: place for place, kind in enumerate(KINDS)}
    changes.sort(key=lambda change: (order[change.kind], change.group, change.sort_key, change.key))
    return Plan(
        changes=changes,
        asked={one.key: one for one in wanted},
        unchanged=len(found) - len(wanted),
        without_authority=sum(one.guardian.authority == "unknown" for one in wanted),
    )


def _asked(row: SheetRow, verdict: Verdict, blocked: dict[int, list[Parts]]) -> Asked:
    guardian = row.guardians[verdict.guardian - 1]
    near = [parts for child in verdict.children for parts in blocked.get(child, [])]
    is_new = verdict.kind in ("new account", "no address", "shared mailbox", "invalid address")
    named = bool(guardian.full_name) and any(could_be_same(guardian.parts, parts) for parts in near)
    return Asked(row, guardian, verdict, looks_blocked=is_new and named)


def _blocked() -> dict[int, list[Parts]]:
    """The names of who is blocked, by child."""
    rows = select(Guardianship).where(Guardianship.kind == "blocked").options(joinedload(Guardianship.person))
    found: dict[int, list[Parts]] = {}
    for road in db.session.scalars(rows):
        found.setdefault(road.pupil_id, []).append(parts_of(road.person))
    return found


def known_children(today: date) -> list[KnownChild]:
    """Every pupil of today and of later: who left has nobody to invite any more."""
    here = list(db.session.scalars(select(Pupil).where(Pupil.left_on.is_(None) | (Pupil.left_on >= today))))
    placed = groups.groups_of([pupil.id for pupil in here], today)
    return [
        KnownChild(
            key=pupil.id,
            number=pupil.edex_key or pupil.public_id,
            first=pupil.first_name,
            prefix=pupil.prefix,
            last=pupil.last_name,
            birth_date=pupil.birth_date,
            group=next((group.name for group in placed.get(pupil.id, [])), ""),
        )
        for pupil in here
    ]


def known_people() -> list[KnownPerson]:
    roads = db.session.execute(select(Guardianship.person_id, Guardianship.pupil_id).order_by(Guardianship.person_id))
    children = {key: frozenset(pupil for _person, pupil in own) for key, own in groupby(roads, lambda road: road[0])}
    return [
        KnownPerson(
            key=person.id,
            first=parts_of(person)[0],
            prefix=parts_of(person)[1],
            last=parts_of(person)[2],
            email=person.email or "",
            phone=person.phone,
            children=children.get(person.id, frozenset()),
        )
        for person in people.everybody()
    ]


def parts_of(person: Person) -> tuple[str, str, str]:
    """Nothing for whom an earlier sheet left nameless: a sheet that knows the name is about the same person."""
    if (person.first_name, person.prefix) == NAMELESS:
        return "", "", ""
    return person.first_name, person.prefix, person.last_name


# ── one line of the preview ─────────────────────────────────────────────────────────────────────────────────────────


def _change(one: Asked, children: dict[int, KnownChild]) -> Change:
    closed = _is_closed(one)
    choices = () if closed else _choices(one)
    return Change(
        key=one.key,
        kind="ask" if closed else _kind(one, choices),
        name=one.guardian.full_name or one.guardian.email or _("without a name"),
        group=_group(one, children),
        lines=tuple(_lines(one, children)),
        choices=choices,
        blocked=closed,
        data=one,
    )


def _is_closed(one: Asked) -> bool:
    """The account is there and was closed: opening it again is a decision of its own."""
    person = known(one.verdict.person) or (people.by_login(one.verdict.email) if one.verdict.email else None)
    return person is not None and person.deactivated_at is not None


def _kind(one: Asked, choices: tuple[tuple[str, str], ...]) -> str:
    if choices:
        return "ask"
    if one.verdict.kind in ("existing", "sibling"):
        return "existing"
    return "new" if one.verdict.email else "letter"


def _choices(one: Asked) -> tuple[tuple[str, str], ...]:
    if one.verdict.kind in ("child not found", "several children fit"):
        found = (("found", mark("Only for the children that were found")),) if one.verdict.links else ()
        return (SKIP, *found, *((f"child:{key}", name) for key, name in one.verdict.candidates))
    if one.looks_blocked and one.verdict.kind in ("new account", "no address"):
        return SKIP, ANOTHER["address" if one.verdict.email else "letter"]
    return ANSWERS.get(one.verdict.kind, ())


def _group(one: Asked, children: dict[int, KnownChild]) -> str:
    found = [children[key].group for key in one.verdict.children if key in children]
    return next((group for group in found if group), "") or next((child.group for child in one.row.children), "")


def _lines(one: Asked, children: dict[int, KnownChild]) -> Iterator[Line]:
    yield from _about_child(one, children)
    yield from _about_account(one)
    if one.guardian.guessed and one.guardian.full_name:
        yield line(mark("the name stood in one column; look whether it is right"))
    for problem in one.row.problems:
        if problem.guardian in (0, one.verdict.guardian):
            yield problem.message, problem.values


def _about_child(one: Asked, children: dict[int, KnownChild]) -> Iterator[Line]:
    linked = [children[key].full_name for key in one.verdict.links if key in children]
    if linked:
        yield line(mark("for %(names)s"), names=", ".join(linked))
    if one.verdict.lost:
        yield line(mark("not found: %(names)s"), names=", ".join(one.verdict.lost))
    words = [one.guardian.relation] if one.guardian.relation else []
    if words:
        yield line(mark("relation: %(relation)s"), relation=words[0])
    if one.guardian.authority == "no":
        yield line(mark("without parental authority: sees nothing until the director decides"))


def _about_account(one: Asked) -> Iterator[Line]:
    kind = one.verdict.kind
    if one.looks_blocked:
        yield line(mark("could be somebody who is blocked for this child"))
    if _is_closed(one):
        yield line(mark("the account is closed: open it first, on the page of this person"))
    if one.verdict.email and kind in ("new account", "shared mailbox", "other name", "other address"):
        yield line(mark("address %(email)s"), email=one.verdict.email)
    if kind == "sibling":
        yield line(mark("the same person as on an earlier row"))
    elif kind == "existing":
        yield line(mark("has an account already"))
    elif kind == "no address":
        yield line(mark("no e-mail address: the invitation is a letter"))
    if kind in ("other name", "other address") and one.verdict.person:
        person = people.by_id(one.verdict.person)
        yield line(mark("here: %(name)s"), name=person.full_name if person else "")
    if not one.guardian.full_name:
        yield line(mark("no name in the sheet: called after the child until somebody fills it in"))


def placeholder(one: Asked, children: list[Pupil]) -> tuple[str, str, str]:
    """The sheets that only have addresses name no guardian: "Parent of Noor Bakker", to be corrected by hand."""
    if one.guardian.full_name:
        return one.guardian.first or one.guardian.full_name, one.guardian.prefix, one.guardian.last
    child = children[0] if children else None
    return *NAMELESS, names.full(child.first_name, child.prefix, child.last_name) if child else "?"


def known(person_id: int | None) -> Person | None:
    return people.by_id(person_id) if person_id else None
