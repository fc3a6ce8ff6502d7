"""Invitations: the way in for somebody who has no password yet, by mail or as a letter.

An invitation lasts thirty days and is used once. What is sent lasts shorter or is kept apart: the link of a mail counts
fourteen days (SAFETY §4) and a new one can be asked for; the code of a letter is made from the invitation and the
instance's own key, so that it can be printed again and no backup holds anything that logs in.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, String, exists, func, or_, select, update
from sqlalchemy.orm import Mapped, aliased, contains_eager, mapped_column, relationship

from school import guidelines, passwords
from school.groups import Enrolment
from school.guardians import Guardianship
from school.lib import clock, names, tokens
from school.lib.db import Model, db
from school.lib.text import Refused, _
from school.people import Person, StaffRole

VALID = timedelta(days=30)
LINK_VALID = timedelta(days=14)
CODE_SIGNS = 10
"""Of thirty signs each: 49 bits, behind a limit on guesses."""


class Invitation(Model):
    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ends_at: Mapped[datetime]
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the letter's code, keyed with the instance's own secret."""
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_ends_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    """When a mail was last asked for; the outbox knows whether it arrived."""
    printed_at: Mapped[datetime | None]
    """When a letter was last made."""
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


def opens_way(today: date) -> ColumnElement[bool]:
    """A condition on Guardianship: it gives something, now or soon, to a child that sits here, now or soon."""
    gives = or_(
        Guardianship.sees_posts, Guardianship.sends_messages, Guardianship.reports_absences, Guardianship.gives_consent
    )
    lasting = or_(Guardianship.ends_on.is_(None), Guardianship.ends_on >= today)
    place = aliased(Enrolment)  # a question about enrolments may ask this too
    placed = exists().where(place.pupil_id == Guardianship.pupil_id, place.ends_on >= today)
    return (Guardianship.kind != "blocked") & gives & lasting & placed


def works_here(today: date) -> ColumnElement[bool]:
    """A condition on Person: works at the school, now or soon."""
    return exists().where(
        StaffRole.person_id == Person.id, or_(StaffRole.ends_on.is_(None), StaffRole.ends_on >= today)
    )


def has_place() -> ColumnElement[bool]:
    """A condition on Person: there is something to come in for – a child, now or soon, or work at the school."""
    today = clock.today()
    return or_(exists().where(Guardianship.person_id == Person.id, opens_way(today)), works_here(today))


def waiting() -> ColumnElement[bool]:
    """A condition on Person: could be invited – has a place, an open account, and no password yet."""
    return Person.password_hash.is_(None) & Person.deactivated_at.is_(None) & has_place()


def place_of(person: Person) -> tuple[int, bool]:
    """What somebody comes in for: so many children, and whether there is work here."""
    today = clock.today()
    children = select(func.count()).where(Guardianship.person_id == person.id, opens_way(today))
    works = select(Person.id).where(Person.id == person.id, works_here(today))
    return db.session.scalar(children) or 0, db.session.scalar(works) is not None


def invite(person: Person, by: Person | None, key: bytes) -> Invitation:
    """The person's invitation, renewed when there is one: earlier codes and links end. Raises Refused."""
    made = invite_all([person], by, key)
    if not made:
        raise Refused(_("%(name)s cannot be invited: no child, no work here, or in already.", name=person.full_name))
    return made[0]


def invite_all(people: Sequence[Person], by: Person | None, key: bytes) -> list[Invitation]:
    """The same for many at once; who cannot be invited is left out."""
    ids = [person.id for person in people]
    welcome = set(db.session.scalars(select(Person.id).where(Person.id.in_(ids), waiting())))
    _end(welcome)
    made = [_made(person, by, key) for person in people if person.id in welcome]
    db.session.add_all(made)
    db.session.flush()
    for invitation in made:
        ensure_login(invitation.person)
    return made


def _made(person: Person, by: Person | None, key: bytes) -> Invitation:
    now = clock.now()
    made = Invitation(
        public_id=tokens.public_id(),
        person=person,
        created_by_id=by.id if by else None,
        created_at=now,
        ends_at=now + VALID,
    )
    made.code_hash = _code_hash(code_of(made, key), key)
    return made


def code_of(invitation: Invitation, key: bytes) -> str:
    """The code on the letter, ``"k7qm3-vxp9t"``; the same for as long as the instance keeps its key."""
    made = hmac.new(key, f"invitation:{invitation.public_id}".encode(), hashlib.sha256).digest()
    number, signs = int.from_bytes(made, "big"), ""
    for _place in range(CODE_SIGNS):
        number, sign = divmod(number, len(tokens.ALPHABET))
        signs += tokens.ALPHABET[sign]
    return f"{signs[:5]}-{signs[5:]}"


