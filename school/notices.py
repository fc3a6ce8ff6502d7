"""One function a mail. A mail says that something is there; the site says what (SAFETY §7)."""

from __future__ import annotations

from typing import Any

from school.lib import mail
from school.lib.mail import Mail


def password_reset(person: Any, school_name: str, link: str) -> Mail:
    return mail.render(
        "password_reset", person.email, person.language, name=person.first_name, school=school_name, link=link
    )


def password_changed(person: Any, school_name: str, link: str) -> Mail:
    return mail.render(
        "password_changed",
        person.email,
        person.language,
        name=person.first_name,
        school=school_name,
        link=link,
    )
