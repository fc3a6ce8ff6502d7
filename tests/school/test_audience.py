"""What somebody sees and whom a post reaches are two sides of one join: proved on the cast and on made-up families."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from school import committees, feed, groups, guardians, people, policy, pupils
from school.feed import Post
from school.groups import Group, GroupMember
from school.lib import clock
from school.lib.db import db, writing
from school.lib.prepared import plain_rows
from school.people import Person
from school.timeline import statements
from tests import factories
from tests.cast import EVERYBODY, GUARDIANS, Cast
from tests.house import House


def seen_by(person: Person) -> set[int]:
    return set(db.session.scalars(select(Post.id).where(policy.published(policy.viewer(person)))))


def reached_by(post: Post) -> set[int]:
    return {person.id for person in feed.audience_of(post, clock.today()).guardians}


def agree(persons: list[Person], posts: list[Post]) -> None:
    sight = {person.id: seen_by(person) for person in persons}
    for post in posts:
        reached = reached_by(post)
        for person in persons:
            if person.deactivated_at is None:
                assert (post.id in sight[person.id]) == (person.id in reached), (person.full_name, post.title)
    counts_agree(posts)


def counts_agree(posts: list[Post]) -> None:
    """What staff read under a post, "gelezen 31 van 48", counts the same guardians in a statement of its own."""
    counted = plain_rows(statements.reads(), today=clock.today(), posts=[post.id for post in posts])
    of = {post_id: number for post_id, number, _read in counted}
    for post in posts:
        assert of.get(post.id, 0) == feed.audience_of(post, clock.today()).size, post.title


def test_they_agree_for_the_whole_cast(cast: Cast) -> None:
    both = [cast.five, cast.six]
    with writing():
        council = groups.add("OR", groups.school_year(clock.today()), kind="committee")
        db.session.flush()
        for key in ("parent", "mover", "leaver", "teacher_parent"):
            committees.join(getattr(cast, key), council, _day(-20), None)
        removed = GroupMember(group=council, person=cast.removed, starts_on=_day(-20))
        db.session.add_all([removed, GroupMember(group=council, person=cast.deactivated, starts_on=_day(-20))])
    addressed: list[list[Group]] = [[cast.five], [cast.six], both, [], [council], [council, cast.six]]
    posts = [
        factories.post(cast.teacher if into else cast.director, into, title=f"{number} {days}", days_ago=days)
        for number, into in enumerate(addressed)
        for days in (0, 1, 5, 15, 29, 32, 150, 250)
    ]
    agree([getattr(cast, key) for key in GUARDIANS], posts)


DAYS = st.integers(-40, 40)


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, int]:
    first = draw(DAYS)
    return first, draw(st.integers(first, 60))


families = st.lists(
    st.fixed_dictionaries(
        {
            "enrolments": st.lists(st.tuples(st.integers(0, 1), spans()), min_size=1, max_size=3),
            "road": spans(),
            "open_end": st.booleans(),
            "kind": st.sampled_from(guardians.KINDS),
            "scopes": st.sampled_from([["posts"], ["messages"], list(guardians.SCOPES), []]),
            "memberships": st.lists(st.tuples(spans(), st.booleans()), max_size=2),
        }
    ),
    min_size=1,
    max_size=4,
)
INTO = [(0,), (1,), (0, 1), (), (2,), (0, 2)]
"""Groups by index; 2 is a committee; none is the whole school."""
addressing = st.lists(st.tuples(st.sampled_from(INTO), st.integers(0, 45)), min_size=1, max_size=3)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(families, addressing)
def test_they_agree_for_any_family(
    app: Flask, house: House, told: list[dict[str, object]], posts: list[tuple[tuple[int, ...], int]]
) -> None:
    house.begin("empty")
    with writing():
        year = groups.school_year(clock.today())
        both = [groups.add("5", year), groups.add("6", year), groups.add("OR", year, kind="committee")]
        author = people.add("Juf")
        persons = [_family(number, family, both) for number, family in enumerate(told)]
        db.session.flush()
        published = [
            factories.post(author, [both[index] for index in into], title=str(days), days_ago=days)
            for into, days in posts
        ]
    agree(persons, published)


def _day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def _family(number: int, family: dict[str, object], both: list[Group]) -> Person:
    pupil = pupils.add(f"Kind {number}", birth_date=date(2018, 1, 1))
    for index, (first, last) in family["enrolments"]:  # type: ignore[attr-defined]
        groups.enrol(pupil, both[index], starts_on=_day(first), ends_on=_day(last))
    person = people.add(f"Ouder {number}", email=f"{number}@school.example")
    first, last = family["road"]  # type: ignore[misc]
    needs_end = family["kind"] == "exception" or not family["open_end"]
    guardians.link(
        person,
        pupil,
        kind=str(family["kind"]),
        scopes=family["scopes"],  # type: ignore[arg-type]
        starts_on=_day(first),
        ends_on=_day(last) if needs_end else None,
    )
    for (first, last), open_end in family["memberships"]:  # type: ignore[attr-defined]
        ends_on = None if open_end else _day(last)
        db.session.add(GroupMember(group=both[2], person=person, starts_on=_day(first), ends_on=ends_on))
    return person


# ── the rules in words ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def told(cast: Cast) -> Callable[[str, float], set[str]]:
    """Keys of the guardians who see a post for group 5 or 6 that was published so many days ago."""

    def readers(group: str, days_ago: float) -> set[str]:
        post = factories.post(cast.teacher, [cast.five if group == "5" else cast.six], days_ago=days_ago)
        return {key for key in GUARDIANS if post.id in seen_by(getattr(cast, key))}

    return readers


def test_a_child_that_moved_keeps_what_was_shared_while_it_was_there(told: Callable[[str, float], set[str]]) -> None:
    assert "mover" in told("5", 40)
    assert "mover" not in told("5", 20)
    assert "mover" in told("6", 20)
    assert "mover" not in told("6", 40)


def test_the_day_of_moving_belongs_to_the_new_group(told: Callable[[str, float], set[str]]) -> None:
    assert "mover" in told("6", 30)
    assert "mover" not in told("5", 30)
    assert "mover" in told("5", 31)


def test_a_newcomer_does_not_see_what_was_before(told: Callable[[str, float], set[str]]) -> None:
    assert "newcomer" in told("5", 3)
    assert "newcomer" not in told("5", 4)


def test_a_leaver_keeps_the_past_and_gets_nothing_new(told: Callable[[str, float], set[str]]) -> None:
    assert "leaver" in told("5", 10)
    assert "leaver" not in told("5", 9)


def test_who_has_no_road_today_sees_nothing_of_the_past_either(told: Callable[[str, float], set[str]]) -> None:
    old = told("5", 50)
    assert old & {"removed", "blocked", "lapsed", "no_authority"} == set()
    assert {"parent", "granted", "exception", "mother", "father"} <= old


def test_an_ended_road_closes_the_day_after_its_last(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    found = guardians.children_of(cast.exception)
    assert [pupil.first_name for pupil, _group in found] == ["Noor"]
    assert post.id in seen_by(cast.exception)
    with writing():
        road = db.session.query(guardians.Guardianship).filter_by(person_id=cast.exception.id).one()
        guardians.end(road, clock.today())
    assert post.id in seen_by(cast.exception)
    with writing():
        guardians.end(road, clock.today() - timedelta(days=1))
    assert post.id not in seen_by(cast.exception)


def test_blocking_works_at_once_and_stays(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    with writing():
        guardians.block(db.session.query(guardians.Guardianship).filter_by(person_id=cast.parent.id).one())
    assert post.id not in seen_by(cast.parent)
    assert cast.parent.id not in reached_by(post)


def test_an_exception_needs_an_end(cast: Cast) -> None:
    with pytest.raises(ValueError, match="end date"), writing():
        guardians.link(cast.leaver, cast.child("Noor"), kind="exception")


def test_families_are_counted_not_stored(cast: Cast) -> None:
    """Noor's four adults are one family, Lotte's divorced parents another; Storm and Roos have one each."""
    found = feed.audience([cast.five.id], False, clock.today(), clock.today())
    assert found.families == 4
    assert found.size == 7
    assert found.never_in == 0
    everybody = feed.audience((), True, clock.today(), clock.today())
    assert everybody.families == 7
    assert everybody.never_in == 1


def test_two_children_with_one_parent_are_one_family(cast: Cast) -> None:
    with writing():
        guardians.link(cast.mother, cast.child("Noor"), starts_on=clock.today())
    assert feed.audience([cast.five.id], False, clock.today(), clock.today()).families == 3


def test_a_closed_account_is_not_reached(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    assert cast.deactivated.id not in reached_by(post)


# ── committees ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def council(cast: Cast) -> Group:
    """A committee of Noor's parent for twenty days."""
    with writing():
        made = groups.add("OR", groups.school_year(clock.today()), kind="committee")
        db.session.flush()
        committees.join(cast.parent, made, _day(-20), None)
    return made


