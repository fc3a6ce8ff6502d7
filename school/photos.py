"""Photos and films of a post, and documents attached to it. The row here, the bytes in the media store.

A row exists only after its files are safe on disk (SAFETY §2.3). Public ids are random and used once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from school.lib import clock, tokens
from school.lib.db import Model, db
from school.lib.text import Refused, _

MOST_PHOTOS = 40
MOST_DOCUMENTS = 10
LONGEST_CAPTION = 300
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


def require_place(post_id: int) -> None:
    if count(post_id) >= MOST_PHOTOS:
        raise Refused(_("A post holds at most %(most)s photos and videos.", most=MOST_PHOTOS))


def add_photo(
    post_id: int,
    public_id: str,
    *,
    name: str,
    colour: str,
    renditions: dict[str, str],
    film: str = "",
    seconds: int = 0,
) -> Photo:
    """Notes a photo whose files are safe in the store; ``renditions`` maps a size to ``"<width>x<height>.<kind>"``."""
    require_place(post_id)
    width, height = dimensions(renditions["large"])
    last = db.session.scalar(select(func.max(Photo.position)).where(Photo.post_id == post_id))
    photo = Photo(
        post_id=post_id,
        public_id=public_id,
        position=0 if last is None else last + 1,
        name=name[:200],
        colour=colour,
        width=width,
        height=height,
        film=film,
        seconds=seconds,
        **{size: renditions[size] for size in SIZES},
    )
    db.session.add(photo)
    db.session.flush()
    return photo


def add_document(post_id: int, public_id: str, *, name: str, kind: str, size: int) -> Attachment:
    if len(documents_of(post_id)) >= MOST_DOCUMENTS:
        raise Refused(_("A post holds at most %(most)s documents.", most=MOST_DOCUMENTS))
    document = Attachment(post_id=post_id, public_id=public_id, name=name[:200], kind=kind, size=size)
    db.session.add(document)
    db.session.flush()
    return document


def dimensions(rendition: str) -> tuple[int, int]:
    """``"480x320.webp"`` → ``(480, 320)``."""
    width, height = rendition.split(".")[0].split("x")
    return int(width), int(height)


def file_name(photo: Photo, size: str) -> str:
    """The name of one size in the media store: ``"small.webp"``, ``"film.mp4"``."""
    if size == "film":
        return f"film.{photo.film}"
    kind = getattr(photo, size).split(".")[1]
    return f"{size}.{'jpg' if kind == 'jpeg' else kind}"


def describe(photo: Photo, caption: str, alt: str) -> None:
    photo.caption = caption.strip()[:LONGEST_CAPTION]
    photo.alt = alt.strip()[:LONGEST_CAPTION]


def remove(part: Photo | Attachment) -> str:
    """Takes it out of the post; returns the id whose files can go after the commit. Positions stay dense."""
    db.session.delete(part)
    db.session.flush()
    if isinstance(part, Photo):
        _number(of_post(part.post_id))
    return part.public_id


def reorder(post_id: int, wanted: list[str]) -> None:
    """Puts the photos in the order of these public ids; what is not named comes after, in its old order."""
    place = {public_id: index for index, public_id in enumerate(wanted)}
    _number(sorted(of_post(post_id), key=lambda photo: place.get(photo.public_id, len(place))))


def move(photo: Photo, steps: int) -> None:
    """Moves one photo to the front (negative) or to the back."""
    row = of_post(photo.post_id)
    index = row.index(photo)
    row.insert(max(0, index + steps), row.pop(index))
    _number(row)


def _number(row: list[Photo]) -> None:
    for position, photo in enumerate(row):
        photo.position = position
    db.session.flush()


def known(public_ids: list[str]) -> set[str]:
    """Which of these ids in the media store still have a row."""
    return {
        public_id
        for table in (Photo, Attachment)
        for public_id in db.session.scalars(select(table.public_id).where(table.public_id.in_(public_ids)))
    }


def all_ids() -> list[str]:
    return [public_id for table in (Photo, Attachment) for public_id in db.session.scalars(select(table.public_id))]
