"""The school's guideline for its users, in versions, and who accepted which (rule R20)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from school.lib import clock, text
from school.lib.db import Model, db, insert_missing
from school.lib.text import mark
from school.people import Person

FIRST = (
    mark("This platform is for parents and carers of our school, and for who works here."),
    mark("Your account is only for you. Does somebody else need access? Ask the school."),
    mark("You use your own name."),
    mark("What you read and see here stays here. Do not share photos or posts with others."),
    mark("We speak kindly to each other and about each other, also when we disagree."),
    mark("Are you worried or unhappy? Call us or come by. We do not settle that in writing."),
    mark("You may expect an answer, but not at once. Is it urgent? Call the school."),
    mark("Report your child absent before half past eight."),
    mark("Look here at least once a week."),
    mark("Do you have doubts about a post? Tell the director."),
)
"""What every school begins with, a line a rule; the school changes it in its own words."""


class Guideline(Model):
    """One version; the newest one counts. What somebody accepted is never changed afterwards."""

    __tablename__ = "guideline"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_nl: Mapped[str]
    """A rule a line."""
    body_en: Mapped[str] = mapped_column(default="")
    """The same in English; empty: the Dutch text is shown."""
    published_at: Mapped[datetime] = mapped_column(default=clock.now)


class GuidelineAcceptance(Model):
    __tablename__ = "guideline_acceptance"

    guideline_id: Mapped[int] = mapped_column(ForeignKey("guideline.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    accepted_at: Mapped[datetime] = mapped_column(default=clock.now)


def begin() -> Guideline:
    """The first version, in the words that come with the program."""
    bodies = {}
    for language in ("nl", "en"):
        with text.speaking(language):
            bodies[language] = "\n".join(text.gettext(line) for line in FIRST)
    first = Guideline(body_nl=bodies["nl"], body_en=bodies["en"])
    db.session.add(first)
    db.session.flush()
    return first


def current() -> Guideline | None:
    return db.session.scalar(select(Guideline).order_by(Guideline.id.desc()).limit(1))


def lines(guideline: Guideline | None) -> list[str]:
    """The rules in the reader's language; of a school that has no version yet: those it will begin with."""
    if guideline is None:
        return [text.gettext(line) for line in FIRST]
    own = guideline.body_en if text.language() == "en" and guideline.body_en else guideline.body_nl
    return [line.strip() for line in own.splitlines() if line.strip()]


def accept(person: Person) -> None:
    """This person has read the version of now and keeps to it; saying it twice changes nothing."""
    guideline = current() or begin()
    row = {"guideline_id": guideline.id, "person_id": person.id, "accepted_at": clock.now()}
    insert_missing(GuidelineAcceptance, [row])


def accepted(person: Person) -> bool:
    """Whether this person accepted the version of now."""
    guideline = current()
    return guideline is not None and db.session.get(GuidelineAcceptance, (guideline.id, person.id)) is not None
