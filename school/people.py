"""People: one account for one person, who may be staff and guardian at once; and the staff's roles."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.lib import clock, names, tokens
from school.lib.db import Model, db
from school.lib.text import Refused, _

LANGUAGES = ("nl", "en")
SALUTATIONS = ("", "juf", "meester")
ROLES = ("teacher", "support", "care", "office", "director", "admin")
"""teacher: teachers and substitutes; support: assistants, interns, specialists; care: the care coordinator."""


class Person(Model):
    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    first_name: Mapped[str]
    prefix: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str]
    salutation: Mapped[str] = mapped_column(default="")
    """How children call this member of staff: "juf", "meester" or nothing."""
    edex_key: Mapped[str | None] = mapped_column(unique=True)
    """The key of this member of staff in the administration system's EDEXML, when it is a stable one."""
    email: Mapped[str | None] = mapped_column(unique=True)
    """Folded to lower case; None for somebody who logs in with a login name."""
    login_name: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(2), default="nl")
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    first_login_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]

    roles: Mapped[list[StaffRole]] = relationship(back_populates="person", order_by="StaffRole.id")

    @property
    def full_name(self) -> str:
        return names.full(self.first_name, self.prefix, self.last_name)

    @property
    def initials(self) -> str:
        return names.initials(self.first_name, self.last_name)

    @property
    def called(self) -> str:
        """As children and parents say it: "juf Fleur", or the full name."""
        return f"{self.salutation} {self.first_name}" if self.salutation else self.full_name


class StaffRole(Model):
    """What somebody does for the school, from a day until a day; who has none of these today is not staff."""

    __tablename__ = "staff_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day, inclusive; None: until further notice."""

    person: Mapped[Person] = relationship(back_populates="roles")

    __table_args__ = (Index("ix_staff_role_role", "role"),)


def add(
    first_name: str,
    last_name: str = "",
    *,
    prefix: str = "",
    email: str | None = None,
    login_name: str | None = None,
    salutation: str = "",
    phone: str = "",
    language: str = "nl",
) -> Person:
    """A new person, without a password and without any right."""
    person = Person(
        first_name=first_name,
        prefix=prefix,
        last_name=last_name,
        sort_key=names.sort_key(first_name, last_name),
        salutation=salutation,
        email=fold_address(email) if email else None,
        login_name=login_name,
        phone=phone,
        language=language,
    )
    db.session.add(person)
    return person


def appoint(person: Person, role: str, *, starts_on: date | None = None, ends_on: date | None = None) -> StaffRole:
    if role not in ROLES:
        raise ValueError(f"unknown role {role}")
    appointment = StaffRole(person=person, role=role, starts_on=starts_on or clock.today(), ends_on=ends_on)
    db.session.add(appointment)
    return appointment


def give_role(person: Person, role: str, starts_on: date, ends_on: date | None) -> StaffRole:
    """``appoint`` by hand: not twice in the same days. Raises Refused."""
    if ends_on is not None and ends_on < starts_on:
        raise Refused(_("The last day lies before the first."), "ends_on")
    for held in person.roles:
        begins_in_time = ends_on is None or held.starts_on <= ends_on
        if held.role == role and begins_in_time and (held.ends_on is None or held.ends_on >= starts_on):
            raise Refused(_("%(name)s has this role already in these days.", name=person.full_name), "role")
    appointment = appoint(person, role, starts_on=starts_on, ends_on=ends_on)
    db.session.flush()
    return appointment


def end_role(held: StaffRole, last_day: date) -> None:
    """The last day of a role; a role that had not begun is gone. Raises Refused for the last administrator."""
    if held.ends_on is not None and last_day > held.ends_on:
        raise Refused(_("This role ends earlier already."), "last_day")
    if held.role == "admin" and not others_with("admin", held.person, last_day + timedelta(days=1)):
        raise Refused(_("There has to be an administrator. Give somebody else this role first."), "last_day")
    if last_day < held.starts_on:
        db.session.delete(held)
    else:
        held.ends_on = last_day
    db.session.flush()
    db.session.expire(held.person, ["roles"])


def has_role(person: Person, role: str, day: date) -> bool:
    return any(
        held.role == role and held.starts_on <= day and (held.ends_on is None or held.ends_on >= day)
        for held in person.roles
    )


def others_with(role: str, but: Person, day: date) -> bool:
    """Whether somebody else who can log in has this role on a day; for an administrator: without an end in sight."""
    stays = StaffRole.ends_on.is_(None)
    lasting = stays if role == "admin" else or_(stays, StaffRole.ends_on >= day)
    others = select(StaffRole.id).join(StaffRole.person).where(StaffRole.role == role, StaffRole.starts_on <= day)
    others = others.where(lasting, Person.id != but.id, Person.deactivated_at.is_(None))
    return db.session.scalar(others.where(Person.password_hash.is_not(None)).limit(1)) is not None


def require_free(login: str, field: str, *, but: Person | None = None) -> None:
    """Refuses an address or login name that is somebody else's."""
    owner = by_login(login)
    if owner is not None and (but is None or owner.id != but.id):
        raise Refused(_("This belongs to %(name)s already.", name=owner.full_name), field)


def by_login(entered: str) -> Person | None:
    """The person who logs in with this address or login name, active or not."""
    folded = fold_address(entered)
    return db.session.scalar(select(Person).where((Person.email == folded) | (Person.login_name == folded)))


def fold_address(address: str) -> str:
    """Addresses are compared without regard to case or surrounding space."""
    return address.strip().casefold()


def rename(person: Person, first_name: str, prefix: str, last_name: str) -> None:
    person.first_name, person.prefix, person.last_name = first_name, prefix, last_name
    person.sort_key = names.sort_key(first_name, last_name)


def change(person: Person, *, salutation: str, phone: str, language: str) -> None:
    """What the office knows of somebody besides the name and the address."""
    person.salutation, person.phone = salutation, phone.strip()
    choose_language(person, language)


def choose_language(person: Person, language: str) -> None:
    if language in LANGUAGES:
        person.language = language


def everybody() -> list[Person]:
    return list(db.session.scalars(select(Person).order_by(Person.sort_key)))


def by_id(person_id: int) -> Person | None:
    return db.session.get(Person, person_id)


def holders(role: str) -> int:
    """How many people with an open account hold this role today."""
    today = clock.today()
    held = select(func.count()).select_from(StaffRole).join(Person, Person.id == StaffRole.person_id)
    held = held.where(StaffRole.role == role, StaffRole.starts_on <= today, Person.deactivated_at.is_(None))
    return db.session.scalar(held.where(StaffRole.ends_on.is_(None) | (StaffRole.ends_on >= today))) or 0
