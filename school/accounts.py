"""Accounts: the address somebody is reached at, and closing and opening the way in.

Closing ends every road at once: sessions, links for a new password, invitations. What a person wrote stays.
"""

from __future__ import annotations

from sqlalchemy import delete, update

from school import invitations, people, sessions
from school.invitations import Invitation
from school.lib import clock
from school.lib.db import db
from school.lib.text import Refused, _, mark
from school.passwords import PasswordReset
from school.people import Person

INDISPENSABLE = {
    "admin": mark("There has to be an administrator. Give somebody else this role first."),
    "director": mark("There has to be a director. Give somebody else this role first."),
}
"""Roles whose last holder stays; with the sentence for who tries."""


def close(person: Person, by: Person) -> None:
    """Nobody comes in with this account any more, from the next request on. Raises Refused."""
    if person.id == by.id:
        raise Refused(_("You cannot close your own account. Ask a colleague."))
    today = clock.today()
    for role, sentence in INDISPENSABLE.items():
        if people.has_role(person, role, today) and not people.others_with(role, person, today):
            raise Refused(_(sentence))
    person.deactivated_at = clock.now()
    sessions.end_all(person)
    invitations.end(person)
    _end_links(person)


def open_again(person: Person) -> None:
    """With the same password as before; what it leads to is asked at every request."""
    person.deactivated_at = None


def change_address(person: Person, address: str, *, keep_session: int | None = None) -> str:
    """Another address to log in with and to be reached at; links that were mailed to the old one end, and sessions.

    Returns the old address, which is told of it; empty when there was none. Raises Refused.
    """
    new, old = people.fold_address(address) or None, person.email or ""
    if new == person.email:
        raise Refused(_("This is the address already.") if new else _("Fill in the e-mail address."), "email")
    if new is None and not person.login_name:
        raise Refused(_("Without an address this person cannot log in."), "email")
    if new is not None:
        people.require_free(new, "email", but=person)
    person.email = new
    _end_links(person)
    sessions.end_all(person, but=keep_session)
    db.session.flush()
    return old


def _end_links(person: Person) -> None:
    """Of mails that lie in a mailbox; the code of a printed letter goes on as long as its invitation does."""
    db.session.execute(delete(PasswordReset).where(PasswordReset.person_id == person.id))
    links = update(Invitation).where(Invitation.person_id == person.id, Invitation.link_hash.is_not(None))
    db.session.execute(links.values(link_hash=None))
