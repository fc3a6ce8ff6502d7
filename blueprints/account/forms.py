"""Forms about oneself."""

from __future__ import annotations

from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from blueprints.forms import Form, lazy


class LoginForm(Form):
    login = StringField(
        lazy("E-mail address or login name"),
        [InputRequired(lazy("Fill in your e-mail address or login name.")), Length(max=200)],
    )
    password = PasswordField(lazy("Password"), [InputRequired(lazy("Fill in your password.")), Length(max=200)])


class ForgottenForm(Form):
    login = StringField(
        lazy("E-mail address or login name"),
        [InputRequired(lazy("Fill in your e-mail address or login name.")), Length(max=200)],
    )


class NewPasswordForm(Form):
    password = PasswordField(lazy("New password"), [InputRequired(lazy("Choose a password.")), Length(max=200)])


class ConfirmForm(Form):
    password = PasswordField(lazy("Password"), [InputRequired(lazy("Fill in your password.")), Length(max=200)])


class ChangePasswordForm(Form):
    current = PasswordField(
        lazy("Current password"), [InputRequired(lazy("Fill in your current password.")), Length(max=200)]
    )
    password = PasswordField(lazy("New password"), [InputRequired(lazy("Choose a password.")), Length(max=200)])


LANGUAGE_NAMES = (("nl", "Nederlands"), ("en", "English"))


class OwnDataForm(Form):
    first_name = StringField(lazy("First name"), [InputRequired(lazy("Fill in the first name.")), Length(max=60)])
    prefix = StringField(lazy("Prefix (van, de)"), [Optional(), Length(max=20)])
    last_name = StringField(lazy("Last name"), [Optional(), Length(max=80)])
    phone = StringField(lazy("Phone number"), [Optional(), Length(max=20)])
    language = RadioField(lazy("Language of letters and mails"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = list(LANGUAGE_NAMES)