def test_members_read_what_was_written_since_they_came(cast: Cast, council: Group) -> None:
    before, since = (factories.post(cast.director, [council], days_ago=days) for days in (21, 19))
    assert seen_by(cast.parent) >= {since.id}
    assert before.id not in seen_by(cast.parent)
    assert since.id not in seen_by(cast.mother)
    assert reached_by(since) == {cast.parent.id}


def test_who_is_no_member_any_more_reads_nothing_of_it(cast: Cast, council: Group) -> None:
    post = factories.post(cast.director, [council], days_ago=5)
    with writing():
        committees.end(committees.members_of(council)[0], _day(-1))
    assert post.id not in seen_by(cast.parent)
    assert reached_by(post) == set()


def test_a_member_without_a_child_here_is_none(cast: Cast, council: Group) -> None:
    post = factories.post(cast.director, [council], days_ago=5)
    with writing():
        for road in guardians.of_person(cast.parent):
            guardians.end(road, _day(-1))
    assert post.id not in seen_by(cast.parent)
    assert policy.viewer(cast.parent).member_of == frozenset()


def test_a_member_answers_in_the_committee(cast: Cast, council: Group) -> None:
    post = factories.post(cast.director, [council])
    assert policy.allows(policy.viewer(cast.parent), "comment", post)


