"""One function a mail. A mail says that something is there; the site says what (SAFETY §7)."""

from __future__ import annotations

from typing import Any

from school.lib import mail
from school.lib.mail import Mail


def _about(notice: str, person: Any, school_name: str, link: str) -> Mail:
    """The shape of every notice so far: to whom, from which school, and one link to where it stands."""
    return mail.render(
        notice, person.email or "", person.language, name=person.first_name, school=school_name, link=link
    )


def password_reset(person: Any, school_name: str, link: str) -> Mail:
    return _about("password_reset", person, school_name, link)


def password_changed(person: Any, school_name: str, link: str) -> Mail:
    return _about("password_changed", person, school_name, link)


def invitation(person: Any, school_name: str, link: str) -> Mail:
    """To somebody who has no password yet. The link shows their name and asks for one; it does not log in."""
    return _about("invitation", person, school_name, link)


def address_changed(person: Any, school_name: str, link: str) -> Mail:
    """To the old address: if it was not meant, somebody there is the first to know."""
    return _about("address_changed", person, school_name, link)


def access_asked(person: Any, school_name: str, link: str) -> Mail:
    """To the child's teachers: somebody is asked for, and they know whether that is right (rule R1)."""
    return _about("access_asked", person, school_name, link)


def access_decided(person: Any, school_name: str, link: str) -> Mail:
    return _about("access_decided", person, school_name, link)


def access_given(person: Any, school_name: str, link: str) -> Mail:
    """To the other guardians of the child: an exception was granted (rule R1)."""
    return _about("access_given", person, school_name, link)


def proposal_decided(person: Any, school_name: str, link: str) -> Mail:
    return _about("proposal_decided", person, school_name, link)
