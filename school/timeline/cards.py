"""What a page knows of a post: plain values, made from columns rather than from mapped objects.

They never change and can be compared, so that what was drawn from one can be remembered by it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from markupsafe import Markup

from school.groups import WEEKDAYS, GroupStaff
from school.lib import dates
from school.lib.colour import tone
from school.lib.names import full
from school.lib.text import _
from school.photos import Attachment, Photo, dimensions


class Tag(NamedTuple):
    id: str
    name: str
    label: str
    hue: int


class Picture(NamedTuple):
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


class Document(NamedTuple):
    id: str
    url: str
    name: str
    kind: str
    size: int


class Reads(NamedTuple):
    read: int
    of: int
    url: str


class Card(NamedTuple):
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
    groups: tuple[Tag, ...]
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
    photos: tuple[Picture, ...]
    photo_count: int
    documents: tuple[Document, ...]
    goals_label: str
    reads: Reads | None
    can_edit: bool
    can_withdraw: bool
    can_pin: bool
    can_comment: bool
    can_like: bool
    can_confirm: bool


def picture(photo: Photo) -> Picture:
    return picture_of(*(getattr(photo, column.key) for column in PHOTO_COLUMNS))


PHOTO_COLUMNS = (
    Photo.public_id, Photo.caption, Photo.alt, Photo.name, Photo.colour, Photo.width, Photo.height,
    Photo.small, Photo.medium, Photo.large, Photo.film, Photo.seconds,
)  # fmt: skip


def picture_of(
    public_id: str, caption: str, alt: str, name: str, colour: str, width: int, height: int,
    small: str, medium: str, large: str, film: str, seconds: int,
) -> Picture:  # fmt: skip
    """From the columns of a photo, in the order of ``PHOTO_COLUMNS``."""
    url = f"/photos/{public_id}"
    sizes = {"small": small, "medium": medium, "large": large}
    return Picture(
        id=public_id,
        alt=alt or caption,
        caption=caption,
        width=width,
        height=height,
        tone=tone(colour),
        srcset=", ".join(f"{url}/{size} {dimensions(rendition)[0]}w" for size, rendition in sizes.items()),
        src=f"{url}/small",
        medium=f"{url}/medium",
        large=f"{url}/large",
        film=bool(film),
        film_url=f"{url}/film" if film else "",
        seconds=seconds,
        name=name,
    )


def document(row: Attachment) -> Document:
    return Document(row.public_id, f"/documents/{row.public_id}", row.name, row.kind, row.size)


def called(salutation: str, first_name: str, prefix: str, last_name: str) -> str:
    """As children and parents say it: "juf Fleur", or the full name."""
    return f"{salutation} {first_name}" if salutation else full(first_name, prefix, last_name)


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
