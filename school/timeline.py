"""The timeline as one person sees it: a page of cards, newest first, read with a fixed number of queries.

Cards are plain values, made from columns rather than from mapped objects: a page of twenty posts is the page that is
opened most, and this halves its price.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, Row, Select, and_, distinct, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from school import feed, marks, policy
from school.feed.audience import seen_through_child
from school.feed.tables import Comment, Post, PostGroup, Reaction, ReadReceipt
from school.groups import Enrolment, Group, GroupStaff, year_of
from school.guardians import Guardianship, live
from school.lib import clock, markdown, search
from school.lib.colour import tone
from school.lib.db import db
from school.lib.names import full, initials
from school.lib.text import _, ngettext, pgettext
from school.people import Person
from school.photos import Attachment, Photo, dimensions
from school.policy import Viewer

PAGE = 20
TILES = 4
UNREAD_DAYS = 30
"""Older posts are not called unread: nobody wants to hear in May of a post from September."""


@dataclass(slots=True)
class Tag:
    id: str
    name: str
    label: str
    hue: int


@dataclass(slots=True)
class Picture:
    """A photo or film as a page needs it."""

    id: str
    alt: str
    caption: str
    width: int
    height: int
    tone: int
    srcset: str
    src: str
    medium: str
    large: str
    film: bool
    film_url: str
    seconds: int
    name: str = ""


@dataclass(slots=True)
class Document:
    id: str
    url: str
    name: str
    kind: str
    size: int


@dataclass(slots=True)
class Reads:
    read: int
    of: int
    url: str


@dataclass(slots=True)
class Card:
    id: str
    url: str
    kind: str
    title: str
    body: Markup
    is_long: bool
    author: str
    author_role: str
    initials: str
    hue: int
    groups: list[Tag]
    whole_school: bool
    status: str
    published_at: datetime | None
    publish_at: datetime | None
    saved_at: datetime
    edited: bool
    pinned: bool
    must_read: bool
    confirmed: bool
    unread: bool
    liked: bool
    likes: int
    comments_open: bool
    comments: int
    photos: list[Picture]
    photo_count: int
    documents: list[Document]
    goals_label: str
    reads: Reads | None
    can_edit: bool
    can_withdraw: bool
    can_pin: bool
    can_comment: bool
    can_like: bool
    can_confirm: bool


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
    pinned_rows = []
    if before is None and not filters.any:
        pinned_rows = _rows(me, _wanted(me, filters).where(Post.pinned_until >= me.today).limit(3))
    wanted = _wanted(me, filters).limit(PAGE + 1)
    if before is not None:
        wanted = wanted.where(tuple_(Post.published_at, Post.id) < tuple_(before.published_at, before.id))
    on_top = {row.id for row in pinned_rows}
    rows = _rows(me, wanted)
    older = rows[PAGE - 1].public_id if len(rows) > PAGE else None
    shown = [row for row in rows[:PAGE] if row.id not in on_top]
    cards = _cards(me, [*pinned_rows, *shown], tiles=TILES)
    return Page(cards[len(pinned_rows) :], cards[: len(pinned_rows)], older)


def card(me: Viewer, post: Post) -> Card:
    """One post, with all its photos."""
    rows = _rows(me, select(Post.id).where(Post.id == post.id))
    return _cards(me, rows, tiles=None)[0]


def mine(me: Viewer, status: str) -> list[Card]:
    """Posts of one status that are this person's to work on."""
    ids = select(Post.id).where(Post.status == status, policy.scope(me, Post)).order_by(Post.saved_at.desc()).limit(50)
    return _cards(me, _rows(me, ids), tiles=TILES)


def count_mine(me: Viewer, status: str) -> int:
    found = select(func.count()).select_from(Post).where(Post.status == status, policy.scope(me, Post))
    return db.session.scalar(found) or 0


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
    return _cards(me, _rows(me, select(Post.id).where(Post.id.in_(found))), tiles=0) if found else []


def unread(me: Viewer) -> int:
    """How many recent posts this person has not seen."""
    since = _unread_since(me)
    if since is None:
        return 0
    seen = exists().where(ReadReceipt.post_id == Post.id, ReadReceipt.person_id == me.person.id)
    found = select(Post.id).where(
        policy.published(me), Post.published_at > since, Post.author_id != me.person.id, ~seen
    )
    return len(set(db.session.scalars(found)) - marks.just_seen(me.person.id))


