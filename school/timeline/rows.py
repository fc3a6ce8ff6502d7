"""From ids of posts to cards, with a fixed number of queries whatever the number of posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, distinct, exists, func, or_, select
from sqlalchemy.orm import aliased

from school import marks
from school.feed.tables import Comment, Post, PostGroup, Reaction, ReadReceipt
from school.groups import Enrolment, Group
from school.guardians import Guardianship, live
from school.lib import clock, markdown
from school.lib.db import db
from school.lib.names import full, initials
from school.people import Person
from school.photos import Attachment, Photo
from school.policy import Viewer
from school.timeline.cards import Card, Document, Picture, Reads, Tag, document, group_label, month_label, picture

UNREAD_DAYS = 30
"""Older posts are not called unread: nobody wants to hear in May of a post from September."""


def unread_since(me: Viewer) -> datetime | None:
    """Newcomers do not find everything marked as new."""
    if me.person.first_login_at is None:
        return None
    return max(me.person.first_login_at, clock.ago(days=UNREAD_DAYS))


# ── their columns ───────────────────────────────────────────────────────────────────────────────────────────────────


def rows_of(me: Viewer, ids: Select[tuple[int]]) -> Sequence[Row[Any]]:
    """The posts of these ids in the same order, with counts and this person's own marks."""
    author = aliased(Person)
    chosen = ids.subquery()
    own = ReadReceipt.__table__.alias()
    columns = (
        select(
            *_POST_COLUMNS,
            author.first_name,
            author.prefix,
            author.last_name,
            author.salutation,
            _number(Reaction, Reaction.post_id).label("likes"),
            _number(Comment, Comment.post_id, Comment.removed_at.is_(None)).label("comments"),
            _number(Photo, Photo.post_id).label("photo_count"),
            _number(Attachment, Attachment.post_id).label("document_count"),
            exists().where(Reaction.post_id == Post.id, Reaction.person_id == me.person.id).label("liked"),
            own.c.seen_at,
            own.c.confirmed_at,
        )
        .join(chosen, chosen.c.id == Post.id)
        .join(author, author.id == Post.author_id)
        .outerjoin(own, and_(own.c.post_id == Post.id, own.c.person_id == me.person.id))
        .order_by(Post.published_at.desc(), Post.id.desc())
    )
    return db.session.execute(columns).all()


_POST_COLUMNS = (
    Post.id, Post.public_id, Post.author_id, Post.kind, Post.title, Post.body, Post.goals_month, Post.whole_school,
    Post.status, Post.publish_at, Post.published_at, Post.edited_at, Post.pinned_until, Post.comments_open,
    Post.must_read, Post.saved_at,
)  # fmt: skip


