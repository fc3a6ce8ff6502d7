"""What readers do with a post: seen, confirmed, liked, commented."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from school.feed.tables import Comment, Post, Reaction, ReadReceipt
from school.lib import clock
from school.lib.db import db, insert_missing
from school.lib.text import Refused, _
from school.people import Person

LONGEST_COMMENT = 2000


def comment(post: Post, author: Person, body: str) -> Comment:
    body = body.replace("\r\n", "\n").strip()
    if post.status != "published" or not post.comments_open:
        raise Refused(_("Comments are closed for this post."), "body")
    if not body:
        raise Refused(_("Write your comment first."), "body")
    if len(body) > LONGEST_COMMENT:
        raise Refused(_("Your comment is too long. Use at most %(most)s characters.", most=LONGEST_COMMENT), "body")
    if _repeated(post, author, body):
        raise Refused(_("You have said this already."), "body")
    written = Comment(post_id=post.id, author=author, body=body)
    db.session.add(written)
    db.session.flush()
    return written


def _repeated(post: Post, author: Person, body: str) -> bool:
    """A second tap on the button must not place the comment twice."""
    last = select(Comment).where(Comment.post_id == post.id, Comment.author_id == author.id).order_by(Comment.id.desc())
    newest = db.session.scalar(last.limit(1))
    return newest is not None and newest.removed_at is None and newest.body == body


def comments_of(post: Post) -> list[Comment]:
    """In the order they were written, with their authors."""
    said = select(Comment).where(Comment.post_id == post.id).order_by(Comment.id)
    return list(db.session.scalars(said.options(joinedload(Comment.author))))


def remove_comment(written: Comment, by: Person) -> None:
    """Takes the words away but keeps the place, so that the talk around it still reads."""
    if written.removed_at is None:
        written.body = ""
        written.removed_at, written.removed_by_id = clock.now(), by.id


def like(post: Post, person: Person, wanted: bool) -> None:
    """Sets the heart as wanted; saying it twice changes nothing."""
    found = db.session.get(Reaction, (post.id, person.id))
    if wanted and found is None:
        db.session.add(Reaction(post_id=post.id, person_id=person.id))
    elif not wanted and found is not None:
        db.session.delete(found)
    db.session.flush()


def see(pairs: Iterable[tuple[int, int]]) -> None:
    """Notes that persons have seen posts, ``(post id, person id)``; the first time counts."""
    now = clock.now()
    rows = [{"post_id": post_id, "person_id": person_id, "seen_at": now} for post_id, person_id in pairs]
    if rows:
        insert_missing(ReadReceipt, rows)


def confirm(post: Post, person: Person) -> None:
    """ "I have read this": asked for must-read posts; the first time counts."""
    see([(post.id, person.id)])
    receipt = db.session.get(ReadReceipt, (post.id, person.id))
    if receipt is not None and receipt.confirmed_at is None:
        receipt.confirmed_at = clock.now()
        db.session.flush()


def receipts(post: Post) -> dict[int, ReadReceipt]:
    """The receipts of a post by person id."""
    found = db.session.scalars(select(ReadReceipt).where(ReadReceipt.post_id == post.id))
    return {receipt.person_id: receipt for receipt in found}


def existing(post_ids: set[int]) -> set[int]:
    return set(db.session.scalars(select(Post.id).where(Post.id.in_(post_ids))))
