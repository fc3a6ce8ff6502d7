"""The life of a post: draft, scheduled, published, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select

from school import photos
from school.feed.tables import KINDS, Comment, Post, PostGroup, Reaction, ReadReceipt
from school.groups import Group
from school.lib import clock, markdown, search
from school.lib.db import db
from school.lib.text import Refused, _
from school.people import Person
from school.photos import Attachment, Photo

PIN_DAYS = 14
LONGEST_TITLE = 120
LONGEST_BODY = 20_000


@dataclass
class Content:
    """What the composer hands over."""

    kind: str = "news"
    title: str = ""
    body: str = ""
    goals_month: date | None = None
    whole_school: bool = False
    groups: Sequence[Group] = field(default_factory=list)
    comments_open: bool = True
    must_read: bool = False


def draft(author: Person, groups: Sequence[Group] = (), *, whole_school: bool = False) -> Post:
    """A new draft; an untouched one of the same author is used again, so that no empty ones pile up."""
    post = db.session.scalar(_untouched().where(Post.author_id == author.id).limit(1))
    if post is None:
        post = Post(author=author)
        db.session.add(post)
    post.saved_at = clock.now()
    post.groups = list(groups)
    post.whole_school = whole_school
    post.comments_open = not whole_school
    db.session.flush()
    return post


def begun() -> ColumnElement[bool]:
    """Something was written or uploaded: an empty draft is nobody's work."""
    return or_(
        Post.title != "",
        Post.body != "",
        exists().where(Photo.post_id == Post.id),
        exists().where(Attachment.post_id == Post.id),
    )


def _untouched() -> Select[tuple[Post]]:
    return select(Post).where(Post.status == "draft", ~begun())


def save(post: Post, content: Content) -> None:
    """Keeps what was written; a published post shows that it was changed."""
    if content.kind not in KINDS:
        raise Refused(_("Choose what kind of post this is."), "kind")
    if len(content.title) > LONGEST_TITLE:
        raise Refused(_("The title is too long. Use at most %(most)s characters.", most=LONGEST_TITLE), "title")
    if len(content.body) > LONGEST_BODY:
        raise Refused(_("The text is too long. Use at most %(most)s characters.", most=LONGEST_BODY), "body")
    if post.status == "withdrawn":
        raise Refused(_("This post was withdrawn. It can no longer be changed."))
    before = (post.title, post.body, post.kind, post.goals_month)
    _apply(post, content)
    post.saved_at = clock.now()
    if post.status == "published":
        _require_content(post)
        if before != (post.title, post.body, post.kind, post.goals_month):
            post.edited_at = clock.now()
        _index(post)


def _apply(post: Post, content: Content) -> None:
    post.kind = content.kind
    post.title = content.title.strip()
    post.body = content.body.replace("\r\n", "\n").strip()
    post.goals_month = (content.goals_month or clock.today()).replace(day=1) if content.kind == "goals" else None
    post.comments_open = content.comments_open
    post.must_read = content.must_read
    if post.status != "published":  # whom a published post is for never changes
        post.whole_school = content.whole_school
        post.groups = [] if content.whole_school else list(content.groups)
    db.session.flush()


def publish(post: Post) -> None:
    """Shows the post to its audience, now."""
    if post.status == "published":
        return
    if post.status == "withdrawn":
        raise Refused(_("This post was withdrawn. It can no longer be changed."))
    _require_content(post)
    _require_audience(post)
    now = clock.now()
    post.status = "published"
    post.published_at = now
    post.published_on = clock.local(now).date()
    post.publish_at = None
    _forget_file_names(post)
    _index(post)


def schedule(post: Post, moment: datetime) -> None:
    """Shows the post to its audience at a later moment."""
    if post.status not in ("draft", "scheduled"):
        raise Refused(_("This post has been published already."))
    _require_content(post)
    _require_audience(post)
    if moment <= clock.now():
        raise Refused(_("Choose a moment that still has to come."), "publish_time")
    if moment > clock.now() + timedelta(days=366):
        raise Refused(_("Choose a moment within a year."), "publish_day")
    post.status = "scheduled"
    post.publish_at = moment


def back_to_draft(post: Post) -> None:
    if post.status == "scheduled":
        post.status, post.publish_at = "draft", None


def any_due() -> bool:
    """Whether a scheduled post is waiting to be published; asked often, so it only reads."""
    due = exists().where(Post.status == "scheduled", Post.publish_at <= clock.now())
    return bool(db.session.scalar(select(due)))


def publish_due() -> int:
    """Publishes what was scheduled for now or earlier; what cannot be published goes back to the drafts."""
    due = select(Post).where(Post.status == "scheduled", Post.publish_at <= clock.now()).order_by(Post.publish_at)
    posts = list(db.session.scalars(due))
    for post in posts:
        try:
            publish(post)
        except Refused:
            back_to_draft(post)
    return len(posts)


def withdraw(post: Post, by: Person) -> None:
    """Takes a published post away from everybody, at once; author and director still see it."""
    if post.status == "withdrawn":
        return
    if post.status != "published":
        raise Refused(_("Only a published post can be withdrawn."))
    post.status = "withdrawn"
    post.withdrawn_at, post.withdrawn_by_id = clock.now(), by.id
    post.pinned_until = None
    search.forget(post.id)


def pin(post: Post) -> None:
    if post.status != "published":
        raise Refused(_("Only a published post can be pinned."))
    post.pinned_until = clock.today() + timedelta(days=PIN_DAYS)


def unpin(post: Post) -> None:
    post.pinned_until = None


def remove(post: Post) -> list[str]:
    """Deletes a draft for good; returns the media ids whose files can go after the commit."""
    if post.status not in ("draft", "scheduled"):
        raise Refused(_("A published post can be withdrawn, not removed."))
    media = [photo.public_id for photo in photos.of_post(post.id)]
    media += [document.public_id for document in photos.documents_of(post.id)]
    for table in (Photo, Attachment, PostGroup, Comment, Reaction, ReadReceipt):
        db.session.execute(delete(table).where(table.post_id == post.id))
    search.forget(post.id)
    db.session.expire(post)
    db.session.delete(post)
    db.session.flush()
    return media


def remove_untouched(older_than: datetime) -> int:
    """Sweeps empty drafts that nobody came back to."""
    empty = list(db.session.scalars(_untouched().where(Post.saved_at < older_than)))
    for post in empty:
        remove(post)
    return len(empty)


def _require_content(post: Post) -> None:
    if not post.title:
        raise Refused(_("Give the post a title."), "title")
    if not post.body and not photos.count(post.id) and not photos.documents_of(post.id):
        raise Refused(_("Write something or add a photo."), "body")


def _require_audience(post: Post) -> None:
    if not post.whole_school and not post.groups:
        raise Refused(_("Choose who this is for."), "groups")


def _forget_file_names(post: Post) -> None:
    """A file's name can carry a child's name; after publishing nobody needs it."""
    for photo in photos.of_post(post.id):
        photo.name = ""


def _index(post: Post) -> None:
    captions = " ".join(f"{photo.caption} {photo.alt}" for photo in photos.of_post(post.id))
    files = " ".join(document.name for document in photos.documents_of(post.id))
    search.write(post.id, f"{post.title} {markdown.to_text(post.body)} {captions} {files}")


def parts_changed(post: Post) -> None:
    """After photos, captions or documents changed: what was taken away is no longer found either."""
    if post.status == "published":
        _forget_file_names(post)
        _index(post)


def by_id(post_id: int) -> Post:
    return db.session.get_one(Post, post_id)
