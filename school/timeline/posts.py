"""The timeline as one person sees it: a page of cards, newest first, read with a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, select

from school import marks, policy
from school.feed.tables import Post
from school.lib import clock, search
from school.lib.db import db
from school.lib.prepared import plain_rows
from school.policy import Viewer
from school.timeline import statements
from school.timeline.cards import Card
from school.timeline.rows import UNREAD_DAYS, Rows, cards_of, of_posts, unread_since
from school.timeline.statements import PINNED, Narrowed

PAGE = 20
TILES, ALL = 4, 1000
"""How many photos of a post are wanted: in the timeline, and on its own page."""


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
    with_pinned = before is None and not filters.any
    found = _found(me, filters, before, with_pinned=with_pinned)
    rows = found[: PAGE + 1]  # pinned posts can be older than these
    pinned = [row for row in found if row.pinned_until and row.pinned_until >= me.today][:PINNED] if with_pinned else []
    on_top = {row.id for row in pinned}
    older = rows[PAGE - 1].public_id if len(rows) > PAGE else None
    shown = [row for row in rows[:PAGE] if row.id not in on_top]
    cards = cards_of(me, [*pinned, *shown])
    return Page(cards[len(pinned) :], cards[: len(pinned)], older)


def _found(me: Viewer, filters: Filters, before: Post | None, *, with_pinned: bool) -> Rows:
    """One page and one post more, newest first; and the pinned ones."""
    by = Narrowed(
        group=filters.group_id is not None,
        pupil=filters.pupil_id is not None,
        kind=bool(filters.kind),
        before=before is not None,
    )
    values: dict[str, Any] = {"me": me.person.id, "today": me.today, "tiles": TILES}
    values |= {"group": filters.group_id, "pupil": filters.pupil_id, "kind": filters.kind}
    if before is not None:
        values |= {"before_at": before.published_at, "before_id": before.id}
    if filters.query:
        wanted = _searched(statements.wanted(statements.shape(me), by), filters.query).limit(PAGE + 1)
        return plain_rows(statements.columns(Post.id.in_(wanted)), **values)
    return plain_rows(statements.page(statements.shape(me), by, PAGE + 1, pinned=with_pinned), **values)


def _searched(found: Select[tuple[int]], query: str) -> Select[tuple[int]]:
    ids, plain = search.matching(query, (Post.title.expression, Post.body.expression))
    if ids is not None:
        found = found.where(Post.id.in_(ids))
    return found.where(*plain)


def card(me: Viewer, post: Post) -> Card:
    """One post, with all its photos."""
    return cards_of(me, of_posts(me, [post.id], tiles=ALL))[0]


def mine(me: Viewer, status: str) -> list[Card]:
    """Posts of one status that are this person's to work on."""
    ids = select(Post.id).where(Post.status == status, policy.scope(me, Post)).order_by(Post.saved_at.desc()).limit(50)
    return cards_of(me, of_posts(me, list(db.session.scalars(ids)), tiles=TILES))


def count_mine(me: Viewer, status: str) -> int:
    found = select(func.count()).select_from(Post).where(Post.status == status, policy.scope(me, Post))
    return db.session.scalar(found) or 0


def to_confirm(me: Viewer) -> list[Card]:
    """Must-read posts this guardian has not confirmed yet."""
    if not me.is_guardian:
        return []
    since = clock.ago(days=UNREAD_DAYS)
    values = {"me": me.person.id, "today": me.today, "since": since, "tiles": 0}
    return cards_of(me, plain_rows(statements.unconfirmed(), **values))


def unread(me: Viewer) -> int:
    """How many recent posts this person has not seen."""
    since = unread_since(me)
    if since is None:
        return 0
    rows = plain_rows(statements.unseen(statements.shape(me)), me=me.person.id, today=me.today, since=since)
    return len({row.id for row in rows} - marks.just_seen(me.person.id))
