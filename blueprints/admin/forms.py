"""Forms about people, pupils and what connects them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

from blueprints.forms import Form, lazy
from blueprints.home.forms import is_address
from blueprints.section import change
from school import directory, guardians, people, timeline
from school.access_requests import FOR_EXCEPTIONS
from school.agreements import Terms
from school.groups import Group
from school.guardians import Guardianship
from school.lib import clock
from school.lib.text import Refused, _, mark
from school.people import Person
from school.pupils import Pupil

LANGUAGE_NAMES = (("nl", "Nederlands"), ("en", "English"))
AUTHORITY_NAMES = {"yes": mark("has authority"), "no": mark("has no authority"), "unknown": mark("authority unknown")}
SCOPE_NAMES = {
    "posts": mark("reads the posts"),
    "messages": mark("talks with the teacher"),
    "absences": mark("reports absence"),
    "consent": mark("decides about photos"),
}


def kept(form: Form, act: Callable[[], Any]) -> bool:
    """Whether the form is right and the verb agreed. What a verb refused is undone, and stands in the form."""
    if not form.validate():
        return False
    try:
        with change():
            act()
    except Refused as no:
        form.refuse(no)
        return False
    return True


class DayField(DateField):
    """A day, as browsers send it. Years that nobody means are a slip of the keyboard."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        self.data = None
        try:
            self.data = _day(valuelist[0].strip())
        except ValueError:
            raise ValueError(_("Write the day as 31-12-2026, or choose it.")) from None
        if not 1990 <= self.data.year <= clock.today().year + 20:
            raise ValueError(_("Look at the year of this day."))


def _day(written: str) -> date:
    """``"2026-12-31"`` from a date field, ``"31-12-2026"`` where a browser has none. Raises ValueError."""
    by_hand = re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", written)
    if by_hand:
        day, month, year = map(int, by_hand.groups())
        return date(year, month, day)
    return date.fromisoformat(written)


