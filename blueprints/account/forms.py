"""Forms about oneself."""

from __future__ import annotations

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

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


class ChangePasswordForm(Form):
    current = PasswordField(
        lazy("Current password"), [InputRequired(lazy("Fill in your current password.")), Length(max=200)]
    )
    password = PasswordField(lazy("New password"), [InputRequired(lazy("Choose a password.")), Length(max=200)])
