"""What would happen with each guardian of a sheet: known, new, or a question for a person. Never a guess.

The same address is the same person; two names with one address are a question. The same name with another address is
another person, unless it is known with the same child: then that is a question too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

from school.imports.sheet_children import Found, KnownChild, Register
from school.imports.sheet_names import could_be_same, is_initials, same, tight
from school.imports.sheet_rows import GuardianOnRow, SheetRow
from school.imports.sheet_values import is_mobile
from school.lib.text import mark

VERDICTS = {
    "new account": mark("new account"),
    "existing": mark("account exists; something is added"),
    "linked already": mark("nothing to do"),
    "sibling": mark("same person as on an earlier row"),
    "no address": mark("no address: a login name and a letter"),
    "shared mailbox": mark("one mailbox for two people"),
    "child not found": mark("child not found"),
    "several children fit": mark("more than one child fits"),
    "invalid address": mark("address does not work"),
    "other name": mark("address known under another name"),
    "other address": mark("known here under another address"),
}
"""Kind → English label."""
ASKED = frozenset(
    {"shared mailbox", "child not found", "several children fit", "invalid address", "other name", "other address"}
)
"""These do nothing until somebody has answered."""

Place = tuple[int, int]
"""(line, guardian)"""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    key: int
    first: str
    prefix: str
    last: str
    email: str
    """Folded; empty for somebody with a login name."""
    phone: str
    children: frozenset[int]
    """Every child there is a guardianship with, also an ended or a blocked one: a sheet opens none again."""

    @property
    def parts(self) -> tuple[str, str, str]:
        return self.first, self.prefix, self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    line: int
    guardian: int
    """The place on the row; the first is 1."""
    kind: str
    email: str = ""
    """The address of the account; another row may have given it."""
    person: int | None = None
    """The key of the account to use or, with a kind that is asked, to suggest."""
    children: tuple[int, ...] = ()
    """The keys of the children that were found."""
    links: tuple[int, ...] = ()
    """Those of them that are to be linked."""
    lost: tuple[str, ...] = ()
    """Children of the row that were not found, as the sheet calls them."""
    candidates: tuple[tuple[int, str], ...] = ()
    """Keys and names of children who may be a lost one."""
    same_as: Place | None = None
    """The earlier guardian who is, or with "no address" may be, the same person."""


def verdicts(
    rows: Iterable[SheetRow], known_children: Iterable[KnownChild], known_people: Iterable[KnownPerson]
) -> tuple[Verdict, ...]:
    """One for each guardian on each row, in order."""
    rows = list(rows)
    register, people = Register(known_children), _People(known_people, rows)
    told: list[Verdict] = []
    for row in rows:
        found = register.find(row.children)
        for place, guardian in enumerate(row.guardians, start=1):
            told.append(_Case((row.line, place), people.with_address(guardian), found, people).verdict())
    return tuple(told)


def shared_mailboxes(rows: Iterable[SheetRow]) -> dict[str, tuple[str, ...]]:
    """The addresses that a sheet gives to more than one person, with the names it gives them."""
    by_email: dict[str, list[list[GuardianOnRow]]] = defaultdict(list)
    for row in rows:
        here: dict[str, list[GuardianOnRow]] = defaultdict(list)
        for guardian in row.guardians:
            if guardian.email:
                here[guardian.email].append(guardian)
        for email, guardians in here.items():
            by_email[email].append(guardians)
    return {email: _names(told) for email, told in by_email.items() if _is_shared(told)}


def _is_shared(told: list[list[GuardianOnRow]]) -> bool:
    """On one row only the very same name is one person; on different rows initials may stand for a name."""
    if any(not same(one.parts, other.parts) for row in told for one, other in combinations(row, 2)):
        return True
    everyone = sorted({guardian.parts for row in told for guardian in row})
    return any(not could_be_same(one, other) for one, other in combinations(everyone, 2))


def _names(told: list[list[GuardianOnRow]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(guardian.full_name for row in told for guardian in row if guardian.full_name))


# ── whom we know ────────────────────────────────────────────────────────────────────────────────────────────────────


def _own_name(who: GuardianOnRow | KnownPerson) -> str:
    """Comparable, and empty when it is initials or a surname only: too little to know somebody by."""
    first, _prefix, last = who.parts
    return tight(f"{first} {last}") if first and not is_initials(first) else ""


def _name_and_mobile(who: GuardianOnRow | KnownPerson) -> tuple[str, str] | None:
    """A mobile number is personal: with the same name it is the same person."""
    name = _own_name(who)
    return (name, who.phone) if name and is_mobile(who.phone) else None


class _People:
    """Who has an account, and whom the sheet has named so far."""

    def __init__(self, known: Iterable[KnownPerson], rows: list[SheetRow]) -> None:
        self.by_email: dict[str, KnownPerson] = {}
        self.by_child: dict[int, list[KnownPerson]] = defaultdict(list)
        self.by_mobile: dict[tuple[str, str], list[KnownPerson]] = defaultdict(list)
        self.shared = shared_mailboxes(rows)
        self.seen: dict[tuple[str, ...], Place] = {}
        self._addresses = _addresses(rows)
        for person in known:
            self._add(person)

    def _add(self, person: KnownPerson) -> None:
        if person.email:
            self.by_email[person.email] = person
        if mobile := _name_and_mobile(person):
            self.by_mobile[mobile].append(person)
        for child in person.children:
            self.by_child[child].append(person)

    def with_address(self, guardian: GuardianOnRow) -> GuardianOnRow:
        """With the address that another row gives to the same name and mobile number."""
        mobile = _name_and_mobile(guardian)
        known = self._addresses.get(mobile, set()) if mobile else set()
        return replace(guardian, email=min(known)) if len(known) == 1 and not guardian.email else guardian

    def beside(self, guardian: GuardianOnRow, children: Iterable[int]) -> KnownPerson | None:
        """The one of this very name who is known with one of these children."""
        return _only(one for child in children for one in self.by_child[child] if same(guardian.parts, one.parts))

    def with_mobile(self, guardian: GuardianOnRow) -> KnownPerson | None:
        mobile = _name_and_mobile(guardian)
        return _only(self.by_mobile.get(mobile, [])) if mobile else None


def _addresses(rows: list[SheetRow]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        for guardian in row.guardians:
            if guardian.email and (mobile := _name_and_mobile(guardian)):
                found[mobile].add(guardian.email)
    return found


def _only(people: Iterable[KnownPerson]) -> KnownPerson | None:
    found = {one.key: one for one in people}
    return next(iter(found.values())) if len(found) == 1 else None


# ── one guardian on one row ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Case:
    place: Place
    guardian: GuardianOnRow
    found: Found
    people: _People

    def verdict(self) -> Verdict:
        if self.found.lost or not self.found.children:
            return self._told("several children fit" if self.found.several else "child not found")
        beside = self.people.beside(self.guardian, self.found.children)
        return self._with_address(beside) if self.guardian.email else self._without_address(beside)

    def _with_address(self, beside: KnownPerson | None) -> Verdict:
        person = self.people.by_email.get(self.guardian.email)
        shared = self.guardian.email in self.people.shared
        if person and could_be_same(self.guardian.parts, person.parts):
            return self._known(person)
        if beside and (person or shared):
            return self._known(beside)  # the question was answered in an earlier import
        if person:
            return self._told("other name", person)
        if shared:
            return self._told("shared mailbox")
        if beside:
            return self._told("other address" if beside.email else "existing", beside)
        return self._first_or_again("new account", ("email", self.guardian.email))

    def _without_address(self, beside: KnownPerson | None) -> Verdict:
        if person := beside or self.people.with_mobile(self.guardian):
            return self._known(person)
        if self.guardian.unusable:
            return self._told("invalid address")
        if mobile := _name_and_mobile(self.guardian):
            return self._first_or_again("no address", ("mobile", *mobile))
        name = _own_name(self.guardian)
        earlier = self.people.seen.setdefault(("name", name), self.place) if name else self.place
        return self._told("no address", same_as=None if earlier == self.place else earlier)

    def _first_or_again(self, kind: str, key: tuple[str, ...]) -> Verdict:
        earlier = self.people.seen.setdefault(key, self.place)
        return self._told(kind) if earlier == self.place else self._told("sibling", same_as=earlier)

    def _known(self, person: KnownPerson) -> Verdict:
        return self._told("linked already" if set(self.found.children) <= person.children else "existing", person)

    def _told(self, kind: str, person: KnownPerson | None = None, same_as: Place | None = None) -> Verdict:
        children = tuple(dict.fromkeys(self.found.children))
        return Verdict(
            line=self.place[0],
            guardian=self.place[1],
            kind=kind,
            email=self.guardian.email,
            person=person.key if person else None,
            children=children,
            links=tuple(key for key in children if not person or key not in person.children),
            lost=tuple(self.found.lost),
            candidates=tuple(self.found.candidates.items()),
            same_as=same_as,
        )
