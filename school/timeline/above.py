"""What stands above the timeline: the groups of a teacher, the numbers of the director and the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, distinct, func, select

from school import access_requests, feed, policy
from school.access_requests import AccessRequest
from school.feed.tables import Post, PostGroup
from school.groups import Enrolment, Group, year_of
from school.lib import clock
from school.lib.db import db
from school.policy import Viewer
from school.timeline.cards import group_label


class TeamGroup(NamedTuple):
    id: str
    label: str
    hue: int
    pupils: int
    url: str


def own_groups(me: Viewer) -> tuple[TeamGroup, ...]:
    """The groups somebody works with today, with the number of children in them."""
    pupils = (
        select(func.count(distinct(Enrolment.pupil_id)))
        .where(Enrolment.group_id == Group.id, Enrolment.starts_on <= me.today, Enrolment.ends_on >= me.today)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Group.public_id, Group.name, Group.kind, Group.hue, pupils)
        .where(Group.id.in_(sorted(me.team_of)))
        .order_by(Group.position)
    )
    return tuple(
        TeamGroup(public_id, group_label(name, kind), hue, number, f"/timeline?group={public_id}")
        for public_id, name, kind, hue, number in rows
    )


@dataclass(slots=True)
class Morning:
    """The director's and the office's strip of numbers."""

    posts_week: int
    silent: list[str]
    never_in: int
    scheduled: int


def morning(me: Viewer) -> Morning | None:
    if not (me.is_office or me.is_director):
        return None
    posts = select(func.count()).select_from(Post).where(*_published_after(me.today - timedelta(days=7)))
    scheduled = select(func.count()).select_from(Post).where(Post.status == "scheduled")
    return Morning(
        posts_week=db.session.scalar(posts) or 0,
        silent=_silent_groups(me.today),
        never_in=feed.audience((), True, me.today, me.today).never_in,
        scheduled=db.session.scalar(scheduled) or 0,
    )


def requests_waiting(me: Viewer) -> int:
    """Requests for access that wait for the administration, or for a word of this teacher."""
    if not (me.is_management or me.posts_for):
        return 0
    return access_requests.count_waiting(me.person, policy.scope(me, AccessRequest), to_agree=not me.is_management)


def _silent_groups(today: date) -> list[str]:
    """Home groups without a post of their own in the last fourteen days (rule R5)."""
    spoke = select(PostGroup.group_id).join(Post, Post.id == PostGroup.post_id)
    rows = db.session.execute(
        select(Group.name, Group.kind)
        .where(Group.kind == "home", Group.school_year.has(name=year_of(today)[0]))
        .where(Group.id.not_in(spoke.where(*_published_after(today - timedelta(days=14)))))
        .order_by(Group.position)
    )
    return [group_label(group_name, kind) for group_name, kind in rows]


def _published_after(day: date) -> tuple[ColumnElement[bool], ...]:
    """Asked by the moment, which has an index."""
    return Post.status == "published", Post.published_at >= clock.at(day + timedelta(days=1), 0)
