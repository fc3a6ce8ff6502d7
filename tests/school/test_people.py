"""Accounts and roles by hand: addresses, closing and opening, and who may never be the last to go."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from school import accounts, invitations, passwords, people, policy, sessions
from school.lib import clock
from school.lib.db import db, writing
from school.lib.text import Refused
from school.passwords import PasswordReset
from tests import factories
from tests.cast import Cast

KEY = b"k" * 32


def _day(days: int) -> date:
    return clock.today() + timedelta(days=days)


# ── addresses ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_address_is_folded_and_the_old_one_is_told(cast: Cast) -> None:
    with writing():
        assert accounts.change_address(cast.parent, "  Anna.Nieuw@School.example ") == "parent@school.example"
    assert people.by_login("anna.nieuw@school.EXAMPLE") is not None


def test_an_address_of_somebody_else_is_refused_with_their_name(cast: Cast) -> None:
    with pytest.raises(Refused, match="Maria van den Berg") as no, writing():
        accounts.change_address(cast.parent, "MOTHER@school.example")
    assert no.value.field == "email"
    assert cast.parent.email == "parent@school.example"


def test_a_login_name_of_somebody_else_is_no_address(cast: Cast) -> None:
    with writing():
        cast.mother.login_name = "maria@thuis.example"
    with pytest.raises(Refused), writing():
        accounts.change_address(cast.parent, "maria@thuis.example")


def test_an_address_is_only_taken_away_when_there_is_a_login_name(cast: Cast) -> None:
    with pytest.raises(Refused), writing():
        accounts.change_address(cast.parent, "")
    with writing():
        person = cast.parent
        person.login_name = "anna.bakker"
        assert accounts.change_address(person, " ") == "parent@school.example"
    assert people.by_login("anna.bakker").email is None  # type: ignore[union-attr]


def test_the_same_address_again_is_no_change(cast: Cast) -> None:
    with pytest.raises(Refused), writing():
        accounts.change_address(cast.parent, "Parent@school.example")


def test_links_in_the_old_mailbox_end_and_so_do_sessions(cast: Cast) -> None:
    _session, token = factories.session(cast.parent)
    with writing():
        invited, parent = cast.invited, cast.parent
        invitations.invite(invited, cast.office, KEY)
        link = invitations.new_link(invited)
        reset = passwords.new_link(parent)
    assert link is not None
    invited_id = cast.invited.id
    with writing():
        accounts.change_address(cast.invited, "iris@nieuw.example")
        accounts.change_address(cast.parent, "anna@nieuw.example")
    assert invitations.by_token(link, KEY) is None
    assert passwords.by_link(reset) is None
    assert sessions.by_token(token) is None
    assert invitations.open_of([invited_id])  # the letter on the kitchen table still counts


# ── closing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_closing_ends_every_way_in(cast: Cast) -> None:
    _session, token = factories.session(cast.parent)
    with writing():
        passwords.new_link(cast.parent)
        invitations.invite(cast.invited, cast.office, KEY)
    with writing():
        accounts.close(cast.parent, cast.office)
        accounts.close(cast.invited, cast.office)
    assert sessions.by_token(token) is None
    assert db.session.query(PasswordReset).count() == 0
    assert not invitations.open_of([cast.invited.id])
    with writing():
        accounts.open_again(cast.parent)
    assert sessions.by_token(token) is None
    assert cast.parent.deactivated_at is None


def test_nobody_closes_their_own_account(cast: Cast) -> None:
    with pytest.raises(Refused), writing():
        accounts.close(cast.director, cast.director)


@pytest.mark.parametrize("key", ["director", "admin"])
def test_the_last_one_of_a_role_stays(cast: Cast, key: str) -> None:
    with pytest.raises(Refused), writing():
        accounts.close(getattr(cast, key), cast.office)
    with writing():
        people.appoint(cast.care, key)
        accounts.close(getattr(cast, key), cast.office)
    assert getattr(cast, key).deactivated_at is not None


@pytest.mark.parametrize("flaw", ["closed", "never in", "for a while"])
def test_who_cannot_come_in_or_does_not_last_is_no_other_administrator(cast: Cast, flaw: str) -> None:
    with writing():
        other = cast.care
        held = people.appoint(other, "admin")
        if flaw == "closed":
            other.deactivated_at = clock.now()
        elif flaw == "never in":
            other.password_hash = None
        else:
            held.ends_on = _day(40)
    assert not people.others_with("admin", cast.admin, _day(0))
    with pytest.raises(Refused), writing():
        accounts.close(cast.admin, cast.director)


# ── roles ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_role_counts_from_its_first_day_through_its_last(cast: Cast) -> None:
    with writing():
        people.give_role(cast.parent, "support", _day(0), _day(0))
        people.give_role(cast.mother, "support", _day(1), None)
    assert policy.roles_of(cast.parent) == {"support"}
    assert policy.roles_of(cast.mother) == frozenset()


def test_a_role_is_not_held_twice_in_the_same_days(cast: Cast) -> None:
    with writing():
        people.give_role(cast.parent, "office", _day(10), _day(20))
    for first, last in ((5, None), (5, 10), (20, 30), (12, 15)):
        with pytest.raises(Refused) as no, writing():
            people.give_role(cast.parent, "office", _day(first), None if last is None else _day(last))
        assert no.value.field == "role"
    with writing():
        people.give_role(cast.parent, "office", _day(21), None)
        people.give_role(cast.parent, "office", _day(0), _day(9))
        people.give_role(cast.parent, "support", _day(12), None)
    with pytest.raises(Refused), writing():
        people.give_role(cast.mother, "office", _day(2), _day(1))


def test_an_ended_role_is_over_the_day_after(cast: Cast) -> None:
    with writing():
        held = cast.teacher.roles[0]
        people.end_role(held, _day(-1))
    assert policy.roles_of(cast.teacher) == frozenset()
    with pytest.raises(Refused), writing():
        people.end_role(cast.teacher.roles[0], _day(5))


def test_a_role_that_had_not_begun_is_gone(cast: Cast) -> None:
    with writing():
        held = people.give_role(cast.parent, "office", _day(3), None)
        people.end_role(held, _day(-1))
    assert cast.parent.roles == []


def test_the_last_administrator_keeps_the_role(cast: Cast) -> None:
    for last in (-1, 30):
        with pytest.raises(Refused) as no, writing():
            people.end_role(cast.admin.roles[0], _day(last))
        assert no.value.field == "last_day"
    with writing():
        people.appoint(cast.care, "admin")
    with writing():
        people.end_role(cast.admin.roles[0], _day(-1))
    with pytest.raises(Refused), writing():
        people.end_role(next(held for held in cast.care.roles if held.role == "admin"), _day(-1))


def test_two_administrators_do_not_end_one_after_the_other(cast: Cast) -> None:
    """One ends in two months; the other may not end in one, although there is somebody on the day after."""
    with writing():
        people.appoint(cast.care, "admin")
    with writing():
        people.end_role(cast.admin.roles[0], _day(60))
    with pytest.raises(Refused), writing():
        people.end_role(next(held for held in cast.care.roles if held.role == "admin"), _day(30))
