"""The questions the timeline asks, each built once and asked with other values ever after.

Building a statement costs more than running it. Which posts somebody may read stays the policy's: it is asked for a
person of the same shape (roles, groups of today), and person and day are filled in with every use.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    select,
    tuple_,
    union_all,
)  # fmt: skip
from sqlalchemy.orm import aliased

from school import policy
from school.feed.audience import membership, seen_through_child
from school.feed.tables import Comment, Post, PostGroup, Reaction, ReadReceipt
from school.groups import Enrolment, Group, GroupMember
from school.guardians import Guardianship, live
from school.lib.db import Moment, day_before
from school.lib.prepared import among, nested
from school.people import Person
from school.photos import Attachment, Photo
from school.policy import Viewer
from school.timeline.cards import PHOTO_COLUMNS

PINNED = 3

ME: Any = bindparam("me", type_=Integer)
TODAY: Any = bindparam("today", type_=Date)
SINCE: Any = bindparam("since", type_=Moment)


@dataclass(frozen=True)
class _Anybody:
    """Stands for the person while a statement is built; a rule that asked for more than the id would fail here."""

    id: Any = ME


ANYBODY: Any = _Anybody()


def shape(me: Viewer) -> Viewer:
    """Everything of a viewer that changes the statement, and nothing of what only fills it in."""
    in_committee = frozenset({0}) if me.member_of else frozenset()  # which ones is asked of the database
    return replace(me, person=ANYBODY, today=TODAY, session=None, responds_in=frozenset(), member_of=in_committee)


@dataclass(frozen=True)
class Narrowed:
    """By what a timeline is narrowed down."""

    group: bool = False
    pupil: bool = False
    kind: bool = False
    before: bool = False


@lru_cache(maxsize=128)
def page(who: Viewer, by: Narrowed, most: int, *, pinned: bool) -> Select[Any]:
    """The newest posts, and the newest pinned ones when wanted; values: me, today, tiles and those of ``by``."""
    newest = wanted(who, by).limit(most)
    if not pinned:
        return columns(Post.id.in_(newest))
    on_top = mine(who).where(Post.pinned_until >= TODAY)  # few; without an order, or all of the timeline is walked
    return columns(Post.id.in_(union_all(select(newest.subquery().c.id), on_top)))


def mine(who: Viewer) -> Select[tuple[int]]:
    return select(Post.id).where(policy.published(who))


def wanted(who: Viewer, by: Narrowed) -> Select[tuple[int]]:
    found = mine(who).order_by(Post.published_at.desc(), Post.id.desc())
    if not who.is_staff and not who.member_of:
        found = found.where(*_while_there())
    if by.group:
        group: Any = bindparam("group", type_=Integer)
        found = found.where(exists().where(PostGroup.post_id == Post.id, PostGroup.group_id == group))
    if by.pupil:
        found = found.where(seen_through_child(ME, TODAY, bindparam("pupil", type_=Integer)))  # type: ignore[arg-type]
    if by.kind:
        found = found.where(Post.kind == bindparam("kind", type_=String))
    if by.before:
        last = tuple_(bindparam("before_at", type_=Moment), bindparam("before_id", type_=Integer))
        found = found.where(tuple_(Post.published_at, Post.id) < last)
    return found


def _while_there() -> list[ColumnElement[bool]]:
    """What a guardian sees lies within the days their children were in a group: this only keeps the search short."""
    stay = select(Enrolment.id).join(Guardianship, Guardianship.pupil_id == Enrolment.pupil_id)
    stay = stay.where(Guardianship.person_id == ME, live(TODAY))
    first = stay.with_only_columns(func.min(Enrolment.starts_on)).scalar_subquery()
    return [Post.published_at >= day_before(first)]


@lru_cache(maxsize=128)
def unseen(who: Viewer) -> Select[tuple[int]]:
    """Ids of posts by others since a moment without a read mark; values: me, today, since."""
    seen = exists().where(ReadReceipt.post_id == Post.id, ReadReceipt.person_id == ME)
    return wanted(who, Narrowed()).where(Post.published_at > SINCE, Post.author_id != ME, ~seen)


@lru_cache(maxsize=1)
def unconfirmed() -> Select[Any]:
    """Must-read posts of a guardian without their word; values: me, today, since, tiles."""
    said = (ReadReceipt.post_id == Post.id, ReadReceipt.person_id == ME, ReadReceipt.confirmed_at.is_not(None))
    ids = (
        select(Post.id)
        .where(Post.must_read, Post.status == "published", seen_through_child(ME, TODAY), ~exists().where(*said))
        .where(Post.published_at > SINCE)
        .order_by(Post.published_at.desc())
        .limit(5)
    )
    return columns(Post.id.in_(ids))


class Columns(NamedTuple):
    """What is asked of every post, in this order, and is the same for most who ask."""

    id: int
    public_id: str
    author_id: int
    kind: str
    title: str
    body: str
    goals_month: date | None
    whole_school: bool
    status: str
    publish_at: datetime | None
    published_at: datetime | None
    edited_at: datetime | None
    pinned_until: date | None
    comments_open: bool
    must_read: bool
    saved_at: datetime
    first_name: str
    prefix: str
    last_name: str
    salutation: str
    likes: int
    comments: int
    photo_count: int
    document_count: int
    liked: bool
    groups: str
    photos: str


SHARED = len(Columns._fields)
"""After these come one's own marks: seen_at and confirmed_at."""