def has_its_code(invitation: Invitation, key: bytes) -> bool:
    """Whether the letter can still be printed; not once the instance has another key."""
    return tokens.same(invitation.code_hash, _code_hash(code_of(invitation, key), key))


def _code_hash(code: str, key: bytes) -> str:
    return hmac.new(key, f"code:{_signs(code)}".encode(), hashlib.sha256).hexdigest()


def _signs(code: str) -> str:
    """However it was typed: capitals, spaces and dashes do not count."""
    return "".join(sign for sign in code.lower() if sign.isalnum())


def is_code(token: str) -> bool:
    """Whether this could be the code of a letter: short enough to be guessed at. A mail's link is not."""
    return len(_signs(token)) == CODE_SIGNS


def as_printed(code: str) -> str:
    """A typed code as it stands on the letter, fit for an address."""
    signs = re.sub(r"[^a-z0-9]", "", _signs(code))
    return f"{signs[:5]}-{signs[5:]}"


def end(person: Person) -> bool:
    """Ends what this person was sent before; whether there was anything to end."""
    return _end([person.id]) > 0


def _end(person_ids: Iterable[int]) -> int:
    open_ones = update(Invitation).where(Invitation.person_id.in_(list(person_ids)), _open())
    ended = db.session.execute(open_ones.values(ended_at=clock.now(), link_hash=None))
    return int(getattr(ended, "rowcount", 0))


def _open() -> ColumnElement[bool]:
    return Invitation.used_at.is_(None) & Invitation.ended_at.is_(None)


def open_of(person_ids: Iterable[int]) -> dict[int, Invitation]:
    """The invitations that still count, by person id."""
    found = select(Invitation).where(
        Invitation.person_id.in_(list(person_ids)), _open(), Invitation.ends_at > clock.now()
    )
    return {invitation.person_id: invitation for invitation in db.session.scalars(found.order_by(Invitation.id))}


def latest_of(person_ids: Iterable[int]) -> dict[int, Invitation]:
    """The newest invitation of each person, whether or not it still counts."""
    found = select(Invitation).where(Invitation.person_id.in_(list(person_ids))).order_by(Invitation.id)
    return {invitation.person_id: invitation for invitation in db.session.scalars(found)}


def new_link(person: Person) -> str | None:
    """A token for the link of a mail; earlier links end. None when the invitation no longer counts."""
    found = _counting(Invitation.person_id == person.id)
    if found is None:
        return None
    token = tokens.secret()
    found.link_hash, found.link_ends_at = tokens.digest(token), clock.now() + LINK_VALID
    return token


def by_token(token: str, key: bytes) -> Invitation | None:
    """The invitation of a mail's link or of a letter's code, when it still counts. Looking changes nothing."""
    by_link = (Invitation.link_hash == tokens.digest(token)) & (Invitation.link_ends_at > clock.now())
    return _counting(or_(by_link, Invitation.code_hash == _code_hash(token, key)))


def by_old_link(token: str) -> Invitation | None:
    """An invitation that still counts while its link no longer does: a new link may be sent to the same address."""
    return _counting((Invitation.link_hash == tokens.digest(token)) & (Invitation.link_ends_at <= clock.now()))


def _counting(condition: ColumnElement[bool]) -> Invitation | None:
    """Asked at every use: an invitation ends with the last guardianship, the account, the first password.

    One question for all of it, so that the time it takes does not tell what is wrong with a code.
    """
    counts = select(Invitation).join(Invitation.person).options(contains_eager(Invitation.person))
    return db.session.scalar(counts.where(condition, _open(), Invitation.ends_at > clock.now(), waiting()))


def ensure_login(person: Person) -> None:
    """Gives who has no address a name to log in with: "anna.bakker", or "anna.bakker2" when that one is taken."""
    if person.email or person.login_name:
        return
    wanted = _login_base(person)
    like = select(Person.login_name).where(Person.login_name.startswith(wanted, autoescape=True))
    taken, number = set(db.session.scalars(like)), 1
    while (name := wanted if number == 1 else f"{wanted}{number}") in taken:
        number += 1
    person.login_name = name
    db.session.flush()


def _login_base(person: Person) -> str:
    """Letters that are on every keyboard; a name in another script leaves none."""
    parts = (person.first_name, person.prefix + person.last_name)
    plain = [re.sub(r"[^a-z]", "", names.fold(part)) for part in parts]
    return ".".join(part for part in plain if part)[:40] or "account"


def accept(invitation: Invitation, password_hash: str) -> Person:
    """Uses the invitation up: the person has a password from now on and has accepted the guideline."""
    person = invitation.person
    invitation.used_at, invitation.link_hash = clock.now(), None
    passwords.change(person, password_hash)
    guidelines.accept(person)
    db.session.flush()
    return person