class Needed(InputRequired):
    """Spaces are not an answer."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.raw_data and isinstance(field.raw_data[0], str):
            field.raw_data[0] = field.raw_data[0].strip()
        super().__call__(form, field)


def needed(sentence: str) -> Needed:
    return Needed(lazy(sentence))


class NamesForm(Form):
    first_name = StringField(lazy("First name"), [needed(mark("Fill in the first name.")), Length(max=60)])
    prefix = StringField(lazy("Prefix"), [Optional(), Length(max=20)])
    last_name = StringField(lazy("Last name"), [Optional(), Length(max=80)])

    def names(self) -> tuple[str, str, str]:
        """First name, prefix and last name, without stray spaces."""
        first, prefix, last = (
            " ".join((field.data or "").split()) for field in (self.first_name, self.prefix, self.last_name)
        )
        return first, prefix, last


PHONE = Regexp(r"^[0-9+() ./-]*$", message=lazy("A phone number has only digits, spaces and +."))


class PersonForm(NamesForm):
    salutation = SelectField(lazy("What children say"), validate_choice=False)
    phone = StringField(lazy("Phone number"), [Optional(), Length(max=30), PHONE])
    language = RadioField(lazy("Language"), default="nl")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = list(LANGUAGE_NAMES)
        named = [word for word in people.SALUTATIONS if word]
        self.salutation.choices = [("", _("the full name")), *((word, word) for word in named)]

    def facts(self) -> dict[str, str]:
        said = self.salutation.data if self.salutation.data in people.SALUTATIONS else ""
        return {"salutation": said, "phone": self.phone.data or "", "language": self.language.data or "nl"}


class NewPersonForm(PersonForm):
    email = StringField(lazy("E-mail address"), [Optional(), Length(max=120), is_address])
    login_name = StringField(
        lazy("Login name"),
        [
            Optional(),
            Length(min=3, max=40),
            Regexp(r"^[a-z0-9][a-z0-9._-]*$", message=lazy("Use small letters, digits, dots and dashes.")),
        ],
    )
    roles = SelectMultipleField(lazy("Work at the school"), validators=[Optional()])

    def __init__(self, *args: Any, roles: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles.choices = [(role, _(directory.ROLE_NAMES[role])) for role in roles]


class AddressForm(Form):
    email = StringField(lazy("New e-mail address"), [Optional(), Length(max=120), is_address])


class RoleForm(Form):
    role = SelectField(lazy("Role"))
    starts_on = DayField(lazy("First day"), [needed(mark("Choose the first day."))])
    ends_on = DayField(lazy("Last day"), [Optional()])

    def __init__(self, *args: Any, roles: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(role, _(directory.ROLE_NAMES[role])) for role in roles]


class LastDayForm(Form):
    """Empty: at once."""

    last_day = DayField(lazy("Last day"), [Optional()])

    @property
    def chosen(self) -> date:
        """The last day, inclusive: yesterday, when it has to be over now."""
        found: date | None = self.last_day.data
        return found or clock.today() - timedelta(days=1)


class DepartureForm(Form):
    last_day = DayField(lazy("Last day at school"), [needed(mark("Choose the last day."))])


class PupilForm(NamesForm):
    birth_date = DayField(lazy("Birth date"), [needed(mark("Fill in the birth date."))])


def group_choices(offered: Iterable[Group], this_year: str) -> list[tuple[str, str]]:
    """Groups to choose from; those of another school year with the name of it."""
    found = []
    for group in offered:
        label = timeline.group_label(group.name, group.kind)
        year = group.school_year.name
        found.append((group.public_id, label if year == this_year else f"{label} ({year})"))
    return found


class PlaceForm(Form):
    group = SelectField(lazy("Group"), [needed(mark("Choose a group."))])
    starts_on = DayField(lazy("First day"), [needed(mark("Choose the first day."))])
    year_level = SelectField(lazy("Year"), validators=[Optional()])

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group.choices = [("", _("Choose a group")), *choices]
        self.year_level.choices = [("", _("that of the group")), *((str(year), str(year)) for year in range(1, 9))]


class NewPupilForm(PupilForm, PlaceForm):
    pass


class TermsForm(Form):
    """What is agreed about one adult and one child."""

    relation = StringField(lazy("Relation to the child"), [Optional(), Length(max=40)])
    authority = RadioField(lazy("Authority"), [needed(mark("Choose what is known about authority."))])
    scopes = SelectMultipleField(lazy("What this adult gets"), validators=[Optional()])
    starts_on = DayField(lazy("From"), [needed(mark("Choose the first day."))])
    ends_on = DayField(lazy("Until"), [Optional()])
    reason = TextAreaField(lazy("Why, without authority"), [Optional(), Length(max=500)])
    note = TextAreaField(lazy("Note for director and office"), [Optional(), Length(max=2000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.authority.choices = [(key, _(label)) for key, label in AUTHORITY_NAMES.items()]
        self.scopes.choices = scope_choices()

    def terms(self) -> Terms:
        assert self.starts_on.data is not None
        return Terms(
            relation=self.relation.data or "",
            authority=self.authority.data,
            scopes=frozenset(self.scopes.data or ()),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            note=self.note.data or "",
            reason=self.reason.data or "",
        )


def scope_choices(offered: Sequence[str] = guardians.SCOPES) -> list[tuple[str, str]]:
    return [(key, _(label)) for key, label in SCOPE_NAMES.items() if key in offered]


def terms_of(road: Guardianship) -> TermsForm:
    """The form as it is agreed now."""
    return TermsForm(obj=road, data={"scopes": guardians.scopes_of(road)})


class NewGuardianForm(TermsForm, NamesForm):
    person = HiddenField()
    """Public id of somebody who is known already; then the names are theirs."""
    email = StringField(lazy("E-mail address"), [Optional(), Length(max=120), is_address])
    phone = StringField(lazy("Phone number"), [Optional(), Length(max=30), PHONE])
    language = RadioField(lazy("Language"), default="nl")

    def __init__(self, *args: Any, known: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = list(LANGUAGE_NAMES)
        if known is not None:
            for field in (self.first_name, self.email, self.phone, self.language):
                field.validators = []

    def terms(self) -> Terms:
        """With authority everything comes by itself; what is ticked counts without it."""
        agreed = super().terms()
        return replace(agreed, scopes=frozenset(guardians.SCOPES)) if agreed.authority == "yes" else agreed

    def validate_email(self, field: StringField) -> None:
        """Whose address this is, is asked and never guessed: two parents may share a mailbox, or one may be known."""
        owner = people.by_login(field.data or "") if not self.person.data else None
        if owner is not None:
            raise ValidationError(_("This is the address of %(name)s. Is it the same person?", name=owner.full_name))


class BlockForm(Form):
    reason = TextAreaField(
        lazy("Why"), [needed(mark("Write why, in a few words.")), Length(max=500)], id="block_reason"
    )


class ExceptionForm(Form):
    reason = TextAreaField(
        lazy("Why"), [needed(mark("Write why this person gets access.")), Length(max=500)], id="exception_reason"
    )
    agreed_by = SelectField(lazy("Which teacher agreed?"), [needed(mark("Choose the teacher."))])
    ends_on = DayField(lazy("Last day"), [needed(mark("Choose the last day."))], id="exception_ends_on")
    scopes = SelectMultipleField(
        lazy("What this adult gets"), [needed(mark("Choose at least one."))], id="exception_scopes"
    )

    def __init__(self, *args: Any, teachers: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(teacher.public_id, teacher.full_name) for teacher in teachers]
        self.agreed_by.choices = [("", _("Choose the teacher")), *named]
        self.can_be_agreed = bool(named)
        self.scopes.choices = scope_choices(FOR_EXCEPTIONS)
        self._teachers = {teacher.public_id: teacher for teacher in teachers}

    @property
    def teacher(self) -> Person:
        return self._teachers[self.agreed_by.data]


def names_of(pupil: Pupil | Person) -> dict[str, str]:
    return {"first_name": pupil.first_name, "prefix": pupil.prefix, "last_name": pupil.last_name}
