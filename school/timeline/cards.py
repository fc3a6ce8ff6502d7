"""What a page knows of a post: plain values, made from columns rather than from mapped objects.

A page of twenty posts is the page that is opened most, and this halves its price.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from school.groups import WEEKDAYS, GroupStaff
from school.lib import dates
from school.lib.colour import tone
from school.lib.text import _
from school.photos import Attachment, dimensions


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


def document(row: Attachment) -> Document:
    return Document(row.public_id, f"/documents/{row.public_id}", row.name, row.kind, row.size)


def group_label(name: str, kind: str = "home") -> str:
    return _("group %(name)s", name=name) if kind == "home" else name


def month_label(month: date) -> str:
    return dates.month_name(month.month)


def days_label(place: GroupStaff) -> str:
    """ "maandag en dinsdag", or nothing for a whole week."""
    days = [number for number, day in enumerate(WEEKDAYS) if day in place.days.split(",")]
    if len(days) == len(WEEKDAYS) or not days:
        return ""
    names = [dates.weekday_name(number) for number in days]
    return names[0] if len(names) == 1 else _("%(days)s and %(last)s", days=", ".join(names[:-1]), last=names[-1])
