"""The director looks as a guardian: what a family sees, without being able to do anything in its name."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.admin.routes import admin
from blueprints.section import load, me
from school import audit, looking
from school.lib.text import Refused
from school.people import Person
from school.policy import Access


@admin.route("/admin/people/<person_id>/look", access=Access.DIRECTOR, methods=("POST",))
def look_as(person_id: str) -> ResponseReturnValue:
    person, mine = load(Person, person_id, to="look as"), me()
    assert mine.session is not None
    try:
        looking.begin(mine.session, person)
    except Refused as no:
        return replies.refused(f"/admin/people/{person_id}", no.sentence)
    audit.note(mine.person, "looked as a guardian", person)
    return replies.go("/timeline")


@admin.route("/admin/looking/end", access=Access.SIGNED_IN, methods=("POST",))
def stop_looking() -> ResponseReturnValue:
    """Whoever looks is, for this request too, the guardian; the director is the one of the session."""
    mine = me()
    if not mine.is_looked_at or mine.session is None:
        return replies.go("/timeline")
    looking.stop(mine.session)
    audit.note(mine.session.person, "stopped looking as a guardian", mine.person)
    return replies.go(f"/admin/people/{mine.person.public_id}")
