"""What people say should be different about themselves: taken over or not."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from blueprints import replies
from blueprints.admin.routes import admin
from blueprints.forms import Form, lazy
from blueprints.section import load, me
from school import policy, proposals
from school.lib.text import Refused, _
from school.policy import Access
from school.proposals import Proposal

LANGUAGES = {"nl": "Nederlands", "en": "English"}
LIST = "/admin/proposals"


class AnswerForm(Form):
    answer = TextAreaField(
        lazy("Why not?"), [InputRequired(lazy("Write why not. Who asked reads it.")), Length(max=500)]
    )


@admin.route("/admin/proposals", access=Access.MANAGEMENT)
def show_proposals() -> ResponseReturnValue:
    return replies.page("admin/proposals.html", proposals=_lines(None, AnswerForm()))


def _lines(refused: Proposal | None, form: AnswerForm) -> list[dict[str, Any]]:
    """Every open one; ``form`` is that of the one that was refused without a good reason."""
    waiting = proposals.waiting()
    above = policy.above(me(), [one.person_id for one in waiting])
    return [_line(one, form if one is refused else AnswerForm(), one.person_id not in above) for one in waiting]


def _line(proposal: Proposal, form: AnswerForm, may_change: bool) -> dict[str, Any]:
    person, changed = proposal.person, proposals.changed(proposal)
    form.answer.id = f"answer-{proposal.public_id}"  # several of these forms stand on one page
    return {
        "id": proposal.public_id,
        "name": person.full_name,
        "at": proposal.created_at,
        "rows": [
            (_("Name"), person.full_name, proposal.full_name, bool({"first_name", "prefix", "last_name"} & {*changed})),
            (_("Phone"), person.phone, proposal.phone, "phone" in changed),
            (_("Letters in"), LANGUAGES[person.language], LANGUAGES[proposal.language], "language" in changed),
        ],
        "is_mine": person.id == me().person.id,
        "may_answer": person.id != me().person.id and may_change,
        "form": form,
    }


def _load(proposal_id: str) -> Proposal:
    """To answer it: taking over is a change of that person, so not of somebody above who answers."""
    proposal = load(Proposal, proposal_id, to="decide")
    if not policy.allows(me(), "change", proposal.person):
        abort(403)
    return proposal


@admin.route("/admin/proposals/<proposal_id>/acceptance", access=Access.MANAGEMENT, methods=("POST",))
def accept_proposal(proposal_id: str) -> ResponseReturnValue:
    proposal = _load(proposal_id)
    try:
        proposals.accept(proposal, me().person)
    except Refused as no:
        return replies.refused(LIST, no.sentence)
    return replies.reply(LIST, say=_("It is changed: %(name)s.", name=proposal.person.full_name))


@admin.route("/admin/proposals/<proposal_id>/refusal", access=Access.MANAGEMENT, methods=("POST",))
def refuse_proposal(proposal_id: str) -> ResponseReturnValue:
    proposal, form = _load(proposal_id), AnswerForm(request.form)
    if not form.validate():
        return replies.invalid("admin/proposals.html", proposals=_lines(proposal, form))
    try:
        proposals.refuse(proposal, me().person, form.answer.data)
    except Refused as no:
        return replies.refused(LIST, no.sentence)
    return replies.reply(LIST, say=_("It is not changed. %(name)s hears why.", name=proposal.person.full_name))
