"""What a post is made of: the post, the groups it is for, comments, likes and read receipts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.groups import Group
from school.lib import clock, tokens
from school.lib.db import Model
from school.people import Person

KINDS = ("news", "goals", "album", "help")
STATUSES = ("draft", "scheduled", "published", "withdrawn")


class Post(Model):
    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8), default="news")
    title: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    """As typed: the small Markdown of ``school.lib.markdown``."""
    goals_month: Mapped[date | None]
    """The first day of the month the goals are for."""
    whole_school: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(9), default="draft")
    publish_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_on: Mapped[date | None]
    """The school's day of publishing: who was a member on that day may see it."""
    edited_at: Mapped[datetime | None]
    """When it was changed after publishing; None: never."""
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    pinned_until: Mapped[date | None]
    comments_open: Mapped[bool] = mapped_column(default=True)
    must_read: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)

    author: Mapped[Person] = relationship(foreign_keys=author_id)
    groups: Mapped[list[Group]] = relationship(secondary="post_group", order_by=Group.position)

    __table_args__ = (
        Index("ix_post_status_published_at", "status", "published_at", "id"),
        Index("ix_post_status_publish_at", "status", "publish_at"),
        Index("ix_post_pinned", "status", "pinned_until", sqlite_where=text("pinned_until IS NOT NULL")),
    )


class PostGroup(Model):
    __tablename__ = "post_group"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), primary_key=True, index=True)


class Comment(Model):
    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(11), unique=True, default=tokens.public_id)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    author: Mapped[Person] = relationship(foreign_keys=author_id)


class Reaction(Model):
    """A heart under a post: at most one a person."""

    __tablename__ = "reaction"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class ReadReceipt(Model):
    """A person has had a post before their eyes, and for a must-read post has said so."""

    __tablename__ = "read_receipt"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
