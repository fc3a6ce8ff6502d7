"""The timeline as one person sees it: a page of cards, newest first, read with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, exists, func, select, tuple_

from school import feed, marks, policy
from school.feed.audience import seen_through_child
from school.feed.tables import Post, PostGroup, ReadReceipt
from school.lib import clock, search
from school.lib.db import db
from school.policy import Viewer
from school.timeline.cards import Card
from school.timeline.rows import UNREAD_DAYS, gather, rows_of, unread_since

PAGE = 20
TILES = 4


@dataclass
class Filters:
    """What somebody narrowed the timeline to; ids of things they may see."""

    group_id: int | None = None
    pupil_id: int | None = None
    kind: str = ""
    query: str = ""

    @property
    def any(self) -> bool:
        return bool(self.group_id or self.pupil_id or self.kind or self.query)


@dataclass
class Page:
    cards: list[Card]
    pinned: list[Card] = field(default_factory=list)
    older: str | None = None
    """The public id to continue after; None on the last page."""


def page(me: Viewer, filters: Filters, before: Post | None = None) -> Page:
    """Twenty cards; on the first page without filters the pinned ones stand on top."""
    pinned_rows: Sequence[Row[Any]] = ()
    if before is None and not filters.any:
        pinned_rows = rows_of(me, _wanted(me, filters).where(Post.pinned_until >= me.today).limit(3))
    wanted = _wanted(me, filters).limit(PAGE + 1)
    if before is not None:
        wanted = wanted.where(tuple_(Post.published_at, Post.id) < (before.published_at, before.id))
    on_top = {row.id for row in pinned_rows}
    rows = rows_of(me, wanted)
    older = rows[PAGE - 1].public_id if len(rows) > PAGE else None
    shown = [row for row in rows[:PAGE] if row.id not in on_top]
    cards = gather(me, [*pinned_rows, *shown], tiles=TILES)
    return Page(cards[len(pinned_rows) :], cards[: len(pinned_rows)], older)


def card(me: Viewer, post: Post) -> Card:
    """One post, with all its photos."""
    rows = rows_of(me, select(Post.id).where(Post.id == post.id))
    return gather(me, rows, tiles=None)[0]


def mine(me: Viewer, status: str) -> list[Card]:
    """Posts of one status that are this person's to work on, the last saved first."""
    ids = _of_mine(me, status, Post.id).order_by(Post.saved_at.desc()).limit(50)
    return gather(me, rows_of(me, ids), tiles=TILES)


def count_mine(me: Viewer, status: str) -> int:
    return db.session.scalar(_of_mine(me, status, func.count())) or 0


def _of_mine(me: Viewer, status: str, *columns: Any) -> Select[Any]:
    return select(*columns).select_from(Post).where(Post.status == status, feed.begun(), policy.scope(me, Post))


def to_confirm(me: Viewer) -> list[Card]:
    """Must-read posts this guardian has not confirmed yet."""
    if not me.is_guardian:
        return []
    confirmed = exists().where(
        ReadReceipt.post_id == Post.id,
        ReadReceipt.person_id == me.person.id,
        ReadReceipt.confirmed_at.is_not(None),
    )
    ids = (
        select(Post.id)
        .where(Post.must_read, Post.status == "published", seen_through_child(me.person.id, me.today), ~confirmed)
        .where(Post.published_at > clock.ago(days=UNREAD_DAYS))
        .order_by(Post.published_at.desc())
        .limit(5)
    )
    found = list(db.session.scalars(ids))
    return gather(me, rows_of(me, select(Post.id).where(Post.id.in_(found))), tiles=0) if found else []


def unread(me: Viewer) -> int:
    """How many recent posts this person has not seen."""
    since = unread_since(me)
    if since is None:
        return 0
    seen = exists().where(ReadReceipt.post_id == Post.id, ReadReceipt.person_id == me.person.id)
    found = select(Post.id).where(
        policy.published(me), Post.published_at > since, Post.author_id != me.person.id, ~seen
    )
    return len(set(db.session.scalars(found)) - marks.just_seen(me.person.id))


# ── which posts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _wanted(me: Viewer, filters: Filters) -> Select[tuple[int]]:
    found = select(Post.id).where(policy.published(me)).order_by(Post.published_at.desc(), Post.id.desc())
    if filters.group_id is not None:
        found = found.where(exists().where(PostGroup.post_id == Post.id, PostGroup.group_id == filters.group_id))
    if filters.pupil_id is not None:
        found = found.where(seen_through_child(me.person.id, me.today, filters.pupil_id))
    if filters.kind:
        found = found.where(Post.kind == filters.kind)
    if filters.query:
        found = _searched(found, filters.query)
    return found


def _searched(found: Select[tuple[int]], query: str) -> Select[tuple[int]]:
    ids, plain = search.matching(query, (Post.title.expression, Post.body.expression))
    if ids is not None:
        found = found.where(Post.id.in_(ids))
    return found.where(*plain)
