"""The life of a request: who is it, may they open this, load through the door, do, commit once, answer.

A route without ``access=`` does not register, so the program does not start. An endpoint outside a Section answers 404.
A route with an id in its address that returns without having used the door is an error, before the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, abort, current_app, g, request
from flask.typing import ResponseReturnValue

from blueprints import identity, replies
from school import looking, policy
from school.lib import clock, text
from school.lib.db import Model, done_reading, is_writing, writing
from school.policy import Access, Viewer
from school.sessions import Session

SMALL_BODY = 1024 * 1024
FRESH = timedelta(minutes=15)
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}

View = Callable[..., ResponseReturnValue]
Thing = TypeVar("Thing", bound=Model)


@dataclass(frozen=True)
class Entry:
    """What a route promised when it registered."""

    access: Access
    door: bool
    """Whether the address names an object that must be loaded through the door."""
    writes: bool
    max_body: int
    """The largest request body in bytes."""
    mirrored: bool = False
    """Whether the director gets it too when looking as a guardian, so that nothing may be done in it.

    Conversations and accounts stay their owners'.
    """
    fresh: timedelta | None = None
    """How long ago the password may have been given (roles, imports); None: it is not asked again."""


class Section(Blueprint):
    """A blueprint whose routes say who may open them."""

    def route(  # type: ignore[override]
        self,
        rule: str,
        *,
        access: Access,
        methods: tuple[str, ...] = ("GET",),
        door: bool | None = None,
        writes: bool | None = None,
        max_body: int = SMALL_BODY,
        mirrored: bool = False,
        fresh: bool | timedelta = False,
        **options: Any,
    ) -> Callable[[View], View]:
        """``writes=False``: a POST that opens ``change()`` itself, around the short part that writes.

        ``fresh``: the password is asked again when it was given longer ago than a quarter of an hour, or than this.
        """
        entry = Entry(
            access=access,
            door="<" in rule if door is None else door,
            writes=bool(UNSAFE & set(methods)) if writes is None else writes,
            max_body=max_body,
            mirrored=mirrored,
            fresh=FRESH if fresh is True else fresh or None,
        )

        def register(view: View) -> View:
            endpoint = options.pop("endpoint", view.__name__)
            self.add_url_rule(rule, endpoint, _guarded(view, entry), methods=list(methods), **options)
            self.record(lambda state: _entries(state.app).__setitem__(f"{self.name}.{endpoint}", entry))
            return view

        return register


def _entries(app: Any) -> dict[str, Entry]:
    entries: dict[str, Entry] = app.extensions.setdefault("entries", {})
    return entries


def entry_of(endpoint: str | None) -> Entry | None:
    return _entries(current_app).get(endpoint or "")


def _guarded(view: View, entry: Entry) -> View:
    @wraps(view)
    def run(**ids: Any) -> ResponseReturnValue:
        if request.method in UNSAFE and entry.writes:
            with writing():
                return _answer(view, entry, ids)
        return _answer(view, entry, ids)

    return run


def _answer(view: View, entry: Entry, ids: dict[str, Any]) -> ResponseReturnValue:
    mine = me_or_none()
    if not policy.admits(entry.access, mine):
        if mine is not None and mine.is_looked_at and request.method == "GET":
            return replies.only_looking()
        return replies.to_login() if mine is None else abort(403)
    if mine is not None and mine.is_looked_at and not _shown_to_who_looks(entry):
        return replies.only_looking()
    if entry.fresh is not None and not _gave_password(mine, entry.fresh):
        return replies.to_confirmation()
    answer = view(**ids)
    if entry.door and not g.get("door_used"):
        raise RuntimeError(f"{request.endpoint} did not load its object through the door")
    return answer


def _shown_to_who_looks(entry: Entry) -> bool:
    """Public pages and the way out of looking are for everybody; for the rest a page says so itself."""
    if entry.access is policy.Access.PUBLIC or request.endpoint == "admin.stop_looking":
        return True
    return entry.mirrored


def _gave_password(mine: Viewer | None, lately: timedelta) -> bool:
    return mine is not None and mine.session is not None and clock.now() - mine.session.password_at < lately


def me_or_none() -> Viewer | None:
    """The person behind this request, as the database knows them now; asked once per transaction."""
    if "viewer" not in g or g.viewer_writing != is_writing():
        session = identity.current_session()
        g.viewer = _viewer(session) if session is not None else None
        g.viewer_writing = is_writing()
        if session is not None:
            text.speak(session.person.language)  # before the route makes its sentences
    found: Viewer | None = g.viewer
    return found


def _viewer(session: Session) -> Viewer:
    """The person of the session, or whom the director looks as; that right is asked again every time."""
    mine = policy.viewer(session.person, session)
    looked_at = looking.at(session)
    if looked_at is None or not policy.allows(mine, "look as", looked_at):
        return mine
    return replace(policy.viewer(looked_at, session), is_looked_at=True)


def me() -> Viewer:
    found = me_or_none()
    if found is None:
        abort(403)
    return found


def load(thing: type[Thing], public_id: str, to: str | None = None) -> Thing:
    """The one door to an object: what this person may not see is not there; what they may not do is refused."""
    g.door_used = True
    found = policy.find(me(), thing, public_id)
    if found is None:
        abort(404)
    if to is not None and not policy.allows(me(), to, found):
        abort(403)
    return found


def load_optional(thing: type[Thing], public_id: str | None) -> Thing | None:
    """An object named in a query string; nothing when it is absent."""
    return load(thing, public_id) if public_id else None


@contextmanager
def change() -> Iterator[None]:
    """The part of a slow request that writes: authority is read again inside."""
    with writing():
        entry = entry_of(request.endpoint)
        if entry is None or not policy.admits(entry.access, me_or_none()):
            abort(403)
        yield


@contextmanager
def slow() -> Iterator[None]:
    """Around work that takes long (passwords, photos): no snapshot of the database is held meanwhile."""
    done_reading()
    yield
