"""What should be different about oneself: asked here, answered by the office."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.account.forms import OwnDataForm
from blueprints.account.routes import account, account_page
from blueprints.section import load, me
from school import proposals
from school.lib.text import Refused, _
from school.policy import Access
from school.proposals import Proposal


@account.route("/account/proposals", access=Access.SIGNED_IN, methods=("POST",))
def propose() -> ResponseReturnValue:
    form = OwnDataForm(request.form)
    if not form.validate():
        return account_page(own_data=form)
    try:
        proposals.propose(me().person, **{name: value or "" for name, value in form.data.items()})
    except Refused as no:
        form.refuse(no)
        return account_page(own_data=form)
    return replies.reply("/account", say=_("Your question is in. The school looks at it."))


@account.route("/account/proposals/<proposal_id>/withdrawal", access=Access.SIGNED_IN, methods=("POST",))
def withdraw_proposal(proposal_id: str) -> ResponseReturnValue:
    proposal = load(Proposal, proposal_id, to="withdraw")
    try:
        proposals.withdraw(proposal)
    except Refused as no:
        return replies.refused("/account", no.sentence)
    return replies.reply("/account", say=_("It stays as it is."))
