"""Plain functions that make things for a test. Each opens its own write transaction when none is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import wraps
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app
from PIL import Image

from school import access_requests, feed, photos, policy, proposals, sessions
from school.feed import Comment, Content, Post
from school.groups import Group, GroupMember, of_year, school_year, year_of
from school.groups import add as add_group
from school.imports import edexml, runs
from school.imports.edexml_data import Edexml, EdexPupil
from school.lib import clock, tokens
from school.lib.db import db, is_writing, writing
from school.people import Person
from school.photos import Attachment, Photo

Made = TypeVar("Made")


def written(make: Callable[..., Made]) -> Callable[..., Made]:
    @wraps(make)
    def run(*args: Any, **kwargs: Any) -> Made:
        if is_writing():
            return make(*args, **kwargs)
        with writing():
            return make(*args, **kwargs)

    return run


@written
def post(
    author: Person,
    groups: Sequence[Group] = (),
    *,
    title: str = "Een mooie dag",
    body: str = "We waren *buiten*.",
    status: str = "published",
    days_ago: float = 0,
    **content: Any,
) -> Post:
    """A post of any status. Without groups it is for the whole school. ``days_ago``: when it was published."""
    made = _blank(author)
    feed.save(made, Content(title=title, body=body, groups=groups, whole_school=not groups, **content))
    if status == "scheduled":
        feed.schedule(made, (clock.now() + timedelta(days=1)).replace(second=0, microsecond=0))
    elif status != "draft":
        feed.publish(made)
        made.published_at = clock.now() - timedelta(days=days_ago)
        made.published_on = clock.local(made.published_at).date()
    if status == "withdrawn":
        feed.withdraw(made, author)
    return made


def _blank(author: Person) -> Post:
    """A draft of its own, also when an untouched one lies ready."""
    made = feed.draft(author)
    made.title = " "
    return made


@written
def comment(on: Post, author: Person, body: str = "Wat leuk!") -> Comment:
    return feed.comment(on, author, body)


@written
def session(person: Person, device: str = "Chrome · Linux") -> tuple[sessions.Session, str]:
    """A live session and the token its browser holds."""
    return sessions.begin(person, device, staff=bool(policy.roles_of(person)))


@written
def photo(on: Post, **words: str) -> Photo:
    """A photo with real (small) files in the store, as if it had been uploaded."""
    public_id = tokens.media_id()
    _keep(public_id, {f"{size}.webp": picture("WEBP") for size in photos.SIZES})
    renditions = dict.fromkeys(photos.SIZES, "30x20.webp")
    made = photos.add_photo(on.id, public_id, name=words.pop("name", ""), colour="#88aa66", renditions=renditions)
    for key, value in words.items():
        setattr(made, key, value)
    return made


@written
def document(on: Post, name: str = "brief.pdf") -> Attachment:
    public_id, kind = tokens.media_id(), name.rpartition(".")[2]
    _keep(public_id, {f"document.{kind}": PDF})
    return photos.add_document(on.id, public_id, name=name, kind=kind, size=len(PDF))


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (30, 20), colour: str = "#88aa66") -> bytes:
    """The bytes of a small picture."""
    made = BytesIO()
    Image.new("RGB", size, colour).save(made, kind)
    return made.getvalue()


def _keep(public_id: str, files: dict[str, bytes]) -> None:
    store = current_app.extensions["media"]
    with store.workspace() as work:
        paths: dict[str, Path] = {}
        for name, content in files.items():
            paths[name] = work / name
            paths[name].write_bytes(content)
        store.keep(public_id, paths)


@written
def withdraw(made: Post, by: Person) -> None:
    feed.withdraw(made, by)


@written
def access_request(by: Person, pupil: Any, kind: str = "exception", **other: Any) -> Any:
    told = {"first_name": "Klaske", "last_name": "Jellema", "relation": "oma", "email": f"{kind}@oma.example"}
    told |= {"reason": "Zij past op.", "ends_on": clock.today() + timedelta(days=100)}
    return access_requests.ask(by, [pupil], access_requests.Wanted(kind=kind, **(told | other)))[0]


@written
def committee(member: Person) -> Group:
    """The parents' council, with one member; the same one when it is asked for again."""
    year = school_year(clock.today())
    found = next((group for group in of_year(year) if group.kind == "committee"), None)
    if found is None:
        found = add_group("Ouderraad", year, kind="committee")
        db.session.flush()
        db.session.add(GroupMember(group=found, person=member, starts_on=clock.today()))
        db.session.flush()
    return found


@written
def import_run() -> runs.ImportRun:
    """A preview of a file with one new pupil."""
    pupil = EdexPupil(key="k", first_name="Fenna", last_name="Nieuw", birth_date=date(2018, 1, 1), year_level="5")
    told = Edexml(school_year=year_of(clock.today())[0], pupils=(pupil,))
    return runs.begin("edexml", edexml.to_json(told), None)


@written
def proposal(person: Person, phone: str = "06-11 22") -> Any:
    told = {field: getattr(person, field) for field in proposals.FIELDS}
    return proposals.propose(person, **(told | {"phone": phone}))
