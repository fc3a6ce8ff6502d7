"""Forms of a request for access: what is asked, what is given, why not."""

from __future__ import annotations

from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from blueprints.forms import Form, lazy
from school.access_requests import FOR_EXCEPTIONS
from school.guardians import SCOPES
from school.lib.text import _


class DayField(DateField):
    """A day that is not one says so in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as problem:
            raise ValueError(_("Choose a day from today on, at most a year ahead.")) from problem


class AskForm(Form):
    children = SelectMultipleField(lazy("For which child?"))
    kind = RadioField(lazy("Who is it?"), [InputRequired(lazy("Choose who this is for your child."))])
    first_name = StringField(lazy("First name"), [InputRequired(lazy("Fill in the first name.")), Length(max=60)])
    prefix = StringField(lazy("Prefix (van, de)"), [Optional(), Length(max=20)])
    last_name = StringField(lazy("Last name"), [InputRequired(lazy("Fill in the last name.")), Length(max=80)])
    relation = StringField(
        lazy("What is this person of the child?"),
        [InputRequired(lazy("Fill in what this person is of the child.")), Length(max=40)],
    )
    email = StringField(lazy("E-mail address"), [Optional(), Length(max=120)])
    phone = StringField(lazy("Phone number"), [Optional(), Length(max=20)])
    reason = TextAreaField(lazy("Why?"), [Optional(), Length(max=500)])
    ends_on = DayField(lazy("Until when?"), [Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            ("guardian", _("Another parent or carer")),
            ("exception", _("Somebody who is closely involved")),
        ]


class ApprovalForm(Form):
    """The route leaves out the fields that say nothing for this request."""

    person = RadioField(lazy("Who is this?"), [Optional()])
    agreed_by = SelectField(lazy("Which teacher agreed?"), [Optional()])
    authority = RadioField(lazy("Does this person have parental authority?"), [Optional()])
    scopes = SelectMultipleField(lazy("What does this person get?"))
    reason = TextAreaField(lazy("Why, without authority?"), [Optional(), Length(max=500)])
    ends_on = DayField(lazy("Until when?"), [Optional()])

    def __init__(self, *args: object, exception: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.agreed_by.choices = []
        self.authority.choices = [("yes", _("Yes")), ("no", _("No")), ("unknown", _("Not known yet"))]
        labels = {
            "posts": _("Reading posts and photos"),
            "messages": _("Conversations with the teacher"),
            "absences": _("Seeing and reporting absences"),
            "consent": _("Answering about image use"),
        }
        self.scopes.choices = [(scope, labels[scope]) for scope in (FOR_EXCEPTIONS if exception else SCOPES)]


class RefusalForm(Form):
    answer = TextAreaField(
        lazy("Why not?"), [InputRequired(lazy("Write why not. Who asked reads it.")), Length(max=500)]
    )
