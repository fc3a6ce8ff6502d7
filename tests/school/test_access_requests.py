"""Asking access for somebody else: who can ask, who agrees, who decides, and what comes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from school import access_requests, audit, groups, guardians, outbox, people, policy, pupils
from school.access_requests import AccessRequest, Terms, Wanted
from school.guardians import Guardianship
from school.lib import clock
from school.lib.db import db, writing
from school.lib.text import Refused
from school.people import Person
from school.pupils import Pupil
from tests.cast import Cast


def day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def granny(**other: Any) -> Wanted:
    told = {"kind": "exception", "first_name": "Klaske", "last_name": "Jellema", "email": "klaske@oma.example"}
    told |= {"relation": "oma", "reason": "Zij past op.", "ends_on": day(100)}
    return Wanted(**(told | other))


def other_parent(**other: Any) -> Wanted:
    told = {"kind": "guardian", "first_name": "Karim", "prefix": "El", "last_name": "Amrani", "relation": "vader"}
    return Wanted(**(told | other))


def ask(by: Person, child: Pupil, wanted: Wanted) -> AccessRequest:
    with writing():
        return access_requests.ask(by, [child], wanted)[0]


def grant(asked: AccessRequest, by: Person, *, directs: bool = True, **terms: Any) -> Guardianship:
    with writing():
        return access_requests.grant(asked, by, Terms(**terms), directs=directs)


def mailed(kind: str) -> set[str]:
    return {mail.person.email.partition("@")[0] for mail in outbox.latest() if mail.kind == kind}


def noted() -> list[str]:
    return [entry.action for entry in reversed(audit.latest())]


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_parent_asks_and_the_teachers_of_today_hear_it(cast: Cast) -> None:
    asked = ask(cast.parent, cast.child("Noor"), granny())
    assert (asked.state, asked.ends_on, asked.email) == ("asked", day(100), "klaske@oma.example")
    assert mailed("access_asked") == {"teacher", "duo", "substitute"}
    assert noted() == ["asked for access"]


def test_for_another_parent_no_teacher_is_asked(cast: Cast) -> None:
    asked = ask(cast.parent, cast.child("Noor"), other_parent(ends_on=day(10)))
    assert asked.ends_on is None
    assert outbox.latest() == []


def test_words_are_tidied(cast: Cast) -> None:
    asked = ask(cast.parent, cast.child("Noor"), granny(first_name="  Klaske  Anna ", email=" KLASKE@Oma.example "))
    assert (asked.full_name, asked.email) == ("Klaske Anna Jellema", "klaske@oma.example")


def test_one_request_a_child_and_one_mail_a_teacher(cast: Cast) -> None:
    with writing():
        sister = pupils.add("Fien", "Bakker", birth_date=date(2019, 1, 1))
        groups.enrol(sister, cast.five, starts_on=day(-5), ends_on=day(5))
        guardians.link(cast.parent, sister)
    with writing():
        made = access_requests.ask(cast.parent, [cast.child("Noor"), sister], granny())
    assert {asked.pupil.first_name for asked in made} == {"Noor", "Fien"}
    assert len(outbox.latest()) == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "neighbour"}, "kind"),
        ({"first_name": " "}, "first_name"),
        ({"email": "klaske"}, "email"),
        ({"email": "parent@school.example"}, "email"),
        ({"reason": "  "}, "reason"),
        ({"ends_on": None}, "ends_on"),
        ({"ends_on": day(-1)}, "ends_on"),
        ({"ends_on": day(367)}, "ends_on"),
    ],
)
def test_what_is_missing_is_said_at_its_field(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as no:
        ask(cast.parent, cast.child("Noor"), granny(**wrong))
    assert no.value.field == field
    assert db.session.query(AccessRequest).count() == 0


@pytest.mark.parametrize("ahead", [0, 366])
def test_from_today_to_a_year_ahead(cast: Cast, ahead: int) -> None:
    assert ask(cast.parent, cast.child("Noor"), granny(ends_on=day(ahead))).ends_on == day(ahead)


@pytest.mark.parametrize("key", ["exception", "blocked", "lapsed"])
def test_who_was_let_in_by_exception_or_kept_out_lets_nobody_in(cast: Cast, key: str) -> None:
    """Also somebody who works here and sees the child for that reason; a lapsed exception is then as nobody."""
    if key == "lapsed":
        assert ask(cast.lapsed, cast.child("Noor"), granny()).state == "asked"
        return
    with pytest.raises(Refused):
        ask(getattr(cast, key), cast.child("Noor"), granny())


def test_a_parent_without_authority_may_ask(cast: Cast) -> None:
    assert ask(cast.granted, cast.child("Noor"), granny()).state == "asked"


def test_a_child_that_left_gets_nobody_new(cast: Cast) -> None:
    bram = cast.child("Bram")
    with pytest.raises(Refused, match="Bram"):
        ask(cast.leaver, bram, granny())
    assert access_requests.askable(cast.leaver, [bram]) == []
    with writing():
        cast.child("Bram").left_on = day(0)
    assert ask(cast.leaver, cast.child("Bram"), granny()).state == "asked"


def test_all_or_none(cast: Cast) -> None:
    """A refusal for the second child leaves nothing of the first: a form that is shown again has done nothing."""
    with writing():
        guardians.link(cast.parent, cast.child("Bram"))
    with writing(), pytest.raises(Refused):
        access_requests.ask(cast.parent, [cast.child("Noor"), cast.child("Bram")], granny())
    assert db.session.query(AccessRequest).count() == 0
    assert noted() == []


def test_not_twice_for_the_same_person(cast: Cast) -> None:
    noor = cast.child("Noor")
    first = ask(cast.parent, noor, granny())
    for again in (granny(first_name="K."), granny(email="", first_name="klaske")):
        with pytest.raises(Refused):
            ask(cast.parent, cast.child("Noor"), again)
    assert ask(cast.parent, cast.child("Noor"), granny(email="other@oma.example")).state == "asked"
    with writing():
        access_requests.withdraw(first, cast.parent)
    assert ask(cast.parent, cast.child("Noor"), granny()).state == "asked"


def test_the_other_parent_hears_nothing_of_it(cast: Cast) -> None:
    """A refusal "this was asked already" would tell what the other one does."""
    ask(cast.mother, cast.child("Lotte"), granny())
    assert ask(cast.father, cast.child("Lotte"), granny()).state == "asked"
    with pytest.raises(Refused):
        ask(cast.office, cast.child("Lotte"), granny())


def test_nobody_floods_the_teachers(cast: Cast) -> None:
    for number in range(10):
        ask(cast.parent, cast.child("Noor"), granny(email=f"oma{number}@oma.example"))
    with pytest.raises(Refused):
        ask(cast.parent, cast.child("Noor"), granny())
    for number in range(11):
        ask(cast.office, cast.child("Noor"), granny(email=f"opa{number}@oma.example"))


def test_taking_back_once(cast: Cast) -> None:
    asked = ask(cast.parent, cast.child("Noor"), granny())
    with writing():
        access_requests.withdraw(asked, cast.parent)
    assert asked.state == "withdrawn"
    with writing(), pytest.raises(Refused):
        access_requests.withdraw(asked, cast.parent)
    with writing(), pytest.raises(Refused):
        access_requests.agree(asked, cast.teacher)


# ── agreeing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def agreed(cast: Cast, child: str = "Noor", by: str = "parent", wanted: Wanted | None = None) -> AccessRequest:
    asked = ask(getattr(cast, by), cast.child(child), wanted or granny())
    with writing():
        access_requests.agree(asked, cast.teacher)
    return asked


def test_the_teacher_agrees_once(cast: Cast) -> None:
    asked = agreed(cast)
    assert (asked.state, asked.agreed_by.first_name) == ("agreed", "Fleur")  # type: ignore[union-attr]
    assert asked.agreed_at is not None
    with writing(), pytest.raises(Refused):
        access_requests.agree(asked, cast.duo)


def test_a_teacher_does_not_agree_with_an_own_request(cast: Cast) -> None:
    with writing():
        groups.assign(cast.teacher_parent, cast.five, starts_on=day(-1), ends_on=day(5))
    asked = ask(cast.teacher_parent, cast.child("Storm"), granny())
    assert "teacher_parent" not in mailed("access_asked")
    with writing(), pytest.raises(Refused):
        access_requests.agree(asked, cast.teacher_parent)
    assert cast.teacher_parent not in access_requests.who_can_agree(asked)
    with pytest.raises(Refused):
        grant(asked, cast.director, scopes=["posts"], ends_on=day(10), agreed_by=cast.teacher_parent)


def test_teachers_are_those_who_work_here_today(cast: Cast) -> None:
    asked = ask(cast.parent, cast.child("Noor"), granny())
    assert {who.first_name for who in access_requests.who_can_agree(asked)} == {"Fleur", "Deniz", "Koen"}


def test_of_a_child_that_still_has_to_come_the_first_teachers(cast: Cast) -> None:
    with writing():
        planned = pupils.add("Pip", "Straks", birth_date=date(2022, 1, 1))
        groups.enrol(planned, cast.six, starts_on=day(10), ends_on=day(90))
        guardians.link(cast.invited, planned)
    asked = ask(cast.invited, cast.child("Pip"), granny())
    assert mailed("access_asked") == set()
    assert {who.first_name for who in access_requests.who_can_agree(asked)} == {"Sanne", "Tess"}


# ── deciding ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_exception_is_granted_and_the_others_are_told(cast: Cast) -> None:
    asked = agreed(cast)
    road = grant(asked, cast.director, scopes=["posts", "consent"], ends_on=day(50))
    assert (road.kind, road.authority, road.ends_on) == ("exception", "no", day(50))
    assert guardians.scopes_of(road) == ("posts",)
    assert (road.agreed_by_id, road.approved_by_id) == (cast.teacher.id, cast.director.id)
    assert (road.relation, road.reason) == ("oma", "Zij past op.")
    assert (asked.state, asked.decided_by_id) == ("granted", cast.director.id)
    assert mailed("access_given") == {"granted"}  # Noor's own guardians of today, without who asked
    assert mailed("access_decided") == {"parent"}
    assert noted() == [
        "asked for access",
        "agreed with access",
        "added a person",
        "linked a guardian",
        "approved an exception",
        "granted access",
    ]


def test_the_new_person_sees_the_child_until_the_day(cast: Cast) -> None:
    grant(agreed(cast), cast.director, scopes=["posts"], ends_on=day(0))
    klaske = people.by_login("klaske@oma.example")
    assert klaske is not None
    assert [child.first_name for child, _group in guardians.children_of(klaske)] == ["Noor"]
    assert policy.viewer(klaske).is_guardian
    assert guardians.children_of(klaske, day(1)) == []


def test_no_exception_before_a_teacher_agreed(cast: Cast) -> None:
    asked = ask(cast.parent, cast.child("Noor"), granny())
    for teacher in (None, cast.other_teacher, cast.specialist, cast.former_teacher):
        with pytest.raises(Refused) as no:
            grant(asked, cast.director, scopes=["posts"], ends_on=day(5), agreed_by=teacher)
        assert no.value.field == "agreed_by"
    road = grant(asked, cast.director, scopes=["posts"], ends_on=day(5), agreed_by=cast.duo)
    assert road.agreed_by_id == cast.duo.id
    assert asked.agreed_by_id == cast.duo.id


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"scopes": [], "ends_on": day(5)}, "scopes"),
        ({"scopes": ["consent"], "ends_on": day(5)}, "scopes"),
        ({"scopes": ["posts"]}, "ends_on"),
        ({"scopes": ["posts"], "ends_on": day(-1)}, "ends_on"),
        ({"scopes": ["posts"], "ends_on": day(367)}, "ends_on"),
    ],
)
def test_a_refused_decision_changes_nothing(cast: Cast, terms: dict[str, Any], field: str) -> None:
    """The refusal is shown in the form, and what was done before it would be kept."""
    asked = agreed(cast)
    with writing(), pytest.raises(Refused) as no:
        access_requests.grant(asked, cast.director, Terms(**terms), directs=True)
    assert no.value.field == field
    assert asked.state == "agreed"
    assert people.by_login("klaske@oma.example") is None


def test_another_parent_with_authority_gets_everything(cast: Cast) -> None:
    asked = ask(cast.parent, cast.child("Noor"), other_parent(email="karim@mail.example", phone="0611"))
    road = grant(asked, cast.office, directs=False, authority="yes", scopes=["posts"])
    assert (road.kind, road.authority, road.ends_on) == ("guardian", "yes", None)
    assert guardians.scopes_of(road) == guardians.SCOPES
    assert road.position == 1 + max(other.position for other in guardians.of_pupil(road.pupil) if other is not road)
    assert (road.person.full_name, road.person.phone) == ("Karim El Amrani", "0611")
    assert mailed("access_given") == set()
    assert "granted something without authority" not in noted()


@pytest.mark.parametrize("authority", ["no", "unknown"])
def test_without_authority_the_director_gives_parts_and_says_why(cast: Cast, authority: str) -> None:
    asked = ask(cast.parent, cast.child("Noor"), other_parent())
    for directs, terms in (
        (False, {"scopes": ["posts"], "reason": "Afspraak."}),
        (True, {"scopes": [], "reason": "Afspraak."}),
        (True, {"scopes": ["posts"], "reason": " "}),
    ):
        with pytest.raises(Refused):
            grant(asked, cast.director, directs=directs, authority=authority, **terms)
    road = grant(asked, cast.director, authority=authority, scopes=["posts"], reason="Afspraak.")
    assert (road.authority, road.reason, road.approved_by_id) == (authority, "Afspraak.", cast.director.id)
    assert guardians.scopes_of(road) == ("posts",)
    assert "granted something without authority" in noted()


def test_authority_has_to_be_said(cast: Cast) -> None:
    asked = ask(cast.parent, cast.child("Noor"), other_parent())
    with pytest.raises(Refused) as no:
        grant(asked, cast.director, authority="")
    assert no.value.field == "authority"


def test_the_office_does_not_answer_for_its_own_child(cast: Cast) -> None:
    with writing():
        guardians.link(cast.office, cast.child("Noor"))
        guardians.link(cast.director, cast.child("Noor"))
    asked = ask(cast.office, cast.child("Noor"), other_parent())
    with pytest.raises(Refused):
        grant(asked, cast.office, directs=False, authority="yes")
    with writing(), pytest.raises(Refused):
        access_requests.refuse(asked, cast.office, "Nee.")
    of_director = ask(cast.director, cast.child("Noor"), other_parent())
    assert grant(of_director, cast.director, authority="yes").authority == "yes"


def test_what_the_office_wrote_down_it_may_decide(cast: Cast) -> None:
    asked = ask(cast.office, cast.child("Noor"), other_parent())
    assert grant(asked, cast.office, directs=False, authority="yes").kind == "guardian"
    assert outbox.latest() == []


def test_what_staff_wrote_down_is_told_to_every_parent(cast: Cast) -> None:
    asked = ask(cast.office, cast.child("Lotte"), granny())
    grant(asked, cast.director, scopes=["posts"], ends_on=day(9), agreed_by=cast.teacher)
    assert mailed("access_given") == {"mother", "father"}
    assert mailed("access_decided") == {"office"}


def test_refusing_needs_a_reason_and_is_told(cast: Cast) -> None:
    asked = ask(cast.parent, cast.child("Noor"), granny())
    with writing(), pytest.raises(Refused) as no:
        access_requests.refuse(asked, cast.director, "  ")
    assert no.value.field == "answer"
    with writing():
        access_requests.refuse(asked, cast.director, " Kom even langs. ")
    assert (asked.state, asked.answer) == ("refused", "Kom even langs.")
    assert mailed("access_decided") == {"parent"}
    with pytest.raises(Refused):
        grant(asked, cast.director, scopes=["posts"], ends_on=day(9), agreed_by=cast.teacher)


def test_who_was_removed_meanwhile_lets_nobody_in(cast: Cast) -> None:
    """And is told nothing more about the child."""
    asked = agreed(cast, "Lotte", "father")
    with writing():
        guardians.block(guardians.between(cast.father, cast.child("Lotte")))  # type: ignore[arg-type]
    with pytest.raises(Refused):
        grant(asked, cast.director, scopes=["posts"], ends_on=day(9))
    with writing():
        access_requests.refuse(asked, cast.director, "Nee.")
    assert mailed("access_decided") == set()
    assert access_requests.of_guardian(cast.father) == []


def test_a_child_that_leaves_meanwhile(cast: Cast) -> None:
    asked = agreed(cast)
    with writing():
        guardians.child_leaves(cast.child("Noor"), day(-1), grace=30)
    with pytest.raises(Refused, match="Noor"):
        grant(asked, cast.director, scopes=["posts"], ends_on=day(9))
    with writing():
        access_requests.refuse(asked, cast.director, "Noor is van school.")
    assert asked.state == "refused"


# ── who it is ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_known_address_with_the_same_name_is_that_person(cast: Cast) -> None:
    wanted = granny(email="other_parent@school.example", first_name="zeynep", last_name="smit")
    road = grant(agreed(cast, wanted=wanted), cast.director, scopes=["posts"], ends_on=day(9))
    assert road.person == cast.other_parent


def test_a_known_address_with_another_name_is_asked_about(cast: Cast) -> None:
    asked = agreed(cast, wanted=granny(email="other_parent@school.example"))
    terms = {"scopes": ["posts"], "ends_on": day(9)}
    for wrong in ({}, {"somebody_new": True}, {"person": cast.mother}):
        with pytest.raises(Refused, match="Zeynep Smit") as no:
            grant(asked, cast.director, **terms, **wrong)
        assert no.value.field == "person"
    assert grant(asked, cast.director, **terms, person=cast.other_parent).person == cast.other_parent


def test_without_an_address_a_namesake_is_asked_about(cast: Cast) -> None:
    """Two children, one grandmother: the second time she is known."""
    with writing():
        guardians.link(cast.parent, cast.child("Mees"))
        both = access_requests.ask(cast.parent, [cast.child("Noor"), cast.child("Mees")], granny(email=""))
    terms = {"scopes": ["posts"], "ends_on": day(9)}
    first = grant(both[0], cast.director, **terms, agreed_by=cast.teacher)
    assert access_requests.given_to(both[0]) == first.person
    terms["agreed_by"] = cast.other_teacher
    with pytest.raises(Refused) as no:
        grant(both[1], cast.director, **terms)
    assert no.value.field == "person"
    assert grant(both[1], cast.director, **terms, person=first.person).person == first.person


def test_a_namesake_may_be_somebody_else(cast: Cast) -> None:
    wanted = granny(first_name="Zeynep", last_name="Smit", email="")
    road = grant(agreed(cast, wanted=wanted), cast.director, scopes=["posts"], ends_on=day(9), somebody_new=True)
    assert road.person != cast.other_parent
    assert road.person.email is None


@pytest.mark.parametrize("key", ["blocked", "exception", "no_authority"])
def test_nobody_is_let_in_past_a_block_or_twice(cast: Cast, key: str) -> None:
    person = getattr(cast, key)
    asked = agreed(cast, wanted=granny(first_name=person.first_name, last_name=person.last_name, email=person.email))
    with pytest.raises(Refused, match=person.first_name):
        grant(asked, cast.director, scopes=["posts"], ends_on=day(9))
    assert asked.state == "agreed"


def test_an_exception_that_lapsed_is_opened_again(cast: Cast) -> None:
    asked = agreed(cast, wanted=granny(first_name="Lars", last_name="Voorbij", email="lapsed@school.example"))
    road = grant(asked, cast.director, scopes=["posts", "absences"], ends_on=day(9))
    assert (road.person, road.kind, road.starts_on) == (cast.lapsed, "exception", day(0))
    assert guardians.scopes_of(road) == ("posts", "absences")


def test_a_closed_account_is_opened_first(cast: Cast) -> None:
    wanted = granny(first_name="Dora", last_name="Af", email="deactivated@school.example")
    asked = ask(cast.mother, cast.child("Lotte"), wanted)
    with pytest.raises(Refused, match="Dora"):
        grant(asked, cast.director, scopes=["posts"], ends_on=day(9), agreed_by=cast.teacher)


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_reads_along_today(cast: Cast) -> None:
    along = access_requests.reading_along([cast.child("Noor"), cast.child("Mees")])
    assert [road.person for road in along[cast.child("Noor").id]] == [cast.exception]
    assert cast.child("Mees").id not in along


def test_lists_are_of_who_looks(cast: Cast) -> None:
    mine = ask(cast.parent, cast.child("Noor"), granny())
    ask(cast.other_parent, cast.child("Mees"), other_parent())
    assert access_requests.of_guardian(cast.parent) == [mine]
    for key, to_agree, number in (("teacher", True, 1), ("other_teacher", True, 0), ("office", False, 2)):
        who = getattr(cast, key)
        scope = policy.scope(policy.viewer(who), AccessRequest)
        assert access_requests.count_waiting(who, scope, to_agree=to_agree) == number, key
        assert len(access_requests.waiting(who, scope)) == max(1, number), key
    with writing():
        access_requests.withdraw(mine, cast.parent)
    scope = policy.scope(policy.viewer(cast.teacher), AccessRequest)
    assert access_requests.waiting(cast.teacher, scope) == []
    assert access_requests.decided(cast.teacher, scope) == [mine]