def _number(table: Any, post_id: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(table).where(post_id == Post.id, *conditions).scalar_subquery()


# ── cards ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def gather(me: Viewer, rows: Sequence[Row[Any]], *, tiles: int | None) -> list[Card]:
    """``tiles``: how many photos of each post are wanted; None means all."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    tags = _tags(ids)
    pictures = _pictures([row.id for row in rows if row.photo_count], tiles)
    documents = _documents([row.id for row in rows if row.document_count])
    reads = _reads(me, rows)
    seen, since = marks.just_seen(me.person.id), unread_since(me)
    return [
        _card(
            me,
            row,
            tags[row.id],
            pictures[row.id],
            documents[row.id],
            reads.get(row.id),
            _is_unread(me, row, seen, since),
        )
        for row in rows
    ]


def _card(
    me: Viewer,
    row: Row[Any],
    tags: list[tuple[int, Tag]],
    pictures: list[Picture],
    documents: list[Document],
    reads: Reads | None,
    is_unread: bool,
) -> Card:
    allowed = _allowed(me, row, frozenset(group_id for group_id, _tag in tags))
    return Card(
        id=row.public_id,
        url=f"/posts/{row.public_id}",
        kind=row.kind,
        title=row.title,
        body=markdown.to_html(row.body),
        is_long=markdown.is_long(row.body),
        author=_called(row),
        author_role="",
        initials=initials(row.first_name, "" if row.salutation else row.last_name),
        hue=tags[0][1].hue if tags else 0,
        groups=[tag for _id, tag in tags],
        whole_school=row.whole_school,
        status=row.status,
        published_at=row.published_at,
        publish_at=row.publish_at,
        saved_at=row.saved_at,
        edited=row.edited_at is not None,
        pinned=row.pinned_until is not None and row.pinned_until >= me.today,
        must_read=row.must_read,
        confirmed=row.confirmed_at is not None,
        unread=is_unread,
        liked=row.liked,
        likes=row.likes,
        comments_open=row.comments_open,
        comments=row.comments,
        photos=pictures,
        photo_count=row.photo_count,
        documents=documents,
        goals_label=month_label(row.goals_month) if row.goals_month else "",
        reads=reads,
        **allowed,
    )


def _allowed(me: Viewer, row: Row[Any], group_ids: frozenset[int]) -> dict[str, bool]:
    """What the buttons of a card offer. The door decides again when one is pressed."""
    published = row.status == "published"
    author = row.author_id == me.person.id
    team = row.status != "draft" and (bool(group_ids & me.posts_for) or me.is_director)
    edits = me.is_staff and row.status != "withdrawn" and (author or team)
    return {
        "can_edit": edits,
        "can_withdraw": published and (edits or me.is_director),
        "can_pin": published and edits,
        "can_comment": published and row.comments_open,
        "can_like": published,
        "can_confirm": published and row.must_read and me.is_guardian,
    }


def _is_unread(me: Viewer, row: Row[Any], seen: set[int], since: datetime | None) -> bool:
    if row.status != "published" or since is None or row.author_id == me.person.id:
        return False
    return row.seen_at is None and row.id not in seen and row.published_at > since


def _called(row: Row[Any]) -> str:
    if row.salutation:
        return f"{row.salutation} {row.first_name}"
    return full(row.first_name, row.prefix, row.last_name)


def _tags(post_ids: list[int]) -> defaultdict[int, list[tuple[int, Tag]]]:
    rows = db.session.execute(
        select(PostGroup.post_id, Group.id, Group.public_id, Group.name, Group.kind, Group.hue)
        .join(Group, Group.id == PostGroup.group_id)
        .where(PostGroup.post_id.in_(post_ids))
        .order_by(Group.position, Group.id)
    )
    found: defaultdict[int, list[tuple[int, Tag]]] = defaultdict(list)
    for post_id, group_id, public_id, name, kind, hue in rows:
        found[post_id].append((group_id, Tag(public_id, name, group_label(name, kind), hue)))
    return found


def _pictures(post_ids: list[int], tiles: int | None) -> defaultdict[int, list[Picture]]:
    found: defaultdict[int, list[Picture]] = defaultdict(list)
    if not post_ids or tiles == 0:
        return found
    wanted = (
        select(*_PHOTO_COLUMNS).where(Photo.post_id.in_(post_ids)).order_by(Photo.post_id, Photo.position, Photo.id)
    )
    if tiles is not None:
        wanted = wanted.where(Photo.position < tiles)
    for row in db.session.execute(wanted):
        found[row.post_id].append(picture(row))
    return found


_PHOTO_COLUMNS = (
    Photo.post_id, Photo.public_id, Photo.caption, Photo.alt, Photo.name, Photo.colour, Photo.width, Photo.height,
    Photo.small, Photo.medium, Photo.large, Photo.film, Photo.seconds,
)  # fmt: skip


def _documents(post_ids: list[int]) -> defaultdict[int, list[Document]]:
    found: defaultdict[int, list[Document]] = defaultdict(list)
    if post_ids:
        rows = db.session.scalars(select(Attachment).where(Attachment.post_id.in_(post_ids)).order_by(Attachment.id))
        for row in rows:
            found[row.post_id].append(document(row))
    return found


def _reads(me: Viewer, rows: Sequence[Row[Any]]) -> dict[int, Reads]:
    """For staff: how many of the guardians reached today have seen each post; the same road as delivery."""
    if not me.is_staff:
        return {}
    urls = {row.id: f"/posts/{row.public_id}/readers" for row in rows if row.status == "published"}
    in_groups = exists().where(PostGroup.post_id == Post.id, PostGroup.group_id == Enrolment.group_id)
    counted = db.session.execute(
        select(Post.id, func.count(distinct(Guardianship.person_id)), func.count(distinct(ReadReceipt.person_id)))
        .select_from(Post)
        .join(Enrolment, and_(Enrolment.starts_on <= Post.published_on, Enrolment.ends_on >= Post.published_on))
        .join(
            Guardianship,
            and_(Guardianship.pupil_id == Enrolment.pupil_id, Guardianship.sees_posts, live(me.today)),
        )
        .join(Person, and_(Person.id == Guardianship.person_id, Person.deactivated_at.is_(None)))
        .outerjoin(ReadReceipt, and_(ReadReceipt.post_id == Post.id, ReadReceipt.person_id == Guardianship.person_id))
        .where(Post.id.in_(urls), or_(Post.whole_school, in_groups))
        .group_by(Post.id)
    )
    return {post_id: Reads(read, of, urls[post_id]) for post_id, of, read in counted}
