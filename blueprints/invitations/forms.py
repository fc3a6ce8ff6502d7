"""Forms of somebody who comes in."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.forms import Form, lazy


class CodeForm(Form):
    code = StringField(
        lazy("The code of your letter"), [InputRequired(lazy("Fill in the code of your letter.")), Length(max=100)]
    )


class NewAccountForm(Form):
    password = PasswordField(lazy("Choose a password"), [InputRequired(lazy("Choose a password.")), Length(max=200)])
    agreed = BooleanField(lazy("I keep to this"), [InputRequired(lazy("Say that you keep to this."))])
