"""Who a post is for. One join, read from both sides: what a guardian sees, and whom a post reaches.

A guardian is reached through a child: the guardianship counts today and has the scope posts, and the child sat on the
day of publishing in one of the post's groups (in any group, for a school-wide post). (DOMAIN §3)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, literal, or_, select, true

from school.feed.tables import Post, PostGroup
from school.groups import Enrolment, GroupMember, on
from school.guardians import Guardianship, live
from school.lib.db import db
from school.people import Person


def _road(
    day: date, member_on: ColumnElement[date | None] | date, addressed: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Guardianship and Enrolment lead from the post to the guardian, on ``day``, by membership on ``member_on``."""
    return (
        (Enrolment.pupil_id == Guardianship.pupil_id)
        & live(day)
        & Guardianship.sees_posts
        & (Enrolment.starts_on <= member_on)
        & (Enrolment.ends_on >= member_on)
        & addressed
    )


def seen_through_child(person_id: int, day: date, pupil_id: int | None = None) -> ColumnElement[bool]:
    """A condition on Post: this guardian reaches it today (through this one child, when given)."""
    in_groups = exists().where(PostGroup.post_id == Post.id, PostGroup.group_id == Enrolment.group_id)
    in_groups = in_groups.correlate(Post, Enrolment)  # by itself it would ask of any post, two levels deep
    road = _road(day, Post.published_on.expression, or_(Post.whole_school, in_groups))
    found = select(Guardianship.id).where(Guardianship.person_id == person_id, road)
    if pupil_id is not None:
        found = found.where(Guardianship.pupil_id == pupil_id)
    return found.correlate(Post).exists()


def seen_as_member(person_id: int, day: date) -> ColumnElement[bool]:
    """A condition on Post: it was published for a committee while this guardian was a member, and still is one."""
    found = select(GroupMember.id).join(PostGroup, PostGroup.group_id == GroupMember.group_id)
    found = found.where(PostGroup.post_id == Post.id, GroupMember.person_id == person_id)
    return found.where(*membership(day, Post.published_on.expression)).correlate(Post).exists()


def membership(day: date, published_on: ColumnElement[date | None] | date) -> tuple[ColumnElement[bool], ...]:
    """A committee is for guardians: who no longer reaches a child is no member either."""
    guardian = exists().where(Guardianship.person_id == GroupMember.person_id, live(day)).correlate(GroupMember)
    starts, ends = GroupMember.starts_on.expression, GroupMember.ends_on.expression
    return on(day, starts, ends), starts <= published_on, guardian


def members(group_ids: Iterable[int], today: date, day: date) -> Select[tuple[Person, int]]:
    """The same as ``reached`` through committees; the second column is zero, for no child."""
    return (
        select(Person, literal(0))
        .join(GroupMember, GroupMember.person_id == Person.id)
        .where(GroupMember.group_id.in_(list(group_ids)), Person.deactivated_at.is_(None), *membership(today, day))
        .distinct()
        .order_by(Person.sort_key, Person.id)
    )


def reached(group_ids: Iterable[int], whole_school: bool, today: date, day: date) -> Select[tuple[Person, int]]:
    """Every (guardian, child) that a post for these groups, published on ``day``, reaches today."""
    addressed = true() if whole_school else Enrolment.group_id.in_(list(group_ids))
    return (
        select(Person, Guardianship.pupil_id)
        .select_from(Guardianship)
        .join(Enrolment, _road(today, day, addressed))
        .join(Person, Person.id == Guardianship.person_id)
        .where(Person.deactivated_at.is_(None))
        .distinct()
        .order_by(Person.sort_key, Person.id)
    )


@dataclass(frozen=True)
class Audience:
    guardians: tuple[Person, ...]
    families: int
    """Children that share a guardian are one family; nothing about families is stored."""
    never_in: int

    @property
    def size(self) -> int:
        return len(self.guardians)


def audience(group_ids: Iterable[int], whole_school: bool, today: date, day: date) -> Audience:
    group_ids = list(group_ids)
    rows = [tuple(row) for row in db.session.execute(reached(group_ids, whole_school, today, day))]
    if group_ids:
        rows += [(person, -person.id) for person, _none in db.session.execute(members(group_ids, today, day))]
    guardians = {person.id: person for person, _pupil in rows}
    return Audience(
        guardians=tuple(guardians.values()),
        families=_families([(person.id, pupil_id) for person, pupil_id in rows]),
        never_in=sum(person.first_login_at is None for person in guardians.values()),
    )


def audience_of(post: Post, today: date) -> Audience:
    """Whom a post reaches: as published, or as it would be today."""
    group_ids = [group.id for group in post.groups]
    return audience(group_ids, post.whole_school, today, post.published_on or today)


def _families(pairs: list[tuple[int, int]]) -> int:
    """Counts the connected groups of guardians and children."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for person_id, pupil_id in pairs:
        parent[root(("person", person_id))] = root(("pupil", pupil_id))
    return len({root(node) for node in list(parent)})
