"""What somebody says should be different about their own name and phone; the office accepts or refuses (rule R3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from school import audit, outbox, people
from school.lib import clock, names, tokens
from school.lib.db import Model, db
from school.lib.text import Refused, _
from school.people import Person

STATES = ("asked", "accepted", "refused", "withdrawn")
FIELDS = ("first_name", "prefix", "last_name", "phone", "language")
MOST_A_DAY = 10
SHOWN = timedelta(days=60)
"""How long somebody sees the answer to their proposal."""


class Proposal(Model):
    """The whole of what it should become, so that the office compares two lines. One open proposal a person."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first_name: Mapped[str]
    prefix: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(2), default="nl")
    """Of letters and mails; that of the own pages changes at once, without the office."""
    state: Mapped[str] = mapped_column(String(9), default="asked")
    answer: Mapped[str] = mapped_column(default="")
    """The reason of a refusal, for who asked."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def full_name(self) -> str:
        return names.full(self.first_name, self.prefix, self.last_name)


def propose(person: Person, **wanted: str) -> Proposal:
    """``wanted``: a value for each of FIELDS. Takes the place of an earlier one that is open. Raises Refused."""
    told = {field: " ".join(wanted[field].split()) for field in FIELDS}
    if not told["first_name"]:
        raise Refused(_("Fill in the first name."), "first_name")
    if told["language"] not in people.LANGUAGES:
        raise Refused(_("Choose a language."), "language")
    if all(told[field] == getattr(person, field) for field in FIELDS):
        raise Refused(_("This is what we have already. Nothing has to change."))
    if _made_today(person) >= MOST_A_DAY:
        raise Refused(_("You changed this many times today. Go on tomorrow, or call the school."))
    earlier = open_of(person)
    if earlier is not None:
        earlier.state = "withdrawn"
    made = Proposal(person=person, **told)
    db.session.add(made)
    db.session.flush()
    audit.note(person, "proposed a change", made)
    return made


def _made_today(person: Person) -> int:
    recent = select(Proposal.id).where(Proposal.person_id == person.id, Proposal.created_at > clock.ago(days=1))
    return len(db.session.scalars(recent).all())


def withdraw(proposal: Proposal) -> None:
    _require_open(proposal)
    proposal.state = "withdrawn"
    audit.note(proposal.person, "withdrew a change", proposal)


def accept(proposal: Proposal, by: Person) -> None:
    """The person is called and reached like this from now on. Raises Refused."""
    _require_other_eyes(proposal, by)
    person = proposal.person
    people.rename(person, proposal.first_name, proposal.prefix, proposal.last_name)
    person.phone = proposal.phone
    people.choose_language(person, proposal.language)
    _settle(proposal, "accepted", by)
    audit.note(by, "accepted a change", person, proposal=proposal.id)


def refuse(proposal: Proposal, by: Person, answer: str) -> None:
    """``answer``: why not, for who asked. Raises Refused."""
    _require_other_eyes(proposal, by)
    if not answer.strip():
        raise Refused(_("Write why not. Who asked reads it."), "answer")
    proposal.answer = answer.strip()
    _settle(proposal, "refused", by)
    audit.note(by, "refused a change", proposal.person, proposal=proposal.id)


def _require_open(proposal: Proposal) -> None:
    if proposal.state != "asked":
        raise Refused(_("This is no longer open: it was answered, withdrawn or changed."))


def _require_other_eyes(proposal: Proposal, by: Person) -> None:
    _require_open(proposal)
    if proposal.person_id == by.id:
        raise Refused(_("This is about yourself. Somebody else answers it."))


def _settle(proposal: Proposal, state: str, by: Person) -> None:
    proposal.state, proposal.decided_by_id, proposal.decided_at = state, by.id, clock.now()
    if proposal.person.deactivated_at is None:
        outbox.put("proposal_decided", proposal.person)


def speak(person: Person) -> None:
    """The person chose another language meanwhile: an open proposal does not turn that back."""
    found = open_of(person)
    if found is not None:
        found.language = person.language


def open_of(person: Person) -> Proposal | None:
    return db.session.scalar(select(Proposal).where(Proposal.person_id == person.id, Proposal.state == "asked"))


def latest_of(person: Person) -> Proposal | None:
    """The last one of this person, unless they took it back or it was answered long ago."""
    found = select(Proposal).where(Proposal.person_id == person.id).order_by(Proposal.id.desc()).limit(1)
    latest = db.session.scalar(found)
    if latest is None or latest.state == "withdrawn":
        return None
    return latest if latest.decided_at is None or latest.decided_at > clock.now() - SHOWN else None


def waiting() -> list[Proposal]:
    """What the office still has to answer, oldest first."""
    found = select(Proposal).where(Proposal.state == "asked").order_by(Proposal.id)
    return list(db.session.scalars(found.options(joinedload(Proposal.person))))


def changed(proposal: Proposal) -> tuple[str, ...]:
    """Which of FIELDS would change."""
    return tuple(field for field in FIELDS if getattr(proposal, field) != getattr(proposal.person, field))
