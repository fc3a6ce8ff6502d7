"""Passwords and sessions: what is kept, what is refused, what ends what."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from school import passwords, people, sessions
from school.lib import clock, tokens
from school.lib import passwords as hashing
from school.lib.db import db, writing
from school.lib.text import Refused
from school.sessions import Session
from tests import factories, house
from tests.cast import PASSWORD, Cast


def test_the_real_hash_is_strong_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """OWASP: Argon2id with 19 MiB, two rounds; the tests use a lighter one everywhere else."""
    monkeypatch.setattr(hashing, "_hasher", house.REAL_HASHER)
    made = hashing.hashed(PASSWORD)
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashing.fits(made, PASSWORD)
    assert not hashing.fits(made, PASSWORD + " ")
    assert not hashing.outdated(made)


@pytest.mark.usefixtures("house")  # which makes hashes light
def test_a_lighter_hash_is_called_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    light = hashing.hashed(PASSWORD)
    monkeypatch.setattr(hashing, "_hasher", house.REAL_HASHER)
    assert hashing.outdated(light)


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$broken"])
def test_what_is_no_hash_fits_nothing(kept: str | None) -> None:
    assert not hashing.fits(kept, PASSWORD)
    assert not hashing.fits(kept, "")


@pytest.mark.parametrize(
    "good", [PASSWORD, "x7Kp0qLm4WzB", "correct horse battery", "één twee drie vier", "密码很长很长很长的一句话语哦"]
)
def test_good_passwords(good: str) -> None:
    hashing.require_good(good)


@pytest.mark.parametrize(
    "bad",
    [
        "kort",
        "elf tekens!",
        "x" * 201,
        "wachtwoord12",
        "Welkom2026!!",
        "WachtwoordWelkom",
        "qwertyuiop12",
        "123456789012",
        "aaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaaaa",
        "abababababab",
        "zomer2026zomer2026",
        "P@ssw0rd",
        "schoolplein2026",
        "            ",
    ],
)
def test_bad_passwords(bad: str) -> None:
    with pytest.raises(Refused) as no:
        hashing.require_good(bad)
    assert no.value.field == "password"


def test_own_name_address_and_school_are_easy_to_guess(cast: Cast) -> None:
    own = passwords.own_words(cast.mother, "Kindcentrum De Proef")
    for bad in ("MariaBerg2026", "mother@school", "kindcentrum-de-proef", "Maria van den Berg 1"):
        with pytest.raises(Refused):
            hashing.require_good(bad, own)


def test_a_reset_link_works_once_and_for_four_hours(cast: Cast) -> None:
    with writing():
        token = passwords.new_link(cast.parent)
    assert passwords.by_link(token) == cast.parent
    assert passwords.by_link(token) == cast.parent
    with time_machine.travel(clock.now() + timedelta(hours=4, seconds=1), tick=False):
        assert passwords.by_link(token) is None
    with writing():
        passwords.change(cast.parent, "hash")
    assert passwords.by_link(token) is None


def test_a_new_link_ends_the_earlier_one(cast: Cast) -> None:
    with writing():
        first = passwords.new_link(cast.parent)
    with writing():
        second = passwords.new_link(cast.parent)
    assert passwords.by_link(first) is None
    assert passwords.by_link(second) == cast.parent


def test_a_closed_account_has_no_link(cast: Cast) -> None:
    with writing():
        token = passwords.new_link(cast.deactivated)
    assert passwords.by_link(token) is None


@pytest.mark.parametrize("wrong", ["", "x", "%", "' OR 1=1 --", "é" * 43])
def test_what_is_no_token_opens_nothing(cast: Cast, wrong: str) -> None:
    assert passwords.by_link(wrong) is None
    assert sessions.by_token(wrong) is None


def test_the_database_keeps_no_token(cast: Cast) -> None:
    session, token = factories.session(cast.parent)
    kept = [str(value) for row in db.session.execute(text("SELECT * FROM session")) for value in row]
    assert token not in kept
    assert session.token_hash == tokens.digest(token)


@pytest.mark.parametrize(
    ("key", "idle", "longest"),
    [("parent", sessions.IDLE, sessions.LONGEST), ("teacher", sessions.IDLE_STAFF, sessions.LONGEST_STAFF)],
)
def test_sessions_end_unused_and_at_last(cast: Cast, key: str, idle: timedelta, longest: timedelta) -> None:
    session, token = factories.session(getattr(cast, key))
    with time_machine.travel(clock.now() + idle - timedelta(minutes=1), tick=False):
        assert sessions.by_token(token) is not None
    with time_machine.travel(clock.now() + idle + timedelta(minutes=1), tick=False):
        assert sessions.by_token(token) is None
    moment = clock.now()
    while moment < session.created_at + longest - timedelta(days=1):
        moment += timedelta(days=1)
        with time_machine.travel(moment, tick=False), writing():
            sessions.touch({session.id}, {session.person_id}, staff=key == "teacher")
    with time_machine.travel(moment, tick=False):
        assert sessions.by_token(token) is not None
    with time_machine.travel(session.created_at + longest + timedelta(minutes=1), tick=False):
        assert sessions.by_token(token) is None


def test_a_closed_account_has_no_session(cast: Cast) -> None:
    _session, token = factories.session(cast.parent)
    with writing():
        cast.parent.deactivated_at = clock.now()
    assert sessions.by_token(token) is None


def test_a_renewed_session_has_another_token(cast: Cast) -> None:
    session, token = factories.session(cast.parent)
    with writing():
        new = sessions.renew(session.id)
    assert sessions.by_token(token) is None
    assert new is not None
    assert sessions.by_token(new) == session


def test_ending_the_others_keeps_this_one(cast: Cast) -> None:
    kept, _token = factories.session(cast.parent)
    factories.session(cast.parent)
    factories.session(cast.mother)
    with writing():
        sessions.end_all(cast.parent, but=kept.id)
    assert [session.id for session in sessions.of_person(cast.parent)] == [kept.id]
    assert len(sessions.of_person(cast.mother)) == 1


def test_a_changed_password_ends_the_others(cast: Cast) -> None:
    kept, _token = factories.session(cast.parent)
    factories.session(cast.parent)
    with writing():
        passwords.change(cast.parent, "hash", keep_session=kept.id)
    assert db.session.query(Session).count() == 1


def test_addresses_are_found_without_regard_to_case(cast: Cast) -> None:
    assert people.by_login("  PARENT@School.Example ") == cast.parent
    assert people.by_login("nobody@school.example") is None


@pytest.mark.parametrize(("make", "length"), [(tokens.public_id, 11), (tokens.media_id, 22), (tokens.secret, 43)])
def test_names_of_things_are_random(make: object, length: int) -> None:
    made = {make() for _each in range(500)}  # type: ignore[operator]
    assert len(made) == 500
    assert {len(one) for one in made} == {length}
