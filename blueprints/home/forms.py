"""Setting up the school."""

from __future__ import annotations

import re

from wtforms import FileField, IntegerField, PasswordField, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from blueprints.forms import Form, lazy
from school.lib.text import _

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")


def is_address(_form: Form, field: StringField) -> None:
    """A plain check; whether the mailbox exists only a mail can tell."""
    if field.data and not ADDRESS.fullmatch(field.data.strip()):
        raise ValidationError(_("This is not a complete e-mail address. Look at the @ and the dot."))


class CodeForm(Form):
    code = StringField(lazy("Code"), [InputRequired(lazy("Fill in the code.")), Length(max=40)])


class SchoolForm(Form):
    name = StringField(
        lazy("Name of the school"), [InputRequired(lazy("Fill in the name of the school.")), Length(max=80)]
    )
    short_name = StringField(lazy("Short name, for phones"), [Optional(), Length(max=20)])
    hue = IntegerField(lazy("Colour"), [InputRequired(), NumberRange(0, 359)], default=170)
    own_hue = IntegerField(lazy("Another colour"), [Optional(), NumberRange(0, 359)])
    region = RadioField(lazy("Holiday region"), [InputRequired(lazy("Choose the region."))], default="midden")
    phone = StringField(lazy("Phone number"), [InputRequired(lazy("Fill in the phone number.")), Length(max=20)])
    email = StringField(lazy("E-mail address of the school"), [Optional(), Length(max=120), is_address])
    logo = FileField(lazy("Logo"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.region.choices = [("noord", _("North")), ("midden", _("Central")), ("zuid", _("South"))]


class SettingsForm(SchoolForm):
    """What a school can change afterwards, its rules included."""

    reading_grace = IntegerField(
        lazy("Days that parents can read on after their child has left"),
        [InputRequired(lazy("Fill in a number of days.")), NumberRange(0, 366)],
        default=30,
    )


class SetupForm(SchoolForm):
    first_name = StringField(lazy("First name"), [InputRequired(lazy("Fill in the first name.")), Length(max=60)])
    prefix = StringField(lazy("Prefix (van, de)"), [Optional(), Length(max=20)])
    last_name = StringField(lazy("Last name"), [InputRequired(lazy("Fill in the last name.")), Length(max=80)])
    admin_email = StringField(
        lazy("E-mail address"),
        [InputRequired(lazy("Fill in the e-mail address.")), Length(max=120), is_address],
    )
    password = PasswordField(lazy("Password"), [InputRequired(lazy("Choose a password.")), Length(max=200)])
