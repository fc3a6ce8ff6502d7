"""What every form shares. The CSRF token is checked for every POST before a route is reached, not per form."""

from __future__ import annotations

from typing import Any

import wtforms
from markupsafe import Markup

from school.lib import text
from school.lib.text import Refused


class LazyText:
    """A translated text that is looked up when it is shown: forms are made before the language is known."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return text.gettext(self.message)

    def __html__(self) -> str:
        return str(Markup.escape(str(self)))

    def __mod__(self, values: Any) -> str:
        return str(self) % values


def lazy(message: str) -> Any:
    """Marks a label or message for the catalogue."""
    return LazyText(message)


class Form(wtforms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("meta", {"locales": [text.language()], "cache_translations": False})
        super().__init__(*args, **kwargs)

    def refuse(self, no: Refused) -> None:
        """Shows the sentence of a verb at its field, or above the form."""
        field = self._fields.get(no.field or "")
        errors = field.errors if field is not None else self.form_errors
        field_errors = [*errors, no.sentence]
        if field is not None:
            field.errors = field_errors
        else:
            self.form_errors = field_errors