def _unread_since(me: Viewer) -> datetime | None:
    """Newcomers do not find everything marked as new."""
    if me.person.first_login_at is None:
        return None
    return max(me.person.first_login_at, clock.ago(days=UNREAD_DAYS))


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


# ── their columns ───────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(me: Viewer, ids: Select[tuple[int]]) -> Sequence[Row[Any]]:
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


def _cards(me: Viewer, rows: Sequence[Row[Any]], *, tiles: int | None) -> list[Card]:
    """``tiles``: how many photos of each post are wanted; None means all."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    tags = _tags(ids)
    pictures = _pictures([row.id for row in rows if row.photo_count], tiles)
    documents = _documents([row.id for row in rows if row.document_count])
    reads = _reads(me, rows)
    seen, since = marks.just_seen(me.person.id), _unread_since(me)
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


def group_label(name: str, kind: str = "home") -> str:
    return _("group %(name)s", name=name) if kind == "home" else name


def month_label(month: date) -> str:
    return pgettext("month", _MONTHS[month.month - 1])


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


def picture(photo: Any) -> Picture:
    """``photo`` is a Photo or a row with its columns."""
    url = f"/photos/{photo.public_id}"
    widths = {size: dimensions(getattr(photo, size))[0] for size in ("small", "medium", "large")}
    return Picture(
        id=photo.public_id,
        alt=photo.alt or photo.caption,
        caption=photo.caption,
        width=photo.width,
        height=photo.height,
        tone=tone(photo.colour),
        srcset=", ".join(f"{url}/{size} {width}w" for size, width in widths.items()),
        src=f"{url}/small",
        medium=f"{url}/medium",
        large=f"{url}/large",
        film=bool(photo.film),
        film_url=f"{url}/film" if photo.film else "",
        seconds=photo.seconds,
        name=photo.name,
    )


def _documents(post_ids: list[int]) -> defaultdict[int, list[Document]]:
    found: defaultdict[int, list[Document]] = defaultdict(list)
    if post_ids:
        rows = db.session.scalars(select(Attachment).where(Attachment.post_id.in_(post_ids)).order_by(Attachment.id))
        for row in rows:
            found[row.post_id].append(document(row))
    return found


def document(row: Attachment) -> Document:
    return Document(row.public_id, f"/documents/{row.public_id}", row.name, row.kind, row.size)


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


# ── the morning: what stands above the timeline ─────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class TeamGroup:
    id: str
    label: str
    hue: int
    pupils: int
    url: str


def own_groups(me: Viewer) -> list[TeamGroup]:
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
    return [
        TeamGroup(public_id, group_label(name, kind), hue, number, f"/timeline?group={public_id}")
        for public_id, name, kind, hue, number in rows
    ]


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
    week = me.today - timedelta(days=7)
    posts = select(func.count()).select_from(Post).where(Post.status == "published", Post.published_on > week)
    scheduled = select(func.count()).select_from(Post).where(Post.status == "scheduled")
    return Morning(
        posts_week=db.session.scalar(posts) or 0,
        silent=_silent_groups(me.today),
        never_in=feed.audience((), True, me.today, me.today).never_in,
        scheduled=db.session.scalar(scheduled) or 0,
    )


def _silent_groups(today: date) -> list[str]:
    """Home groups without a post of their own in the last fourteen days (rule R5)."""
    since = today - timedelta(days=14)
    spoke = exists().where(
        PostGroup.group_id == Group.id,
        PostGroup.post_id == Post.id,
        Post.status == "published",
        Post.published_on > since,
    )
    rows = db.session.execute(
        select(Group.name, Group.kind)
        .where(Group.kind == "home", Group.school_year.has(name=year_of(today)[0]), ~spoke)
        .order_by(Group.position)
    )
    return [group_label(group_name, kind) for group_name, kind in rows]


def days_label(place: GroupStaff) -> str:
    """ "maandag en dinsdag", or nothing for a whole week."""
    days = [day for day in place.days.split(",") if day in _DAYS]
    if len(days) == len(_DAYS) or not days:
        return ""
    names = [pgettext("weekday", _DAYS[day]) for day in days]
    return names[0] if len(names) == 1 else _("%(days)s and %(last)s", days=", ".join(names[:-1]), last=names[-1])


def families_label(number: int) -> str:
    return ngettext("%(num)s family", "%(num)s families", number)


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday"}
