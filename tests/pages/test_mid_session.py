"""Whoever loses the road to a child loses sight with the next request, in a session that stays open (SAFETY §3.3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from school import accounts, groups, guardians, invitations, people
from school.groups import Group
from school.guardians import Guardianship
from school.lib import clock
from school.lib.db import db, writing
from school.people import Person
from tests import factories
from tests.cast import Cast
from tests.client import Client, ClientOf

YESTERDAY = timedelta(days=1)


def road(cast: Cast, key: str) -> Guardianship:
    found = guardians.between(getattr(cast, key), cast.child("Noor"))
    assert found is not None
    return found


def ended(cast: Cast, key: str) -> None:
    guardians.end(road(cast, key), clock.today() - YESTERDAY)


def blocked(cast: Cast, key: str) -> None:
    guardians.block(road(cast, key))


def without_scopes(cast: Cast, key: str) -> None:
    guardians.give(road(cast, key), [])


def expired(cast: Cast, key: str) -> None:
    link = road(cast, key)
    link.kind, link.ends_on = "exception", clock.today() - YESTERDAY


def child_left(cast: Cast, key: str) -> None:
    guardians.child_leaves(cast.child("Noor"), clock.today() - 2 * YESTERDAY, grace=1)


def closed(cast: Cast, key: str) -> None:
    accounts.close(getattr(cast, key), cast.admin)


WAYS: list[Callable[[Cast, str], None]] = [ended, blocked, without_scopes, expired, child_left, closed]


def addresses(cast: Cast) -> list[str]:
    post = factories.post(cast.teacher, [cast.five])
    photo, document = factories.photo(post), factories.document(post)
    return [
        f"/posts/{post.public_id}",
        *(f"/photos/{photo.public_id}/{size}" for size in ("small", "medium", "large")),
        f"/documents/{document.public_id}",
        f"/timeline?child={cast.child('Noor').public_id}",
        f"/timeline?group={cast.five.public_id}",
    ]


def opens(browser: Client, address: str) -> bool:
    answer = browser.get(address)
    assert answer.status_code in (200, 303, 404)
    return answer.status_code == 200


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("key", ["parent", "granted", "exception"])
def test_the_next_request_knows(cast: Cast, client_of: ClientOf, key: str, way: Callable[[Cast, str], None]) -> None:
    browser, there = client_of(getattr(cast, key)), addresses(cast)
    assert all(opens(browser, address) for address in there)
    with writing():
        way(cast, key)
    assert not any(opens(browser, address) for address in there)
    assert browser.post(f"{there[0]}/comments", {"body": "Nog één ding"}).status_code in (303, 404)


def test_the_others_see_on(cast: Cast, client_of: ClientOf) -> None:
    """One road ends; the roads of others to the same child do not."""
    there = addresses(cast)
    with writing():
        blocked(cast, "parent")
    other = client_of(cast.granted)
    assert all(opens(other, address) for address in there)


def test_a_place_in_a_team_ends_like_that(cast: Cast, client_of: ClientOf) -> None:
    browser, there = client_of(cast.substitute), addresses(cast)
    assert opens(browser, there[0])
    with writing():
        for place in db.session.query(groups.GroupStaff).filter_by(person_id=cast.substitute.id):
            place.ends_on = clock.today() - YESTERDAY
    assert not opens(browser, there[0])


@pytest.fixture
def committee(cast: Cast) -> tuple[Group, Person]:
    with writing():
        council = groups.add("Ouderraad", cast.five.school_year, kind="committee")
        db.session.flush()
        since = clock.today() - 5 * YESTERDAY
        db.session.add(groups.GroupMember(group=council, person=cast.other_parent, starts_on=since))
    return council, cast.other_parent


def test_a_committee_reads_its_own_posts_and_stops_with_the_membership(
    cast: Cast, client_of: ClientOf, committee: tuple[Group, Person]
) -> None:
    council, member = committee
    post = factories.post(cast.director, [council])
    browser = client_of(member)
    assert opens(browser, f"/posts/{post.public_id}")
    assert not opens(client_of(cast.parent), f"/posts/{post.public_id}")
    with writing():
        db.session.query(groups.GroupMember).one().ends_on = clock.today() - YESTERDAY
    assert not opens(browser, f"/posts/{post.public_id}")


def test_a_member_who_is_no_guardian_any_more_is_no_member(
    cast: Cast, client_of: ClientOf, committee: tuple[Group, Person]
) -> None:
    council, member = committee
    post = factories.post(cast.director, [council])
    with writing():
        for link in db.session.query(Guardianship).filter_by(person_id=member.id):
            guardians.block(link)
    assert not opens(client_of(member), f"/posts/{post.public_id}")


def test_a_leaver_reads_and_no_longer_speaks(cast: Cast, client_of: ClientOf) -> None:
    post = factories.post(cast.teacher, [cast.five], days_ago=3)
    browser, address = client_of(cast.parent), f"/posts/{post.public_id}"
    assert 'action="' + address + '/comments"' in browser.get(address).text
    with writing():
        guardians.child_leaves(cast.child("Noor"), clock.today() - YESTERDAY, grace=30)
    page = browser.get(address)
    assert page.status_code == 200
    assert "/comments" not in page.text
    assert browser.post(f"{address}/comments", {"body": "Dag"}).status_code == 403
    assert browser.post(f"{address}/reaction", {"on": "1"}).status_code == 403


def test_an_invitation_ends_with_the_road(cast: Cast) -> None:
    key = b"key"
    with writing():
        invitation = invitations.invite(cast.invited, cast.office, key)
    code = invitations.code_of(invitation, key)
    assert invitations.by_token(code, key) is not None
    with writing():
        for link in db.session.query(Guardianship).filter_by(person_id=people.by_login("invited@school.example").id):  # type: ignore[union-attr]
            guardians.block(link)
    assert invitations.by_token(code, key) is None