STAFF_SEE = {
    "teacher": {"five", "school"},
    "duo": {"five", "school"},
    "substitute": {"five", "school"},
    "specialist": {"five", "school"},
    "other_teacher": {"six", "school"},
    "teacher_parent": {"five", "six", "school"},
    "past_substitute": {"school"},
    "former_teacher": set(),
    "care": {"five", "six", "school"},
    "office": {"five", "six", "school"},
    "director": {"five", "six", "school"},
    "admin": {"school"},
}


@pytest.mark.parametrize("key", STAFF_SEE)
def test_staff_see_their_groups_today(cast: Cast, key: str) -> None:
    posts = {
        "five": factories.post(cast.teacher, [cast.five]),
        "six": factories.post(cast.other_teacher, [cast.six]),
        "school": factories.post(cast.director),
    }
    seen = seen_by(getattr(cast, key))
    assert {name for name, post in posts.items() if post.id in seen} == STAFF_SEE[key]


def test_nothing_written_nothing_allowed(cast: Cast) -> None:
    me = policy.viewer(cast.director)
    assert not policy.allows(me, "an action nobody wrote about", factories.post(cast.teacher, [cast.five]))
    assert db.session.scalar(select(Post.id).where(policy.scope(me, dict))) is None


@pytest.mark.parametrize("key", EVERYBODY)
def test_a_single_object_and_the_list_share_one_scope(cast: Cast, key: str) -> None:
    posts = [
        factories.post(cast.teacher, [cast.five], status=status)
        for status in ("draft", "scheduled", "published", "withdrawn")
    ]
    me = policy.viewer(getattr(cast, key))
    listed = set(db.session.scalars(select(Post.id).where(policy.scope(me, Post))))
    for post in posts:
        assert (policy.find(me, Post, post.public_id) is not None) == (post.id in listed)