@lru_cache(maxsize=1)
def these() -> Select[Any]:
    """The posts of these ids; values: me, posts, tiles."""
    return columns(among(Post.id, "posts"))


def columns(chosen: ColumnElement[bool]) -> Select[Any]:
    """The chosen posts, newest first, with their groups, photos, counts and this person's own marks."""
    author = aliased(Person)
    own = ReadReceipt.__table__.alias()
    return (
        select(
            Post.id, Post.public_id, Post.author_id, Post.kind, Post.title, Post.body, Post.goals_month,
            Post.whole_school, Post.status, Post.publish_at, Post.published_at, Post.edited_at, Post.pinned_until,
            Post.comments_open, Post.must_read, Post.saved_at,
            author.first_name, author.prefix, author.last_name, author.salutation,
            _number(Reaction, Reaction.post_id).label("likes"),
            _number(Comment, Comment.post_id, Comment.removed_at.is_(None)).label("comments"),
            _number(Photo, Photo.post_id).label("photo_count"),
            _number(Attachment, Attachment.post_id).label("document_count"),
            exists().where(Reaction.post_id == Post.id, Reaction.person_id == ME).label("liked"),
            nested(_groups()).label("groups"), nested(_photos()).label("photos"),
            own.c.seen_at, own.c.confirmed_at,
        )
        .join(author, author.id == Post.author_id)
        .outerjoin(own, and_(own.c.post_id == Post.id, own.c.person_id == ME))
        .where(chosen)
        .order_by(Post.published_at.desc(), Post.id.desc())
    )  # fmt: skip


def _number(table: Any, post_id: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(table).where(post_id == Post.id, *conditions).scalar_subquery()


def _groups() -> Select[Any]:
    """The groups of a post, to be sorted on their first column."""
    return (
        select(Group.position, Group.id, Group.public_id, Group.name, Group.kind, Group.hue)
        .join(PostGroup, PostGroup.group_id == Group.id)
        .where(PostGroup.post_id == Post.id)
        .correlate(Post)
    )


def _photos() -> Select[Any]:
    """The first photos of a post, to be sorted on their first column."""
    return (
        select(Photo.position, Photo.id, *PHOTO_COLUMNS)
        .where(Photo.post_id == Post.id, Photo.position < bindparam("tiles", type_=Integer))
        .correlate(Post)
    )


@lru_cache(maxsize=1)
def reads() -> Select[Any]:
    """Of these posts: how many guardians are reached today and how many of them have seen it; the road of delivery."""
    then = and_(Enrolment.starts_on <= Post.published_on, Enrolment.ends_on >= Post.published_on)
    placed = select(Post.id.label("post_id"), Enrolment.pupil_id).select_from(Post).where(among(Post.id, "posts"))
    in_groups = placed.join(PostGroup, PostGroup.post_id == Post.id).join(
        Enrolment, and_(Enrolment.group_id == PostGroup.group_id, then)
    )
    in_school = placed.join(Enrolment, then).where(Post.whole_school)
    child = union_all(in_groups, in_school).subquery()
    through_child = select(child.c.post_id, Guardianship.person_id).join(
        Guardianship, and_(Guardianship.pupil_id == child.c.pupil_id, Guardianship.sees_posts, live(TODAY))
    )
    in_committee = (
        select(Post.id, GroupMember.person_id).select_from(Post).join(PostGroup, PostGroup.post_id == Post.id)
    )
    in_committee = in_committee.join(GroupMember, GroupMember.group_id == PostGroup.group_id).where(
        among(Post.id, "posts"), *membership(TODAY, Post.published_on.expression)
    )
    reached = union_all(through_child, in_committee).subquery()
    reader = and_(ReadReceipt.post_id == reached.c.post_id, ReadReceipt.person_id == reached.c.person_id)
    return (
        select(
            reached.c.post_id,
            func.count(reached.c.person_id.distinct()),
            func.count(ReadReceipt.person_id.distinct()),
        )
        .select_from(reached)
        .join(Person, and_(Person.id == reached.c.person_id, Person.deactivated_at.is_(None)))
        .outerjoin(ReadReceipt, reader)
        .group_by(reached.c.post_id)
    )
