"""Own data: one open proposal a person, answered by somebody else."""

from __future__ import annotations

import pytest
import time_machine

from school import audit, outbox, people, proposals
from school.lib import clock
from school.lib.db import db, writing
from school.lib.text import Refused
from school.people import Person
from school.proposals import Proposal
from tests.cast import Cast


def propose(person: Person, **other: str) -> Proposal:
    told = {field: getattr(person, field) for field in proposals.FIELDS} | other
    with writing():
        return proposals.propose(person, **told)


def accept(proposal: Proposal, by: Person) -> None:
    with writing():
        proposals.accept(proposal, by)


def test_a_proposal_changes_nothing_until_it_is_accepted(cast: Cast) -> None:
    proposal = propose(cast.parent, first_name=" Anna  Maria ", prefix="de", phone="06 12", language="en")
    assert proposals.changed(proposal) == ("first_name", "prefix", "phone", "language")
    assert (cast.parent.full_name, cast.parent.phone, cast.parent.language) == ("Anna Bakker", "", "nl")
    accept(proposal, cast.office)
    assert (cast.parent.full_name, cast.parent.phone) == ("Anna Maria de Bakker", "06 12")
    assert (cast.parent.language, cast.parent.sort_key) == ("en", "bakker, anna maria")
    assert [mail.kind for mail in outbox.latest()] == ["proposal_decided"]
    assert [entry.action for entry in audit.latest()] == ["accepted a change", "proposed a change"]


@pytest.mark.parametrize(
    ("wrong", "field"), [({"first_name": "  "}, "first_name"), ({"language": "xx"}, "language"), ({}, None)]
)
def test_what_cannot_be_proposed(cast: Cast, wrong: dict[str, str], field: str | None) -> None:
    with pytest.raises(Refused) as no:
        propose(cast.parent, **wrong)
    assert no.value.field == field
    assert db.session.query(Proposal).count() == 0


def test_a_newer_one_takes_the_place(cast: Cast) -> None:
    """The office may have the older one on its screen: that can no longer be taken over."""
    first = propose(cast.parent, phone="0611")
    second = propose(cast.parent, phone="0622")
    assert proposals.waiting() == [second]
    assert first.state == "withdrawn"
    with pytest.raises(Refused):
        accept(first, cast.office)
    accept(second, cast.office)
    assert cast.parent.phone == "0622"


def test_an_answer_is_given_once(cast: Cast) -> None:
    proposal = propose(cast.parent, phone="0611")
    with writing(), pytest.raises(Refused) as no:
        proposals.refuse(proposal, cast.office, " ")
    assert no.value.field == "answer"
    with writing():
        proposals.refuse(proposal, cast.office, " Bel ons even. ")
    assert (proposal.state, proposal.answer, cast.parent.phone) == ("refused", "Bel ons even.", "")
    with pytest.raises(Refused):
        accept(proposal, cast.office)
    with writing(), pytest.raises(Refused):
        proposals.withdraw(proposal)


@pytest.mark.parametrize("key", ["office", "director", "admin"])
def test_nobody_answers_their_own(cast: Cast, key: str) -> None:
    own = propose(getattr(cast, key), phone="0611")
    with pytest.raises(Refused):
        accept(own, getattr(cast, key))
    with writing(), pytest.raises(Refused):
        proposals.refuse(own, getattr(cast, key), "Nee.")
    assert getattr(cast, key).phone == ""


def test_taken_back(cast: Cast) -> None:
    proposal = propose(cast.parent, phone="0611")
    with writing():
        proposals.withdraw(proposal)
    assert proposals.latest_of(cast.parent) is None
    assert proposals.waiting() == []


def test_a_language_that_was_chosen_later_is_not_turned_back(cast: Cast) -> None:
    proposal = propose(cast.parent, phone="0611")
    with writing():
        people.choose_language(cast.parent, "en")
        proposals.speak(cast.parent)
    accept(proposal, cast.office)
    assert cast.parent.language == "en"


def test_the_answer_is_shown_for_a_while(cast: Cast) -> None:
    proposal = propose(cast.parent, phone="0611")
    accept(proposal, cast.office)
    assert proposals.latest_of(cast.parent) == proposal
    with time_machine.travel(clock.now() + proposals.SHOWN):
        assert proposals.latest_of(cast.parent) is None


def test_nobody_keeps_the_office_busy(cast: Cast) -> None:
    for number in range(10):
        propose(cast.parent, phone=f"06{number}")
    with pytest.raises(Refused):
        propose(cast.parent, phone="0699")


def test_a_closed_account_gets_no_mail(cast: Cast) -> None:
    proposal = propose(cast.deactivated, phone="0611")
    accept(proposal, cast.office)
    assert outbox.latest() == []
