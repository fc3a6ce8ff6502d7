"""Photos and films of a post, and documents attached to it. The row here, the bytes in the media store.

A row exists only after its files are safe on disk (SAFETY §2.3). Public ids are random and used once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from school.lib import clock, tokens
from school.lib.db import Model, db

MOST_PHOTOS = 40
SIZES = ("small", "medium", "large")


class Photo(Model):
    """A photo or a film. ``small``, ``medium`` and ``large`` hold ``"<width>x<height>.<kind>"`` of each rendition."""

    __tablename__ = "photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    position: Mapped[int]
    caption: Mapped[str] = mapped_column(default="")
    alt: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    """The file's name on the teacher's phone; for sentences to the author only, removed at publishing."""
    colour: Mapped[str] = mapped_column(String(7))
    width: Mapped[int]
    height: Mapped[int]
    small: Mapped[str]
    medium: Mapped[str]
    large: Mapped[str]
    film: Mapped[str] = mapped_column(default="")
    """``"mp4"`` or ``"webm"`` for a film, of which the three sizes show the poster."""
    seconds: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index("ix_photo_post_id_position", "post_id", "position"),)


class Attachment(Model):
    """A document with a post: PDF or office, served as a download only."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=tokens.media_id)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(8))
    """The file ending: ``"pdf"``, ``"docx"``, …"""
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


def of_post(post_id: int) -> list[Photo]:
    return list(db.session.scalars(select(Photo).where(Photo.post_id == post_id).order_by(Photo.position, Photo.id)))


def count(post_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(Photo).where(Photo.post_id == post_id)) or 0


def documents_of(post_id: int) -> list[Attachment]:
    return list(db.session.scalars(select(Attachment).where(Attachment.post_id == post_id).order_by(Attachment.id)))
