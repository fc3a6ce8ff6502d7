"""From rows to cards, with a fixed number of queries whatever the number of posts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from school import marks, policy
from school.lib import clock, markdown, text
from school.lib.db import db
from school.lib.names import initials
from school.lib.prepared import plain_rows
from school.photos import Attachment
from school.policy import Viewer
from school.timeline import statements
from school.timeline.cards import (
    Card,
    Document,
    Picture,
    Reads,
    Tag,
    called,
    document,
    group_label,
    month_label,
    picture_of,
)  # fmt: skip
from school.timeline.statements import Columns

UNREAD_DAYS = 30
"""Older posts are not called unread: nobody wants to hear in May of a post from September."""

Rows = Sequence[Row[Any]]


def unread_since(me: Viewer) -> datetime | None:
    """Newcomers do not find everything marked as new."""
    if me.person.first_login_at is None:
        return None
    return max(me.person.first_login_at, clock.ago(days=UNREAD_DAYS))


def of_posts(me: Viewer, post_ids: Sequence[int], *, tiles: int) -> Rows:
    return plain_rows(statements.these(), me=me.person.id, posts=post_ids, tiles=tiles) if post_ids else []


def cards_of(me: Viewer, rows: Rows) -> list[Card]:
    documents = _documents([row.id for row in rows if row.document_count])
    reads = _reads(me, rows)
    seen, since, speaking = marks.just_seen(me.person.id), unread_since(me), text.language()
    return [
        _card(
            row[: statements.SHARED],
            tuple(documents[row.id]),
            reads.get(row.id),
            _allowed(me, row, _group_ids(row.groups)),
            _is_unread(me, row, seen, since),
            row.pinned_until is not None and row.pinned_until >= me.today,
            row.confirmed_at is not None,
            speaking,
        )
        for row in rows
    ]


@lru_cache(maxsize=1000)
def _group_ids(groups: str) -> frozenset[int]:
    return frozenset(key for _position, key, *_rest in json.loads(groups))


def _tags(groups: str) -> tuple[Tag, ...]:
    """In the language of now."""
    return tuple(
        Tag(public_id, name, group_label(name, kind), hue)
        for _position, _key, public_id, name, kind, hue in sorted(json.loads(groups))
    )


def _pictures(photos: str) -> tuple[Picture, ...]:
    return tuple(picture_of(*columns) for _position, _key, *columns in sorted(json.loads(photos)))


class Allowed(NamedTuple):
    """What the buttons of a card offer. The door decides again when one is pressed."""

    edit: bool
    withdraw: bool
    pin: bool
    comment: bool
    like: bool
    confirm: bool


@lru_cache(maxsize=1000)
def _card(
    columns: tuple[Any, ...],
    documents: tuple[Document, ...],
    reads: Reads | None,
    allowed: Allowed,
    is_unread: bool,
    is_pinned: bool,
    is_confirmed: bool,
    _language: str,
) -> Card:
    """Made of its arguments alone, so that the same ones give the same card again."""
    row = Columns(*columns)
    tags = _tags(row.groups)
    return Card(
        id=row.public_id,
        url=f"/posts/{row.public_id}",
        kind=row.kind,
        title=row.title,
        body=markdown.to_html(row.body),
        is_long=markdown.is_long(row.body),
        author=called(row.salutation, row.first_name, row.prefix, row.last_name),
        author_role="",
        initials=initials(row.first_name, "" if row.salutation else row.last_name),
        hue=tags[0].hue if tags else 0,
        groups=tags,
        whole_school=row.whole_school,
        status=row.status,
        published_at=row.published_at,
        publish_at=row.publish_at,
        saved_at=row.saved_at,
        edited=row.edited_at is not None,
        pinned=is_pinned,
        must_read=row.must_read,
        confirmed=is_confirmed,
        unread=is_unread,
        liked=row.liked,
        likes=row.likes,
        comments_open=row.comments_open,
        comments=row.comments,
        photos=_pictures(row.photos),
        photo_count=row.photo_count,
        documents=documents,
        goals_label=month_label(row.goals_month) if row.goals_month else "",
        reads=reads,
        can_edit=allowed.edit,
        can_withdraw=allowed.withdraw,
        can_pin=allowed.pin,
        can_comment=allowed.comment,
        can_like=allowed.like,
        can_confirm=allowed.confirm,
    )


def _allowed(me: Viewer, row: Row[Any], group_ids: frozenset[int]) -> Allowed:
    published = row.status == "published"
    edits = policy.edits(me, row.author_id, row.status, group_ids, row.whole_school)
    responds = published and policy.responds(me, group_ids, row.whole_school)
    return Allowed(
        edit=edits,
        withdraw=published and (edits or me.is_director),
        pin=published and edits,
        comment=responds and row.comments_open,
        like=responds,
        confirm=published and row.must_read and me.is_guardian,
    )


def _is_unread(me: Viewer, row: Row[Any], seen: set[int], since: datetime | None) -> bool:
    if row.status != "published" or since is None or row.author_id == me.person.id:
        return False
    return row.seen_at is None and row.id not in seen and row.published_at > since


def _documents(post_ids: list[int]) -> defaultdict[int, list[Document]]:
    found: defaultdict[int, list[Document]] = defaultdict(list)
    if post_ids:
        rows = db.session.scalars(select(Attachment).where(Attachment.post_id.in_(post_ids)).order_by(Attachment.id))
        for row in rows:
            found[row.post_id].append(document(row))
    return found


def _reads(me: Viewer, rows: Rows) -> dict[int, Reads]:
    """For staff: how many of the guardians reached today have seen each post."""
    urls = {row.id: f"/posts/{row.public_id}/readers" for row in rows if row.status == "published"}
    if not me.is_staff or not urls:
        return {}
    counted = plain_rows(statements.reads(), today=me.today, posts=list(urls))
    return {post_id: Reads(read, of, urls[post_id]) for post_id, of, read in counted}
